import { DecisionContext } from './context';
import { answered } from './keep';
import { CUT_NAMES } from '../../../src/contract/cuts';
import { reasonOf } from '../../../src/core/errors';
import { requireReason } from '../../../src/core/reason';
import { hasLapsed } from '../../model/certified-end';
import { PlacementState, remaining, RoleId, Suspension } from '../../model/placement-state';
import { Decision, NOTHING_TO_DO, Plan, Refusal, refuse } from '../../model/plan';
import { actorOf, Drill, EndDrill, LifecycleRequest, Offboard, Resume, Suspend } from '../../model/request';

const DRILL_REASON = 'Drill: is the agent denied when it is suspended?';

/**
 * Denies every principal of the agent. A repetition denies again what was lifted in the meantime, and records no new event.
 *
 * @param missedReview the review that nobody decided, if that is the cause
 */
export function decideSuspend(
  state: PlacementState | undefined, request: LifecycleRequest<Suspend>, { now }: DecisionContext, missedReview?: string,
): Decision {
  if (state === undefined || state.status !== 'active') {
    return notActive(state, request);
  }
  const reason = reasonIn(request);
  if (typeof reason !== 'string') {
    return reason;
  }
  // The end of a drill or a reviewer would resume the agent. They can't resume what somebody suspended in earnest meanwhile.
  return state.suspension === undefined || state.suspension.drill === true || state.suspension.missedReview !== undefined
    ? planSuspension(state, request, {
      since: now.toISOString(), by: actorOf(request), reason, ...(missedReview === undefined ? {} : { missedReview }),
    })
    : { ...planReassertion(state, 'suspend'), note: { suspension: { ...state.suspension, askedAgainAt: now.toISOString() } } };
}

/** Suspends an agent that is not suspended, for a drill. */
export function decideDrill(state: PlacementState | undefined, request: LifecycleRequest<Drill>, { now }: DecisionContext): Decision {
  if (state === undefined || state.status !== 'active') {
    return notActive(state, request);
  }
  return state.suspension === undefined
    ? planSuspension(state, request, { since: now.toISOString(), by: actorOf(request), reason: DRILL_REASON, drill: true })
    : refuse('AgentSuspended', `agent ${request.placement.agentName} is suspended (${state.suspension.reason}): a drill needs an agent that works`);
}

/** Denies again what a suspension and reviews deny. A suspension that has ended meanwhile, or an agent that has left, is left as it is. */
export function decideReassert(state: PlacementState | undefined): Decision {
  if (state === undefined || state.status !== 'active') {
    return NOTHING_TO_DO;
  }
  const reduced = state.reduction === undefined ? {} : { reduce: remaining(state).map(({ roleId }) => roleId) };
  if (state.suspension !== undefined) {
    return { ...planReassertion(state, 'reassert'), ...reduced };
  }
  return state.reduction === undefined ? NOTHING_TO_DO : { ...NOTHING_TO_DO, transition: 'reassert', change: {}, ...reduced };
}

/** Restores the principals that would be live without the suspension. For an agent that has left, it only ends the suspension. */
export function decideResume(state: PlacementState | undefined, request: LifecycleRequest<Resume>, { now, reviews }: DecisionContext): Decision {
  if (state?.suspension === undefined) {
    return refuse('NotSuspended', `agent ${request.placement.agentName} ${state === undefined ? 'is not in the ledger' : 'is not suspended'}: see nhi list`);
  }
  const { agentName } = request.placement;
  if (state.status === 'active' && hasLapsed(state, now)) {
    return refuse('CertificationEnded', `agent ${agentName} is denied everything, because its certification ended at ${state.certifiedUntil}: its sponsor or backup decides first, `
      + `nhi review decide ${agentName}${reviews === undefined ? '; for that its registry needs an AccessCertification' : ''}`);
  }
  if (reviews !== undefined && state.suspension.missedReview !== undefined && state.status === 'active') {
    return refuse('ReviewMissed', `agent ${agentName} is suspended because nobody decided its review: its sponsor or backup resumes it by a decision, `
      + `nhi review decide ${agentName}; if both have left, declare another sponsor and deploy`);
  }
  const reason = reasonIn(request);
  return typeof reason === 'string' ? planResumption(state, state.suspension, request, reason, now) : reason;
}

