import { fakeRegistry } from './fake-registry';
import { CTRL_C, CTRL_D, nhiInBash, nhiInTerminal, nhiPiped, nhiStarted, Press } from './terminal/terminal';
import { EXIT, ExitCode } from '../../cli/exit-codes';
import { FakeAccount } from '../runtime/inventory/fake-account';
import { newFolder } from '../runtime/inventory/taken';

const SLOW = 120_000;
const refuses = (): { status: number; __type: string; message: string } => ({ status: 400, __type: 'AccessDeniedException', message: 'no' });

/** One of them can't be entered. */
const TWO_ACCOUNTS = {
  ListAccounts: () => ({ Accounts: ['111122223333', '222233334444'].map((Id) => ({ Id, Name: 'x', State: 'ACTIVE' })) }),
  AssumeRole: () => ({ status: 403, __type: 'AccessDenied' }),
};

let fake: FakeAccount | undefined;
afterEach(() => fake?.stop());

interface Case {
  readonly when: string;
  readonly words: readonly string[];
  readonly code: ExitCode;
  readonly also?: Record<string, () => object | string>;
  readonly says?: RegExp;
  readonly calls?: 'none';
}

test.each<Case>([
  { when: 'it is done', words: ['list'], code: EXIT.done },
  { when: 'somebody asks for help', words: ['review', 'decide', '--help'], code: EXIT.done, calls: 'none' },
  { when: 'somebody asks for the version', words: ['--version'], code: EXIT.done, calls: 'none' },
  { when: 'AWS refuses', words: ['list'], code: EXIT.failed, also: { Query: refuses }, says: /^nhi: AccessDenied: / },
  { when: 'an account could not be read', words: ['inventory', '--state', newFolder(), '--organization', '--role-name', 'x'], code: EXIT.found, also: TWO_ACCOUNTS },
  { when: 'no check could be made', words: ['doctor'], code: EXIT.unchecked },
  { when: 'nobody can be asked', words: ['release-leavers'], code: EXIT.declined, says: /^nhi: ConsentMissing: .*--yes$/m },
  { when: 'there is no command', words: [], code: EXIT.usage, calls: 'none', says: /^Usage: nhi / },
  { when: 'the command does not exist', words: ['lst'], code: EXIT.usage, calls: 'none', says: /^nhi: UsageInvalid: unknown command 'lst' \(Did you mean list\?\): see nhi --help\n$/ },
  { when: 'the option does not exist', words: ['list', '--sponsors', 'x'], code: EXIT.usage, calls: 'none', says: /^nhi: UsageInvalid: unknown option '--sponsors' \(Did you mean --sponsor\?\): see nhi list --help\n$/ },
  { when: 'a required option is missing', words: ['review', 'decide', 'invoice-bot', 'keep'], code: EXIT.usage, calls: 'none', says: /^nhi: UsageInvalid: .*--reason.*: see nhi review decide --help\n$/ },
  { when: 'a value is not allowed', words: ['release-leavers', '--minutes', '0'], code: EXIT.usage, calls: 'none', says: /^nhi: UsageInvalid: .*from 1 to 1440: see/ },
  { when: 'the agent\'s name is not allowed', words: ['show', 'Invoice Bot'], code: EXIT.usage, calls: 'none', says: /^nhi: AgentNameInvalid: / },
  { when: 'the registry\'s name is not allowed', words: ['list', '--registry', 'My Agents'], code: EXIT.usage, calls: 'none', says: /^nhi: RegistryNameInvalid: / },
  { when: 'the region is not allowed', words: ['list', '--region', 'eu-west-1.example.com/'], code: EXIT.usage, calls: 'none', says: /^nhi: UsageInvalid: .*such as eu-west-1/ },
  { when: 'options contradict each other', words: ['list', '--google-registry', 'gs://x', '--region', 'eu-west-1'], code: EXIT.usage, calls: 'none', says: /^nhi: UsageInvalid: / },
  { when: 'options are missing that depend on others', words: ['inventory', '--organization'], code: EXIT.usage, calls: 'none', says: /^nhi: RoleNameMissing: / },
  { when: 'a watch has no terminal', words: ['status', '--watch'], code: EXIT.usage, calls: 'none', says: /^nhi: TerminalMissing: / },
])('exit code $code when $when', async ({ words, code, also = {}, says = /^(?!nhi: )/, calls }) => {
  fake = await fakeRegistry([{}], { also });
  const { exitCode, stderr, stdout } = await nhiPiped(words, fake.env);

  expect({ exitCode, stderr, stdout }).toEqual({ exitCode: code, stderr: expect.stringMatching(says), stdout: expect.any(String) });
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(fake.calls.length > 0).toBe(calls !== 'none');
}, SLOW);

