import { planResumption } from './suspend';
import { meaningOf } from './review-meaning';
import { reasonOf } from '../../../src/core/errors';
import { requireReason } from '../../../src/core/reason';
import { validateEmail } from '../../../src/core/email';
import { isRequestIdOf, vouchedSession } from '../../../src/contract/request-id';
import { LINK_STAGES } from '../../../src/contract/review-page';
import { digestsOf, pageReviewerOf, Reviewer, reviewerOf, serviceOf, undecided } from '../../certification';
import { PlacementState } from '../../model/placement-state';
import { Decision, NOTHING_TO_DO, Plan, PlannedEvent, Refusal, refuse } from '../../model/plan';
import { LifecycleRequest, Review } from '../../model/request';
import { DeniedAction, OpenReview, Relation, ReviewDecision, ReviewRecord, Verdict, VERDICTS } from '../../model/review';
import { AttendContext } from '../agenda/entry';
import { declarationOf } from '../agenda/drift';
import { leaveKey, subjectOf } from '../agenda/entries/review-missed';
import { planTeardown } from '../agenda/teardown';

type Request = LifecycleRequest<Review>;

/** A decision that may be made: by whom, about what. */
interface Deciding {
  readonly state: PlacementState;
  readonly request: Request;
  readonly context: AttendContext;
  readonly reviewer: Reviewer;
  readonly relation: Relation;
  readonly open: OpenReview;
}

/** Actions and services that reviews may deny an agent at most: the policy shares a role's quota with its access. */
const MOST_DENIED = 50;
const ACTION = /^[a-z0-9-]{2,40}(:[A-Za-z0-9]{2,80})?$/;
/** Stages in which all items without findings may be kept at once. */
const LOW_RISK = ['test', 'staging'];

/** A reviewer's decision. Everything in the request but its id may be anything: whoever may store one chose it. */
export function decideReview(state: PlacementState | undefined, request: Request, context: AttendContext): Decision {
  const { placement: { agentName }, intent } = request;
  if (state === undefined || state.status !== 'active' || context.settings.review === undefined) {
    return refuse('AgentUnknown', `agent ${agentName} ${state === undefined ? 'is not in the ledger' : state.status === 'active' ? 'is not reviewed: its registry has no AccessCertification' : `is ${state.status}`}: see nhi list`);
  }
  const reason = problemOf(() => void requireReason(intent.reason));
  if (reason !== undefined) {
    return refuse('ReasonInvalid', `agent ${agentName} is as it was: ${reason}`);
  }
  const { who, reviewer } = askedBy(state, request);
  if (reviewer === undefined || !VERDICTS.includes(intent.verdict)) {
    return refuse('ReviewerInvalid', `${who} may not decide about agent ${agentName}: its sponsor or backup decides, in a session whose name is the mail address, or on the page for reviewers`);
  }
  if (reviewer.proven.proof === 'mail-link' && !LINK_STAGES.includes(state.declared.stage)) {
    return refuse('SignInNeeded', `the link of a mail is not enough to decide about agent ${agentName} in ${state.declared.stage}: sign in on the page, or decide with nhi review decide ${agentName}`);
  }
  const open = state.review?.open ?? (intent.verdict === 'restore' ? withoutReview(state) : undefined);
  if (open === undefined || (state.review?.open !== undefined && intent.reviewId !== open.id)) {
    return refuse('ReviewClosed', `agent ${agentName} has no open review ${intent.reviewId}: see nhi review list`);
  }
  if (intent.verdict === 'accept' || intent.verdict === 'decline') {
    return reviewer.relation === 'offered' ? answerOffer({ state, request, context, reviewer, relation: 'new-sponsor', open })
      : refuse('ReviewerInvalid', `agent ${agentName} was not offered to ${reviewer.email}: nhi review show ${agentName} says to whom`);
  }
  if (reviewer.relation === 'offered') {
    return refuse('ReviewerInvalid', `agent ${agentName} was offered to ${reviewer.email}, who has to accept that before deciding anything else`);
  }
  return shownRefusal(state, request, open, context.now) ?? BY_VERDICT[intent.verdict]({ state, request, context, reviewer, relation: reviewer.relation, open });
}

