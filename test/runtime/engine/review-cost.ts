import { countItems, populate } from './cost';
import { ReviewWorld } from './review-world';

export interface ReviewCost {
  /** Calls of AWS, by service. */
  readonly calls: Readonly<Record<string, number>>;
  /** Items of the table. */
  readonly itemsRead: number;
}

/** The cost of opening the review of one agent, evidence included, while the ledger has a number of other agents. */
export async function reviewOf(world: ReviewWorld, agents: number): Promise<ReviewCost> {
  const { fake } = world;
  await world.join();
  populate(world, agents);
  world.pass(61);
  const calls = new Map<string, number>();
  const itemsRead = countItems(world);
  fake.disturb((call, moment) => {
    const [service] = call.split(':');
    calls.set(service, (calls.get(service) ?? 0) + (moment === 'before' ? 1 : 0));
  });
  try {
    await world.sweep();
  } finally {
    fake.disturb(() => undefined);
  }
  const read = itemsRead();
  if ((await world.now()).review?.open === undefined || fake.shown.size !== 1) {
    throw new Error('CostUnknown: the review was not opened');
  }
  return { calls: Object.fromEntries([...calls].sort()), itemsRead: read };
}
