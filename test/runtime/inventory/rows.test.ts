import { daysAgo, generateAccount, GeneratedRole, GeneratedUser, NOW, reportOf, roleOf, SHAPES, trust } from './generated-account';
import { rowsIn } from './inventory-of';
import { InventoryRow } from '../../../runtime/inventory/model';
import { Extras } from '../../../runtime/inventory/rows';
import { OwaspItem } from '../../../src/core/identities/finding-rules';

const account = generateAccount(0, 0);
const rowOf = (shape: Partial<GeneratedRole>, extras?: Extras): InventoryRow => (
  rowsIn({ ...account, roles: [roleOf({ createdAt: daysAgo(10), ...shape }, 1)] }, extras).find(({ type }) => type === 'role')!);
const users = rowsIn(generateAccount(0, 4));
const userNamed = (name: string): InventoryRow => users.find((row) => row.name === name)!;
const rulesOf = ({ findings }: InventoryRow): string[] => findings.map(({ owasp, rule }) => `${owasp} ${rule}`);

describe('kinds', () => {
  test.each<[keyof typeof SHAPES, string]>([
    ['lambda', 'machine'], ['vendor', 'machine'], ['broken', 'machine'], ['anyone', 'machine'], ['people', 'human'], ['identityCenter', 'human'],
    ['serviceLinked', 'service-linked'], ['ofAws', 'aws-created'],
  ])('%s is %s', (shape, kind) => {
    expect(rowOf(SHAPES[shape](1))).toMatchObject({ kind, kindBecause: expect.any(String) });
  });

  test('a user with a password is a person, one with keys only is a machine', () => {
    expect(userNamed('user-0').kind).toBe('human');
    expect(userNamed('user-1').kind).toBe('machine');
    expect(userNamed('<root_account>')).toMatchObject({ type: 'root', kind: 'human', lastUsed: { at: new Date(daysAgo(700)).toISOString(), by: 'its password' } });
  });

  test.each<[string, string, Set<string> | undefined, string]>([
    ['another account', trust({ AWS: '444455556666' }), undefined, 'aws-created'],
    ['an account of the organization', trust({ AWS: '444455556666' }), new Set(['444455556666']), 'aws-created'],
    ['an account outside of the organization', trust({ AWS: '444455556666' }), new Set(['555566667777']), 'machine'],
    ['its own account', trust({ AWS: '111122223333' }), undefined, 'machine'],
    ['a repository', SHAPES.openGithub(1).trust!, undefined, 'machine'],
    ['anyone', trust('*'), undefined, 'machine'],
  ])('a name of AWS\'s own, which anyone can give, counts if the role is trusted as AWS\'s is: %s', (_who, its, organization, kind) => {
    const row = rowOf({ name: 'OrganizationAccountAccessRole', trust: its, attached: ['arn:aws:iam::aws:policy/AdministratorAccess'] }, { ...organization === undefined ? {} : { organization } });

    expect(row.kind).toBe(kind);
    expect(rulesOf(row).includes('NHI5 administrator')).toBe(kind === 'machine');
  });

  test('a role that only a user with a password can assume is of people; twin: one for a user without', () => {
    const kinds = ['user-0', 'user-1'].map((name) => (
      rowsIn({ ...generateAccount(0, 4), roles: [roleOf({ trust: trust({ AWS: `arn:aws:iam::111122223333:user/${name}` }) }, 1)] }).find(({ type }) => type === 'role')!));

    expect(kinds.map(({ kind, kindBecause }) => [kind, kindBecause])).toEqual([['human', 'only people can assume it: user user-0'], ['machine', 'no person can assume it by its trust policy']]);
  });

  test('what AWS made is not judged', () => {
    expect(rowOf({ ...SHAPES.ofAws(1), createdAt: daysAgo(900) }).findings).toEqual([]);
    expect(rowOf({ ...SHAPES.identityCenter(1), createdAt: daysAgo(900) }).findings).toEqual([]);
  });
});

test('last use of a user says by what: the latest of password and keys', () => {
  expect(userNamed('user-1').lastUsed).toEqual({ at: new Date(daysAgo(2)).toISOString(), by: 'access key 1: s3 in eu-west-1' });
  expect(userNamed('user-0').lastUsed).toEqual({ at: new Date(daysAgo(1)).toISOString(), by: 'its password' });
  expect(rowOf(SHAPES.lambda(1)).lastUsed).toEqual({ at: new Date(daysAgo(1)).toISOString(), by: 'a session in eu-west-1' });
});

test('keys have their age and state', () => {
  expect(userNamed('user-1').keys).toEqual([{
    name: 'access key 1', active: true, createdAt: new Date(daysAgo(400)).toISOString(), ageDays: 400, lastUsedAt: new Date(daysAgo(2)).toISOString(), lastUsedBy: 's3 in eu-west-1',
  }]);
  expect(userNamed('=user@x').keys).toEqual([{ name: 'access key 2', active: false, createdAt: new Date(daysAgo(700)).toISOString(), ageDays: 700 }]);
});

