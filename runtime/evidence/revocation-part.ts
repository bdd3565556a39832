import { eventId } from '../../src/core/lifecycle-event';
import { CostRecord, sumOfCosts } from '../../src/core/monthly-cost';
import { CertificateRef, PlacementState } from '../model/placement-state';
import { Confirmation, confirmedKey, RevocationRecord } from '../model/revocation';

/** Third part of a decommission certificate. It states how the access ended that was open in the first part. */
export interface RevocationPart {
  readonly kind: 'decommission-certificate-part-3';
  readonly version: 1;
  /** Id of the certificate. */
  readonly id: string;
  readonly registry: string;
  readonly agentName: string;
  readonly account: string;
  /** SHA-256 of the first part's text, hex. */
  readonly certificateSha256: string;
  readonly revocations: readonly EndedRevocation[];
  /** What is no longer paid because these ended, a month, by currency. Absent if none of them has a known cost. */
  readonly noLongerPaid?: Readonly<Record<string, number>>;
  readonly recordedAt: string;
  /** Hash of the last event before this record. */
  readonly chainHead: string;
}

/** How one of them ended. Either a look of the registry found it, or a person attests it. */
export interface EndedRevocation {
  readonly revoker: string;
  readonly kind: string;
  readonly since: string;
  readonly attempts: number;
  /** When a look found that the access no longer exists. Null if none did. */
  readonly verifiedAt: string | null;
  /** Name of the worker on premises that looked, for the registry. */
  readonly verifiedBy?: string;
  /** A person says that it no longer exists. The registry did not see it. */
  readonly attested?: Readonly<Record<'at' | 'by' | 'reason', string>> & Pick<Confirmation, 'proof'>;
  /** What it cost. */
  readonly monthlyCost?: CostRecord;
  /** Id of the event that recorded it. */
  readonly event: string;
}

/** A revocation that is confirmed. */
export type ConfirmedRevocation = RevocationRecord & { readonly confirmed: Confirmation };

export function buildRevocationPart(
  registry: string, { placement, lastHash }: Pick<PlacementState, 'placement' | 'lastHash'>, certificate: CertificateRef,
  ended: readonly ConfirmedRevocation[], now: Date,
): RevocationPart {
  const paid = sumOfCosts(ended.map(({ revoker }) => revoker.monthlyCost));
  return {
    kind: 'decommission-certificate-part-3',
    version: 1,
    id: certificate.id,
    registry,
    agentName: placement.agentName,
    account: placement.account,
    certificateSha256: certificate.sha256,
    revocations: ended.map((record) => ({
      revoker: record.revoker.id,
      kind: record.revoker.kind,
      since: record.since,
      attempts: record.attempts,
      ...howConfirmed(record.confirmed),
      ...(record.revoker.monthlyCost === undefined ? {} : { monthlyCost: record.revoker.monthlyCost }),
      event: eventId(placement, confirmedKey(record)),
    })),
    ...(Object.keys(paid).length === 0 ? {} : { noLongerPaid: paid }),
    recordedAt: now.toISOString(),
    chainHead: lastHash,
  };
}

/** How a certificate states a confirmation: as seen, or as attested. */
export function howConfirmed(confirmed: Confirmation | undefined): Pick<EndedRevocation, 'verifiedAt' | 'verifiedBy' | 'attested'> {
  if (confirmed?.by === undefined) {
    const { at = null, worker } = confirmed ?? {};
    return { verifiedAt: at, ...(worker === undefined ? {} : { verifiedBy: worker }) };
  }
  const { at, by, reason = '', proof } = confirmed;
  return { verifiedAt: null, attested: { at, by, reason, ...(proof === undefined ? {} : { proof }) } };
}
