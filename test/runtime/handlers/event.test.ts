import { PROFILES, wireEvent, wireProperties } from './wire';
import { envelope, parseRequest } from '../../../runtime/custom-resource';
import { lifecycleProperties } from '../../../src/aws/agent-identity/lifecycle-properties';
import { AgentStage, Expiry, Sponsor } from '../../../src/core';
import { completeProfile, TEST_PROFILE } from '../../../src/core/risk-profile';
import { sponsorToRecord } from '../../../src/core/sponsor-record';

const REGISTRY = { name: 'agents', path: '/agents/', stages: PROFILES };
const ROLE = { roleId: 'AROA000000000001', roleName: 'invoice-bot-test', path: '/agents/test/' };
const parse = (properties: Record<string, unknown> = {}, event: Record<string, unknown> = {}) =>
  parseRequest(envelope.parse(wireEvent({ ResourceProperties: wireProperties(ROLE, properties), ...event })), REGISTRY);
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
      profile: { longestTenureDays: 180, cutBeforeGrant: true, longLivedKeysAllowed: true },
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
  ['a secret name with a wildcard', { OwnSecrets: ['agents/*'] }, 'PropertiesInvalid'],
  ['a role id that is not one', { RoleId: '../x' }, 'PropertiesInvalid'],
])('fails when there is %s', (_what, changes, code) => {
  expect(codeOf(() => parse(changes))).toBe(code);
});

test('whether it has a guard of its own is known, also that it has none any more', () => {
  expect(parse({ OwnGuard: 'true' }).principal.ownGuard).toBe(true);
  expect(parse().principal.ownGuard).toBe(false);
  expect(codeOf(() => parse({ OwnGuard: 'maybe' }))).toBe('PropertiesInvalid');
});

test('what a stage demands is the registry\'s word, not that of whoever asks', () => {
  const stages = new Map([...PROFILES, ['sandbox', completeProfile({ longestTenureDays: 10 })]]);
  const request = (Stage: string, RequestType = 'Create') => parseRequest(envelope.parse(wireEvent({
    RequestType,
    ResourceProperties: wireProperties(ROLE, { Stage, Profile: { LongestTenureDays: '3000' } }),
  })), { ...REGISTRY, stages });
  expect(request('sandbox').declared.profile.longestTenureDays).toBe(10);
  expect(request('test').declared.profile).toEqual(TEST_PROFILE);
  expect(request('test').knownStages).toBeUndefined();
  expect(request('canary').knownStages).toEqual(['test', 'staging', 'production', 'sandbox']);
});

test.each([
  ['a person', Sponsor.person({ name: 'Ada Park', email: 'ada@example.com', backupEmail: 'li@example.com' })],
  ['a person with an id', Sponsor.person({ name: 'Ada Park', email: 'ada@example.com', backupEmail: 'li@example.com', id: 'E-17', costCenter: 'CC-4' })],
  ['a team', Sponsor.team({ name: 'Payables', mailbox: 'payables@example.com', accountableName: 'Ada Park', accountableEmail: 'ada@example.com', backupEmail: 'li@example.com' })],
  ['a team with an id', Sponsor.team({ name: 'Payables', mailbox: 'payables@example.com', accountableName: 'Ada Park', accountableEmail: 'ada@example.com', backupEmail: 'li@example.com', id: 'T-4' })],
])('%s as the construct says it is who the engine reads', (_who, sponsor) => {
  const { Sponsor: said } = lifecycleProperties({
    serviceToken: 'arn',
    registryName: 'agents',
    agentName: 'invoice-bot',
    purpose: 'p',
    sponsor,
    stage: AgentStage.TEST,
    expires: Expiry.on('2026-09-30'),
    exceptions: [],
    ownSecretNames: [],
    roleName: 'r',
    roleArn: 'a',
    roleId: 'i',
    guardDigest: 'd',
  });
  // As JSON, so that what isn't said isn't there.
  expect(parse({ Sponsor: JSON.parse(JSON.stringify(said)) }).declared.sponsor).toEqual(sponsorToRecord(sponsor));
});
