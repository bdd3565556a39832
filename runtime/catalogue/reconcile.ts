import * as z from 'zod';
import { isOver } from './next-step';
import { Catalogue } from './sync';
import { agentOfRecord, RECONCILE_CATALOGUE } from '../../src/contract/catalogue';
import { Placement, placementKey } from '../../src/core/lifecycle-event';
import { Fleet, Item } from '../ledger';

/** A message of the queue: one agent, or the next part of a comparison of all. */
export const catalogueMessage = z.union([
  z.object({ detail: z.object({ subject: z.string().regex(/^\d{12}\/[a-z0-9-]{1,64}$/) }) }),
  z.object({
    task: z.literal(RECONCILE_CATALOGUE.task),
    /** Key after which the next living agents come. */
    after: z.record(z.string(), z.unknown()).optional(),
    /** The living agents are done. */
    records: z.boolean().optional(),
    /** Where the list of records continues. */
    nextToken: z.string().optional(),
  }),
]);
export type CatalogueMessage = z.infer<typeof catalogueMessage>;
export type Reconciliation = Extract<CatalogueMessage, { task: string }>;

/** A message with the time after which it is delivered. */
export interface DelayedMessage {
  readonly message: CatalogueMessage;
  readonly delaySeconds: number;
}

export interface Reconciler extends Pick<Catalogue, 'registryName' | 'settings' | 'records' | 'now'> {
  /** Of the account of the registry, whose agents alone it has. */
  readonly account: string;
  readonly fleet: Fleet;
}

/** The longest delay of a message. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html */
const SPREAD_SECONDS = 900;
/** One agent each three seconds, 28,800 a day. A larger fleet takes longer than a day. */
const AGENTS_AT_ONCE = 300;
const RECORDS_AT_ONCE = 50;

/**
 * The messages for one part of all agents, evenly spread until the next part begins: first of living agents, then of records of agents that don't live. So a comparison of all costs a few calls each
 * second, and never reads all at once.
 */
export async function reconcilePart(reconciler: Reconciler, { after, records = false, nextToken }: Reconciliation): Promise<DelayedMessage[]> {
  const { agents, next } = records ? await departedPart(reconciler, nextToken) : await livingPart(reconciler, after);
  const spread = agents.map((placement, index): DelayedMessage => ({
    message: { detail: { subject: placementKey(placement) } }, delaySeconds: Math.floor(index * SPREAD_SECONDS / agents.length),
  }));
  return next === undefined ? spread : [...spread, { message: { ...RECONCILE_CATALOGUE, ...next }, delaySeconds: SPREAD_SECONDS }];
}

interface Part {
  readonly agents: readonly Placement[];
  /** Absent after the last part. */
  readonly next?: Omit<Reconciliation, 'task'>;
}

async function livingPart({ fleet }: Reconciler, after: Item | undefined): Promise<Part> {
  const { entries, next } = await fleet.livingPage(after, AGENTS_AT_ONCE);
  const agents = entries.map(({ summary: { account, agentName } }) => ({ account, agentName }));
  return { agents, next: next === undefined ? { records: true } : { after: next.after } };
}

/** Only records that have to be deprecated or deleted: of agents that the first half has not brought. */
async function departedPart({ registryName, account, settings, records, fleet, now }: Reconciler, nextToken: string | undefined): Promise<Part> {
  const { records: all, next } = await records.page(RECORDS_AT_ONCE, nextToken);
  const ours = all.flatMap(({ name, status, updatedAt }) => {
    const agent = agentOfRecord(name);
    const isKept = status === 'DEPRECATED' && !isOver({ updatedAt }, now(), settings.deleteAfterSeconds);
    return agent?.registryName !== registryName || agent.account !== account || isKept ? [] : [{ account, agentName: agent.agentName }];
  });
  const isLiving = await fleet.areLiving(ours);
  return { agents: ours.filter((_, index) => !isLiving[index]), ...(next === undefined ? {} : { next: { records: true, nextToken: next } }) };
}
