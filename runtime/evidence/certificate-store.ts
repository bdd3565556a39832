import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { certificateText, DecommissionCertificate, hashOfText } from './certificate';
import { Placement } from '../../src/core/lifecycle-event';

export interface StoredCertificate {
  readonly key: string;
  /** SHA-256 of the object, hex; the event `left` carries it. */
  readonly sha256: string;
}

/**
 * Writes a certificate once. When an earlier try has written it, that one counts: it is locked, and it says what was done then.
 */
export async function writeCertificate(s3: S3Client, bucket: string, certificate: DecommissionCertificate): Promise<StoredCertificate> {
  const key = `${prefixOf(certificate)}${certificate.id}.json`;
  const text = certificateText(certificate);
  try {
    await s3.send(new PutObjectCommand({
      Bucket: bucket,
      Key: key,
      Body: text,
      ContentType: 'application/json',
      IfNoneMatch: '*',
      // Object Lock demands a checksum.
      ChecksumAlgorithm: 'SHA256',
    }));
    return { key, sha256: hashOfText(text) };
  } catch (error) {
    if (error instanceof Error && (error.name === 'PreconditionFailed' || error.name === 'ConditionalRequestConflict')) {
      return { key, sha256: hashOfText(await readText(s3, bucket, key)) };
    }
    throw error;
  }
}

/** All certificates of a placement, oldest first: an agent may join again after it left. */
export async function readCertificates(s3: S3Client, bucket: string, placement: Placement): Promise<DecommissionCertificate[]> {
  const certificates: DecommissionCertificate[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefixOf(placement), ContinuationToken }));
    for (const { Key: key = '' } of page.Contents ?? []) {
      certificates.push(JSON.parse(await readText(s3, bucket, key)) as DecommissionCertificate);
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return certificates.sort((a, b) => a.leftAt.localeCompare(b.leftAt));
}

function prefixOf({ account, agentName }: Placement): string {
  return `certificates/${account}/${agentName}/`;
}

async function readText(s3: S3Client, bucket: string, key: string): Promise<string> {
  const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return body === undefined ? '' : body.transformToString();
}
