import { costOf, leaveOf, limiterOf, moveOf } from './cost';
import { reviewOf } from './review-cost';
import { ReviewWorld } from './review-world';
import { suspendOf } from './suspension-cost';
import { World } from './world';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('./mailbox')>('./mailbox').responsesToMailbox());

test('a move with its clean-up takes at most 9 steps and 44 calls of the table', async () => {
  const world = new World();

  const { steps, tableCalls } = await moveOf(world);

  await world.check();
  // A lower number would mean that some steps were not counted.
  expect(steps).toBeGreaterThan(5);
  expect(steps).toBeLessThanOrEqual(9);
  expect(tableCalls).toBeGreaterThan(15);
  expect(tableCalls).toBeLessThanOrEqual(44);
});

test('a leave costs the same with 10 and with 100,000 agents in the ledger, its limit included', async () => {
  const leave = (agents: number) => leaveOf(new World({ leaverLimit: { count: 20, share: 0.5 } }), agents);

  const few = await leave(10);

  // Seven steps, with two batches of wipers and one check for the role after the response.
  expect(few.steps).toBe(7);
  expect(few.tableCalls).toBeGreaterThan(20);
  expect(few.tableCalls).toBeLessThanOrEqual(50);
  expect(few.itemsRead).toBeGreaterThan(0);
  expect(await leave(100_000)).toEqual(few);
});

test('a suspension takes at most 4 steps and 26 calls of the table, and at most 18 calls come before the denial', async () => {
  const world = new World();
  const { steps, tableCalls, callsBeforeDenial } = await suspendOf(world);
  expect(steps).toBe(4);
  expect(tableCalls).toBeGreaterThan(8);
  expect(tableCalls).toBeLessThanOrEqual(26);
  expect(callsBeforeDenial).toBeGreaterThan(4);
  expect(callsBeforeDenial).toBeLessThanOrEqual(18);
});

test('opening a review takes at most 34 calls of AWS, and as many with 10 as with 1,000 agents in the ledger', async () => {
  const few = await reviewOf(new ReviewWorld(), 10);

  // What is shown and the copy of the event are one object each.
  expect(few.calls).toMatchObject({ events: 1, s3: 2 });
  expect(few.calls.iam).toBeGreaterThan(4);
  expect(Object.values(few.calls).reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(34);
  expect(few.itemsRead).toBeGreaterThan(0);
  expect(await reviewOf(new ReviewWorld(), 1_000)).toEqual(few);
});

test('the limiter costs deployments and suspensions no call, and work in the background one for four calls of IAM', async () => {
  const [plain, limitedOne] = [new World(), new World()];
  const limiter = limiterOf(limitedOne);
  expect(await moveOf(limitedOne)).toEqual(await moveOf(plain));

  const callsOfIam = () => limitedOne.fake.iam.calls.length;
  limiter.isBackground = true;
  const before = callsOfIam();
  const { tableCalls } = await costOf(limitedOne, async () => void await limitedOne.ask({ kind: 'suspend', reason: 'Measured by a test' }));
  const alone = await costOf(plain, async () => void await plain.ask({ kind: 'suspend', reason: 'Measured by a test' }));
  // One read of the row when a process begins.
  expect(tableCalls - alone.tableCalls).toBe(1 + Math.ceil((callsOfIam() - before) / 4));
});
