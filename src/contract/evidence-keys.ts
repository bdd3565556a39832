import { Placement } from '../core/lifecycle-event';

/** Prefix of the keys of decommission certificates. */
export const CERTIFICATES = 'certificates/';

/** Prefix of the keys of copied events. */
export const EVENT_COPIES = 'events/';

/** Prefix of the keys of snapshots, which suspensions take of an agent's policies and tags. */
export const SNAPSHOTS = 'snapshots/';

/** Prefix of the keys of what reviewers were shown. */
export const REVIEWS = 'reviews/';

/** What the keys of all evidence of an account's agents begin with. */
export function accountPrefixes(account: string): string[] {
  return [CERTIFICATES, EVENT_COPIES].map((prefix) => `${prefix}${account}/`);
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

/** Key of the snapshot that a suspension takes. Each suspension is one request. */
export function snapshotKey({ account, agentName }: Placement, requestId: string): string {
  return `${SNAPSHOTS}${account}/${agentName}/${requestId}.json`;
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
