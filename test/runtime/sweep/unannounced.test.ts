import { ReviewWorld } from '../engine/review-world';
import { named } from '../ledger/memory-table';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../engine/mailbox')>('../engine/mailbox').responsesToMailbox());

const HOUR = 1 / 24;

/** Calls of this name fail. */
const failing = (world: ReviewWorld, name: string): void => world.fake.disturb((call) => {
  if (call === name) {
    throw named('ServiceUnavailable');
  }
});

test.each(['s3:PutObject', 'events:PutEvents'])('what could not be announced because of %s is announced an hour later, once', async (name) => {
  const world = new ReviewWorld();
  failing(world, name);
  await world.join();
  await world.fake.tellEnded();
  world.fake.disturb(() => undefined);
  expect(await world.names()).toEqual(['joined']);
  expect(world.fake.published).toEqual([]);
  expect(await world.now()).toMatchObject({ status: 'active', unsent: [1], due: { reason: 'unannounced' } });

  await world.sweep();
  world.pass(HOUR);
  await world.sweep();

  expect(world.fake.published).toHaveLength(1);
  expect([...world.fake.copies.keys()]).toHaveLength(1);
  expect(await world.now()).toMatchObject({ unsent: [], due: { reason: expect.not.stringMatching('unannounced') } });
});

test('an agent whose events are all announced is not due for that', async () => {
  const world = new ReviewWorld();
  await world.join();
  expect(await world.now()).toMatchObject({ unsent: [], due: { reason: expect.not.stringMatching('unannounced') } });
});

test('an agent that has left is due for it too, as nothing else would announce its events', async () => {
  const world = new ReviewWorld();
  await world.join();
  failing(world, 'events:PutEvents');
  await world.stack.destroy();
  world.fake.disturb(() => undefined);
  expect(await world.state()).toMatchObject({ status: 'left', due: { reason: 'unannounced' } });
  const before = world.fake.published.length;

  world.pass(HOUR);
  await world.sweep();

  expect(world.fake.published.length).toBeGreaterThan(before);
  expect(await world.state()).toMatchObject({ status: 'left', unsent: [] });
});
