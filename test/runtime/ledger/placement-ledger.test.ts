import * as fc from 'fast-check';
import { MemoryTable } from './memory-table';
import { decide } from '../../../runtime/engine/decision/decide';
import { Committed, PlacementLedger, Write } from '../../../runtime/ledger';
import { PlacementState } from '../../../runtime/model/placement-state';
import { PlannedEvent, StateChange } from '../../../runtime/model/plan';
import { verifyChain } from '../../../src/core/hash-chain';
import { during, NOW, PLACEMENT, planOf, request } from '../engine/decision/requests';

const context = { registry: 'agents', actor: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/Mine/1', time: NOW };
const STATE = 'placement#111122223333#invoice-bot|state';
const join = (): { change: StateChange; events: readonly PlannedEvent[] } => {
  const { change, events } = planOf(decide(undefined, request('Create', 'P'), during('CREATE_IN_PROGRESS')));
  return { change: change!, events };
};
const happening = (key: string): PlannedEvent => ({ name: 'orphan-found', stage: 'test', roleId: 'P', details: { key }, key });

let memory: MemoryTable;
let ledger: PlacementLedger;
beforeEach(async () => {
  memory = new MemoryTable();
  ledger = new PlacementLedger(memory.table);
  const { change, events } = join();
  await ledger.commit(PLACEMENT, undefined, change, events, context);
});

/** Reads the state and writes a change of it. */
const commit = async (change: StateChange, events: readonly PlannedEvent[], also: readonly Write[] = []): Promise<Committed> =>
  ledger.commit(PLACEMENT, await ledger.state(PLACEMENT), change, events, context, also);
const mark = (): Write => memory.table.putting({ pk: 'also', sk: 'mark' });
const sequencesOf = (state: PlacementState | undefined): readonly number[] | undefined => state?.unsent;

test('state, event, mark, fleet row and count are written together', async () => {
  expect(memory.under('placement#111122223333#invoice-bot').map(({ sk }) => sk.replace(/[0-9a-f]{32}$/, '<id>'))).toEqual([
    'applied#<id>', 'event#000000000001', 'state',
  ]);
  expect(memory.calls.filter((call) => call === 'TransactWrite')).toHaveLength(1);
  expect(await ledger.state(PLACEMENT)).toMatchObject({ status: 'active', present: 'P', sequence: 1, version: 1, unsent: [1] });
  expect(await ledger.fleet.count()).toBe(1);
  expect(await ledger.fleet.list()).toEqual([{
    account: '111122223333', agentName: 'invoice-bot', status: 'active', stage: 'test', sponsorId: 'ada@example.com', expiresAt: '2026-10-01T00:00:00Z', stackName: 'Mine', roleIds: ['P'],
  }]);
});

test('it returns the state as the ledger has it now, and the events that were written just now', async () => {
  const { state, events } = await commit({ status: 'leaving' }, [happening('a'), happening('b')]);

  expect(state).toEqual(await ledger.state(PLACEMENT));
  expect(events).toEqual((await ledger.events(PLACEMENT)).slice(1));
});

test('the same happening told again is written once, and its change is not applied again', async () => {
  const { change, events } = join();
  await commit({ status: 'leaving' }, []);

  const again = await commit(change, events);

  expect(again).toMatchObject({ state: { status: 'leaving' }, events: [] });
  expect(await ledger.state(PLACEMENT)).toMatchObject({ status: 'leaving' });
  expect(await ledger.events(PLACEMENT)).toHaveLength(1);
});

test('of several happenings only the new ones are written', async () => {
  await commit({}, [happening('a')]);
  const { events } = await commit({}, [happening('a'), happening('b')]);

  expect(events.map(({ sequence }) => Number(sequence))).toEqual([3]);
  expect((await ledger.events(PLACEMENT)).map(({ sequence }) => Number(sequence))).toEqual([1, 2, 3]);
});

test('a change that changes nothing writes nothing', async () => {
  memory.calls.length = 0;

  const { state, events } = await commit({ status: 'active' }, []);

  expect(state.version).toBe(1);
  expect(events).toEqual([]);
  expect(memory.calls).toEqual(['Get']);
});

test('a state that was read is not read again', async () => {
  const state = await ledger.state(PLACEMENT);
  memory.calls.length = 0;

  await ledger.commit(PLACEMENT, state, { status: 'leaving' }, [happening('a')], context);

  expect(memory.calls).toEqual(['TransactGet', 'TransactWrite']);
});

test('a whole chain is read through its pages, and verifies', async () => {
  for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) {
    await commit({}, [happening(key)]);
  }
  const events = await ledger.events(PLACEMENT);
  expect(verifyChain(events, (await ledger.state(PLACEMENT))!.lastHash)).toMatchObject({ intact: true, length: 7 });
});

