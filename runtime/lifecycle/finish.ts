import { PlacementState, PrincipalRecord } from './placement-state';
import { Decision, isRefusal, Plan, Refusal, refuse } from './plan';
import { LifecycleRequest, StackView } from './request';

/** At rest, and nothing of it failed; or gone. What CloudFormation is still doing, or will be told to do again, is its own. */
const AT_REST = /^((CREATE|UPDATE|UPDATE_ROLLBACK|IMPORT|IMPORT_ROLLBACK|ROLLBACK)_COMPLETE|DELETE_COMPLETE)$/;

export interface FinishProps {
  readonly requestId: string;
  readonly registry: string;
  /** ARN of who asks. */
  readonly operator: string;
}

/** The Delete that CloudFormation doesn't send any more: of the principal that a move left behind, or of the agent. */
export function finishRequest(state: PlacementState, { requestId, registry, operator }: FinishProps): LifecycleRequest {
  const { pending, principals, placement, declared, present, status } = state;
  const replaced = pending?.from ?? Object.values(principals).find((principal) => principal.status === 'retiring')?.roleId;
  const roleId = status === 'leaving' ? present : replaced ?? present;
  return {
    requestId,
    kind: 'Delete',
    registry,
    placement,
    stackId: (roleId === pending?.from ? pending.previousOwner : state.owner).stackId,
    logicalResourceId: 'none',
    physicalRoleId: roleId,
    neverJoined: false,
    principal: principals[roleId],
    declared,
    operator,
  };
}

/** What only AWS knows of an operator's request. */
export interface Found {
  readonly stack: StackView;
  /** Names of the roles that the stack has. */
  readonly held: readonly string[];
  /** Principals that were retired, and whose roles IAM still has. */
  readonly undeleted: readonly PrincipalRecord[];
}

/** What an operator asks for is done only when CloudFormation is through with it: the stack is at rest and has none of these roles any more. */
export function decideFinish(decision: Decision, state: PlacementState | undefined, { stack, held, undeleted }: Found): Decision {
  if (isRefusal(decision)) {
    return decision;
  }
  const corpses = undeleted.filter(({ roleName }) => !held.includes(roleName)).map(({ roleId }) => roleId);
  const plan: Plan = {
    scope: 'principal',
    ...decision,
    quarantine: [...new Set([...decision.quarantine, ...corpses])],
    retire: [...new Set([...decision.retire, ...corpses])],
    deletesRoles: true,
  };
  if (plan.quarantine.length === 0) {
    return refuse('NothingToFinish', `nothing of agent ${state?.placement.agentName} is left to tear down: see nhi show`);
  }
  const names = plan.quarantine.map((roleId) => state?.principals[roleId]?.roleName ?? roleId);
  return notThrough(stack, names.filter((name) => held.includes(name))) ?? plan;
}

function notThrough({ status, owner }: StackView, names: readonly string[]): Refusal | undefined {
  if (!AT_REST.test(status)) {
    return refuse('StackNotAtRest', `the stack ${owner.stackName} is ${status}: CloudFormation finishes it itself; wait, or deploy or destroy it again`);
  }
  return names.length === 0 ? undefined : refuse('StillInStack',
    `${names.join(', ')} is still part of the stack ${owner.stackName}: remove the agent's construct and deploy, or destroy the stack; this command is for what CloudFormation has given up`);
}
