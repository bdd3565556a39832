import { Duration } from 'aws-cdk-lib';
import fc from 'fast-check';
import { bytesWith, SMALL, tableWith, TABLE_OPTIONS } from './tables';
import { AgentRow, formatTable, parseTable, readTable } from '../../../runtime/adoption';
import { AgentStage } from '../../../src/core';
import { generateAccount, roleOf } from '../inventory/generated-account';

const read = (cells: Parameters<typeof tableWith>[1], account = SMALL) => readTable(bytesWith(account, cells), 'inventory.csv', TABLE_OPTIONS);
const faultsOf = (cells: Parameters<typeof tableWith>[1], account = SMALL): string => {
  try {
    read(cells, account);
  } catch (error) {
    return String(error);
  }
  return 'no fault';
};

test('a row that is filled in is an agent; the others are not', () => {
  const { agents, undecided } = read({ 'admin-bot-0': {}, 'tf-0': { how: 'leave' } });

  expect(agents).toEqual([{
    how: 'adopt',
    type: 'role',
    arn: 'arn:aws:iam::111122223333:role/admin-bot-0',
    account: '111122223333',
    agentName: 'admin-bot-0',
    purpose: 'Books invoices since 2019',
    sponsor: expect.objectContaining({ kind: 'person', name: 'Ada Park', email: 'ada.park@example.com', backupEmail: 'li.chen@example.com' }),
    stage: AgentStage.PRODUCTION,
    expires: '2027-03-31',
    onRemoval: 'release',
    stackName: 'adopted-production',
    isAgent: false,
  } satisfies AgentRow]);
  // All that could become agents, without the two.
  expect(undecided).toBe(16);
});

describe('a stage of the registry\'s own', () => {
  const stages = [...TABLE_OPTIONS.stages, AgentStage.of('canary', { maxTenure: Duration.days(30) })];
  const withStages = (cells: Record<string, string>) => readTable(bytesWith(SMALL, { 'admin-bot-0': cells }), 'x.csv', { ...TABLE_OPTIONS, stages });

  test('may be named where the registry has it, and gives the stack its name', () => {
    expect(withStages({ stage: 'canary', expires: '2026-07-09' }).agents).toMatchObject([{ stage: { name: 'canary' }, stackName: 'adopted-canary' }]);
  });

  test('fails otherwise, or with an end beyond its own tenure', () => {
    expect(faultsOf({ 'admin-bot-0': { stage: 'canary', expires: '2026-07-09' } })).toMatch(/StageUnknown: "canary" is not allowed: use test, staging, production/);
    expect(() => withStages({ stage: 'canary', expires: '2026-07-10' })).toThrow(/TenureExceeded: "2026-07-10" is further ahead than stage canary allows \(30 days\): use 2026-07-09 or earlier/);
  });
});

test('an inventory that nobody filled in is read, and has no agents', () => {
  expect(read({})).toEqual({ agents: [], undecided: 18 });
});

test.each<[string, Record<string, string>, Partial<AgentRow>]>([
  ['a role of its own has a stack of its own', { how: 'migrate' }, { how: 'migrate', stackName: 'agent-admin-bot-0' }],
  ['a stack that is named', { stack: 'Billing' }, { stackName: 'Billing' }],
  ['an instant', { expires: '2027-03-31T12:00:00+02:00' }, { expires: '2027-03-31T12:00:00+02:00' }],
  ['a leave when it is removed', { on_removal: 'leave' }, { onRemoval: 'leave' }],
  ['a team', { team: 'Finance', team_mailbox: 'finance@example.com' }, { sponsor: expect.objectContaining({ kind: 'team', name: 'Finance', email: 'finance@example.com', accountableName: 'Ada Park' }) }],
])('%s', (_what, cells, agent) => {
  expect(read({ 'admin-bot-0': cells }).agents).toEqual([expect.objectContaining(agent)]);
});

