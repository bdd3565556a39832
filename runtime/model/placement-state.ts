import { AccessKeyRecord, DeclaredAccessKey } from './access-keys';
import { AskedApproval } from './approval';
import { CostLookup } from './cost-lookup';
import { DriftRecord, FoundDrift } from './drift';
import { CredentialRecord, OwnCredential } from './own-credentials';
import { BeforeAdoption, Denial, PrincipalRef, PrincipalStatus, RoleId } from './principal';
import { Delegation, Reduction, ReviewRecord } from './review';
import { isRevoking, RevocationRecord, RevokerRecord } from './revocation';
import { SponsorCheck, Succession } from './sponsor-check';
import { Suspension } from './suspension';
import { CutName } from '../../src/contract/cuts';
import { GENESIS_HASH } from '../../src/core/hash-chain';
import { Placement } from '../../src/core/lifecycle-event';
import { RiskProfile } from '../../src/core/risk-profile';
import { SponsorRecord } from '../../src/core/sponsor-record';

export * from './principal';
export * from './suspension';

export interface PrincipalRecord extends PrincipalRef {
  readonly status: PrincipalStatus;
  /** Whether the principal is denied before its successor gets access. */
  readonly cutBeforeGrant: boolean;
  /** The boundary to restore. Null: the role had no boundary. Absent: the principal was not quarantined yet. */
  readonly originalBoundary?: string | null;
  readonly denial?: Denial;
  /** Set if the role is adopted. It is stored before anything of the role is changed. */
  readonly before?: BeforeAdoption;
  /** When IAM was first seen to have all that the adoption adds. */
  readonly adoptedAt?: string;
  /** When the engine first found that IAM has no role with this id, so that there was nothing to deny. */
  readonly missingSince?: string;
  /** When the principal was last inspected before its trust was closed. */
  readonly verifiedAt?: string;
  /** When the registry began to delete the role, because no stack would delete it. */
  readonly registryDeletionAt?: string;
  /** When IAM was first seen to have no role with this id after the teardown. */
  readonly absentAt?: string;
  /** The certificate that lists this role as still existing. Removed when the certificate's second part confirms the deletion. */
  readonly awaitedBy?: CertificateRef;
  /** Since when the role is known to be left over, although CloudFormation should have deleted it. */
  readonly orphanSince?: string;
}

/** A certificate in the evidence bucket. */
export interface CertificateRef {
  readonly id: string;
  /** SHA-256 of its text, hex. */
  readonly sha256: string;
}

/** An exception from the access rules, as declared. */
export interface ExceptionRecord {
  readonly actions: readonly string[];
  readonly reason: string;
  readonly until: string;
}

/** Actions on resources, under one condition. */
export interface GrantRecord {
  /** Absent for Allow. */
  readonly effect?: 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly condition?: string;
}

export interface StageAccessRecord {
  /** `*` for a grant that applies in every stage. */
  readonly stage: string;
  readonly digest: string;
  readonly grants: readonly GrantRecord[];
  /** Number of further grants that only the digest covers. */
  readonly omitted: number;
}

/** What an agent may do, who may assume its role, and its boundary and guards. Parts that are not listed are present as digests. */
export interface AccessRecord {
  readonly stages: readonly StageAccessRecord[];
  readonly policy: string;
  readonly trust: string;
  readonly trusted: readonly string[];
  /** Digests of what the trust policy allows and denies, one by one. Known in stages in which access may only be narrowed. */
  readonly trustParts?: { readonly allows: readonly string[]; readonly denies: readonly string[] };
  readonly guards: string;
  readonly boundary?: string;
}

/** A credential that was switched off by a cut of this name. */
export interface SwitchedOff {
  readonly cut: CutName;
  readonly id: string;
}

