import { MemoryTable } from './memory-table';
import { PlacementLock } from '../../../runtime/ledger';
import { PLACEMENT } from '../engine/decision/requests';

let memory: MemoryTable;
let lock: PlacementLock;
beforeEach(() => {
  memory = new MemoryTable();
  lock = new PlacementLock(memory.table);
});

test('one holds it, another learns who', async () => {
  expect(await lock.acquire(PLACEMENT, 'one')).toEqual({ held: true });
  expect(await lock.acquire(PLACEMENT, 'two')).toEqual({ held: false, holder: 'one' });
});

test.each(['two', 'one'])('whether it is held by %s and by whom takes one call: the failed condition says it', async (execution) => {
  await lock.acquire(PLACEMENT, 'one');
  memory.calls.length = 0;

  await lock.acquire(PLACEMENT, execution);

  expect(memory.calls).toEqual(['Put']);
});

test('its holder is known; nobody holds one that is free', async () => {
  expect(await lock.holder(PLACEMENT)).toBeUndefined();
  await lock.acquire(PLACEMENT, 'one');
  expect(await lock.holder(PLACEMENT)).toBe('one');
});

test('its holder may take it again: a step that is done again', async () => {
  await lock.acquire(PLACEMENT, 'one');
  expect(await lock.acquire(PLACEMENT, 'one')).toEqual({ held: true });
});

test('it is taken over from the holder that was named, and from no other', async () => {
  await lock.acquire(PLACEMENT, 'one');
  expect(await lock.acquire(PLACEMENT, 'three', 'two')).toEqual({ held: false, holder: 'one' });
  expect(await lock.acquire(PLACEMENT, 'two', 'one')).toEqual({ held: true });
  expect(await lock.acquire(PLACEMENT, 'one')).toEqual({ held: false, holder: 'two' });
});

test('giving it back frees it; giving back what another holds does nothing', async () => {
  await lock.acquire(PLACEMENT, 'one');
  await lock.release(PLACEMENT, 'two');
  expect(await lock.acquire(PLACEMENT, 'two')).toEqual({ held: false, holder: 'one' });
  await lock.release(PLACEMENT, 'one');
  await lock.release(PLACEMENT, 'one');
  expect(await lock.acquire(PLACEMENT, 'two')).toEqual({ held: true });
});

test('released as part of a transaction it is free, and so is one that was released before', async () => {
  await lock.acquire(PLACEMENT, 'one');

  await memory.table.write([lock.releasing(PLACEMENT, 'one'), memory.table.putting({ pk: 'x', sk: 'x' })]);
  await memory.table.write([lock.releasing(PLACEMENT, 'one')]);

  expect(await lock.holder(PLACEMENT)).toBeUndefined();
  expect(memory.under('x')).toHaveLength(1);
});

test('a transaction that releases another\'s lock fails, and writes nothing else', async () => {
  await lock.acquire(PLACEMENT, 'one');

  await expect(memory.table.write([lock.releasing(PLACEMENT, 'two'), memory.table.putting({ pk: 'x', sk: 'x' })])).rejects.toMatchObject({ code: 'LedgerConflict' });

  expect(await lock.holder(PLACEMENT)).toBe('one');
  expect(memory.under('x')).toEqual([]);
});

test.each(['acquire', 'release'] as const)('fails to %s when the table throttles: it is not taken for held by another', async (verb) => {
  memory.disturb = () => {
    throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
  };

  await expect(lock[verb](PLACEMENT, 'one')).rejects.toMatchObject({ name: 'ThrottlingException' });
});

test('placements don\'t keep each other waiting', async () => {
  await lock.acquire(PLACEMENT, 'one');
  expect(await lock.acquire({ ...PLACEMENT, agentName: 'other-bot' }, 'two')).toEqual({ held: true });
});
