import { Declared, Owner, PendingMove, PlacementState, PlacementStatus, PrincipalRecord, RoleId } from './placement-state';
import { JsonValue } from '../../src/core/canonical-json';
import { LifecycleEventName } from '../../src/core/event-table';

/** What to write of a placement; what is absent stays. Null takes the pending move away. */
export interface StateChange {
  readonly status?: PlacementStatus;
  readonly present?: RoleId;
  readonly pending?: PendingMove | null;
  readonly principals?: Readonly<Record<RoleId, Partial<PrincipalRecord>>>;
  readonly owner?: Owner;
  readonly declared?: Declared;
  readonly joinedAt?: string;
  readonly renewedAt?: string;
}

export interface PlannedEvent {
  readonly name: LifecycleEventName;
  readonly stage: string;
  readonly roleId?: RoleId;
  readonly details?: { readonly [key: string]: JsonValue };
  /** The same happening has the same key, whatever request tells of it. */
  readonly key: string;
}

/** principal: what blocks the deletion of roles. agent: all that is the agent's. */
export type WipeScope = 'principal' | 'agent';

/**
 * What to do about one request. The order is fixed: note, quarantine, wait, restore, wipe, verify, terminate, record, answer;
 * each part may be empty, and each is safe to repeat.
 */
export interface Plan {
  readonly transition: 'none' | 'join' | 'update' | 'move' | 'undo-move' | 'retire' | 'leave' | 'hold';
  /** Written before anything is done, so that whoever comes after a crash knows. */
  readonly note?: StateChange;
  readonly quarantine: readonly RoleId[];
  readonly restore: readonly RoleId[];
  /** Whether the quarantine has to spread before anything else is granted or torn down. */
  readonly wait: boolean;
  readonly retire: readonly RoleId[];
  readonly scope?: WipeScope;
  /** Whether the roles are deleted, too: nobody comes after who does. */
  readonly deletesRoles?: boolean;
  /** Names of the agent's own secrets that go with it. */
  readonly secrets?: readonly string[];
  readonly change?: StateChange;
  readonly events: readonly PlannedEvent[];
  /** Answered as FAILED after all was done: the plan itself holds something back. */
  readonly failure?: { readonly code: string; readonly message: string };
  readonly physicalId: string;
}

export interface Refusal {
  readonly refused: true;
  readonly code: string;
  readonly message: string;
}

export type Decision = Plan | Refusal;

export function isRefusal(decision: Decision): decision is Refusal {
  return 'refused' in decision;
}

export function refuse(code: string, message: string): Refusal {
  return { refused: true, code, message };
}

/** A plan that does nothing but answer. */
export function nothing(physicalIdOfAnswer: string): Plan {
  return { transition: 'none', quarantine: [], restore: [], wait: false, retire: [], events: [], physicalId: physicalIdOfAnswer };
}

/** Applies a change to what the ledger holds now; a placement's first change must name all its parts. */
export function applyChange(state: PlacementState, change: StateChange): PlacementState {
  const { principals, pending, ...rest } = change;
  const merged: Record<RoleId, PrincipalRecord> = { ...state.principals };
  for (const [roleId, fields] of Object.entries(principals ?? {})) {
    merged[roleId] = { ...merged[roleId], ...fields } as PrincipalRecord;
  }
  const { pending: before, ...others } = state;
  const after = pending === null ? undefined : pending ?? before;
  return { ...others, ...rest, principals: merged, ...(after === undefined ? {} : { pending: after }) };
}
