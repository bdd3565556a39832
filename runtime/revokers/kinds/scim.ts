import * as z from 'zod';
import { Presence } from '../../../src/contract/revokers';
import { handler, KindContext } from '../kind';
import { NotDone } from '../not-done';
import { Answer } from '../outbound';
import { headerValue } from '../secrets';
import { filledUrl } from '../templates';

const settings = z.object({ baseUrl: z.string(), secretArn: z.string(), removal: z.enum(['delete', 'deactivate']) });
type ScimSettings = z.output<typeof settings>;

const LIST_RESPONSE = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
/** Enough to see that the name is not unique. */
const MOST_USERS = 2;
const DELETED = [200, 202, 204, 404];
const PATCHED = [200, 204];

// Only what is read. Services return null for what is unassigned.
const user = z.object({ id: z.string().min(1).max(256), userName: z.string(), active: z.boolean().nullish() });
const listResponse = z.object({
  schemas: z.array(z.string()).refine((schemas) => schemas.includes(LIST_RESPONSE)),
  totalResults: z.int().min(0),
  Resources: z.array(user).nullish(),
});
type User = z.infer<typeof user>;

/** A user of a SCIM 2.0 service (RFC 7644), known by its user name: deactivates it, and then deletes it unless the settings keep it deactivated. */
export const scim = handler(settings, (given, context) => {
  let last: User | undefined;
  const look = async (): Promise<Presence> => {
    const found = await findUser(given, context);
    if (found === undefined && last !== undefined && await exists(given, context, last.id)) {
      throw new NotDone('the user is not found by its name any more, and is still there by its id');
    }
    last = found ?? last;
    return found === undefined ? 'absent' : found.active === false ? 'inactive' : 'active';
  };
  const setActive = async (active: boolean): Promise<void> => {
    const { status } = await request(given, context, 'PATCH', usersUrl(given, context, last!.id), {
      schemas: [PATCH_OP], Operations: [{ op: 'replace', path: 'active', value: active }],
    });
    if (!PATCHED.includes(status)) {
      throw new NotDone(`the change of the user got ${status}`);
    }
  };
  return {
    look,
    suspend: () => setActive(false),
    resume: () => setActive(true),
    async revoke() {
      if (given.removal === 'deactivate') {
        return setActive(false);
      }
      // A service that can't deactivate may still delete.
      await setActive(false).catch((error: unknown) => {
        if (!(error instanceof NotDone) || error.retryAfterSeconds !== undefined) {
          throw error;
        }
      });
      const { status } = await request(given, context, 'DELETE', usersUrl(given, context, last!.id));
      if (!DELETED.includes(status)) {
        throw new NotDone(`the deletion of the user got ${status}`);
      }
    },
    ...(given.removal === 'deactivate' ? { goal: ['absent', 'inactive'] as const } : {}),
  };
});

/** @throws NotDone if the service does not answer clearly, as one that ignores the filter */
async function findUser(given: ScimSettings, context: KindContext): Promise<User | undefined> {
  const { subject } = context.values;
  const url = usersUrl(given, context);
  // A value is written as a JSON text, so a quote in it can't end it. https://datatracker.ietf.org/doc/html/rfc7644#section-3.4.2.2
  url.search = `filter=${encodeURIComponent(`userName eq ${JSON.stringify(subject)}`)}&count=${MOST_USERS}`;
  const { status, json } = await request(given, context, 'GET', url);
  const parsed = listResponse.safeParse(json);
  if (status !== 200 || !parsed.success) {
    throw new NotDone(status === 200 ? 'its list of users is not as in RFC 7644' : `its list of users got ${status}`);
  }
  const users = parsed.data.Resources ?? [];
  // User names don't regard case. https://datatracker.ietf.org/doc/html/rfc7643#section-4.1.1
  if (users.some(({ userName }) => userName.toLowerCase() !== subject.toLowerCase())) {
    throw new NotDone('it returned other users than it was asked for');
  }
  if (parsed.data.totalResults !== users.length || users.length > 1) {
    throw new NotDone(`it knows ${parsed.data.totalResults} users with this name, and only one may be changed`);
  }
  return users[0];
}

async function exists(given: ScimSettings, context: KindContext, id: string): Promise<boolean> {
  const { status } = await request(given, context, 'GET', usersUrl(given, context, id));
  if (status !== 404 && status !== 200) {
    throw new NotDone(`the user got ${status}`);
  }
  return status === 200;
}

function usersUrl({ baseUrl }: ScimSettings, { values }: KindContext, id?: string): URL {
  const users = `${baseUrl.replace(/\/+$/, '')}/Users`;
  return id === undefined ? filledUrl(users, values) : filledUrl(`${users}/{id}`, { ...values, id });
}

async function request({ secretArn }: ScimSettings, { secret, send }: KindContext, method: string, url: URL, body?: object): Promise<Answer> {
  const token = headerValue(await secret(secretArn, url), 'token');
  return send({
    method,
    url,
    headers: { accept: 'application/scim+json', authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}
