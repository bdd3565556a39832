import { statusOf } from '../../runtime/model/placement-state';
import { Course } from '../runtime/engine/cloudformation';
import { ADA, ReviewWorld } from '../runtime/engine/review-world';

/** Something that happens to an agent while calls go wrong. */
export interface Scenario {
  /** Without faults. */
  readonly before: (world: ReviewWorld) => Promise<unknown>;
  /** With faults. It is repeated after they have ended, as the person or service that asked would do. */
  readonly act: (world: ReviewWorld) => Promise<unknown>;
  /** Whether it is as it was to be. */
  readonly isDone: (world: ReviewWorld) => Promise<boolean>;
  /** It gives access back before that is recorded. */
  readonly mayResume?: true;
}

const MAY = ['dynamodb:GetItem', 's3:GetObject'];
const join = (world: ReviewWorld): Promise<void> => world.join(MAY);
const deployed = (stage: string, course: Course = {}) => (world: ReviewWorld): Promise<void> => world.deploy(stage, MAY, course);
const inStage = (stage: string) => async (world: ReviewWorld): Promise<boolean> => {
  const state = await world.state();
  return state?.status === 'active' && state.pending === undefined && state.declared.stage === stage && world.stack.agent?.stage === stage;
};
const hasLeft = async (world: ReviewWorld): Promise<boolean> => {
  const state = await world.state();
  return (state === undefined || state.status === 'left') && world.canAct().length === 0;
};
const statusIs = (status: string) => async (world: ReviewWorld): Promise<boolean> => {
  const state = await world.state();
  return state !== undefined && statusOf(state) === status;
};
/** Access, a policy attached by hand and a secret: something for several wipers. */
const withLeftovers = async (world: ReviewWorld): Promise<void> => {
  await join(world);
  const role = world.fake.iam.byId(world.stack.agent!.roleId)!;
  role.attached.add('arn:aws:iam::aws:policy/AdministratorAccess');
  role.inline.set('by-hand', '{}');
  world.fake.iam.instanceProfiles.set('by-hand', role.roleName);
  world.fake.compute.functions.set('worker', { role: `arn:aws:iam::111122223333:role${role.path}${role.roleName}` });
};
/** Asked again, it switches off what it could not switch off before. */
const suspend = async (world: ReviewWorld): Promise<void> => {
  if (!await statusIs('suspended')(world)) {
    await world.ask({ kind: 'suspend', reason: 'Its key was seen in a public place' });
  }
};
const resume = async (world: ReviewWorld): Promise<void> => {
  if ((await world.state())?.suspension !== undefined) {
    await world.ask({ kind: 'resume', reason: 'The emergency is over' });
  }
};

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'join': { before: async () => undefined, act: (world) => world.stack.agent === undefined ? join(world) : Promise.resolve(), isDone: inStage('test') },
  'move': { before: withLeftovers, act: deployed('staging'), isDone: inStage('staging') },
  'move that keeps the old role until compute has moved': {
    before: async (world) => {
      await world.join(MAY, 'production');
    },
    act: deployed('test'),
    isDone: inStage('test'),
  },
  'undo by a Delete': { before: withLeftovers, act: deployed('staging', { fails: true, undo: 'delete' }), isDone: inStage('test') },
  'undo by an Update': { before: withLeftovers, act: deployed('staging', { fails: true, undo: 'update' }), isDone: inStage('test') },
  'undo by both': { before: withLeftovers, act: deployed('staging', { fails: true, undo: 'both', doubled: true }), isDone: inStage('test') },
  'leave with the stack': { before: withLeftovers, act: (world) => world.stack.destroy(), isDone: hasLeft },
  'leave by a removed construct': { before: withLeftovers, act: (world) => world.stack.remove(), isDone: hasLeft },
  'suspend': { before: withLeftovers, act: suspend, isDone: statusIs('suspended') },
  'resume': {
    before: async (world) => {
      await withLeftovers(world);
      await suspend(world);
    },
    act: resume,
    isDone: statusIs('active'),
    mayResume: true,
  },
  'reduce': {
    before: async (world) => {
      await join(world);
      await world.open();
    },
    act: async (world) => {
      if ((await world.state())?.reduction === undefined) {
        await world.decide(ADA, { verdict: 'reduce', actions: ['s3'] });
      }
    },
    isDone: async (world) => [...world.fake.iam.roles.values()].every(({ inline }) => inline.has('nhi-reduction')),
  },
  'sweep that opens a review': {
    before: async (world) => {
      await join(world);
      world.pass(61);
    },
    act: (world) => world.sweepAll(),
    isDone: async (world) => (await world.state())?.review?.open !== undefined,
  },
  'sweep after the end': {
    before: async (world) => {
      await withLeftovers(world);
      world.pass(200);
      await world.sweepAll();
      world.pass(9);
    },
    act: (world) => world.sweepAll(),
    isDone: async (world) => world.canAct().length === 0 && (await world.state())?.status === 'left',
  },
};