describe('a write beside it', () => {
  test('is written with the change, also when nothing else changes', async () => {
    await commit({ status: 'active' }, [], [mark()]);

    expect(memory.under('also')).toHaveLength(1);
  });

  test('is written when all happenings were announced before', async () => {
    await commit({}, [happening('a')]);

    const { events } = await commit({}, [happening('a')], [mark()]);

    expect(events).toEqual([]);
    expect(memory.under('also')).toHaveLength(1);
    expect(await ledger.events(PLACEMENT)).toHaveLength(2);
  });

  test('fails when its condition does not hold, and nothing of the change is written', async () => {
    const impossible = memory.table.putting({ pk: 'also', sk: 'mark' }, { expression: 'version = :none', values: { ':none': 0 } });

    await expect(commit({ status: 'leaving' }, [happening('a')], [impossible])).rejects.toMatchObject({ code: 'LedgerConflict' });

    expect(await ledger.state(PLACEMENT)).toMatchObject({ status: 'active', version: 1 });
    expect(await ledger.events(PLACEMENT)).toHaveLength(1);
    expect(memory.under('also')).toEqual([]);
  });
});

describe('when somebody else wrote in between', () => {
  test('a change of the state that was read fails, and writes nothing', async () => {
    const read = await ledger.state(PLACEMENT);
    await commit({ status: 'leaving' }, []);

    await expect(ledger.commit(PLACEMENT, read, {}, [happening('a')], context)).rejects.toMatchObject({ code: 'LedgerConflict' });

    expect(await ledger.events(PLACEMENT)).toHaveLength(1);
    expect(await ledger.state(PLACEMENT)).toMatchObject({ status: 'leaving', version: 2 });
  });

  test('twin: a change of the state as it is now is written', async () => {
    await commit({ status: 'leaving' }, []);

    await commit({}, [happening('a')]);

    expect(await ledger.events(PLACEMENT)).toHaveLength(2);
  });

  test('a first state fails where there is one by now', async () => {
    await expect(ledger.commit(PLACEMENT, undefined, join().change, [happening('a')], context)).rejects.toMatchObject({ code: 'LedgerConflict' });

    expect(await ledger.events(PLACEMENT)).toHaveLength(1);
    expect(await ledger.fleet.count()).toBe(1);
  });

  test('the very moment of the write counts', async () => {
    memory.disturb = (call, moment) => {
      if (call === 'dynamodb:TransactWrite' && moment === 'before') {
        memory.items.set(STATE, { ...memory.items.get(STATE)!, version: 99 });
      }
    };

    await expect(commit({}, [happening('a')])).rejects.toMatchObject({ code: 'LedgerConflict' });

    expect(await ledger.events(PLACEMENT)).toHaveLength(1);
  });
});