describe('at a terminal', () => {
  const QUESTION = 'do it? [y/N] ';
  const press = (keys: string): Press => ({ keys, when: { written: QUESTION } });

  test.each<[string, string, ExitCode, RegExp]>([
    ['y', 'y\r', EXIT.done, /lifted the limit/],
    ['n', 'n\r', EXIT.declined, /nhi: Declined: nothing was changed/],
    ['nothing', '\r', EXIT.declined, /nhi: Declined: nothing was changed/],
    ['Ctrl-D', CTRL_D, EXIT.declined, /nhi: Declined: nothing was changed/],
    ['Ctrl-C', CTRL_C, EXIT.interrupted, /nhi: interrupted: nothing was changed/],
  ])('the question whether to do it, and the reply %s', async (_reply, keys, code, says) => {
    fake = await fakeRegistry();
    const { exitCode, written } = await nhiInTerminal(['release-leavers'], { env: fake.env, presses: [press(keys)] });

    expect({ exitCode, written }).toMatchObject({ exitCode: code, written: expect.stringMatching(says) });
    expect(written.indexOf('registry agents: ')).toBeLessThan(written.indexOf(QUESTION));
    expect(fake.count('PutItem')).toBe(code === EXIT.done ? 1 : 0);
  }, SLOW);

  test('--yes asks nothing, before or after the command', async () => {
    fake = await fakeRegistry();
    for (const words of [['release-leavers', '--yes'], ['--registry', 'agents', 'release-leavers', '-y']]) {
      const { exitCode, written } = await nhiInTerminal(words, { env: fake.env });
      expect([exitCode, written.includes(QUESTION)]).toEqual([EXIT.done, false]);
    }
    expect(fake.count('PutItem')).toBe(2);
  }, SLOW);
});

describe('interrupted', () => {
  test.each<[string, string, string[], NodeJS.Signals, ExitCode, RegExp]>([
    ['a read', 'Query', ['list'], 'SIGINT', EXIT.interrupted, /^\nnhi: interrupted: nothing was changed\n$/],
    ['a change', 'PutItem', ['release-leavers', '--yes'], 'SIGINT', EXIT.interrupted, /\nnhi: interrupted: the engine continues what it has begun; nhi show <agent> or nhi list says how far it is, then run the same command again for the rest\n$/],
    ['an inventory', 'GetAccountAuthorizationDetails', ['inventory', '--state', newFolder()], 'SIGINT', EXIT.interrupted, /\nnhi: interrupted: run the same command again; an inventory continues/],
    ['a read', 'Query', ['list'], 'SIGTERM', EXIT.terminated, /nothing was changed/],
    ['a read', 'Query', ['list'], 'SIGHUP', EXIT.hungUp, /nothing was changed/],
  ])('%s during %s (%j) by %s: exit code %i, and what becomes of it', async (_what, action, words, signal, code, says) => {
    let reached = (): void => undefined;
    const called = new Promise<void>((resolve) => (reached = resolve));
    fake = await fakeRegistry([{}], {
      before: async (name) => {
        if (name === action) {
          reached();
          await new Promise((resolve) => setTimeout(resolve, 60_000).unref());
        }
      },
    });
    const { child, ended } = nhiStarted(words, fake.env);
    await called;
    child.kill(signal);

    expect(await ended).toMatchObject({ exitCode: code, stderr: expect.stringMatching(says), stdout: '' });
  }, SLOW);
});

describe('a reader of the output that ends', () => {
  test('is no error, and its exit code is that of shells', async () => {
    fake = await fakeRegistry(Array.from({ length: 5_000 }, (_, index) => ({ agentName: `bot-${index}` })));
    const { stdout, stderr } = await nhiInBash('nhi list | head -1; echo "${PIPESTATUS[0]}"', fake.env);

    expect(stdout).toMatch(/^agent .*\n141\n$/);
    expect(stderr).toBe('');
  }, SLOW);

  test('of progress does not stop a change', async () => {
    fake = await fakeRegistry();
    const { stdout, exitCode } = await nhiInBash('nhi release-leavers --yes 2> >(exec 0<&-; exit)', fake.env);

    expect(exitCode).toBe(EXIT.done);
    expect(stdout).toMatch(/lifted the limit/);
    expect(fake.count('PutItem')).toBe(1);
  }, SLOW);

  test('a full disk is an error, on one line', async () => {
    fake = await fakeRegistry();

    expect(await nhiInBash('nhi list > /dev/full', fake.env)).toMatchObject({ exitCode: EXIT.failed, stderr: expect.stringMatching(/^nhi: OutputUnwritable: .*ENOSPC.*\n$/) });
  }, SLOW);
});
