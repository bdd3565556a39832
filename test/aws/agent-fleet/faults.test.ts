import { Lazy } from 'aws-cdk-lib';
import { faultsOf, fleetOf, fleetOfFile, Row, ROW, stacksOf } from './fleets';
import { AgentFleet, AgentFleetProps } from '../../../src/aws/agent-fleet';
import { RUNTIMES } from '../../../src/aws/agent-fleet/columns';
import { agentIn, codeOf } from '../agent-identity/agents';

const COLUMNS = Object.keys(ROW);
const csv = (...rows: Row[]): string => [COLUMNS, ...rows.map((row) => COLUMNS.map((column) => row[column]))].map((cells) => `${cells.join(',')}\n`).join('');
const anything = (value: unknown): any => value;

test('all faults of all rows are reported at one time, with row, line and column, and no agent remains unchecked', () => {
  const content = [
    COLUMNS.join(','),
    COLUMNS.map((column) => ROW[column]).join(','),
    '',
    'Invoice Bot,,Ada Park,ada.park@example,ada.park@example.com,tset,soon,lamda,three',
    'dunning-bot,Writes "reminders",,,,,,,',
    'vendor-bot,Keeps the master data of suppliers,Ada Park,ada.park@example.com,Ada.Park@example.com,staging,2999-02-29,ec2,two',
    'short-bot,Short',
    'invoice-bot,Another,Ada Park,ada.park@example.com,li.chen@example.com,test,2999-03-31,ec2,two',
  ].join('\n');

  expect(faultsOf(() => fleetOfFile(content))).toEqual([
    'row 2, line 4, column purpose: CellMissing: the cell is empty, and every agent needs one',
    'row 2, line 4, column agentName: AgentNameInvalid: agent name "Invoice Bot" is not allowed: use 3-48 of [a-z0-9-], beginning with a letter, ending with a letter or digit, without --',
    expect.stringMatching(/^row 2, line 4, column sponsorEmail: EmailInvalid: the cell sponsorEmail "ada.park@example" /),
    expect.stringMatching(/^row 2, line 4, column expires: ExpiryInvalid: the expiry "soon" is not a date or an instant/),
    'row 2, line 4, column stack: StackUnknown: "three" is not allowed: use one of one, two',
    'row 2, line 4, column stage: StageUnknown: "tset" is not allowed: use one of test, staging, production',
    `row 2, line 4, column runtime: RuntimeUnknown: "lamda" is not allowed: use one of ${Object.keys(RUNTIMES).join(', ')}`,
    'row 3, line 5: CsvMalformed: a double quote stands in a cell that is not quoted: put the whole cell in double quotes, and double each quote inside of it',
    expect.stringMatching(/^row 4, line 6, column expires: ExpiryInvalid: the expiry "2999-02-29"/),
    'row 4, line 6, column sponsorBackup: BackupIsSponsor: the backup email "Ada.Park@example.com" is the sponsor\'s own: name another person',
    'row 5, line 7: CellCount: the row has 2 cells and the header 9: give each row a cell for each column, and put a cell that holds a comma in double quotes',
    'row 6, line 8, column agentName: AgentTwice: row 1 is agent "invoice-bot" already: a name is one agent; give this one another name',
  ]);
});

