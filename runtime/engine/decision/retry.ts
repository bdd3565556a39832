import { decideFinish } from './finish';
import { planOffboarding } from './offboard';
import { planLeave } from './plans';
import { decideReassert } from './suspend';
import { PlacementState, remaining, statusOf } from '../../model/placement-state';
import { Decision, isRefusal, Plan, refuse } from '../../model/plan';
import { LifecycleRequest, Retry } from '../../model/request';
import { AttendContext, waitingTeardown } from '../agenda';
import { planTornDown } from '../agenda/teardown';

type Request = LifecycleRequest<Retry>;

/**
 * Does again what has failed, or what waits for a sweep: a teardown that is incomplete or postponed, and a denial that is not complete. It begins nothing
 * that was not decided before, and it gives nobody access: a deployment or a resumption that failed is repeated by those who may.
 */
export function decideRetry(state: PlacementState | undefined, request: Request, context: AttendContext): Decision {
  if (state === undefined) {
    return refuse('AgentUnknown', `the ledger has no agent ${request.placement.agentName}: see nhi list`);
  }
  return teardownAgain(state, request, context) ?? leftBehind(state, request, context) ?? denialAgain(state) ?? nothing(state);
}

function teardownAgain(state: PlacementState, request: Request, context: AttendContext): Decision | undefined {
  const { offboarding, status } = state;
  if (offboarding !== undefined && status === 'leaving') {
    return planOffboarding(state, request, context, offboarding);
  }
  const entry = waitingTeardown(state, context.settings, context.now);
  if (entry !== undefined) {
    const plan = entry.plan(state, { ...request, intent: { kind: 'attend', mayRemove: true } }, context);
    return plan.transition === 'expire' ? plan : stillPostponed(state, plan);
  }
  return status === 'leaving' ? leaveAgain(state, request, context) : undefined;
}

/** What the agenda would record as postponed is the answer here. */
function stillPostponed({ placement: { agentName } }: PlacementState, { change }: Plan): Decision {
  const { agenda, trouble } = change ?? {};
  return refuse(agenda?.postponed?.code ?? 'StackNotAtRest', trouble?.message ?? `a stack of agent ${agentName} is being deployed: wait for it`);
}

/** The leave that a stack began. A stack that failed to delete the agent still has its role, and deletes it after the registry has torn it down. */
function leaveAgain(state: PlacementState, request: Request, context: AttendContext): Decision {
  const { agentName } = state.placement;
  const busy = context.stacks.find(({ status }) => status.endsWith('_IN_PROGRESS'));
  if (busy !== undefined) {
    return refuse('StackNotAtRest', `the stack ${busy.owner.stackName} is ${busy.status}, and CloudFormation asks for the leave of agent ${agentName} itself: wait for it`);
  }
  if (context.leaversExceeded !== undefined) {
    return planLeave(state, request, context);
  }
  const { note, ...plan } = planTornDown(state, request, context, { cause: 'leave', subject: `leave of ${state.present}` });
  // It is no teardown of the agenda's own. If it fails again, the agenda looks for what CloudFormation gave up, as before.
  const { agenda: _ending, ...begun } = note!;
  return { ...plan, note: begun };
}

/** Roles that CloudFormation gave up, of a move or of a leave that is complete. `nhi finish` lets an agent leave whose stack was deleted. */
function leftBehind(state: PlacementState, request: Request, context: AttendContext): Decision | undefined {
  if (!isUnfinished(state)) {
    return undefined;
  }
  const decision = decideFinish(state, { ...request, intent: { kind: 'finish' } }, context);
  const isElsewhere = isRefusal(decision) ? decision.code === 'NothingToFinish' : ['leave', 'hold'].includes(decision.transition);
  return isElsewhere ? undefined : decision;
}

function isUnfinished(state: PlacementState): boolean {
  return state.pending !== undefined || remaining(state).some(({ roleId }) => roleId !== state.present)
    || Object.values(state.principals).some(({ orphanSince }) => orphanSince !== undefined);
}

function denialAgain(state: PlacementState): Decision | undefined {
  const { status, suspension, reduction, trouble } = state;
  const isPartial = suspension !== undefined && statusOf(state) !== 'suspended';
  return status === 'active' && (isPartial || (trouble !== undefined && (suspension ?? reduction) !== undefined)) ? decideReassert(state) : undefined;
}

function nothing(state: PlacementState): Decision {
  const { placement: { agentName }, trouble, status, expired } = state;
  const why = trouble !== undefined ? `its trouble ${trouble.code} is not of a teardown or a suspension: ${trouble.message}`
    : status === 'left' && expired !== undefined ? 'its teardown is complete; remove it from its stack, or destroy the stack'
      : 'nothing of it has failed or waits';
  return refuse('NothingToRetry', `agent ${agentName} is ${statusOf(state)}, and ${why}: see nhi show ${agentName}`);
}
