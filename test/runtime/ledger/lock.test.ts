import { MemoryTable } from './memory-table';
import { PlacementLock } from '../../../runtime/ledger';
import { PLACEMENT } from '../lifecycle/requests';

let lock: PlacementLock;
beforeEach(() => (lock = new PlacementLock(new MemoryTable().table)));

test('one holds it, another learns who', async () => {
  expect(await lock.acquire(PLACEMENT, 'one')).toEqual({ held: true });
  expect(await lock.acquire(PLACEMENT, 'two')).toEqual({ held: false, holder: 'one' });
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

test('placements don\'t keep each other waiting', async () => {
  await lock.acquire(PLACEMENT, 'one');
  expect(await lock.acquire({ ...PLACEMENT, agentName: 'other-bot' }, 'two')).toEqual({ held: true });
});
