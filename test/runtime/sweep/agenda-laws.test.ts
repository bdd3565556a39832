import * as fc from 'fast-check';
import { attend, sweeperOf, tellEnded } from './sweeping';
import { SweepItem } from '../../../runtime/sweep';
import { LifecycleEvent } from '../../../src/core/lifecycle-event';
import { runs } from '../../law-runs';
import { PLACEMENT } from '../engine/decision/requests';
import { Killed } from '../engine/state-machine';
import { World } from '../engine/world';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../engine/mailbox')>('../engine/mailbox').responsesToMailbox());

const DAY_MS = 86_400_000;
const TEARDOWN_AFTER_MS = 7 * DAY_MS;

type Kind = 'pass' | 'sweep' | 'late' | 'deploy' | 'remove' | 'destroy' | 'suspend' | 'resume' | 'renew' | 'finish';
interface Operation { readonly kind: Kind; readonly days: number; readonly stage: string; readonly cleanUp: 'sent' | 'dropped'; readonly doubled: boolean; readonly dies: boolean }

const operation: fc.Arbitrary<Operation> = fc.record({
  kind: fc.constantFrom<Kind>(
    'pass', 'sweep', 'sweep', 'sweep', 'sweep', 'sweep', 'sweep', 'sweep', 'sweep', 'late', 'deploy', 'deploy', 'destroy', 'suspend', 'resume', 'renew', 'finish', 'remove',
  ),
  days: fc.constantFrom(1, 8, 8, 25, 40),
  stage: fc.constantFrom('test', 'test', 'staging', 'production'),
  cleanUp: fc.constantFrom('sent', 'sent', 'dropped'),
  doubled: fc.boolean(),
  dies: fc.constantFrom(false, false, false, true),
});

const inDays = ({ fake: { now } }: World, days: number): string => new Date(now.getTime() + days * DAY_MS).toISOString().replace(/\.\d+Z$/, 'Z');

/** Items of sweeps that are delivered much later, or never. */
type Mislaid = SweepItem[];

async function perform(world: World, mislaid: Mislaid, { kind, days, stage, cleanUp, doubled, dies }: Operation): Promise<void> {
  const { stack, fake } = world;
  switch (kind) {
    case 'pass': return void (fake.now = new Date(fake.now.getTime() + days * DAY_MS));
    case 'sweep':
      fake.now = new Date(fake.now.getTime() + days * DAY_MS);
      return sweep(world, mislaid, doubled, dies);
    case 'late': return mislaid.length === 0 ? undefined : attend(world, mislaid.shift()!);
    case 'deploy': return stack.deploy(stage, { end: inDays(world, days), cleanUp, doubled });
    case 'remove': return stack.remove({ cleanUp, doubled });
    case 'destroy': return stack.destroy({ doubled });
    case 'suspend': return void await world.ask({ kind: 'suspend', reason: 'This is an emergency' });
    case 'resume': return void await world.ask({ kind: 'resume', reason: 'The emergency is over' });
    case 'renew': return void await world.renew(inDays(world, days));
    case 'finish': return void await world.finish();
  }
}

async function sweep(world: World, mislaid: Mislaid, doubled: boolean, dies: boolean): Promise<void> {
  const { fake } = sweeperOf(world);
  const items = [...await fake.run(), ...(doubled ? await fake.run() : [])];
  let calls = 0;
  world.fake.around = () => {
    calls += 1;
    if (dies && calls === 3) {
      throw new Killed();
    }
  };
  for (const [index, item] of items.entries()) {
    // Some are delivered late. A request that is delivered is delivered once.
    if (doubled && index === 0) {
      mislaid.push(item);
    } else {
      await attend(world, item);
    }
  }
  world.fake.around = () => undefined;
  await tellEnded(world, items);
}

const nameOf = ({ type }: LifecycleEvent): string => type.split('.')[2];
interface Details { readonly end: string; readonly isReached: boolean; readonly stillInStack: string[] }
const detailsOf = ({ data }: LifecycleEvent): Details => (data.unmapped as unknown as { details: Details }).details;

test('whatever is deployed, suspended, resumed and swept, doubled, late or dropped: no suspended or departed agent acts, no delay is skipped, nothing is notified twice', async () => {
  const seen = { expired: 0, warned: 0, released: 0 };
  await fc.assert(fc.asyncProperty(fc.array(operation, { minLength: 12, maxLength: 30 }), async (operations) => {
    const world = new World();
    const mislaid: Mislaid = [];
    await world.stack.deploy('test', { end: inDays(world, 35) });
    for (const one of operations) {
      await perform(world, mislaid, one);
      await world.fake.resume();
      const state = await world.state();
      if (state?.suspension !== undefined || state?.status === 'left') {
        expect(world.canAct()).toEqual([]);
      }
    }
    const events = await world.fake.engine.ledger.events(PLACEMENT);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    events.forEach((event, index) => {
      if (nameOf(event) !== 'expired') {
        return;
      }
      seen.expired += 1;
      const { end } = detailsOf(event);
      const told = events.slice(0, index).filter((earlier) => nameOf(earlier) === 'expiry-near' && detailsOf(earlier).end === end && detailsOf(earlier).isReached);
      expect(told.some(({ time }) => Date.parse(event.time) - Date.parse(time) >= TEARDOWN_AFTER_MS)).toBe(true);
      expect(Date.parse(event.time)).toBeGreaterThan(Date.parse(end) + TEARDOWN_AFTER_MS - 1);
    });
    // One warning for each end and time before it.
    const warnings = events.filter((event) => nameOf(event) === 'expiry-near');
    expect(warnings.filter((event) => Date.parse(event.time) < Date.parse(detailsOf(event).end) !== !detailsOf(event).isReached)).toEqual([]);
    seen.warned += warnings.length;
    seen.released += events.filter((event, index) => nameOf(event) === 'deletion-confirmed' && events.slice(0, index).some((earlier) => nameOf(earlier) === 'expired')).length;
  }), { numRuns: runs(80) });
  // Otherwise the law would be tested on nothing.
  expect(Object.values(seen).filter((count) => count < 1)).toEqual([]);
});

test('whatever fails or is dropped in between: once sweeps come and nothing disturbs them, an agent past its end is torn down', async () => {
  await fc.assert(fc.asyncProperty(fc.array(operation.filter(({ kind }) => ['pass', 'sweep', 'late', 'suspend', 'resume', 'renew'].includes(kind)), { maxLength: 15 }), async (operations) => {
    const world = new World();
    const mislaid: Mislaid = [];
    await world.stack.deploy('test', { end: inDays(world, 35) });
    for (const one of operations) {
      await perform(world, mislaid, one);
    }
    for (const days of [80, 1, 8, 8, 2, 2]) {
      await perform(world, mislaid, { kind: 'pass', days } as Operation);
      await sweep(world, mislaid, false, false);
    }
    expect(await world.state()).toMatchObject({ status: 'left', expired: { end: expect.any(String) } });
    await world.stack.destroy();
    await world.check();
  }), { numRuns: runs(100) });
});
