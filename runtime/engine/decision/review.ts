import { askedBy } from './asked-by';
import { decideDelegation } from './review-delegation';
import { codeOf, decided, Deciding, recorded } from './review-record';
import { decideReduce, decideRestore } from './review-reduction';
import { LOW_RISK_STAGES } from '../../../src/contract/review-page';
import { validateEmail } from '../../../src/core/email';
import { reasonOf } from '../../../src/core/errors';
import { placementKey } from '../../../src/core/lifecycle-event';
import { requireReason } from '../../../src/core/reason';
import { isOfferedTo, mayDecide } from '../../certification';
import { PlacementState } from '../../model/placement-state';
import { Decision, isRefusal, Refusal, refuse } from '../../model/plan';
import { LifecycleRequest, Review } from '../../model/request';
import { OpenReview, Verdict, VERDICTS } from '../../model/review';
import { declarationOf } from '../agenda/drift';
import { subjectOf } from '../agenda/entries/review-missed';
import { AttendContext } from '../agenda/entry';
import { planTeardown } from '../agenda/teardown';

type Request = LifecycleRequest<Review>;

/** Answers to an offer. */
const ANSWERS: readonly Verdict[] = ['accept', 'decline'];
/** What needs no open review. Nobody would wait months for one to give access back, or to name a delegate. */
const WITHOUT_REVIEW: readonly Verdict[] = ['restore', 'delegate', 'end-delegation'];
/** The instant at which something was shown is of the reviewer's machine. */
const CLOCKS_DIFFER_MS = 300_000;

/** A reviewer's decision. Everything in the request but its id may be anything, because the caller chooses the rest. */
export function decideReview(state: PlacementState | undefined, request: Request, context: AttendContext): Decision {
  const { placement: { agentName }, intent } = request;
  if (state === undefined || state.status !== 'active') {
    return refuse('AgentUnknown', `agent ${agentName} ${state === undefined ? 'is not in the ledger' : `is ${state.status}`}: see nhi list`);
  }
  if (context.settings.review === undefined) {
    return refuse('AgentUnknown', `agent ${agentName} is not reviewed: its registry has no AccessCertification`);
  }
  const reason = problemOf(() => void requireReason(intent.reason));
  if (reason !== undefined) {
    return refuse('ReasonInvalid', `agent ${agentName} is as it was: ${reason}`);
  }
  const { who, reviewer } = askedBy(state, request, context.now);
  if (reviewer === undefined || !VERDICTS.includes(intent.verdict)) {
    return refuse('ReviewerInvalid', `${who} may not decide about agent ${agentName}: `
      + 'its sponsor, its backup or a delegate whom they named decides, in a session whose name is the mail address, or on the page for reviewers');
  }
  if (reviewer.proven.proof === 'mail-link' && !LOW_RISK_STAGES.includes(state.declared.stage)) {
    return refuse('SignInNeeded', `the link of a mail is not enough to decide about agent ${agentName} in ${state.declared.stage}: `
      + `sign in on the page, or decide with nhi review decide ${agentName}`);
  }
  if (reviewer.proven.proof === 'mail-link' && (reviewer.proven.purpose === 'offer') !== ANSWERS.includes(intent.verdict)) {
    return refuse('ReviewerInvalid', `the link of ${who} is for ${reviewer.proven.purpose === 'offer' ? 'the answer to an offer' : 'a review'} of agent ${agentName}: use the link of the mail that asks for this decision`);
  }
  const open = state.review?.open ?? (WITHOUT_REVIEW.includes(intent.verdict) ? withoutReview(state) : undefined);
  if (open === undefined || (state.review?.open !== undefined && intent.reviewId !== open.id)) {
    return refuse('ReviewClosed', `agent ${agentName} has no open review ${intent.reviewId}: see nhi review list`);
  }
  const { relation } = reviewer;
  if (isOfferedTo(state, reviewer.email) && ANSWERS.includes(intent.verdict)) {
    return answerOffer({ state, request, context, reviewer, relation: relation === 'sponsor' || relation === 'backup' ? relation : 'new-sponsor', open });
  }
  if (relation === 'offered') {
    return refuse('ReviewerInvalid', `agent ${agentName} was offered to ${reviewer.email}, who has to accept that before deciding anything else`);
  }
  if (!mayDecide(relation, intent.verdict)) {
    return refuse('ReviewerInvalid', `${reviewer.email} may not decide "${intent.verdict}" about agent ${agentName} as its ${relation}: its sponsor or backup may`);
  }
  const deciding: Deciding = { state, request, context, reviewer, relation, open };
  return shownRefusal(state, request, open, context.now) ?? withPace(BY_VERDICT[intent.verdict](deciding), deciding);
}

const BY_VERDICT: { readonly [V in Verdict]: (deciding: Deciding) => Decision } = {
  'keep': keep,
  'reduce': decideReduce,
  'restore': decideRestore,
  'request-change': (deciding) => aboutItems(deciding, false),
  'transfer': offer,
  'accept': notOffered,
  'decline': notOffered,
  'delegate': decideDelegation,
  'end-delegation': decideDelegation,
  'leave': leave,
};

/** Whether the reviewer saw what there is. */
function shownRefusal(state: PlacementState, { intent, placement: { agentName } }: Request, open: OpenReview, now: Date): Refusal | undefined {
  if (state.review?.open === undefined) {
    return undefined;
  }
  const shownAt = Date.parse(intent.shownAt);
  const isSeen = intent.shown === open.shown.sha256
    && shownAt >= Date.parse(open.shown.at) - CLOCKS_DIFFER_MS && shownAt <= now.getTime() + CLOCKS_DIFFER_MS;
  const isPresent = intent.verdict !== 'keep' || open.shown.declaration === declarationOf(state);
  const advice = isPresent ? 'look at it again' : 'a deployment changed it, and the next sweep shows that; look at it then';
  return isSeen && isPresent ? undefined : refuse('ReviewChanged', `agent ${agentName} is not what was shown (${intent.shown}): ${advice}`);
}

