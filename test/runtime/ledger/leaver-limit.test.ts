import { MemoryTable } from './memory-table';
import { countLeaver, LeaverLimit, liftLeaverLimit, PlacementSummary } from '../../../runtime/ledger';
import { NOW } from '../lifecycle/requests';

const HOUR_MS = 3_600_000;
const named = (agentName: string) => ({ account: '111122223333', agentName });
const fleetOf = (size: number, status: PlacementSummary['status'] = 'active'): PlacementSummary[] => Array.from({ length: size }, (_, index) => (
  { ...named(`bot-${index}`), status, stage: 'test', sponsorId: 'ada@example.com', expiresAt: '2026-10-01T00:00:00Z', stackName: 'Mine' }));

let memory: MemoryTable;
beforeEach(() => (memory = new MemoryTable()));

const leave = (agentName: string, limit: LeaverLimit, { fleet = fleetOf(10), held = false, now = NOW } = {}) =>
  countLeaver(memory.table, { placement: named(agentName), held, fleet }, limit, now);

test('without a limit nothing is counted', async () => {
  expect(await leave('bot-0', {})).toBeUndefined();
  expect(memory.items.size).toBe(0);
});

test('as many as may, and not one more', async () => {
  expect(await leave('bot-0', { count: 2 })).toBeUndefined();
  expect(await leave('bot-1', { count: 2 })).toBeUndefined();
  expect(await leave('bot-2', { count: 2 })).toBe('3 agents leave within an hour, 2 may');
});

test('the same leaver counts once', async () => {
  await leave('bot-0', { count: 1 });
  expect(await leave('bot-0', { count: 1 })).toBeUndefined();
});

test('a share is of the fleet as it was, so those who have left in the hour count', async () => {
  const limit = { share: 0.2 };
  expect(await leave('bot-0', limit)).toBeUndefined();
  const oneLess = [...fleetOf(10).slice(1), ...fleetOf(1, 'left')];
  expect(await leave('bot-1', limit, { fleet: oneLess })).toBeUndefined();
  expect(await leave('bot-2', limit, { fleet: oneLess })).toBe('3 agents leave within an hour, 2 may');
});

test('tombstones are no part of the fleet', async () => {
  const fleet = [...fleetOf(10).slice(0, 4), ...Array.from({ length: 100 }, (_, index) => ({ ...fleetOf(1, 'left')[0], agentName: `gone-${index}` }))];
  await leave('bot-0', { share: 0.5 }, { fleet });
  await leave('bot-1', { share: 0.5 }, { fleet });
  expect(await leave('bot-2', { share: 0.5 }, { fleet })).toBeDefined();
});

test('one may always leave', async () => {
  expect(await leave('bot-0', { share: 0.1 }, { fleet: fleetOf(1) })).toBeUndefined();
});

test('the next hour begins anew, but what was held back stays so', async () => {
  await leave('bot-0', { count: 1 });
  const now = new Date(NOW.getTime() + HOUR_MS);
  expect(await leave('bot-1', { count: 1 }, { now })).toBeUndefined();
  expect(await leave('bot-2', { count: 5 }, { now, held: true })).toMatch(/held back/);
});

test('lifted for a time, all may leave, also what was held back; then the limit holds again', async () => {
  await leave('bot-0', { count: 1 });
  await liftLeaverLimit(memory.table, new Date(NOW.getTime() + HOUR_MS / 2), 'arn:aws:iam::111122223333:user/op');
  expect(await leave('bot-1', { count: 1 }, { held: true })).toBeUndefined();
  expect(await leave('bot-2', { count: 1 }, { now: new Date(NOW.getTime() + HOUR_MS / 2) })).toMatch(/within an hour/);
});
