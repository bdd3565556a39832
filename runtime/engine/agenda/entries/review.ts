import { certifiedEnd } from '../../../model/certified-end';
import { PlacementState } from '../../../model/placement-state';
import { NOTHING_TO_DO, Plan, PlannedEvent } from '../../../model/plan';
import { OpenReview, ReviewSettings, Shown } from '../../../model/review';
import { sponsorOf } from '../../../model/sponsor-of';
import { endOfGrace } from '../../decision/missed-review';
import { declarationOf, AGAIN_AFTER_MS, SETTLES_MS } from '../drift';
import { AgendaEntry, AttendContext } from '../entry';
import { instantAt } from '../instants';
import { isAsked, nextReview } from '../review-schedule';

/** Opens a review when it is due, and shows again what a deployment has changed during it. */
export const review: AgendaEntry = {
  reason: 'review',
  removes: false,
  observes: 'access',
  dueAt: (state, { review: settings }) => {
    if (settings === undefined || !isAsked(state)) {
      return undefined;
    }
    const { open } = state.review ?? {};
    if (open === undefined) {
      return nextReview(state, settings);
    }
    return open.shown.declaration === declarationOf(state) ? undefined : instantAt(Date.parse(state.changedAt ?? state.joinedAt) + SETTLES_MS);
  },
  plan: (state, _request, context) => {
    const { shown, now, settings: { review: settings } } = context;
    const { open, certifiedAt, certified, forward } = state.review ?? {};
    if (shown === undefined) {
      // Without a role there is nothing to review. The check for drift tells that it is missing.
      const tryAgainAt = instantAt(now.getTime() + AGAIN_AFTER_MS);
      return { ...NOTHING_TO_DO, transition: 'attend', change: { review: { ...state.review, tryAgainAt } } };
    }
    if (open !== undefined) {
      return told(state, { ...open, shown }, context, 'changed');
    }
    const opened: OpenReview = {
      id: instantAt(now.getTime()),
      causes: forward?.causes ?? ['interval'],
      deadline: deadlineOf(state, settings!, now),
      shown,
      decisions: [],
      // The agent is denied already, because its certification ended before the review could be opened. The grace period begins now.
      ...(state.suspension?.missedReview === undefined ? {} : { missedAt: now.toISOString() }),
    };
    return told({ ...state, review: { certifiedAt, certified } }, opened, context, 'opened');
  },
};

/** Reminds the sponsor before the deadline, and notifies the backup. After a standstill only the most urgent reminder is sent. */
export const reviewReminder: AgendaEntry = {
  reason: 'review-reminder',
  removes: false,
  dueAt: (state, settings) => {
    const { open } = state.review ?? {};
    if (settings.review === undefined || !isAsked(state) || open === undefined || open.missedAt !== undefined) {
      return undefined;
    }
    const reminders = untold(open, settings.review.reminderSeconds).map((seconds) => Date.parse(open.deadline) - seconds * 1000);
    const first = [...reminders, ...escalation(open, settings.review.escalationSeconds)].sort((one, other) => one - other)[0];
    return first === undefined ? undefined : instantAt(first);
  },
  plan: (state, _request, context) => {
    const { now, settings: { review: settings } } = context;
    const open = state.review!.open!;
    const due = untold(open, settings!.reminderSeconds).filter((seconds) => Date.parse(open.deadline) - seconds * 1000 <= now.getTime());
    const escalates = escalation(open, settings!.escalationSeconds).some((at) => at <= now.getTime());
    return told(state, {
      ...open,
      ...(due.length === 0 ? {} : { remindedSecondsBefore: Math.min(...due) }),
      ...(escalates ? { escalatedAt: now.toISOString() } : {}),
    }, context, escalates ? 'escalated' : 'reminder');
  },
};

/** Counted from when it was opened: a sweep that comes late shortens nobody's time to decide. Only the end of a certification doesn't wait. */
function deadlineOf(state: PlacementState, { deadlineSeconds }: ReviewSettings, now: Date): string {
  const end = certifiedEnd(state);
  return instantAt(Math.min(now.getTime() + deadlineSeconds * 1000, end === undefined ? Infinity : Date.parse(end)));
}

function untold({ remindedSecondsBefore: last = Infinity, deadline, id }: OpenReview, all: readonly number[]): number[] {
  // A reminder from before the opening would come with it.
  return all.filter((seconds) => seconds < last && Date.parse(deadline) - seconds * 1000 > Date.parse(id));
}

function escalation({ id, escalatedAt }: OpenReview, afterSeconds: number): number[] {
  return escalatedAt === undefined ? [Date.parse(id) + afterSeconds * 1000] : [];
}

function told(
  state: PlacementState, open: OpenReview, { settings: { review: settings } }: AttendContext, step: 'opened' | 'changed' | 'reminder' | 'escalated',
): Plan {
  const { declared: { stage }, present, placement: { agentName } } = state;
  const sponsor = sponsorOf(state);
  const accessEndsAt = certifiedEnd(state);
  const event: PlannedEvent = {
    name: 'review-due',
    stage,
    roleId: present,
    details: {
      review: open.id,
      step,
      causes: [...open.causes],
      deadline: open.deadline,
      isEscalated: open.escalatedAt !== undefined,
      services: open.shown.items.map(({ service }) => service),
      withFindings: open.shown.items.filter(({ hasFindings }) => hasFindings).map(({ service }) => service),
      ...evidenceOf(open.shown),
      sponsor: sponsor.accountableEmail,
      backup: sponsor.backupEmail,
      ...(accessEndsAt === undefined ? {} : { accessEndsAt }),
      tornDownAt: endOfGrace(open.missedAt ?? open.deadline, settings!),
      advice: `look at it with nhi review show ${agentName}, and decide with nhi review decide ${agentName}`,
    },
    key: `review-due/${open.id}/${step}/${step === 'reminder' ? open.remindedSecondsBefore : open.shown.sha256}`,
  };
  return { ...NOTHING_TO_DO, transition: 'attend', change: { review: { ...state.review, open } }, events: [event] };
}

function evidenceOf({ key, sha256 }: Shown): { readonly evidence: string; readonly shown: string } {
  return { evidence: key, shown: sha256 };
}
