import { continuePrincipal } from './change';
import { StackContext } from './context';
import { checkNarrowing } from './narrowing';
import { stillRevoking } from './open-revocations';
import { beginningOf, planJoin, planLeaveAndJoin, planMove } from './plans';
import { withApproval } from './promotion';
import { checkEnd, checkExtension, hasExpired, mayDeclare, notSuspended, principalRetired } from './rules';
import { checkSponsors } from './sponsors';
import { PlacementState } from '../../model/placement-state';
import { Decision, Refusal, refuse } from '../../model/plan';
import { Join, LifecycleRequest } from '../../model/request';

export function decideJoin(state: PlacementState | undefined, request: LifecycleRequest<Join>, context: StackContext): Decision {
  const { roleId } = request.intent.principal;
  if (state?.principals[roleId]?.status === 'retired') {
    return hasExpired(state, request) ?? principalRetired(request, 'was retired and can\'t come back: run `nhi finish` if its role still exists, then deploy again, so that the agent gets another role');
  }
  if (state === undefined || state.status === 'left') {
    return notSuspended(state, request) ?? stillRevoking(state, request, context) ?? checkEnd(request, context.now)
      ?? checkNarrowing(undefined, request, context) ?? checkSponsors(state, request, context)
      ?? withApproval(state, request, context, () => planJoin(state, request, context));
  }
  const refusal = mayDeclare(state, request, context);
  if (refusal !== undefined) {
    return refusal;
  }
  if (state.status === 'leaving') {
    if (state.principals[roleId] !== undefined) {
      return principalRetired(request, 'is being torn down: let it leave, then deploy again');
    }
    return notSuspended(state, request) ?? stillRevoking(state, request, context) ?? checkEnd(request, context.now)
      ?? checkNarrowing(undefined, request, context) ?? checkSponsors(state, request, context) ?? heldBack(request, context)
      ?? withApproval(state, request, context, () => planLeaveAndJoin(state, request, context));
  }
  // The response to an earlier Create was lost. The agent has joined, and its declaration may have changed since.
  if (roleId === state.present || roleId === state.pending?.to) {
    return continuePrincipal(state, request, context);
  }
  return notSuspended(state, request) ?? checkExtension(state.declared, request, context.now) ?? checkEnd(request, context.now)
    ?? checkNarrowing(beginningOf(state, request.intent).previous, request, context) ?? checkSponsors(state, request, context)
    ?? withApproval(state, request, context, () => planMove(state, request, context));
}

/** A join that first finishes a leave is subject to the limit on leavers. A deployment must not release what an operator has to release. */
function heldBack({ placement: { agentName } }: LifecycleRequest<Join>, { leaversExceeded }: StackContext): Refusal | undefined {
  return leaversExceeded === undefined ? undefined : refuse('MassLeaverLimit',
    `${leaversExceeded}; agent ${agentName} can't join again before its former principals are torn down: run \`nhi release-leavers\`, then deploy again`);
}
