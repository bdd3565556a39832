import { instantAt, laterOf, nextMoment } from './instants';
import { placementKey } from '../../../src/core/lifecycle-event';
import { certifiedEnd, reviewIntervalMs } from '../../model/certified-end';
import { PlacementState } from '../../model/placement-state';
import { ReviewRecord, ReviewSettings } from '../../model/review';

/**
 * Whether people are asked about an agent's access. One that was suspended for another reason has none now. It is asked about nevertheless if its certification would end meanwhile, because
 * then nobody could resume it.
 */
export function isAsked({ status, suspension, pending, declared }: PlacementState): boolean {
  return status === 'active' && pending === undefined
    && (suspension === undefined || suspension.missedReview !== undefined || declared.untilCertified === true);
}

/**
 * When the next review is opened: after the stage's interval, or a shorter one of the registry, since the last time that everything was decided, and earlier after an event that
 * brings it forward, or before a certification ends. Undefined for an agent that ends before.
 */
export function nextReview(state: PlacementState, settings: ReviewSettings): string | undefined {
  const { review, declared } = state;
  const regular = review?.firstAt === undefined ? regularReview(state, settings) : Date.parse(review.firstAt);
  const forward = review?.forward === undefined ? Infinity : Date.parse(review.forward.at);
  const at = laterOf(instantAt(Math.min(regular, forward, beforeCertifiedEnd(state, settings))), review?.tryAgainAt);
  return Date.parse(at) >= Date.parse(declared.expiresAt) ? undefined : at;
}

function regularReview({ joinedAt, review, declared }: PlacementState, settings: ReviewSettings): number {
  return Date.parse(review?.certifiedAt ?? joinedAt) + reviewIntervalMs(declared.profile, settings);
}

/** There is all the time to decide that the registry gives, but at most half of a certification, or reviews would follow one another. */
function beforeCertifiedEnd(state: PlacementState, settings: ReviewSettings): number {
  const end = certifiedEnd(state);
  if (end === undefined) {
    return Infinity;
  }
  return Date.parse(end) - Math.min(settings.deadlineSeconds * 1000, reviewIntervalMs(state.declared.profile, settings) / 2);
}

/**
 * The record of an agent that joined before its registry reviewed access. If its first review is overdue, it is opened at a moment of its own within the time that reviewers have for one:
 * otherwise all reviews of a fleet would be opened, and have their deadline, at the same time.
 */
export function firstReview(state: PlacementState, settings: ReviewSettings, now: Date): ReviewRecord {
  const isOverdue = regularReview(state, settings) <= now.getTime();
  return { since: now.toISOString(), ...(isOverdue ? { firstAt: nextMoment(placementKey(state.placement), settings.deadlineSeconds, now) } : {}) };
}
