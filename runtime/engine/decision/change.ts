import { StackContext } from './context';
import { checkNarrowing } from './narrowing';
import { beginningOf, denyingTornDown, planMove, planUndo, planUpdate } from './plans';
import { withApproval } from './promotion';
import { checkEnd, checkExtension, hasExpired, mayDeclare, notSuspended, principalRetired } from './rules';
import { checkSponsors } from './sponsors';
import { PlacementState, RoleId } from '../../model/placement-state';
import { Decision, NOTHING_TO_DO, refuse } from '../../model/plan';
import { Change, Join, LifecycleRequest } from '../../model/request';
import { phaseOf } from '../../model/stack-view';

export function decideChange(state: PlacementState | undefined, request: LifecycleRequest<Change>, context: StackContext): Decision {
  const { placement, intent } = request;
  const { principal: { roleId }, declared, begins } = intent;
  const undoing = isUndoing(context);
  const unchanged = { ...NOTHING_TO_DO, answers: { roleId, stage: declared.stage } };
  if (state === undefined || state.status === 'left' || state.status === 'leaving') {
    // A roll-back of a refused update changes nothing of the agent. Responding FAILED to it would leave the stack stuck.
    return undoing ? { ...unchanged, ...denyingTornDown(state) } : hasExpired(state, request) ?? refuse('AgentUnknown', `agent ${placement.agentName} ${state === undefined ? 'is not in the ledger' : `is ${state.status}`}: `
      + 'remove it from the stack, deploy, and let it join again');
  }
  const refusal = mayDeclare(state, request, context);
  if (refusal !== undefined) {
    return undoing ? unchanged : refusal;
  }
  const { pending } = state;
  // This is a late copy of an earlier update. A roll-back must not fail for that reason.
  if (!undoing && pending !== undefined && begins !== undefined && begins !== pending.from && begins !== pending.to) {
    return stale(state, begins);
  }
  if (pending !== undefined && roleId === pending.from) {
    return (undoing ? undefined : checkExtension(pending.previous, request, context.now)) ?? checkNarrowing(pending.previous, request, context)
      ?? planUndo(state, pending, request.requestId, context.now, declared);
  }
  if (roleId === state.present || roleId === pending?.to) {
    return continuePrincipal(state, request, context);
  }
  if (state.principals[roleId]?.status === 'retired') {
    return principalRetired(request, 'was retired and can\'t come back: run `nhi finish` if its role still exists, then deploy again, so that the agent gets another role');
  }
  if (pending === undefined && begins !== undefined && begins !== state.present) {
    return stale(state, begins);
  }
  return notSuspended(state, request) ?? checkExtension(state.declared, request, context.now) ?? checkEnd(request, context.now)
    ?? checkNarrowing(beginningOf(state, intent).previous, request, context) ?? checkSponsors(state, request, context)
    ?? withApproval(state, request, context, () => planMove(state, request, context));
}

/** The request names the present principal, or the principal that a pending move leads to. */
export function continuePrincipal(state: PlacementState, request: LifecycleRequest<Join | Change>, context: StackContext): Decision {
  if (state.pending?.phase === 'cutting' && request.intent.principal.roleId === state.pending.to) {
    return notSuspended(state, request) ?? checkNarrowing(state.pending.previous, request, context)
      ?? withApproval(state, request, context, () => planMove(state, request, context));
  }
  const refusal = isUndoing(context) ? undefined : checkExtension(state.declared, request, context.now, state.renewal);
  return refusal ?? checkNarrowing(state.declared, request, context) ?? checkSponsors(state, request, context) ?? planUpdate(state, request, context);
}

function isUndoing({ stack }: StackContext): boolean {
  return phaseOf(stack.status) === 'undoing-update';
}

function stale(state: PlacementState, begins: RoleId): Decision {
  return refuse('StaleUpdate', `the update begins at principal ${begins} of agent ${state.placement.agentName}, the present one is ${state.present}: deploy again`);
}
