import { MemoryTable } from './memory-table';
import { decide } from '../../../runtime/engine/decision/decide';
import { countLeaver, LeaverLimit, liftLeaverLimit, PlacementLedger } from '../../../runtime/ledger';
import { StateChange } from '../../../runtime/model/plan';
import { during, NOW, planOf, request } from '../engine/decision/requests';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const after = (ms: number) => new Date(NOW.getTime() + ms);
const named = (agentName: string) => ({ account: '111122223333', agentName });
const JOIN = planOf(decide(undefined, request('Create', 'P'), during('CREATE_IN_PROGRESS'))).change!;

let memory: MemoryTable;
beforeEach(() => (memory = new MemoryTable()));

async function write(agentName: string, change: StateChange): Promise<void> {
  const ledger = new PlacementLedger(memory.table);
  await ledger.commit(named(agentName), await ledger.state(named(agentName)), change, [], { registry: 'agents', actor: 'stack', time: NOW });
}
async function fleetOf(size: number): Promise<void> {
  for (let index = 0; index < size; index++) {
    await write(`bot-${index}`, JOIN);
  }
  memory.calls.length = 0;
}
const hasLeft = (agentName: string) => write(agentName, { status: 'left' });
const leave = (agentName: string, limit: LeaverLimit, { heldBack = false, now = NOW } = {}) =>
  countLeaver(memory.table, { placement: named(agentName), heldBack }, limit, now);

test('without a limit nothing is counted', async () => {
  expect(await leave('bot-0', {})).toEqual({});
  expect(memory.items.size).toBe(0);
  expect(memory.calls).toEqual([]);
});

test('as many as may, and not one more', async () => {
  expect(await leave('bot-0', { count: 2 })).toEqual({});
  expect(await leave('bot-1', { count: 2 })).toEqual({});
  expect(await leave('bot-2', { count: 2 })).toEqual({ leaversExceeded: '3 agents leave within an hour, 2 may' });
});

test('the same leaver counts once', async () => {
  await leave('bot-0', { count: 1 });
  expect(await leave('bot-0', { count: 1 })).toEqual({});
  expect(await leave('bot-1', { count: 1 })).toEqual({ leaversExceeded: '2 agents leave within an hour, 1 may' });
});

test('agents of the same name in two accounts are two leavers', async () => {
  await leave('bot-0', { count: 1 });

  const other = countLeaver(memory.table, { placement: { account: '444455556666', agentName: 'bot-0' }, heldBack: false }, { count: 1 }, NOW);

  expect(await other).toEqual({ leaversExceeded: '2 agents leave within an hour, 1 may' });
});

test('a share is of those that lived when the first of the hour left: a fleet that shrinks meanwhile lets no fewer go', async () => {
  const limit = { share: 0.2 };
  await fleetOf(10);
  expect(await leave('bot-0', limit)).toEqual({});
  await hasLeft('bot-0');
  // With 9 agents only one could leave.
  expect(await leave('bot-1', limit)).toEqual({});
  await hasLeft('bot-1');
  expect(await leave('bot-2', limit)).toEqual({ leaversExceeded: '3 agents leave within an hour, 2 may' });
});

test('a fleet that grows meanwhile lets no more go, until the next hour', async () => {
  const limit = { share: 0.5 };
  await fleetOf(2);
  expect(await leave('bot-0', limit)).toEqual({});
  await fleetOf(10);
  expect(await leave('bot-1', limit)).toEqual({ leaversExceeded: '2 agents leave within an hour, 1 may' });

  const now = new Date(NOW.getTime() + HOUR_MS);
  expect(await leave('bot-2', limit, { now })).toEqual({});
  expect(await leave('bot-3', limit, { now })).toEqual({});
});

test('tombstones are no part of the fleet', async () => {
  await fleetOf(10);
  for (const gone of ['bot-4', 'bot-5', 'bot-6', 'bot-7', 'bot-8', 'bot-9']) {
    await hasLeft(gone);
  }
  expect(await leave('bot-0', { share: 0.5 })).toEqual({});
  expect(await leave('bot-1', { share: 0.5 })).toEqual({});
  expect(await leave('bot-2', { share: 0.5 })).toEqual({ leaversExceeded: '3 agents leave within an hour, 2 may' });
});

