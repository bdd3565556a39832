import { Fault, Faults } from './faults';
import { PK, Scenario, stateIn } from './scenarios';
import { LifecycleEvent } from '../../src/core/lifecycle-event';
import { isReduced } from '../runtime/engine/fake-iam';
import { ReviewWorld } from '../runtime/engine/review-world';

const TRIES = 8;

export interface Outcome {
  /** Names of the calls that the engine made while faults could happen. */
  readonly calls: readonly string[];
  /** Whether each of the faults happened. */
  readonly happened: boolean;
}

/**
 * Runs a scenario with faults, ends them, and tries again until it is done, as CloudFormation, the sweeps and the people who asked would.
 *
 * @throws if access was too wide at any call, or if in the end something is missing, doubled or left
 */
export async function play(scenario: Scenario, planned: readonly Fault[]): Promise<Outcome> {
  const world = new ReviewWorld();
  await scenario.before(world);
  const faults = new Faults(world.fake);
  const breaches = new Set<string>();
  faults.watch = () => tooWide(world, scenario).forEach((breach) => breaches.add(breach));
  faults.begin(planned);
  await scenario.act(world);
  await faults.end();
  const { calls } = faults;
  for (let tries = 0; tries < TRIES && !await isAtRest(world, scenario); tries++) {
    if (tries === 0) {
      // EventBridge says once of each execution that it ended.
      await world.fake.tellEnded();
    }
    await recover(world);
    await scenario.act(world);
    tooWide(world, scenario).forEach((breach) => breaches.add(breach));
  }
  expect([...breaches]).toEqual([]);
  expect(await scenario.isDone(world)).toBe(true);
  await world.fake.resume();
  await world.checkRest();
  await leave(world);
  return { calls, happened: planned.every(({ at }) => faults.happened.has(at)) };
}

async function isAtRest(world: ReviewWorld, scenario: Scenario): Promise<boolean> {
  await world.fake.resume();
  return !world.stack.stuck && await scenario.isDone(world) && await isAnnounced(world);
}

/** Whether every event has been sent, and no lock is held. */
async function isAnnounced(world: ReviewWorld): Promise<boolean> {
  const state = await world.state();
  return (state?.unsent ?? []).length === 0 && !world.fake.memory.under(PK).some(({ sk }) => sk === 'lock');
}

/** What happens without anybody who knows of the faults: a stuck stack is continued, what was abandoned is finished. */
async function recover(world: ReviewWorld): Promise<void> {
  const { fake, stack } = world;
  if (stack.stuck) {
    await stack.recover();
  }
  if (stack.forgot) {
    await world.finish();
  }
  // No execution takes a day. What failed is due again an hour or a day later.
  await fake.resume();
  world.pass(1);
  await world.sweepAll().catch(() => undefined);
  await fake.resume();
}

/** In the end the agent leaves without faults, and nothing of it stays. */
async function leave(world: ReviewWorld): Promise<void> {
  const { fake, stack } = world;
  await stack.destroy();
  for (let tries = 0; tries < TRIES && ((await world.state())?.status !== 'left' || fake.iam.roles.size > 0); tries++) {
    await recover(world);
    await world.finish();
  }
  await fake.resume();
  expect(['left', undefined]).toContain((await world.state())?.status);
  expect([...fake.iam.roles.keys()]).toEqual([]);
  expect(world.canAct()).toEqual([]);
  await world.checkRest();
}

/** Access that is wider than the agent's stage and state allow at this instant, in words. */
function tooWide(world: ReviewWorld, { mayResume, breaches }: Scenario): string[] {
  const { iam, memory } = world.fake;
  const state = stateIn(world);
  if (state === undefined) {
    return [];
  }
  const acting = [...iam.roles.values()].filter(({ roleId }) => iam.canAct(roleId));
  const names = memory.under(PK).filter(({ sk }) => sk.startsWith('event#')).map((item) => (item as unknown as { event: LifecycleEvent }).event.type.split('.')[2]);
  const since = (begins: string, ends: string): boolean => names.lastIndexOf(begins) > names.lastIndexOf(ends);
  return [
    ...breaches?.(world, state) ?? [],
    ...acting.filter(({ roleId }) => state.principals[roleId]?.status === 'retired').map(({ roleName }) => `${roleName} is retired and can act`),
    ...acting.length > 1 && acting.some(({ roleId }) => roleId !== state.present && state.principals[roleId]?.cutBeforeGrant !== false) ? [`${acting.map(({ roleName }) => roleName).join(' and ')} can act at once`] : [],
    ...state.status === 'left' ? acting.map(({ roleName }) => `${roleName} of an agent that has left can act`) : [],
    ...since('suspended', 'resumed') && !mayResume ? acting.map(({ roleName }) => `${roleName} of a suspended agent can act`) : [],
    ...since('reduced', 'restored') ? acting.filter((role) => !isReduced(role, 's3:GetObject')).map(({ roleName }) => `${roleName} can do what a review took from it`) : [],
  ];
}
