import { Registry } from './registry';
import { certificateText } from '../../runtime/evidence';
import { OrphanLedger } from '../../runtime/ledger';
import { declaredFor, NOW } from '../runtime/engine/decision/requests';
import { certificate } from '../runtime/evidence/left';

let registry: Registry;
beforeEach(() => (registry = new Registry()));

describe('list', () => {
  test('all agents, in columns', async () => {
    await registry.join();
    await registry.join({ agentName: 'a-bot' });
    await registry.join({ agentName: 'zoo-keeper-bot' });

    expect((await registry.nhi('list')).output).toBe([
      'agent           status  stage  sponsor          ends                  stack  trouble',
      'a-bot           active  test   ada@example.com  2026-10-01T00:00:00Z  Mine',
      'invoice-bot     active  test   ada@example.com  2026-10-01T00:00:00Z  Mine',
      'zoo-keeper-bot  active  test   ada@example.com  2026-10-01T00:00:00Z  Mine',
      '',
    ].join('\n'));
  });

  test('the trouble that an agent has is shown beside it, until it is over', async () => {
    await registry.join();
    await registry.join({ agentName: 'zoo-keeper-bot' });
    await registry.change({ status: 'leaving', trouble: { since: '2026-06-01T00:00:00.000Z', code: 'TeardownIncomplete', message: 'one user remains', requestId: 'r' } });

    expect((await registry.nhi('list')).output).toBe([
      'agent           status   stage  sponsor          ends                  stack  trouble',
      'invoice-bot     leaving  test   ada@example.com  2026-10-01T00:00:00Z  Mine   TeardownIncomplete',
      'zoo-keeper-bot  active   test   ada@example.com  2026-10-01T00:00:00Z  Mine',
      '',
    ].join('\n'));

    await registry.change({ trouble: null });
    expect((await registry.nhi('list')).output).not.toContain('TeardownIncomplete');
  });

  test('tombstones come last', async () => {
    await registry.join({ agentName: 'a-bot' });
    await registry.join();
    await registry.change({ status: 'left' }, 'a-bot');

    expect((await registry.nhi('list')).output.match(/^\S+ +(active|left)/gm)).toEqual(['invoice-bot  active', 'a-bot        left']);
  });

  describe('only some', () => {
    const names = async (...words: string[]): Promise<string[]> =>
      (JSON.parse((await registry.nhi('--json', 'list', ...words)).output) as { agentName: string }[]).map(({ agentName }) => agentName);

    beforeEach(async () => {
      await registry.join({ agentName: 'a-bot', declared: { expiresAt: '2026-06-11T00:00:00Z' } });
      await registry.join({ agentName: 'b-bot', declared: { sponsor: { ...declaredFor('P').sponsor, id: 'Li@example.com' } } });
      await registry.join({ agentName: 'c-bot' });
      await registry.join({ agentName: 'd-bot' });
      await registry.change({ declared: declaredFor('P', { expiresAt: '2026-06-01T00:00:00Z' }) }, 'c-bot');
      await registry.change({ declared: declaredFor('P', { expiresAt: '2026-06-01T00:00:00Z' }), status: 'left' }, 'd-bot');
      await registry.change({ status: 'leaving', declared: declaredFor('Q') }, 'b-bot');
    });

    test.each<[string[], string[]]>([
      [['--stage', 'production'], ['b-bot']],
      [['--stage', 'test'], ['a-bot', 'c-bot', 'd-bot']],
      [['--stage', 'staging'], []],
      [['--status', 'leaving'], ['b-bot']],
      [['--status', 'left'], ['d-bot']],
      [['--sponsor', 'ADA@example.com', '--status', 'active'], ['a-bot']],
      [['--sponsor', 'ADA@example.com', '--status', 'ended'], ['c-bot']],
      [['--ending', '10'], ['c-bot', 'a-bot']],
      [['--ending', '9'], ['c-bot']],
      [['--ending', '0'], ['c-bot']],
      [['--ending', '3650', '--stage', 'production'], ['b-bot']],
    ])('%j', async (words, found) => {
      expect(await names(...words)).toEqual(found);
    });

    test('none of them is said in words', async () => {
      expect((await registry.nhi('list', '--sponsor', 'nobody@example.com')).output).toBe('no agents match\n');
    });

    test.each([['--status', 'gone'], ['--ending', 'soon'], ['--ending=-1'], ['--ending=1.5'], ['--ending='], ['--ending', '3651']])('fails when it receives %s %s, before AWS is asked', async (...words) => {
      registry.asked.length = 0;

      expect(await registry.nhi('list', ...words)).toMatchObject({ output: '', failure: 'commander.invalidArgument' });
      expect(registry.asked).toEqual([]);
    });
  });

  test('none is said in words', async () => {
    expect(await registry.nhi('list')).toEqual({ output: 'no agents\n', exitCode: 0 });
  });
});

