import { answer } from './local-server';
import { OAuthServer } from './oauth-server';
import { SECRET, ThirdParty } from './third-party';

let server: OAuthServer;
let third: ThirdParty;

beforeEach(async () => {
  server = await new OAuthServer().start();
  third = new ThirdParty('oauth2', {
    secretArn: SECRET, authentication: 'basic', revocationUrl: `${server.origin}/revoke`, introspectionUrl: `${server.origin}/introspect`, registrationUrl: `${server.origin}/register/c1`,
  });
  third.secret = { hosts: server.host, clientId: 'invoice bot', clientSecret: 's3cr:t/+', token: 'rt-1', registrationAccessToken: 'R-1' };
});
afterEach(async () => server[Symbol.asyncDispose]());

const without = (...names: string[]): void => {
  third.settings = Object.fromEntries(Object.entries(third.settings).filter(([name]) => !names.includes(name)));
};

test('revokes the token, then deletes the client, and checks again', async () => {
  expect(await third.order('revoke')).toEqual({ outcome: 'confirmed', found: 'active', now: 'absent', acted: true, note: 'the access was active and is absent' });
  expect(server.client).toBeUndefined();
  expect(server.token.active).toBe(false);
  expect(server.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /register/c1', 'POST /introspect', 'POST /introspect', 'POST /revoke', 'POST /introspect', 'DELETE /register/c1', 'GET /register/c1', 'POST /introspect',
  ]);
});

test('a token alone, as a client that sends its secret in the body', async () => {
  without('registrationUrl');
  third.settings = { ...third.settings, authentication: 'post' };
  expect(await third.order('revoke')).toMatchObject({ outcome: 'confirmed', found: 'active', now: 'absent' });
  expect(server.token.active).toBe(false);
  expect(server.client).toBeDefined();
  expect(await third.order('revoke')).toMatchObject({ outcome: 'confirmed', found: 'absent', acted: false });
});

test('a client alone, whose server replaces the token for it with each answer', async () => {
  without('revocationUrl', 'introspectionUrl');
  server.rotates = true;
  expect(await third.order('revoke')).toMatchObject({ outcome: 'confirmed', found: 'active', now: 'absent' });
  expect(server.client).toBeUndefined();
});

test('a refusal says nothing unless the client was seen before', async () => {
  without('revocationUrl', 'introspectionUrl');
  third.secret = { hosts: server.host, registrationAccessToken: 'wrong' };
  expect(await third.order('revoke')).toEqual({
    outcome: 'open', acted: false, note: 'the registration of the client responded 401: either the client is deleted already, or the registration access token is not valid',
  });
  expect(server.client).toBeDefined();
  server.client = undefined;
  expect(await third.order('revoke', { seenBefore: true })).toMatchObject({ outcome: 'confirmed', now: 'absent' });
});

test('a server that accepts a revocation and does not do it is found out, and keeps its client', async () => {
  server.before = ({ path }, response) => path === '/revoke' && answer(response, 200);
  expect(await third.order('revoke')).toMatchObject({ outcome: 'open', found: 'active', now: 'active', note: 'the token is still active after its revocation' });
  expect(server.client).toBeDefined();
});

test('wrong credentials of the client confirm nothing', async () => {
  without('registrationUrl');
  third.secret = { hosts: server.host, clientId: 'invoice bot', clientSecret: 'wrong', token: 'rt-1' };
  expect(await third.order('revoke')).toMatchObject({ outcome: 'open', note: 'the introspection of the token got 401' });
  expect(server.token.active).toBe(true);
});

test('the introspection may have a token of its own', async () => {
  without('registrationUrl');
  third.secret = { ...third.secret as object, introspectionToken: 'I-1' };
  server.before = ({ path, headers }, response) => path === '/introspect' && answer(response, 200, { active: headers.authorization === 'Bearer I-1' && server.token.active });
  expect(await third.order('revoke')).toMatchObject({ outcome: 'confirmed', found: 'active', now: 'absent' });
});

test('an introspection of another form, and a server without deletion, confirm nothing', async () => {
  server.before = ({ path }, response) => path === '/introspect' && answer(response, 200, { active: 'no' });
  expect(await third.order('revoke')).toMatchObject({ outcome: 'open', note: 'the introspection of the token did not respond as in RFC 7662' });
  server.before = ({ method }, response) => method === 'DELETE' && answer(response, 405);
  expect(await third.order('revoke')).toMatchObject({ outcome: 'open', now: 'active', note: 'the deletion of the client got 405' });
});
