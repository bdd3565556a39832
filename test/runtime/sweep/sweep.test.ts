import { FakeSweeper, populateDue } from './sweeping';
import { dueWith } from '../../../runtime/engine/agenda';
import { decide } from '../../../runtime/engine/decision/decide';
import { PlacementLedger } from '../../../runtime/ledger';
import { AgendaRecord } from '../../../runtime/model/placement-state';
import { runSweepStep, Sweep, SweepItem, SweepPage } from '../../../runtime/sweep';
import { during, PLACEMENT, planOf, request, WITHOUT_DRIFT } from '../engine/decision/requests';
import { MemoryTable, named } from '../ledger/memory-table';

const NOW = new Date('2026-12-01T00:00:00Z');
const END = '2026-10-01T00:00:00Z';
const TOLD: AgendaRecord = { warned: { end: END, secondsBefore: 0, at: '2026-10-01T00:00:00.000Z' } };
const { change: JOIN } = planOf(decide(undefined, request('Create', 'P'), during('CREATE_IN_PROGRESS')));
const context = { registry: 'agents', actor: 'stack', time: NOW };

let memory: MemoryTable;
let ledger: PlacementLedger;
let fake: FakeSweeper;
beforeEach(() => {
  memory = new MemoryTable();
  ledger = new PlacementLedger(memory.table, dueWith(WITHOUT_DRIFT));
  fake = new FakeSweeper(memory, { limit: { count: 2 }, now: () => NOW });
});

/** Agents that joined. Those that were notified of their end are due for teardown, the others for a warning. */
async function join(prefix: string, many: number, agenda: AgendaRecord | undefined, expiresAt = END): Promise<void> {
  for (let index = 0; index < many; index++) {
    const placement = { ...PLACEMENT, agentName: `${prefix}-${index}` };
    const declared = { ...JOIN!.declared!, expiresAt, expectedUseDays: 36_500 };
    await ledger.commit(placement, undefined, { ...JOIN, declared, ...(agenda === undefined ? {} : { agenda }) }, [], context);
  }
}
interface Stored { readonly stored: { readonly request: { readonly intent: { readonly mayRemove: boolean } } } }
const stored = ({ input: { requestId } }: SweepItem) => (memory.items.get(`request#${requestId}|request`) as unknown as Stored).stored.request;
const asked = (items: readonly SweepItem[]): Record<string, boolean> => (
  Object.fromEntries(items.map((item) => [item.input.placement.agentName, stored(item).intent.mayRemove])));

describe('a sweep', () => {
  test('asks about what is due and nothing else, in the name of its execution, with names that the engine\'s machine takes', async () => {
    await fake.run();
    await join('due', 5, undefined);
    await join('later', 5, undefined, '2027-10-01T00:00:00Z');

    const items = await fake.run();

    expect(Object.keys(asked(items)).sort()).toEqual(['due-0', 'due-1', 'due-2', 'due-3', 'due-4']);
    expect(stored(items[0])).toMatchObject({ registry: 'agents', origin: { kind: 'schedule', arn: expect.stringContaining(':execution:agents-nhi-agenda:sweep-') }, intent: { kind: 'attend' } });
    expect(items.filter(({ name, input: { requestId } }) => name.length > 80 || requestId.length > 64 || !requestId.startsWith('schedule-attend-'))).toEqual([]);
  });

  test('asks again each time: the decision about an earlier request is stored', async () => {
    await join('due', 1, undefined);
    const ids = [...await fake.run(), ...await fake.run()].map(({ input: { requestId } }) => requestId);
    expect(new Set(ids).size).toBe(2);
  });

  test('may remove only those whose removal it has counted', async () => {
    await join('gone', 2, TOLD);
    await join('warned', 2, undefined);
    expect(asked(await fake.run())).toEqual({ 'gone-0': true, 'gone-1': true, 'warned-0': false, 'warned-1': false });
    expect([fake.sent, fake.metrics]).toEqual([[], []]);
  });

  test('looks at every living agent when the settings have changed, once, because every due instant may be another', async () => {
    await fake.run();
    await join('later', 3, undefined, '2027-10-01T00:00:00Z');
    expect(await fake.run()).toEqual([]);

    const other = new FakeSweeper(memory, { settings: { ...WITHOUT_DRIFT, warningSeconds: [90 * 86_400] }, limit: { count: 2 }, now: () => NOW });
    expect(Object.keys(asked(await other.run())).sort()).toEqual(['later-0', 'later-1', 'later-2']);
    expect(await other.run()).toEqual([]);
  });

  test('looks at all again if it died before its end', async () => {
    await join('later', 3, undefined, '2027-10-01T00:00:00Z');
    await expect(fake.run(async () => {
      throw new Error('killed');
    })).rejects.toThrow('killed');
    expect(await fake.run()).toHaveLength(3);
  });
});

