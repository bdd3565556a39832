import { FinishContext } from './context';
import { orphan, planLeave, planRetirement, planUndo } from './plans';
import { isAtRest } from './rest';
import { PlacementState, PrincipalRecord, remaining, roleInStack } from '../../model/placement-state';
import { Decision, Plan, refuse } from '../../model/plan';
import { Finish, LifecycleRequest } from '../../model/request';

/**
 * Tears down the principals that no stack has, if all stacks are at rest. Principals that a stack has stay as they are. If no stack has any, the
 * agent leaves.
 */
export function decideFinish(state: PlacementState | undefined, request: LifecycleRequest<Finish>, found: FinishContext): Decision {
  const { agentName } = request.placement;
  if (state === undefined) {
    return refuse('AgentUnknown', `the ledger has no agent ${agentName}: see nhi list`);
  }
  const busy = found.stacks.find(({ status }) => !isAtRest(status));
  if (busy !== undefined) {
    return refuse('StackNotAtRest', `the stack ${busy.owner.stackName} is ${busy.status}: CloudFormation finishes it itself; wait, or deploy or destroy it again`);
  }
  const inStack = (principal: PrincipalRecord): boolean => found.held.includes(roleInStack(principal));
  const held = remaining(state).filter(inStack);
  const undeleted = found.undeleted.filter((principal) => !inStack(principal));
  if (held.length === 0 && remaining(state).length > 0) {
    return planLeave(state, request, { ...found, undeleted });
  }
  if (held.length > 0 && state.status === 'leaving') {
    return refuse('StillInStack',
      `agent ${agentName} is leaving, and ${held.map(({ roleName }) => roleName).join(', ')} is still part of a stack: deploy that stack without it, or destroy it; this finishes what CloudFormation has given up`);
  }
  const { pending } = state;
  if (pending !== undefined && !inStack(state.principals[pending.to]) && inStack(state.principals[pending.from])) {
    return finished(planUndo(state, pending, `finish/${pending.to}`, found.now), undeleted, request);
  }
  const loose = remaining(state).filter((principal) => !inStack(principal) && mayGo(state, principal));
  // Roles that an earlier leave waits for. They may have been deleted in the meantime without the registry.
  const awaited = Object.values(state.principals).filter((principal) => (
    principal.awaitedBy !== undefined && !inStack(principal) && !undeleted.includes(principal)));
  if (loose.length + undeleted.length + awaited.length === 0) {
    return refuse('NothingToFinish', `CloudFormation has given up nothing of agent ${agentName}${held.length === 0 ? '' : `: ${held.map(({ roleName }) => roleName).join(', ')} is its stack's`}`);
  }
  return finished(planRetirement(state, loose), undeleted, request, awaited);
}

/** Whether a principal is neither the present one nor the one that a move is about to make it. */
function mayGo({ present, pending }: PlacementState, { roleId }: PrincipalRecord): boolean {
  return roleId !== present && roleId !== pending?.to;
}

/** No stack will delete these roles, so the engine does. It also deletes roles that exist in the place of earlier retired principals. */
function finished(
  plan: Plan, undeleted: readonly PrincipalRecord[], request: LifecycleRequest<Finish>, awaited: readonly PrincipalRecord[] = [],
): Plan {
  const roleIds = [...undeleted, ...awaited].map(({ roleId }) => roleId);
  const retire = [...plan.retire, ...roleIds];
  return {
    ...plan,
    quarantine: [...plan.quarantine, ...roleIds],
    retire,
    wait: plan.wait || roleIds.length > 0,
    deletes: retire,
    events: [...plan.events, ...undeleted.map((principal) => orphan(principal, request))],
  };
}
