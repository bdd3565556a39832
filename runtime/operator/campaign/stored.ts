import { S3Client } from '@aws-sdk/client-s3';
import { campaignManifestKey, CampaignPlace } from '../../../src/contract/evidence-keys';
import { validateCampaignName } from '../../../src/core/campaign-name';
import { canonicalJson } from '../../../src/core/canonical-json';
import { InvalidInputError } from '../../../src/core/errors';
import { bucketReader, EvidenceReader, hashOfText, putOnce } from '../../evidence';
import { CampaignManifest, PageRef, PageText } from '../../model/campaign';
import { Connection } from '../connection';
import { signingKey, VerifyingKey } from './signing-key';

/** Where the evidence of campaigns is read: at the registry, or in a copy of its evidence. */
export interface CampaignSource {
  readonly registry: string;
  readonly account: string;
  /** Name of the bucket, for messages. */
  readonly bucket: string;
  readonly evidence: EvidenceReader;
  /** The key that signs the registry's packages. */
  readonly signer: () => Promise<VerifyingKey>;
}

export function sourceOf(connection: Connection): CampaignSource {
  const { registry, account, bucket, s3 } = connection;
  return { registry, account, bucket, evidence: bucketReader(s3, bucket), signer: () => signingKey(connection) };
}

/** A campaign as it was opened. */
export interface OpenedCampaign {
  readonly place: CampaignPlace;
  readonly manifest: CampaignManifest;
  readonly manifestSha256: string;
}

/** @throws InvalidInputError the codes of `validateCampaignName` */
export function placeOf({ account }: Pick<CampaignSource, 'account'>, campaign: string): CampaignPlace {
  return { account, campaign: validateCampaignName(campaign) };
}

/** @throws InvalidInputError `CampaignUnknown` */
export async function openedCampaign(source: CampaignSource, campaign: string): Promise<OpenedCampaign> {
  const place = placeOf(source, campaign);
  const text = await firstText(source, campaignManifestKey(place));
  if (text === undefined) {
    throw new InvalidInputError('CampaignUnknown', `registry ${source.registry} has no campaign ${campaign} in account ${source.account}: open it with nhi campaign open ${campaign}`);
  }
  return asOpened(place, text);
}

export function asOpened(place: CampaignPlace, text: string): OpenedCampaign {
  return { place, manifest: JSON.parse(text) as CampaignManifest, manifestSha256: hashOfText(text) };
}

/** The text that was first written under a key. A later version is not what the registry keeps. */
export async function firstText({ evidence }: Pick<CampaignSource, 'evidence'>, key: string): Promise<string | undefined> {
  const version = (await evidence.first(key)).find((one) => one.key === key);
  return version?.read();
}

/** The text of an object whose key is made from its SHA-256. Undefined if no version has that hash. */
export async function textWithHash(source: Pick<CampaignSource, 'evidence'>, key: string, sha256: string): Promise<string | undefined> {
  const latest = await source.evidence.latest(key);
  if (latest !== undefined && hashOfText(latest) === sha256) {
    return latest;
  }
  const first = await firstText(source, key);
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
export async function itemsOf(source: Pick<CampaignSource, 'evidence' | 'bucket'>, { key, sha256 }: PageRef): Promise<readonly unknown[]> {
  const text = await textWithHash(source, key, sha256);
  if (text === undefined) {
    throw new InvalidInputError('EvidenceChanged', `s3://${source.bucket}/${key} is not what was stored when the campaign was opened: see nhi campaign verify`);
  }
  return (JSON.parse(text) as PageText).items;
}
