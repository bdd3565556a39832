import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatTable, parseTable } from '../../../runtime/adoption';
import { FILLED } from '../../runtime/adoption/tables';
import { FakeAccount, sessionXml } from '../../runtime/inventory/fake-account';
import { generateAccount, roleOf, SHAPES } from '../../runtime/inventory/generated-account';
import { newFolder } from '../../runtime/inventory/taken';
import { CTRL_C, CTRL_D, nhiInTerminal, nhiPiped, Press } from '../terminal/terminal';

const account = { ...generateAccount(0, 0), roles: ['lambda', 'terraform'].map((name, index) => roleOf(SHAPES[name](index), index)) };
// The command reads the clock of the machine: half a year is within every stage.
const END = new Date(Date.now() + 170 * 86_400_000).toISOString().slice(0, 10);
const STACK = join('111122223333', 'adopted-production.ts');

let fake: FakeAccount;
let folder: string;
beforeEach(async () => {
  folder = newFolder();
  fake = await FakeAccount.start(account);
});
afterEach(async () => {
  await fake.stop();
  rmSync(folder, { recursive: true, force: true });
});

const nhi = (...words: string[]) => nhiPiped(words, fake.env);
const out = (): string => join(folder, 'agents');
const adopt = (...words: string[]) => nhi('adopt', '--out', out(), '--state', join(folder, 'state'), ...words);

/** The table of an inventory with rows filled in. */
async function tableWith(cells: Readonly<Record<string, Readonly<Record<string, string>>>>): Promise<string> {
  const file = join(folder, 'inventory.csv');
  await nhi('inventory', '--format', 'csv', '--output', file, '--state', join(folder, 'state'));
  const table = parseTable(readFileSync(file), file);
  table.rows.forEach((row) => Object.entries(cells[row.get('name')!] === undefined ? {} : { ...FILLED, expires: END, ...cells[row.get('name')!] }).forEach(([column, cell]) => row.set(column, cell)));
  writeFileSync(file, formatTable(table));
  return file;
}

test('writes the code of a table, and says what comes next; again, it has nothing to do; an undo removes exactly that', async () => {
  const file = await tableWith({ 'tf-1': {} });
  mkdirSync(out());
  writeFileSync(join(out(), 'mine.txt'), 'mine');
  fake.calls.length = 0;
  const written = await adopt('--from', file);

  expect(written).toEqual({
    exitCode: 0,
    stderr: '',
    stdout: [
      `written  ${STACK}`,
      'written  app.ts',
      '',
      'adopted: 1, with a role of its own: 0, undecided: 1',
      '',
      'next: look at the difference, then deploy',
      `  npx cdk diff --app 'npx tsx ${out()}/app.ts' adopted-production-111122223333`,
      '',
    ].join('\n'),
  });
  // An adoption needs nothing of AWS.
  expect(fake.calls).toEqual([]);
  expect(readFileSync(join(out(), STACK), 'utf8')).toContain("role: iam.Role.fromRoleArn(this, 'OldRole-tf-1', 'arn:aws:iam::111122223333:role/tf-1'),");
  expect((await adopt('--from', file)).stdout).toMatch(/^nothing to do: /);

  const undone = await adopt('--undo');
  expect(undone.stdout).toContain('aws cloudformation delete-stack --stack-name adopted-production --region us-east-1');
  expect(readdirSync(out())).toEqual(['mine.txt']);
});

test('--dry-run shows the difference and writes nothing, also of an undo', async () => {
  const file = await tableWith({ 'tf-1': {} });
  const { stdout } = await adopt('--from', file, '--dry-run');

  expect(stdout).toMatch(new RegExp(`^--- /dev/null\n\\+\\+\\+ b/${STACK}\n@@ -0,0 \\+1,\\d+ @@\n\\+// nhi adopt sha256:`));
  expect(existsSync(out())).toBe(false);
  await adopt('--from', file);
  expect((await adopt('--undo', '--dry-run')).stdout).toMatch(/\n--- a\/111122223333\/adopted-production.ts\n\+\+\+ \/dev\/null\n/);
  expect(existsSync(join(out(), STACK))).toBe(true);
});

test('a file that a person has edited is kept: exit code 2', async () => {
  const file = await tableWith({ 'tf-1': {} });
  await adopt('--from', file);
  writeFileSync(join(out(), STACK), `${readFileSync(join(out(), STACK), 'utf8')}// mine\n`);
  const { exitCode, stdout } = await adopt('--undo');

  expect([exitCode, stdout.split('\n')[0]]).toEqual([2, `KEPT     ${STACK}: it was edited since it was written`]);
  expect(readFileSync(join(out(), STACK), 'utf8')).toMatch(/\/\/ mine\n$/);
  expect(existsSync(join(out(), 'app.ts'))).toBe(true);
});