describe('show', () => {
  test('an agent, who is accountable for it, and its principals', async () => {
    await registry.join({ declared: { exceptions: [{ actions: ['iam:PassRole', 'iam:GetRole'], reason: 'hands its role on', until: '2026-07-01T00:00:00Z' }] } });

    expect((await registry.nhi('show', 'invoice-bot')).output).toBe([
      'agent       invoice-bot in account 111122223333',
      'status      active',
      'stage       test',
      'purpose     Matches invoices',
      'sponsor     Ada (ada@example.com), backup li@example.com',
      'ends        2026-10-01T00:00:00Z',
      'next        unused-check at 2026-07-01T00:00:00Z',
      'owner       stack Mine',
      'joined      2026-06-01T00:00:00.000Z',
      'principals',
      '  live        arn:aws:iam::111122223333:role/agents/test/invoice-bot-test (P)',
      'exceptions',
      '  until 2026-07-01T00:00:00Z: iam:PassRole, iam:GetRole: hands its role on',
      'assumed by  Service lambda.amazonaws.com',
      'access in test',
      '  dynamodb:GetItem, dynamodb:Query on <Invoices.Arn>',
      'secret      agents/invoice-bot/token',
      'timeline',
      'when              event   by     what',
      '2026-06-01 00:00  joined  stack  Agent joined',
      'more        nhi show invoice-bot --live asks IAM what is granted and used, and for access keys',
      '',
    ].join('\n'));
  });

  test('an end that reviews carry on, in the list too', async () => {
    await registry.join();
    const endsIn = async (certifiedUntil: string): Promise<string | undefined> => {
      await registry.change({ declared: declaredFor('P', { untilCertified: true, expectedUseDays: 36_500 }), certifiedUntil });
      return /^ends +(.*)$/m.exec((await registry.nhi('show', 'invoice-bot')).output)?.[1];
    };
    expect(await endsIn('2026-10-01T00:00:00Z')).toBe('2026-10-01T00:00:00Z, the latest end in its code: no review carries it on beyond that');
    expect((await registry.nhi('list', '--ending', '9')).output).toBe('no agents match\n');

    expect(await endsIn('2026-06-09T00:00:00Z')).toBe('2026-06-09T00:00:00Z unless its review carries it on, at the latest 2026-10-01T00:00:00Z');
    expect((await registry.nhi('list', '--ending', '9')).output).toContain('2026-06-09T00:00:00Z');
  });

  test('what was changed by hand, until it is as it was; a hostile name is harmless', async () => {
    await registry.join();
    const drift = { roleId: 'P', declaration: 'd', checkAt: '2026-06-02T00:00:00Z' };
    const found = {
      since: '2026-06-01T00:00:00.000Z',
      appeared: ['inline policy x\u001b[1A'],
      vanished: [],
      changed: ['trust policy'],
      omitted: 2,
      digest: 'd',
      removable: { inline: [], attached: [] },
      notRemoved: ['inline policy x (denied)'],
    };
    await registry.change({ agenda: { drift: { ...drift, found } } });
    const { output } = await registry.nhi('show', 'invoice-bot');
    for (const line of ['drift       since 2026-06-01T00:00:00.000Z', '  changed   trust policy', '  and 2 more', '  not removed inline policy x (denied)']) {
      expect(output).toContain(line);
    }
    expect(output).not.toContain('\u001b');
    expect((await registry.nhi('list')).output).toMatch(/Mine +drift$/m);

    await registry.change({ agenda: { drift: { ...drift, roleId: 'FORMER', found } } });
    expect((await registry.nhi('show', 'invoice-bot')).output).not.toContain('drift ');
    await registry.change({ agenda: { drift } });
    expect((await registry.nhi('list')).output).not.toContain('drift');
  });

  test('roles that belong to no agent are listed once they were notified', async () => {
    expect((await registry.nhi('list', '--orphans')).output).toBe('no orphans\n');
    const orphans = new OrphanLedger(registry.memory.table);
    const orphan = { roleId: 'AROAGHOST', roleArn: 'arn:aws:iam::111122223333:role/agents/test/ghost-test', createdAt: '2026-05-01T00:00:00.000Z', since: '2026-06-01T00:00:00.000Z' };
    await orphans.save(orphan, 'now', new Date('2026-06-01T00:00:00Z'));
    expect((await registry.nhi('list', '--orphans')).output).toBe('no orphans\n');
    await orphans.save({ ...orphan, toldAt: '2026-06-02T00:00:00.000Z' }, 'now', new Date('2026-06-01T00:00:00Z'));
    expect((await registry.nhi('list', '--orphans')).output).toContain('role/agents/test/ghost-test  AROAGHOST');
  });

  test('trouble, with its time, its code and its reason', async () => {
    await registry.join();
    expect((await registry.nhi('show', 'invoice-bot')).output).not.toContain('trouble');

    await registry.change({ trouble: { since: '2026-06-01T00:00:00.000Z', code: 'NotDenied', message: 'IAM\nrefuses\u001b[1A', requestId: 'r' } });

    expect((await registry.nhi('show', 'invoice-bot')).output).toMatch(/^status {6}active\ntrouble {5}since 2026-06-01T00:00:00.000Z: NotDenied: IAM refuses \[1A\nstage /m);
  });

  test.each<[string, Parameters<Registry['change']>[0], string[]]>([
    ['its owner', { declared: { ...declaredFor('P'), transferTo: 'New' } }, ['New']],
    ['an operator', { offeredTo: 'Newer' }, ['Newer']],
    ['both', { declared: { ...declaredFor('P'), transferTo: 'New' }, offeredTo: 'Newer' }, ['New', 'Newer']],
    ['nobody', {}, []],
  ])('the stacks that it is offered to, by %s', async (_who, change, stacks) => {
    await registry.join();
    await registry.change(change);

    expect((await registry.nhi('show', 'invoice-bot')).output.match(/^offered .*$/gm) ?? []).toEqual(stacks.map((stack) => `offered     to stack ${stack}`));
  });

  test('fails when the ledger has no such agent', async () => {
    await registry.join();

    expect(await registry.nhi('show', 'other-bot')).toMatchObject({ failure: 'AgentUnknown', message: expect.stringContaining('has no agent other-bot in account 111122223333') });
  });
});

describe('certificate', () => {
  test('all certificates of an agent, the oldest first', async () => {
    await registry.join();
    await registry.leave('left-1', '2026-06-02T00:00:00.000Z', { told: true });
    await registry.leave('left-2', '2026-06-01T00:00:00.000Z', { told: true });

    const { output } = await registry.nhi('certificate', 'invoice-bot');

    expect(output.match(/^Decommission certificate .*$/gm)).toEqual(['Decommission certificate left-2', 'Decommission certificate left-1']);
    expect(output).toMatch(/^Second part: not written\..*\n\nDecommission certificate left-1$/m);
  });

  test('fails while the agent lives: it says how it is, and when there will be one', async () => {
    await registry.join();
    await registry.change({ status: 'leaving' });

    expect(await registry.nhi('certificate', 'invoice-bot')).toMatchObject({
      output: '', failure: 'CertificateMissing', message: 'CertificateMissing: agent invoice-bot is leaving: it gets its decommission certificate when it has left; see nhi show invoice-bot',
    });
  });

  test('fails when the agent has left and has no certificate: the evidence is missing', async () => {
    await registry.join();
    await registry.change({ status: 'left' });

    expect(await registry.nhi('certificate', 'invoice-bot')).toMatchObject({
      output: '',
      failure: 'CertificateMissing',
      message: 'CertificateMissing: the ledger says that agent invoice-bot has left, and agents-nhi-evidence-111122223333-eu-west-1 has no certificate of it: the evidence was removed, or this is another bucket',
    });
  });

  test('fails when the ledger has no such agent', async () => {
    expect(await registry.nhi('certificate', 'invoice-bot')).toMatchObject({ output: '', failure: 'AgentUnknown' });
  });

  test('of an agent that has joined again its earlier certificates are shown', async () => {
    await registry.join();
    await registry.leave('left-1', '2026-06-02T00:00:00.000Z', { told: true });
    await registry.change({ status: 'active' });

    expect((await registry.nhi('certificate', 'invoice-bot')).output).toContain('Decommission certificate left-1');
  });

  test('of what no event names only the key is shown, beside the one that is named', async () => {
    await registry.join();
    await registry.leave('left-1', '2026-06-02T00:00:00.000Z', { told: true });
    registry.bucket.write('certificates/111122223333/invoice-bot/left-2.json', 'garbage');
    registry.bucket.write('certificates/111122223333/invoice-bot/left-3.json', certificateText(certificate({ id: 'left-3', by: 'eve' })));

    const { output } = await registry.nhi('certificate', 'invoice-bot');

    expect(output.match(/^Decommission certificate .*$/gm)).toEqual(['Decommission certificate left-1']);
    expect(output.match(/^.*IS UNKNOWN/gm)).toEqual([2, 3].map((of) => `certificates/111122223333/invoice-bot/left-${of}.json IS UNKNOWN`));
    expect(output).not.toMatch(/garbage|\beve\b/);
  });

  test('of an agent all of whose rows were deleted from the ledger they are shown by the copies of its events', async () => {
    await registry.join();
    await registry.leave('left-1', '2026-06-02T00:00:00.000Z', { told: true });
    await registry.announce();
    [...registry.memory.items.keys()].filter((key) => key.startsWith('placement#')).forEach((key) => registry.memory.items.delete(key));

    expect((await registry.nhi('certificate', 'invoice-bot')).output).toContain('Decommission certificate left-1');
  });
});

describe('release-leavers', () => {
  const limit = (): unknown => registry.memory.items.get('registry|leaver-limit');

  test('lifts the limit for an hour, and the ledger has who did it', async () => {
    const { output } = await registry.nhi('release-leavers');

    expect(limit()).toMatchObject({ until: '2026-06-01T01:00:00.000Z', operator: 'arn:aws:sts::111122223333:assumed-role/operator/ada' });
    expect(output).toMatch(/operator\/ada lifted the limit until 2026-06-01T01:00:00\.000Z: delete the stacks/);
  });

  test('says until when it will be lifted, and who waits for it', async () => {
    await registry.join();
    await registry.join({ agentName: 'a-bot' });
    expect((await registry.nhi('release-leavers')).progress).toBe([
      'registry agents: lift the limit of leavers until 2026-06-01T01:00:00.000Z; until then any number of agents may leave, not only those who wait', '  no agent waits', '',
    ].join('\n'));

    for (const [agent, code] of [['invoice-bot', 'MassLeaverLimit'], ['a-bot', 'TeardownIncomplete']]) {
      await registry.change({ status: 'leaving', trouble: { since: '2026-06-01T00:00:00.000Z', code, message: 'waits', requestId: 'r' } }, agent);
    }

    expect(await registry.nhi('release-leavers')).toMatchObject({ progress: expect.stringContaining('\n  1 wait: invoice-bot\n'), output: expect.stringContaining('(invoice-bot)') });
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

describe.each<[string, string[], () => boolean]>([
  ['finish', ['finish', 'invoice-bot'], () => registry.started.length > 0],
  ['transfer', ['transfer', 'invoice-bot', '--to', 'New'], () => registry.started.length > 0],
  ['release-leavers', ['release-leavers'], () => registry.memory.items.has('registry|leaver-limit')],
])('%s asks before it changes anything', (_verb, words, changed) => {
  beforeEach(async () => {
    await registry.join();
    registry.looks = [{ status: 'SUCCEEDED', output: JSON.stringify({ answered: 'SUCCESS' }) }];
  });

  test.each(['y', 'yes', 'YES', ' y '])('does it on %j, after it has said what', async (reply) => {
    expect(await registry.run(words, reply)).toMatchObject({ exitCode: 0 });

    expect(changed()).toBe(true);
    expect(registry.questions).toEqual([{ question: 'do it? [y/N] ', shown: expect.stringMatching(/^(agent invoice-bot|registry agents)/), started: 0 }]);
  });

  test.each(['', 'n', 'no', 'yep', 'y\ny'])('changes nothing on %j, and fails', async (reply) => {
    expect(await registry.run(words, reply)).toMatchObject({ output: '', exitCode: 1, failure: 'Declined' });

    expect(changed()).toBe(false);
  });

  test('fails where nobody can be asked, and changes nothing', async () => {
    expect(await registry.run(words)).toMatchObject({ output: '', exitCode: 1, failure: 'ConsentMissing', message: expect.stringContaining('--yes') });

    expect(changed()).toBe(false);
  });

  test.each(['--yes', '-y'])('with %s nobody is asked', async (yes) => {
    expect(await registry.run([...words, yes], 'n')).toMatchObject({ exitCode: 0 });

    expect(changed()).toBe(true);
    expect(registry.questions).toEqual([]);
  });
});

test.each([['show', 'invoice-bot'], ['verify', 'invoice-bot'], ['certificate', 'invoice-bot'], ['transfer', 'invoice-bot', '--to', 'New'], ['finish', 'invoice-bot']])(
  '%s of one agent reads nothing of the fleet', async (...words) => {
    await registry.join();
    await registry.leave('left-1', '2026-06-02T00:00:00.000Z', { told: words[0] === 'verify' });
    registry.looks = [{ status: 'SUCCEEDED', output: JSON.stringify({ answered: 'SUCCESS' }) }];
    registry.memory.forbid('registry');

    expect(await registry.nhi(...words)).toMatchObject({ exitCode: 0 });
  });

test('list reads the fleet', async () => {
  registry.memory.forbid('registry');

  expect(await registry.nhi('list')).toMatchObject({ exitCode: 1, message: 'registry is not to be read' });
});

test('what takes long tells what it does, beside the data', async () => {
  await registry.join();
  registry.connectAfterMs = 60;
  expect(await registry.nhi('show', 'invoice-bot')).not.toHaveProperty('progress');

  registry.tellEveryMs = 20;
  expect((await registry.nhi('show', 'invoice-bot')).progress).toMatch(/^(reading invoice-bot \(0 s\)\n)+$/);
});

describe.each(['show', 'verify', 'certificate', 'finish', 'transfer'])('%s', (verb) => {
  test.each(['Invoice-Bot', 'ab', 'a--b', '-x', 'bot-', '../other', 'a#b', 'x'.repeat(49)])('fails when the agent\'s name is %s, before AWS is asked', async (name) => {
    expect(await registry.nhi(verb, '--', name)).toMatchObject({ output: '', failure: 'AgentNameInvalid', message: expect.stringContaining('use 3-48 of [a-z0-9-]') });

    expect(registry.asked).toEqual([]);
  });

  test('fails when no agent is named', async () => {
    expect(await registry.nhi(verb)).toMatchObject({ failure: verb === 'verify' ? 'VerifyTargetMissing' : 'commander.missingArgument' });
    expect(registry.asked).toEqual([]);
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

    expect(JSON.parse((await registry.nhi(...words)).output)).toEqual(await registry.ledger.fleet.list());
  });

  test('--json with each verb is JSON and nothing else', async () => {
    await registry.join();
    await registry.leave('left-1', '2026-06-02T00:00:00.000Z', { told: true });

    const data = async (...words: string[]): Promise<unknown> => JSON.parse((await registry.nhi('--json', ...words)).output);

    expect(await data('show', 'invoice-bot')).toMatchObject({ status: 'left', present: 'P' });
    expect(await data('verify', 'invoice-bot')).toMatchObject({ agentName: 'invoice-bot', chain: { intact: true, length: 2 }, events: [{ sequence: '000000000001' }, { sequence: '000000000002' }] });
    expect(await data('certificate', 'invoice-bot')).toMatchObject({ leaves: [{ certificate: { kind: 'decommission-certificate', id: 'left-1' } }], unknown: [] });
    expect(await data('release-leavers')).toMatchObject({ until: '2026-06-01T01:00:00.000Z' });
  });

  test.each([[['nothing-of-ours'], 'commander.unknownCommand'], [['list', '--all'], 'commander.unknownOption'], [['list', 'x'], 'commander.excessArguments']])(
    'fails when asked for %j', async (words, failure) => {
      expect(await registry.nhi(...words)).toMatchObject({ output: '', failure });
    });
});
