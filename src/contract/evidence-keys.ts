import { Placement } from '../core/lifecycle-event';

/** Prefix of the keys of decommission certificates. */
export const CERTIFICATES = 'certificates/';

/** Prefix of the keys of copied events. */
export const EVENT_COPIES = 'events/';

/** Prefix of the keys of snapshots, which suspensions take of an agent's policies and tags. */
export const SNAPSHOTS = 'snapshots/';

/** Prefix of the keys of what reviewers were shown. */
export const REVIEWS = 'reviews/';

/** Prefix of the keys of campaigns. */
export const CAMPAIGNS = 'campaigns/';

/** Prefix of the keys of management's acknowledgements of campaigns. Other people may write it than the campaigns' own keys. */
export const ACKNOWLEDGEMENTS = 'acknowledgements/';

/** Prefix of the keys of events about the registry itself. The sweeps write them. */
export const REGISTRY_EVENTS = 'registry-events/';

/** What the keys of all evidence of an account's agents begin with. */
export function accountPrefixes(account: string): string[] {
  return [CERTIFICATES, EVENT_COPIES].map((prefix) => `${prefix}${account}/`);
}

/** What the keys of all evidence of an account begin with. Each kind of evidence has one. */
export function evidencePrefixes(account: string): string[] {
  return [EVENT_COPIES, CERTIFICATES, SNAPSHOTS, REVIEWS, CAMPAIGNS, ACKNOWLEDGEMENTS, REGISTRY_EVENTS].map((prefix) => `${prefix}${account}/`);
}

/** The agent that the key of an event, a certificate, a snapshot or a review is about. */
export function agentIn(key: string): string | undefined {
  const [prefix, , agentName, name] = key.split('/');
  return name !== undefined && [EVENT_COPIES, CERTIFICATES, SNAPSHOTS, REVIEWS].includes(`${prefix}/`) ? agentName : undefined;
}

/** The campaign whose manifest or package has this key. */
export function campaignIn(key: string): string | undefined {
  const [, campaign] = /^campaigns\/[^/]+\/([^/]+)\/(?:manifest|package)\.json$/.exec(key) ?? [];
  return campaign;
}

export function certificatePrefix({ account, agentName }: Placement): string {
  return `${CERTIFICATES}${account}/${agentName}/`;
}

export function eventCopyPrefix({ account, agentName }: Placement): string {
  return `${EVENT_COPIES}${account}/${agentName}/`;
}

/** Key of an event's copy. It is made from the event's place in the chain, so each place can be written only once. */
export function eventCopyKey(placement: Placement, sequence: string): string {
  return `${eventCopyPrefix(placement)}${sequence}.json`;
}

export function snapshotPrefix({ account, agentName }: Placement): string {
  return `${SNAPSHOTS}${account}/${agentName}/`;
}

/** Key of the snapshot that a suspension takes. Each suspension is one request. */
export function snapshotKey(placement: Placement, requestId: string): string {
  return `${snapshotPrefix(placement)}${requestId}.json`;
}

/** Key of what a reviewer is shown of an agent. It is made from the text's SHA-256, so each text is stored once. */
export function shownKey({ account, agentName }: Placement, sha256: string): string {
  return `${REVIEWS}${account}/${agentName}/${sha256}.json`;
}

/** The sequence number in the key of a copied event. */
export function sequenceIn(key: string): number | undefined {
  const [, digits] = /\/(\d{12})\.json$/.exec(key) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** A campaign of the registry of an account. */
export interface CampaignPlace {
  readonly account: string;
  readonly campaign: string;
}

/** Key of what says how a campaign's population was made. */
export function campaignManifestKey(place: CampaignPlace): string {
  return `${campaignPrefix(place)}manifest.json`;
}

/** Key of a page of a campaign's sources. It is made from the text's SHA-256, so a second attempt to open a campaign does not write in the place of the first. */
export function campaignPageKey(place: CampaignPlace, sha256: string): string {
  return `${campaignPrefix(place)}pages/${sha256}.json`;
}

/** Key of an event about the registry. It is made from the event's id, so a repetition is stored once. */
export function registryEventKey(account: string, eventId: string): string {
  return `${REGISTRY_EVENTS}${account}/${eventId}.json`;
}

/** Key of a part of what a campaign's package says about agents. */
export function campaignPartKey(place: CampaignPlace, sha256: string): string {
  return `${campaignPrefix(place)}parts/${sha256}.json`;
}

/** Key of the signed package that closes a campaign. */
export function campaignPackageKey(place: CampaignPlace): string {
  return `${campaignPrefix(place)}package.json`;
}

/** What the keys of an account's acknowledgements begin with. */
export function acknowledgementPrefix(account: string): string {
  return `${ACKNOWLEDGEMENTS}${account}/`;
}

/** Key of management's acknowledgement of a campaign. */
export function acknowledgementKey({ account, campaign }: CampaignPlace): string {
  return `${acknowledgementPrefix(account)}${campaign}.json`;
}

function campaignPrefix({ account, campaign }: CampaignPlace): string {
  return `${CAMPAIGNS}${account}/${campaign}/`;
}
