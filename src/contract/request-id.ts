import { REQUEST_ROW } from './ledger-rows';

/** Kinds of origin that a request can have. */
export type OriginKind = 'cloudformation' | 'operator' | 'schedule' | 'event' | 'page';

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

/** Ends the user id in a request's id. The name of a session can't contain it, so no one's user id is the beginning of another one's. */
const AFTER_USER = '!';
const VOUCHED = /^AROA[A-Z0-9]{4,124}:[\w+=,.@-]{2,64}$/;

/**
 * Id of a request whose caller IAM vouches for: it contains the caller's `aws:userid`, and IAM lets a caller store requests with the own id only.
 */
export function vouchedRequestId(intent: string, userId: string, unique: string): string {
  return requestIdOf('operator', intent, `${userId}${AFTER_USER}${unique}`);
}

/** Keys of a caller's own requests. IAM replaces the variable. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html */
export function vouchedRequestKeys(intent: string): string {
  return `${REQUEST_ROW}${prefixOf('operator', intent)}\${aws:userid}${AFTER_USER}*`;
}

/** The session of a role that stored a request. */
export interface VouchedSession {
  readonly userId: string;
  readonly roleId: string;
  readonly sessionName: string;
}

/** The session that IAM vouches for in a request's id. Undefined for any other id, such as one with the id of an IAM user. */
export function vouchedSession(requestId: string, intent: string): VouchedSession | undefined {
  const prefix = prefixOf('operator', intent);
  const [userId, ...rest] = requestId.startsWith(prefix) ? requestId.slice(prefix.length).split(AFTER_USER) : [''];
  return rest.length === 1 && VOUCHED.test(userId) ? { userId, roleId: userId.split(':')[0], sessionName: userId.split(':')[1] } : undefined;
}

/** Keys of requests, as a pattern of `dynamodb:LeadingKeys`. */
export function requestKeys(origin: OriginKind, intent = '*'): string {
  return `${REQUEST_ROW}${origin}-${intent === '*' ? '*' : `${intent}-*`}`;
}

function prefixOf(origin: OriginKind, intent: string): string {
  return `${origin}-${intent}-`;
}
