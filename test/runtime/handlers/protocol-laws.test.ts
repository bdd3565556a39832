import * as fc from 'fast-check';
import { Course } from './cloudformation';
import { Killed } from './state-machine';
import { World } from './world';
import { Answered } from '../../../runtime/steps';
import { verifyChain } from '../../../src/core/hash-chain';
import { named } from '../ledger/memory-table';
import { PLACEMENT } from '../lifecycle/requests';

jest.mock('../../../runtime/custom-resource/response', () => ({
  ...jest.requireActual<object>('../../../runtime/custom-resource/response'),
  sendAnswer: async (_url: URL, answer: { RequestId: string }) => {
    jest.requireActual<typeof import('./mailbox')>('./mailbox').mailbox.set(answer.RequestId, answer as never);
    return 'taken';
  },
}));

type Operation = { readonly kind: 'deploy' | 'remove' | 'destroy' | 'amid' | 'finish'; readonly stage: string; readonly course: Course; readonly noise: number; readonly byHand: boolean };

const stage = fc.constantFrom('test', 'staging', 'production');
const course: fc.Arbitrary<Course> = fc.record({
  fails: fc.boolean(),
  undo: fc.constantFrom('delete', 'update', 'both'),
  cleanUp: fc.constantFrom('sent', 'sent', 'dropped'),
  doubled: fc.boolean(),
  answerLost: fc.constantFrom(false, false, false, true),
  sponsor: fc.constantFrom('ada@example.com', 'eve@example.com'),
});
const operation = (noise: fc.Arbitrary<number>): fc.Arbitrary<Operation> => fc.record({
  kind: fc.constantFrom('deploy', 'deploy', 'deploy', 'deploy', 'remove', 'destroy', 'amid', 'finish'), stage, course, noise, byHand: fc.boolean(),
});

async function perform(world: World, { kind, stage: target, course: how, byHand }: Operation): Promise<void> {
  const { stack, fake } = world;
  if (byHand && stack.agent !== undefined) {
    fake.iam.byId(stack.agent.roleId)?.attached.add('arn:aws:iam::aws:policy/AdministratorAccess');
  }
  switch (kind) {
    case 'deploy': return stack.deploy(target, how);
    case 'remove': return stack.remove(how);
    case 'destroy': return stack.destroy(how);
    case 'amid': return stack.destroyAmidMove(target, how.fails ?? false);
    case 'finish': return finish(world);
  }
}

/** Whatever CloudFormation gave up, an operator finishes; nothing can act after it that could not before, but what the stack has. */
async function finish(world: World): Promise<void> {
  if (await world.state() === undefined || world.stack.stuck) {
    return;
  }
  const before = [...world.canAct(), world.stack.agent?.roleId];
  const { answered, code } = ((await world.finish())?.output?.answer ?? {}) as Partial<Answered>;
  expect(before).toEqual(expect.arrayContaining(world.canAct()));
  world.stack.forgot &&= !(answered === 'SUCCESS' || code === 'NothingToFinish');
}

// A small generator of its own, so that a failure can be run again from its seed.
function disturber(seed: number, share: number): () => boolean {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296 < share;
  };
}

describe('laws', () => {
  test('whatever is deployed, fails, is taken back, forgotten or told twice: what may act is what the stack declares', async () => {
    await fc.assert(fc.asyncProperty(fc.array(operation(fc.constant(0)), { maxLength: 8 }), async (operations) => {
      const world = new World();
      for (const one of operations) {
        await perform(world, one);
        expect(world.stack.stuck).toBe(false);
        await world.check();
      }
      await world.stack.destroy();
      expect(world.canAct()).toEqual([]);
    }), { numRuns: 300 });
  });

  test('whatever is throttled, broken off or killed half-way: once things are calm, the same holds, and nothing is told twice', async () => {
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
        world.fake.disturb(() => undefined);
        world.fake.around = () => undefined;
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
      // What CloudFormation gave up is an operator's to finish, one principal after the other.
      const unfinished = async (): Promise<boolean> => (await world.state())?.status !== 'left' || world.fake.iam.roles.size > 0;
      for (let tries = 0; state !== undefined && await unfinished() && tries < 5; tries++) {
        await world.finish();
      }
      expect(['left', undefined]).toContain((await world.state())?.status);
      expect(state === undefined ? 0 : world.fake.iam.roles.size).toBe(0);
      state = await world.state();
      const events = await world.fake.engine.ledger.events(PLACEMENT);
      expect(verifyChain(events, state?.lastHash)).toMatchObject({ intact: true });
      expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    }), { numRuns: 300 });
  });
});