test('of a count and a share the smaller holds', async () => {
  await fleetOf(10);
  expect(await leave('bot-0', { count: 5, share: 0.1 })).toEqual({});
  expect(await leave('bot-1', { count: 5, share: 0.1 })).toEqual({ leaversExceeded: '2 agents leave within an hour, 1 may' });
  expect(await leave('bot-1', { count: 1, share: 0.9 })).toEqual({ leaversExceeded: '2 agents leave within an hour, 1 may' });
  expect(await leave('bot-1', { count: 2, share: 0.2 })).toEqual({});
});

test('one may always leave of a share', async () => {
  await fleetOf(1);
  expect(await leave('bot-0', { share: 0.1 })).toEqual({});
});

test.each([1, 17, 59])('an hour is the last 60 minutes, also over the full hour of a clock: %i minutes later', async (minutes) => {
  const nearlyFull = new Date(Math.ceil(NOW.getTime() / HOUR_MS) * HOUR_MS - 1);
  const now = new Date(nearlyFull.getTime() + minutes * MINUTE_MS);
  await leave('bot-0', { count: 2 }, { now: nearlyFull });
  await leave('bot-1', { count: 2 }, { now });
  expect(await leave('bot-1', { count: 2 }, { now })).toEqual({});
  expect(await leave('bot-2', { count: 2 }, { now })).toEqual({ leaversExceeded: '3 agents leave within an hour, 2 may' });
});

test('one that left more than an hour ago is not counted', async () => {
  await leave('bot-0', { count: 1 });
  expect(await leave('bot-1', { count: 1 }, { now: after(59 * MINUTE_MS) })).toEqual({ leaversExceeded: expect.stringMatching(/2 agents leave within an hour/) });
  expect(await leave('bot-1', { count: 1 }, { now: after(60 * MINUTE_MS) })).toEqual({});
});

test('the next hour begins again, but what was held back stays so', async () => {
  await leave('bot-0', { count: 1 });
  const now = new Date(NOW.getTime() + HOUR_MS);
  expect(await leave('bot-1', { count: 1 }, { now })).toEqual({});
  expect(await leave('bot-2', { count: 5 }, { now, heldBack: true })).toEqual({ leaversExceeded: expect.stringMatching(/held back/) });
});

test('lifted for a time, all may leave, also what was held back; then the limit holds again', async () => {
  await leave('bot-0', { count: 1 });
  await liftLeaverLimit(memory.table, new Date(NOW.getTime() + HOUR_MS / 2), 'arn:aws:iam::111122223333:user/op');
  expect(await leave('bot-1', { count: 1 }, { heldBack: true }))
    .toEqual({ limitLifted: { by: 'arn:aws:iam::111122223333:user/op', until: after(HOUR_MS / 2).toISOString() } });
  expect(await leave('bot-2', { count: 1 }, { now: new Date(NOW.getTime() + HOUR_MS / 2) })).toEqual({ leaversExceeded: expect.stringMatching(/within an hour/) });
});

test.each([10, 1_000])('the calls are as many with %i agents', async (size) => {
  await fleetOf(size);

  await leave('bot-0', { count: 5, share: 0.5 });

  expect(memory.calls).toEqual(['Get', 'TransactGet', 'Update', 'Query']);
});

test('without a share the fleet is not counted', async () => {
  await leave('bot-0', { count: 5 });

  expect(memory.calls).toEqual(['Get', 'Update', 'Query']);
});

test('what was counted is forgotten after a week', async () => {
  await leave('bot-0', { count: 5 });

  const [{ ttl }] = memory.under('registry').filter(({ sk }) => sk.startsWith('leavers#'));
  expect(Number(ttl) - NOW.getTime() / 1000).toBe(7 * 86_400);
});