/** What was declared for an agent, besides its principal. */
export interface Declared {
  readonly stage: string;
  readonly purpose: string;
  readonly sponsor: SponsorRecord;
  readonly expiresAt: string;
  /** Access ends before, unless reviews carry it on up to that end. */
  readonly untilCertified?: true;
  readonly profile: RiskProfile;
  /** Used at least once in so many days, as its code says. */
  readonly expectedUseDays?: number;
  /** Names of secrets that are the agent's own. */
  readonly ownSecrets: readonly string[];
  /** Names of OAuth2 credential providers that are the agent's own. */
  readonly ownProviders?: readonly string[];
  /** Access keys that the engine makes and rotates. */
  readonly accessKeys?: readonly DeclaredAccessKey[];
  /** Credentials that CloudFormation makes for it. */
  readonly credentials?: readonly OwnCredential[];
  readonly exceptions: readonly ExceptionRecord[];
  /** Names of the agents of the registry to which it delegates, sorted. */
  readonly delegates?: readonly string[];
  /** Access outside of AWS. */
  readonly revokers?: readonly RevokerRecord[];
  /** Whether other agents delegate to it. */
  readonly isDelegate?: true;
  /** Absent in declarations that were made before the engine recorded access. */
  readonly access?: AccessRecord;
  /** Name of the root stack that may take over the agent. */
  readonly transferTo?: string;
  /** Set if an adopted role is given back when its construct is removed. Otherwise the agent leaves. */
  readonly onRemoval?: 'release';
}

/** The root stack that owns an agent. It is identified by name, because stacks get deleted and created again. */
export interface Owner {
  readonly stackName: string;
  readonly stackId: string;
}

/**
 * active: the agent joined. leaving: a leave has begun. left: only a tombstone remains. Whether the agent may act depends on its suspension as well.
 */
export type PlacementStatus = 'active' | 'leaving' | 'left';

/** A move that CloudFormation can still undo. The clean-up's Delete of `from` completes it. */
export interface PendingMove {
  readonly from: RoleId;
  readonly to: RoleId;
  /** cutting: the old principal is being denied. moved: access went to the new principal. */
  readonly phase: 'cutting' | 'moved';
  /** The previous declaration, which is restored if the move is undone. */
  readonly previous: Declared;
  /** Owner of the old principal. After a transfer this is another stack. */
  readonly previousOwner: Owner;
  /** Digest of the approval that the move has used up. */
  readonly approved?: string;
}

/** An operator allows an ended agent a later end. The renewal changes nothing until a deployment declares such an end. */
export interface Renewal {
  /** Latest end that may be declared. */
  readonly until: string;
  /** The agent's stage when it was renewed. The renewal doesn't apply in another stage. */
  readonly stage: string;
  readonly reason: string;
  readonly by: string;
  /** When the renewal lapses. */
  readonly deployBy: string;
}

/** What the agenda has done about an agent. */
export interface AgendaRecord {
  /** The last warning: about which end, how many seconds before it, and when it was recorded. */
  readonly warned?: { readonly end: string; readonly secondsBefore: number; readonly at: string };
  /** A teardown, by what it is about, could not begin yet, and is tried again later. */
  readonly postponed?: { readonly of: string; readonly until: string; readonly code: string; readonly times?: number };
  /** What the teardown that has begun is about. */
  readonly ending?: string;
  /** When the engine checks again for what CloudFormation gave up. */
  readonly finishAgainAt?: string;
  /** When the engine checks again whether the agent is used. */
  readonly usageCheckAt?: string;
  /** Since when the sponsor knows that the agent is unused, and since when it is suspended for that. */
  readonly unused?: { readonly since: string; readonly suspendedAt?: string };
  /** When the engine checks again for credentials that were dropped. */
  readonly formerCheckAt?: string;
  /** How often that waited, one time after the other, for a stack that was rolled back. */
  readonly formerWaits?: number;
  /** Until when all that needs the agent's stacks waits, because they could not be read, and how often they could not. */
  readonly stackWait?: { readonly times: number; readonly until: string };
  /** When the engine checks again whether a credential of a suspended agent is on. */
  readonly switchedCheckAt?: string;
  readonly drift?: DriftRecord;
  readonly sponsor?: SponsorCheck;
  /** What access outside of AWS costs, as far as it is looked up. */
  readonly costs?: CostLookup;
}

/** The registry tore the agent down, although its stack still has it. */
export interface Expired {
  /** The end, as declared, or the earlier one up to which reviews have carried the agent on. */
  readonly end: string;
  readonly at: string;
  /** leave: a stack's own teardown did not complete, and an operator let the registry complete it. */
  readonly cause: 'end' | 'unused' | 'review' | 'offboard' | 'leave';
}

/** An operator lets the agent leave without a deployment. Written down before anything is torn down. */
export interface Offboarding {
  readonly since: string;
  /** ARN of the operator. */
  readonly by: string;
  readonly reason: string;
}

