import { GENESIS_HASH } from '../../src/core/hash-chain';
import { Placement } from '../../src/core/lifecycle-event';
import { RiskProfile } from '../../src/core/risk-profile';
import { SponsorRecord } from '../../src/core/sponsor-record';

/** Unique id of an IAM role (`AROA...`). A role made again under the same name has another. */
export type RoleId = string;

/** A principal as CloudFormation names it. */
export interface PrincipalRef {
  readonly roleId: RoleId;
  readonly roleName: string;
  readonly roleArn: string;
  readonly path: string;
  readonly stage: string;
  /** It reaches other identities: its template has an inline guard of its own, instead of the one that the others share. */
  readonly ownGuard?: boolean;
}

/**
 * live: may act. quarantined: denied everything, can be restored. retiring: its teardown has begun. retired: torn down and looked for again.
 */
export type PrincipalStatus = 'live' | 'quarantined' | 'retiring' | 'retired';

export interface PrincipalRecord extends PrincipalRef {
  readonly status: PrincipalStatus;
  /** Whether it is denied before its successor gets access. */
  readonly cutBeforeGrant: boolean;
  /** The boundary to put back; null: it had none; absent: not quarantined yet. */
  readonly originalBoundary?: string | null;
  /** When its sessions were cut. */
  readonly cutAt?: string;
}

/** An exception from the access rules, as declared. */
export interface ExceptionRecord {
  readonly actions: readonly string[];
  readonly reason: string;
  readonly until: string;
}

/** What an engineer declared of an agent, beside its principal. */
export interface Declared {
  readonly stage: string;
  readonly purpose: string;
  readonly sponsor: SponsorRecord;
  readonly expiresAt: string;
  readonly profile: RiskProfile;
  readonly guardDigest: string;
  /** Names of secrets that are the agent's own. */
  readonly ownSecrets: readonly string[];
  readonly exceptions: readonly ExceptionRecord[];
}

/** The root stack that an agent belongs to; known by its name, as stacks get made again. */
export interface Owner {
  readonly stackName: string;
  readonly stackId: string;
}

/** active: present principal may act. suspended: it may not, until resumed. leaving: a leave has begun. left: a tombstone. */
export type PlacementStatus = 'active' | 'suspended' | 'leaving' | 'left';

/** A move that CloudFormation can still undo: it is settled by the clean-up's Delete of `from`. */
export interface PendingMove {
  readonly from: RoleId;
  readonly to: RoleId;
  /** cutting: the old one is being denied; moved: access went to the new one. */
  readonly phase: 'cutting' | 'moved';
  /** What was declared before, to be declared again if the move is undone. */
  readonly previous: Declared;
  /** Whose the old principal is: another stack's after a handing over. */
  readonly previousOwner: Owner;
}

/** All that the ledger knows of one placement now. */
export interface PlacementState {
  readonly placement: Placement;
  readonly status: PlacementStatus;
  readonly present: RoleId;
  readonly pending?: PendingMove;
  readonly principals: Readonly<Record<RoleId, PrincipalRecord>>;
  readonly owner: Owner;
  readonly declared: Declared;
  readonly joinedAt: string;
  /** Last time the end was looked at: joined, moved or extended. */
  readonly renewedAt: string;
  /** Count of events in the chain, and the hash of the last. */
  readonly sequence: number;
  readonly lastHash: string;
  /** Grows with each write; a write names the one it has read. */
  readonly version: number;
}

/** A placement of which nothing is known yet; its first change names all the rest. */
export function firstState(placement: Placement): PlacementState {
  return { placement, principals: {}, sequence: 0, lastHash: GENESIS_HASH, version: 0 } as unknown as PlacementState;
}

export function isDenied(principal: PrincipalRecord): boolean {
  return principal.status !== 'live';
}

/** Whether its leave was held back by the limit on leavers, and nothing of it was torn down. */
export function isHeld(state: PlacementState): boolean {
  return state.status === 'leaving' && remaining(state).every(({ status }) => status === 'live' || status === 'quarantined');
}

/** Principals of a placement that are not gone for good. */
export function remaining(state: PlacementState): PrincipalRecord[] {
  return Object.values(state.principals).filter(({ status }) => status !== 'retired');
}