test('power of a user comes from its groups too', () => {
  expect(userNamed('user-0').power).toMatchObject({ level: 'full', statements: [{ policy: 'AdministratorAccess' }] });
  expect(userNamed('user-1').power.level).toBe('none');
});

test('an agent of a registry is known by its tags', () => {
  expect(rowOf(SHAPES.agent(1)).agent).toEqual({ name: 'invoice-bot', registry: 'agents' });
  expect(rowOf(SHAPES.agent(1)).sponsors).toEqual([{ who: 'ada@example.com', evidence: 'tag agent:sponsor' }]);
  const acme = { 'acme/bot/name': 'ticket-bot', 'acme/bot/stage': 'test', 'acme/bot/registry': 'bots', 'acme/bot/sponsor': 'li@example.com' };
  expect(rowOf({ tags: acme })).toMatchObject({ agent: { name: 'ticket-bot', registry: 'bots' }, sponsors: [{ who: 'li@example.com' }] });
  expect(rowOf({ tags: { 'name': 'x', 'docker:registry': 'y', 'docker:name': 'z' } }).agent).toBeUndefined();
  expect(rowOf(SHAPES.lambda(1)).agent).toBeUndefined();
});

describe('who made it', () => {
  test.each<[string, Partial<GeneratedRole>, object | undefined]>([
    ['a tag of CloudFormation', { tags: { 'aws:cloudformation:stack-name': 'Orders' } }, { tool: 'CloudFormation', stack: 'Orders', evidence: 'tag aws:cloudformation:stack-name' }],
    ['a name in CloudFormation\'s form', { name: 'Orders-FnServiceRole12-1A2B3C4D5E6F7' }, { tool: 'CloudFormation', stack: 'Orders', evidence: 'form of its name' }],
    ['a tag before the name', { name: 'Orders-Fn-1A2B3C4D5E6F7', tags: { ManagedBy: 'terraform' } }, { tool: 'Terraform', evidence: 'tag ManagedBy' }],
    ['a generated name of Terraform', { name: 'terraform-20260101120000000000000001' }, { tool: 'Terraform', evidence: 'form of its name' }],
    ['bootstrap', { name: 'cdk-hnb659fds-cfn-exec-role-111122223333-eu-west-1' }, { tool: 'CDK bootstrap', evidence: 'form of its name' }],
    ['the console', { path: '/service-role/' }, { tool: 'console of an AWS service', evidence: 'path /service-role/' }],
    ['nothing', { name: 'plain-role' }, undefined],
  ])('%s', (_mark, shape, maker) => {
    expect(rowOf(shape).madeBy).toEqual(maker);
  });
});

describe('the likely sponsor', () => {
  test('has its evidence, and tags come before everything else', () => {
    const name = 'Orders-FnServiceRole12-1A2B3C4D5E6F7';
    const extras: Extras = {
      stackTags: new Map([['Orders', { team: 'orders' }]]), creators: new Map([[`role/${name}`, 'li (as Admin)']]), codeOwners: () => [{ who: '@acme/orders', evidence: 'owner of app.ts, by CODEOWNERS' }],
    };
    expect(rowOf({ name, tags: { 'Cost-Center': '7', 'Owner': 'ada@example.com' }, trust: SHAPES.github(1).trust }, extras).sponsors).toEqual([
      { who: 'ada@example.com', evidence: 'tag Owner' },
      { who: 'orders', evidence: 'tag of stack Orders team' },
      { who: '@acme/orders', evidence: 'owner of app.ts, by CODEOWNERS' },
      { who: 'li (as Admin)', evidence: 'created it, by CloudTrail' },
      { who: 'owners of GitHub repository acme/shop-1', evidence: 'its trust policy' },
      { who: 'owners of stack Orders', evidence: 'form of its name' },
    ]);
  });

  test('of the same name is there once; an empty tag is nobody', () => {
    expect(rowOf({ tags: { owner: 'ada', Creator: 'ada', team: ' ' } }).sponsors).toEqual([{ who: 'ada', evidence: 'tag owner' }]);
    expect(rowOf({ tags: {} }).sponsors).toEqual([]);
    expect(rowOf(SHAPES.openGithub(1)).sponsors).toEqual([]);
  });
});

