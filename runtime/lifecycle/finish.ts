import { retired } from './decide-create';
import { planLeave } from './decide-delete';
import { planUndo, statusOf } from './decide-update';
import { PlacementState, PrincipalRecord, remaining } from './placement-state';
import { Decision, Plan, PlannedEvent, refuse } from './plan';
import { LifecycleRequest, physicalId, StackView } from './request';

/** At rest, and nothing of it failed; or gone. What CloudFormation is still doing, or will be told to do again, is its own. */
const AT_REST = /^((CREATE|UPDATE|UPDATE_ROLLBACK|IMPORT|IMPORT_ROLLBACK|ROLLBACK)_COMPLETE|DELETE_COMPLETE)$/;

export interface FinishProps {
  readonly requestId: string;
  readonly registry: string;
  /** ARN of who asks. */
  readonly operator: string;
}

/** Asks in an operator's name that the teardowns be finished which CloudFormation has given up. What these are is decided when it is done. */
export function finishRequest(state: PlacementState, { requestId, registry, operator }: FinishProps): LifecycleRequest {
  const { placement, declared, present, principals, owner } = state;
  return {
    requestId,
    kind: 'Delete',
    registry,
    placement,
    stackId: owner.stackId,
    logicalResourceId: 'none',
    neverJoined: false,
    principal: principals[present],
    declared,
    operator,
  };
}

/** What only AWS knows of an agent. */
export interface Found {
  /** The stacks that have, or had, something of it. */
  readonly stacks: readonly StackView[];
  /** Names of the roles that these have now. */
  readonly held: readonly string[];
  /** Principals that were retired, and whose roles IAM still has. */
  readonly undeleted: readonly PrincipalRecord[];
  /** Set when more agents leave in an hour than the registry allows. */
  readonly leaversExceeded?: string;
}

/**
 * What CloudFormation has given up is what no stack has any more, while all of them are at rest. What a stack has stays as it is; if it has nothing, the agent leaves.
 */
export function decideFinish(state: PlacementState, operator: string, found: Found): Decision {
  const { agentName } = state.placement;
  const busy = found.stacks.find(({ status }) => !AT_REST.test(status));
  if (busy !== undefined) {
    return refuse('StackNotAtRest', `the stack ${busy.owner.stackName} is ${busy.status}: CloudFormation finishes it itself; wait, or deploy or destroy it again`);
  }
  const isHeld = ({ roleName }: PrincipalRecord): boolean => found.held.includes(roleName);
  const held = remaining(state).filter(isHeld);
  const undeleted = found.undeleted.filter((principal) => !isHeld(principal));
  if (held.length === 0 && remaining(state).length > 0) {
    return finished(planLeave(state, found), undeleted, operator);
  }
  if (held.length > 0 && state.status === 'leaving') {
    return refuse('StillInStack',
      `agent ${agentName} is leaving, and ${held.map(({ roleName }) => roleName).join(', ')} is still part of a stack: deploy that stack without it, or destroy it; this finishes what CloudFormation has given up`);
  }
  const { pending } = state;
  if (pending !== undefined && !isHeld(state.principals[pending.to]) && isHeld(state.principals[pending.from])) {
    return finished(planUndo(state, pending, `finish/${pending.to}`), undeleted, operator);
  }
  const loose = remaining(state).filter((principal) => !isHeld(principal) && mayGo(state, principal));
  if (loose.length + undeleted.length === 0) {
    return refuse('NothingToFinish', `CloudFormation has given up nothing of agent ${agentName}${held.length === 0 ? '' : `: ${held.map(({ roleName }) => roleName).join(', ')} is its stack's`}`);
  }
  return finished(planRetirements(state, loose), undeleted, operator);
}

/** Neither the present one, nor one that a move may still lead to or back to. */
function mayGo({ present, pending }: PlacementState, { roleId }: PrincipalRecord): boolean {
  return roleId !== present && roleId !== pending?.to && (roleId !== pending?.from || pending.phase === 'moved');
}

function planRetirements(state: PlacementState, principals: readonly PrincipalRecord[]): Plan {
  const roleIds = principals.map(({ roleId }) => roleId);
  return {
    transition: 'retire',
    note: { principals: statusOf(roleIds, 'retiring') },
    quarantine: roleIds,
    restore: [],
    wait: true,
    retire: roleIds,
    scope: 'principal',
    change: { principals: statusOf(roleIds, 'retired'), ...(state.pending !== undefined && roleIds.includes(state.pending.from) ? { pending: null } : {}) },
    events: principals.map(retired),
    physicalId: physicalId(state.placement.agentName, state.declared.stage, state.present),
  };
}

/** Nobody comes after who deletes the roles. Those of principals that were retired before go along. */
function finished(plan: Plan, undeleted: readonly PrincipalRecord[], operator: string): Plan {
  if (plan.failure !== undefined) {
    return plan;
  }
  const roleIds = undeleted.map(({ roleId }) => roleId);
  return {
    ...plan,
    quarantine: [...plan.quarantine, ...roleIds],
    retire: [...plan.retire, ...roleIds],
    wait: plan.wait || roleIds.length > 0,
    deletesRoles: true,
    events: [
      ...plan.events,
      ...undeleted.map((principal): PlannedEvent => ({
        name: 'orphan-found',
        stage: principal.stage,
        roleId: principal.roleId,
        details: { role: principal.roleName, deletedBy: operator },
        key: `orphan-found/${principal.roleId}/deleted`,
      })),
    ],
  };
}
