import { named } from '../../ledger/memory-table';
import { costOf } from '../cost';
import { PLACEMENT } from '../decision/requests';
import { World } from '../world';

jest.mock('../../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../mailbox')>('../mailbox').responsesToMailbox());

const keyOf = (sequence: number) => `events/111122223333/invoice-bot/${String(sequence).padStart(12, '0')}.json`;
/** Makes the copying of events fail a number of times, or until it is lifted. */
function noCopies(world: World, times = Infinity): void {
  let left = times;
  world.fake.disturb((call, moment) => {
    if (call === 's3:PutObject' && moment === 'before' && left > 0) {
      left -= 1;
      throw named('SlowDown');
    }
  });
}

test('each event of a join, a move and a leave is copied by one call, before anybody hears of it', async () => {
  const world = new World();
  const calls: string[] = [];
  await costOf(world, async () => {
    world.fake.disturb((call, moment) => void (moment === 'before' && /^(s3|events):/.test(call) && calls.push(call)));
    await world.stack.deploy('test');
    await world.stack.deploy('production');
    await world.stack.destroy();
  });

  await world.check();
  expect(world.fake.copies.size).toBe(6);
  // Five events and the certificate. Its second part, with its event, follows when the role is deleted.
  expect(calls.filter((call) => call === 's3:PutObject')).toHaveLength(6);
  expect(calls.filter((call) => call === 's3:GetObject')).toEqual([]);
  expect(calls.indexOf('s3:PutObject')).toBeLessThan(calls.indexOf('events:PutEvents'));
});

test('a copy that fails is tried again, and the transition comes to its end', async () => {
  const world = new World();
  noCopies(world, 2);

  await world.stack.deploy('test');

  await world.check();
  expect([...world.fake.copies.keys()]).toEqual([keyOf(1)]);
});

test('while nothing can be copied nothing is announced either; the next transition does both first', async () => {
  const world = new World();
  await world.stack.deploy('test');
  const { ledger } = world.fake.engine;
  // The state after a process that died when it had recorded what happened.
  await ledger.commit(PLACEMENT, await world.state(), {}, [{ name: 'orphan-found', stage: 'test', key: 'died' }], { registry: 'agents', actor: 'stack', time: world.fake.now });
  noCopies(world);
  await world.ask({ kind: 'offer-transfer', toStack: 'Others' });
  expect([...world.fake.copies.keys()]).toEqual([keyOf(1)]);
  expect(world.fake.published).toHaveLength(1);

  world.fake.disturb(() => undefined);
  await world.ask({ kind: 'offer-transfer', toStack: 'Others' });

  await world.check();
  expect((await world.names()).slice(0, 2)).toEqual(['joined', 'orphan-found']);
  expect([...world.fake.copies.keys()].slice(0, 2)).toEqual([keyOf(1), keyOf(2)]);
});

test('another event in the place of one is counted and kept, and the agent moves all the same', async () => {
  const world = new World();
  await world.stack.deploy('test');
  world.fake.copies.set(keyOf(2), 'somebody else\'s');

  await world.stack.deploy('production');

  expect((await world.state())?.declared.stage).toBe('production');
  expect(world.fake.metrics).toEqual(['EvidenceDiffers']);
  expect(world.fake.copies.get(keyOf(2))).toBe('somebody else\'s');
  expect(world.fake.copies.has(keyOf(3))).toBe(true);
});
