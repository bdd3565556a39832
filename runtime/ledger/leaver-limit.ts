import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { Placement, placementKey } from '../../src/core/lifecycle-event';
import { keys } from './keys';
import { PlacementSummary } from './placement-ledger';
import { Table } from './table';

/** How many agents may leave in an hour. */
export interface LeaverLimit {
  readonly count?: number;
  /** Of the fleet that has not left, 0 to 1. */
  readonly share?: number;
}

const HOUR_MS = 3_600_000;
const FORGOTTEN_AFTER_SECONDS = 7 * 86_400;

/**
 * Counts a leaver and says, in words, if that is more than may leave in an hour. The same leaver counts once, however often it is asked about.
 */
export async function countLeaver(table: Table, placement: Placement, fleet: readonly PlacementSummary[], limit: LeaverLimit, now: Date): Promise<string | undefined> {
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
  const leavers = (counted?.leavers as Set<string>).size;
  const here = fleet.filter(({ status }) => status !== 'left').length;
  // At least one may always leave: a share of a small fleet would be none.
  const most = Math.min(limit.count ?? Infinity, limit.share === undefined ? Infinity : Math.max(1, Math.floor(limit.share * here)));
  return leavers > most ? `${leavers} agents leave within an hour, ${most} may` : undefined;
}

/** Lets leavers go, whatever their number, for a time. */
export async function liftLeaverLimit(table: Table, until: Date, operator: string): Promise<void> {
  await table.put({ pk: keys.registry, sk: keys.leaverLimit, until: until.toISOString(), operator, ttl: Math.floor(until.getTime() / 1000) + FORGOTTEN_AFTER_SECONDS });
}
