import { createHash } from 'node:crypto';
import { canonicalJson, JsonValue } from '../../../../src/core/canonical-json';
import { placementKey } from '../../../../src/core/lifecycle-event';
import { PlacementState } from '../../../model/placement-state';
import { nextMoment } from '../instants';

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

/** The next check of the agent after `now`. */
export function nextCheck({ placement }: PlacementState, intervalSeconds: number, now: Date): string {
  return nextMoment(placementKey(placement), intervalSeconds, now);
}
