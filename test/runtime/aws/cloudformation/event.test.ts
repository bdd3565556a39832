import { Lazy } from 'aws-cdk-lib';
import { envelope, parseRequest } from '../../../../runtime/aws/cloudformation';
import { Change, Intent, Join, LifecycleRequest } from '../../../../runtime/model/request';
import { lifecycleProperties } from '../../../../src/aws/agent-identity/lifecycle-properties';
import { AgentStage, Expiry, Sponsor } from '../../../../src/core';
import { completeProfile, PRODUCTION_PROFILE, TEST_PROFILE } from '../../../../src/core/risk-profile';
import { sponsorToRecord } from '../../../../src/core/sponsor-record';
import { codeOf } from '../../../core/code-of';
import { ACCESS, PROFILES, REGISTRY, wireEvent, wireProperties } from '../../engine/wire';

const ROLE = { roleId: 'AROA000000000001', roleName: 'invoice-bot-test', path: '/agents/test/' };
const ID = 'invoice-bot/test/AROA000000000001';
const parse = (properties: Record<string, unknown> = {}, event: Record<string, unknown> = {}, registry = REGISTRY): LifecycleRequest =>
  parseRequest(envelope.parse(wireEvent({ ResourceProperties: wireProperties(ROLE, properties), ...event })), registry);
const declaring = ({ intent }: LifecycleRequest): Join | Change => intent as Join | Change;
const intentOf = (RequestType: string, PhysicalResourceId?: string, properties: Record<string, unknown> = {}): Intent =>
  parse(properties, { RequestType, ...(PhysicalResourceId === undefined ? {} : { PhysicalResourceId }) }).intent;

test.each([[undefined, undefined], ['false', undefined], ['true', true]])('whether reviews carry the agent on: %s', (UntilCertified, read) => {
  const { intent } = parse(UntilCertified === undefined ? {} : { UntilCertified }) as { intent: { declared: { untilCertified?: true } } };
  expect(intent.declared.untilCertified).toBe(read);
});

test('an expected use is at most a year, because IAM tracks no more', () => {
  const daysOf = (ExpectedUseDays?: string) => {
    const { intent } = parse(ExpectedUseDays === undefined ? {} : { ExpectedUseDays }) as { intent: { declared: { expectedUseDays?: number } } };
    return intent.declared.expectedUseDays;
  };
  expect([daysOf(), daysOf('90'), daysOf('999')]).toEqual([undefined, 90, 366]);
});

test('texts become what they stand for', () => {
  expect(parse({ OwnSecrets: ['agents/invoice-bot/token'], Exceptions: [{ Actions: ['s3:*'], Reason: 'migration', Until: '2026-09-01T00:00:00Z' }], TransferFrom: 'Old', TransferTo: 'New' })).toMatchObject({
    registry: 'agents',
    placement: { account: '111122223333', agentName: 'invoice-bot' },
    intent: {
      kind: 'join',
      principal: { roleId: 'AROA000000000001', roleName: 'invoice-bot-test', path: '/agents/test/', stage: 'test' },
      declared: {
        expiresAt: '2026-10-01T00:00:00Z',
        profile: { maxTenureDays: 180, cutBeforeGrant: true, longLivedKeysAllowed: true },
        ownSecrets: ['agents/invoice-bot/token'],
        exceptions: [{ actions: ['s3:*'], reason: 'migration', until: '2026-09-01T00:00:00Z' }],
        transferTo: 'New',
      },
      transferFrom: 'Old',
    },
  });
});

test('what is not said of a transfer is not there', () => {
  const { intent } = parse();

  expect(intent).not.toHaveProperty('transferFrom');
  expect(declaring(parse()).declared).not.toHaveProperty('transferTo');
});

