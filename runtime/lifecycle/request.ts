import { Declared, Owner, PrincipalRef, RoleId } from './placement-state';
import { Placement } from '../../src/core/lifecycle-event';

/** What CloudFormation asked for, checked and in our words. */
export interface LifecycleRequest {
  /** Made of stack, resource and CloudFormation's own id: the same request has the same id. */
  readonly requestId: string;
  readonly kind: 'Create' | 'Update' | 'Delete';
  readonly registry: string;
  readonly placement: Placement;
  /** The resource's own stack; its status tells what CloudFormation is doing. */
  readonly stackId: string;
  readonly logicalResourceId: string;
  /** Principal that the physical id names; absent when CloudFormation made the id up, or has none yet. */
  readonly physicalRoleId?: RoleId;
  /** The physical id is that of a Create that was refused: nothing belongs to it. */
  readonly neverJoined: boolean;
  readonly physicalResourceId?: string;
  readonly principal: PrincipalRef;
  readonly declared: Declared;
  /** Set when the registry doesn't have the stage: those that it has. */
  readonly knownStages?: readonly string[];
  /** Name of the stack that the agent is handed over from. */
  readonly transferFrom?: string;
  /** ARN of the operator who asks instead of CloudFormation, which has given the deletion up. */
  readonly operator?: string;
}

/** What CloudFormation says of a stack. */
export interface StackView {
  /** Such as `UPDATE_ROLLBACK_IN_PROGRESS`. */
  readonly status: string;
  /** That of the root, of a nested stack. */
  readonly rootStatus?: string;
  /** The stack, or the root of its nesting. */
  readonly owner: Owner;
}

/** What the decision leans on beside the placement's state. */
export interface Circumstances {
  readonly now: Date;
  readonly stack: StackView;
  /** Whether the stack that owns the placement exists no more. */
  readonly ownerIsGone: boolean;
  /** Set when more agents leave in an hour than the registry allows. */
  readonly leaversExceeded?: string;
}

export type CloudFormationPhase = 'deleting' | 'undoing-create' | 'undoing-update' | 'going-on';

/** In words of the protocol. Create's rollback deletes all the stack made; an update's restores what was. */
export function phaseOf(status: string): CloudFormationPhase {
  if (status.startsWith('DELETE_')) {
    return 'deleting';
  }
  if (status.startsWith('ROLLBACK_')) {
    return 'undoing-create';
  }
  return status.startsWith('UPDATE_ROLLBACK_') ? 'undoing-update' : 'going-on';
}

/** Which principal a physical id names: `<agentName>/<stage>/<roleId>`. */
export function physicalId(agentName: string, stage: string, roleId: RoleId): string {
  return `${agentName}/${stage}/${roleId}`;
}

const REFUSED_PREFIX = 'refused/';

/** Physical id of a Create that was refused, so that the Delete that follows it touches nothing. */
export function refusedId(requestId: string): string {
  return `${REFUSED_PREFIX}${requestId}`;
}

export function readPhysicalId(id: string | undefined): { roleId?: RoleId; neverJoined: boolean } {
  if (id?.startsWith(REFUSED_PREFIX)) {
    return { neverJoined: true };
  }
  const roleId = id === undefined ? undefined : /^[a-z0-9-]+\/[a-z0-9]+\/([A-Za-z0-9]+)$/.exec(id)?.[1];
  return { ...(roleId === undefined ? {} : { roleId }), neverJoined: false };
}
