import * as fc from 'fast-check';
import { operation, perform } from './operations';
import { Killed } from './state-machine';
import { World } from './world';
import { verifyChain } from '../../../src/core/hash-chain';
import { named } from '../ledger/memory-table';
import { PLACEMENT } from './decision/requests';
import { runs } from '../../law-runs';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('./mailbox')>('./mailbox').responsesToMailbox());

// A small random generator, so that a failure can be reproduced from its seed.
function disturber(seed: number, share: number): () => boolean {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296 < share;
  };
}

test('whatever is throttled, broken off or killed half-way: once things are calm, the same holds, and nothing is reported twice', async () => {
  const noisy = operation(fc.integer({ min: 1, max: 2 ** 31 }));
  await fc.assert(fc.asyncProperty(fc.array(noisy, { minLength: 1, maxLength: 6 }), async (operations) => {
    const world = new World();
    for (const one of operations.filter(({ kind }) => kind !== 'amid')) {
      const breaks = disturber(one.noise, 0.05);
      const kills = disturber(one.noise + 1, 0.04);
      world.fake.disturb(() => {
        if (breaks()) {
          throw named('ThrottlingException', 'Rate exceeded');
        }
      });
      world.fake.around = () => {
        if (kills()) {
          throw new Killed();
        }
      };
      await perform(world, one);
      if (!one.late) {
        await world.fake.resume();
      }
      world.fake.disturb(() => undefined);
      world.fake.around = () => undefined;
      if (one.byHand) {
        await world.fake.tellEnded();
      }
      if (world.stack.stuck) {
        await world.stack.recover();
      }
      expect(world.stack.stuck).toBe(false);
    }
    await world.stack.destroy();
    let state = await world.state();
    if (!world.stack.forgot) {
      expect(['left', undefined]).toContain(state?.status);
    }
    expect(world.canAct()).toEqual([]);
    await world.fake.resume();
    await world.fake.tellEnded();
    // An operator finishes what CloudFormation abandoned, one principal after the other.
    const awaits = async (): Promise<boolean> => (
      Object.values((await world.state())?.principals ?? {}).some(({ awaitedBy }) => awaitedBy !== undefined));
    const unfinished = async (): Promise<boolean> => (await world.state())?.status !== 'left' || world.fake.iam.roles.size > 0 || await awaits();
    for (let tries = 0; state !== undefined && await unfinished() && tries < 5; tries++) {
      await world.finish();
    }
    expect(['left', undefined]).toContain((await world.state())?.status);
    expect(state === undefined ? 0 : world.fake.iam.roles.size).toBe(0);
    // The deletion of each role that existed when an agent left is confirmed.
    await world.fake.resume();
    const there = world.certificates().filter(({ principals }) => principals.some(({ absentAt }) => absentAt === null)).map(({ id }) => id);
    expect(world.deletions().map(({ id }) => id).sort()).toEqual(there.sort());
    state = await world.state();
    const events = await world.fake.engine.ledger.events(PLACEMENT);
    expect(verifyChain(events, state?.lastHash)).toMatchObject({ intact: true });
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  }), { numRuns: runs(300) });
});