/** Why something is due. Each reason has an entry in `runtime/agenda/entries`. */
export type DueReason = 'expiry-warning' | 'end' | 'forgotten' | 'unused-check' | 'unused-suspend' | 'unused-remove' | 'drift' | 'drift-remove'
  | 'offboard' | 'sponsor-check' | 'sponsor-lapsed' | 'review-first' | 'review' | 'review-reminder' | 'review-suspend' | 'review-remove' | 'reduction'
  | 'rotation' | 'unannounced' | 'revocation' | 'cost-lookup' | 'former-credentials' | 'suspended-credentials' | 'old-credentials';

/** What is due next for an agent. */
export interface Due {
  /** Instant without fractions of a second, so that texts sort like instants. */
  readonly at: string;
  readonly reason: DueReason;
  /** The first of what is due that suspends, removes or passes on the agent. The limit of a sweep counts these before it touches an agent. */
  readonly removal?: { readonly at: string; readonly reason: DueReason };
  /** When the first of all else is due. Set if a removal comes first, because the limit may hold that one back and nothing else. */
  readonly besidesAt?: string;
}

/** A failed transition that no later transition has fixed. */
export interface Trouble {
  readonly since: string;
  readonly code: string;
  /** A long message is truncated. */
  readonly message: string;
  /** The request that failed. */
  readonly requestId: string;
}

/** What an agent adds to the counters of its stage. It is stored with the agent, so exactly that is taken back. */
export interface PeerEntry {
  readonly stage: string;
  /** Services of the access that is declared for the stage, sorted. */
  readonly services: readonly string[];
}

/** All that the ledger holds about one placement now. */
export interface PlacementState {
  readonly placement: Placement;
  readonly status: PlacementStatus;
  readonly present: RoleId;
  readonly pending?: PendingMove;
  readonly principals: Readonly<Record<RoleId, PrincipalRecord>>;
  readonly owner: Owner;
  readonly declared: Declared;
  /** Name of the root stack that an operator allowed to take over the agent. */
  readonly offeredTo?: string;
  readonly renewal?: Renewal;
  readonly trouble?: Trouble;
  /** Remains after the agent leaves: the agent can't join again before it is resumed. */
  readonly suspension?: Suspension;
  readonly agenda?: AgendaRecord;
  /** The access keys that the engine made, by the names of their users. */
  readonly accessKeys?: Readonly<Record<string, AccessKeyRecord>>;
  /** What it declares of the credentials that CloudFormation makes, and what it declared before and nobody saw yet that it is deleted. */
  readonly credentials?: readonly CredentialRecord[];
  /** Credentials of the former stage that a move switched off. */
  readonly switchedOff?: readonly SwitchedOff[];
  readonly succession?: Succession;
  readonly review?: ReviewRecord;
  /** Until when access was carried on: by the join at first, and then by each review whose items are all decided. Set if `declared.untilCertified` is. */
  readonly certifiedUntil?: string;
  /** Who may decide reviews besides sponsor and backup, also those whose time is over. */
  readonly delegations?: readonly Delegation[];
  /** Remains after the agent leaves. */
  readonly reduction?: Reduction;
  /** Access outside of AWS that was declared before. Its leave revokes it. */
  readonly formerRevokers?: readonly RevokerRecord[];
  /** Revocations at third parties, of the last leave and of earlier ones that are open. Remains after the agent leaves. */
  readonly revocations?: readonly RevocationRecord[];
  /** Also of an agent that has not joined yet, and has no other part then. */
  readonly approval?: AskedApproval<Declared>;
  /** Remains after the teardown until the agent joins again. */
  readonly expired?: Expired;
  /** The same. */
  readonly offboarding?: Offboarding;
  /** Computed with each write. Absent if nothing is ever due. */
  readonly due?: Due;
  /** What the counters of its stage have of it. Computed with each write. */
  readonly counted?: PeerEntry;
  /** When the state was last changed, apart from what the agenda notes. Absent in states that were written before the agenda existed. */
  readonly changedAt?: string;
  readonly joinedAt: string;
  /** Number of events in the chain. `lastHash` is the hash of the last one. */
  readonly sequence: number;
  readonly lastHash: string;
  /** Sequence numbers of events that were not sent to the bus yet. */
  readonly unsent: readonly number[];
  /** Grows with each write. A write names the version it has read. */
  readonly version: number;
}

