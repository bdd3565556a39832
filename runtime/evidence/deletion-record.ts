import { CertificateRef, PlacementState, PrincipalRecord } from '../model/placement-state';

/** Second part of a decommission certificate. It states when the roles that still existed in the first part were seen to be deleted. */
export interface DeletionRecord {
  readonly kind: 'decommission-certificate-part-2';
  readonly version: 1;
  /** Id of the certificate. */
  readonly id: string;
  readonly registry: string;
  readonly agentName: string;
  readonly account: string;
  /** SHA-256 of the first part's text, hex. */
  readonly certificateSha256: string;
  readonly principals: readonly { readonly arn: string; readonly id: string; readonly absentAt: string }[];
  readonly recordedAt: string;
  /** Hash of the last event before this record. */
  readonly chainHead: string;
}

/** A principal whose role was seen to be deleted. */
export type AbsentPrincipal = PrincipalRecord & { readonly absentAt: string };

export function buildDeletionRecord(
  registry: string, { placement, lastHash }: PlacementState, certificate: CertificateRef, principals: readonly AbsentPrincipal[], now: Date,
): DeletionRecord {
  return {
    kind: 'decommission-certificate-part-2',
    version: 1,
    id: certificate.id,
    registry,
    agentName: placement.agentName,
    account: placement.account,
    certificateSha256: certificate.sha256,
    principals: principals.map(({ roleArn, roleId, absentAt }) => ({ arn: roleArn, id: roleId, absentAt })),
    recordedAt: now.toISOString(),
    chainHead: lastHash,
  };
}
