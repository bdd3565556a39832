import { Registry } from './registry';
import { NOW } from '../runtime/lifecycle/requests';

let registry: Registry;
beforeEach(() => (registry = new Registry()));

describe('list', () => {
  test('all agents, in columns', async () => {
    await registry.join();
    await registry.join({ agentName: 'a-bot' });
    await registry.join({ agentName: 'zoo-keeper-bot' });

    expect((await registry.nhi('list')).output).toBe([
      'agent           status  stage  sponsor          ends                  stack',
      'a-bot           active  test   ada@example.com  2026-10-01T00:00:00Z  Mine',
      'invoice-bot     active  test   ada@example.com  2026-10-01T00:00:00Z  Mine',
      'zoo-keeper-bot  active  test   ada@example.com  2026-10-01T00:00:00Z  Mine',
      '',
    ].join('\n'));
  });

  test('none is said in words', async () => {
    expect(await registry.nhi('list')).toEqual({ output: 'no agents\n', exitCode: 0 });
  });
});

describe('show', () => {
  test('an agent, who answers for it, and its principals', async () => {
    await registry.join({ declared: { exceptions: [{ actions: ['iam:PassRole', 'iam:GetRole'], reason: 'hands its role on', until: '2026-07-01T00:00:00Z' }] } });

    expect((await registry.nhi('show', 'invoice-bot')).output).toBe([
      'agent       invoice-bot in account 111122223333',
      'status      active',
      'stage       test',
      'purpose     Matches invoices',
      'sponsor     Ada (ada@example.com), backup li@example.com',
      'ends        2026-10-01T00:00:00Z',
      'owner       stack Mine',
      'joined      2026-06-01T00:00:00.000Z',
      'principals',
      '  live        arn:aws:iam::111122223333:role/agents/test/invoice-bot-test (P)',
      'exceptions',
      '  until 2026-07-01T00:00:00Z: iam:PassRole, iam:GetRole: hands its role on',
      '',
    ].join('\n'));
  });

  test('fails when the ledger has no such agent', async () => {
    await registry.join();

    expect(await registry.nhi('show', 'other-bot')).toMatchObject({ failure: 'AgentUnknown', message: expect.stringContaining('has no agent other-bot in account 111122223333') });
  });
});

describe('certificate', () => {
  test('all certificates of an agent, the oldest first', async () => {
    await registry.leave('left-1', '2026-06-02T00:00:00.000Z');
    await registry.leave('left-2', '2026-06-01T00:00:00.000Z');

    const { output } = await registry.nhi('certificate', 'invoice-bot');

    expect(output.match(/^Decommission certificate .*$/gm)).toEqual(['Decommission certificate left-2', 'Decommission certificate left-1']);
    expect(output).toMatch(/^sha-256 {6}[0-9a-f]{64}\n\nDecommission certificate left-1$/m);
  });

  test('fails when there is none', async () => {
    await registry.join();

    expect(await registry.nhi('certificate', 'invoice-bot')).toMatchObject({ output: '', failure: 'CertificateMissing' });
  });
});

describe('release-leavers', () => {
  const limit = (): unknown => registry.memory.items.get('registry|leaver-limit');

  test('lifts the limit for an hour, and the ledger has who did it', async () => {
    const { output } = await registry.nhi('release-leavers');

    expect(limit()).toMatchObject({ until: '2026-06-01T01:00:00.000Z', operator: 'arn:aws:sts::111122223333:assumed-role/operator/ada' });
    expect(output).toMatch(/operator\/ada lifted the limit until 2026-06-01T01:00:00\.000Z: delete the stacks/);
  });

  test.each(['1', '90', '1440'])('lifts it for %s minutes', async (minutes) => {
    await registry.nhi('release-leavers', '--minutes', minutes);

    expect(limit()).toMatchObject({ until: new Date(NOW.getTime() + Number(minutes) * 60_000).toISOString() });
  });

  test.each(['0', '1441', '-5', '1.5', 'soon', '', 'Infinity', 'NaN'])('fails when the minutes are %j, and lifts nothing', async (minutes) => {
    expect(await registry.nhi('release-leavers', `--minutes=${minutes}`)).toMatchObject({ output: '', failure: 'commander.invalidArgument', message: expect.stringContaining('from 1 to 1440') });

    expect(limit()).toBeUndefined();
    expect(registry.asked).toEqual([]);
  });
});

describe.each(['show', 'verify', 'certificate'])('%s', (verb) => {
  test.each(['Invoice-Bot', 'ab', 'a--b', '-x', 'bot-', '../other', 'a#b', 'x'.repeat(49)])('fails when the agent\'s name is %s, before AWS is asked', async (name) => {
    expect(await registry.nhi(verb, '--', name)).toMatchObject({ output: '', failure: 'AgentNameInvalid', message: expect.stringContaining('use 3-48 of [a-z0-9-]') });

    expect(registry.asked).toEqual([]);
  });

  test('fails when no agent is named', async () => {
    expect(await registry.nhi(verb)).toMatchObject({ failure: 'commander.missingArgument' });
  });
});

describe('options', () => {
  test('the registry and its region are handed on; without, it is the default one in the environment\'s region', async () => {
    await registry.nhi('list');
    await registry.nhi('--registry', 'bots', '--region', 'eu-north-1', 'list');
    await registry.nhi('list', '--registry', 'bots');

    expect(registry.asked).toMatchObject([{ registry: 'agents' }, { registry: 'bots', region: 'eu-north-1' }, { registry: 'bots' }]);
    expect(registry.asked[0]).not.toHaveProperty('region');
  });

  test.each([['--json', 'list'], ['list', '--json']])('%s %s prints the same data for other programs', async (...words) => {
    await registry.join();

    expect(JSON.parse((await registry.nhi(...words)).output)).toEqual(await registry.ledger.fleet());
  });

  test('--json with each verb is JSON and nothing else', async () => {
    await registry.join();
    await registry.leave('left-1', '2026-06-02T00:00:00.000Z');

    const data = async (...words: string[]): Promise<unknown> => JSON.parse((await registry.nhi('--json', ...words)).output);

    expect(await data('show', 'invoice-bot')).toMatchObject({ status: 'active', present: 'P' });
    expect(await data('verify', 'invoice-bot')).toMatchObject({ agentName: 'invoice-bot', chain: { intact: true, length: 1 }, events: [{ sequence: '000000000001' }] });
    expect(await data('certificate', 'invoice-bot')).toMatchObject([{ kind: 'decommission-certificate', id: 'left-1' }]);
    expect(await data('release-leavers')).toMatchObject({ until: '2026-06-01T01:00:00.000Z' });
  });

  test.each([[['nothing-of-ours'], 'commander.unknownCommand'], [['list', '--all'], 'commander.unknownOption'], [['list', 'x'], 'commander.excessArguments']])(
    'fails when asked for %j', async (words, failure) => {
      expect(await registry.nhi(...words)).toMatchObject({ output: '', failure });
    });
});
