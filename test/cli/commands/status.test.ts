import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { widthOf } from '../../../cli/fit-table';
import { liftLeaverLimit, OrphanLedger, SweepLedger } from '../../../runtime/ledger';
import { declaredFor, NOW, SUSPENSION } from '../../runtime/engine/decision/requests';
import { FakeAccount } from '../../runtime/inventory/fake-account';
import { generateAccount } from '../../runtime/inventory/generated-account';
import { newFolder } from '../../runtime/inventory/taken';
import { Registry } from '../registry';
import { nhiInTerminal } from '../terminal/terminal';

const GUIDE = join(__dirname, '..', '..', '..', 'docs', 'guide', 'operators.md');
const SHOWN = [
  'at 2026-06-01T00:00:00Z  number  which                                                     next',
  'living agents            4       active 2, leaving 1, suspending 1',
  'departed agents          1',
  'stages                   1       test 4',
  'sponsors                 2       ada@example.com 3, li@example.com 1',
  'held by a sweep          2       1 would be allowed, since 2026-06-01T00:00:00.000Z        nhi approve-sweep',
  'due, held by a sweep     0',
  'overdue                  1       a-bot expiry-warning 2026-05-12                           nhi doctor',
  'due now                  0',
  'held by the leaver limit 1       held-bot 2026-05-31                                       nhi release-leavers',
];

let registry: Registry;
beforeEach(() => (registry = new Registry()));

async function fleet(): Promise<void> {
  const names = ['a-bot', 'gone-bot', 'held-bot', 'unused-bot', 'zoo-bot'];
  for (const agentName of names) {
    await registry.join({ agentName, declared: agentName === 'a-bot' ? { expiresAt: '2026-06-11T00:00:00Z', sponsor: { ...declaredFor('P').sponsor, id: 'li@example.com' } } : {} });
  }
  await registry.change({ status: 'left' }, 'gone-bot');
  await registry.change({ status: 'leaving', trouble: { since: '2026-05-31T00:00:00.000Z', code: 'MassLeaverLimit', message: 'too many', requestId: 'r' } }, 'held-bot');
  await registry.change({ agenda: { unused: { since: '2026-05-01T00:00:00Z' } } }, 'unused-bot');
  await registry.change({ suspension: SUSPENSION }, 'zoo-bot');
  await new SweepLedger(registry.memory.table).setHeld({ digest: 'd'.repeat(64), agents: 2, allowed: 1, since: NOW.toISOString() });
}

test('shows the fleet, what holds agents back, and what to run', async () => {
  await fleet();
  const { output, exitCode } = await registry.nhi('status');
  const lines = output.trimEnd().split('\n');
  const squeezed = (line: string): string => line.replace(/ {2,}/g, '  ').replace('limit 1', 'limit  1');

  expect(exitCode).toBe(0);
  expect(readFileSync(GUIDE, 'utf8')).toContain(`\`\`\`text\n$ nhi status\n${output}\`\`\``);
  expect(lines.slice(0, SHOWN.length).map(squeezed)).toEqual(SHOWN.map(squeezed));
  expect(lines.slice(SHOWN.length).map(squeezed)).toEqual([
    'review missed  0',
    'review open  0',
    'ending in 30 days  1  a-bot 2026-06-11  nhi list --ending 30',
    'ended  0',
    'torn down, in a stack  0',
    'suspended  1  zoo-bot suspending  nhi show',
    'unused  1  unused-bot 2026-05-01  nhi keep',
    'teardown incomplete  0',
    'revocation open  0',
    'other trouble  0',
    'drift  0',
    'old credentials  0',
    'paid a month',
    'no longer paid',
    'orphan roles  0',
  ]);
});

test('what is unused is no longer shown when somebody kept it', async () => {
  await fleet();
  await registry.change({ agenda: {} }, 'unused-bot');

  expect((await registry.nhi('status')).output).toMatch(/^unused +0$/m);
});

test('costs of which some are not known are said to be so, and are never zero', async () => {
  const revoker = { kind: 'http' as const, settings: { url: 'https://x.example.com' }, costTag: { key: 'integration', value: 'crm' } };
  await registry.join({ agentName: 'a-bot', declared: { revokers: [{ ...revoker, id: 'crm' }, { ...revoker, id: 'idp', settings: {}, costTag: undefined, monthlyCost: { amount: 10, currency: 'USD' } }] } });
  expect((await registry.nhi('status')).output).toMatch(/^paid a month +10\.00 USD, 1 not known$/m);
  expect((await registry.nhi('status')).output).toMatch(/^no longer paid *$/m);

  const seen = { from: '2026-05-01', to: '2026-05-31', readAt: 'x', amount: 5, unit: 'EUR' };
  await registry.change({ agenda: { costs: { at: 'x', nextAt: '2026-07-01T00:00:00Z', seen: { 'integration=crm': seen } } } }, 'a-bot');
  expect((await registry.nhi('status')).output).toMatch(/^paid a month +5\.00 EUR, 10\.00 USD$/m);
});

test('--ending counts within other days', async () => {
  await fleet();

  expect((await registry.nhi('status', '--ending', '9')).output).toMatch(/^ending in 9 days +0$/m);
});

test('--overdue counts from other hours on: what is due for less is due now', async () => {
  await fleet();
  const { output } = await registry.nhi('status', '--overdue', '720');

  expect(output).toMatch(/^overdue +0$/m);
  expect(output).toMatch(/^due now +1 +a-bot expiry-warning 2026-05-12$/m);
});

