import { StackContext } from './context';
import { lapseReason, planMissed } from './missed-review';
import { certificationFrom, certifiedEnd, hasLapsed } from '../../model/certified-end';
import { Declared, PlacementState } from '../../model/placement-state';
import { applyChange, Decision, isRefusal, Plan, Refusal, refuse } from '../../model/plan';
import { Change, Join, LifecycleRequest } from '../../model/request';
import { phaseOf } from '../../model/stack-view';

type Declaring = LifecycleRequest<Join | Change>;

/**
 * No deployment carries on an agent whose access ends unless a review carries it on. The period begins when such an end is declared for the first time, and only a review's decision moves it.
 */
export function notCarriedOn(state: PlacementState | undefined, request: Declaring, context: StackContext, decision: Decision): Decision {
  if (isRefusal(decision) || decision.change?.declared === undefined) {
    return decision;
  }
  const { declared } = decision.change;
  const before = declaredBefore(state, decision);
  const isUndoing = phaseOf(context.stack.status) === 'undoing-update';
  const refusal = isUndoing ? undefined : refusalOf(state, before, request, context, decision);
  if (refusal !== undefined) {
    return refusal;
  }
  if (declared.untilCertified !== true) {
    return decision;
  }
  if (before?.untilCertified !== true && context.reviews !== undefined) {
    return begun(decision, certificationFrom(declared, context.reviews, context.now));
  }
  return state !== undefined && decision.transition === 'update' ? lapsed(state, request, context, decision) : decision;
}

/** What the new declaration follows. A join follows nothing, because the agent of that name has left. */
function declaredBefore(state: PlacementState | undefined, { transition }: Plan): Declared | undefined {
  return transition === 'join' ? undefined : transition === 'undo-move' ? state?.pending?.previous : state?.declared;
}

function refusalOf(
  state: PlacementState | undefined, before: Declared | undefined, request: Declaring, { now, reviews }: StackContext, { transition }: Plan,
): Refusal | undefined {
  const { placement: { agentName }, intent: { declared }, registry } = request;
  if (before?.untilCertified === true && declared.untilCertified !== true) {
    return refuse('CertificationDropped', `agent ${agentName} is carried on by reviews only, and a deployment can't change that: `
      + `declare Expiry.untilCertified({ latest: Expiry.at('${declared.expiresAt}') }); for another kind of end, let it leave first`);
  }
  if (declared.untilCertified === true && before?.untilCertified !== true && reviews === undefined) {
    return refuse('CertificationMissing', `agent ${agentName} is to be carried on by reviews, and the registry ${registry} has no AccessCertification: `
      + `add one and deploy the registry first, or declare Expiry.at('${declared.expiresAt}')`);
  }
  // Another principal would begin with access.
  return transition === 'move' && state !== undefined && hasLapsed(state, now)
    ? refuse('CertificationEnded', `the certification of agent ${agentName} ended at ${state.certifiedUntil}: it can't move before its sponsor or backup decides its review, nhi review decide ${agentName}`)
    : undefined;
}

function begun(plan: Plan, certifiedUntil: string): Plan {
  return {
    ...plan,
    change: { ...plan.change, certifiedUntil },
    events: plan.events.map((event) => (
      event.name === 'joined' || event.name === 'expiry-changed' ? { ...event, details: { ...event.details, certifiedUntil } } : event)),
  };
}

/**
 * A deployment after the end of a certification is done, and the agent is denied everything before its access policy changes: the deployment may have moved the latest end, which was all that
 * denied the agent.
 */
function lapsed(state: PlacementState, request: Declaring, context: StackContext, plan: Plan): Plan {
  const after = applyChange(state, plan.change ?? {});
  if (state.suspension !== undefined || !hasLapsed(after, context.now)) {
    return plan;
  }
  const end = certifiedEnd(after)!;
  const missed = planMissed(state, request, context, { of: state.review?.open?.id ?? end, at: end, reason: lapseReason(end) });
  return {
    ...plan,
    quarantine: missed.quarantine,
    byEveryMeans: missed.byEveryMeans,
    cuts: missed.cuts,
    note: { ...plan.note, ...missed.note },
    events: [...plan.events, ...missed.events],
  };
}
