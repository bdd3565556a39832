import fc from 'fast-check';
import { ACCOUNT, inStage, left, living, World } from './cataloguing';
import { FoundRecord, nextStep, wantedFor } from '../../../runtime/catalogue';
import { PlacementState } from '../../../runtime/model/placement-state';
import { recordName } from '../../../src/contract/catalogue';
import { runs } from '../../law-runs';

const AGENTS = ['one', 'two'].map((agentName) => ({ account: ACCOUNT, agentName }));

const STATES: readonly PlacementState[] = [living(), inStage('staging'), inStage('production'), living({ suspension: { since: 'x' } as never }), left()];
const anAgent = fc.nat({ max: AGENTS.length - 1 });
const aChange = fc.record({
  agent: anAgent,
  state: fc.nat({ max: STATES.length - 1 }),
  // How often its event is delivered.
  deliveries: fc.integer({ min: 1, max: 3 }),
});
const aHand = fc.record({
  agent: anAgent,
  does: fc.constantFrom('delete' as const, { data: 'x', status: 'DRAFT' as const }, { status: 'DEPRECATED' as const }, { displayName: 'mine' }),
});

/** What may go wrong with a call: lost before it has an effect, lost after it, or both are well. */
const aFault = fc.constantFrom('none', 'none', 'none', 'before', 'after');

/** Whether the record is what the ledger's state demands, so that nothing is left to do. */
function isInStep(world: World, agent: typeof AGENTS[number]): boolean {
  const state = world.states.get(`${agent.account}/${agent.agentName}`);
  const record = world.registry.named(recordName('agents', agent));
  const found = record === undefined ? undefined : { ...record, id: record.recordId } as FoundRecord;
  const wanted = wantedFor('agents', state, { showsMail: false });
  return nextStep(wanted, found, world.registry.now, world.catalogue.settings.deleteAfterSeconds) === 'done';
}

test('whatever the order, the repetition and the overlap of events, with calls that are lost and people who change records, records end as the ledger has the agents', async () => {
  await fc.assert(fc.asyncProperty(
    fc.scheduler(), fc.array(aChange, { minLength: 1, maxLength: 8 }), fc.array(aHand, { maxLength: 3 }), fc.array(aFault, { maxLength: 60 }),
    fc.integer({ min: 0, max: 2 }),
    async (scheduler, changes, hands, faults, slowness) => {
      const left1 = [...faults];
      const world = new World(async (call, act) => {
        await scheduler.schedule(Promise.resolve(), call);
        const fault = call === 'state' || call === 'pause' ? 'none' : left1.shift() ?? 'none';
        if (fault === 'before') {
          throw new Error('the connection was closed');
        }
        const result = act();
        if (fault === 'after') {
          throw new Error('no response came');
        }
        return result;
      });
      world.registry.slowness = slowness;

      // A message stays in the queue until it was processed.
      const deliver = async (agent: typeof AGENTS[number]): Promise<void> => {
        for (let attempts = 0; attempts < 20; attempts++) {
          try {
            return await world.sync(agent);
          } catch {
            await scheduler.schedule(Promise.resolve(), 'redelivery');
          }
        }
        throw new Error('given up');
      };
      const happens = changes.map(async ({ agent, state, deliveries }) => {
        await scheduler.schedule(Promise.resolve(), 'change');
        world.set(STATES[state], AGENTS[agent]);
        await Promise.all(Array.from({ length: deliveries }, () => deliver(AGENTS[agent])));
      });
      const byHand = hands.map(async ({ agent, does }) => {
        await scheduler.schedule(Promise.resolve(), 'by hand');
        world.registry.byHand(recordName('agents', AGENTS[agent]), does);
        // The comparison of the next day.
        await deliver(AGENTS[agent]);
      });
      await scheduler.waitFor(Promise.all([...happens, ...byHand]));

      for (const agent of AGENTS) {
        expect([agent.agentName, isInStep(world, agent)]).toEqual([agent.agentName, true]);
        // A record that was never wanted does not exist.
        expect(world.registry.records.filter(({ name }) => name === recordName('agents', agent)).length).toBeLessThanOrEqual(1);
      }
    },
  ), { numRuns: runs(150) });
});

test('a late event never brings back what was before: the record is made from the ledger\'s state, and read again after each change', async () => {
  // The first run has read the old state and sends its change when the second one is done.
  let held: (() => void) | undefined;
  const world = new World(async (call, act) => {
    if (call.startsWith('PATCH') && held === undefined) {
      await new Promise<void>((resolve) => (held = resolve));
    }
    return act();
  });
  world.set(living(), AGENTS[0]);
  await world.sync(AGENTS[0]);
  world.set(inStage('staging'), AGENTS[0]);
  const late = world.sync(AGENTS[0]);
  for (let turns = 0; held === undefined && turns < 1_000; turns++) {
    await new Promise(setImmediate);
  }
  expect(held).toBeDefined();
  world.set(inStage('production'), AGENTS[0]);
  await world.sync(AGENTS[0]);
  held!();
  await late;
  expect(world.data(recordName('agents', AGENTS[0])).stage).toBe('production');
});
