import { FakeAccount } from './fake-account';
import { ACCOUNT, daysAgo, generateAccount, HOSTILE, roleOf, SHAPES } from './generated-account';
import { taken } from './taken';
import { Inventory, inventoryCsv, inventoryReport } from '../../../runtime/inventory';

const ANYWHERE = `arn:aws:rolesanywhere:us-east-1:${ACCOUNT}:`;
const ANCHOR = `${ANYWHERE}trust-anchor/ta-1`;
const arnOf = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const trusting = (condition?: object): string => JSON.stringify({
  Statement: [{ Effect: 'Allow', Principal: { Service: 'rolesanywhere.amazonaws.com' }, Action: ['sts:AssumeRole', 'sts:TagSession'], ...(condition === undefined ? {} : { Condition: condition }) }],
});
const named = (name: string, anchor = ANCHOR): string => trusting({ ArnEquals: { 'aws:SourceArn': anchor }, StringLike: { 'aws:PrincipalTag/x509Subject/CN': name } });

const account = {
  ...generateAccount(0, 1),
  roles: [
    roleOf({ name: 'printers', trust: named('printer-*') }, 1),
    roleOf({ name: 'open', trust: trusting(), attached: ['arn:aws:iam::aws:policy/AdministratorAccess'], lastUsedAt: daysAgo(1) }, 2),
    roleOf({ name: 'elsewhere', trust: named('printer-1', `${ANYWHERE}trust-anchor/unknown`) }, 3),
    roleOf({ name: 'no-profile', trust: named('printer-1') }, 4),
    roleOf({ ...SHAPES.agent(1), path: '/', name: 'agent-role', trust: named('bot') }, 5),
    roleOf({ name: 'not-trusting' }, 6),
  ],
};
const PROFILES = [
  { profileArn: `${ANYWHERE}profile/p-1`, profileId: 'p-1', name: 'factory', enabled: true, createdAt: '2026-01-01T00:00:00Z', roleArns: ['printers', 'elsewhere', 'agent-role', 'not-trusting'].map(arnOf) },
  { profileArn: `${ANYWHERE}profile/p-2`, profileId: 'p-2', name: 'switched-off', enabled: false, createdAt: '2026-01-01T00:00:00Z', roleArns: [arnOf('open')] },
];
const ANCHORS = [
  { trustAnchorArn: ANCHOR, trustAnchorId: 'ta-1', name: 'company CA', enabled: true, createdAt: '2026-01-01T00:00:00Z', source: { sourceType: 'AWS_ACM_PCA' } },
  { trustAnchorArn: `${ANYWHERE}trust-anchor/ta-2`, trustAnchorId: 'ta-2', name: HOSTILE[0], enabled: false, createdAt: 'not a date', source: {} },
];
const subject = (id: string, x509Subject: string, more: object = {}) => (
  { subjectArn: `${ANYWHERE}subject/${id}`, subjectId: id, x509Subject, enabled: true, createdAt: daysAgo(300), lastSeenAt: daysAgo(2), ...more });
const SUBJECTS = [
  subject('s-1', 'CN=printer-1,OU=Floor 2'), subject('s-2', 'OU=Floor\\, 3+CN=bot', { lastSeenAt: daysAgo(200) }), subject('s-3', 'CN=printer-9', { enabled: false }), subject('s-4', `CN=${HOSTILE[0]}`), subject('s-5', '=cmd|x'),
];

let fake: FakeAccount;
let pauses: number[] = [];
afterEach(() => fake.stop());

type Answers = NonNullable<NonNullable<Parameters<typeof FakeAccount.start>[1]>['also']>;
const ANSWERS: Answers = {
  '/profiles': ({ nextToken: token }) => (token === undefined ? { profiles: PROFILES.slice(0, 1), nextToken: 'more&=' } : { profiles: PROFILES.slice(1) }),
  '/trustanchors': () => ({ trustAnchors: ANCHORS }),
  '/subjects': () => ({ subjects: SUBJECTS, nextToken: '' }),
};
async function inventory(answers = ANSWERS, rolesAnywhere = true, roles = account.roles): Promise<Inventory> {
  fake = await FakeAccount.start({ ...account, roles }, { also: answers });
  pauses = [];
  return taken(fake, { rolesAnywhere, pause: async (milliseconds) => void pauses.push(milliseconds) });
}
const row = ({ rows }: Inventory, id: string) => rows.find((one) => one.id === id)!;

test('subjects are machine identities, with their last use and the roles that they lead to', async () => {
  const found = await inventory();

  expect(row(found, 's-1')).toMatchObject({
    type: 'roles-anywhere-subject',
    kind: 'machine',
    name: 'CN=printer-1,OU=Floor 2',
    arn: `${ANYWHERE}subject/s-1`,
    lastUsed: { at: new Date(daysAgo(2)).toISOString(), by: 'its certificate' },
    roles: [arnOf('printers')],
    power: { level: 'none' },
    findings: [],
  });
  expect(row(found, 's-2')).toMatchObject({ roles: [arnOf('agent-role')], agent: { name: 'invoice-bot' }, sponsors: [{ who: 'ada@example.com' }], findings: [{ rule: 'unused', detail: 'not used for 200 days' }] });
  expect(row(found, 's-4').roles).toEqual([]);
});

