import { FinishContext } from './context';
import { planLeave } from './plans';
import { reasonIn } from './suspend';
import { Offboarding, PlacementState } from '../../model/placement-state';
import { applyChange, Decision, Plan, refuse, StateChange } from '../../model/plan';
import { actorOf, LifecycleRequest, Offboard } from '../../model/request';
import { planTornDown, Teardown } from '../agenda/teardown';

/**
 * An agent leaves at an operator's word, whatever its stack is doing. What the stack has stays denied until the stack withdraws it. The agent is suspended as
 * well, so no deployment brings it back before a person resumes it. A repetition continues what is left of the teardown.
 */
export function decideOffboard(state: PlacementState | undefined, request: LifecycleRequest<Offboard>, found: FinishContext): Decision {
  const { agentName } = request.placement;
  if (state === undefined) {
    return refuse('AgentUnknown', `the ledger has no agent ${agentName}: see nhi list`);
  }
  if (state.status === 'left') {
    return refuse('AlreadyLeft', `agent ${agentName} has left already: see nhi show ${agentName}`);
  }
  const { principal = state.present } = request.intent;
  if (principal !== state.present) {
    return refuse('AgentChanged', `agent ${agentName} has another principal than when its leave was asked for, ${state.present} and not ${principal}: it moved or joined again; look at it, and run nhi offboard ${agentName} again if it must leave`);
  }
  const reason = reasonIn(request);
  if (typeof reason !== 'string') {
    return reason;
  }
  const asked: Offboarding = { since: found.now.toISOString(), by: actorOf(request), reason };
  const { note, events } = suspending(state, request, asked);
  const plan = planOffboarding(applyChange(state, note), request, found, state.offboarding ?? asked);
  return { ...plan, note: { ...plan.note, ...note }, noted: events };
}

/** The teardown of an agent that an operator lets leave. Too many leavers are denied everything and held back, as those of stacks are. */
export function planOffboarding(state: PlacementState, request: LifecycleRequest, context: FinishContext, offboarding: Offboarding): Plan {
  const noted = { ...state, offboarding };
  const { subject, cause } = teardownOf(offboarding);
  const plan = context.leaversExceeded === undefined
    ? planTornDown(noted, request, context, { subject, cause }, { offboardedBy: offboarding.by, reason: offboarding.reason })
    : held(planLeave(noted, request, context), state, subject);
  return { ...plan, byEveryMeans: true, note: { ...plan.note, offboarding } };
}

/** What the agenda calls the teardown. */
export function teardownOf({ since }: Offboarding): Teardown {
  return { cause: 'offboard', subject: `offboarded at ${since}`, what: 'was offboarded' };
}

function held(plan: Plan, { placement: { agentName }, agenda }: PlacementState, ending: string): Plan {
  const { code, message } = plan.failure!;
  return {
    ...plan,
    note: { ...plan.note, agenda: { ...agenda, ending } },
    failure: { code, message: message.replace(/then delete again$/, `then \`nhi retry ${agentName}\``) },
  };
}

/** A suspension by a person stays as it is. One that a drill or a reviewer could end becomes the operator's. */
function suspending(
  { suspension, declared: { stage }, present }: PlacementState, { requestId }: LifecycleRequest, { since, by, reason }: Offboarding,
): { readonly note: StateChange; readonly events: NonNullable<Plan['noted']> } {
  if (suspension !== undefined && suspension.drill !== true && suspension.missedReview === undefined) {
    return { note: {}, events: [] };
  }
  const { drill: _drill, missedReview: _missed, ...known } = suspension ?? {};
  return {
    note: { suspension: { ...known, since, by, reason } },
    // With the note, and not at the end: the request that completes the teardown may be another one, which did not ask for the suspension.
    events: [{ name: 'suspended', stage, roleId: present, details: { reason }, key: `suspended/${requestId}` }],
  };
}
