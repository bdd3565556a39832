import { meaningOf } from './review-meaning';
import { planResumption } from './suspend';
import { digestsOf, Reviewer, sentencesOfDecision, undecided } from '../../certification';
import { certificationFrom } from '../../model/certified-end';
import { PlacementState } from '../../model/placement-state';
import { NOTHING_TO_DO, Plan, PlannedEvent } from '../../model/plan';
import { LifecycleRequest, Review } from '../../model/request';
import { OpenReview, Relation, ReviewDecision, ReviewRecord, Verdict } from '../../model/review';
import { leaveKey } from '../agenda/entries/review-missed';
import { AttendContext } from '../agenda/entry';

/** A decision that may be made: by whom, about what. */
export interface Deciding {
  readonly state: PlacementState;
  readonly request: LifecycleRequest<Review>;
  readonly context: AttendContext;
  readonly reviewer: Reviewer;
  readonly relation: Relation;
  readonly open: OpenReview;
}

type Details = NonNullable<PlannedEvent['details']>;

const LONGEST_REASON = 500;

/**
 * Records a decision. If nothing is undecided after it, the access is certified, and an agent that was suspended because nobody decided works again.
 *
 * @param mayClose whether the review is over if nothing else is undecided
 */
export function recorded(deciding: Deciding, services: readonly string[], details: Details, mayClose: boolean): Plan {
  const { state, request, context: { now }, reviewer, relation, open } = deciding;
  const items = digestsOf(open.shown.items.filter(({ service }) => services.includes(service)));
  const decision: ReviewDecision = { verdict: request.intent.verdict, items, by: reviewer.email, relation, at: now.toISOString() };
  const decisions = services.length === 0 ? open.decisions : [...withoutItems(open.decisions, services, reviewer.email), decision];
  const remain = undecided({ ...open, decisions }, personsNeeded(state));
  const event = decided(deciding, services, { ...details, undecided: remain.map(({ service }) => service) });
  if (state.review?.open === undefined) {
    return { ...NOTHING_TO_DO, transition: 'review', events: [event] };
  }
  return mayClose && remain.length === 0
    ? certified({ ...deciding, open: { ...open, decisions } }, event)
    : { ...NOTHING_TO_DO, transition: 'review', change: { review: { ...state.review, open: { ...open, decisions } } }, events: [event] };
}

/** Decisions without what they say about some services, of one person or of all. So the state stays small, however often somebody decides. */
export function withoutItems(decisions: readonly ReviewDecision[], services: readonly string[], by?: string): ReviewDecision[] {
  return decisions.map((one) => (by !== undefined && one.by !== by ? one
    : { ...one, items: Object.fromEntries(Object.entries(one.items).filter(([service]) => !services.includes(service))) }))
    .filter(({ items }) => Object.keys(items).length > 0);
}

/** What is to be changed in the agent's code after a decision, for its event. Empty for a decision from which no change follows. */
export function codeOf({ state: { declared: { access, stage } }, request: { intent }, open }: Deciding): Details {
  const { shown: { construct, items } } = open;
  const all = items.map(({ service }) => service);
  const codeChange = sentencesOfDecision(access?.stages ?? [], stage, { ...intent, items: intent.items ?? all });
  return codeChange === undefined ? {} : { codeChange, ...(construct === undefined ? {} : { construct }) };
}

/** How many people must keep an item. */
export function personsNeeded({ declared }: Pick<PlacementState, 'declared'>): number {
  return declared.profile.twoReviewers === true ? 2 : 1;
}

function certified({ state, request, context: { now, settings }, open }: Deciding, decision: PlannedEvent): Plan {
  const certifiedAt = now.toISOString();
  const review: ReviewRecord = { certifiedAt, certified: digestsOf(open.shown.items) };
  const carriedOn: { readonly certifiedUntil: string } | Record<string, never> = state.declared.untilCertified === true
    ? { certifiedUntil: certificationFrom(state.declared, settings.review!, now) }
    : {};
  const reason = `The review was decided: ${request.intent.reason}`.slice(0, LONGEST_REASON);
  const resumption = state.suspension?.missedReview === undefined ? undefined : planResumption(state, state.suspension, request, reason, now);
  const event: PlannedEvent = {
    name: 'certified',
    stage: state.declared.stage,
    roleId: state.present,
    details: {
      review: open.id,
      certifiedAt,
      ...carriedOn,
      shown: open.shown.sha256,
      by: [...new Set(open.decisions.map(({ by }) => by))],
      kept: servicesWith(open.decisions, 'keep'),
      reduced: servicesWith(open.decisions, 'reduce'),
    },
    key: `certified/${open.id}`,
  };
  return {
    ...NOTHING_TO_DO,
    transition: 'review',
    ...resumption,
    change: { ...resumption?.change, review, ...carriedOn },
    events: [decision, event, ...resumption?.events ?? []],
  };
}

function servicesWith(decisions: readonly ReviewDecision[], verdict: Verdict): string[] {
  return [...new Set(decisions.filter((one) => one.verdict === verdict).flatMap(({ items }) => Object.keys(items)))].sort();
}

/** Key of the event of a decision. */
export function decidedKey(requestId: string): string {
  return `review-decided/${requestId}`;
}

/** The event of a decision: what was shown, who decided what and why, and how it is known who. */
export function decided({ state, request, reviewer, relation, open }: Deciding, services: readonly string[], details: Details): PlannedEvent {
  const { intent, requestId } = request;
  return {
    name: 'review-decided',
    stage: state.declared.stage,
    roleId: state.present,
    details: {
      review: open.id,
      verdict: intent.verdict,
      services: [...services],
      ...(intent.actions === undefined ? {} : { actions: [...intent.actions] }),
      ...details,
      reason: intent.reason,
      meaning: meaningOf(intent.verdict),
      by: reviewer.email,
      relation,
      ...reviewer.proven,
      shown: open.shown.sha256,
      evidence: open.shown.key,
      openedAt: intent.shownAt,
      agentsDecidedTogether: 1,
    },
    key: intent.verdict === 'leave' ? leaveKey(open) : decidedKey(requestId),
  };
}
