import { PlacementState } from '../../../runtime/model/placement-state';
import { GENESIS_HASH, hashEvent } from '../../../src/core/hash-chain';
import { LifecycleEvent } from '../../../src/core/lifecycle-event';
import { declaredFor, PLACEMENT } from '../../runtime/engine/decision/requests';
import { Outcome, Registry } from '../registry';

let registry: Registry;
beforeEach(async () => {
  registry = new Registry();
  await registry.join({ drifts: 4 });
});
const verify = (...words: string[]): Promise<Outcome> => registry.nhi(...words, 'verify', 'invoice-bot');

test('an intact chain: exit code 0, its events and its last hash', async () => {
  const { output, exitCode } = await verify();
  const events = await registry.ledger.events({ account: '111122223333', agentName: 'invoice-bot' });

  expect(exitCode).toBe(0);
  expect(output.split('\n')).toEqual([
    'event         when                      stage  hash',
    ...events.map(({ hash }, index) => `${index === 0 ? 'joined      ' : 'orphan-found'}  2026-06-01T00:00:00.000Z  test   ${hash.slice(0, 12)}`),
    'the evidence has events 1 to 5, from 2026-06-01T00:00:00.000Z to 2026-06-01T00:00:00.000Z',
    `the chain of invoice-bot is intact: 5 events, last hash ${events[4].hash}`,
    '',
  ]);
});

test.each<[string, number, ((event: LifecycleEvent) => object | null) | 'delete', number]>([
  ['whose content was changed', 3, (event) => ({ ...event, time: '2026-01-01T00:00:00.000Z' }), 3],
  ['that was deleted from the middle', 3, 'delete', 3],
  ['that was deleted from the end', 5, 'delete', 5],
  ['that was deleted from the beginning', 1, 'delete', 1],
  ['without a type', 2, ({ type: _, ...event }) => event, 2],
  ['without data', 2, ({ data: _, ...event }) => event, 2],
  ['whose data say nothing of a stage', 2, (event) => ({ ...event, data: null }), 2],
  ['whose type is no type', 2, (event) => ({ ...event, type: 42 }), 2],
  ['without a hash', 2, ({ hash: _, ...event }) => event, 2],
  ['that is empty', 2, () => ({}), 2],
  ['that is no event', 2, () => null, 2],
])('a chain with an event %s: exit code 2, and where it is broken', async (_, sequence, change, brokenAt) => {
  registry.tamper(sequence, change);

  const { output, exitCode, failure } = await verify();

  expect(failure).toBeUndefined();
  expect(exitCode).toBe(2);
  expect(output).toMatch(new RegExp(`^THE CHAIN OF invoice-bot IS BROKEN at event ${brokenAt}: .+$`, 'm'));
  expect(output).not.toContain('is intact');
});

test('a broken chain as JSON: exit code 2 as well', async () => {
  registry.tamper(3, 'delete');

  const { output, exitCode } = await verify('--json');

  expect(exitCode).toBe(2);
  expect(JSON.parse(output)).toMatchObject({ chain: { intact: false, brokenAt: 2 } });
});

describe('the certificates', () => {
  const FIRST = 'certificates/111122223333/invoice-bot/left-1.json';
  const SECOND = FIRST.replace('.json', '.part-2.json');
  beforeEach(() => registry.leave('left-1', '2026-06-01T00:00:00.000Z', { told: true, deletion: true }));

  test('both parts are as the chain says: exit code 0', async () => {
    const { output, exitCode } = await verify();

    expect(exitCode).toBe(0);
    expect(output).toContain(`${FIRST} is intact\n${SECOND} is intact\n`);
  });

  const replace = (key: string): void => {
    registry.bucket.forget(key);
    registry.bucket.write(key, '{}');
  };

  test.each<[string, string, (key: string) => unknown, string]>([
    ['was changed', FIRST, replace, 'WAS CHANGED'],
    ['whose second part was changed', SECOND, replace, 'WAS CHANGED'],
    ['is missing', FIRST, (key) => registry.bucket.forget(key), 'IS MISSING'],
    ['whose second part is missing', SECOND, (key) => registry.bucket.forget(key), 'IS MISSING'],
    ['is garbage that the chain does not know', FIRST.replace('left-1', 'left-0'), (key) => registry.bucket.write(key, 'null'), 'IS UNKNOWN'],
    ['is unknown to the chain', FIRST.replace('left-1', 'left-0'), (key) => registry.bucket.write(key, '{}'), 'IS UNKNOWN'],
  ])('one that %s: exit code 2, and which', async (_what, key, change, verdict) => {
    change(key);

    const { output, exitCode } = await verify();

    expect(exitCode).toBe(2);
    expect(output).toContain(`${key} ${verdict}`);
    expect(output).toContain('the chain of invoice-bot is intact');
  });

  test('a delete marker hides none, and a later version counts for nothing', async () => {
    registry.bucket.delete(FIRST);
    registry.bucket.write(SECOND, '{}');

    expect((await verify()).exitCode).toBe(0);
  });
});