test('a lifted limit and orphans are shown, while they are', async () => {
  await liftLeaverLimit(registry.memory.table, new Date('2026-06-01T01:00:00Z'), 'ada');
  await new OrphanLedger(registry.memory.table).save({ roleId: 'AROA1', roleArn: 'arn', createdAt: 'x', since: 'x', toldAt: 'x' }, 'look', NOW);

  const { output } = await registry.nhi('status');
  expect(output).toMatch(/^orphan roles +1 +nhi list --orphans$/m);
  expect(output).toMatch(/^leaver limit lifted +until 2026-06-01T01:00:00.000Z by ada$/m);

  await liftLeaverLimit(registry.memory.table, NOW, 'ada');
  expect((await registry.nhi('status')).output).not.toContain('lifted');
});

test('--json has every agent of a concern', async () => {
  for (let count = 0; count < 7; count += 1) {
    await registry.join({ agentName: `bot-${count}`, declared: { expiresAt: '2026-06-11T00:00:00Z' } });
  }

  expect((await registry.nhi('status')).output).toMatch(/bot-4 2026-06-11, and 2 more/);
  expect(JSON.parse((await registry.nhi('status', '--json')).output)).toMatchObject({
    living: 7, endingWithinDays: 30, orphanRoles: 0, concerns: { ending: Array.from({ length: 7 }, (_, count) => ({ agentName: `bot-${count}` })), drift: [] },
  });
});

test('reads no row of a single agent, and makes two calls more than nhi list whatever the fleet is', async () => {
  await fleet();
  const calls = async (verb: string): Promise<string[]> => {
    registry.memory.calls.length = 0;
    expect(await registry.nhi(verb)).toMatchObject({ exitCode: 0 });
    return [...registry.memory.calls].sort();
  };
  const listed = await calls('list');

  expect(await calls('status')).toEqual([...listed, 'Get', 'Query'].sort());
  registry.memory.forbid('placement#111122223333#a-bot');
  expect(await registry.nhi('status')).toMatchObject({ exitCode: 0 });
});

test.each([40, 60, 80])('no line is wider than %i columns, and a hostile name moves no cursor', async (columns) => {
  await fleet();
  await registry.join({ agentName: 'hostile-bot', declared: { sponsor: { ...declaredFor('P').sponsor, id: '\u001b[2J\u202eexample' } } });
  registry.terminalColumns = columns;
  const lines = (await registry.nhi('status')).output.split('\n');

  expect(lines.filter((line) => widthOf(line) > columns)).toEqual([]);
  expect(lines.join('')).not.toMatch(/\p{C}/u);
});

describe('--watch', () => {
  const stop = Object.assign(new Error('Ctrl-C'), { code: 'Stopped' });

  test('draws the same screen again with what is there by then', async () => {
    await registry.join();
    registry.terminalColumns = 80;
    let looks = 0;
    registry.pause = async () => {
      looks += 1;
      if (looks === 2) {
        throw stop;
      }
      await registry.join({ agentName: 'second-bot' });
    };
    const { output, failure } = await registry.nhi('status', '--watch', '5');

    expect(failure).toBe('Stopped');
    const screens = output.split('\u001b[H').slice(2);
    expect(screens.map((screen) => /living agents +(\d+)/.exec(screen)![1])).toEqual(['1', '2']);
    expect(screens.every((screen) => screen.endsWith('\u001b[J'))).toBe(true);
  });

  test('says that the screen is not current while the registry can\'t be read, and continues', async () => {
    await registry.join();
    registry.terminalColumns = 80;
    let looks = 0;
    registry.pause = async () => {
      looks += 1;
      if (looks === 3) {
        throw stop;
      }
      registry.memory.disturb = looks === 1 ? () => { throw new Error('no network\u001b[2J'); } : () => undefined;
    };
    const screens = (await registry.nhi('status', '--watch')).output.split('\u001b[H').slice(2);

    expect(screens.map((screen) => /NOT CURRENT: .*no network[^\u001b]/.test(screen))).toEqual([false, true, false]);
    expect(screens[1]).toMatch(/living agents +1/);
  });

  test('fails if the first look does', async () => {
    registry.terminalColumns = 80;
    registry.memory.forbid('registry');

    expect(await registry.nhi('status', '--watch')).toMatchObject({ output: '', exitCode: 1, message: 'registry is not to be read' });
  });

  test.each<[string, number | undefined, string[]]>([['a pipe', undefined, []], ['JSON', 80, ['--json']]])('fails for %s, before AWS is asked', async (_what, columns, words) => {
    registry.terminalColumns = columns;

    expect(await registry.nhi('status', '--watch', ...words)).toMatchObject({ output: '', failure: 'TerminalMissing' });
    expect(registry.asked).toEqual([]);
  });

  test.each(['1', '0', 'x', '86401'])('fails for %s seconds, before AWS is asked', async (seconds) => {
    expect(await registry.nhi('status', '--watch', seconds)).toMatchObject({ output: '', failure: 'commander.invalidArgument' });
    expect(registry.asked).toEqual([]);
  });

  test('Ctrl-C ends it with 130, in a real terminal', async () => {
    const flag = join(newFolder(), 'second-look');
    const fake = await FakeAccount.start(generateAccount(1, 1), {
      also: { Query: () => ({ Items: [], Count: 0 }), GetItem: () => ({}) },
      before: async (action, count) => {
        if (action === 'GetCallerIdentity' && count === 2) {
          writeFileSync(flag, '');
        }
      },
    });
    try {
      const { written, exitCode } = await nhiInTerminal(['status', '--watch', '2'], { env: fake.env, pressWhen: flag });

      expect(exitCode).toBe(130);
      expect(written).toMatch(/\u001b\[Hat \S+ +number/);
      expect(written).toMatch(/living agents +0/);
    } finally {
      await fake.stop();
    }
  });
});
