import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json';
import { shown } from './shown';

/** The previous hash of a chain's first event. */
export const GENESIS_HASH = '0'.repeat(64);

/** The parts of an event that link it to its chain. */
export interface ChainLink {
  readonly sequence: string;
  readonly previoushash: string;
  readonly hash: string;
}

export type ChainVerdict =
  | { readonly intact: true; readonly length: number; readonly lastHash: string }
  | { readonly intact: false; readonly brokenAt: number; readonly reason: string };

/** SHA-256, in hex, over the canonical JSON of an event without its own hash. It includes the predecessor's hash. */
export function hashEvent(event: object): string {
  const { hash: _own, ...unhashed } = event as { hash?: string };
  return createHash('sha256').update(canonicalJson(unhashed)).digest('hex');
}

/**
 * Recomputes a placement's chain, from its first event or after a given one. Missing events at the end are detected only with a last hash that is stored elsewhere, such as
 * in the ledger's state or in a certificate.
 */
export function verifyChain(events: readonly ChainLink[], expectedLastHash?: string, after = { hash: GENESIS_HASH, sequence: 0 }): ChainVerdict {
  let lastHash = after.hash;
  for (const [index, event] of events.entries()) {
    if (event.previoushash !== lastHash) {
      return { intact: false, brokenAt: index, reason: 'it does not follow the event before it' };
    }
    if (event.sequence !== String(after.sequence + index + 1).padStart(12, '0')) {
      return { intact: false, brokenAt: index, reason: `its sequence is ${shown(event.sequence)}` };
    }
    if (!isOwnHash(event)) {
      return { intact: false, brokenAt: index, reason: 'its content does not match its hash' };
    }
    lastHash = event.hash;
  }
  if (expectedLastHash !== undefined && expectedLastHash !== lastHash) {
    return { intact: false, brokenAt: events.length, reason: 'events are missing at the end' };
  }
  return { intact: true, length: events.length, lastHash };
}

function isOwnHash(event: ChainLink): boolean {
  try {
    return event.hash === hashEvent(event);
  } catch {
    // After tampering, an event may not even be canonical.
    return false;
  }
}
