import { GetObjectCommand, ListObjectVersionsCommand, ObjectVersion, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

/** An object as it was first written. */
export interface FirstVersion {
  readonly key: string;
  /** Absent in a copy of the evidence. */
  readonly versionId?: string;
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

/** Where evidence is read: the bucket, or a copy of it. */
export interface EvidenceReader {
  /** The first version of each object under a prefix. */
  readonly first: (prefix: string) => Promise<readonly FirstVersion[]>;
  /** The text of the latest version of an object. Undefined if it does not exist. */
  readonly latest: (key: string) => Promise<string | undefined>;
}

/** Reads evidence from its bucket. */
export function bucketReader(s3: S3Client, bucket: string): EvidenceReader {
  return { first: (prefix) => firstVersions(s3, bucket, prefix), latest: (key) => readText(s3, bucket, key).catch(orMissing) };
}

/**
 * Returns the first version of each object under a prefix. The registry writes each key once, so later versions and delete markers are not its own.
 */
export async function firstVersions(s3: S3Client, bucket: string, prefix: string): Promise<FirstVersion[]> {
  const found: FirstVersion[] = [];
  for await (const version of eachFirstVersion(s3, bucket, prefix)) {
    found.push(version);
  }
  return found;
}

/**
 * The same one by one, in the order of the keys, so that not all of them are kept.
 *
 * @param counted is called for each page that was read
 */
export async function* eachFirstVersion(
  s3: S3Client, bucket: string, prefix: string, counted: () => void = () => undefined,
): AsyncGenerator<FirstVersion> {
  let first: ObjectVersion | undefined;
  let markers: { KeyMarker?: string; VersionIdMarker?: string } = {};
  for (;;) {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, ...markers }));
    counted();
    for (const version of page.Versions ?? []) {
      if (first !== undefined && first.Key !== version.Key) {
        yield foundVersion(s3, bucket, first);
        first = undefined;
      }
      // Versions of a key are listed newest first, so the last one is the oldest, unless its time says otherwise.
      if (first === undefined || timeOf(version) <= timeOf(first)) {
        first = version;
      }
    }
    if (page.IsTruncated !== true) {
      break;
    }
    markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
  if (first !== undefined) {
    yield foundVersion(s3, bucket, first);
  }
}

function timeOf({ LastModified: modified }: ObjectVersion): number {
  return modified?.getTime() ?? 0;
}

function foundVersion(s3: S3Client, bucket: string, { Key: key = '', VersionId: versionId, LastModified: writtenAt }: ObjectVersion): FirstVersion {
  return {
    key,
    read: () => readText(s3, bucket, key, versionId),
    ...(versionId === undefined ? {} : { versionId }),
    ...(writtenAt === undefined ? {} : { writtenAt }),
  };
}

function orMissing(error: unknown): undefined {
  if (error instanceof Error && error.name === 'NoSuchKey') {
    return undefined;
  }
  throw error;
}

/** The text of an object, of the version that is named or else of the latest one. */
export async function readText(s3: S3Client, Bucket: string, Key: string, VersionId?: string): Promise<string> {
  const { Body: body } = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
  return body === undefined ? '' : body.transformToString();
}