function withoutReview({ review }: PlacementState): OpenReview {
  const at = review?.certifiedAt ?? '';
  return { id: at, causes: [], deadline: at, shown: { key: '', sha256: '', at, declaration: '', items: [] }, decisions: [] };
}

/** Whether the agent can be kept as a whole. */
function isUnchangedLowRisk({ state: { declared: { stage }, review }, open: { shown: { items, isPartial } } }: Deciding): boolean {
  const isSame = items.every(({ service, digest, hasFindings }) => !hasFindings && review?.certified?.[service] === digest);
  return LOW_RISK_STAGES.includes(stage) && isPartial !== true && isSame;
}

/** Verdicts for which a reviewer has to look at what is shown. */
const AFTER_A_LOOK: readonly Verdict[] = ['keep', 'reduce', 'request-change', 'leave'];

/** Adds how fast it was decided. An unchanged agent of low risk may be kept at a glance, so it says nothing about the reviewer. */
function withPace(decision: Decision, deciding: Deciding): Decision {
  const { state: { placement }, request: { requestId, intent }, context: { now, settings }, reviewer, open } = deciding;
  if (isRefusal(decision) || settings.review?.rubberStamp === undefined || !AFTER_A_LOOK.includes(intent.verdict) || isUnchangedLowRisk(deciding)) {
    return decision;
  }
  return {
    ...decision,
    pace: {
      person: reviewer.email,
      review: `${placementKey(placement)} ${open.id}`,
      request: requestId,
      at: now.toISOString(),
      seconds: (now.getTime() - Date.parse(intent.shownAt)) / 1000,
      isKeep: intent.verdict === 'keep',
      hadFindings: open.shown.items.some(({ hasFindings }) => hasFindings),
    },
  };
}

function keep(deciding: Deciding): Decision {
  const { state: { declared: { stage } }, request: { intent, placement: { agentName } }, open: { shown: { items } } } = deciding;
  return intent.items !== undefined || isUnchangedLowRisk(deciding) ? aboutItems(deciding, true)
    : refuse('ItemsInvalid', `agent ${agentName} can't be kept as a whole: it is in ${stage}, has findings, has policies that could not be read, `
      + `or has changed since it was certified; name what is kept: ${items.map(({ service }) => service).join(', ')}`);
}

/** @param mayClose whether the review is over if nothing else is undecided */
function aboutItems(deciding: Deciding, mayClose: boolean): Decision {
  const { open: { shown }, request: { intent, placement: { agentName } } } = deciding;
  const all = shown.items.map(({ service }) => service);
  const named = intent.items ?? all;
  const unknown = named.filter((one) => !all.includes(one));
  return unknown.length === 0 && (named.length > 0 || all.length === 0) ? recorded(deciding, named, codeOf(deciding), mayClose)
    : refuse('ItemsInvalid', `the review of agent ${agentName} has no ${unknown.join(', ') || 'item of that name'}: name one or more of ${all.join(', ')}`);
}

function offer(deciding: Deciding): Decision {
  const { request: { intent }, reviewer, context: { now }, open } = deciding;
  const to = (intent.to ?? '').toLowerCase();
  const problem = problemOf(() => void validateEmail('the new sponsor\'s address', to)) ?? (to === reviewer.email ? 'name another person' : undefined);
  return problem === undefined
    ? recorded({ ...deciding, open: { ...open, offer: { to, by: reviewer.email, at: now.toISOString() } } }, [], {
      to, deadline: open.deadline,
    }, false)
    : refuse('ReviewerInvalid', `the agent can't be offered: ${problem}`);
}

function notOffered({ request: { placement: { agentName } }, reviewer }: Deciding): Refusal {
  return refuse('ReviewerInvalid', `agent ${agentName} was not offered to ${reviewer.email}: nhi review show ${agentName} says to whom`);
}

/** The person to whom the agent was offered accepts the accountability, or not. */
function answerOffer(deciding: Deciding): Decision {
  const { request: { intent }, context: { now }, open: { offer: offered, ...open } } = deciding;
  const answered = intent.verdict === 'accept' ? { ...open, offer: { ...offered!, acceptedAt: now.toISOString() } } : open;
  return recorded({ ...deciding, open: answered }, [], { offeredBy: offered!.by, deadline: open.deadline }, false);
}

/** The agent is torn down now. If its stack is not at rest, nothing is done, and the decision can be made again. */
function leave(deciding: Deciding): Decision {
  const { state, request, context, open } = deciding;
  const plan = planTeardown(state, request, context, { cause: 'review', subject: subjectOf(open), what: 'was not kept by a review' });
  if (plan.transition !== 'expire') {
    const { agenda, trouble } = plan.change ?? {};
    return refuse(agenda?.postponed?.code ?? 'StackNotAtRest',
      `${trouble?.message ?? `the stack of agent ${request.placement.agentName} is not at rest`}; suspend it with nhi suspend, and decide again`);
  }
  const decision = decided(deciding, open.shown.items.map(({ service }) => service), {});
  const review = { ...state.review, open: { ...open, leaving: decision.details! } };
  return { ...plan, note: { ...plan.note, review }, events: [decision, ...plan.events] };
}

function problemOf(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}
