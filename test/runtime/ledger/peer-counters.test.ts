import * as fc from 'fast-check';
import { MemoryTable } from './memory-table';
import { decide } from '../../../runtime/engine/decision/decide';
import { Fleet, PlacementLedger } from '../../../runtime/ledger';
import { withoutOne } from '../../../runtime/model/peers';
import { AccessRecord, PlacementState } from '../../../runtime/model/placement-state';
import { StateChange } from '../../../runtime/model/plan';
import { during, NOW, PLACEMENT, planOf, request } from '../engine/decision/requests';

const context = { registry: 'agents', actor: 'stack', time: NOW };
const JOIN = planOf(decide(undefined, request('Create', 'P'), during('CREATE_IN_PROGRESS'))).change!;

let memory: MemoryTable;
let ledger: PlacementLedger;
let fleet: Fleet;
beforeEach(() => {
  memory = new MemoryTable();
  ledger = new PlacementLedger(memory.table);
  fleet = new Fleet(memory.table);
});

const placementOf = (agentName: string) => ({ ...PLACEMENT, agentName });
const stateOf = (agentName: string) => ledger.state(placementOf(agentName));
async function write(agentName: string, change: StateChange, before?: PlacementState): Promise<void> {
  await ledger.commit(placementOf(agentName), before ?? await stateOf(agentName), change, [], context);
}

/** Declares services in a stage, and others in another one. */
function declaring(stage: string, services: readonly string[]): StateChange {
  const grant = (service: string) => ({ actions: [`${service}:Get`, `${service}:Put`], resources: ['*'] });
  const stages = [
    { stage, digest: '', grants: services.map(grant), omitted: 0 },
    { stage: '*', digest: '', grants: [grant('logs'), { effect: 'Deny' as const, actions: ['kms:Decrypt'], resources: ['*'] }], omitted: 0 },
    { stage: 'elsewhere', digest: '', grants: [grant('iam')], omitted: 0 },
  ];
  return { ...JOIN, status: 'active', declared: { ...JOIN.declared!, stage, access: { stages } as unknown as AccessRecord } };
}
const join = (agentName: string, stage = 'test', services: readonly string[] = ['s3']) => write(agentName, declaring(stage, services));

async function countsOf(stage: string): Promise<{ agents: number; having: Record<string, number> }> {
  const { agents, having } = await fleet.peersIn(stage);
  return { agents, having: Object.fromEntries([...having].filter(([, count]) => count !== 0)) };
}

test('a join counts what is declared for the stage and for every stage, and no Deny, no other stage and no service that AWS does not have', async () => {
  await join('a-bot', 'test', ['s3', 'S3', 'made-up', 'dynamodb']);
  expect(await countsOf('test')).toEqual({ agents: 1, having: { s3: 1, dynamodb: 1, logs: 1 } });
  expect(await countsOf('production')).toEqual({ agents: 0, having: {} });
});

test('a move, a change and a leave take back what was counted', async () => {
  await join('a-bot');
  await join('b-bot', 'test', ['s3', 'sqs']);
  await join('a-bot', 'production', ['kms']);
  expect([await countsOf('test'), await countsOf('production')]).toEqual([
    { agents: 1, having: { s3: 1, sqs: 1, logs: 1 } }, { agents: 1, having: { kms: 1, logs: 1 } },
  ]);
  await join('b-bot', 'test', ['sns']);
  expect(await countsOf('test')).toEqual({ agents: 1, having: { sns: 1, logs: 1 } });
  await write('b-bot', { status: 'leaving' });
  expect((await countsOf('test')).agents).toBe(1);
  await write('b-bot', { status: 'left' });
  expect(await countsOf('test')).toEqual({ agents: 0, having: {} });
});

test('a change of something else writes no counter', async () => {
  await join('a-bot');
  const rows = JSON.stringify(memory.under('registry').filter(({ sk }) => sk.startsWith('peers#')));
  await write('a-bot', { principals: { P: { verifiedAt: NOW.toISOString() } } });
  await join('a-bot');
  expect(JSON.stringify(memory.under('registry').filter(({ sk }) => sk.startsWith('peers#')))).toBe(rows);
});

