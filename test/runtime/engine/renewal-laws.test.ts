import * as fc from 'fast-check';
import { PLACEMENT } from './decision/requests';
import { World } from './world';
import { Answered } from '../../../runtime/engine/execution';
import { LifecycleEvent } from '../../../src/core/lifecycle-event';
import { runs } from '../../law-runs';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('./mailbox')>('./mailbox').responsesToMailbox());

const DAY_MS = 86_400_000;

type Operation =
  | { readonly kind: 'pass'; readonly days: number }
  | { readonly kind: 'renew'; readonly days: number }
  | { readonly kind: 'deploy'; readonly days: number; readonly stage: 'test' | 'staging' };

const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ kind: fc.constant('pass' as const), days: fc.constantFrom(1, 6, 8, 40, 150) }),
  fc.record({ kind: fc.constant('renew' as const), days: fc.integer({ min: -1, max: 200 }) }),
  fc.record({ kind: fc.constant('deploy' as const), days: fc.integer({ min: -1, max: 200 }), stage: fc.constantFrom('test', 'test', 'test', 'staging') }),
);

const inDays = ({ fake: { now } }: World, days: number): string => new Date(now.getTime() + days * DAY_MS).toISOString().replace(/\.\d+Z$/, 'Z');

async function perform(world: World, one: Operation): Promise<void> {
  switch (one.kind) {
    case 'pass': return void (world.fake.now = new Date(world.fake.now.getTime() + one.days * DAY_MS));
    case 'renew': return void await world.renew(inDays(world, one.days));
    case 'deploy': return world.stack.deploy(one.stage, { end: inDays(world, one.days) });
  }
}

interface Details { readonly from: string; readonly to: string; readonly until: string; readonly deployBy: string }

const nameOf = ({ type }: LifecycleEvent): string => type.split('.')[2];
const detailsOf = ({ data }: LifecycleEvent): Details => (data.unmapped as unknown as { details: Details }).details;

test('whatever passes, is renewed and deployed: no end that is past becomes a later one without an operator\'s word for it', async () => {
  let revived = 0;
  await fc.assert(fc.asyncProperty(fc.array(operation, { minLength: 4, maxLength: 12 }), async (operations) => {
    const world = new World();
    await world.stack.deploy('test', { end: inDays(world, 30) });
    for (const one of operations) {
      await perform(world, one);
      await world.check();
    }
    const events = await world.fake.engine.ledger.events(PLACEMENT);
    events.forEach((event, index) => {
      const { from, to } = nameOf(event) === 'expiry-changed' ? detailsOf(event) : { from: '', to: '' };
      if (from !== '' && from <= event.time && to > event.time) {
        revived += 1;
        const words = events.slice(0, index).filter((earlier) => nameOf(earlier) === 'renewed').map(detailsOf);
        expect(words.some(({ until, deployBy }) => until >= to && deployBy > event.time)).toBe(true);
      }
    });
  }), { numRuns: runs(200) });
  // Otherwise the law would be tested on nothing.
  expect(revived).toBeGreaterThan(5);
});

test('twin: an ended agent that is renewed and then deployed in time keeps working, within what was agreed', async () => {
  const course = fc.record({
    late: fc.integer({ min: 0, max: 100 }), agreed: fc.integer({ min: 1, max: 180 }), waits: fc.integer({ min: 0, max: 6 }), less: fc.nat(),
  });
  await fc.assert(fc.asyncProperty(course, async ({ late, agreed, waits, less }) => {
    const wait = Math.min(waits, agreed - 1);
    const world = new World();
    await world.stack.deploy('test', { end: inDays(world, 30) });
    const { roleId } = world.stack.agent!;
    await perform(world, { kind: 'pass', days: 31 + late });
    const until = inDays(world, agreed);
    expect(((await world.renew(until))?.output as unknown as Answered).answered).toBe('SUCCESS');
    await perform(world, { kind: 'pass', days: wait });
    const left = agreed - wait;
    const end = inDays(world, left - less % left);

    await world.stack.deploy('test', { end });

    await world.check();
    expect(await world.state()).toMatchObject({ status: 'active', present: roleId, declared: { expiresAt: end } });
    expect(await world.names()).toContain('renewed');
  }), { numRuns: runs(100) });
});