test('a disabled subject leads nowhere; a disabled profile or anchor lends nothing to others', async () => {
  const found = await inventory();

  expect(row(found, 's-3')).toMatchObject({ roles: [], kindBecause: expect.stringMatching(/, disabled$/) });
  expect(row(found, 'p-2')).toMatchObject({ roles: [], kindBecause: 'profile of IAM Roles Anywhere, disabled' });
  expect(row(found, 's-1').roles).not.toContain(arnOf('open'));
});

test('twin: enabled, it leads to the role that any certificate may assume, with its power and its finding', async () => {
  const found = await inventory({ ...ANSWERS, '/profiles': () => ({ profiles: PROFILES.map((profile) => ({ ...profile, enabled: true })) }) });

  expect(row(found, 's-1')).toMatchObject({ roles: [arnOf('printers'), arnOf('open')], power: { level: 'full' }, findings: [{ rule: 'administrator' }] });
  expect(row(found, 's-4').roles).toEqual([arnOf('open')]);
});

test('profiles and trust anchors are rows that are not judged, with their roles', async () => {
  const found = await inventory();

  expect(row(found, 'p-1')).toMatchObject({ type: 'roles-anywhere-profile', kind: 'federation', name: 'factory', roles: ['printers', 'elsewhere', 'agent-role'].map(arnOf), findings: [] });
  expect(row(found, 'ta-1')).toMatchObject({ type: 'roles-anywhere-trust-anchor', kind: 'federation', kindBecause: 'trust anchor of IAM Roles Anywhere, AWS_ACM_PCA', roles: ['printers', 'agent-role'].map(arnOf) });
  expect(row(found, 'ta-2')).toMatchObject({ name: HOSTILE[0], createdAt: '', roles: [] });
});

test('without a trust anchor no certificate is accepted', async () => {
  const found = await inventory({ ...ANSWERS, '/trustanchors': () => ({}) });

  expect(row(found, 's-1').roles).toEqual([]);
});

test('all pages are read, one call a second', async () => {
  await inventory();

  expect(fake.calls.map(({ action }) => action).filter((action) => action.startsWith('/'))).toEqual(['/profiles', '/profiles', '/trustanchors', '/subjects']);
  expect(fake.calls.find(({ params }) => params.has('nextToken'))?.params.get('nextToken')).toBe('more&=');
  expect(pauses).toEqual([1_000, 1_000, 1_000, 1_000]);
});

test('twin: is not asked by itself', async () => {
  expect((await inventory(ANSWERS, false)).rows.filter(({ type }) => type.startsWith('roles-anywhere'))).toEqual([]);
  expect(fake.calls.filter(({ action }) => action.startsWith('/'))).toEqual([]);
});

test('if it is denied it is named, and the rest continues', async () => {
  const found = await inventory({ ...ANSWERS, '/subjects': () => ({ status: 403, message: 'User is not authorized', __type: 'AccessDeniedException' }) });

  expect(found.unread).toEqual([{ account: ACCOUNT, service: 'IAM Roles Anywhere', reason: expect.stringMatching(/^AccessDenied: arn:aws:iam::111122223333:user\/ada is not allowed to do this in account 111122223333, us-east-1 \(rolesanywhere: User/) }]);
  expect(found.accounts).toHaveLength(1);
  expect(found.rows.filter(({ type }) => type === 'role')).toHaveLength(account.roles.length);
  expect(inventoryReport(found)).toContain('IAM Roles Anywhere of account 111122223333 could not be read');
});

test('answers of no form make no rows, and no error', async () => {
  const found = await inventory({ '/profiles': () => ({ profiles: [{}] }), '/trustanchors': () => ({ trustAnchors: [{}] }), '/subjects': () => ({ subjects: [{}] }) });

  expect(found.unread).toEqual([]);
  expect(found.rows.filter(({ type }) => type.startsWith('roles-anywhere')).map(({ name, roles }) => [name, roles])).toEqual([['', []], ['', []], ['', []]]);
});

test('a subject is inert in the report and no formula in a spreadsheet', async () => {
  const found = await inventory();

  expect(inventoryReport(found)).not.toContain('<img');
  expect(inventoryCsv(found, { registry: 'agents' })).toContain('"\'=cmd|x"');
});

test('a role for a subject of one authority has one caller', async () => {
  const found = await inventory();

  expect(found.rows.find(({ name }) => name === 'printers')).toMatchObject({ assumedBy: [{ kind: 'workload', name: 'Roles Anywhere subject printer-*' }] });
  expect(found.rows.find(({ name }) => name === 'printers')!.findings.map(({ rule }) => rule)).not.toContain('shared');
});
