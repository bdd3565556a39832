import * as fc from 'fast-check';
import { attend, sweeperOf } from './sweeping';
import { LifecycleEvent } from '../../../src/core/lifecycle-event';
import { runs } from '../../law-runs';
import { PLACEMENT } from '../engine/decision/requests';
import { World } from '../engine/world';
import { named } from '../ledger/memory-table';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../engine/mailbox')>('../engine/mailbox').responsesToMailbox());

const DAY_MS = 86_400_000;
const [IDLE_DAYS, SUSPEND_DAYS, REMOVE_DAYS] = [30, 14, 30];
const AGENDA = {
  warningSeconds: [],
  teardownAfterSeconds: 7 * 86_400,
  suspendUnusedAfterSeconds: SUSPEND_DAYS * 86_400,
  removeUnusedAfterSeconds: REMOVE_DAYS * 86_400,
};

type Kind = 'sweep' | 'use' | 'keep' | 'suspend' | 'resume' | 'deploy';
interface Operation { readonly kind: Kind; readonly days: number; readonly down: string; readonly doubled: boolean }

const operation: fc.Arbitrary<Operation> = fc.record({
  kind: fc.constantFrom<Kind>('sweep', 'sweep', 'sweep', 'sweep', 'sweep', 'sweep', 'use', 'keep', 'suspend', 'resume', 'deploy'),
  days: fc.constantFrom(1, 8, 15, 31),
  down: fc.constantFrom('', '', '', 'iam:GetRole', 'iam:ListUsers', 'iam:GenerateServiceLastAccessedDetails', 'cloudformation:ListStackResources', 'access-analyzer:/analyzer'),
  doubled: fc.boolean(),
});

/** What the law compares: when the agent was used, and the sweeps in which a source did not answer. */
interface Seen { readonly uses: number[]; readonly blind: Set<number> }

/** As late as the stage allows. */
const endOf = ({ fake: { now } }: World): string => new Date(now.getTime() + 170 * DAY_MS).toISOString().replace(/\.\d+Z$/, 'Z');

async function perform(world: World, seen: Seen, { kind, days, down, doubled }: Operation): Promise<void> {
  const { fake } = world;
  switch (kind) {
    case 'use': {
      const role = fake.iam.roles.get('invoice-bot-test');
      fake.now = new Date(fake.now.getTime() + 1_000);
      seen.uses.push(fake.now.getTime());
      return void (role !== undefined && (role.lastUsedAt = fake.now));
    }
    case 'keep': return void await world.ask({ kind: 'keep', reason: 'It runs once a quarter' });
    case 'suspend': return void await world.ask({ kind: 'suspend', reason: 'This is an emergency' });
    case 'resume': return void await world.ask({ kind: 'resume', reason: 'The emergency is over' });
    case 'deploy': return world.stack.deploy('test', { end: endOf(world), purpose: `Purpose ${days}` });
    case 'sweep': {
      fake.now = new Date(fake.now.getTime() + days * DAY_MS);
      if (down !== '') {
        seen.blind.add(fake.now.getTime());
      }
      fake.disturb((call) => {
        if (call === down) {
          throw named('Throttling');
        }
      });
      const { fake: sweeper } = sweeperOf(world);
      for (const item of [...await sweeper.run(), ...(doubled ? await sweeper.run() : [])]) {
        await attend(world, item);
      }
      return fake.disturb(() => undefined);
    }
  }
}

const nameOf = ({ type }: LifecycleEvent): string => type.split('.')[2];
const at = ({ time }: LifecycleEvent): number => Date.parse(time);
const causeOf = ({ data }: LifecycleEvent): unknown => (data.unmapped as { details?: { cause?: unknown } }).details?.cause;
const byAgenda = ({ data }: LifecycleEvent): boolean => JSON.stringify(data.actor).includes('agents-nhi-agenda');

test('whatever is used, kept, suspended, resumed and swept, while sources are down: nobody is suspended untold, early, used or unseen, and each delay is whole', async () => {
  const count = { found: 0, suspended: 0, removed: 0 };
  await fc.assert(fc.asyncProperty(fc.array(operation, { minLength: 10, maxLength: 25 }), async (operations) => {
    const world = new World({ agenda: AGENDA });
    const seen: Seen = { uses: [], blind: new Set() };
    await world.stack.deploy('test', { end: endOf(world) });
    world.fake.iam.roles.get('invoice-bot-test')!.createdAt = world.fake.now;
    for (const one of operations) {
      await perform(world, seen, one);
      const state = await world.state();
      if (state?.suspension !== undefined || state?.status === 'left') {
        expect(world.canAct()).toEqual([]);
      }
    }
    const events = await world.fake.engine.ledger.events(PLACEMENT);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    events.forEach((event, index) => {
      const before = events.slice(0, index);
      const last = (...names: string[]): LifecycleEvent | undefined => before.filter((one) => names.includes(nameOf(one))).at(-1);
      const usedIn = (days: number): boolean => seen.uses.some((use) => use <= at(event) && use > at(event) - days * DAY_MS);
      if (nameOf(event) === 'zombie-found') {
        count.found += 1;
        expect([usedIn(IDLE_DAYS), seen.blind.has(at(event)), nameOf(last('suspended', 'resumed') ?? event) === 'suspended']).toEqual([false, false, false]);
      } else if (nameOf(event) === 'suspended' && byAgenda(event)) {
        count.suspended += 1;
        const told = last('zombie-found', 'kept', 'resumed')!;
        expect([nameOf(told), at(event) - at(told) >= SUSPEND_DAYS * DAY_MS]).toEqual(['zombie-found', true]);
        expect([usedIn(IDLE_DAYS), seen.blind.has(at(event))]).toEqual([false, false]);
      } else if (nameOf(event) === 'expired' && causeOf(event) === 'unused') {
        count.removed += 1;
        const suspended = last('suspended', 'resumed')!;
        expect([nameOf(suspended), byAgenda(suspended), at(event) - at(suspended) >= REMOVE_DAYS * DAY_MS]).toEqual(['suspended', true, true]);
      }
    });
  }), { numRuns: runs(100) });
  // Otherwise the law would be tested on nothing.
  expect(Object.values(count).filter((many) => many < 1)).toEqual([]);
});