/** The state of a placement that the ledger doesn't know yet. Its first change must set all other parts. */
export function firstState(placement: Placement): PlacementState {
  return { placement, principals: {}, sequence: 0, lastHash: GENESIS_HASH, unsent: [], version: 0 } as unknown as PlacementState;
}

/**
 * The status with suspension and expiry included. suspending: not everything is confirmed yet. suspended-partly: every principal is denied, and one of
 * the other cuts has failed. expired: a stack still has a role of an agent that its registry tore down. offboarded: the same, of an agent that an operator
 * let leave. revoking: the agent left, and third parties have not confirmed that its access there no longer exists.
 */
export type SuspensionStatus = PlacementStatus | 'suspending' | 'suspended' | 'suspended-partly' | 'expired' | 'offboarded' | 'released' | 'revoking';

export function statusOf(state: PlacementState): SuspensionStatus {
  const { suspension, status } = state;
  if (status === 'left' && state.principals[state.present]?.status === 'released') {
    return 'released';
  }
  if (isRevoking(state)) {
    return 'revoking';
  }
  if (status === 'left' && isHeldExpired(state)) {
    return state.expired?.cause === 'offboard' ? 'offboarded' : 'expired';
  }
  if (suspension === undefined || status !== 'active') {
    return status;
  }
  const { cuts = [] } = suspension;
  if (remaining(state).some(({ denial, missingSince }) => missingSince === undefined && denial?.confirmedAt === undefined)) {
    return 'suspending';
  }
  if (cuts.some(({ rest }) => rest !== undefined)) {
    return 'suspended-partly';
  }
  return cuts.every(({ confirmedAt }) => confirmedAt !== undefined) ? 'suspended' : 'suspending';
}

/** The status that people see. An agent past its end is shown as `ended`, because it is denied everything. */
export type ShownStatus = SuspensionStatus | 'ended';

export function statusAt({ status, expiresAt }: { readonly status: SuspensionStatus; readonly expiresAt: string }, now: Date): ShownStatus {
  return status === 'active' && Date.parse(expiresAt) <= now.getTime() ? 'ended' : status;
}

export function isDenied(principal: PrincipalRecord): boolean {
  return principal.status !== 'live';
}

/** Whether the limit on leavers held back the agent's leave. Nothing of the agent was torn down then. */
export function isHeldBack(state: PlacementState): boolean {
  return state.status === 'leaving' && remaining(state).every(({ status }) => status === 'live' || status === 'quarantined');
}

/** Whether the registry tore the agent down, and a stack still has its role. */
export function isHeldExpired({ expired, principals }: PlacementState): boolean {
  return expired !== undefined && Object.values(principals).some(({ awaitedBy }) => awaitedBy !== undefined);
}

/** The state, unless nothing but an approval is known of the agent. */
export function everJoined(state: PlacementState | undefined): PlacementState | undefined {
  return state?.declared === undefined ? undefined : state;
}

/** Whether the agent joined and has not left. */
export function isLiving(state: PlacementState | undefined): boolean {
  return state?.declared !== undefined && state.status !== 'left';
}

/** Whether the agent lives, or third parties still have access of it. A registry is kept for both. */
export function isKept(state: PlacementState | undefined): boolean {
  return isLiving(state) || (state?.declared !== undefined && isRevoking(state));
}

/** Whether another team's stack owns the principal's role. The engine never deletes such a role, and never takes from it what its owner gave it. */
export function isAdopted({ reach }: Pick<PrincipalRef, 'reach'>): boolean {
  return reach !== undefined;
}

/** Name of the role by which a stack shows that it has a principal. For an adopted one that is the role through which the engine reaches it. */
export function roleInStack({ roleName, reach }: PrincipalRef): string {
  return reach ?? roleName;
}

/** Principals that are neither retired nor given back. */
export function remaining(state: PlacementState): PrincipalRecord[] {
  return Object.values(state.principals).filter(({ status }) => status !== 'retired' && status !== 'released');
}

/** What is changed of the present principal outside of deployments, if the last check found something. */
export function driftOf({ status, present, agenda }: PlacementState): FoundDrift | undefined {
  return status === 'active' && agenda?.drift?.roleId === present ? agenda.drift.found : undefined;
}
