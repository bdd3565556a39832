import * as z from 'zod';
import { Presence } from '../../../src/contract/revokers';
import { handler, KindContext } from '../kind';
import { NotDone } from '../not-done';
import { Answer } from '../outbound';
import { headerValue, SecretValues } from '../secrets';
import { filledUrl } from '../templates';

const settings = z.object({
  secretArn: z.string(),
  authentication: z.enum(['basic', 'post', 'none']),
  clientId: z.string().optional(),
  revocationUrl: z.string().optional(),
  introspectionUrl: z.string().optional(),
  registrationUrl: z.string().optional(),
});
type OAuth2Settings = z.output<typeof settings>;

const introspection = z.object({ active: z.boolean() });
const client = z.object({ registration_access_token: z.string().optional() });
/** The server no longer knows the client, or the token for it. https://datatracker.ietf.org/doc/html/rfc7592#section-2.1 */
const REFUSED = [401, 403];
const DELETED = [200, 202, 204];

/**
 * A token and a client of an OAuth 2.0 server: revokes the token (RFC 7009), asks whether it is active (RFC 7662), and deletes the client (RFC 7592). The token comes first, because nobody can ask
 * about it in the name of a client that no longer exists.
 */
export const oauth2 = handler(settings, (given, context) => {
  const { revocationUrl, introspectionUrl, registrationUrl } = given;
  const registration = registrationUrl === undefined ? undefined
    : new Registration(given.secretArn, context, filledUrl(registrationUrl, context.values));
  const isActive = async (isClientGone: boolean): Promise<boolean> => (
    introspectionUrl !== undefined && introspect(given, context, introspectionUrl, isClientGone));
  return {
    async look(seen): Promise<Presence> {
      const isThere = await registration?.isThere(seen) ?? false;
      const isTokenActive = await isActive(registration !== undefined && !isThere);
      return isThere || isTokenActive ? 'active' : 'absent';
    },
    async revoke() {
      if (revocationUrl !== undefined && introspectionUrl !== undefined && await isActive(false)) {
        await revokeToken(given, context, revocationUrl);
        if (await isActive(false)) {
          throw new NotDone('the token is still active after its revocation');
        }
      }
      await registration?.delete();
    },
  };
});

/** A registered client. The server may replace its registration access token with each answer. */
class Registration {
  private replaced?: string;

  public constructor(private readonly secretArn: string, private readonly context: KindContext, private readonly url: URL) {}

  /** @param seen it was there before, so that a refusal means that it is deleted and not that the token is wrong */
  public async isThere(seen: boolean): Promise<boolean> {
    const { status, json } = await this.request('GET');
    if (status === 404 || (seen && REFUSED.includes(status))) {
      return false;
    }
    if (REFUSED.includes(status)) {
      throw new NotDone(`the registration of the client responded ${status}: either the client is deleted already, or the registration access token is not valid`);
    }
    if (status !== 200) {
      throw new NotDone(`the registration of the client responded ${status}`);
    }
    const parsed = client.safeParse(json);
    if (!parsed.success) {
      throw new NotDone('the registration of the client did not respond as in RFC 7592');
    }
    this.replaced = parsed.data.registration_access_token ?? this.replaced;
    return true;
  }

  public async delete(): Promise<void> {
    const { status } = await this.request('DELETE');
    // A refusal may come from an earlier attempt that succeeded. The look that follows decides.
    if (!DELETED.includes(status) && status !== 404 && !REFUSED.includes(status)) {
      throw new NotDone(`the deletion of the client got ${status}`);
    }
  }

  private async request(method: string): Promise<Answer> {
    const { secret, send } = this.context;
    const token = this.replaced ?? headerValue(await secret(this.secretArn, this.url), 'registrationAccessToken');
    return send({ method, url: this.url, headers: { accept: 'application/json', authorization: `Bearer ${headerValue({ token }, 'token')}` } });
  }
}

async function revokeToken(given: OAuth2Settings, context: KindContext, template: string): Promise<void> {
  const { status } = await withToken(given, context, template, (values) => authenticated(given, values));
  if (status !== 200) {
    throw new NotDone(`the revocation of the token got ${status}`);
  }
}

async function introspect(given: OAuth2Settings, context: KindContext, template: string, isClientGone: boolean): Promise<boolean> {
  const { status, json } = await withToken(given, context, template, (values) => (
    values.introspectionToken === undefined ? authenticated(given, values) : { headers: { authorization: `Bearer ${headerValue(values, 'introspectionToken')}` }, form: {} }));
  // The client that asked no longer exists, and its tokens with it.
  if (isClientGone && (status === 400 || REFUSED.includes(status))) {
    return false;
  }
  const parsed = introspection.safeParse(json);
  if (status !== 200 || !parsed.success) {
    throw new NotDone(`the introspection of the token ${status === 200 ? 'did not respond as in RFC 7662' : `got ${status}`}`);
  }
  return parsed.data.active;
}

interface Authentication {
  readonly headers: Readonly<Record<string, string>>;
  readonly form: Readonly<Record<string, string>>;
}

async function withToken(
  { secretArn }: OAuth2Settings, { secret, send, values: variables }: KindContext, template: string,
  authenticate: (values: SecretValues) => Authentication,
): Promise<Answer> {
  const url = filledUrl(template, variables);
  const values = await secret(secretArn, url);
  if (values.token === undefined) {
    throw new NotDone('the secret has no usable value "token"');
  }
  const { headers, form } = authenticate(values);
  return send({
    method: 'POST',
    url,
    headers: { 'accept': 'application/json', 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams({ token: values.token, ...form }).toString(),
  });
}

/** How a client proves who it is. https://datatracker.ietf.org/doc/html/rfc6749#section-2.3.1 */
function authenticated({ authentication, clientId }: OAuth2Settings, values: SecretValues): Authentication {
  const id = clientId ?? headerValue(values, 'clientId');
  if (authentication === 'none') {
    return { headers: {}, form: { client_id: id } };
  }
  const secret = headerValue(values, 'clientSecret');
  return authentication === 'post'
    ? { headers: {}, form: { client_id: id, client_secret: secret } }
    : { headers: { authorization: `Basic ${Buffer.from(`${formEncoded(id)}:${formEncoded(secret)}`).toString('base64')}` }, form: {} };
}

function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}
