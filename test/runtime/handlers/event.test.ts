import { wireEvent, wireProperties } from './wire';
import { envelope, parseRequest } from '../../../runtime/custom-resource';

const ROLE = { roleId: 'AROA000000000001', roleName: 'invoice-bot-test', path: '/agents/test/' };
const parse = (properties: Record<string, unknown> = {}, event: Record<string, unknown> = {}) =>
  parseRequest(envelope.parse(wireEvent({ ResourceProperties: wireProperties(ROLE, properties), ...event })), 'agents', '/agents/');
const codeOf = (action: () => unknown): string | undefined => {
  try {
    action();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

test('texts become what they stand for', () => {
  expect(parse({ OwnSecrets: ['agents/invoice-bot/token'], Exceptions: [{ Actions: ['s3:*'], Reason: 'migration', Until: '2026-09-01T00:00:00Z' }], TransferFrom: 'Old' })).toMatchObject({
    kind: 'Create',
    placement: { account: '111122223333', agentName: 'invoice-bot' },
    principal: { roleId: 'AROA000000000001', roleName: 'invoice-bot-test', path: '/agents/test/', stage: 'test' },
    declared: {
      expiresAt: '2026-10-01T00:00:00Z',
      profile: { longestTenureDays: 180, cutBeforeGrant: true, longLivedKeysAllowed: false },
      ownSecrets: ['agents/invoice-bot/token'],
      exceptions: [{ actions: ['s3:*'], reason: 'migration', until: '2026-09-01T00:00:00Z' }],
    },
    transferFrom: 'Old',
    neverJoined: false,
  });
});

test.each([
  ['invoice-bot/test/AROA000000000001', { physicalRoleId: 'AROA000000000001', neverJoined: false }],
  ['refused/abc', { neverJoined: true }],
  ['Mine-AgentInvoiceBotLifecycle-1ABCDEF', { neverJoined: false }],
])('the physical id %s is read', (PhysicalResourceId, expected) => {
  const { physicalRoleId, neverJoined } = parse({}, { RequestType: 'Delete', PhysicalResourceId });
  expect({ physicalRoleId, neverJoined }).toEqual({ physicalRoleId: undefined, ...expected });
});

test('the same request has the same id, another has another', () => {
  expect(parse().requestId).toBe(parse().requestId);
  expect(parse({}, { RequestId: 'cfn-2' }).requestId).not.toBe(parse().requestId);
  expect(parse({}, { StackId: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/Others/1' }).requestId).not.toBe(parse().requestId);
});

test('the account is the stack\'s, whatever the properties say', () => {
  expect(codeOf(() => parse({ RoleArn: 'arn:aws:iam::999999999999:role/agents/test/invoice-bot-test' }))).toBe('PrincipalOutsideRegistry');
});

test.each([
  ['a role outside the registry\'s path', { RoleArn: 'arn:aws:iam::111122223333:role/admin', RoleName: 'admin' }, 'PrincipalOutsideRegistry'],
  ['a path that only begins like the registry\'s', { RoleArn: 'arn:aws:iam::111122223333:role/agentsX/invoice-bot-test' }, 'PrincipalOutsideRegistry'],
  ['a name that is not the ARN\'s', { RoleName: 'other' }, 'PrincipalOutsideRegistry'],
  ['another registry', { Registry: 'others' }, 'RegistryMismatch'],
  ['an unknown schema', { SchemaVersion: '2' }, 'PropertiesInvalid'],
  ['a name that could be a key of the ledger', { AgentName: 'bot#state' }, 'AgentNameInvalid'],
  ['a stage that is not one', { Stage: 'Test/..' }, 'PropertiesInvalid'],
  ['no sponsor', { Sponsor: undefined }, 'PropertiesInvalid'],
  ['a profile that is no number', { Profile: { LongestTenureDays: 'many' } }, 'PropertiesInvalid'],
  ['a secret name with a wildcard', { OwnSecrets: ['agents/*'] }, 'PropertiesInvalid'],
  ['a role id that is not one', { RoleId: '../x' }, 'PropertiesInvalid'],
])('fails when there is %s', (_what, changes, code) => {
  expect(codeOf(() => parse(changes))).toBe(code);
});
