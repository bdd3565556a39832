import { Presence } from '../../src/contract/revokers';
import { CostRecord } from '../../src/core/monthly-cost';
import { CertificateCore, certifiedReports } from '../certificate';
import { DenialMeans, isAdopted, PlacementState, PrincipalRecord } from '../model/placement-state';
import { noLongerPaid, RevocationRecord } from '../model/revocation';
import { sponsorOf } from '../model/sponsor-of';
import { WipeReport } from '../wiping';

/** What was done with one principal. Each member states what the engine did or observed, and when. */
export interface CertifiedPrincipal {
  readonly arn: string;
  readonly id: string;
  readonly stage: string;
  /** Null: IAM had no role with this id when the teardown began, so there was nothing to deny. */
  readonly denied: {
    /** When the denial began. Sessions from before this instant are denied. */
    readonly at: string;
    readonly by: readonly DenialMeans[];
    /** When IAM's policy simulator confirmed the denial. */
    readonly simulatedAt: string;
  } | null;
  /** When IAM was first found to have no role with this id. Null if it had one. */
  readonly missingSince: string | null;
  /** When everything was last checked before the trust was closed. */
  readonly verifiedAt: string;
  /** When the registry began to delete the role. Null if the registry did not delete it. */
  readonly registryDeletionAt: string | null;
  /**
   * When IAM was seen to have no role with this id. Null if the role existed at `verifiedAt`: the second part of the certificate then states the
   * deletion.
   */
  readonly absentAt: string | null;
  /** The role was adopted. Its owner's stack deletes it, and nothing waits for that. */
  readonly leftToOwner?: true;
}

/** Proof that an agent has left. It states only what was done and observed. */
export interface DecommissionCertificate extends CertificateCore {
  /** Every principal that this leave tore down. */
  readonly principals: readonly CertifiedPrincipal[];
  /** Principals that earlier moves tore down. This leave searched for their roles and found none. */
  readonly formerPrincipals: readonly { readonly arn: string; readonly id: string; readonly stage: string; readonly absentAt: string | null }[];
  /** Absent if the agent declared no access outside of AWS. */
  readonly revocations?: readonly CertifiedRevocation[];
  /** What is no longer paid each month for what no longer exists, by currency. */
  readonly noLongerPaid?: Readonly<Record<string, number>>;
}

/** What was done about access outside of AWS. */
export interface CertifiedRevocation {
  readonly revoker: string;
  readonly kind: string;
  /** What the first look that saw anything found. Null if nobody could look. */
  readonly found: Presence | null;
  /** Whether a request to revoke it was sent. */
  readonly revoked: boolean;
  /** When a later look found that the access no longer exists. Null if none did. */
  readonly verifiedAt: string | null;
  /** A person says that it no longer exists. The registry did not see it. */
  readonly attested?: { readonly at: string; readonly by: string; readonly reason: string };
  /** Why it is not known to be gone. An event says later when it is. */
  readonly remaining?: string;
  readonly monthlyCost?: CostRecord;
}

export interface CertificateInput {
  readonly id: string;
  readonly registry: string;
  readonly state: PlacementState;
  readonly principals: readonly PrincipalRecord[];
  readonly reports: readonly WipeReport[];
  readonly by: string;
  readonly leftAt: Date;
}

export function buildCertificate(input: CertificateInput): DecommissionCertificate {
  const { state, reports, principals } = input;
  const leftAt = input.leftAt.toISOString();
  return {
    kind: 'decommission-certificate',
    version: 3,
    id: input.id,
    registry: input.registry,
    agentName: state.placement.agentName,
    account: state.placement.account,
    purpose: state.declared.purpose,
    sponsor: { id: sponsorOf(state).id, name: sponsorOf(state).name },
    joinedAt: state.joinedAt,
    leftAt,
    by: input.by,
    principals: principals.map((principal) => certifiedPrincipal(principal, leftAt)),
    formerPrincipals: Object.values(state.principals).filter(({ roleId }) => !principals.some((torn) => torn.roleId === roleId))
      .map(({ roleArn, roleId, stage, absentAt }) => ({ arn: roleArn, id: roleId, stage, absentAt: absentAt ?? null })),
    ...(state.revocations === undefined ? {} : { revocations: state.revocations.map(certifiedRevocation), noLongerPaid: noLongerPaid(state) }),
    ...certifiedReports(reports),
    chainHead: state.lastHash,
  };
}

function certifiedRevocation({ revoker: { id, kind, monthlyCost }, found, acted, note = 'not tried yet', confirmed }: RevocationRecord): CertifiedRevocation {
  return {
    revoker: id,
    kind,
    found: found ?? null,
    revoked: acted === true,
    verifiedAt: confirmed === undefined || confirmed.by !== undefined ? null : confirmed.at,
    ...(confirmed?.by === undefined ? {} : { attested: { at: confirmed.at, by: confirmed.by, reason: confirmed.reason ?? '' } }),
    ...(confirmed === undefined ? { remaining: note } : {}),
    ...(monthlyCost === undefined ? {} : { monthlyCost }),
  };
}

function certifiedPrincipal(principal: PrincipalRecord, leftAt: string): CertifiedPrincipal {
  const { roleArn, roleId, stage, denial, missingSince, verifiedAt, registryDeletionAt, absentAt } = principal;
  const wasDenied = denial?.confirmedAt === undefined ? null : { at: denial.at, by: denial.by, simulatedAt: denial.confirmedAt };
  return {
    arn: roleArn,
    id: roleId,
    stage,
    denied: wasDenied,
    missingSince: missingSince ?? null,
    verifiedAt: verifiedAt ?? leftAt,
    registryDeletionAt: registryDeletionAt ?? null,
    absentAt: absentAt ?? null,
    ...(isAdopted(principal) ? { leftToOwner: true as const } : {}),
  };
}