describe('the kind of event becomes an intent', () => {
  test('a Create joins, and begins nowhere', () => {
    expect(intentOf('Create')).toMatchObject({ kind: 'join', principal: { roleId: 'AROA000000000001' } });
    expect(intentOf('Create')).not.toHaveProperty('begins');
  });

  test.each([
    ['invoice-bot/production/AROA000000000009', { kind: 'change', begins: 'AROA000000000009' }],
    ['Mine-AgentInvoiceBotLifecycle-1ABCDEF', { kind: 'change' }],
    ['refused/abc', { kind: 'change' }],
  ])('an Update of %s changes, and begins at the principal that the id names', (id, { kind, begins }: { kind: string; begins?: string }) => {
    const intent = intentOf('Update', id) as Change;

    expect({ kind: intent.kind, begins: intent.begins, principal: intent.principal.roleId }).toEqual({ kind, begins, principal: 'AROA000000000001' });
  });

  test.each([
    ['an id of ours', 'invoice-bot/test/AROA000000000009', { principal: 'AROA000000000009', neverJoined: false }],
    ['the id of a refused Create', 'refused/abc', { principal: 'AROA000000000001', neverJoined: true }],
    ['an id that CloudFormation made up', 'Mine-AgentInvoiceBotLifecycle-1ABCDEF', { principal: 'AROA000000000001', neverJoined: false }],
    ['no id', undefined, { principal: 'AROA000000000001', neverJoined: false }],
  ])('a Delete with %s withdraws', (_what, id, expected) => {
    expect(intentOf('Delete', id)).toEqual({ kind: 'withdraw', stage: 'test', ...expected });
  });

  test('a Delete goes whatever its properties say of the principal: it was deployed before', () => {
    expect(intentOf('Delete', ID, { RoleName: 'of-old', RoleArn: 'arn:aws:iam::111122223333:role/elsewhere/of-old' })).toMatchObject({ kind: 'withdraw' });
    expect(codeOf(() => intentOf('Update', ID, { RoleName: 'of-old', RoleArn: 'arn:aws:iam::111122223333:role/elsewhere/of-old' }))).toBe('PrincipalOutsideRegistry');
  });
});

test('where it comes from is known, and what the response has to repeat', () => {
  expect(parse({}, { RequestType: 'Update', PhysicalResourceId: ID }).origin).toEqual({
    kind: 'cloudformation',
    stackId: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/Mine/1',
    logicalResourceId: wireEvent().LogicalResourceId,
    eventId: 'cfn-1',
    physicalResourceId: ID,
  });
  expect(parse().origin).not.toHaveProperty('physicalResourceId');
});

test('the response URL is not part of the request: it is a credential', () => {
  expect(JSON.stringify(parse())).not.toContain('SIGNATURE');
});