test('a migration reads what the role has, in other accounts by the role that is given', async () => {
  const cells = { 'Orders-Fn0ServiceRole-1A2B3C4D5E6F7': { how: 'migrate' } };
  const file = await tableWith(cells);

  expect((await adopt('--from', file)).stdout).toContain('with a role of its own: 1');
  const code = readFileSync(join(out(), '111122223333', 'agent-orders-fn0.ts'), 'utf8');
  expect(code).toContain('runtime: AgentRuntime.lambda(),');
  expect(code).toContain("addToPrincipalPolicy(iam.PolicyStatement.fromJson({ Effect: 'Allow', Action: ['s3:GetObject'], Resource: 'arn:aws:s3:::orders/*' }));");
  expect(readFileSync(join(out(), '111122223333', 'agent-orders-fn0.md'), 'utf8')).toContain('Taken over: 1 of 1 statements.');

  const other = { ...fake.env, AWS_ACCESS_KEY_ID: 'ASIA222233334444' };
  expect(await nhiPiped(['adopt', '--out', out(), '--from', file], other)).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/^nhi: AccountNotReadable: .*of account 111122223333, and the credentials are of 222233334444: give --role-name/) });
  await fake.stop();
  fake = await FakeAccount.start(account, { also: { AssumeRole: ({ RoleArn: arn }) => sessionXml(String(arn).split(':')[4]) } });
  expect(await nhiPiped(['adopt', '--out', out(), '--from', file, '--role-name', 'nhi-inventory'], { ...other, ...fake.env, AWS_ACCESS_KEY_ID: 'ASIA222233334444' })).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^nothing to do/) });
});

test.each<[string, string[], string]>([
  ['nobody can be asked', [], 'TerminalMissing'],
  ['the table is not there', ['--from', '/nowhere.csv'], 'TableUnreadable'],
  ['an undo gets a table', ['--undo', '--from', 'x.csv'], 'UndoOfAll'],
])('fails when %s, before AWS is asked', async (_what, words, code) => {
  expect(await adopt(...words)).toMatchObject({ stdout: '', exitCode: 64, stderr: expect.stringContaining(`nhi: ${code}: `) });
  expect(fake.calls).toEqual([]);
  expect(existsSync(out())).toBe(false);
});

test('fails when the region is not known, and when a registry has no such name', async () => {
  const file = await tableWith({ 'tf-1': {} });
  const { AWS_REGION: _region, ...env } = fake.env;

  expect((await nhiPiped(['adopt', '--out', out(), '--from', file], env)).stderr).toMatch(/^nhi: RegionMissing: /);
  expect((await nhi('--registry', 'My Agents', 'adopt', '--out', out(), '--from', file)).stderr).toMatch(/^nhi: RegistryNameInvalid: /);
});

test('fails when an identity is not there any more', async () => {
  const file = await tableWith({ 'tf-1': { how: 'migrate', arn: 'arn:aws:iam::111122223333:role/deleted' } });

  expect((await adopt('--from', file)).stderr).toMatch(/^nhi: IdentityMissing: IAM has no "arn:aws:iam::111122223333:role\/deleted": take a new inventory/);
});

describe('in a terminal', () => {
  const words = () => ['adopt', '--out', out(), '--state', join(folder, 'state')];
  const press = ([written, keys]: [string, string]): Press => ({ keys, when: { written } });
  const ORDERS: [string, string][] = [
    ['how: ', '\r'], ['name of the agent', '\r'], ['what it is for: ', 'Books orders\r'], ['mail address of its sponsor', '\r'], ['full name', 'Ada Park\r'], ['backup', 'li@example.com\r'],
    ['stage: ', 'production\r'], ['last day', `${END}\r`],
  ];

  test('asks one identity after the other, and writes the code', async () => {
    const { written, exitCode } = await nhiInTerminal(words(), { columns: 200, env: fake.env, presses: [...ORDERS, ['2 of 2', ''] as [string, string], ['how: ', 'leave\r'] as [string, string]].map(press) });

    expect(exitCode).toBe(0);
    expect(written).toContain('1 of 2: role arn:aws:iam::111122223333:role/Orders-Fn0ServiceRole-1A2B3C4D5E6F7');
    expect(written).toContain('likely sponsor: orders@example.com');
    expect(written).toContain('adopted: 1, with a role of its own: 0, undecided: 0');
    expect(readFileSync(join(out(), STACK), 'utf8')).toContain("purpose: 'Books orders',");
    expect(statSync(join(out(), 'adoption.csv')).mode.toString(8).slice(-3)).toBe('600');
  });

  const typedUntil = (keys: string) => nhiInTerminal(words(), { columns: 200, env: fake.env, presses: [...ORDERS.slice(0, 4), ['full name', keys] as [string, string]].map(press) });

  test('Ctrl-C ends it with 130, and the answers are kept', async () => {
    const first = await typedUntil(CTRL_C);
    expect([first.exitCode, /interrupted: run the same command again; what was answered is kept/.test(first.written)]).toEqual([130, true]);
    expect(readdirSync(out())).toEqual(['adoption.csv']);

    const again: [string, string][] = [['how: ', '\r'], ['name of the agent', '\r'], ['what it is for [Books orders]: ', 'quit\r']];
    const second = await nhiInTerminal(words(), { columns: 200, env: fake.env, presses: again.map(press) });
    expect(second.exitCode).toBe(0);
    expect(second.written).toMatch(/the answers are in .*adoption\.csv: run the same command to continue/);
  });

  test('the end of the input quits, and the answers are kept', async () => {
    const { exitCode, written } = await typedUntil(CTRL_D);

    expect(exitCode).toBe(0);
    expect(written).toMatch(/the answers are in .*adoption\.csv: run the same command to continue/);
    expect(readdirSync(out())).toEqual(['adoption.csv']);
  });
});
