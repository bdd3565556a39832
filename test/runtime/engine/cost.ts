import { World } from './world';
import { CallLimiter } from '../../../runtime/ledger';

/** What some work of the engine costs. */
export interface Cost {
  /** Lambda calls of the state machine. */
  readonly steps: number;
  /** Calls of the table, including those of the function that receives requests. */
  readonly tableCalls: number;
}

/** Counts the engine's calls during some work. */
export async function costOf(world: World, work: () => Promise<void>): Promise<Cost> {
  const { fake } = world;
  let steps = 0;
  let tableCalls = 0;
  const executions = fake.executions.size;
  fake.around = () => void steps++;
  fake.disturb((call, moment) => {
    // The policy of a table that an agent may read is not the ledger.
    tableCalls += moment === 'before' && call.startsWith('dynamodb:') && call !== 'dynamodb:GetResourcePolicy' ? 1 : 0;
  });
  try {
    await work();
  } finally {
    fake.around = () => undefined;
    fake.disturb(() => undefined);
  }
  // Each request is stored before the engine is disturbed.
  return { steps, tableCalls: tableCalls + fake.executions.size - executions };
}

/** Puts the calls of IAM of a world's engine under a limiter, as the function does. */
export function limiterOf({ fake }: World): CallLimiter {
  const tools = { now: () => fake.now, pause: async () => undefined, throttled: () => undefined, failed: () => undefined };
  const limiter = new CallLimiter(fake.memory.table, tools);
  const send = fake.iam.send.bind(fake.iam);
  fake.iam.send = (command) => limiter.attempt(() => send(command));
  return limiter;
}

/** Fills the ledger with other agents, as rows and in the counters. */
export function populate({ fake: { memory } }: World, agents: number): void {
  for (let index = 0; index < agents; index++) {
    const sk = `living#111122223333/other-${index}`;
    memory.items.set(`registry|${sk}`, { pk: 'registry', sk, summary: { agentName: `other-${index}` } });
  }
  memory.items.set('registry|count#0', { pk: 'registry', sk: 'count#0', living: agents });
}

/** A move of a joined agent, with the clean-up. */
export async function moveOf(world: World): Promise<Cost> {
  await world.stack.deploy('test');
  const cost = await costOf(world, () => world.stack.deploy('production'));
  const state = await world.state();
  if (state?.declared.stage !== 'production' || state.pending !== undefined) {
    throw new Error(`CostUnknown: the move did not come to its end: ${JSON.stringify(state)}`);
  }
  return cost;
}

/** Counts the items of the table that are read from now on. */
export function countItems({ fake }: World): () => number {
  const { client } = fake.memory.table;
  const send = client.send.bind(client);
  let itemsRead = 0;
  client.send = (async (command: never) => {
    const response = await send(command) as { Item?: unknown; Items?: unknown[]; Responses?: unknown[] };
    const { Item: item, Items: items = [], Responses: responses = [] } = response;
    itemsRead += (item === undefined ? 0 : 1) + items.length + responses.length;
    return response;
  }) as typeof client.send;
  return () => itemsRead;
}

/** A leave while the ledger has a number of other agents, with the number of items that it reads. */
export async function leaveOf(world: World, agents: number): Promise<Cost & { readonly itemsRead: number }> {
  await world.stack.deploy('test');
  populate(world, agents);
  const itemsRead = countItems(world);
  const cost = await costOf(world, async () => {
    await world.stack.destroy();
    // The role is deleted, so the engine checks for it once.
    await world.fake.resume();
  });
  const read = itemsRead();
  const state = await world.state();
  if (state?.status !== 'left' || world.deletions().length !== 1) {
    throw new Error(`CostUnknown: the agent did not leave: ${JSON.stringify(state)}`);
  }
  return { ...cost, itemsRead: read };
}
