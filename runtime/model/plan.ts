import { AskedApproval } from './approval';
import { AddedPolicies } from './drift';
import { OwnCredential } from './own-credentials';
import { PacedDecision } from './pace';
import {
  AgendaRecord, Declared, Expired, Offboarding, Owner, PendingMove, PlacementState, PlacementStatus, PrincipalRecord, Renewal, RoleId,
  Suspension, Trouble,
} from './placement-state';
import { Delegation, Reduction, ReviewRecord } from './review';
import { RevocationRecord, RevokerRecord } from './revocation';
import { Succession } from './sponsor-check';
import { JsonValue } from '../../src/core/canonical-json';
import { LifecycleEventName } from '../../src/core/event-table';

type PrincipalChange = Partial<Omit<PrincipalRecord, Removable>> & { readonly [K in Removable]?: PrincipalRecord[K] | null };
/** What a template may declare no more. A plan is stored before it is applied, and a stored plan has no undefined parts, so null removes them. */
type Removable = 'boundary' | 'accessParts';
const REMOVABLE: readonly string[] = ['boundary', 'accessParts'] satisfies Removable[];

/** A change to a placement's state. Absent parts stay as they are, and null removes a part. */
export interface StateChange {
  readonly status?: PlacementStatus;
  readonly present?: RoleId;
  readonly pending?: PendingMove | null;
  readonly principals?: Readonly<Record<RoleId, PrincipalChange>>;
  readonly owner?: Owner;
  readonly declared?: Declared;
  readonly offeredTo?: string | null;
  readonly renewal?: Renewal | null;
  readonly trouble?: Trouble | null;
  readonly suspension?: Suspension | null;
  readonly agenda?: AgendaRecord | null;
  readonly succession?: Succession | null;
  readonly expired?: Expired | null;
  readonly offboarding?: Offboarding | null;
  readonly review?: ReviewRecord | null;
  readonly certifiedUntil?: string | null;
  readonly reduction?: Reduction | null;
  readonly delegations?: readonly Delegation[] | null;
  readonly approval?: AskedApproval<Declared> | null;
  readonly formerRevokers?: readonly RevokerRecord[] | null;
  readonly revocations?: readonly RevocationRecord[] | null;
  readonly accessKeys?: PlacementState['accessKeys'] | null;
  readonly credentials?: PlacementState['credentials'] | null;
  readonly switchedOff?: PlacementState['switchedOff'] | null;
  readonly joinedAt?: string;
}

export interface PlannedEvent {
  readonly name: LifecycleEventName;
  readonly stage: string;
  readonly roleId?: RoleId;
  /** The accountable sponsor at the time of the event. Set if the state already names another sponsor. */
  readonly sponsorId?: string;
  readonly details?: { readonly [key: string]: JsonValue };
  /** Identifies the event. The same event has the same key, whichever request reports it. */
  readonly key: string;
}

/** principal: what blocks the deletion of the roles. agent: everything that belongs to the agent. */
type WipeScope = 'principal' | 'agent';

/**
 * What to do about one request. The order is fixed: note, adopt, quarantine, cuts, wait, reduce, restore, clean, wipe, check everything again, close trust, ask third parties, record, respond. Each
 * part may be empty, and each is safe to repeat.
 */
