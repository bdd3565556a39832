import { hashOfText } from './certificate-text';
import { LifecycleEvent } from '../../src/core/lifecycle-event';

/** One object of the evidence bucket, or one that an event names. */
export interface EvidenceVerdict {
  readonly key: string;
  /** `missing`: an event names the object, but the bucket doesn't have it. `unknown`: the bucket has the object, but no event names it. */
  readonly verdict: 'intact' | 'changed' | 'missing' | 'unknown';
}

interface Told {
  readonly certificate?: unknown;
  readonly certificateSha256?: unknown;
}

/** Hashes of certificates and their second parts, by key, as events carry them. */
export function hashesTold(events: readonly Partial<LifecycleEvent>[]): Map<string, unknown> {
  return new Map(events.flatMap((event) => {
    const data = event?.data;
    const { certificate, certificateSha256 } = ((data?.unmapped as { details?: Told } | null | undefined)?.details ?? {});
    return typeof certificate === 'string' && certificateSha256 !== undefined ? [[certificate, certificateSha256] as const] : [];
  }));
}

/** Compares certificates with the events that carry their hashes. Pure. */
export function verifyEvidence(events: readonly Partial<LifecycleEvent>[], texts: ReadonlyMap<string, string>): EvidenceVerdict[] {
  const hashes = hashesTold(events);
  return [...new Set([...hashes.keys(), ...texts.keys()])].sort().map((key) => ({ key, verdict: verdictOf(hashes.get(key), texts.get(key)) }));
}

/** Hash of the event that a certificate follows. Returns undefined if the text contains none. No event names such a text. */
export function chainHeadOf(text: string): string | undefined {
  try {
    const { chainHead } = JSON.parse(text) as { chainHead?: unknown };
    return chainHead === undefined ? undefined : String(chainHead);
  } catch {
    return undefined;
  }
}

function verdictOf(sha256: unknown, text: string | undefined): EvidenceVerdict['verdict'] {
  if (sha256 === undefined) {
    return 'unknown';
  }
  if (text === undefined) {
    return 'missing';
  }
  return hashOfText(text) === sha256 ? 'intact' : 'changed';
}