/** Who decides, by the request's id: IAM limits who may store which ids. */
function askedBy(state: PlacementState, { requestId, intent }: Request): { readonly who: string; readonly reviewer?: Reviewer } {
  if (isRequestIdOf(requestId, 'page', intent.kind)) {
    return intent.proven === undefined ? { who: 'the caller' } : { who: intent.proven.email, reviewer: pageReviewerOf(state, intent.proven) };
  }
  const session = vouchedSession(requestId, intent.kind);
  return session === undefined ? { who: 'the caller' } : { who: session.sessionName, reviewer: reviewerOf(state, session) };
}

const BY_VERDICT: { readonly [V in Exclude<Verdict, 'accept' | 'decline'>]: (deciding: Deciding) => Decision } = {
  'keep': keep,
  'reduce': reduce,
  'restore': restore,
  'request-change': (deciding) => aboutItems(deciding, false),
  'transfer': offer,
  'leave': leave,
};

/** Whether the reviewer saw what there is. Access may be given back without an open review, because nobody would wait months for it. */
function shownRefusal({ review, ...state }: PlacementState, { intent, placement: { agentName } }: Request, open: OpenReview, now: Date): Refusal | undefined {
  if (review?.open === undefined) {
    return undefined;
  }
  const shownAt = Date.parse(intent.shownAt);
  const isSeen = intent.shown === open.shown.sha256 && shownAt >= Date.parse(open.shown.at) - CLOCKS_DIFFER_MS && shownAt <= now.getTime() + CLOCKS_DIFFER_MS;
  const isPresent = intent.verdict !== 'keep' || open.shown.declaration === declarationOf({ review, ...state });
  return isSeen && isPresent ? undefined
    : refuse('ReviewChanged', `agent ${agentName} is not what was shown (${intent.shown}): ${isPresent ? 'look at it again' : 'a deployment changed it, and the next sweep shows that; look at it then'}`);
}

/** The instant is of the reviewer's machine. */
const CLOCKS_DIFFER_MS = 300_000;

function withoutReview({ review }: PlacementState): OpenReview {
  const at = review?.certifiedAt ?? '';
  return { id: at, causes: [], deadline: at, shown: { key: '', sha256: '', at, declaration: '', items: [] }, decisions: [] };
}

function keep(deciding: Deciding): Decision {
  const { state, request: { intent, placement: { agentName } }, open } = deciding;
  const before = state.review?.certified;
  const isSafe = LOW_RISK.includes(state.declared.stage) && open.shown.items.every(({ service, digest, hasFindings }) => !hasFindings && before?.[service] === digest);
  return intent.items === undefined && !isSafe
    ? refuse('ItemsInvalid', `agent ${agentName} can't be kept as a whole: it is in ${state.declared.stage}, has findings or has changed since it was certified; name what is kept: ${open.shown.items.map(({ service }) => service).join(', ')}`)
    : aboutItems(deciding, true);
}

/** @param mayClose whether the review is over if nothing else is undecided */
function aboutItems(deciding: Deciding, mayClose: boolean): Decision {
  const { open, request: { intent, placement: { agentName } } } = deciding;
  const named = intent.items ?? open.shown.items.map(({ service }) => service);
  const unknown = named.filter((one) => !open.shown.items.some(({ service }) => service === one));
  if (unknown.length > 0 || (named.length === 0 && open.shown.items.length > 0)) {
    return refuse('ItemsInvalid', `the review of agent ${agentName} has no ${unknown.join(', ') || 'item of that name'}: name one or more of ${open.shown.items.map(({ service }) => service).join(', ')}`);
  }
  return recorded(deciding, named, {}, mayClose);
}

