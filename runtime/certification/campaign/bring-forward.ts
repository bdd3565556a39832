import { PlacementState } from '../../model/placement-state';
import { ReviewCause, ReviewRecord } from '../../model/review';

const CAMPAIGN: ReviewCause = 'campaign';

/** Whether a review that a campaign asks for is done, open or about to be opened. */
export function isBroughtForward({ review }: PlacementState, openedAt: string): boolean {
  return isCertifiedSince(review, openedAt) || (review?.open ?? review?.forward)?.causes.includes(CAMPAIGN) === true;
}

/** Whether everything was decided since a campaign was opened. */
export function isCertifiedSince(review: ReviewRecord | undefined, openedAt: string): boolean {
  return review?.certifiedAt !== undefined && Date.parse(review.certifiedAt) >= Date.parse(openedAt);
}

/** The record of an agent that a campaign asks about. Undefined if that changes nothing. */
export function broughtForward(state: PlacementState, openedAt: string, now: Date): ReviewRecord | undefined {
  const { review } = state;
  if (isBroughtForward(state, openedAt)) {
    return undefined;
  }
  if (review?.open !== undefined) {
    // The deadline stays: a campaign must not win anybody time.
    return { ...review, open: { ...review.open, causes: [...review.open.causes, CAMPAIGN] } };
  }
  return { ...review, forward: { at: review?.forward?.at ?? now.toISOString(), causes: [...review?.forward?.causes ?? [], CAMPAIGN] } };
}
