import * as z from 'zod';
import { ScimAttributeName } from '../../../src/contract/sponsor-directory';
import { Directory, Finding, noAnswer } from '../directory';
import { FETCH_LIMITS, fetchJson, FetchLimits, NotFetched } from '../fetch-json';

export interface ScimOptions {
  /** URL of the service, to which `/Users` is added. */
  readonly baseUrl: string;
  /** The attribute by which people are looked up. Without it: the addresses, then the user name. */
  readonly attribute?: ScimAttributeName;
  /** Reads the bearer token. */
  readonly token: () => Promise<string>;
  /** Whether a server on this machine may be asked without TLS, as on a local emulator. */
  readonly allowsLoopback?: boolean;
  readonly limits?: FetchLimits;
}

const LIST_RESPONSE = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
/** Users that one response may have. Nobody has more accounts with one address. */
const MOST_USERS = 20;
const LOOPBACK = ['127.0.0.1', '[::1]', 'localhost'];
// RFC 6750, 2.1. Anything else could begin another header.
const BEARER = /^[A-Za-z0-9._~+/-]+=*$/;

// Only what is read. Services return null for what is unassigned.
const user = z.object({
  id: z.string().nullish(),
  userName: z.string().nullish(),
  emails: z.array(z.object({ value: z.string().nullish() })).nullish(),
  active: z.boolean().nullish(),
});
const listResponse = z.object({
  schemas: z.array(z.string()).refine((schemas) => schemas.includes(LIST_RESPONSE)),
  totalResults: z.int().min(0),
  Resources: z.array(user).nullish(),
});
type User = z.infer<typeof user>;

/** A SCIM 2.0 service. https://datatracker.ietf.org/doc/html/rfc7644#section-3.4.2.2 */
export function scimDirectory(options: ScimOptions): Directory {
  return async (email) => {
    try {
      return await lookUp(options, email);
    } catch (error) {
      if (error instanceof NotFetched) {
        return noAnswer(`the SCIM service: ${error.message}`);
      }
      throw error;
    }
  };
}

async function lookUp(options: ScimOptions, email: string): Promise<Finding> {
  const attributes: readonly ScimAttributeName[] = options.attribute === undefined ? ['emails.value', 'userName'] : [options.attribute];
  const refused: string[] = [];
  for (const attribute of attributes) {
    const found = await query(options, attribute, email);
    if (found === 'refused') {
      refused.push(attribute);
    } else if (found !== undefined) {
      return found;
    }
  }
  // The person may be known by what the service can't be asked for.
  return refused.length === 0
    ? { status: 'unknown', evidence: `the SCIM service has no user whose ${attributes.join(' or ')} it is` }
    : noAnswer(`the SCIM service does not filter by ${refused.join(' or ')}: name the attribute by which it does`);
}

/** Undefined if no user has the value. */
async function query({ baseUrl, token, allowsLoopback, limits = FETCH_LIMITS }: ScimOptions, attribute: ScimAttributeName, email: string): Promise<Finding | 'refused' | undefined> {
  const url = new URL(`${baseUrl.replace(/\/+$/, '')}/Users`);
  if (url.protocol !== 'https:' && !(allowsLoopback === true && url.protocol === 'http:' && LOOPBACK.includes(url.hostname))) {
    throw new NotFetched('its URL is not https');
  }
  // A value is written as a JSON text, so a quote in it can't end it.
  url.search = `filter=${encodeURIComponent(`${attribute} eq ${JSON.stringify(email)}`)}&count=${MOST_USERS}`;
  const bearer = (await token()).trim();
  if (!BEARER.test(bearer)) {
    throw new NotFetched('the secret does not contain a bearer token');
  }
  const { status, json } = await fetchJson(url, { method: 'GET', headers: { accept: 'application/scim+json', authorization: `Bearer ${bearer}` } }, limits);
  if (status === 400) {
    return 'refused';
  }
  if (status !== 200) {
    throw new NotFetched(`it responded ${status}`);
  }
  const parsed = listResponse.safeParse(json);
  if (!parsed.success) {
    throw new NotFetched('its response is no list of users as in RFC 7644');
  }
  return findingOf(email, parsed.data);
}

function findingOf(email: string, { totalResults, Resources: users }: z.infer<typeof listResponse>): Finding | undefined {
  const all = users ?? [];
  const theirs = all.filter((one) => isOf(one, email));
  const active = theirs.find((one) => one.active === true);
  if (active !== undefined) {
    return { status: 'active', evidence: `SCIM user ${active.id ?? ''} is active` };
  }
  if (all.length > 0 && theirs.length === 0) {
    throw new NotFetched('it returned other users than it was asked for');
  }
  if (totalResults > all.length) {
    throw new NotFetched(`it returned ${all.length} of ${totalResults} users`);
  }
  if (theirs.some((one) => typeof one.active !== 'boolean')) {
    throw new NotFetched('it does not say whether the user is active');
  }
  return theirs.length === 0 ? undefined : { status: 'inactive', evidence: `SCIM user ${theirs.map(({ id }) => id ?? '').join(', ')} is not active` };
}

/** A service that ignores the filter returns anybody. */
function isOf({ userName, emails }: User, email: string): boolean {
  return [userName, ...(emails ?? []).map(({ value }) => value)].some((value) => value?.toLowerCase() === email.toLowerCase());
}