function reduce(deciding: Deciding): Decision {
  const { state, request, context: { now }, reviewer } = deciding;
  const actions = actionsIn(deciding);
  if (typeof actions === 'string') {
    return refuse('ActionsInvalid', actions);
  }
  const { denied: before = [], effects = {} } = state.reduction ?? {};
  const added = actions.filter((action) => !before.some((one) => one.action === action)).map((action) => ({ action, by: reviewer.email, at: now.toISOString() }));
  const services = actions.filter((action) => action.endsWith(':*')).map(serviceOf);
  if (before.length + added.length > MOST_DENIED) {
    return refuse('ActionsInvalid', `reviews would deny agent ${request.placement.agentName} ${before.length + added.length} actions, ${MOST_DENIED} are possible: deny whole services, or change the code`);
  }
  const denied = [...before, ...added];
  const plan = reducing(recorded(deciding, services, { actions }, true), state, denied, request);
  return { ...plan, note: { ...plan.note, reduction: { denied, effects } } };
}

function restore(deciding: Deciding): Decision {
  const { state, request, reviewer, open } = deciding;
  const { agentName } = request.placement;
  const actions = (request.intent.actions ?? []).map(inPolicy);
  const { denied: before = [] } = state.reduction ?? {};
  const unknown = actions.filter((action) => !before.some((one) => one.action === action));
  if (actions.length === 0 || unknown.length > 0) {
    return refuse('ActionsInvalid', `reviews do not deny agent ${agentName} ${unknown.join(', ') || 'what was named'}: they deny ${before.map(({ action }) => action).join(', ') || 'nothing'}`);
  }
  const own = before.filter(({ action, by }) => actions.includes(action) && by === reviewer.email);
  if (own.length > 0) {
    return refuse('SecondPersonNeeded', `${reviewer.email} denied agent ${agentName} ${own.map(({ action }) => action).join(', ')}: another person, such as the backup, gives that back`);
  }
  const services = actions.map(serviceOf);
  const reopened = { ...open, decisions: open.decisions.map((one) => ({ ...one, items: Object.fromEntries(Object.entries(one.items).filter(([service]) => !services.includes(service))) })) };
  const left = before.filter(({ action }) => !actions.includes(action));
  const plan = reducing(recorded({ ...deciding, open: reopened }, [], { actions }, false), state, left, request);
  return { ...plan, change: { ...plan.change, reduction: left.length === 0 ? null : { denied: left, effects: {} } } };
}

/** The decision is recorded after the Deny was seen to work. */
function reducing(plan: Plan, state: PlacementState, denied: readonly DeniedAction[], { requestId, intent: { actions = [], verdict, reason } }: Request): Plan {
  const roleIds = Object.values(state.principals).filter(({ status }) => status !== 'retired').map(({ roleId }) => roleId);
  const event: PlannedEvent = {
    name: 'reduced',
    stage: state.declared.stage,
    roleId: state.present,
    details: { [verdict === 'restore' ? 'givenBack' : 'denied']: actions.map(inPolicy), reason, deniedNow: denied.map(({ action }) => action) },
    key: `reduced/${requestId}`,
  };
  return { ...plan, transition: plan.transition === 'resume' ? 'resume' : 'reduce', reduce: roleIds, events: [plan.events[0], event, ...plan.events.slice(1)] };
}

function actionsIn({ request: { intent }, open }: Deciding): string[] | string {
  const given = intent.actions ?? [];
  const invalid = given.filter((action) => !ACTION.test(action));
  const foreign = given.map(namedService).filter((service) => !open.shown.items.some((item) => item.service === service));
  return given.length === 0 || invalid.length > 0 ? `${invalid.join(', ') || 'nothing'} can't be denied: name services or actions, such as s3 or s3:PutObject`
    : foreign.length > 0 ? `the review has no ${foreign.join(', ')}: it has ${open.shown.items.map(({ service }) => service).join(', ')}`
      : [...new Set(given.map(inPolicy))];
}

function namedService(action: string): string {
  return action.split(':')[0].toLowerCase();
}

function inPolicy(action: string): string {
  return action.includes(':') ? action : `${action}:*`;
}

function offer(deciding: Deciding): Decision {
  const { request: { intent }, reviewer, context: { now }, open } = deciding;
  const to = (intent.to ?? '').toLowerCase();
  const problem = problemOf(() => void validateEmail('the new sponsor\'s address', to)) ?? (to === reviewer.email ? 'name another person' : undefined);
  return problem === undefined
    ? recorded({ ...deciding, open: { ...open, offer: { to, by: reviewer.email, at: now.toISOString() } } }, [], { to }, false)
    : refuse('ReviewerInvalid', `the agent can't be offered: ${problem}`);
}

