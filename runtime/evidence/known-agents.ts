import { ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { accountPrefixes } from '../../src/contract/evidence-keys';

/** Names of the agents of which the evidence has anything, deleted or not, in order. One call for each thousand agents. */
export async function knownAgents(s3: S3Client, bucket: string, account: string): Promise<string[]> {
  const names = await Promise.all(accountPrefixes(account).map((prefix) => namesUnder(s3, bucket, prefix)));
  return [...new Set(names.flat())].sort();
}

async function namesUnder(s3: S3Client, Bucket: string, Prefix: string): Promise<string[]> {
  const names: string[] = [];
  let markers: { KeyMarker?: string; VersionIdMarker?: string } = {};
  for (;;) {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix, Delimiter: '/', ...markers }));
    names.push(...(page.CommonPrefixes ?? []).map(({ Prefix: folder = '' }) => folder.slice(Prefix.length, -1)));
    if (page.IsTruncated !== true) {
      return names;
    }
    markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
}
