import { GetObjectCommand, ListObjectVersionsCommand, ObjectVersion, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

/** An object as it was first written. */
interface FirstVersion {
  readonly key: string;
  readonly writtenAt?: Date;
  readonly read: () => Promise<string>;
}

/** Writes an object unless it exists, and returns the text of its first version, which counts. */
export async function putOnce(s3: S3Client, bucket: string, key: string, text: string): Promise<string> {
  try {
    await s3.send(new PutObjectCommand({
      Bucket: bucket,
      Key: key,
      Body: text,
      ContentType: 'application/json',
      IfNoneMatch: '*',
      // Object Lock requires a checksum.
      ChecksumAlgorithm: 'SHA256',
    }));
    return text;
  } catch (error) {
    if (error instanceof Error && (error.name === 'PreconditionFailed' || error.name === 'ConditionalRequestConflict')) {
      return readText(s3, bucket, key);
    }
    throw error;
  }
}

/**
 * Returns the first version of each object under a prefix. The registry writes each key once, so later versions and delete markers are not its own.
 */
export async function firstVersions(s3: S3Client, bucket: string, prefix: string): Promise<FirstVersion[]> {
  const first = new Map<string, ObjectVersion>();
  let markers: { KeyMarker?: string; VersionIdMarker?: string } = {};
  for (;;) {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, ...markers }));
    for (const version of page.Versions ?? []) {
      const { Key: key = '', LastModified: modified } = version;
      const known = first.get(key);
      // Versions of a key are listed newest first, so the last one is the oldest, unless its time says otherwise.
      if (known === undefined || (modified?.getTime() ?? 0) <= (known.LastModified?.getTime() ?? 0)) {
        first.set(key, version);
      }
    }
    if (page.IsTruncated !== true) {
      break;
    }
    markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
  return [...first].map(([key, { VersionId, LastModified: writtenAt }]) => (
    { key, read: () => readText(s3, bucket, key, VersionId), ...(writtenAt === undefined ? {} : { writtenAt }) }));
}

/** The text of an object, of the version that is named or else of the latest one. */
export async function readText(s3: S3Client, Bucket: string, Key: string, VersionId?: string): Promise<string> {
  const { Body: body } = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
  return body === undefined ? '' : body.transformToString();
}