describe('a cell', () => {
  test.each<[what: string, row: Row, fault: RegExp]>([
    ['with a token', { purpose: Lazy.string({ produce: () => 'x' }) }, /column purpose: LiteralRequired/],
    ['with a dynamic reference', { sponsor: '{{resolve:ssm:/x}}' }, /column sponsor: DynamicReference/],
    ['with a line break', { purpose: 'Two\nlines' }, /column purpose: TextNotPlain: the cell purpose "Two\\nlines"/],
    ['that changes the direction of text', { sponsor: 'Ada \u202ekraP' }, /column sponsor: TextNotPlain: the cell sponsor "Ada \\u202ekraP"/],
    ['with a space at its end', { agentName: 'invoice-bot ' }, /column agentName: TextNotPlain/],
    ['of spaces', { stack: '  ' }, /column stack: TextNotPlain/],
    ['that is no text', { purpose: anything(7) }, /column purpose: TextRequired: the cell purpose must be a text, received 7/],
    ['that is a map', { expires: anything({}) }, /column expires: TextRequired/],
    ['that names what every object has', { runtime: 'constructor' }, /column runtime: RuntimeUnknown/],
    ['that names the prototype', { stack: '__proto__' }, /column stack: StackUnknown/],
    ['with access that no code names', { access: 'admin' }, /column access: AccessUnknown: "admin" is not allowed: the fleet's code names no access/],
    ['with a relative end', { expires: '90 days' }, /column expires: ExpiryInvalid/],
    ['with an end without an offset', { expires: '2999-03-31T12:00:00' }, /column expires: ExpiryInvalid/],
    ['with two ends', { certifiedUntil: '2999-03-31' }, /column certifiedUntil: ExpiryTwice/],
    ['with an end of reviews that is no date', { expires: '', certifiedUntil: 'never' }, /column certifiedUntil: ExpiryInvalid/],
    ['with a wrong id', { sponsorId: 'a;b' }, /column sponsorId: TagValueUnsafe/],
    ['with a wrong cost centre', { costCenter: 'a;b' }, /column costCenter: TagValueUnsafe/],
    ['with a wrong mailbox', { team: 'Finance', teamMailbox: 'finance' }, /column teamMailbox: EmailInvalid: the cell teamMailbox "finance"/],
    ['with a team that has no mailbox', { team: 'Finance' }, /column teamMailbox: CellMissing: the cell is empty: a team has a name \(team\) and a mailbox/],
    ['with a sponsor that has no backup', { sponsorBackup: '' }, /column sponsorBackup: CellMissing/],
    ['with a cost centre and no sponsor', { costCenter: 'c', sponsor: '', sponsorEmail: '', sponsorBackup: '' }, /column sponsor: CellMissing: the cell is empty: a sponsor/],
    ['without a name', { agentName: '' }, /column agentName: CellMissing/],
    ...['=1+1', '+1', '-1', '@SUM(A1)', '\uff1d1'].map((formula): [string, Row, RegExp] => (
      [`that a spreadsheet would run, ${formula}`, { purpose: formula }, /column purpose: FormulaCell: the cell purpose "[=+\-@\uff1d]/])),
    ...['sponsor', 'stage', 'expires', 'runtime'].map((column): [string, Row, RegExp] => (
      [`${column} that is empty, without a default`, { sponsorEmail: '', sponsorBackup: '', ...(column === 'sponsor' ? {} : { sponsorEmail: ROW.sponsorEmail, sponsorBackup: ROW.sponsorBackup }), [column]: '' },
        new RegExp(`column ${column}: CellMissing: the cell is empty, and AgentDefaults of the stack have none`)])),
  ])('%s is refused', (_what, row, fault) => {
    const faults = faultsOf(() => fleetOf([ROW, { ...ROW, agentName: 'second-bot', ...row }]));

    expect(faults).toEqual(expect.arrayContaining([expect.stringMatching(fault)]));
    expect(faults.filter((line) => !line.startsWith('row 2, '))).toEqual([]);
    expect(faults.join('')).not.toMatch(/[\u202e\n]/);
  });

  test.each<[what: string, row: Row]>([
    ['with commas, quotes and formulas inside', { purpose: 'Adds, "all" = 1+1 @ night' }],
    ['of letters of any language', { sponsor: 'Søren Ōe', purpose: '請求書を照合する' }],
    ['with a minus inside', { costCenter: 'cc-4' }],
  ])('%s is allowed', (_what, row) => {
    expect(faultsOf(() => fleetOf([{ ...ROW, ...row }]))).toEqual([]);
  });
});

test.each(Object.keys(RUNTIMES))('the runtime %s is one that a word says completely', (runtime) => {
  expect(faultsOf(() => fleetOf([{ ...ROW, runtime }]))).toEqual([]);
});

test('what only the agents\' constructs can check is reported for all rows too', () => {
  const stacks = stacksOf('one', 'two');
  agentIn(stacks.one, {}, 'Elsewhere');
  const faults = faultsOf(() => fleetOf([ROW, { ...ROW, agentName: 'x' }, { ...ROW, agentName: 'second-bot' }], { stacks }));

  expect(faults).toEqual([
    expect.stringMatching(/^row 1: PlacementTwice: one\/invoice-bot: agent invoice-bot is already declared at one\/Elsewhere/),
    expect.stringMatching(/^row 2, column agentName: AgentNameInvalid/),
  ]);
});

describe('a file', () => {
  test.each<[what: string, content: string | Buffer, faults: (string | RegExp)[]]>([
    ['without a header', '', [/^FleetEmpty: there are no rows. An empty table would make every agent of it leave/]],
    ['of empty lines', '\n\r\n', [/^FleetEmpty/]],
    ['without rows', csv(), [/^FleetEmpty/]],
    ['of rows that were cleared', `${csv()},,,,,,,,\n,,,,,,,,\n`, [/^FleetEmpty: there are no rows/]],
    ['with a setting of a spreadsheet', `sep=,\n${csv(ROW)}`, [/^line 1: CsvMalformed: the first line is a setting of a spreadsheet, "sep=,": delete it/]],
    ['with a setting of a spreadsheet, for semicolons', `\ufeffsep=;\n${csv(ROW)}`, [/^line 1: CsvMalformed: .* "sep=;": delete it/]],
    ['with a cleared row that has too few cells', `${csv(ROW)},,\nx,,\n`, [/^row 2, line 4: CellCount: the row has 3 cells/]],
    ['with semicolons', csv(ROW).replace(/,/g, ';'), [/^line 1: CsvMalformed: the columns are separated by something else than commas: "agentName;purpose/]],
    ['with an unknown column', csv(ROW).replace('expires', 'expire'), [/^line 1, column "expire": ColumnUnknown: no such column is known: use agentName, purpose, .*stack, or name it in ownColumns/]],
    ['with a column twice', csv(ROW).replace('sponsorEmail', 'sponsor'), [/^line 1, column sponsor: ColumnTwice/]],
    ['with a column that every object has', csv(ROW).replace('stage', 'constructor'), [/^line 1, column "constructor": ColumnUnknown/]],
    ['without the columns that are required', 'stage\ntest\n', [/^line 1, column agentName: ColumnMissing/, /^line 1, column purpose: ColumnMissing/]],
    ['with a hostile column', csv(ROW).replace('stage', '"a\nb\u202e"'), [/^line 1, column "a\\nb\\u202e": ColumnUnknown/]],
    ['with a header that can\'t be read', 'agent"Name,purpose\n', [/^line 1: CsvMalformed/]],
    ['with a cell that is not closed', csv(ROW, { ...ROW, agentName: '"second-bot' }), [/^row 2, line 3: CsvMalformed: a quoted cell is not closed/]],
    ['in another encoding', Buffer.from(csv({ ...ROW, sponsor: 'S\u00f8ren' }), 'latin1'), [/CsvNotUtf8: the file ".*agents.csv" is not in UTF-8: save it as "CSV UTF-8"/]],
    ['in UTF-16', Buffer.from(`\ufeff${csv(ROW)}`, 'utf16le'), [/CsvNotUtf8/]],
  ])('%s is refused', (_what, content, faults) => {
    expect(faultsOf(() => fleetOfFile(content))).toEqual(faults.map((fault) => expect.stringMatching(fault)));
  });

  test.each<[what: string, content: string | Buffer]>([
    ['of Windows, with the mark of UTF-8', `\ufeff${csv(ROW).replace(/\n/g, '\r\n')}`],
    ['without a line break at its end', csv(ROW).trim()],
    ['with rows that were cleared', `${csv(ROW)},,,,,,,,\n""\n,,\n`],
    ['with quotes around everything', csv(ROW).replace(/[^,\n]+/g, '"$&"')],
  ])('twin: %s is allowed', (_what, content) => {
    expect(faultsOf(() => fleetOfFile(content))).toEqual([]);
  });

  test('that does not exist is refused, and so is a path that is a token', () => {
    expect(() => AgentFleet.fromCsv('/no/such\n.csv', { stacks: stacksOf('one') })).toThrow(/^FleetFileUnreadable: the file "\/no\/such\\n\.csv" can't be read \(ENOENT\)/);
    expect(codeOf(() => AgentFleet.fromCsv(Lazy.string({ produce: () => 'x' }), { stacks: stacksOf('one') }))).toBe('LiteralRequired');
  });
});

describe('rows', () => {
  test.each<[what: string, rows: unknown, fault: RegExp]>([
    ['that are missing', [], /^FleetEmpty/],
    ['that are no list', 'invoice-bot', /^WrongType: the rows of a fleet are "invoice-bot": use a list/],
    ['that are missing', undefined, /^WrongType/],
    ['of which one is a text', ['invoice-bot'], /^row 1: WrongType: the row is "invoice-bot"/],
    ['of which one is a list', [[]], /^row 1: WrongType/],
    ['with an unknown column', [{ ...ROW, expire: '2999-03-31' }], /^row 1, column "expire": ColumnUnknown/],
  ])('%s are refused', (_what, rows, fault) => {
    expect(faultsOf(() => fleetOf(anything(rows)))).toEqual(expect.arrayContaining([expect.stringMatching(fault)]));
  });

  test('the message counts faults and rows', () => {
    expect(() => fleetOf([ROW, { ...ROW, agentName: 'second-bot', stage: 'x', stack: 'x' }])).toThrow(/^FleetInvalid: the rows: 2 faults in 1 of 2 rows: correct them all, then synthesize again\n {2}row 2/);
  });
});

describe('properties', () => {
  test.each<[code: string, props: Partial<Record<keyof AgentFleetProps, unknown>>]>([
    ['FleetStacksMissing', { stacks: {} }],
    ['FleetStacksMissing', { stacks: undefined }],
    ['WrongClass', { stacks: { one: 'one' } }],
    ['StackUnknown', { spreadOver: ['three'] }],
    ['WrongType', { spreadOver: 'one' }],
    ...[0, 167, 1.5, Number.NaN, '150'].map((agentsPerStack): [string, object] => ['AgentsPerStackInvalid', { agentsPerStack }]),
    ['OwnColumnTaken', { ownColumns: ['ticket', 'stage'] }],
    ['TextNotPlain', { ownColumns: ['a\nb'] }],
    ['TextRequired', { access: [7] }],
    ['WrongClass', { runtimes: { deployer: 'lambda' } }],
    ['WrongClass', { stages: ['pilot'] }],
  ])('%s: %j', (code, props) => {
    expect(codeOf(() => fleetOf([ROW], anything(props)))).toBe(code);
  });

  test('twin: of the right kinds are allowed', () => {
    expect(fleetOf([ROW], { agentsPerStack: 166, spreadOver: ['two'], ownColumns: ['constructor'], access: ['read'] }).agents).toHaveLength(1);
  });
});
