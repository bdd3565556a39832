import { instantAt, laterOf } from './instants';
import { PRODUCTION_PROFILE, RiskProfile } from '../../../src/core/risk-profile';
import { PlacementState } from '../../model/placement-state';
import { ReviewSettings } from '../../model/review';

const DAY_MS = 86_400_000;

/** Whether people are asked about an agent's access. One that was suspended for another reason has none now. */
export function isAsked({ status, suspension, pending }: PlacementState): boolean {
  return status === 'active' && pending === undefined && (suspension === undefined || suspension.missedReview !== undefined);
}

/**
 * When the next review is opened: after the stage's interval, or a shorter one of the registry, since the last time that everything was decided, and earlier after an event that
 * brings it forward. Undefined for an agent that ends before.
 */
export function nextReview({ joinedAt, review, declared }: PlacementState, { intervalSeconds }: ReviewSettings): string | undefined {
  const interval = Math.min(intervalDaysOf(declared.profile) * DAY_MS, intervalSeconds === undefined ? Infinity : intervalSeconds * 1000);
  const regular = Date.parse(review?.certifiedAt ?? joinedAt) + interval;
  const forward = review?.forward === undefined ? Infinity : Date.parse(review.forward.at);
  const at = laterOf(instantAt(Math.min(regular, forward)), review?.tryAgainAt);
  return Date.parse(at) >= Date.parse(declared.expiresAt) ? undefined : at;
}

/** A profile that was stored before reviews existed has no interval. The agent's next deployment brings it. */
function intervalDaysOf(profile: RiskProfile): number {
  return (profile as Partial<RiskProfile>).reviewIntervalDays ?? PRODUCTION_PROFILE.reviewIntervalDays;
}
