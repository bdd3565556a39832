import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { Fleet } from './fleet';
import { keys } from './keys';
import { Table } from './table';
import { Placement, placementKey } from '../../src/core/lifecycle-event';

/** How many agents may leave: in an hour for leaves in general, in one sweep for the agenda. The lower bound counts. */
export interface LeaverLimit {
  readonly count?: number;
  /** Share of the living agents, 0 to 1. In an hour: of those that were living when the first of that hour left. */
  readonly share?: number;
}

/** The number of agents that a limit allows, of so many living agents. One agent may always leave, because a share of a small fleet would round down to zero. */
export function mostAllowed({ count = Infinity, share }: LeaverLimit, living: number): number {
  return Math.min(count, share === undefined ? Infinity : Math.max(1, Math.floor(share * living)));
}

const MINUTE_MS = 60_000;
const WINDOW_MINUTES = 60;
const FORGOTTEN_AFTER_SECONDS = 7 * 86_400;

/** An agent that leaves. */
interface Leaver {
  readonly placement: Placement;
  /** Whether the agent was held back before. Then only an operator can release it: a new hour doesn't. */
  readonly heldBack: boolean;
}

/** What the limit says of a leaver. */
export interface LeaverVerdict {
  /** Set when more agents leave in an hour than the registry allows. Says how many more. */
  readonly leaversExceeded?: string;
  /** Set while an operator has lifted the limit. */
  readonly limitLifted?: LiftedLimit;
}

export interface LiftedLimit {
  /** ARN of the operator, as the row says that lifts the limit. */
  readonly by: string;
  readonly until: string;
}

/** The agents that left within one minute, and how many were living when the first of them left. */
interface LeaversOfMinute {
  readonly leavers: ReadonlySet<string>;
  readonly living: number;
}

/**
 * Counts a leaver, and says whether more agents leave than allowed within the last 60 minutes. The same leaver counts once, however often it is
 * counted. While the limit is lifted nobody is counted.
 */
export async function countLeaver(table: Table, { placement, heldBack }: Leaver, limit: LeaverLimit, now: Date): Promise<LeaverVerdict> {
  if (limit.count === undefined && limit.share === undefined) {
    return {};
  }
  const limitLifted = await leaverLimitLifted(table, now);
  if (limitLifted !== undefined) {
    return { limitLifted };
  }
  const living = limit.share === undefined ? 0 : await new Fleet(table).count();
  const minute = Math.floor(now.getTime() / MINUTE_MS);
  await table.client.send(new UpdateCommand({
    TableName: table.name,
    Key: { pk: keys.registry, sk: keys.leavers(minute) },
    UpdateExpression: 'ADD leavers :one SET #ttl = :ttl, living = if_not_exists(living, :living)',
    ExpressionAttributeNames: { '#ttl': 'ttl' },
    ExpressionAttributeValues: {
      ':one': new Set([placementKey(placement)]), ':ttl': Math.floor(now.getTime() / 1000) + FORGOTTEN_AFTER_SECONDS, ':living': living,
    },
  }));
  // Read after the write: of two that leave at the same time, each sees the other.
  const window = await table.queryBetween<LeaversOfMinute>(keys.registry, keys.leavers(minute - WINDOW_MINUTES + 1), keys.leavers(minute));
  const leavers = new Set(window.flatMap((row) => [...row.leavers])).size;
  const most = mostAllowed(limit, Number(window[0].living));
  if (heldBack) {
    return { leaversExceeded: 'it was held back when too many agents left at once' };
  }
  return leavers > most ? { leaversExceeded: `${leavers} agents leave within an hour, ${most} may` } : {};
}

/** Until when the limit is lifted, and by whom. Undefined if it applies. */
export async function leaverLimitLifted(table: Table, now: Date): Promise<LiftedLimit | undefined> {
  const lifted = await table.get<{ until: string; operator: string }>(keys.registry, keys.leaverLimit);
  return lifted !== undefined && Date.parse(lifted.until) > now.getTime() ? { by: lifted.operator, until: lifted.until } : undefined;
}

/** Lifts the limit until an instant. */
export async function liftLeaverLimit(table: Table, until: Date, operator: string): Promise<void> {
  const ttl = Math.floor(until.getTime() / 1000) + FORGOTTEN_AFTER_SECONDS;
  await table.put({ pk: keys.registry, sk: keys.leaverLimit, until: until.toISOString(), operator, ttl });
}