test.each<[Record<string, string>, RegExp]>([
  [{ how: 'yes' }, /row \d+, line \d+, column how: WayUnknown: "yes" is not allowed: use adopt, migrate or leave/],
  [{ agent_name: 'Admin Bot' }, /column agent_name: AgentNameInvalid: agent name "Admin Bot" is not allowed: use 3-48/],
  [{ purpose: '' }, /column purpose: CellMissing: /],
  [{ purpose: '=1+1' }, /column purpose: FormulaCell: /],
  [{ purpose: '{{resolve:secretsmanager:x}}' }, /column purpose: DynamicReference: /],
  // eslint-disable-next-line no-template-curly-in-string -- the form of a token of the CDK
  [{ purpose: '${Token[TOKEN.1]}' }, /column purpose: LiteralRequired: /],
  [{ sponsor_name: '' }, /column sponsor_name: CellMissing: /],
  [{ sponsor_email: 'ada' }, /column sponsor_email: EmailInvalid: /],
  [{ sponsor_backup: 'Ada.Park@example.com' }, /column sponsor_backup: BackupIsSponsor: /],
  [{ team: 'Finance' }, /column team_mailbox: CellMissing: /],
  [{ team_mailbox: 'finance@example.com' }, /column team: CellMissing: /],
  [{ stage: 'prod' }, /column stage: StageUnknown: "prod" is not allowed: use test, staging, production/],
  [{ expires: '31.03.2027' }, /column expires: ExpiryInvalid: "31.03.2027" is no date: write it as 2027-03-31/],
  [{ expires: '2026-06-09' }, /column expires: ExpiryPast: /],
  [{ expires: '2027-06-10' }, /column expires: TenureExceeded: "2027-06-10" is further ahead than stage production allows \(365 days\): use 2027-06-09 or earlier/],
  [{ on_removal: 'keep' }, /column on_removal: OnRemovalInvalid: /],
  [{ stack: 'a/b' }, /column stack: StackNameInvalid: /],
  [{ type: 'group' }, /column type: TypeUnknown: /],
  [{ kind: 'robot' }, /column kind: KindUnknown: /],
  [{ arn: 'arn:aws:iam::1:role/x' }, /WayImpossible: "adopt" is not possible: .*is not the ARN of one identity/],
  [{ arn: 'arn:aws:iam::111122223333:role/a*/x' }, /WayImpossible: .*characters that policies read as patterns/],
  // eslint-disable-next-line no-template-curly-in-string -- a variable of a policy
  [{ arn: 'arn:aws:iam::111122223333:role/${aws:username}/x' }, /WayImpossible: /],
  [{ arn: 'arn:aws:iam::111122223333:role/agents/production/x' }, /WayImpossible: .*where the registry agents itself creates/],
])('fails when a row has %j, and says where, what and what to do', (cells, fault) => {
  expect(faultsOf({ 'admin-bot-0': cells })).toMatch(fault);
});

test('twin: the last day that a stage allows', () => {
  expect(read({ 'admin-bot-0': { expires: '2027-06-09' } }).agents).toHaveLength(1);
});

