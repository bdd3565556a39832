import { InvalidInputError } from './errors';
import { shown } from './shown';

/** A value that JSON can represent. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/**
 * Canonical JSON, so that equal data have equal hashes: RFC 8785, members sorted by UTF-16 code units, no whitespace, ECMAScript numbers.
 *
 * @throws InvalidInputError `NotCanonical` for values that JSON can't represent unambiguously: undefined, NaN, infinity, lone surrogates, anything
 *   but plain data
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') {
    return String(value);
  }
  if (typeof value === 'number' && Number.isFinite(value)) {
    // JSON.stringify prints -0 as 0, as RFC 8785 requires.
    return JSON.stringify(value);
  }
  if (typeof value === 'string' && !/\p{Cs}/u.test(value)) {
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) {
    return `[${Array.from(value, canonicalJson).join(',')}]`;
  }
  if (typeof value === 'object' && isPlain(value)) {
    const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([key, member]) => `${canonicalJson(key)}:${canonicalJson(member)}`).join(',')}}`;
  }
  throw new InvalidInputError('NotCanonical', `${shown(value)} of type ${typeof value} can't be hashed: use null, booleans, finite numbers, well-formed texts, lists and plain objects`);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
