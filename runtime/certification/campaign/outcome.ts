import { isBlind } from '../progress';
import { isBroughtForward, isCertifiedSince } from './bring-forward';
import { Outcome, OUTCOMES } from '../../model/campaign';
import { PlacementState, statusAt, statusOf } from '../../model/placement-state';

/** What became of an agent since a campaign was opened. */
export function outcomeOf(state: PlacementState | undefined, openedAt: string, now: Date): Outcome {
  if (state?.declared === undefined) {
    return 'unknown';
  }
  const { status, review, reduction, suspension, joinedAt, declared: { expiresAt } } = state;
  // One that joined again since is another agent of the same name.
  if (status === 'left' || Date.parse(joinedAt) > Date.parse(openedAt)) {
    return 'left';
  }
  if (status === 'leaving') {
    return 'leaving';
  }
  if (isCertifiedSince(review, openedAt)) {
    return reduction?.denied.some(({ at }) => Date.parse(at) >= Date.parse(openedAt)) === true ? 'reduced' : 'kept';
  }
  const open = review?.open;
  if (open !== undefined && (open.missedAt !== undefined || Date.parse(open.deadline) <= now.getTime())) {
    return 'overdue';
  }
  if (suspension !== undefined) {
    return 'suspended';
  }
  if (statusAt({ status: statusOf(state), expiresAt }, now) === 'ended') {
    return 'ended';
  }
  if (open !== undefined) {
    // Whether one of two people who decide independently has decided is not told to the other.
    return open.decisions.length > 0 && !isBlind(state) ? 'partly-decided' : 'asked';
  }
  return isBroughtForward(state, openedAt) ? 'waiting' : 'undelivered';
}

export function isDecided(outcome: Outcome): boolean {
  return OUTCOMES[outcome].decided;
}

/** As many of each outcome as were added. */
export function noOutcomes(): Record<Outcome, number> {
  return Object.fromEntries(Object.keys(OUTCOMES).map((outcome) => [outcome, 0])) as Record<Outcome, number>;
}
