import { Owner } from './placement-state';

/** A stack as CloudFormation describes it. */
export interface StackView {
  /** Such as `UPDATE_ROLLBACK_IN_PROGRESS`. */
  readonly status: string;
  /** Status of the root stack, for a nested stack. */
  readonly rootStatus?: string;
  /** The stack itself, or the root of a nested stack. */
  readonly owner: Owner;
}

type CloudFormationPhase = 'deleting' | 'undoing-create' | 'undoing-update' | 'going-on';

/**
 * What a stack's status means to the protocol. The rollback of a creation deletes everything that the stack created. The rollback of an update
 * restores the previous state.
 */
export function phaseOf(status: string): CloudFormationPhase {
  if (status.startsWith('DELETE_')) {
    return 'deleting';
  }
  if (status.startsWith('ROLLBACK_')) {
    return 'undoing-create';
  }
  return status.startsWith('UPDATE_ROLLBACK_') ? 'undoing-update' : 'going-on';
}

/**
 * CloudFormation describes deleted stacks by id for 90 days. After that it returns this error, as it does for a resource that is not in the stack.
 */
export function isUnknown(error: unknown): boolean {
  return error instanceof Error && error.name === 'ValidationError' && /does not exist/.test(error.message);
}
