import { unpackActionTable } from '../../../src/aws/access-rules/action-table';
import { ACTION_TABLE } from '../../../src/aws/access-rules/action-table-data';
import { globMatches } from '../../../src/aws/access-rules/globs';
import { mintsSession, SESSION_ACTIONS, sessionActionsExcept } from '../../../src/aws/guards/session-actions';

const ALL_ACTIONS = unpackActionTable(ACTION_TABLE).split('\n').flatMap((line) => {
  const [service, ...names] = line.split(' ');
  return names.map((name) => `${service}:${name.replace('!', '')}`);
});
const covered = (patterns: readonly string[]) => ALL_ACTIONS.filter((action) => patterns.some((pattern) => globMatches(pattern, action)));

test('the short form denies exactly what the long one does', () => {
  const short = sessionActionsExcept(new Set());

  expect(short.length).toBeLessThan(SESSION_ACTIONS.length);
  expect(covered(short)).toEqual(covered(SESSION_ACTIONS));
  expect(covered(short).length).toBeGreaterThan(20);
});

test.each(SESSION_ACTIONS)('%s alone can be left out of it', (excepted) => {
  const rest = SESSION_ACTIONS.filter((action) => action !== excepted);

  expect(covered(sessionActionsExcept(new Set([excepted])))).toEqual(covered(rest));
  expect(covered(rest)).not.toEqual(covered(SESSION_ACTIONS));
});

test.each([
  ['sts:AssumeRole', true],
  ['STS:assumerole', true],
  ['sts:*', true],
  ['*', true],
  ['s*:Get*', true],
  ['s3:GetDataAccess', true],
  ['s3:GetObject', false],
  ['sts:GetCallerIdentity', false],
  ['dynamodb:GetItem', false],
  ['iam:PassRole', false],
])('%s mints a session: %s', (action, mints) => {
  expect(mintsSession(action)).toBe(mints);
});