test('fails when the ledger has no such agent: nothing to verify is not intact', async () => {
  expect(await registry.nhi('verify', 'other-bot')).toMatchObject({ output: '', exitCode: 1, failure: 'AgentUnknown' });
});

describe('compared with the evidence', () => {
  const STATE = 'placement#111122223333#invoice-bot|state';
  const setState = (change: (state: PlacementState) => PlacementState): void => {
    const item = registry.memory.items.get(STATE)!;
    registry.memory.items.set(STATE, { ...item, state: change(item.state as PlacementState) });
  };
  /** An attacker writes a chain that is consistent in itself, and a state that matches it. */
  const rewrite = async (change: (events: LifecycleEvent[]) => LifecycleEvent[]): Promise<void> => {
    const events = await registry.ledger.events(PLACEMENT);
    events.forEach((_, index) => registry.tamper(index + 1, 'delete'));
    let previoushash = GENESIS_HASH;
    const changed = change(events).map((event, index) => {
      const unhashed = { ...event, sequence: String(index + 1).padStart(12, '0'), previoushash };
      previoushash = hashEvent(unhashed);
      return { ...unhashed, hash: previoushash };
    });
    changed.forEach((event, index) => registry.memory.items.set(`placement#111122223333#invoice-bot|event#${event.sequence}`,
      { pk: 'placement#111122223333#invoice-bot', sk: `event#${String(index + 1).padStart(12, '0')}`, event }));
    setState((state) => ({ ...state, lastHash: previoushash, sequence: changed.length }));
  };

  test.each<[string, (events: LifecycleEvent[]) => LifecycleEvent[], number, string]>([
    ['with an event of another author', ([first, second, ...rest]) => [first, { ...second, data: { ...second.data, actor: { app_uid: 'eve' } } }, ...rest], 2, 'data.actor.app_uid is "eve" in the ledger and "stack" in its copy'],
    ['without its last events', (events) => events.slice(0, 3), 4, 'the evidence has a copy of it, and the ledger does not have it'],
    ['with an event more', (events) => [...events, events[4]], 6, 'the evidence has no copy of it'],
    ['without events', () => [], 1, 'the evidence has a copy of it'],
  ])('a ledger rewritten %s, its hashes and state too: exit code 2, and the first difference', async (_what, change, at, reason) => {
    await rewrite(change);

    const { output, exitCode } = await verify();

    expect(exitCode).toBe(2);
    expect(output).toContain(`THE CHAIN OF invoice-bot IS BROKEN at event ${at}: ${reason}`);
  });

  test('twin: rewritten as it was, it is intact', async () => {
    await rewrite((events) => events);

    expect(await verify()).toMatchObject({ exitCode: 0, output: expect.stringContaining('is intact: 5 events') });
  });

  test.each<[string, (state: PlacementState) => PlacementState, string]>([
    ['sponsor', (state) => ({ ...state, declared: { ...state.declared, sponsor: { ...state.declared.sponsor, id: 'eve@example.com' } } }), 'its sponsor is "eve@example.com", and this event says "ada@example.com"'],
    ['end', (state) => ({ ...state, declared: { ...state.declared, expiresAt: '2099-01-01T00:00:00Z' } }), 'its end is "2099-01-01T00:00:00Z", and this event says "2026-10-01T00:00:00Z"'],
    ['status', (state) => ({ ...state, status: 'left' }), 'its status is "left", and this event says "not left"'],
  ])('a changed %s in the state: exit code 2', async (_what, change, reason) => {
    setState(change);

    expect(await verify()).toMatchObject({ exitCode: 2, output: expect.stringContaining(`BROKEN at event 1: the state of the agent says that ${reason}`) });
  });

  test.each<[string, object]>([
    ['principals', { principals: null }], ['sponsor', { declared: { ...declaredFor('P'), sponsor: null } }], ['access', { declared: { ...declaredFor('P'), access: { stages: 7 } } }],
    ['exceptions', { declared: { ...declaredFor('P'), exceptions: undefined } }], ['reduction', { reduction: { denied: 'x' } }], ['list of events that are not copied', { unsent: 7 }], ['last hash', { lastHash: undefined }],
  ])('a state whose %s has another form: exit code 2, and nothing fails', async (_what, changes) => {
    setState((state) => ({ ...state, ...changes } as PlacementState));
    await registry.join({ agentName: 'other-bot' });

    expect(await verify()).toMatchObject({ exitCode: 2, output: expect.stringContaining('THE CHAIN OF invoice-bot IS BROKEN') });
    expect(await registry.nhi('verify', '--all')).toMatchObject({ exitCode: 2, output: expect.stringContaining('1 of 2 chains are intact') });
  });

  test.each([[undefined], [null], [{}], [{ account: null, agentName: 7 }], ['x']])('a row of the fleet that is %j: exit code 2, and the chains are verified', async (summary) => {
    registry.memory.items.set('registry|living#111122223333/x-bot', { pk: 'registry', sk: 'living#111122223333/x-bot', summary } as never);

    expect(await registry.nhi('verify', '--all')).toMatchObject({ exitCode: 2, output: expect.stringMatching(/1 of 2 chains are intact/) });
  });

  test('a ledger from which all of the agent was deleted: exit code 2, as the evidence still has it', async () => {
    [...registry.memory.items.keys()].filter((key) => key.startsWith('placement#')).forEach((key) => registry.memory.items.delete(key));

    expect(await verify()).toMatchObject({ exitCode: 2, output: expect.stringMatching(/IS BROKEN at event 1: the (evidence has a copy of it|ledger has no state of the agent)/) });
  });

  test('a certificate that follows an event which no longer exists: exit code 2', async () => {
    await registry.leave('left-1', '2026-06-01T00:00:00.000Z', { told: true });
    expect(await verify()).toMatchObject({ exitCode: 0 });
    registry.bucket.delete('events/111122223333/invoice-bot/000000000005.json');
    await registry.join({ agentName: 'other-bot' });
    await registry.leave('left-2', '2026-06-02T00:00:00.000Z', { told: true, follows: 'f'.repeat(64) });

    expect(await verify()).toMatchObject({ exitCode: 2, output: expect.stringContaining('left-2.json follows an event with the hash ffff') });
  });

  test.each(['null', '7', '"x"', '[]', '{"data":null}', '{"data":{"unmapped":null,"entity":null}}', 'garbage'])('a planted copy that is not an event (%s): exit code 2, and nothing fails', async (planted) => {
    registry.bucket.write('events/111122223333/invoice-bot/000000000006.json', planted);

    expect(await verify()).toMatchObject({ exitCode: 2, output: expect.stringContaining('BROKEN at event 6: the evidence has a copy of it, and the ledger does not have it') });
  });

  test('an event that the engine has just recorded is not copied yet, and nothing is broken', async () => {
    await registry.commit('orphan-found', 'just-now');

    const { output, exitCode } = await verify();

    expect(exitCode).toBe(0);
    expect(output).toContain('the evidence has events 1 to 5, from');
    expect(output).toContain('not copied yet: event 6;');
  });

  test('an event that was added to the ledger later shows by when it was copied', async () => {
    await registry.commit('orphan-found', 'later');
    registry.bucket.now = new Date('2026-06-09T00:00:00Z');
    await registry.announce();

    expect(await verify()).toMatchObject({ exitCode: 0, output: expect.stringContaining('event 6 of 2026-06-01T00:00:00.000Z was copied late, at 2026-06-09T00:00:00.000Z') });
  });

  test('while the engine is at work it is looked at again, and nothing is broken', async () => {
    let once = true;
    registry.bucket.disturb = (call, moment) => {
      if (once && call === 's3:ListObjectVersions' && moment === 'after') {
        once = false;
        registry.interleave(async () => {
          await registry.commit('orphan-found', 'in-between');
          await registry.announce();
        });
      }
    };

    expect(await verify()).toMatchObject({ exitCode: 0, output: expect.stringContaining('is intact: 6 events') });
  });
});