describe('events that the bus has not been sent', () => {
  test('are remembered in order until they were sent', async () => {
    await commit({}, [happening('a'), happening('b')]);
    const state = (await ledger.state(PLACEMENT))!;

    expect(sequencesOf(state)).toEqual([1, 2, 3]);
    expect(await ledger.unsent(state)).toEqual(await ledger.events(PLACEMENT));

    await memory.table.write(ledger.sent(state).writes);

    const after = (await ledger.state(PLACEMENT))!;
    expect(after).toEqual({ ...state, unsent: [], version: state.version + 1 });
    memory.calls.length = 0;
    expect(await ledger.unsent(after)).toEqual([]);
    expect(memory.calls).toEqual([]);
  });

  test('what comes after they were sent is remembered alone', async () => {
    await memory.table.write(ledger.sent((await ledger.state(PLACEMENT))!).writes);

    const { state } = await commit({}, [happening('a')]);

    expect(sequencesOf(state)).toEqual([2]);
    expect((await ledger.unsent(state)).map(({ sequence }) => Number(sequence))).toEqual([2]);
  });

  test('fails to strike them off when more came in between: those would never be sent', async () => {
    const read = (await ledger.state(PLACEMENT))!;
    await commit({}, [happening('a')]);

    await expect(memory.table.write(ledger.sent(read).writes)).rejects.toMatchObject({ code: 'LedgerConflict' });

    expect(sequencesOf(await ledger.state(PLACEMENT))).toEqual([1, 2]);
  });

  test('one that was tampered away is passed over: the rest is sent', async () => {
    const { state } = await commit({}, [happening('a')]);
    memory.items.delete('placement#111122223333#invoice-bot|event#000000000001');

    expect((await ledger.unsent(state)).map(({ sequence }) => Number(sequence))).toEqual([2]);
  });
});

test('law: whatever breaks and is tried again, each happening is in the chain once, in order, and the chain verifies', async () => {
  await fc.assert(fc.asyncProperty(
    fc.array(fc.record({ keys: fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 3 }), breaks: fc.constantFrom(undefined, 'before' as const, 'after' as const) }), { maxLength: 12 }),
    async (commits) => {
      const own = new MemoryTable();
      const mine = new PlacementLedger(own.table);
      const { change, events } = join();
      await mine.commit(PLACEMENT, undefined, change, events, context);
      for (const { keys, breaks } of commits) {
        const planned = [...new Set(keys)].map(happening);
        own.disturb = (call, moment) => {
          if (call === 'dynamodb:TransactWrite' && moment === breaks) {
            throw new Error('the line broke');
          }
        };
        const before = await mine.state(PLACEMENT);
        await mine.commit(PLACEMENT, before, {}, planned, context).catch(() => undefined);
        own.disturb = () => undefined;
        await mine.commit(PLACEMENT, await mine.state(PLACEMENT), {}, planned, context);
      }
      const chain = await mine.events(PLACEMENT);
      const told = new Set(commits.flatMap(({ keys }) => keys));
      expect(chain).toHaveLength(1 + told.size);
      expect(new Set(chain.map(({ id }) => id)).size).toBe(chain.length);
      const state = (await mine.state(PLACEMENT))!;
      expect(verifyChain(chain, state.lastHash).intact).toBe(true);
      expect(state.unsent).toEqual(chain.map(({ sequence }) => Number(sequence)));
    },
  ), { numRuns: 100 });
});

test('what the agenda notes is no change of the agent: what is due some time after a change is not postponed by regular checks', async () => {
  const later = { ...context, time: new Date('2026-06-02T00:00:00Z') };
  const write = async (change: StateChange) => (await ledger.commit(PLACEMENT, await ledger.state(PLACEMENT), change, [], later)).state;
  expect(await write({ agenda: { usageCheckAt: '2026-07-01T00:00:00Z' }, principals: {} })).toMatchObject({ agenda: { usageCheckAt: '2026-07-01T00:00:00Z' }, changedAt: NOW.toISOString() });
  const trouble = { since: '2026-06-02T00:00:00Z', code: 'StackRolledBack', message: 'x', requestId: 'y' };
  expect(await write({ agenda: { formerCheckAt: '2026-07-01T00:00:00Z' }, trouble, principals: {} })).toMatchObject({ trouble, changedAt: NOW.toISOString() });
  expect(await write({ trouble: { ...trouble, code: 'NotDenied' } })).toMatchObject({ changedAt: later.time.toISOString() });
  expect(await write({ agenda: { usageCheckAt: '2026-08-01T00:00:00Z' }, offeredTo: 'Others' })).toMatchObject({ changedAt: later.time.toISOString() });
});
