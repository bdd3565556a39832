import { S3Client } from '@aws-sdk/client-s3';
import { campaignManifestKey, CampaignPlace } from '../../../src/contract/evidence-keys';
import { validateCampaignName } from '../../../src/core/campaign-name';
import { canonicalJson } from '../../../src/core/canonical-json';
import { InvalidInputError } from '../../../src/core/errors';
import { firstVersions, hashOfText, putOnce, readText } from '../../evidence';
import { CampaignManifest, PageRef, PageText } from '../../model/campaign';
import { Connection } from '../connection';

/** A campaign as it was opened. */
export interface OpenedCampaign {
  readonly place: CampaignPlace;
  readonly manifest: CampaignManifest;
  readonly manifestSha256: string;
}

/** @throws InvalidInputError the codes of `validateCampaignName` */
export function placeOf({ account }: Connection, campaign: string): CampaignPlace {
  return { account, campaign: validateCampaignName(campaign) };
}

/** @throws InvalidInputError `CampaignUnknown` */
export async function openedCampaign(connection: Connection, campaign: string): Promise<OpenedCampaign> {
  const place = placeOf(connection, campaign);
  const text = await firstText(connection, campaignManifestKey(place));
  if (text === undefined) {
    throw new InvalidInputError('CampaignUnknown', `registry ${connection.registry} has no campaign ${campaign} in account ${connection.account}: open it with nhi campaign open ${campaign}`);
  }
  return asOpened(place, text);
}

export function asOpened(place: CampaignPlace, text: string): OpenedCampaign {
  return { place, manifest: JSON.parse(text) as CampaignManifest, manifestSha256: hashOfText(text) };
}

/** The text that was first written under a key. A later version is not what the registry keeps. */
export async function firstText({ s3, bucket }: Pick<Connection, 's3' | 'bucket'>, key: string): Promise<string | undefined> {
  const version = (await firstVersions(s3, bucket, key)).find((one) => one.key === key);
  return version?.read();
}

/** The text of an object whose key is made from its SHA-256. Undefined if no version has that hash. */
export async function textWithHash(connection: Pick<Connection, 's3' | 'bucket'>, key: string, sha256: string): Promise<string | undefined> {
  const { s3, bucket } = connection;
  const latest = await readText(s3, bucket, key).catch(orMissing);
  if (latest !== undefined && hashOfText(latest) === sha256) {
    return latest;
  }
  const first = await firstText(connection, key);
  return first !== undefined && hashOfText(first) === sha256 ? first : undefined;
}

interface StoredObject {
  readonly key: string;
  readonly sha256: string;
}

/** Stores a document under a key that is made from its SHA-256. */
export async function store(s3: S3Client, bucket: string, document: object, keyOf: (sha256: string) => string): Promise<StoredObject> {
  const text = canonicalJson(JSON.parse(JSON.stringify(document)));
  const sha256 = hashOfText(text);
  const key = keyOf(sha256);
  await putOnce(s3, bucket, key, text);
  return { key, sha256 };
}

/**
 * The items of a page.
 *
 * @throws InvalidInputError `EvidenceChanged`
 */
export async function itemsOf(connection: Pick<Connection, 's3' | 'bucket'>, { key, sha256 }: PageRef): Promise<readonly unknown[]> {
  const text = await textWithHash(connection, key, sha256);
  if (text === undefined) {
    throw new InvalidInputError('EvidenceChanged', `s3://${connection.bucket}/${key} is not what was stored when the campaign was opened: see nhi campaign verify`);
  }
  return (JSON.parse(text) as PageText).items;
}

function orMissing(error: unknown): undefined {
  if (error instanceof Error && error.name === 'NoSuchKey') {
    return undefined;
  }
  throw error;
}
