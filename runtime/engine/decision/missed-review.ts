import { DecisionContext } from './context';
import { decideSuspend } from './suspend';
import { PlacementState } from '../../model/placement-state';
import { isRefusal, NOTHING_TO_DO, Plan } from '../../model/plan';
import { LifecycleRequest } from '../../model/request';
import { ReviewSettings } from '../../model/review';
import { sponsorOf } from '../../model/sponsor-of';
import { instantAt } from '../agenda/instants';

export interface MissedReview {
  /** The open review, or the end of a certification without one. */
  readonly of: string;
  /** The instant until which nobody decided. */
  readonly at: string;
  readonly reason: string;
}

/** Suspends an agent that nobody has carried on. Only a reviewer's decision lifts the suspension. */
export function planMissed(state: PlacementState, request: LifecycleRequest, { now, reviews }: Pick<DecisionContext, 'now' | 'reviews'>, { of, at: deadline, reason }: MissedReview): Plan {
  const { declared: { stage }, present, placement: { agentName }, review } = state;
  const sponsor = sponsorOf(state);
  const open = review?.open;
  const missedAt = open?.missedAt ?? now.toISOString();
  const plan = decideSuspend(state, { ...request, intent: { kind: 'suspend', reason } }, { now }, of);
  return isRefusal(plan) ? NOTHING_TO_DO : {
    ...plan,
    note: { ...plan.note, ...(open === undefined ? {} : { review: { ...review, open: { ...open, missedAt } } }) },
    events: [{
      name: 'review-overdue',
      stage,
      roleId: present,
      details: {
        review: of,
        deadline,
        // Without an open review, the grace period begins when one can be opened.
        ...(open === undefined || reviews === undefined ? {} : { tornDownAt: endOfGrace(missedAt, reviews) }),
        sponsor: sponsor.accountableEmail,
        backup: sponsor.backupEmail,
        advice: `agent ${agentName} is denied everything until its sponsor or backup decides: nhi review decide ${agentName}`
          + (reviews === undefined ? '; its registry has no AccessCertification, which that needs' : ''),
      },
      key: `review-overdue/${of}/${request.requestId}`,
    }, ...plan.events],
  };
}

/** When an agent is torn down whose review was missed. */
export function endOfGrace(missedAt: string, { graceSeconds }: ReviewSettings): string {
  return instantAt(Date.parse(missedAt) + graceSeconds * 1000);
}

export function lapseReason(certifiedEndsAt: string): string {
  return `Its certification ended at ${certifiedEndsAt}, and no review carried it on`;
}
