import { AgendaSettings } from '../../../model/agenda-settings';
import { certifiedEnd } from '../../../model/certified-end';
import { PlacementState } from '../../../model/placement-state';
import { OpenReview } from '../../../model/review';
import { endOfGrace, lapseReason, MissedReview, planMissed } from '../../decision/missed-review';
import { AgendaEntry } from '../entry';
import { dueOfTeardown, planTeardown } from '../teardown';

/**
 * Suspends an agent whose review nobody decided until its deadline, and one whose certification ends, whether or not people could be asked: the registry may have no reviews any more, or no role
 * to show.
 */
export const reviewSuspend: AgendaEntry = {
  reason: 'review-suspend',
  removes: true,
  dueAt: (state, settings) => missedOf(state, settings)?.at,
  plan: (state, request, { now, settings }) => planMissed(state, request, { now, reviews: settings.review }, missedOf(state, settings)!),
};

function missedOf(state: PlacementState, { review: settings }: AgendaSettings): MissedReview | undefined {
  const { status, suspension, review } = state;
  if (status !== 'active' || suspension !== undefined) {
    return undefined;
  }
  const open = settings === undefined ? undefined : review?.open;
  const end = certifiedEnd(state);
  if (open !== undefined && (end === undefined || Date.parse(open.deadline) <= Date.parse(end))) {
    return { of: open.id, at: open.deadline, reason: `Nobody decided the review of ${open.id} until its deadline ${open.deadline}` };
  }
  return end === undefined ? undefined : { of: open?.id ?? end, at: end, reason: lapseReason(end) };
}

/** Tears down an agent whose review nobody decided some time after its suspension either, and one that a reviewer has leave, if the first attempt failed. */
export const reviewRemove: AgendaEntry = {
  reason: 'review-remove',
  removes: true,
  observes: 'stacks',
  dueAt: (state, { review: settings }) => {
    const { suspension, review, agenda } = state;
    const { open } = review ?? {};
    if (settings === undefined || open === undefined) {
      return undefined;
    }
    if (agenda?.ending === subjectOf(open)) {
      return dueOfTeardown(state, subjectOf(open), open.id);
    }
    return suspension?.missedReview === undefined || open.missedAt === undefined ? undefined
      : dueOfTeardown(state, subjectOf(open), endOfGrace(open.missedAt, settings));
  },
  plan: (state, request, context) => {
    const open = state.review!.open!;
    const plan = planTeardown(state, request, context, { cause: 'review', subject: subjectOf(open), what: 'was not kept by a review' });
    return open.leaving === undefined || plan.transition !== 'expire' ? plan : {
      ...plan,
      events: [{ name: 'review-decided', stage: state.declared.stage, roleId: state.present, details: open.leaving, key: leaveKey(open) }, ...plan.events],
    };
  },
};

export function subjectOf({ id }: OpenReview): string {
  return `review of ${id}`;
}

/** Key of the event of a decision that the agent leaves. */
export function leaveKey({ id }: OpenReview): string {
  return `review-decided/leave/${id}`;
}
