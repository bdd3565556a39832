import { createHash } from 'node:crypto';
import { canonicalJson } from '../../src/core/canonical-json';

/** Canonical text, so that anyone can compute its hash again. */
export function certificateText(document: object): string {
  return canonicalJson(document);
}

/** SHA-256 of a text, hex. */
export function hashOfText(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
