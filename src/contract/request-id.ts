import { REQUEST_ROW } from './ledger-rows';

/** Kinds of origin that a request can have. */
export type OriginKind = 'cloudformation' | 'operator' | 'schedule' | 'event';

/**
 * Id of a request: `<origin>-<intent>-<unique part>`. It is the key under which the request is stored. IAM can therefore restrict a caller to one
 * kind of request (`dynamodb:LeadingKeys`), and the engine refuses a request whose content contradicts its key.
 */
export function requestIdOf(origin: OriginKind, intent: string, unique: string): string {
  return `${prefixOf(origin, intent)}${unique}`;
}

/** Whether the id has this origin and intent. */
export function isRequestIdOf(requestId: string, origin: OriginKind, intent: string): boolean {
  return requestId.startsWith(prefixOf(origin, intent));
}

/** Keys of requests, as a pattern of `dynamodb:LeadingKeys`. */
export function requestKeys(origin: OriginKind, intent = '*'): string {
  return `${REQUEST_ROW}${origin}-${intent === '*' ? '*' : `${intent}-*`}`;
}

function prefixOf(origin: OriginKind, intent: string): string {
  return `${origin}-${intent}-`;
}
