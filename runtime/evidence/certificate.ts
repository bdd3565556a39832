import { CertificateInput, CertifiedPrincipal } from './certificate-input';
import { certifiedRevocation, CertifiedRevocation } from './certified-revocation';
import { receiptOf } from './receipt';
import { CertificateCore, certifiedReports, WithReceipt } from '../certificate';
import { isAdopted, PrincipalRecord } from '../model/placement-state';
import { noLongerPaid, revocationsOfLeave } from '../model/revocation';
import { sponsorOf } from '../model/sponsor-of';

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

export function buildCertificate(input: CertificateInput): WithReceipt<DecommissionCertificate> {
  const { state, reports } = input;
  const leftAt = input.leftAt.toISOString();
  const principals = input.principals.map((principal) => certifiedPrincipal(principal, leftAt));
  const { wipers, leftAlone } = certifiedReports(reports);
  const revocations = revocationsOfLeave(state);
  return {
    kind: 'decommission-certificate',
    version: 4,
    id: input.id,
    registry: input.registry,
    agentName: state.placement.agentName,
    account: state.placement.account,
    purpose: state.declared.purpose,
    sponsor: { id: sponsorOf(state).id, name: sponsorOf(state).name },
    joinedAt: state.joinedAt,
    leftAt,
    by: input.by,
    principals,
    formerPrincipals: Object.values(state.principals).filter(({ roleId }) => !principals.some(({ id }) => id === roleId))
      .map(({ roleArn, roleId, stage, absentAt }) => ({ arn: roleArn, id: roleId, stage, absentAt: absentAt ?? null })),
    ...(revocations.length === 0 ? {} : { revocations: revocations.map(certifiedRevocation), noLongerPaid: noLongerPaid(state) }),
    wipers,
    leftAlone,
    chainHead: state.lastHash,
    receipt: receiptOf(input, { principals, wipers, leftAlone }),
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