describe('findings', () => {
  const compromised = { attached: ['arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3'] };
  const used = { lastUsedAt: daysAgo(1) };

  test.each<[OwaspItem, string, Partial<GeneratedRole>, Partial<GeneratedRole>]>([
    ['NHI1', 'unused', { createdAt: daysAgo(91) }, { createdAt: daysAgo(90) }],
    ['NHI1', 'unused', { lastUsedAt: daysAgo(91) }, { createdAt: daysAgo(900), lastUsedAt: daysAgo(90) }],
    ['NHI1', 'deleted-principal-trusted', SHAPES.deleted(1), SHAPES.lambda(1)],
    ['NHI2', 'key-leaked', compromised, used],
    ['NHI3', 'third-party', SHAPES.stranger(1), SHAPES.vendor(1)],
    ['NHI4', 'anyone-trusted', SHAPES.anyone(1), SHAPES.lambda(1)],
    ['NHI5', 'administrator', SHAPES.admin(1), SHAPES.bounded(1)],
    ['NHI5', 'becomes-others', SHAPES.passes(1), SHAPES.lambda(1)],
    ['NHI5', 'whole-service', { inline: { all: '{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}' } }, SHAPES.lambda(1)],
    ['NHI6', 'open-federation', SHAPES.openGithub(1), SHAPES.github(1)],
    ['NHI8', 'stages-mixed', SHAPES.mixed(1), { ...SHAPES.mixed(1), name: 'shop-test-1' }],
    ['NHI9', 'shared', SHAPES.shared(1), SHAPES.lambda(1)],
    ['NHI10', 'person-and-machine', { trust: JSON.stringify({ Statement: [JSON.parse(trust({ Service: 'ec2.amazonaws.com' })).Statement[0], JSON.parse(SHAPES.people(1).trust!).Statement[0]] }) }, SHAPES.lambda(1)],
  ])('%s %s is found, and its twin is not', (owasp, rule, shape, twin) => {
    expect(rulesOf(rowOf(shape))).toContain(`${owasp} ${rule}`);
    expect(rulesOf(rowOf(twin))).not.toContain(`${owasp} ${rule}`);
  });

  test('of users: old and kept keys, a leaked one, a person with keys', () => {
    expect(rulesOf(userNamed('user-1'))).toEqual(['NHI7 old-key']);
    expect(rulesOf(userNamed('user-2'))).toEqual(['NHI10 person-and-machine']);
    expect(rulesOf(userNamed('=user@x'))).toEqual(['NHI2 key-leaked', 'NHI1 unused', 'NHI1 inactive-key-kept']);
    expect(rulesOf(userNamed('user-0'))).toEqual([]);
  });

  test('services that it may use and does not, if they were asked for', () => {
    const services = new Map([[rowOf({}).arn, [{ name: 's3' }, { name: 'ec2', lastUsedAt: NOW.toISOString() }]]]);

    expect(rowOf({ ...used }, { services }).findings).toEqual([
      { owasp: 'NHI5', rule: 'unused-services', severity: 'low', detail: '1 of 2 services that it may use were not used in 400 days' },
    ]);
    expect(rowOf({ ...used }).findings).toEqual([]);
  });

  test('the worst rows come first', () => {
    const severities = rowsIn(generateAccount(210, 20)).map(({ findings }) => findings[0]?.severity ?? 'none');
    const order = ['critical', 'high', 'medium', 'low', 'none'];

    expect(severities).toEqual([...severities].sort((one, other) => order.indexOf(one) - order.indexOf(other)));
    expect(new Set(severities).size).toBeGreaterThan(3);
  });
});

describe('the credential report', () => {
  const { users: [person, , , last] } = generateAccount(0, 4);
  const withKey = { access_key_1_active: 'true', access_key_1_last_rotated: daysAgo(400) };
  const rowsOfUsers = (...all: Partial<GeneratedUser>[]): InventoryRow[] => {
    const its = all.map((user, index) => ({ ...last, attached: [], id: `AIDA${index}`, arn: `arn:aws:iam::111122223333:user/${user.name}`, ...user }) as GeneratedUser);
    return rowsIn({ ...generateAccount(0, 0), users: its, report: () => reportOf(its) });
  };
  const keysOf = (rows: readonly InventoryRow[], name: string): number => rows.find((row) => row.name === name)!.keys.length;

  test.each(['ada,arn', 'ada,', ',', 'no_information', 'not_supported', 'ada,arn=,x'])('a user called %j has the keys that are its own, and a namesake keeps its own', (name) => {
    const rows = rowsOfUsers({ ...person, name: 'ada', arn: 'arn:aws:iam::111122223333:user/ada', report: withKey }, { name, report: withKey }, { name: 'li', report: {} });

    expect([keysOf(rows, 'ada'), keysOf(rows, name), keysOf(rows, 'li')]).toEqual([1, 1, 0]);
    expect(rows.find((row) => row.name === name)!.findings.map(({ rule }) => rule)).toContain('old-key');
  });

  test('the path of a user may hold commas too', () => {
    expect(keysOf(rowsOfUsers({ name: 'a,b', arn: 'arn:aws:iam::111122223333:user/x,arn:y,/a,b', report: withKey }), 'a,b')).toBe(1);
  });
});
