import * as fc from 'fast-check';
import { MemoryTable } from './memory-table';
import { PlacementLedger } from '../../../runtime/ledger';
import { decide } from '../../../runtime/lifecycle/decide';
import { PlannedEvent, StateChange } from '../../../runtime/lifecycle/plan';
import { verifyChain } from '../../../src/core/hash-chain';
import { during, NOW, PLACEMENT, planOf, request } from '../lifecycle/requests';

const context = { registry: 'agents', actor: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/Mine/1', time: NOW };
const join = (): { change: StateChange; events: readonly PlannedEvent[] } => {
  const { change, events } = planOf(decide(undefined, request('Create', 'P'), during('CREATE_IN_PROGRESS')));
  return { change: change!, events };
};
const happening = (key: string): PlannedEvent => ({ name: 'drift-found', stage: 'test', roleId: 'P', details: { key }, key });

let memory: MemoryTable;
let ledger: PlacementLedger;
beforeEach(async () => {
  memory = new MemoryTable();
  ledger = new PlacementLedger(memory.table);
  const { change, events } = join();
  await ledger.commit(PLACEMENT, change, events, context);
});

test('state, event, mark, outbox and summary are written together', async () => {
  expect(memory.under('placement#111122223333#invoice-bot').map(({ sk }) => sk.replace(/[0-9a-f]{32}$/, '<id>'))).toEqual([
    'applied#<id>', 'event#000000000001', 'outbox#000000000001', 'state',
  ]);
  expect(await ledger.state(PLACEMENT)).toMatchObject({ status: 'active', present: 'P', sequence: 1, version: 1 });
  expect(await ledger.fleet()).toEqual([{
    account: '111122223333', agentName: 'invoice-bot', status: 'active', stage: 'test', sponsorId: 'ada@example.com', expiresAt: '2026-10-01T00:00:00Z', stackName: 'Mine',
  }]);
});

test('the same happening told again is written once, and its change is not applied again', async () => {
  const { change, events } = join();
  await ledger.commit(PLACEMENT, { status: 'suspended' }, [], context);
  const after = await ledger.commit(PLACEMENT, change, events, context);
  expect(after.status).toBe('suspended');
  expect(await ledger.events(PLACEMENT)).toHaveLength(1);
});

test('of several happenings only the new ones are written', async () => {
  await ledger.commit(PLACEMENT, {}, [happening('a')], context);
  await ledger.commit(PLACEMENT, {}, [happening('a'), happening('b')], context);
  expect((await ledger.events(PLACEMENT)).map(({ sequence }) => Number(sequence))).toEqual([1, 2, 3]);
});

test('a change that changes nothing writes nothing', async () => {
  const { version } = await ledger.commit(PLACEMENT, { status: 'active' }, [], context);
  expect(version).toBe(1);
});

test('a whole chain is read through its pages, and verifies', async () => {
  for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) {
    await ledger.commit(PLACEMENT, {}, [happening(key)], context);
  }
  const events = await ledger.events(PLACEMENT);
  expect(verifyChain(events, (await ledger.state(PLACEMENT))!.lastHash)).toMatchObject({ intact: true, length: 7 });
});

test('fails when somebody else wrote in between, and writes nothing of it', async () => {
  let once = true;
  memory.disturb = (call, moment) => {
    if (once && call === 'dynamodb:TransactWrite' && moment === 'before') {
      once = false;
      const state = memory.items.get('placement#111122223333#invoice-bot|state')!;
      memory.items.set('placement#111122223333#invoice-bot|state', { ...state, version: 99 });
    }
  };
  await expect(ledger.commit(PLACEMENT, {}, [happening('a')], context)).rejects.toMatchObject({ code: 'LedgerConflict' });
  expect(await ledger.events(PLACEMENT)).toHaveLength(1);
});

test('law: whatever breaks and is tried again, each happening is in the chain once, in order, and the chain verifies', async () => {
  await fc.assert(fc.asyncProperty(
    fc.array(fc.record({ keys: fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 3 }), breaks: fc.constantFrom(undefined, 'before' as const, 'after' as const) }), { maxLength: 12 }),
    async (commits) => {
      const own = new MemoryTable();
      const mine = new PlacementLedger(own.table);
      const { change, events } = join();
      await mine.commit(PLACEMENT, change, events, context);
      for (const { keys, breaks } of commits) {
        const planned = [...new Set(keys)].map(happening);
        own.disturb = (call, moment) => {
          if (call === 'dynamodb:TransactWrite' && moment === breaks) {
            throw new Error('the line broke');
          }
        };
        await mine.commit(PLACEMENT, {}, planned, context).catch(() => undefined);
        own.disturb = () => undefined;
        await mine.commit(PLACEMENT, {}, planned, context);
      }
      const chain = await mine.events(PLACEMENT);
      const told = new Set(commits.flatMap(({ keys }) => keys));
      expect(chain).toHaveLength(1 + told.size);
      expect(new Set(chain.map(({ id }) => id)).size).toBe(chain.length);
      expect(verifyChain(chain, (await mine.state(PLACEMENT))!.lastHash).intact).toBe(true);
    },
  ), { numRuns: 100 });
});