describe('too many', () => {
  test('none is removed, what only warns continues; bus, metric and ledger say so, the bus once for each list', async () => {
    await join('gone', 3, TOLD);
    await join('warned', 1, undefined);

    expect(asked(await fake.run())).toEqual({ 'warned-0': false });
    expect(asked(await fake.run())).toEqual({ 'warned-0': false });

    expect(fake.sent).toMatchObject([{ agents: 3, allowed: 2, first: ['111122223333/gone-0 end', '111122223333/gone-1 end', '111122223333/gone-2 end'] }]);
    expect(fake.metrics).toEqual(['SweepHeld', 'SweepHeld']);
    expect(await fake.sweeps.held()).toMatchObject({ digest: fake.sent[0].digest, agents: 3 });
  });

  test('a list that the bus did not accept is sent by the next sweep', async () => {
    await join('gone', 3, TOLD);
    fake.refusesEvents = true;
    await expect(fake.run()).rejects.toThrow(/EventsNotSent/);
    fake.refusesEvents = false;
    await fake.run();
    // The same event again: an event's id is made of the list and of when it was first held.
    expect(new Set(fake.ids).size).toBe(1);
    expect(fake.sent).toHaveLength(2);
    expect(await fake.sweeps.held()).toBeDefined();
  });

  test.each(['s3:PutObject', 'events:PutEvents'])('is in the evidence once, whatever fails at %s; the same list, held again later, is another event', async (fails) => {
    await join('gone', 3, TOLD);
    const kept = (): object[] => [...fake.bucket.objects].map(([key, text]) => ({ key: key.split('/').slice(0, 2).join('/'), ...(JSON.parse(text) as object) }));
    fake.bucket.disturb = (call) => {
      if (call === fails) {
        throw new Error('killed');
      }
    };
    fake.refusesEvents = fails === 'events:PutEvents';
    await expect(fake.run()).rejects.toThrow();
    fake.bucket.disturb = () => undefined;
    fake.refusesEvents = false;
    await fake.run();
    await fake.run();
    expect(kept()).toMatchObject([{ key: 'registry-events/111122223333', type: 'nhi.registry.sweep-held.v1', time: NOW.toISOString(), data: { agents: 3, allowed: 2 } }]);

    const [{ digest }] = fake.sent;
    const approval = { digest, by: 'ada', at: NOW.toISOString(), reason: 'It is over' };
    await fake.sweeps.approve(approval, NOW);
    await fake.run();
    await fake.run();
    expect(kept()).toMatchObject([{ type: 'nhi.registry.sweep-held.v1' }, { type: 'nhi.registry.sweep-approved.v1', data: { digest, agents: 3, by: 'ada', reason: 'It is over' } }]);

    await fake.sweeps.setHeld({ digest: 'f'.repeat(64), agents: 9, allowed: 1, since: NOW.toISOString(), toldAt: NOW.toISOString() });
    memory.items.delete(`agenda-approval|list#${digest}`);
    const later = new FakeSweeper(memory, { limit: { count: 2 }, now: () => new Date(NOW.getTime() + 86_400_000) });
    await later.run();
    expect(later.ids).toHaveLength(1);
    expect(fake.ids).not.toContain(later.ids[0]);
  });

  test('an approval is for that very list: another agent that came later waits, or is counted again', async () => {
    await join('gone', 3, TOLD);
    await fake.run();
    await fake.sweeps.approve({ digest: fake.sent[0].digest, by: 'ada', at: NOW.toISOString(), reason: 'It is over' }, NOW);
    await join('more', 3, TOLD);

    expect(asked(await fake.run())).toEqual({ 'gone-0': true, 'gone-1': true, 'gone-2': true });
    expect(fake.sent).toHaveLength(3);
    expect(fake.sent[1]).toMatchObject({ digest: fake.sent[0].digest, agents: 3, by: 'ada', reason: 'It is over' });
    expect(fake.sent[2]).toMatchObject({ agents: 3, first: ['111122223333/more-0 end', '111122223333/more-1 end', '111122223333/more-2 end'] });
  });

  test('an approval that can\'t be recorded permits nothing, and stops nothing else', async () => {
    await join('gone', 3, TOLD);
    await fake.run();
    await fake.sweeps.approve({ digest: fake.sent[0].digest, by: 'eve', at: NOW.toISOString(), reason: 'x'.repeat(300_000) }, NOW);
    fake.refusesEvents = true;
    await join('warned', 1, undefined);
    expect(asked(await fake.run())).toEqual({ 'warned-0': false });
    expect(fake.warnings).toHaveLength(1);
    fake.refusesEvents = false;
    expect(asked(await fake.run())).toEqual({ 'gone-0': true, 'gone-1': true, 'gone-2': true, 'warned-0': false });
  });

  test('an approval ends after a week', async () => {
    await join('gone', 3, TOLD);
    await fake.run();
    const early = new Date(NOW.getTime() - 8 * 86_400_000);
    await fake.sweeps.approve({ digest: fake.sent[0].digest, by: 'ada', at: early.toISOString(), reason: 'It is over' }, early);
    expect(await fake.run()).toEqual([]);
  });

  test('an approval of a list whose rows somebody changed permits nothing', async () => {
    await join('gone', 3, TOLD);
    await fake.run();
    const [{ digest }] = fake.sent;
    await fake.sweeps.approve({ digest, by: 'ada', at: NOW.toISOString(), reason: 'It is over' }, NOW);
    await join('more', 3, TOLD);
    const lines = ['gone', 'more'].flatMap((prefix) => [0, 1, 2].map((index) => `111122223333/${prefix}-${index} end`));
    memory.items.set(`agenda-list#${digest}|part#000000`, { pk: `agenda-list#${digest}`, sk: 'part#000000', lines });
    expect(asked(await fake.run())).toEqual({});
  });

  test('when they are not too many any more, nothing is held', async () => {
    await join('gone', 3, TOLD);
    await fake.run();
    const placement = { ...PLACEMENT, agentName: 'gone-0' };
    await ledger.commit(placement, await ledger.state(placement), { status: 'left' }, [], context);

    expect(asked(await fake.run())).toEqual({ 'gone-1': true, 'gone-2': true });
    expect(await fake.sweeps.held()).toBeUndefined();
  });

  test.each([
    [{ share: 0.05 }, 1, 10, 1],
    [{ share: 0.05 }, 2, 10, 0],
    [{ count: 10, share: 0.5 }, 5, 5, 5],
    [{ count: 10, share: 0.5 }, 6, 5, 0],
    [{ count: 4, share: 1 }, 5, 95, 0],
  ])('with the limit %j, of %i that end beside %i others, %i are removed', async (limit, ends, others, removed) => {
    await join('gone', ends, TOLD);
    await join('later', others, undefined, '2027-10-01T00:00:00Z');
    const { length } = Object.values(asked(await new FakeSweeper(memory, { limit, now: () => NOW }).run())).filter((mayRemove) => mayRemove);
    expect(length).toBe(removed);
  });
});

