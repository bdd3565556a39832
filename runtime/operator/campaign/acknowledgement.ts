import { isDeepStrictEqual } from 'node:util';
import { CampaignSource, firstText } from './stored';
import { acknowledgementKey, acknowledgementPrefix, campaignPackageKey, CampaignPlace } from '../../../src/contract/evidence-keys';
import { isWithinAYear } from '../../../src/core/risk-analysis';
import { isSignedBy, opened } from '../../certification/campaign';
import { hashOfText } from '../../evidence';
import { CampaignAcknowledgement } from '../../model/campaign';

/** What is stored as the acknowledgement of a campaign. */
export interface ReadAcknowledgement {
  /** Absent if it can't be believed. */
  readonly acknowledgement?: CampaignAcknowledgement;
  /** Why it can't be believed. Empty otherwise. */
  readonly refused: string;
}

/** The acknowledgement of a campaign, checked against its package. Undefined before somebody acknowledges it. */
export async function readAcknowledgement(source: CampaignSource, place: CampaignPlace): Promise<ReadAcknowledgement | undefined> {
  const text = await firstText(source, acknowledgementKey(place));
  return text === undefined ? undefined : check(source, place, text);
}

/** The acknowledgements of a registry as a whole. */
export interface Acknowledgements {
  /** The latest one that can be believed. Absent before the first one. */
  readonly latest?: CampaignAcknowledgement;
  /** Whether it is of the last 12 months (PCI DSS 7.2.5.1). */
  readonly isRecent: boolean;
}

/** Reads all acknowledgements: a few a year. */
export async function acknowledgements(source: CampaignSource, now: Date): Promise<Acknowledgements> {
  const { evidence, account } = source;
  const prefix = acknowledgementPrefix(account);
  const found: CampaignAcknowledgement[] = [];
  for (const { key, read } of await evidence.first(prefix)) {
    const campaign = key.slice(prefix.length).replace(/\.json$/, '');
    const { acknowledgement } = await check(source, { account, campaign }, await read());
    found.push(...(acknowledgement === undefined ? [] : [acknowledgement]));
  }
  const latest = found.sort((one, other) => Date.parse(one.acknowledgedAt) - Date.parse(other.acknowledgedAt)).at(-1);
  return { ...(latest === undefined ? {} : { latest }), isRecent: latest !== undefined && isWithinAYear(latest.acknowledgedAt.slice(0, 10), now) };
}

/** Who has a session: the name that the identity provider gave it, or all of the ARN. */
export function personOf(arn: string): string {
  return (arn.includes(':assumed-role/') ? arn.split('/').at(-1)! : arn).toLowerCase();
}

async function check(source: CampaignSource, place: CampaignPlace, text: string): Promise<ReadAcknowledgement> {
  const envelope = opened(text, 'acknowledgement');
  if (envelope === undefined) {
    return { refused: 'it is no signed acknowledgement' };
  }
  const { keyId, publicKey } = await source.signer();
  if (envelope.keyId !== keyId || !isSignedBy(publicKey, envelope.payload, envelope.signature, 'acknowledgement')) {
    return { refused: 'its signature is not one of the registry\'s key over its content' };
  }
  const acknowledgement = JSON.parse(envelope.payload) as CampaignAcknowledgement;
  const { registry, account, campaign } = acknowledgement;
  const acknowledged = await firstText(source, campaignPackageKey(place));
  if (!isDeepStrictEqual([registry, account, campaign], [source.registry, place.account, place.campaign])
    || acknowledged === undefined || hashOfText(acknowledged) !== acknowledgement.package.sha256) {
    return { refused: 'it is about another package than the campaign\'s' };
  }
  return { acknowledgement, refused: '' };
}