function answerOffer(deciding: Deciding): Decision {
  const { request: { intent }, context: { now }, open: { offer: offered, ...open } } = deciding;
  return recorded({ ...deciding, open: intent.verdict === 'accept' ? { ...open, offer: { ...offered!, acceptedAt: now.toISOString() } } : open }, [], { offeredBy: offered!.by }, false);
}

/** The agent is torn down now. If its stack is not at rest, the agenda does it later, and the decision stays open until then. */
function leave(deciding: Deciding): Decision {
  const { state, request, context, open } = deciding;
  const plan = planTeardown(state, request as never, context, { cause: 'review', subject: subjectOf(open), what: 'was not kept by a review' });
  const decision = decided(deciding, open.shown.items.map(({ service }) => service), {});
  return plan.transition === 'expire'
    ? { ...plan, note: { ...plan.note, review: { ...state.review, open: { ...open, leaving: decision.details! } } }, events: [decision, ...plan.events] }
    : refuse(plan.change?.agenda?.postponed?.code ?? 'StackNotAtRest', `${plan.change?.trouble?.message ?? `the stack of agent ${request.placement.agentName} is not at rest`}; suspend the agent with nhi suspend, and decide again`);
}

/** Records a decision. If nothing is undecided after it, the access is certified, and an agent that was suspended because nobody decided works again. */
function recorded(deciding: Deciding, services: readonly string[], details: PlannedEvent['details'], mayClose: boolean): Plan {
  const { state, request, context: { now }, reviewer, relation, open } = deciding;
  const items = digestsOf(open.shown.items.filter(({ service }) => services.includes(service)));
  const decision: ReviewDecision = { verdict: request.intent.verdict, items, by: reviewer.email, relation, at: now.toISOString() };
  const decisions = services.length === 0 ? open.decisions : [...open.decisions, decision];
  const remain = undecided({ ...open, decisions }, state.declared.profile.twoReviewers === true ? 2 : 1);
  const event = decided(deciding, services, { ...details, undecided: remain.map(({ service }) => service) });
  if (state.review?.open === undefined) {
    return { ...NOTHING_TO_DO, transition: 'review', events: [event] };
  }
  if (!mayClose || remain.length > 0) {
    return { ...NOTHING_TO_DO, transition: 'review', change: { review: { ...state.review, open: { ...open, decisions } } }, events: [event] };
  }
  const certifiedAt = now.toISOString();
  const review: ReviewRecord = { certifiedAt, certified: digestsOf(open.shown.items) };
  const certified: PlannedEvent = {
    name: 'certified',
    stage: state.declared.stage,
    roleId: state.present,
    details: { review: open.id, certifiedAt, shown: open.shown.sha256, by: [...new Set(decisions.map(({ by }) => by))], kept: servicesWith(decisions, 'keep'), reduced: servicesWith(decisions, 'reduce') },
    key: `certified/${open.id}`,
  };
  const resumption = state.suspension?.missedReview === undefined ? undefined
    : planResumption(state, state.suspension, request, `The review was decided: ${request.intent.reason}`.slice(0, LONGEST_REASON), now);
  return {
    ...NOTHING_TO_DO, transition: 'review', ...resumption, change: { ...resumption?.change, review }, events: [event, certified, ...resumption?.events ?? []],
  };
}

const LONGEST_REASON = 500;

function servicesWith(decisions: readonly ReviewDecision[], verdict: Verdict): string[] {
  return [...new Set(decisions.filter((one) => one.verdict === verdict).flatMap(({ items }) => Object.keys(items)))].sort();
}

function decided({ state, request, reviewer, relation, open }: Deciding, services: readonly string[], details: PlannedEvent['details']): PlannedEvent {
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
      shown: intent.shown,
      evidence: open.shown.key,
      openedAt: intent.shownAt,
      agentsDecidedTogether: 1,
    },
    key: intent.verdict === 'leave' ? leaveKey(open) : `review-decided/${requestId}`,
  };
}

function problemOf(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}