describe('what a caller says to a step of a sweep', () => {
  const execution = 'arn:aws:states:eu-west-1:111122223333:execution:agents-nhi-agenda:told';
  const page = (told: object): Promise<SweepPage> => runSweepStep(fake.sweeper, { step: 'Page', execution, sweep: told as never }) as Promise<SweepPage>;
  const mayRemove = async (told: object): Promise<boolean[]> => {
    const { items } = await page(told);
    return items.map(({ input: { requestId } }) => (memory.items.get(`request#${requestId}|request`) as unknown as { stored: { request: { intent: { mayRemove: boolean } } } }).stored.request.intent.mayRemove);
  };

  test('does not let it pass its limit: what it may do is in the ledger since its plan', async () => {
    await join('gone', 3, TOLD);
    fake = new FakeSweeper(memory, { limit: { count: 1 }, now: () => NOW });
    const plan = await runSweepStep(fake.sweeper, { step: 'Plan', execution }) as Sweep;
    expect(plan.permitted).toEqual([]);
    const held = (await fake.sweeps.held())!.digest;
    expect((await mayRemove({ ...plan, permitted: [held] })).filter((may) => may)).toEqual([]);
    expect(await runSweepStep(fake.sweeper, { step: 'Plan', execution })).toEqual(plan);
    await runSweepStep(fake.sweeper, { step: 'Close', execution, sweep: { ...plan, settings: 'others' } as never });
    expect(await fake.sweeps.settings()).toBe(plan.settings);
  });

  test('twin: a sweep within its limit removes, whatever its caller says', async () => {
    await join('gone', 1, TOLD);
    fake = new FakeSweeper(memory, { limit: { count: 1 }, now: () => NOW });
    const plan = await runSweepStep(fake.sweeper, { step: 'Plan', execution }) as Sweep;
    expect(await mayRemove({ ...plan, permitted: [] })).toEqual([true]);
  });

  test.each(['Plan', 'Page', 'Close', 'Orphans'] as const)('is not done by its step %s if no such sweep runs: each has a limit of its own', async (step) => {
    fake.stopped.add(execution);
    await expect(runSweepStep(fake.sweeper, { step, execution, sweep: { until: '', of: 'all', permitted: [], settings: '' } })).rejects.toMatchObject({ code: 'SweepNotRunning' });
    expect(memory.items.size).toBe(0);
  });

  test('is not done before its plan', async () => {
    await expect(page({ until: '2027-01-01T00:00:00Z', of: 'all', permitted: [], settings: '' })).rejects.toMatchObject({ code: 'SweepNotPlanned' });
  });
});