/** Only the suspension of a drill: any other one needs a person. */
export function decideEndDrill(state: PlacementState | undefined, request: LifecycleRequest<EndDrill>, { now }: DecisionContext): Decision {
  return state?.suspension?.drill === true
    ? planResumption(state, state.suspension, request, 'The drill is over', now, { latencyMs: Number(request.intent.latencyMs) || 0 })
    : refuse('NotSuspended', `agent ${request.placement.agentName} is not suspended by a drill: a person resumes it with nhi resume, if it is suspended`);
}

function planSuspension(state: PlacementState, request: LifecycleRequest, suspension: Suspension): Plan {
  // What a drill has switched off is put back at the end of the suspension that follows.
  const cuts = state.suspension?.cuts ?? CUT_NAMES.map((name) => ({ name, changes: [] }));
  return {
    ...NOTHING_TO_DO,
    ...denyAll(state),
    transition: 'suspend',
    note: { suspension: { ...suspension, cuts } },
    events: [{
      name: 'suspended',
      stage: state.declared.stage,
      roleId: state.present,
      details: { reason: suspension.reason, ...(suspension.drill === true ? { drill: true } : {}) },
      key: `suspended/${request.requestId}`,
    }],
  };
}

export function planReassertion(state: PlacementState, transition: 'suspend' | 'reassert'): Plan {
  return { ...NOTHING_TO_DO, ...denyAll(state), transition, note: {} };
}

export function planResumption(
  state: PlacementState, suspension: Suspension, request: LifecycleRequest, reason: string, now: Date, drilled: object = {},
): Plan {
  return {
    ...NOTHING_TO_DO,
    transition: 'resume',
    ...(state.status === 'active' ? { restore: liveAgain(state), cuts: 'restore' } : {}),
    change: { suspension: null, ...(state.agenda?.unused === undefined ? {} : { agenda: answered(state, now) }) },
    events: [{
      name: 'resumed',
      stage: state.declared.stage,
      roleId: state.present,
      details: {
        reason, suspendedSince: suspension.since, suspendedBy: suspension.by, ...(suspension.drill === true ? { drill: true, ...drilled } : {}),
      },
      key: `resumed/${request.requestId}`,
    }],
  };
}

function notActive(state: PlacementState | undefined, { placement: { agentName } }: LifecycleRequest): Refusal {
  return refuse('AgentUnknown', `agent ${agentName} ${state === undefined ? 'is not in the ledger' : `is ${state.status}`}: see nhi list`);
}

/** Checks the reason, because every principal that may store a request can store any reason. */
export function reasonIn({ intent: { reason }, placement: { agentName } }: LifecycleRequest<Suspend | Resume | Offboard>): string | Refusal {
  try {
    return requireReason(reason);
  } catch (error) {
    return refuse('ReasonInvalid', `agent ${agentName} is as it was: ${reasonOf(error)}`);
  }
}

/** Keeps a suspension in force after a deployment. */
export function denyAll(state: PlacementState): Pick<Plan, 'quarantine' | 'byEveryMeans' | 'cuts'> {
  return { quarantine: remaining(state).map(({ roleId }) => roleId), byEveryMeans: true, cuts: 'apply' };
}

/** The present principal, and both principals of a pending move, except one that the move itself denies. */
function liveAgain({ present, pending, principals }: PlacementState): RoleId[] {
  const moving = pending === undefined ? [] : [pending.to, ...(pending.phase === 'moved' && principals[pending.from].cutBeforeGrant ? [] : [pending.from])];
  return [...new Set([present, ...moving])].filter((roleId) => principals[roleId]?.status === 'quarantined');
}