test.each([
  ['user-1', 'adopt', /WayImpossible: "adopt" is not possible: an IAM user can't be adopted, only a role: use migrate or leave/],
  ['AWSServiceRoleForSupport0', 'adopt', /WayImpossible: .*AWS's own: path \/aws-service-role\/: use leave/],
  ['Analysts-0', 'migrate', /WayImpossible: .*it is of people: /],
  ['<root_account>', 'migrate', /WayImpossible: .*it is the root of the account/],
])('fails when %s is to %s', (name, how, fault) => {
  expect(faultsOf({ [name]: { how } })).toMatch(fault);
});

test('twin: a user migrates', () => {
  expect(read({ 'user-1': { how: 'migrate' } }).agents).toEqual([expect.objectContaining({ type: 'user', arn: 'arn:aws:iam::111122223333:user/user-1' })]);
});

test('all faults are reported at one time', () => {
  const message = faultsOf({ 'admin-bot-0': { purpose: '', stage: 'x' }, 'tf-0': { how: 'maybe' }, 'user-1': {} });

  expect(message).toMatch(/^AdoptionInvalid: "inventory.csv": 4 faults in 3 of 26 rows: correct them all, then run it again\n/);
});

test('fails when two rows are one agent, one identity, or stacks that differ in case only', () => {
  expect(faultsOf({ 'admin-bot-0': { agent_name: 'one-bot' }, 'tf-0': { agent_name: 'one-bot' } })).toMatch(/column agent_name: AgentTwice: row \d+ is this agent/);
  expect(faultsOf({ 'admin-bot-0': {}, 'tf-0': { arn: 'arn:aws:iam::111122223333:role/admin-bot-0' } })).toMatch(/column arn: IdentityTwice: /);
  expect(faultsOf({ 'admin-bot-0': { stack: 'Billing' }, 'tf-0': { stack: 'billing' } })).toMatch(/column stack: StackTwice: /);
});

test('fails when a stack has more agents than CloudFormation takes', () => {
  const account = { ...generateAccount(0, 0), roles: Array.from({ length: 151 }, (_, index) => roleOf({}, index)) };
  const all = Object.fromEntries(account.roles.map(({ name }) => [name, {}]));

  expect(faultsOf(all, account)).toMatch(/column stack: StackFull: stack "adopted-production" would have 151 agents, of 150 that fit/);
  expect(read({ ...all, 'role-0': { stack: 'another' } }, account).agents).toHaveLength(151);
});

test('an agent of the registry keeps its name; one of another registry is not taken', () => {
  const adopted = (registry: string) => ({ ...generateAccount(0, 0), roles: [roleOf({ name: 'legacy', tags: { 'agent:name': 'legacy-bot', 'agent:stage': 'production', 'agent:registry': registry } }, 0)] });

  expect(read({ legacy: { how: 'migrate' } }, adopted('agents')).agents).toEqual([expect.objectContaining({ agentName: 'legacy-bot', isAgent: true, stackName: 'adopted-production' })]);
  expect(faultsOf({ legacy: { agent_name: 'new-bot' } }, adopted('agents'))).toMatch(/AgentNameFixed: it is agent "legacy-bot" already/);
  expect(faultsOf({ legacy: {} }, adopted('others'))).toMatch(/WayImpossible: .*it is agent "legacy-bot" of registry "others"/);
});

test.each<[string, string | Buffer, RegExp]>([
  ['nothing', '', /TableEmpty/],
  ['other columns', 'account,name\r\n1,x\r\n', /line 1, column how: ColumnMissing/],
  ['a column twice', 'how,how\r\n', /column how: ColumnTwice/],
  ['semicolons', 'type;arn;how\r\n', /CsvMalformed: the columns are separated by something else than commas/],
  ['another encoding', Buffer.from([0x68, 0xff]), /CsvNotUtf8/],
])('fails when the file has %s', (_what, text, fault) => {
  expect(() => readTable(Buffer.from(text as string), 'x.csv', TABLE_OPTIONS)).toThrow(fault);
});

test('a table that a spreadsheet saved is the same: byte order mark, other line breaks, rows of commas', () => {
  const text = bytesWith(SMALL, { 'admin-bot-0': {} }).toString();
  const columns = text.split('\r\n', 1)[0].split(',').length;
  const saved = `\ufeff${text.replace(/\r\n/g, '\n')}\n${','.repeat(columns - 1)}\n`;

  expect(readTable(Buffer.from(saved), 'x.csv', TABLE_OPTIONS)).toEqual(read({ 'admin-bot-0': {} }));
});

test('what is in a table is read back as it was, whatever begins like a formula', () => {
  const cell = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('=1', '\'=1', '\'\'-x', 'x;=1', 'x; "@a"', ';;\'+1', 'a,"b"', '＝1'), fc.string({ unit: fc.constantFrom('=', '\'', ';', ' ', '"', '+', 'a', ',') }))
    .filter((text) => !/[\p{C}\p{Zl}\p{Zp}]/u.test(text));
  fc.assert(fc.property(fc.array(cell, { minLength: 2, maxLength: 2 }), ([one, other]) => {
    const table = { columns: ['a', 'b'], rows: [new Map([['a', one], ['b', other]])] };
    const text = formatTable(table);

    expect(parseTable(Buffer.from(text), 'x').rows).toEqual(one === '' && other === '' ? [new Map([['a', ''], ['b', '']])] : table.rows);
  }));
});
