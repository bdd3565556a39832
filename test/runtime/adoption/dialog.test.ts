import { inventoryIn, SMALL, TABLE_OPTIONS, tableWith } from './tables';
import { askForAll, formatTable, parseTable, readTable, TableText, tableOf } from '../../../runtime/adoption';
import { generateAccount, roleOf, SHAPES } from '../inventory/generated-account';

const account = { ...generateAccount(0, 0), roles: ['lambda', 'terraform', 'people'].map((name, index) => roleOf(SHAPES[name](index), index)), users: SMALL.users.slice(1, 2) };

/** Answers the questions in turn. After the last answer, the person leaves. */
async function talk(table: TableText, answers: readonly string[]): Promise<{ finished: boolean | 'left'; asked: string[]; told: string[]; saved: string }> {
  const [asked, told]: string[][] = [[], []];
  let saved = '';
  const left = new Error('left');
  try {
    const finished = await askForAll(table, TABLE_OPTIONS, {
      ask: async (question) => {
        asked.push(question.trim());
        if (asked.length > answers.length) {
          throw left;
        }
        return answers[asked.length - 1];
      },
      tell: (line) => told.push(line),
      save: (now) => (saved = formatTable(now)),
    });
    return { finished, asked, told, saved };
  } catch (error) {
    expect(error).toBe(left);
    return { finished: 'left', asked, told, saved };
  }
}

/** The table of the account, by name. */
function fresh(earlier?: TableText): TableText {
  const { columns, rows } = tableOf(inventoryIn(account), 'agents', earlier);
  return { columns, rows: [...rows].sort((one, other) => (one.get('arn')! < other.get('arn')! ? -1 : 1)) };
}
const LAMBDA = ['', '', 'Books orders', '', 'Ada Park', 'li@example.com', 'production', '2027-03-31'];

test('each identity that can become an agent is asked about, with what can be guessed in brackets, and the answers make a complete table', async () => {
  const { finished, asked, told, saved } = await talk(fresh(), [...LAMBDA, 'leave', 'migrate', 'ci-bot', 'Runs checks', '', 'Li Chen', 'ada@example.com', '', '']);

  expect(finished).toBe(true);
  expect(asked.slice(0, 8)).toEqual([
    'how: adopt (keep the role), migrate (a new role, to which compute moves), leave (as it is) [adopt]:',
    'name of the agent, which is permanent [orders-fn0]:',
    'what it is for:',
    'mail address of its sponsor, the person who is accountable [orders@example.com]:',
    'full name of the sponsor:',
    'mail address of the backup, another person:',
    'stage: test, staging, production:',
    'last day, such as 2027-03-31 [2027-06-09]:',
  ]);
  // The user can't be adopted; stage and end are those of the answer before.
  expect(asked[9]).toBe('how: migrate (a new role, to which compute moves), leave (as it is) [migrate]:');
  expect(asked.slice(-2)).toEqual(['stage: test, staging, production [production]:', 'last day, such as 2027-03-31 [2027-03-31]:']);
  expect(told.join('\n')).toMatch(/1 of 3: role arn:.*Orders-Fn0.*\n {2}assumed by: function orders-0\n/);
  expect(told.join('\n')).not.toContain('Analysts');
  const { agents, undecided } = readTable(Buffer.from(saved), 'x.csv', TABLE_OPTIONS);
  expect(agents.map(({ agentName, how, sponsor }) => [agentName, how, sponsor.name])).toEqual([['ci-bot', 'migrate', 'Li Chen'], ['orders-fn0', 'adopt', 'Ada Park']]);
  expect(undecided).toBe(0);
});

test('an answer that is not allowed is asked again, with what is wrong', async () => {
  const { asked, told } = await talk(fresh(), ['maybe', 'adopt', 'A Bot', '', '', '=1', 'Books', 'ada', 'ada@example.com', 'Ada', 'ADA@example.com', 'li@example.com', 'prod', 'test', '2030-01-01', '2026-06-30']);

  const faults = told.filter((line) => /^ {2}[A-Z]\w+: /.test(line)).map((line) => line.trim().split(':')[0]);
  expect(faults).toEqual(['WayUnknown', 'AgentNameInvalid', 'CellMissing', 'FormulaCell', 'EmailInvalid', 'BackupIsSponsor', 'StageUnknown', 'TenureExceeded']);
  // The next identity is asked about.
  expect(asked.at(-1)).toMatch(/^how: /);
});

test('back asks the last question again, skip leaves an identity for later, quit ends', async () => {
  const { finished, asked, saved } = await talk(fresh(), ['', 'first-bot', 'back', 'second-bot', 'skip', 'back', 'quit']);

  expect(finished).toBe(false);
  expect(asked[3]).toBe('name of the agent, which is permanent [first-bot]:');
  expect(parseTable(Buffer.from(saved), 'x').rows.map((row) => row.get('agent_name'))).toContain('second-bot');
});

test('what was answered so far is kept after each answer, and the next time only the rest is asked', async () => {
  const first = await talk(fresh(), LAMBDA.slice(0, 3));
  expect(first.finished).toBe('left');

  const table = fresh(parseTable(Buffer.from(first.saved), 'x.csv'));
  const second = await talk(table, ['', '', '', '', 'Ada Park', 'li@example.com', 'production', '2027-03-31', 'leave', 'leave']);
  expect(second.asked[2]).toBe('what it is for [Books orders]:');
  expect(second.finished).toBe(true);

  const third = await talk(fresh(parseTable(Buffer.from(second.saved), 'x.csv')), []);
  expect(third).toMatchObject({ finished: true, asked: [] });
});

test('a name that another identity of the account has is asked again', async () => {
  const { told } = await talk(fresh(), [...LAMBDA, 'adopt', 'orders-fn0', 'tf-bot']);

  expect(told.some((line) => line.includes('AgentTwice'))).toBe(true);
});

test('fails when the file in the place of the table is another one, such as credentials: it would be written over', () => {
  const foreign = parseTable(Buffer.from('[default]\naws_access_key_id = x\n'), 'adoption.csv');
  expect(() => tableOf(inventoryIn(SMALL), 'agents', foreign)).toThrow(/TableForeign: .*no column arn/);
  expect(tableOf(inventoryIn(SMALL), 'agents', parseTable(Buffer.from('arn,ticket\n'), 'adoption.csv')).columns).toContain('ticket');
});

test('a new inventory keeps the answers, the columns of others, and identities that it no longer has', () => {
  const earlier = tableWith(SMALL, { 'tf-0': {}, 'admin-bot-0': {} });
  const own: TableText = { columns: [...earlier.columns, 'ticket'], rows: earlier.rows.map((row) => new Map([...row, ['ticket', `T-${row.get('name')}`]])) };
  const now = { ...SMALL, roles: SMALL.roles.filter(({ name }) => name !== 'tf-0') };
  const table = tableOf(inventoryIn(now), 'agents', own);
  const named = (name: string) => table.rows.find((row) => row.get('name') === name)!;

  expect(named('admin-bot-0').get('purpose')).toBe('Books invoices since 2019');
  expect(named('admin-bot-0').get('ticket')).toBe('T-admin-bot-0');
  expect(named('tf-0').get('how')).toBe('adopt');
  expect(table.rows).toHaveLength(earlier.rows.length);
});
