import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nhiInBash, nhiInTerminal, nhiPiped } from './terminal';
import { widthOf } from '../../../cli/fit-table';
import { FakeAccount } from '../../runtime/inventory/fake-account';
import { newFolder } from '../../runtime/inventory/taken';
import { fakeRegistry } from '../fake-registry';

const SLOW = 120_000;
const ESC = '\u001b';
// eslint-disable-next-line no-control-regex -- what a terminal interprets
const COLOUR = /\u001b\[\d+m/g;
const HOSTILE = `${ESC}[2J${ESC}]0;pwned\u0007\u202eabc\r\n\u009b1A\u0000`;
const WIDE = '請求書ボット日本語の名前 🤖🤖 é\u0301 עברית';

let fake: FakeAccount;
afterEach(() => fake.stop());

describe.each([40, 80, 200])('in a real terminal of %i columns', (columns) => {
  test.each([['list'], ['status'], ['doctor'], ['inventory', '--state', newFolder()]])('%s: no line is wider, and hostile text moves no cursor', async (...words) => {
    fake = await fakeRegistry([
      { agentName: 'invoice-bot', sponsorId: WIDE, stackName: WIDE.repeat(4) }, { agentName: 'hostile-bot', sponsorId: HOSTILE, stackName: HOSTILE, expiresAt: '2020-01-01T00:00:00Z' },
    ]);
    const { written } = await nhiInTerminal(words, { columns, env: fake.env });
    // What is shown: without colours, and of a line that is written again its last state.
    const shown = written.replace(COLOUR, '').split('\r\n').map((line) => line.split(`\r${ESC}[2K`).at(-1)!);

    const table = words[0] === 'inventory' ? shown.slice(0, shown.indexOf('')) : shown;
    expect(table.length).toBeGreaterThan(1);
    expect(table.filter((line) => widthOf(line) > columns)).toEqual([]);
    expect(shown.join('')).not.toMatch(/\p{C}/u);
  }, SLOW);
});

test('in a pipe nothing is shortened, and nothing moves a cursor or has a colour', async () => {
  fake = await fakeRegistry([{ stackName: 'x'.repeat(300), sponsorId: HOSTILE, status: 'suspended' }]);

  for (const words of [['list'], ['status'], ['list', '--json'], ['status', '--json']]) {
    const { stdout, stderr } = await nhiPiped(words, { ...fake.env, FORCE_COLOR: '1' });
    expect(stdout.replaceAll('\n', '')).not.toMatch(/\p{C}/u);
    expect(stderr).toBe('');
  }
  expect((await nhiPiped(['list'], fake.env)).stdout).toContain('x'.repeat(300));
}, SLOW);

describe('colours', () => {
  const doctor = async (env: Record<string, string>, ...words: string[]): Promise<string> => {
    fake = await fakeRegistry();
    return (await nhiInTerminal(['doctor', ...words], { env: { ...fake.env, TERM: 'xterm', ...env } })).written;
  };

  test('are in a terminal, of labels whose text says the same', async () => {
    const written = await doctor({});

    expect(written).toContain(`${ESC}[33mUNKNOWN${ESC}[39m`);
    expect(written.replace(COLOUR, '')).toContain('UNKNOWN  alarms: not checked: ');
  }, SLOW);

  test.each<[string, Record<string, string>, string[]]>([
    ['with NO_COLOR', { NO_COLOR: '1' }, []],
    ['in a terminal that has none', { TERM: 'dumb' }, []],
    ['in JSON', {}, ['--json']],
  ])('are not there %s', async (_when, env, words) => {
    expect(await doctor(env, ...words)).not.toMatch(COLOUR);
  }, SLOW);

  test('an empty NO_COLOR changes nothing', async () => {
    expect(await doctor({ NO_COLOR: '' })).toMatch(COLOUR);
  }, SLOW);
});

describe('progress', () => {
  const late = { before: async (action: string): Promise<void> => (action === 'GetAccountAuthorizationDetails' ? new Promise((resolve) => setTimeout(resolve, 300)) : undefined) };

  test('is drawn in place at a terminal only', async () => {
    fake = await fakeRegistry([], late);
    const words = ['inventory', '--state', newFolder()];

    expect((await nhiInTerminal(words, { env: fake.env })).written).toContain(`\r${ESC}[2K`);
    expect((await nhiPiped(words, fake.env)).stderr).toBe('');
  }, SLOW);
});

describe('a file that is written', () => {
  const write = async (file: string): Promise<{ exitCode: number; stderr: string; stdout: string }> => {
    fake = await fakeRegistry();
    return nhiPiped(['inventory', '--state', newFolder(), '--format', 'csv', '--output', file], fake.env);
  };

  test('is whole, only the user can read it, and nothing lies beside it', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'out.csv'), 'before', { mode: 0o644 });

    expect(await write(join(folder, 'out.csv'))).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    expect(readFileSync(join(folder, 'out.csv'), 'utf8')).toMatch(/^account,/);
    expect((statSync(join(folder, 'out.csv')).mode % 0o1000).toString(8)).toBe('600');
    expect(readdirSync(folder)).toEqual(['out.csv']);
  }, SLOW);

  test('through a link is the file that the link leads to', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'real.csv'), 'before');
    symlinkSync(join(folder, 'real.csv'), join(folder, 'link.csv'));
    await write(join(folder, 'link.csv'));

    expect(lstatSync(join(folder, 'link.csv')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, 'real.csv'), 'utf8')).toMatch(/^account,/);
  }, SLOW);

  test('is not put in the place of what is no file', async () => {
    fake = await fakeRegistry();
    const folder = newFolder();
    const { stdout } = await nhiInBash(`mkfifo ${folder}/pipe; cat ${folder}/pipe & nhi inventory --state ${folder}/state --format csv --output ${folder}/pipe; wait; test -p ${folder}/pipe && echo still`, fake.env);

    expect(stdout).toMatch(/^account,[\s\S]*\nstill\n$/);
  }, SLOW);

  test('in the place of a folder fails, and says what to do', async () => {
    const folder = newFolder();
    mkdirSync(join(folder, 'out'));

    expect(await write(join(folder, 'out'))).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/^nhi: OutputUnwritable: .*--output\n$/) });
    expect(existsSync(join(folder, 'out'))).toBe(true);
    expect(readdirSync(folder)).toEqual(['out']);
  }, SLOW);
});

test('files are written by one function only, so that none is half-written', () => {
  const cli = join(__dirname, '..', '..', '..', 'cli');
  const writers = readdirSync(cli, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')
    && /\b(writeFile|writeFileSync|createWriteStream|appendFile|appendFileSync|copyFile|copyFileSync)\b/.test(readFileSync(join(cli, file), 'utf8')));

  expect(writers).toEqual(['write-file.ts']);
});
