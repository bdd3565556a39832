import { TeardownReceipt } from './receipt';
import { Finding, WipeReport } from '../wiping';

/** What one wiper found and did. */
export interface CertifiedWiper {
  readonly wiper: string;
  readonly found: readonly string[];
  readonly wiped: readonly string[];
  readonly checkedAt: string;
}

/** A finding that was not changed, with the reason. */
export interface LeftAlone {
  readonly id: string;
  readonly note: string;
}

/** What a decommission certificate has on each cloud. It states only what was done and observed. */
export interface CertificateCore {
  readonly kind: 'decommission-certificate';
  /** Version 3 has no receipt. */
  readonly version: 3 | 4;
  readonly id: string;
  readonly registry: string;
  readonly agentName: string;
  /** AWS account id, or Google project. */
  readonly account: string;
  readonly purpose: string;
  readonly sponsor: { readonly id: string; readonly name: string };
  readonly joinedAt: string;
  readonly leftAt: string;
  /** Stack or operator that asked for the leave. */
  readonly by: string;
  /** For each wiper, what its first search found, and what the search after wiping no longer found. */
  readonly wipers: readonly CertifiedWiper[];
  /** Findings that were reported and not changed, with the reason. */
  readonly leftAlone: readonly LeftAlone[];
  /** Hash of the last event before the leave, which the certificate follows. */
  readonly chainHead: string;
  /** Absent in version 3. */
  readonly receipt?: TeardownReceipt;
}

/** A certificate as it is written now. */
export type WithReceipt<C extends CertificateCore> = C & { readonly version: 4; readonly receipt: TeardownReceipt };

/** The part of a certificate that comes from the wipers' reports. */
export function certifiedReports(reports: readonly WipeReport[]): Pick<CertificateCore, 'wipers' | 'leftAlone'> {
  const idOf = ({ id }: Finding): string => id;
  return {
    wipers: [...reports].sort((a, b) => a.wiper.localeCompare(b.wiper)).map(({ wiper, found, wiped, verifiedAt }) => (
      { wiper, found: found.map(idOf), wiped: wiped.map(idOf), checkedAt: verifiedAt })),
    leftAlone: reports.flatMap(({ reportedOnly }) => reportedOnly.map(({ id, note }) => ({ id, note: note ?? '' }))),
  };
}
