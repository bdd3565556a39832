import { createHash } from 'node:crypto';
import { canonicalJson, JsonValue } from '../../../../src/core/canonical-json';
import { placementKey } from '../../../../src/core/lifecycle-event';
import { PlacementState } from '../../../model/placement-state';
import { instantAt } from '../instants';

/** CloudFormation's writes are visible everywhere in IAM after this time. */
export const SETTLES_MS = 60_000;
/** How long the engine waits after a check that saw nothing: a deployment is running, or a service does not answer. */
export const AGAIN_AFTER_MS = 3_600_000;

/** Whether the agent's present principal should be as its template says. A suspended one is denied by the registry, and a move changes it. */
export function isComparable({ status, suspension, pending, principals, present }: PlacementState): boolean {
  return status === 'active' && suspension === undefined && pending === undefined && principals[present]?.status === 'live';
}

/** Differs after each deployment that declares something else. */
export function declarationOf({ declared, present, principals, owner }: PlacementState): string {
  const of = { declared, present, boundary: principals[present]?.boundary ?? null, stackId: owner.stackId };
  return createHash('sha256').update(canonicalJson(JSON.parse(JSON.stringify(of)) as JsonValue)).digest('hex').slice(0, 32);
}

/**
 * The next check after `now`. Each agent has its own moment within the interval, which follows from its name. So the checks of a large fleet are spread
 * evenly, even after a standstill in which all became due.
 */
export function nextCheck({ placement }: PlacementState, intervalSeconds: number, now: Date): string {
  const phase = createHash('sha256').update(placementKey(placement)).digest().readUInt32BE() % intervalSeconds;
  const seconds = Math.floor(now.getTime() / 1000);
  return instantAt((seconds + intervalSeconds - (((seconds - phase) % intervalSeconds) + intervalSeconds) % intervalSeconds) * 1000);
}
