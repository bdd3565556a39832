import * as client from 'openid-client';
import { ISSUER, POLL, PUSH, TOKENS, World } from './signalling';
import { apiEvent, ApiResponse, respond } from '../../../runtime/signals';
import { TOKEN_SECONDS } from '../../../runtime/signals/access-tokens';

const SIEM = TOKENS['siem-token'];

let world: World;
beforeEach(() => (world = new World()));

interface Sent { readonly method?: string; readonly path: string; readonly authorization?: string; readonly body?: string }

function ask({ method = 'GET', path, authorization, body }: Sent): Promise<ApiResponse> {
  return respond(world.endpoint, apiEvent.parse({
    rawPath: path, headers: authorization === undefined ? {} : { authorization }, requestContext: { http: { method } }, ...(body === undefined ? {} : { body: Buffer.from(body).toString('base64'), isBase64Encoded: true }),
  }));
}

/** A client that knows the standards and nothing of this library. */
async function asClient(authentication: client.ClientAuth, id = POLL.id): Promise<client.Configuration> {
  const fetched: client.CustomFetch = async (url, { method, headers, body }) => {
    const { statusCode: status, headers: sent, body: text } = await ask({
      method, path: new URL(url).pathname, authorization: headers.authorization, ...(body === undefined ? {} : { body: String(body) }),
    });
    return new Response(text, { status, headers: sent });
  };
  return client.discovery(new URL(ISSUER), id, undefined, authentication, { algorithm: 'oauth2', [client.customFetch]: fetched });
}

const basic = (id: string, secret: string): string => `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`;
const wanted = (scope?: string): string => `grant_type=client_credentials${scope === undefined ? '' : `&scope=${encodeURIComponent(scope)}`}`;

async function tokenOf(scope?: string, id = POLL.id, secret = SIEM): Promise<string> {
  const { statusCode, body } = await ask({ method: 'POST', path: '/token', authorization: basic(id, secret), body: wanted(scope) });
  expect(statusCode).toBe(200);
  return (JSON.parse(body) as { access_token: string }).access_token;
}

const statusOf = async (sent: Sent): Promise<number> => (await ask(sent)).statusCode;

test.each([['HTTP Basic', client.ClientSecretBasic(SIEM)], ['the body', client.ClientSecretPost(SIEM)]])('a client finds the token endpoint, gets an access token by %s, and reads and polls its stream with it', async (_what, authentication) => {
  const { access_token: token, expires_in: seconds, scope } = await client.clientCredentialsGrant(await asClient(authentication));
  expect([seconds, scope]).toEqual([TOKEN_SECONDS, 'ssf.read ssf.manage']);
  await world.happen('left');
  expect(await statusOf({ path: '/streams', authorization: `Bearer ${token}` })).toBe(200);
  const polled = await ask({ method: 'POST', path: '/poll/siem', authorization: `Bearer ${token}`, body: '{}' });
  expect(Object.keys((JSON.parse(polled.body) as { sets: object }).sets)).toHaveLength(1);
});

test('what a receiver needs to know is at the addresses of the standards', async () => {
  const read = async (name: string): Promise<unknown> => JSON.parse((await ask({ path: `/.well-known/${name}` })).body);
  expect(await read('oauth-protected-resource')).toEqual({ resource: ISSUER, authorization_servers: [ISSUER], scopes_supported: ['ssf.read', 'ssf.manage'], bearer_methods_supported: ['header'] });
  expect(await read('oauth-authorization-server')).toMatchObject({ issuer: ISSUER, token_endpoint: `${ISSUER}/token`, grant_types_supported: ['client_credentials'] });
});

test.each<[string, Sent, number, string]>([
  ['a wrong secret', { authorization: basic('siem', `${SIEM}x`), body: wanted() }, 401, 'invalid_client'],
  ['the secret of another stream', { authorization: basic('siem', TOKENS['crm-token']), body: wanted() }, 401, 'invalid_client'],
  ['a stream that does not exist', { authorization: basic('none', SIEM), body: wanted() }, 401, 'invalid_client'],
  ['no authentication', { body: wanted() }, 400, 'invalid_request'],
  ['an id without a secret', { body: `${wanted()}&client_id=siem` }, 400, 'invalid_request'],
  ['two authentications', { authorization: basic('siem', SIEM), body: `${wanted()}&client_id=siem&client_secret=${SIEM}` }, 400, 'invalid_request'],
  ['another id in the body', { authorization: basic('siem', SIEM), body: `${wanted()}&client_id=crm` }, 400, 'invalid_request'],
  ['another grant', { authorization: basic('siem', SIEM), body: 'grant_type=password' }, 400, 'unsupported_grant_type'],
  ['no grant', { authorization: basic('siem', SIEM), body: '' }, 400, 'invalid_request'],
  ['a scope that there is not', { authorization: basic('siem', SIEM), body: wanted('ssf.read admin') }, 400, 'invalid_scope'],
].map(([what, sent, status, error]) => [what, { method: 'POST', path: '/token', ...sent as object }, status, error] as [string, Sent, number, string]))('%s gets no access token', async (_what, sent, status, error) => {
  const { statusCode, headers, body } = await ask(sent);
  expect([statusCode, (JSON.parse(body) as { error: string }).error]).toEqual([status, error]);
  expect(headers['cache-control']).toBe('no-store');
  expect(headers['www-authenticate']).toBe(status === 401 ? `Basic realm="${ISSUER}"` : undefined);
  expect(body + world.logs.join()).not.toContain(SIEM);
});

