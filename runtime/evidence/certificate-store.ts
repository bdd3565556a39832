import { S3Client } from '@aws-sdk/client-s3';
import { DecommissionCertificate } from './certificate';
import { DeletionRecord } from './deletion-record';
import { RevocationPart } from './revocation-part';
import { firstVersions, putOnce } from './write-once';
import { certificatePrefix } from '../../src/contract/evidence-keys';
import { RetryableError } from '../../src/core/errors';
import { Placement } from '../../src/core/lifecycle-event';
import { certificateText, hashOfText } from '../certificate';

export interface StoredCertificate {
  readonly key: string;
  /** SHA-256 of the object, hex. The event about the object contains it. */
  readonly sha256: string;
  /** The stored text. An earlier attempt may have written it. */
  readonly text: string;
  /** Keys under which something else stands that the engine did not write. */
  readonly occupied: readonly string[];
}

/** Hashes of the texts that the engine set out to write, kept where access to the bucket does not reach. */
export interface OwnTexts {
  /** Keeps a hash before its text is written. */
  readonly note: (name: string, sha256: string) => Promise<void>;
  /** All that were kept under a name, the first one first. */
  readonly noted: (name: string) => Promise<readonly string[]>;
}

/** The evidence of one leave. */
export interface LeaveEvidence {
  readonly certificate: DecommissionCertificate;
  /** The certificate's second part, if it was written. */
  readonly deletion?: DeletionRecord;
  /** Its third part, if it was written. */
  readonly ended?: RevocationPart;
}

/** A certificate, or a part that continues it. */
export type CertificateDocument = DecommissionCertificate | DeletionRecord | RevocationPart;

const SUFFIXES: { readonly [K in CertificateDocument['kind']]: string } = {
  'decommission-certificate': '', 'decommission-certificate-part-2': '.part-2', 'decommission-certificate-part-3': '.part-3',
};

/** Evidence, separated by whether an event names it with its content. */
export interface ToldEvidence {
  readonly leaves: readonly LeaveEvidence[];
  readonly unknown: readonly string[];
}

/** Writes a certificate, or a part of it, once. When an earlier try has written it, that one counts: it is locked, and it says what was done then. */
export async function writeCertificate(
  s3: S3Client, bucket: string, document: CertificateDocument, own: OwnTexts,
): Promise<StoredCertificate> {
  const name = `${document.id}${SUFFIXES[document.kind]}`;
  const text = certificateText(document);
  await own.note(name, hashOfText(text));
  const stem = `${certificatePrefix(document)}${name}`;
  const occupied: string[] = [];
  const stored = async (key: string, hashes: () => Promise<readonly string[]>): Promise<StoredCertificate | undefined> => {
    const found = await putOnce(s3, bucket, key, text);
    const sha256 = hashOfText(found);
    if (found === text || (await hashes()).includes(sha256)) {
      return { key, sha256, text: found, occupied };
    }
    occupied.push(key);
    return undefined;
  };
  const first = await stored(`${stem}.json`, () => own.noted(name));
  if (first !== undefined) {
    return first;
  }
  // The first key can be predicted, and somebody did: the hash of what an own try meant to write can't.
  const hashes = await own.noted(name);
  for (const hash of hashes) {
    const other = await stored(`${stem}.${hash}.json`, async () => hashes);
    if (other !== undefined) {
      return other;
    }
  }
  throw new RetryableError('EvidenceOccupied', `other objects stand in ${bucket} at ${occupied.join(', ')}: find who writes to the bucket, and revoke their access`);
}

/**
 * All certificates of a placement with their further parts, oldest first: an agent may join again after it left.
 *
 * @param told hashes that events carry, by key: what none names was not written by the engine
 */
export async function readCertificates(
  s3: S3Client, bucket: string, placement: Placement, told: ReadonlyMap<string, unknown>,
): Promise<ToldEvidence> {
  const texts = [...await readEvidence(s3, bucket, placement)].map(([key, text]) => ({ key, text, isTold: told.get(key) === hashOfText(text) }));
  const documents = texts.filter(({ isTold }) => isTold)
    .map(({ text }) => ({ sha256: hashOfText(text), document: JSON.parse(text) as CertificateDocument }));
  const partOf = <K extends CertificateDocument['kind']>(kind: K, of: string) => documents.map(({ document }) => document)
    .find((document): document is Extract<CertificateDocument, { readonly kind: K; readonly certificateSha256: string }> => (
      document.kind === kind && 'certificateSha256' in document && document.certificateSha256 === of));
  const leaves = documents.flatMap(({ sha256, document }): LeaveEvidence[] => {
    if (document.kind !== 'decommission-certificate') {
      return [];
    }
    const [deletion, ended] = [partOf('decommission-certificate-part-2', sha256), partOf('decommission-certificate-part-3', sha256)];
    return [{ certificate: document, ...(deletion === undefined ? {} : { deletion }), ...(ended === undefined ? {} : { ended }) }];
  });
  return {
    leaves: leaves.sort((a, b) => a.certificate.leftAt.localeCompare(b.certificate.leftAt)),
    unknown: texts.filter(({ isTold }) => !isTold).map(({ key }) => key).sort(),
  };
}

/** Returns the texts of a placement's certificates and their further parts, by key. */
export async function readEvidence(s3: S3Client, bucket: string, placement: Placement): Promise<Map<string, string>> {
  const versions = await firstVersions(s3, bucket, certificatePrefix(placement));
  return new Map(await Promise.all(versions.map(async ({ key, read }) => [key, await read()] as const)));
}
