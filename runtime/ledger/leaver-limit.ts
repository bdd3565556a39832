import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { keys } from './keys';
import { PlacementSummary } from './placement-ledger';
import { Table } from './table';
import { Placement, placementKey } from '../../src/core/lifecycle-event';

/** How many agents may leave in an hour. */
export interface LeaverLimit {
  readonly count?: number;
  /** Of the fleet that has not left, 0 to 1. */
  readonly share?: number;
}

const HOUR_MS = 3_600_000;
const FORGOTTEN_AFTER_SECONDS = 7 * 86_400;

/** Who leaves, and who else is there. */
export interface Leaver {
  readonly placement: Placement;
  /** It was held back before: only an operator lets it go, not the next hour. */
  readonly held: boolean;
  readonly fleet: readonly PlacementSummary[];
}

/**
 * Counts a leaver and says, in words, if that is more than may leave in an hour. The same leaver counts once, however often it is asked about.
 */
export async function countLeaver(table: Table, { placement, held, fleet }: Leaver, limit: LeaverLimit, now: Date): Promise<string | undefined> {
  if (limit.count === undefined && limit.share === undefined) {
    return undefined;
  }
  const lifted = await table.get<{ until: string }>(keys.registry, keys.leaverLimit);
  if (lifted !== undefined && Date.parse(lifted.until) > now.getTime()) {
    return undefined;
  }
  const hour = Math.floor(now.getTime() / HOUR_MS);
  const { Attributes: counted } = await table.client.send(new UpdateCommand({
    TableName: table.name,
    Key: { pk: keys.registry, sk: keys.leavers(hour) },
    UpdateExpression: 'ADD leavers :one SET #ttl = :ttl',
    ExpressionAttributeNames: { '#ttl': 'ttl' },
    ExpressionAttributeValues: { ':one': new Set([placementKey(placement)]), ':ttl': Math.floor(now.getTime() / 1000) + FORGOTTEN_AFTER_SECONDS },
    ReturnValues: 'ALL_NEW',
  }));
  const who = counted?.leavers as Set<string>;
  const leavers = who.size;
  // Those who have left within the hour were of the fleet, too.
  const here = new Set([...fleet.filter(({ status }) => status !== 'left').map(placementKey), ...who]).size;
  // At least one may always leave: a share of a small fleet would be none.
  const most = Math.min(limit.count ?? Infinity, limit.share === undefined ? Infinity : Math.max(1, Math.floor(limit.share * here)));
  if (held) {
    return 'it was held back when too many agents left at once';
  }
  return leavers > most ? `${leavers} agents leave within an hour, ${most} may` : undefined;
}

/** Lets leavers go, whatever their number, for a time. */
export async function liftLeaverLimit(table: Table, until: Date, operator: string): Promise<void> {
  const ttl = Math.floor(until.getTime() / 1000) + FORGOTTEN_AFTER_SECONDS;
  await table.put({ pk: keys.registry, sk: keys.leaverLimit, until: until.toISOString(), operator, ttl });
}