test('a token of less than 20 characters is no secret of a client', async () => {
  Object.assign(world.endpoint, { secret: async () => 'short' });
  expect(await statusOf({ method: 'POST', path: '/token', authorization: basic('siem', 'short'), body: wanted() })).toBe(401);
});

test('an access token to read changes nothing and takes nothing; one to manage does', async () => {
  const [read, manage] = [await tokenOf('ssf.read'), await tokenOf('ssf.manage')];
  const sent: [Sent, number, number][] = [
    [{ path: '/streams' }, 200, 200],
    [{ method: 'POST', path: '/status', body: '{"stream_id":"siem","status":"disabled"}' }, 403, 200],
    [{ method: 'POST', path: '/verification', body: '{"stream_id":"siem"}' }, 403, 204],
    [{ method: 'POST', path: '/poll/siem', body: '{}' }, 403, 200],
    [{ method: 'POST', path: '/streams', body: '{}' }, 403, 201],
  ];
  for (const [one, reading, managing] of sent) {
    expect([one, await statusOf({ ...one, authorization: `Bearer ${read}` })]).toEqual([one, reading]);
    expect((await world.signals.status('siem')).status).toBe('enabled');
    expect([one, await statusOf({ ...one, authorization: `Bearer ${manage}` })]).toEqual([one, managing]);
    await world.signals.setStatus('siem', { status: 'enabled' });
  }
  const { headers } = await ask({ method: 'POST', path: '/poll/siem', authorization: `Bearer ${read}`, body: '{}' });
  expect(headers['www-authenticate']).toBe('Bearer error="insufficient_scope", scope="ssf.manage"');
});

test('an access token is for one stream, ends by itself, and ends with the secret that it was got with', async () => {
  const token = await tokenOf();
  const reads = (): Promise<number> => statusOf({ path: '/streams', authorization: `Bearer ${token}` });
  expect(await statusOf({ method: 'POST', path: '/status', authorization: `Bearer ${token}`, body: `{"stream_id":"${PUSH.id}","status":"disabled"}` })).toBe(404);
  world.pass(TOKEN_SECONDS - 1);
  expect(await reads()).toBe(200);
  const secret = world.endpoint.secret;
  Object.assign(world.endpoint, { secret: async (arn: string) => (arn === 'siem-token' ? 'another-token-of-20-characters' : secret(arn)) });
  expect(await reads()).toBe(401);
  Object.assign(world.endpoint, { secret });
  world.pass(1);
  expect(await reads()).toBe(401);
});

test('two streams with one secret have access tokens of their own', async () => {
  const twin = { ...POLL, id: 'archive' };
  world = new World([POLL, twin]);
  const token = await tokenOf(undefined, 'archive');
  expect(JSON.parse((await ask({ path: '/streams', authorization: `Bearer ${token}` })).body)).toMatchObject([{ stream_id: 'archive' }]);
  expect(await statusOf({ method: 'POST', path: '/poll/siem', authorization: `Bearer ${token}`, body: '{}' })).toBe(404);
});

test.each<[string, (parts: string[]) => string]>([
  ['a later end', ([form, text, mac]) => [form, Buffer.from(Buffer.from(text, 'base64url').toString().replace(/"exp":\d/, '"exp":9')).toString('base64url'), mac].join('.')],
  ['more scopes', ([form, text, mac]) => [form, Buffer.from(Buffer.from(text, 'base64url').toString().replace('"ssf.read"', '"ssf.read","ssf.manage"')).toString('base64url'), mac].join('.')],
  ['another code', ([form, text, mac]) => [form, text, mac.replace(/^./, mac.startsWith('A') ? 'B' : 'A')].join('.')],
  ['no code', ([form, text]) => [form, text, ''].join('.')],
])('an access token with %s opens nothing', async (_what, change) => {
  const token = await tokenOf('ssf.read');
  expect(await statusOf({ path: '/streams', authorization: `Bearer ${token}` })).toBe(200);
  expect(await statusOf({ path: '/streams', authorization: `Bearer ${change(token.split('.'))}` })).toBe(401);
});
