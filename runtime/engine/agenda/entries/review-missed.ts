import { isRefusal, NOTHING_TO_DO } from '../../../model/plan';
import { OpenReview } from '../../../model/review';
import { decideSuspend } from '../../decision/suspend';
import { AgendaEntry } from '../entry';
import { instantAt } from '../instants';
import { dueOfTeardown, planTeardown } from '../teardown';
import { peopleAsked } from './review';

/** Suspends an agent whose review nobody decided until its deadline. */
export const reviewSuspend: AgendaEntry = {
  reason: 'review-suspend',
  removes: true,
  dueAt: ({ status, suspension, review }, { review: settings }) => (
    settings !== undefined && status === 'active' && suspension === undefined ? review?.open?.deadline : undefined),
  plan: (state, request, context) => {
    const { declared: { stage }, present, placement: { agentName } } = state;
    const open = state.review!.open!;
    const missedAt = open.missedAt ?? context.now.toISOString();
    const reason = `Nobody decided the review of ${open.id} until its deadline ${open.deadline}`;
    const plan = decideSuspend(state, { ...request, intent: { kind: 'suspend', reason } }, context, open.id);
    return isRefusal(plan) ? NOTHING_TO_DO : {
      ...plan,
      note: { ...plan.note, review: { ...state.review, open: { ...open, missedAt } } },
      events: [{
        name: 'review-overdue',
        stage,
        roleId: present,
        details: {
          review: open.id,
          deadline: open.deadline,
          tornDownAt: tornDownAt(missedAt, context.settings.review!.graceSeconds),
          ...peopleAsked(state, open, context.now),
          advice: `agent ${agentName} is denied everything until its sponsor or backup decides: nhi review decide ${agentName}`,
        },
        key: `review-overdue/${open.id}/${request.requestId}`,
      }, ...plan.events],
    };
  },
};

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
      : dueOfTeardown(state, subjectOf(open), tornDownAt(open.missedAt, settings.graceSeconds));
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

function tornDownAt(missedAt: string, graceSeconds: number): string {
  return instantAt(Date.parse(missedAt) + graceSeconds * 1000);
}
