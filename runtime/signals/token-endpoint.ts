import { accessToken, isSame, Scope, SCOPES, TOKEN_SECONDS } from './access-tokens';
import { ApiEvent, ApiResponse, json, textOf } from './http';
import { Endpoint, SHORTEST_SECRET } from './serving';

const GRANT = 'client_credentials';

/** How a receiver proves who it is. */
interface Client {
  readonly id: string;
  readonly secret: string;
}

/**
 * Gives a receiver a short-lived access token for its stream, as the interoperability profile demands: its client id is the id of the stream, and its secret the text of `token`.
 * https://datatracker.ietf.org/doc/html/rfc6749#section-4.4
 */
export async function issueToken({ issuer, streams, secret, now, warn }: Endpoint, event: ApiEvent): Promise<ApiResponse> {
  const form = new URLSearchParams(textOf(event) ?? '');
  const grant = form.get('grant_type');
  if (grant !== GRANT) {
    return refused(400, grant === null ? 'invalid_request' : 'unsupported_grant_type', `the grant must be ${GRANT}`);
  }
  const client = clientIn(event.headers.authorization, form);
  if (client === undefined) {
    return refused(400, 'invalid_request', 'the client authenticates once: by HTTP Basic, or by client_id and client_secret in the body');
  }
  const stream = streams.find(({ id, tokenArn }) => id === client.id && tokenArn !== undefined);
  const known = stream === undefined ? '' : (await secret(stream.tokenArn!)).trim();
  if (known.length < SHORTEST_SECRET || !isSame(known, client.secret)) {
    warn('a request for an access token was refused', {});
    return refused(401, 'invalid_client', 'the id must be that of a stream, and the secret its token', { 'www-authenticate': `Basic realm="${issuer}"` });
  }
  const wanted = form.get('scope')?.split(' ').filter((scope) => scope !== '') ?? [];
  const scopes = SCOPES.filter((scope) => wanted.length === 0 || wanted.includes(scope));
  if (!wanted.every((scope) => (SCOPES as readonly string[]).includes(scope))) {
    return refused(400, 'invalid_scope', `the scope must be of ${SCOPES.join(', ')}`);
  }
  return json({ access_token: accessToken(known, stream!.id, scopes satisfies readonly Scope[], now()), token_type: 'Bearer', expires_in: TOKEN_SECONDS, scope: scopes.join(' ') });
}

/** https://datatracker.ietf.org/doc/html/rfc6749#section-2.3.1 */
function clientIn(authorization: string | undefined, form: URLSearchParams): Client | undefined {
  const [id, secret] = [form.get('client_id'), form.get('client_secret')];
  const sent = /^Basic +([A-Za-z0-9+/=]{1,4096})$/i.exec(authorization ?? '')?.[1];
  if (sent === undefined) {
    return authorization === undefined && id !== null && secret !== null ? { id, secret } : undefined;
  }
  const [name, ...rest] = Buffer.from(sent, 'base64').toString('utf8').split(':');
  return secret === null && rest.length > 0 && [null, decoded(name)].includes(id) ? { id: decoded(name), secret: decoded(rest.join(':')) } : undefined;
}

/** Both parts are encoded as in a form. Anything else is taken as it is, and fits no secret. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** https://datatracker.ietf.org/doc/html/rfc6749#section-5.2 */
function refused(statusCode: number, error: string, description: string, headers: Readonly<Record<string, string>> = {}): ApiResponse {
  return { ...json({ error, error_description: description }, headers), statusCode };
}
