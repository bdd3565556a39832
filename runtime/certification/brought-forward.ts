import { LifecycleEventName } from '../../src/core/event-table';
import { PlacementState } from '../model/placement-state';
import { ReviewCause, ReviewRecord } from '../model/review';

/** Events after which access is reviewed before its interval is over. */
const CAUSES: readonly LifecycleEventName[] = ['moved', 'sponsor-changed', 'drift-found', 'orphan-found'] satisfies ReviewCause[];

/** The record of an agent after events. Undefined if they change nothing of it. */
export function reviewAfter({ status, review }: PlacementState, events: readonly LifecycleEventName[], now: Date): ReviewRecord | undefined {
  const causes = CAUSES.filter((cause) => events.includes(cause)) as ReviewCause[];
  if (causes.length === 0 || status !== 'active') {
    return undefined;
  }
  if (review?.open !== undefined) {
    // The deadline stays: an event of the agent must not win it time.
    return { ...review, open: { ...review.open, causes: merged(review.open.causes, causes) } };
  }
  return { ...review, forward: { at: review?.forward?.at ?? now.toISOString(), causes: merged(review?.forward?.causes ?? [], causes) } };
}

function merged(before: readonly ReviewCause[], added: readonly ReviewCause[]): ReviewCause[] {
  return [...new Set([...before, ...added])];
}