export interface Plan {
  readonly transition:
    | 'none' | 'join' | 'update' | 'move' | 'undo-move' | 'retire' | 'leave' | 'hold' | 'offer-transfer' | 'renew' | 'suspend' | 'resume' | 'reassert'
    | 'attend' | 'expire' | 'release' | 'return' | 'keep' | 'review' | 'reduce' | 'approval' | 'revoke' | 'confirm';
  /** Written before anything is done, so that another execution can continue after a crash. */
  readonly note?: StateChange;
  /** Events that are recorded with the note. */
  readonly noted?: readonly PlannedEvent[];
  readonly quarantine: readonly RoleId[];
  /** Whether the principals are denied by every available means. A deployment that changes one of these means then opens no gap. */
  readonly byEveryMeans?: boolean;
  readonly restore: readonly RoleId[];
  /** What to do with everything else that acts for the agent: switch it off, or put back what the suspension switched off. */
  readonly cuts?: 'apply' | 'restore';
  /** Whether the quarantine must propagate before anything else is granted or torn down. */
  readonly wait: boolean;
  readonly retire: readonly RoleId[];
  readonly scope?: WipeScope;
  /** Principals that are denied what reviews took from the agent. */
  readonly reduce?: readonly RoleId[];
  /** Policies that were added to a principal by hand, and that are removed from it. */
  readonly clean?: AddedPolicies;
  /** Whether the access keys are due: one is made, rotated, made inactive or deleted. */
  readonly rotates?: true;
  /** Adopted roles that get the registry's guards, their end and their tags, or get them again. */
  readonly adopt?: readonly RoleId[];
  /** Adopted roles from which everything is taken that their adoption added. */
  readonly giveBack?: readonly RoleId[];
  /** Principals whose roles the engine deletes, because no stack will. */
  readonly deletes?: readonly RoleId[];
  /** Retired principals whose roles stay until a stack withdraws them. What denies them stays too, because a deployment can lift one denial. */
  readonly keepsDenied?: readonly RoleId[];
  /** Names of the agent's own secrets that are deleted with it. */
  readonly secrets?: readonly string[];
  /** Names of the agent's own credential providers that are deleted with it. */
  readonly providers?: readonly string[];
  /** Credentials that CloudFormation made for the agent, and that are deleted with it or with a principal that it no longer has. */
  readonly credentials?: readonly OwnCredential[];
  /** Whether third parties are asked to revoke what the state's open revocations name. */
  readonly revoke?: true;
  readonly change?: StateChange;
  readonly events: readonly PlannedEvent[];
  /** How fast a reviewer decided, for the comparison with the reviewer's other decisions. */
  readonly pace?: PacedDecision;
  /** Set if the plan holds something back: the response is FAILED after all other parts were done. */
  readonly failure?: { readonly code: string; readonly message: string };
  /** The principal that the response names. Absent for the one that the request names. */
  readonly answers?: { readonly roleId: RoleId; readonly stage: string };
}

export interface Refusal {
  readonly refused: true;
  readonly code: string;
  readonly message: string;
  /** What is recorded although the request is refused. */
  readonly records?: { readonly change: StateChange; readonly events: readonly PlannedEvent[] };
}

export type Decision = Plan | Refusal;

export function isRefusal(decision: Decision): decision is Refusal {
  return 'refused' in decision;
}

export function refuse(code: string, message: string): Refusal {
  return { refused: true, code, message };
}

/** Whether the plan tears down all of an agent, for its leave or before it joins again. */
export function isLeave({ events }: Plan): boolean {
  return events.some(({ name }) => name === 'left');
}

/** A plan that only responds. */
export const NOTHING_TO_DO: Plan = { transition: 'none', quarantine: [], restore: [], wait: false, retire: [], events: [] };

/** Applies a change to a placement's state. A placement's first change must set all parts. */
export function applyChange(state: PlacementState, change: StateChange): PlacementState {
  const { principals, ...rest } = change;
  const merged: Record<RoleId, PrincipalRecord> = { ...state.principals };
  for (const [roleId, fields] of Object.entries(principals ?? {})) {
    const record = Object.entries({ ...merged[roleId], ...fields }).filter(([name, value]) => value !== null || !REMOVABLE.includes(name));
    merged[roleId] = Object.fromEntries(record) as unknown as PrincipalRecord;
  }
  const changed = Object.entries({ ...state, ...withoutUndefined(rest), principals: merged });
  return Object.fromEntries(changed.filter(([, value]) => value !== null)) as unknown as PlacementState;
}

function withoutUndefined(change: object): object {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}