test('the same request has the same id, another has another', () => {
  expect(parse().requestId).toBe(parse().requestId);
  expect(parse({}, { RequestId: 'cfn-2' }).requestId).not.toBe(parse().requestId);
  expect(parse({}, { StackId: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/Others/1' }).requestId).not.toBe(parse().requestId);
  expect(parse({}, { LogicalResourceId: 'Other' }).requestId).not.toBe(parse().requestId);
});

describe('the principal must be the agent\'s own role', () => {
  const role = (name: string, path = '/agents/test/', account = '111122223333') => ({ RoleName: name, RoleArn: `arn:aws:iam::${account}:role${path}${name}` });
  const PREFIXED = { ...REGISTRY, namePrefix: 'acme-' };

  test('it has the name and the path that its agent and stage have', () => {
    expect(declaring(parse(role('invoice-bot-test'))).principal).toEqual({
      roleId: 'AROA000000000001',
      roleName: 'invoice-bot-test',
      roleArn: 'arn:aws:iam::111122223333:role/agents/test/invoice-bot-test',
      path: '/agents/test/',
      stage: 'test',
      ownGuard: false,
    });
  });

  test('in a registry with a name prefix it has that, too', () => {
    expect(declaring(parse(role('acme-invoice-bot-test'), {}, PREFIXED)).principal).toMatchObject({ roleName: 'acme-invoice-bot-test', path: '/agents/test/' });
  });

  test('another partition is accepted', () => {
    expect(declaring(parse({ RoleArn: 'arn:aws-cn:iam::111122223333:role/agents/test/invoice-bot-test' })).principal.roleArn).toMatch(/^arn:aws-cn:/);
  });

  test.each([
    ['another agent\'s', role('other-bot-test')],
    ['that of an agent whose name ends the same', role('the-invoice-bot-test')],
    ['that of an agent whose name begins the same', role('invoice-bot-2-test')],
    ['of another stage', role('invoice-bot-production', '/agents/production/')],
    ['under another stage\'s path', role('invoice-bot-test', '/agents/production/')],
    ['of another account', role('invoice-bot-test', '/agents/test/', '999999999999')],
    ['outside the registry\'s path', role('admin', '/')],
    ['the agent\'s by name, outside the registry\'s path', role('invoice-bot-test', '/')],
    ['under a path that only begins like the registry\'s', role('invoice-bot-test', '/agentsX/test/')],
    ['deeper than its stage', role('invoice-bot-test', '/agents/test/deeper/')],
    ['of a name that is not the ARN\'s', { ...role('invoice-bot-test'), RoleName: 'other' }],
    ['of an ARN that is not the name\'s', { ...role('other-bot-test'), RoleName: 'invoice-bot-test' }],
    ['of the name prefix of another registry', role('acme-invoice-bot-test')],
  ])('fails when the role is %s', (_what, properties) => {
    expect(codeOf(() => parse(properties))).toBe('PrincipalOutsideRegistry');
  });

  test.each([
    ['lacks the prefix', role('invoice-bot-test')],
    ['is another agent\'s', role('acme-other-bot-test')],
    ['is of another stage', role('acme-invoice-bot-production', '/agents/production/')],
    ['has the prefix twice', role('acme-acme-invoice-bot-test')],
    ['is of another account', role('acme-invoice-bot-test', '/agents/test/', '999999999999')],
  ])('with a name prefix, fails when the role %s', (_what, properties) => {
    expect(codeOf(() => parse(properties, {}, PREFIXED))).toBe('PrincipalOutsideRegistry');
  });
});

describe('a principal with a generated name', () => {
  const GENERATED = { ...REGISTRY, generatedNames: true };
  const NAME = 'InvoiceBot-AgentInvoiceBotTestRole-1A2B3C4D5E6F';
  const role = (path = '/agents/test/invoice-bot/', name = NAME, account = '111122223333') => ({ RoleName: name, RoleArn: `arn:aws:iam::${account}:role${path}${name}` });

  test('is under the agent\'s own path, and CloudFormation says its name', () => {
    expect(declaring(parse(role(), {}, GENERATED)).principal).toMatchObject({ roleName: NAME, path: '/agents/test/invoice-bot/', roleArn: `arn:aws:iam::111122223333:role/agents/test/invoice-bot/${NAME}` });
  });

  test.each([
    ['under another agent\'s path', role('/agents/test/other-bot/')],
    ['under another stage\'s path', role('/agents/production/invoice-bot/')],
    ['under the stage\'s path only', role('/agents/test/')],
    ['deeper', role('/agents/test/invoice-bot/deeper/')],
    ['outside the registry\'s path', role('/')],
    ['of another account', role('/agents/test/invoice-bot/', NAME, '999999999999')],
    ['of a name that is not the ARN\'s', { ...role(), RoleName: 'admin' }],
  ])('fails when it is %s', (_what, properties) => {
    expect(codeOf(() => parse(properties, {}, GENERATED))).toBe('PrincipalOutsideRegistry');
  });

  test('fails in a registry that sets the names', () => {
    expect(codeOf(() => parse(role()))).toBe('PrincipalOutsideRegistry');
  });
});

test('the account is the stack\'s, whatever the properties say', () => {
  expect(parse({}, {}).placement.account).toBe('111122223333');
  expect(codeOf(() => parse({ RoleArn: 'arn:aws:iam::444455556666:role/agents/test/invoice-bot-test' }, {}))).toBe('PrincipalOutsideRegistry');
});

test.each([
  ['account', 'arn:aws:cloudformation:eu-west-1:444455556666:stack/Mine/1'],
  ['region', 'arn:aws:cloudformation:us-east-1:111122223333:stack/Mine/1'],
])('fails for a stack of another %s than the registry\'s', (_what, StackId) => {
  expect(codeOf(() => parse({ RoleArn: `arn:aws:iam::${StackId.split(':')[4]}:role/agents/test/invoice-bot-test` }, { StackId }))).toBe('StackOutsideRegistry');
});

test.each([
  ['a stack\'s id', { StackId: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/Mine/1 or 2' }],
  ['a stack\'s name', { StackId: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/My stack/1' }],
  ['a logical id', { LogicalResourceId: 'Agent/Lifecycle' }],
  ['no logical id', { LogicalResourceId: '' }],
])('an event with what CloudFormation would not accept as %s is not one of CloudFormation\'s', (_what, changes) => {
  expect(envelope.safeParse(wireEvent(changes)).success).toBe(false);
  expect(envelope.safeParse(wireEvent()).success).toBe(true);
});

test.each([
  ['another registry', { Registry: 'others' }, 'RegistryMismatch'],
  ['an older schema', { SchemaVersion: '1' }, 'SchemaTooOld'],
  ['a newer schema', { SchemaVersion: '5' }, 'SchemaTooNew'],
  ['no version of a schema', { SchemaVersion: '4 or so' }, 'PropertiesInvalid'],
  ['a name that could be a key of the ledger', { AgentName: 'bot#state' }, 'AgentNameInvalid'],
  ['a stage that is not one', { Stage: 'Test/..' }, 'PropertiesInvalid'],
  ['no sponsor', { Sponsor: undefined }, 'PropertiesInvalid'],
  ['a secret name with a wildcard', { OwnSecrets: ['agents/*'] }, 'PropertiesInvalid'],
  ['a kind of credentials that nobody deletes', { Credentials: [{ Kind: 'password', Name: 'agents_invoice-bot_x' }] }, 'PropertiesInvalid'],
  ['a credential\'s name with a path', { Credentials: [{ Kind: 'api-gateway-key', Name: 'agents_invoice-bot_x/../y' }] }, 'PropertiesInvalid'],
  ['a user pool that is not one', { Credentials: [{ Kind: 'user-pool-client', Name: 'agents_invoice-bot_x', UserPool: '../x' }] }, 'PropertiesInvalid'],
  ['more credentials than a leave deletes', { Credentials: Array.from({ length: 21 }, (_one, index) => ({ Kind: 'api-gateway-key', Name: `agents_invoice-bot_${index}` })) }, 'PropertiesInvalid'],
  ['a role id that is not one', { RoleId: '../x' }, 'PropertiesInvalid'],
  ['a stack to come from whose name is not allowed', { TransferFrom: 'arn:aws:cloudformation:x' }, 'PropertiesInvalid'],
  ['a stack to go to whose name is not allowed', { TransferTo: 'Any*' }, 'PropertiesInvalid'],
  ['an expected use that is no number of days', { ExpectedUseDays: '0' }, 'PropertiesInvalid'],
  ['neither yes nor no to reviews that carry it on', { UntilCertified: 'yes' }, 'PropertiesInvalid'],
  ['no stack to go to', { TransferTo: '' }, 'PropertiesInvalid'],
])('fails when there is %s', (_what, changes, code) => {
  expect(codeOf(() => parse(changes))).toBe(code);
});

test('an agent of the former version of the library is accepted; for a newer one the error says what to deploy first', () => {
  expect(declaring(parse({ SchemaVersion: '3' })).principal.roleName).toBe('invoice-bot-test');
  expect(() => parse({ SchemaVersion: '5' })).toThrow(/schema version 5, and the registry agents accepts the schema versions 3 and 4; nothing was changed: deploy the registry .* first, then the agent/);
});

test('the credentials that it declares are read, with the pool and the time of tokens where there is one', () => {
  const Credentials = [
    { Kind: 'user-pool-client', Name: 'agents_invoice-bot_test_erp', UserPool: 'eu-west-1_AbC123', TokenSeconds: '900' }, { Kind: 'api-gateway-key', Name: 'agents_invoice-bot_test_billing' },
  ];
  expect(declaring(parse({ Credentials })).declared.credentials).toEqual([
    { kind: 'user-pool-client', name: 'agents_invoice-bot_test_erp', userPool: 'eu-west-1_AbC123', tokenSeconds: 900 }, { kind: 'api-gateway-key', name: 'agents_invoice-bot_test_billing' },
  ]);
  expect(declaring(parse()).declared.credentials).toBeUndefined();
});

test('it is known whether it has a guard of its own, and that the guard was removed', () => {
  expect(declaring(parse({ OwnGuard: 'true' })).principal.ownGuard).toBe(true);
  expect(declaring(parse()).principal.ownGuard).toBe(false);
  expect(codeOf(() => parse({ OwnGuard: 'maybe' }))).toBe('PropertiesInvalid');
});

test('the number of managed policies that continue its access is known, also when the last one no longer exists', () => {
  expect(declaring(parse({ AccessParts: '6' })).principal.accessParts).toBe(6);
  expect(declaring(parse()).principal).not.toHaveProperty('accessParts');
  for (const count of ['7', '-1', '1.5', '10', 'two', '']) {
    expect(codeOf(() => parse({ AccessParts: count }))).toBe('PropertiesInvalid');
  }
});

test('the parts of a trust policy are known where the template tells them', () => {
  const [allow, deny] = ['d'.repeat(64), 'e'.repeat(64)];
  const { access } = declaring(parse({ Access: { ...ACCESS, TrustParts: { Allows: [allow], Denies: [deny] } } })).declared;
  expect(access?.trustParts).toEqual({ allows: [allow], denies: [deny] });
  expect(declaring(parse()).declared.access).not.toHaveProperty('trustParts');
  expect(codeOf(() => parse({ Access: { ...ACCESS, TrustParts: { Allows: ['anybody'] } } }))).toBe('PropertiesInvalid');
});

test('the registry decides what a stage demands, not the caller', () => {
  const stages = new Map([...PROFILES, ['sandbox', completeProfile({ maxTenureDays: 10 })]]);
  const of = (stage: string) => declaring(parse({
    Stage: stage, RoleName: `invoice-bot-${stage}`, RoleArn: `arn:aws:iam::111122223333:role/agents/${stage}/invoice-bot-${stage}`, Profile: { LongestTenureDays: '3000' },
  }, {}, { ...REGISTRY, stages }));

  expect(of('sandbox').declared.profile.maxTenureDays).toBe(10);
  expect(of('test').declared.profile).toEqual(TEST_PROFILE);
  expect(of('test').knownStages).toBeUndefined();
  expect(of('canary').knownStages).toEqual(['test', 'staging', 'production', 'sandbox']);
  // An unknown stage gets the strictest profile.
  expect(of('canary').declared.profile).toEqual(PRODUCTION_PROFILE);
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
    exceptions: () => [],
    delegates: () => [],
    isDelegate: () => true,
    ownSecretNames: () => [],
    revokers: () => [],
    ownProviderNames: () => [],
    roleName: 'r',
    roleArn: 'a',
    roleId: 'i',
    access: Lazy.any({ produce: () => ({}) }),
  });
  // Compared as JSON, so that absent members don't appear.
  expect(declaring(parse({ Sponsor: JSON.parse(JSON.stringify(said)) })).declared.sponsor).toEqual(sponsorToRecord(sponsor));
});

describe('what the agent may do', () => {
  const grants = [{ Effect: 'Deny', Actions: ['s3:GetObject'], Resources: ['<Bucket.Arn>/*'], Condition: '{"Bool":{}}' }, { Actions: ['s3:PutObject'], Resources: ['*'] }];

  test('is read, and what CloudFormation leaves out is empty', () => {
    const { access } = declaring(parse({ Access: { ...ACCESS, Boundary: 'arn:org', Stages: [{ Stage: '*', Digest: 'b'.repeat(64), Grants: grants, Omitted: '7' }, { Stage: 'test', Digest: 'c'.repeat(64) }] } })).declared;

    expect(access).toEqual({
      stages: [
        {
          stage: '*',
          digest: 'b'.repeat(64),
          omitted: 7,
          grants: [
            { effect: 'Deny', actions: ['s3:GetObject'], resources: ['<Bucket.Arn>/*'], condition: '{"Bool":{}}' }, { actions: ['s3:PutObject'], resources: ['*'] },
          ],
        },
        { stage: 'test', digest: 'c'.repeat(64), omitted: 0, grants: [] },
      ],
      policy: ACCESS.Policy,
      trust: ACCESS.Trust,
      trusted: ['Service lambda.amazonaws.com'],
      guards: ACCESS.Guards,
      boundary: 'arn:org',
    });
  });

  test.each([
    ['nothing', undefined],
    ['no digest', { ...ACCESS, Policy: 'x' }],
    ['a stage that has no such name', { ...ACCESS, Stages: [{ Stage: 'a\u001b', Digest: 'b'.repeat(64) }] }],
    ['an invalid count of what is left out', { ...ACCESS, Stages: [{ Stage: 'test', Digest: 'b'.repeat(64), Omitted: '-1' }] }],
    ['another effect', { ...ACCESS, Stages: [{ Stage: 'test', Digest: 'b'.repeat(64), Grants: [{ ...grants[0], Effect: 'Allow' }] }] }],
  ])('PropertiesInvalid: fails with %s', (_what, Access) => expect(codeOf(() => parse({ Access }))).toBe('PropertiesInvalid'));

  test('twin: as much as the constructs list is read', () => {
    const many = Array.from({ length: 790 }, (_, index) => ({ Actions: ['s3:Get'], Resources: [`${index}`] }));
    expect(declaring(parse({ Access: { ...ACCESS, Stages: [{ Stage: 'test', Digest: 'b'.repeat(64), Grants: many }] } })).declared.access?.stages[0].grants).toHaveLength(790);
  });
});