test.each([1, 200])('reading the counts beside %i agents is one call, and reads no agent', async (agents) => {
  for (let index = 0; index < agents; index++) {
    await join(`bot-${index}`);
  }
  memory.calls.length = 0;
  expect(await countsOf('test')).toEqual({ agents, having: { s3: agents, logs: agents } });
  expect([memory.calls, memory.itemsRead]).toEqual([['TransactGet'], 0]);
});

test('an agent with very many services stays within one expression of DynamoDB, when it changes all of them too', async () => {
  const known = jest.requireActual<typeof import('../../../runtime/model/service-prefixes.generated')>('../../../runtime/model/service-prefixes.generated').SERVICE_PREFIXES.split(' ');
  await join('a-bot', 'test', known.slice(0, 150));
  await join('a-bot', 'test', known.slice(200, 350));
  const { having } = await countsOf('test');
  expect(Object.keys(having)).toHaveLength(100);
});

test('the counts without an agent are those of its peers', async () => {
  await join('a-bot', 'test', ['s3', 'sqs']);
  await join('b-bot', 'test', ['s3']);
  const others = withoutOne(await fleet.peersIn('test'), (await stateOf('a-bot'))!.counted);
  expect([others.agents, others.having.get('s3'), others.having.get('sqs'), others.having.get('logs')]).toEqual([1, 1, 0, 1]);
});

const STAGES = ['test', 'production'];
const SERVICES = ['s3', 'sqs', 'sns', 'kms'];
const step = fc.record({
  agent: fc.integer({ min: 0, max: 3 }).map((index) => `bot-${index}`),
  what: fc.constantFrom('declare' as const, 'leaving' as const, 'left' as const, 'note' as const),
  stage: fc.constantFrom(...STAGES),
  services: fc.subarray(SERVICES),
  /** Somebody else writes with the same state, before or after. */
  doubled: fc.boolean(),
  /** The table fails, before or after it wrote. */
  fails: fc.constantFrom('never' as const, 'before' as const, 'after' as const),
});

test('in any order of joins, moves, changes, leaves, doubles and failures, the counters are what a recount of all agents finds', () => fc.assert(
  fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
    memory = new MemoryTable();
    ledger = new PlacementLedger(memory.table);
    fleet = new Fleet(memory.table);
    for (const { agent, what, stage, services, doubled, fails } of steps) {
      const before = await stateOf(agent);
      if (before === undefined && what !== 'declare') {
        continue;
      }
      const change: StateChange = what === 'declare' ? declaring(stage, services) : what === 'note' ? { principals: { P: { verifiedAt: NOW.toISOString() } } } : { status: what };
      memory.disturb = (call, moment) => {
        if (call === 'dynamodb:TransactWrite' && moment === fails) {
          throw new Error('the table did not answer');
        }
      };
      await write(agent, change, before).catch(() => undefined);
      memory.disturb = () => undefined;
      if (doubled) {
        await write(agent, change, before).catch(() => undefined);
      }
    }
    const states = (await Promise.all(['bot-0', 'bot-1', 'bot-2', 'bot-3'].map(stateOf))).filter((state) => state !== undefined && state.status !== 'left');
    for (const stage of STAGES) {
      const living = states.filter((state) => state!.declared.stage === stage);
      const having: Record<string, number> = {};
      for (const state of living) {
        const grants = state!.declared.access!.stages.filter((one) => [stage, '*'].includes(one.stage)).flatMap((one) => one.grants).filter(({ effect }) => effect === undefined);
        for (const service of new Set(grants.flatMap(({ actions }) => actions.map((action) => action.split(':')[0])))) {
          having[service] = (having[service] ?? 0) + 1;
        }
      }
      expect(await countsOf(stage)).toEqual({ agents: living.length, having });
    }
  }), { numRuns: 150 },
));
