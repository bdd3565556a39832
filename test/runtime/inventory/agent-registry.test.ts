import { FakeAccount, sessionXml } from './fake-account';
import { ACCOUNT, generateAccount, HOSTILE, roleOf, SHAPES, trust } from './generated-account';
import { taken } from './taken';
import { Inventory, inventoryCsv, InventoryOptions } from '../../../runtime/inventory';

const RUNTIME = `arn:aws:bedrock-agentcore:us-east-1:${ACCOUNT}:runtime/`;
const agent = (name: string) => ({ 'agent:name': name, 'agent:stage': 'test', 'agent:registry': 'agents' });
const OTHER = '222233334444';

const account = {
  ...generateAccount(0, 0),
  roles: [
    roleOf({ ...SHAPES.agent(1), name: 'invoice-test' }, 1),
    roleOf({ name: 'ticket-test', tags: agent('ticket-bot'), trust: trust({ Service: 'bedrock-agentcore.amazonaws.com' }, { ArnLike: { 'aws:SourceArn': `${RUNTIME}tickets-*` } }) }, 2),
    roleOf({ name: 'unlisted-test', tags: agent('unlisted-bot') }, 3),
    roleOf({ name: 'kept-test', tags: agent('kept-bot') }, 5),
    roleOf({ name: 'stray', attached: ['arn:aws:iam::aws:policy/AdministratorAccess'], trust: trust({ Service: 'bedrock-agentcore.amazonaws.com' }, { ArnLike: { 'aws:SourceArn': `${RUNTIME}stray-1` } }) }, 4),
  ],
};
const record = (id: string, name: string, more: object = {}) => (
  { recordId: id, recordArn: `arn:aws:agent-registry:us-east-1:${ACCOUNT}:registry/r1/record/${id}`, name, recordType: 'AGENT', recordVersion: '1', status: 'APPROVED', createdAt: 1_767_225_600, ...more });
const detected = (runtime: string) => ({ createdByAutoDetection: true, provenanceSummaryList: [{ relation: 'DETECTED_FROM', sourceId: RUNTIME + runtime, sourceType: 'AWS::BedrockAgentCore::Runtime' }] });
const RECORDS = [
  record('a', 'Invoice-Bot'), record('b', 'Tickets of support', detected('tickets-9')), record('c', 'stray agent', detected('stray-1')), record('d', HOSTILE[0], { status: 'DRAFT', createdAt: '2026-01-01T00:00:00Z' }),
  record('e', 'never made', { status: 'CREATE_FAILED' }),
];

const KEPT = [record('g', `agents/${ACCOUNT}/kept-bot`, { recordType: 'CUSTOM', displayName: 'kept-bot' }), record('h', 'kept-bot', { recordType: 'CUSTOM' })];
const isOf = (type: string, filters: unknown) => JSON.stringify(filters).includes(type);

type Answers = NonNullable<NonNullable<Parameters<typeof FakeAccount.start>[1]>['also']>;
const ANSWERS: Answers = {
  '/registries-list': ({ nextToken: token }) => (token === undefined ? { registries: [{ name: 'catalogue', registryId: 'r1' }], nextToken: 'more' } : { registries: [{ name: 'empty', registryId: 'r2' }] }),
  '/registries/r1/records-list': ({ nextToken: token, filters }) => (isOf('CUSTOM', filters) ? { registryRecords: KEPT } : token === undefined ? { registryRecords: RECORDS.slice(0, 2), nextToken: 'more' } : { registryRecords: RECORDS.slice(2) }),
  '/registries/r2/records-list': () => ({}),
};
let fake: FakeAccount;
afterEach(() => fake.stop());
async function inventory(answers = ANSWERS, more: Partial<InventoryOptions> = { agentRegistry: true }): Promise<Inventory> {
  fake = await FakeAccount.start(account, { also: answers });
  return taken(fake, more);
}
const named = ({ rows }: Inventory, name: string) => rows.find((row) => row.name === name);

test('agents that are in both, by name or by the runtime that the record was detected in', async () => {
  const found = await inventory();

  expect(named(found, 'invoice-test')!.catalogue).toEqual({ match: 'both', registry: 'catalogue', status: 'APPROVED' });
  expect(named(found, 'ticket-test')!.catalogue).toEqual({ match: 'both', registry: 'catalogue', status: 'APPROVED' });
  expect(named(found, 'Invoice-Bot')).toBeUndefined();
  expect(named(found, 'Tickets of support')).toBeUndefined();
});

test('an agent of a registry without a record is marked; twin: a role that is no agent is not', async () => {
  const found = await inventory();

  expect(named(found, 'unlisted-test')!.catalogue).toEqual({ match: 'only-here' });
  expect(named(found, 'stray')!.catalogue).toBeUndefined();
});