describe('a sweep that IAM throttles', () => {
  const pageOf = async (): Promise<SweepPage> => {
    const input = { execution: 'arn:aws:states:eu-west-1:111122223333:execution:agents-nhi-agenda:one' };
    const sweep = await runSweepStep(fake.sweeper, { step: 'Plan', ...input });
    return await runSweepStep(fake.sweeper, { step: 'Page', ...input, sweep: sweep as never }) as SweepPage;
  };
  const throttle = async (): Promise<void> => {
    const { limiter } = fake.sweeper;
    await limiter.attempt(() => Promise.reject(named('Throttling'))).catch(() => undefined);
  };

  test('works on fewer agents at a time, and on all that it may if it is not throttled', async () => {
    expect(await pageOf()).toMatchObject({ concurrency: 5 });
    let now = NOW.getTime();
    fake = new FakeSweeper(memory, { now: () => new Date(now += 2_000) });
    for (let time = 0; time < 6; time++) {
      await throttle();
    }
    expect(await pageOf()).toMatchObject({ concurrency: 2 });
  });
});

describe('cost', () => {
  test('a sweep of a fleet of 100,000 of which 1 % is due reads about what is due, and a page at a time is in memory', async () => {
    memory = new MemoryTable(500);
    fake = new FakeSweeper(memory, { now: () => NOW });
    await fake.run();
    populateDue(memory, 100_000);
    memory.itemsRead = 0;
    memory.calls.length = 0;

    expect(await fake.run()).toHaveLength(1_000);

    // Each due row is read twice: once to count, once to ask.
    expect(memory.itemsRead).toBeLessThanOrEqual(2_010);
    expect(memory.calls.filter((call) => call === 'Query').length).toBeLessThanOrEqual(40);
  });
});
