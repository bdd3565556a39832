import { contextOf } from './identity';
import { isInBandAttached, isInBandInline } from '../../../../runtime/aws/principals';
import { isForbidden, isGone, isLimit, unlessGone } from '../../../../runtime/aws/principals/errors-of-iam';
import { denyAllArn, QUARANTINE_POLICY } from '../../../../src/contract/policy-names';
import { principal } from '../../engine/decision/requests';
import { FakeIam } from '../../engine/fake-iam';
import { named } from '../../ledger/memory-table';

const context = contextOf(new FakeIam());

test.each([
  ['access', true, true],
  [QUARANTINE_POLICY, true, true],
  ['guard', false, true],
  ['Access', false, false],
  ['by-hand', false, false],
])('the inline policy %s is in band: %s, with a guard of its own: %s', (name, shared, own) => {
  expect([isInBandInline(principal('P'), name), isInBandInline({ ...principal('P'), ownGuard: true }, name)]).toEqual([shared, own]);
});

test.each([false, true])('what denies everything is the engine\'s own in each partition, with a guard of its own: %s', (ownGuard) => {
  const china = { ...context, partition: 'aws-cn' };

  expect(isInBandAttached(china, { ...principal('P'), ownGuard }, 'arn:aws-cn:iam::aws:policy/AWSDenyAll')).toBe(true);
  expect(isInBandAttached(china, { ...principal('P'), ownGuard }, 'arn:aws:iam::aws:policy/AWSDenyAll')).toBe(false);
});

test('who has a guard of its own has not the one that the others share', () => {
  const noSessions = 'arn:aws:iam::111122223333:policy/agents/agents-no-sessions';
  expect(isInBandAttached(context, { ...principal('P'), ownGuard: true }, noSessions)).toBe(false);
  expect(isInBandAttached(context, { ...principal('P'), ownGuard: true }, 'arn:aws:iam::111122223333:policy/agents/agents-guard-test')).toBe(true);
});

test.each([
  ['arn:aws:iam::111122223333:policy/agents/agents-guard-test', true],
  ['arn:aws:iam::111122223333:policy/agents/agents-no-sessions', true],
  ['arn:aws:iam::111122223333:policy/agents/agents-no-registry', true],
  ['arn:aws:iam::111122223333:policy/agents/agents-registry-reader', true],
  ['arn:aws:iam::111122223333:policy/agents/others-registry-reader', false],
  ['arn:aws:iam::111122223333:policy/agents/others-no-sessions', false],
  ['arn:aws:iam::111122223333:policy/agents/agents-guard-production', false],
  ['arn:aws:iam::111122223333:policy/agents/agents-guard-test-2', false],
  ['arn:aws:iam::111122223333:policy/agents-guard-test', false],
  ['arn:aws:iam::aws:policy/AdministratorAccess', false],
  // The engine's own denial, where no boundary may be set.
  ['arn:aws:iam::aws:policy/AWSDenyAll', true],
  ['arn:aws-cn:iam::aws:policy/AWSDenyAll', false],
  ['arn:aws:iam::111122223333:policy/AWSDenyAll', false],
  ['arn:aws:iam::aws:policy/job-function/AWSDenyAll', false],
])('the attached policy %s of a principal in test is in band: %s', (arn, is) => {
  expect(isInBandAttached(context, principal('P'), arn)).toBe(is);
});

test.each([
  ['arn:aws:iam::111122223333:policy/agents/invoice-bot-test-access-1', 1, true],
  ['arn:aws:iam::111122223333:policy/agents/invoice-bot-test-access-2', 2, true],
  ['arn:aws:iam::111122223333:policy/agents/invoice-bot-test-access-2', 1, false],
  ['arn:aws:iam::111122223333:policy/agents/invoice-bot-test-access-1', undefined, false],
  ['arn:aws:iam::111122223333:policy/agents/invoice-bot-production-access-1', 1, false],
  ['arn:aws:iam::111122223333:policy/agents/other-bot-test-access-1', 1, false],
  ['arn:aws:iam::111122223333:policy/invoice-bot-test-access-1', 1, false],
  ['arn:aws:iam::444455556666:policy/agents/invoice-bot-test-access-1', 1, false],
])('the policy %s of a principal with %s parts of its access is in band: %s', (arn, accessParts, is) => {
  expect(isInBandAttached(context, { ...principal('P'), accessParts }, arn)).toBe(is);
});

test('where names of roles are generated, the parts of the access are named after the agent in the path', () => {
  const generated = { ...principal('P'), roleName: 'Own-AgentRole-1A2B3C', path: '/agents/test/invoice-bot/', accessParts: 1 };
  expect(isInBandAttached(context, generated, 'arn:aws:iam::111122223333:policy/agents/invoice-bot-test-access-1')).toBe(true);
  expect(isInBandAttached(context, generated, 'arn:aws:iam::111122223333:policy/agents/other-bot-test-access-1')).toBe(false);
  expect(isInBandAttached(context, generated, 'arn:aws:iam::111122223333:policy/agents/Own-AgentRole-1A2B3C-access-1')).toBe(false);
});

test('what denies everything is AWS\'s own policy in each partition', () => {
  expect(denyAllArn('aws')).toBe('arn:aws:iam::aws:policy/AWSDenyAll');
  expect(denyAllArn('aws-us-gov')).toBe('arn:aws-us-gov:iam::aws:policy/AWSDenyAll');
});

test.each<[unknown, 'gone' | 'over a limit' | 'forbidden' | 'none of these']>([
  [named('NoSuchEntity'), 'gone'],
  [named('NoSuchEntityException'), 'gone'],
  [named('LimitExceeded'), 'over a limit'],
  [named('LimitExceededException'), 'over a limit'],
  [named('AccessDenied'), 'forbidden'],
  [named('AccessDeniedException'), 'forbidden'],
  [named('UnmodifiableEntity'), 'forbidden'],
  [named('UnmodifiableEntityException'), 'forbidden'],
  [named('PolicyNotAttachableException'), 'forbidden'],
  [named('ThrottlingException'), 'none of these'],
  [named('AccessDeniedByMistake'), 'none of these'],
  ['NoSuchEntity', 'none of these'],
  ['AccessDenied', 'none of these'],
  [undefined, 'none of these'],
])('%s is %s', (error, kind) => {
  expect([isGone(error), isLimit(error), isForbidden(error)]).toEqual([kind === 'gone', kind === 'over a limit', kind === 'forbidden']);
});

test('one that was deleted before is no error, and is reported; other errors surface', async () => {
  expect(await unlessGone(async () => 'done')).toBe(true);
  expect(await unlessGone(() => Promise.reject(named('NoSuchEntity')))).toBe(false);
  await expect(unlessGone(() => Promise.reject(named('AccessDenied')))).rejects.toMatchObject({ name: 'AccessDenied' });
});
