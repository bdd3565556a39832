import { StackContext } from './context';
import { planGiveBack, planLeave, planRelease, planRetirement, planUndo } from './plans';
import { isOwner, notOwner } from './rules';
import { isAdopted, PlacementState, PrincipalRecord } from '../../model/placement-state';
import { Decision, NOTHING_TO_DO, Refusal, refuse } from '../../model/plan';
import { LifecycleRequest, Withdraw } from '../../model/request';
import { phaseOf } from '../../model/stack-view';

/**
 * The principal to tear down. Returns undefined if the Create was refused, or if the principal is unknown or retired. After the agent's end, the stack
 * that still has the role withdraws a retired principal.
 */
export function withdrawn(state: PlacementState | undefined, { principal, neverJoined }: Withdraw): PrincipalRecord | undefined {
  const found = neverJoined ? undefined : state?.principals[principal];
  return found?.status === 'released' ? undefined : found?.status !== 'retired' || (state?.expired !== undefined && found.awaitedBy !== undefined) ? found : undefined;
}

export function decideWithdraw(
  state: PlacementState | undefined, request: LifecycleRequest<Withdraw>, context: StackContext,
): Decision {
  const { intent, requestId } = request;
  const roleId = intent.principal;
  const principal = withdrawn(state, intent);
  if (state === undefined || principal === undefined) {
    return NOTHING_TO_DO;
  }
  if (principal.status === 'retired') {
    // The registry tore the agent down before. CloudFormation deletes the role now, which the certificate still lists.
    return planRelease(principal);
  }
  const phase = phaseOf(context.stack.status);
  const { pending } = state;
  const handedOver = pending !== undefined && pending.previousOwner.stackId !== state.owner.stackId;
  if (handedOver && pending.from === roleId && pending.previousOwner.stackId === context.stack.owner.stackId) {
    // The stack that handed the agent over withdraws its former principal. Whether that stack continues to exist doesn't matter.
    return pending.phase === 'moved' ? planRetirement(state, [principal]) : unfinished(state);
  }
  if (!isOwner(state, context)) {
    return notOwner(state, context);
  }
  if (handedOver && pending.to === roleId && phase === 'undoing-create' && state.status !== 'leaving') {
    // The new stack withdraws its principal before the old stack released the agent. The agent belongs to the old stack again.
    return planUndo(state, pending, requestId, context.now);
  }
  // The root stack decides, because a nested stack can be deleted while its root continues, and a move can hand the agent from one nested stack to
  // another.
  if (phaseOf(context.stack.rootStatus ?? context.stack.status) === 'deleting') {
    return planEnd(state, request, context, false);
  }
  if (pending?.from === roleId) {
    // Nothing may be torn down before access moved to the new principal. The response to the move is still to come.
    return pending.phase === 'moved' ? planRetirement(state, [principal]) : unfinished(state);
  }
  // A leave that has begun is not reverted.
  if (pending?.to === roleId && phase !== 'going-on' && state.status !== 'leaving') {
    return planUndo(state, pending, requestId, context.now);
  }
  if (roleId !== state.present && roleId !== pending?.to) {
    return planRetirement(state, [principal]);
  }
  return planEnd(state, request, context, phase !== 'going-on');
}

/**
 * The agent leaves. An adopted role is given back instead, if its code said so before, or if the deployment that adopted it is undone. That never restores access to an agent that
 * has ended, is suspended, or was denied something by a review.
 */
function planEnd(state: PlacementState, request: LifecycleRequest<Withdraw>, context: StackContext, isUndone: boolean): Decision {
  const { principals, present, pending, declared, suspension, reduction, expired } = state;
  const isGivenBack = isAdopted(principals[present]) && pending === undefined && state.status === 'active' && (isUndone || declared.onRemoval === 'release')
    && suspension === undefined && reduction === undefined && expired === undefined && Date.parse(declared.expiresAt) > context.now.getTime();
  return isGivenBack ? planGiveBack(state) : planLeave(state, request, context, request.intent.principal);
}

function unfinished(state: PlacementState): Refusal {
  return refuse('MoveUnfinished', `agent ${state.placement.agentName} is in the middle of a move: deploy again, then delete`);
}