describe('--all', () => {
  beforeEach(async () => {
    await registry.join({ agentName: 'a-bot' });
    await registry.join({ agentName: 'left-bot' });
    await registry.commit('left', 'left', 'left-bot');
    await registry.change({ status: 'left' }, 'left-bot');
  });

  test('every chain, those of departed agents too: exit code 0', async () => {
    const { output, exitCode } = await registry.nhi('verify', '--all');

    expect(exitCode).toBe(0);
    expect(output.split('\n').map((line) => line.replace(/[0-9a-f]{64}$/, 'hash'))).toEqual([
      'agent        events  last hash', 'a-bot        1       hash', 'invoice-bot  5       hash', 'left-bot     2       hash', '3 of 3 chains are intact', '',
    ]);
  });

  test('one broken chain is named, the others are verified all the same: exit code 2', async () => {
    registry.tamper(3, 'delete');

    const { output, exitCode } = await registry.nhi('verify', '--all');

    expect(exitCode).toBe(2);
    expect(output).toMatch(/^THE CHAIN OF invoice-bot IS BROKEN at event 3: .+\n2 of 3 chains are intact$/m);
    expect(output).toMatch(/^left-bot/m);
  });

  test('an agent without a state has no intact chain', async () => {
    registry.memory.items.delete('placement#111122223333#a-bot|state');

    expect(await registry.nhi('verify', '--all')).toMatchObject({ exitCode: 2, output: expect.stringContaining('THE CHAIN OF a-bot IS BROKEN at event 1: the ledger has no state of the agent') });
  });

  const forget = (belongs: (key: string) => boolean): void => (
    [...registry.memory.items.keys()].filter(belongs).forEach((key) => registry.memory.items.delete(key)));

  test.each(['a-bot', 'invoice-bot', 'left-bot'])('%s, all of whose rows were deleted from the ledger, is named, as the evidence still has it: exit code 2', async (agent) => {
    await registry.announce('left-bot');
    forget((key) => new RegExp(`[#/]${agent}(\\||$)`).test(key));

    const { output, exitCode } = await registry.nhi('verify', '--all');

    expect(exitCode).toBe(2);
    expect(output).toMatch(new RegExp(`^THE CHAIN OF ${agent} IS BROKEN at event 1: .+\n2 of 3 chains are intact$`, 'm'));
  });

  test('an agent whose row in the fleet alone was deleted is named', async () => {
    forget((key) => key.startsWith('registry|') && key.endsWith('/a-bot'));

    expect(await registry.nhi('verify', '--all')).toMatchObject({ exitCode: 2, output: expect.stringContaining('THE CHAIN OF a-bot IS BROKEN at event 1: the evidence has the agent, and the fleet in the ledger does not list it') });
  });

  test('an agent of which the evidence has but a certificate that somebody hid is named; what another account has is not this one\'s', async () => {
    registry.bucket.write('certificates/111122223333/gone-bot/left-1.json', '{}');
    registry.bucket.delete('certificates/111122223333/gone-bot/left-1.json');
    registry.bucket.write('events/444455556666/other-bot/000000000001.json', '{}');

    const { output, exitCode } = await registry.nhi('verify', '--all');

    expect(exitCode).toBe(2);
    expect(output).toContain('THE CHAIN OF gone-bot IS BROKEN');
    expect(output).toContain('3 of 4 chains are intact');
  });

  test('as JSON: each verdict, without events', async () => {
    const verdicts = JSON.parse((await registry.nhi('--json', 'verify', '--all')).output) as object[];

    expect(verdicts).toHaveLength(3);
    expect(verdicts[1]).toEqual({ agentName: 'invoice-bot', chain: { intact: true, length: 5, lastHash: expect.stringMatching(/^[0-9a-f]{64}$/) }, evidence: [] });
  });

  test('fails when an agent is named as well', async () => {
    expect(await registry.nhi('verify', '--all', 'invoice-bot')).toMatchObject({ output: '', failure: 'VerifyTargetMissing' });
  });
});
