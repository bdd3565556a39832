import { AgendaRecord, PlacementState } from '../../../model/placement-state';
import { isRefusal, NOTHING_TO_DO, Plan } from '../../../model/plan';
import { Attend, LifecycleRequest } from '../../../model/request';
import { sponsorOf } from '../../../model/sponsor-of';
import { verdictOf } from '../../../model/usage';
import { decideSuspend } from '../../decision/suspend';
import { AgendaEntry, AttendContext } from '../entry';
import { idleDaysOf, withoutUnused } from '../idle';
import { instantAt, laterOf } from '../instants';
import { dueOfTeardown, planTeardown } from '../teardown';

const DAY_MS = 86_400_000;

/** Looks whether an agent is used, once it is old enough to judge, and tells its sponsor if it is not. A suspended agent is not judged. */
export const unusedCheck: AgendaEntry = {
  reason: 'unused-check',
  removes: false,
  observes: 'usage',
  dueAt: (state) => {
    const { agenda, joinedAt } = state;
    const idleDays = idleDaysOf(state);
    return isJudged(state) && agenda?.unused === undefined && idleDays !== undefined
      ? laterOf(instantAt(Date.parse(joinedAt) + idleDays * DAY_MS), agenda?.usageCheckAt)
      : undefined;
  },
  plan: (state, request, context) => {
    const { declared: { stage }, present, agenda } = state;
    const sponsor = sponsorOf(state);
    return judged(state, request, context, (since) => ({
      ...NOTHING_TO_DO,
      transition: 'attend',
      change: { agenda: { ...agenda, unused: { since }, usageCheckAt: undefined } },
      events: [{
        name: 'zombie-found',
        stage,
        roleId: present,
        details: {
          idleDays: idleDaysOf(state)!,
          evidence: context.usage.signals.map(({ source, verdict, evidence }) => ({ source, verdict, evidence })),
          sponsor: sponsor.accountableEmail,
          backup: sponsor.backupEmail,
          ...suspendedAt(since, context.settings.suspendUnusedAfterSeconds),
          advice: `if the agent is still needed, say why: nhi keep ${state.placement.agentName} --reason <text>; otherwise remove it from its stack`,
        },
        key: `zombie-found/${present}/${since}`,
      }],
    }));
  },
};

/** Suspends an agent that is still unused some time after its sponsor was notified. */
export const unusedSuspend: AgendaEntry = {
  reason: 'unused-suspend',
  removes: true,
  observes: 'usage',
  dueAt: (state, { suspendUnusedAfterSeconds: after }) => {
    const { unused, usageCheckAt } = state.agenda ?? {};
    return after !== undefined && isJudged(state) && unused !== undefined
      ? laterOf(instantAt(Date.parse(unused.since) + after * 1000), usageCheckAt)
      : undefined;
  },
  plan: (state, request, context) => judged(state, request, context, (now) => {
    const unused = { ...state.agenda?.unused, since: state.agenda?.unused?.since ?? now, suspendedAt: now };
    const reason = `Unused for more than ${idleDaysOf(state)} days; its sponsor was notified at ${unused.since}`;
    const plan = decideSuspend(state, { ...request, intent: { kind: 'suspend', reason } }, context);
    return isRefusal(plan) ? NOTHING_TO_DO : { ...plan, note: { ...plan.note, agenda: { ...state.agenda, unused } } };
  }),
};

/** Tears down an agent that was suspended because it is unused, and that nobody resumed. */
export const unusedRemove: AgendaEntry = {
  reason: 'unused-remove',
  removes: true,
  observes: 'stacks',
  dueAt: (state, { removeUnusedAfterSeconds: after }) => {
    const { suspension, agenda } = state;
    const { unused } = agenda ?? {};
    return after === undefined || suspension === undefined || unused?.suspendedAt === undefined
      ? undefined
      : dueOfTeardown(state, subjectOf(unused), instantAt(Date.parse(unused.suspendedAt) + after * 1000));
  },
  plan: (state, request, context) => planTeardown(state, request, context, { cause: 'unused', subject: subjectOf(state.agenda!.unused!), what: 'is unused' }),
};

function suspendedAt(since: string, afterSeconds: number | undefined): { readonly suspendedAt?: string } {
  return afterSeconds === undefined ? {} : { suspendedAt: instantAt(Date.parse(since) + afterSeconds * 1000) };
}

function subjectOf({ since }: NonNullable<AgendaRecord['unused']>): string {
  return `unused since ${since}`;
}

function isJudged({ status, suspension }: PlacementState): boolean {
  return status === 'active' && suspension === undefined;
}

/** Continues only if every source says that the agent is unused. Otherwise it checks again later. */
function judged(
  state: PlacementState, _request: LifecycleRequest<Attend>, { usage, now }: AttendContext, unused: (now: string) => Plan,
): Plan {
  const idleMs = (idleDaysOf(state) ?? 0) * DAY_MS;
  const later = (instant: number, agenda = state.agenda): Plan => (
    { ...NOTHING_TO_DO, transition: 'attend', change: { agenda: { ...agenda, usageCheckAt: instantAt(Math.max(instant, now.getTime() + DAY_MS)) } } });
  const verdict = verdictOf(usage);
  if (verdict === 'unknown' || usage.createdAt === undefined) {
    return later(0);
  }
  if (verdict === 'used') {
    const last = Math.max(...usage.signals.map(({ lastUsedAt }) => (lastUsedAt === undefined ? 0 : Date.parse(lastUsedAt))));
    return later(last + idleMs, withoutUnused(state.agenda));
  }
  const oldEnoughAt = Date.parse(usage.createdAt) + idleMs;
  return oldEnoughAt > now.getTime() ? later(oldEnoughAt, withoutUnused(state.agenda)) : unused(now.toISOString());
}
