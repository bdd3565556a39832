import { AccountServer, answer } from './local-server';
import { SECRET, ThirdParty } from './third-party';

let server: AccountServer;
let third: ThirdParty;

beforeEach(async () => {
  server = await new AccountServer().start();
  third = new ThirdParty('http', {
    url: `${server.origin}/accounts/{subject}`,
    method: 'DELETE',
    expected: ['204', '404'],
    verifyUrl: `${server.origin}/accounts/{subject}`,
    verifyMethod: 'GET',
    present: ['200'],
    absent: ['404'],
    secretArn: SECRET,
    headers: { authorization: 'Bearer {token}' },
    subject: 'bots/invoice bot?',
  });
  third.secret = { hosts: server.host, forAgents: 'invoice-* other-bot', token: server.token };
  server.accounts.add('bots/invoice bot?').add('bots');
});
afterEach(async () => server[Symbol.asyncDispose]());

test('looks, deletes and checks again; a value can\'t leave its place in the URL', async () => {
  expect(await third.order('revoke')).toEqual({ outcome: 'confirmed', found: 'active', now: 'absent', acted: true, note: 'the access was active and is absent' });
  expect(server.received.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET', 'DELETE', 'GET'].map((method) => `${method} /accounts/bots%2Finvoice%20bot%3F`));
  expect([...server.accounts]).toEqual(['bots']);
});

test('a body has its variables escaped', async () => {
  server.before = ({ method }, response) => method === 'POST' && answer(response, 204);
  third.settings = { ...third.settings, method: 'POST', body: '{"user":"{subject}","in":"{account}"}', subject: 'a"b' };
  server.accounts.add('a"b');
  expect(await third.order('revoke')).toMatchObject({ outcome: 'open', note: 'the access is still active after the request to revoke it' });
  expect(JSON.parse(server.received.find(({ method }) => method === 'POST')!.body)).toEqual({ user: 'a"b', in: '111122223333' });
});

test.each(['.', '..'])('the value %s, which would change the path, is not sent', async (subject) => {
  third.settings = { ...third.settings, subject };
  expect(await third.order('revoke')).toMatchObject({ outcome: 'open', note: 'a value of its URL is "." or ".."' });
  expect(server.received).toEqual([]);
});

test.each<[string, unknown, string]>([
  ['names other hosts', { hosts: 'idp.example.com', token: 'T0KEN' }, 'the secret does not list'],
  ['names no host', { token: 'T0KEN' }, 'the secret does not list'],
  ['is for other agents', { hosts: '{host}', forAgents: 'other-*', token: 'T0KEN' }, 'the secret does not list agent invoice-bot in its "forAgents"'],
  ['has no such value', { hosts: '{host}', tokens: 'T0KEN' }, 'the secret has no usable value "token"'],
  ['has a value that would begin another header', { hosts: '{host}', token: 'T0KEN\r\nx: y' }, 'the secret has no usable value "token"'],
  ['is no object', '["T0KEN"', 'the secret is not a JSON object of texts'],
  ['has other values than texts', { hosts: '{host}', token: { T0KEN: 1 } }, 'the secret is not a JSON object of texts'],
])('a secret that %s is not sent and not shown', async (_what, secret, note) => {
  third.secret = JSON.parse(JSON.stringify(secret).replaceAll('{host}', server.host)) as string;
  const report = await third.order('revoke');
  expect(report).toMatchObject({ outcome: 'open', acted: false });
  expect(report.note).toContain(note);
  expect(JSON.stringify(report)).not.toContain('T0KEN');
  expect(server.received).toEqual([]);
});

test('a status that the settings don\'t name is no answer', async () => {
  third.secret = { hosts: server.host, token: 'wrong' };
  expect(await third.order('revoke')).toMatchObject({ outcome: 'open', acted: false, note: 'the verifying request got 401, which says neither that the access is there nor that it no longer exists' });
});

test('a refusal of the deletion is named, and a lost answer is looked at', async () => {
  server.before = ({ method }, response) => method === 'DELETE' && answer(response, 403);
  expect(await third.order('revoke')).toMatchObject({ outcome: 'open', found: 'active', now: 'active', acted: true, note: 'it responded 403' });
  server.before = undefined;
  server.after = ({ method }, response) => method === 'DELETE' && (response.destroy(), true);
  expect(await third.order('revoke')).toMatchObject({ outcome: 'confirmed', now: 'absent' });
});

test('it can\'t suspend', async () => {
  expect(await third.order('suspend')).toMatchObject({ outcome: 'open', note: 'a revoker of kind http can\'t suspend' });
});