test('a record without an agent is a row, with the role of its runtime and that role\'s power; one that was never made has no row', async () => {
  const found = await inventory();

  expect(named(found, 'stray agent')).toMatchObject({
    type: 'agent-registry-record',
    kind: 'catalogue',
    id: 'c',
    createdAt: '2026-01-01T00:00:00.000Z',
    power: { level: 'full' },
    roles: [named(found, 'stray')!.arn],
    madeBy: { tool: 'AWS Agent Registry' },
    catalogue: { match: 'only-there', registry: 'catalogue', status: 'APPROVED' },
    findings: [],
  });
  expect(named(found, HOSTILE[0])).toMatchObject({ createdAt: '2026-01-01T00:00:00.000Z', catalogue: { match: 'only-there', status: 'DRAFT' } });
  expect(named(found, 'never made')).toBeUndefined();
  expect(inventoryCsv(found, { registry: 'agents' })).toMatch(/"only-there","catalogue","DRAFT"/);
});

test('an approved record counts before one that is not', async () => {
  const found = await inventory({ ...ANSWERS, '/registries/r2/records-list': () => ({ registryRecords: [record('f', 'invoice-bot', { status: 'DEPRECATED' })] }) });

  expect(named(found, 'invoice-test')!.catalogue!.status).toBe('APPROVED');
});

test('a record that a registry keeps in step counts by the agent that it names; another one of its type is no agent', async () => {
  const found = await inventory();

  expect(named(found, 'kept-test')!.catalogue).toEqual({ match: 'both', registry: 'catalogue', status: 'APPROVED' });
  expect(found.rows.filter(({ name }) => /^agents\/|^kept-bot$/.test(name))).toEqual([]);
});

test('asks for records of agents and for those of a form of their own, in pages', async () => {
  const asked: unknown[] = [];
  await inventory({ ...ANSWERS, '/registries/r1/records-list': (input) => (asked.push(input), ANSWERS['/registries/r1/records-list'](input)) });

  expect(asked).toEqual([['CUSTOM'], ['AGENT'], ['AGENT', 'more']].map(([type, nextToken]) => (
    { as: ACCOUNT, maxResults: 100, ...(nextToken === undefined ? {} : { nextToken }), filters: [{ name: 'recordType', values: [type] }] })));
  expect(fake.calls.filter(({ action }) => action.startsWith('/'))).toHaveLength(7);
});

test('twin: is not asked by itself, and marks nothing', async () => {
  const found = await inventory(ANSWERS, {});

  expect(found.rows.filter(({ catalogue }) => catalogue !== undefined)).toEqual([]);
  expect(fake.calls.filter(({ action }) => action.startsWith('/'))).toEqual([]);
});

test('if a list is denied it is named, and no agent is said to be without a record', async () => {
  const found = await inventory({ ...ANSWERS, '/registries/r2/records-list': () => ({ status: 403, message: 'no', __type: 'AccessDeniedException' }) });

  expect(found.unread).toEqual([{ account: ACCOUNT, service: 'AWS Agent Registry', reason: expect.stringMatching(/^AccessDenied: /) }]);
  expect(found.rows.filter(({ catalogue }) => catalogue !== undefined)).toEqual([]);
  expect(found.rows.filter(({ type }) => type === 'role')).toHaveLength(account.roles.length);
});

test('in an organization the record may be in another account, and a part that could not be read leaves the answer open', async () => {
  const organization: Answers = {
    ...ANSWERS,
    'ListAccounts': () => ({ Accounts: [ACCOUNT, OTHER].map((Id) => ({ Id, Name: `account ${Id}`, State: 'ACTIVE' })) }),
    'AssumeRole': () => sessionXml(OTHER),
    '/registries-list': ({ as }) => ({ registries: as === OTHER ? [{ name: 'catalogue', registryId: 'r1' }] : [] }),
  };
  const found = await inventory(organization, { agentRegistry: true, roleName: 'x' });
  expect(found.rows.filter(({ account: its, name }) => its === ACCOUNT && name === 'invoice-test')).toMatchObject([{ catalogue: { match: 'both' } }]);
  expect(named(found, 'stray agent')).toMatchObject({ account: OTHER, accountName: `account ${OTHER}`, catalogue: { match: 'only-there' } });
  expect(named(found, 'unlisted-test')!.catalogue).toEqual({ match: 'only-here' });
  await fake.stop();

  const partly = await inventory({ ...organization, AssumeRole: () => ({ status: 403, __type: 'AccessDenied' }) }, { agentRegistry: true, roleName: 'x' });
  expect(partly.unread).toHaveLength(1);
  expect(named(partly, 'unlisted-test')!.catalogue).toBeUndefined();
});
