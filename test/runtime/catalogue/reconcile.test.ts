import { ACCOUNT, living, World } from './cataloguing';
import { catalogueMessage, DelayedMessage, Reconciliation, reconcilePart } from '../../../runtime/catalogue';
import { Fleet } from '../../../runtime/ledger';
import { agentOfRecord, recordName } from '../../../src/contract/catalogue';
import { MemoryTable } from '../ledger/memory-table';

const START = { task: 'reconcile-catalogue' } as const;
const DAY = 86_400_000;

function withFleet(count: number) {
  const memory = new MemoryTable(1_000);
  const world = new World();
  const agents = Array.from({ length: count }, (_, index) => ({ account: ACCOUNT, agentName: `bot-${String(index).padStart(4, '0')}` }));
  for (const placement of agents) {
    memory.items.set(`registry|living#${ACCOUNT}/${placement.agentName}`, { pk: 'registry', sk: `living#${ACCOUNT}/${placement.agentName}`, summary: { ...placement, status: 'active' } });
    world.set(living(), placement);
  }
  const reconciler = { ...world.catalogue, account: ACCOUNT, fleet: new Fleet(memory.table) };
  /** All parts, as the queue delivers them: with the second of the delivery. */
  const all = async () => {
    const delivered: { readonly subject: string; readonly at: number }[] = [];
    const parts: number[] = [];
    let [message, at]: [Reconciliation | undefined, number] = [START, 0];
    while (message !== undefined) {
      const sent: DelayedMessage[] = await reconcilePart(reconciler, catalogueMessage.parse(JSON.parse(JSON.stringify(message))) as Reconciliation);
      parts.push(sent.length);
      message = undefined;
      const begun: number = at;
      for (const { message: one, delaySeconds } of sent) {
        expect(delaySeconds).toBeLessThanOrEqual(900);
        if ('task' in one) {
          [message, at] = [one, begun + delaySeconds];
        } else {
          delivered.push({ subject: one.detail.subject, at: begun + delaySeconds });
        }
      }
    }
    return { delivered, parts };
  };
  return { memory, world, agents, all };
}

test('every living agent comes once, in parts, and no two at once', async () => {
  const { all, agents, memory } = withFleet(700);
  const { delivered, parts } = await all();
  expect(delivered.map(({ subject }) => subject).sort()).toEqual(agents.map(({ agentName }) => `${ACCOUNT}/${agentName}`));
  // Two parts of 300 with the message for the next one, the rest with that for the records, and no records.
  expect(parts).toEqual([301, 301, 101, 0]);
  expect(new Set(delivered.map(({ at }) => at)).size).toBe(agents.length);
  expect(memory.calls.filter((call) => call === 'Query')).toHaveLength(3);
});

test('records of agents that no longer live come too: to be deprecated, or deleted when their time is over', async () => {
  const { all, world } = withFleet(1);
  const { now } = world.registry;
  const ago = (days: number) => new Date(now.getTime() - days * DAY);
  const name = (agentName: string, registryName = 'agents', account = ACCOUNT) => recordName(registryName, { account, agentName });
  world.registry.add({ name: name('bot-0000') });
  world.registry.add({ name: name('gone'), status: 'APPROVED' });
  world.registry.add({ name: name('over'), status: 'DEPRECATED', updatedAt: ago(30) });
  world.registry.add({ name: name('kept'), status: 'DEPRECATED', updatedAt: ago(29) });
  world.registry.add({ name: name('gone', 'others') });
  world.registry.add({ name: name('gone', 'agents', '999900001111') });
  world.registry.add({ name: 'something else' });
  world.registry.add({ name: name('of-another-type'), recordType: 'AGENT' });

  const { delivered } = await all();

  expect(delivered.map(({ subject }) => subject.split('/')[1])).toEqual(['bot-0000', 'gone', 'over']);
});

test('more records than a list has at once are all looked at', async () => {
  const { all, world } = withFleet(0);
  for (let index = 0; index < 120; index++) {
    world.registry.add({ name: recordName('agents', { account: ACCOUNT, agentName: `gone-${index}` }) });
  }
  const { delivered, parts } = await all();
  expect(new Set(delivered.map(({ subject }) => subject)).size).toBe(120);
  expect(parts).toEqual([1, 51, 51, 20]);
});

test('a name of a record is read as it was written; twin: nothing else is one of ours', () => {
  expect(agentOfRecord(recordName('agents', { account: ACCOUNT, agentName: 'invoice-bot' }))).toEqual({ registryName: 'agents', account: ACCOUNT, agentName: 'invoice-bot' });
  expect(['agents/111122223333', 'agents/111122223333/invoice-bot/x', 'agents/1/invoice-bot', 'Agents/111122223333/invoice-bot', 'agents/111122223333/Invoice', ''].map(agentOfRecord)).toEqual(Array(6).fill(undefined));
});

test.each<[string, unknown, boolean]>([
  ['an event of the bus', { 'detail-type': 'x', 'detail': { subject: `${ACCOUNT}/invoice-bot`, sequence: '1' } }, true],
  ['a comparison of all', START, true],
  ['a subject without account', { detail: { subject: 'invoice-bot' } }, false],
  ['a subject that leaves the agent', { detail: { subject: `${ACCOUNT}/../x` } }, false],
  ['another task', { task: 'delete-all' }, false],
])('a message of the queue: %s', (_what, message, isOne) => {
  expect(catalogueMessage.safeParse(message).success).toBe(isOne);
});
