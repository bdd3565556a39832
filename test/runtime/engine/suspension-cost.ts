import { Cost, costOf } from './cost';
import { World } from './world';

/** What a suspension costs. */
export interface SuspensionCost extends Cost {
  /** Calls of any service, one after another or side by side, before the call that denies the agent's principal. */
  readonly callsBeforeDenial: number;
  /** Own time in milliseconds until that call, with fakes that respond at once. */
  readonly msBeforeDenial: number;
}

/** A suspension of a joined agent that has a function with a queue. */
export async function suspendOf(world: World): Promise<SuspensionCost> {
  await world.stack.deploy('production');
  const [{ roleArn }] = Object.values((await world.state())!.principals);
  world.fake.compute.mappings.set('queue', { functionArn: world.fake.compute.function('worker', roleArn), state: 'Enabled' });
  let [calls, callsBeforeDenial, msBeforeDenial] = [0, 0, 0];
  const began = performance.now();
  const { fake } = world;
  const disturb = fake.disturb.bind(fake);
  // Counts on top of what the cost counts.
  fake.disturb = (count) => disturb((call, moment) => {
    count(call, moment);
    calls += moment === 'before' ? 1 : 0;
    if (call === 'iam:PutRolePermissionsBoundary' && moment === 'before' && callsBeforeDenial === 0) {
      [callsBeforeDenial, msBeforeDenial] = [calls - 1, performance.now() - began];
    }
  });
  const cost = await costOf(world, async () => void await world.ask({ kind: 'suspend', reason: 'Measured by a benchmark' }));
  if (world.canAct().length > 0 || world.fake.compute.on().length > 0) {
    throw new Error('CostUnknown: the agent was not suspended');
  }
  return { ...cost, callsBeforeDenial, msBeforeDenial };
}

/** Suspensions of many agents at once: own time in milliseconds until the last one is denied. */
export async function suspendMany(worlds: readonly World[]): Promise<number> {
  const costs = await Promise.all(worlds.map((world) => suspendOf(world)));
  return Math.max(...costs.map(({ msBeforeDenial }) => msBeforeDenial));
}
