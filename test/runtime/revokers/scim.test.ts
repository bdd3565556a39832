import { answer } from './local-server';
import { ScimService } from './scim-service';
import { SECRET, ThirdParty } from './third-party';

let scim: ScimService;
let third: ThirdParty;

beforeEach(async () => {
  scim = await new ScimService().start();
  third = new ThirdParty('scim', { baseUrl: scim.baseUrl, secretArn: SECRET, removal: 'delete', subject: 'Invoice "Bot"\\' });
  third.secret = { hosts: `other.example.com ${scim.host}`, token: scim.token };
  scim.add('somebody');
  scim.add('invoice "bot"\\');
});
afterEach(async () => scim[Symbol.asyncDispose]());

const names = (): string[] => scim.users.map(({ userName }) => userName);
const methods = (): string[] => scim.received.map(({ method }) => method);

test('deactivates, deletes and checks again; nobody else is touched, whatever the name holds', async () => {
  expect(await third.order('revoke')).toEqual({ outcome: 'confirmed', found: 'active', now: 'absent', acted: true, note: 'the access was active and is absent' });
  expect(methods()).toEqual(['GET', 'PATCH', 'DELETE', 'GET', 'GET']);
  expect(scim.filters[0]).toBe('userName eq "Invoice \\"Bot\\"\\\\"');
  expect(names()).toEqual(['somebody']);
  expect(await third.order('revoke')).toMatchObject({ outcome: 'confirmed', found: 'absent', acted: false });
  expect(names()).toEqual(['somebody']);
});

test('a user may be kept deactivated', async () => {
  third.settings = { ...third.settings, removal: 'deactivate' };
  expect(await third.order('revoke')).toMatchObject({ outcome: 'confirmed', found: 'active', now: 'inactive', acted: true });
  expect(scim.users[1].active).toBe(false);
  expect(await third.order('revoke')).toMatchObject({ outcome: 'confirmed', found: 'inactive', acted: false });
});

test('a suspension deactivates, and a resumption activates again', async () => {
  expect(await third.order('look')).toMatchObject({ outcome: 'confirmed', now: 'active', acted: false });
  expect(await third.order('suspend')).toMatchObject({ outcome: 'confirmed', now: 'inactive' });
  expect(scim.users[1].active).toBe(false);
  expect(await third.order('resume')).toMatchObject({ outcome: 'confirmed', now: 'active' });
  expect(scim.users[1].active).toBe(true);
  scim.users.pop();
  expect(await third.order('resume')).toMatchObject({ outcome: 'open', note: 'the access does not exist any more' });
});

test('a service that can\'t deactivate still deletes, and one that only pretends to is found out', async () => {
  scim.before = ({ method }, response) => method === 'PATCH' && answer(response, 501);
  expect(await third.order('revoke')).toMatchObject({ outcome: 'confirmed', now: 'absent' });
  expect(names()).toEqual(['somebody']);

  scim.add('invoice "bot"\\');
  scim.before = ({ method }, response) => ['PATCH', 'DELETE'].includes(method) && answer(response, 200, {});
  expect(await third.order('revoke')).toMatchObject({ outcome: 'open', found: 'active', now: 'active', acted: true, note: 'the access is still active after the request to revoke it' });
});

test('a deletion whose answer is lost is confirmed by the look after it', async () => {
  scim.after = ({ method }, response) => method === 'DELETE' && (response.destroy(), true);
  expect(await third.order('revoke')).toMatchObject({ outcome: 'confirmed', found: 'active', now: 'absent', acted: true });
});

test.each<[string, (response: Parameters<NonNullable<ScimService['before']>>[1]) => boolean, string]>([
  ['an outage', (response) => answer(response, 500, 'T0KEN-of-scim'), 'its list of users got 500'],
  ['a page instead of JSON', (response) => answer(response, 200, '<html>', { 'content-type': 'text/html' }), 'its list of users is not as in RFC 7644'],
  ['another schema', (response) => answer(response, 200, { schemas: ['x'], totalResults: 0 }), 'its list of users is not as in RFC 7644'],
  ['an ignored filter', (response) => answer(response, 200, { schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'], totalResults: 1, Resources: [{ id: '1', userName: 'somebody', active: true }] }),
    'it returned other users than it was asked for'],
  ['two users', (response) => answer(response, 200, {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'], totalResults: 2, Resources: ['1', '2'].map((id) => ({ id, userName: 'invoice "bot"\\', active: true })),
  }), 'it knows 2 users with this name, and only one may be changed'],
  ['users that are not shown', (response) => answer(response, 200, { schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'], totalResults: 7 }), 'it knows 7 users with this name, and only one may be changed'],
])('with %s nothing is confirmed and nobody is touched', async (_what, instead, note) => {
  scim.before = (_received, response) => instead(response);
  const report = await third.order('revoke');
  expect(report).toEqual({ outcome: 'open', acted: false, note });
  expect(scim.users).toHaveLength(2);
  expect(JSON.stringify(report)).not.toContain('T0KEN');
});

test('a service that asks to come later is left alone', async () => {
  scim.before = ({ method }, response) => method === 'DELETE' && answer(response, 429, '', { 'retry-after': '120' });
  expect(await third.order('revoke')).toMatchObject({ outcome: 'open', found: 'active', acted: true, note: 'it responded 429', retryAfterSeconds: 120 });
  expect(methods().at(-1)).toBe('DELETE');
  scim.before = (_received, response) => answer(response, 503, '', { 'retry-after': 'Sun, 31 Jan 2027 06:05:00 GMT' });
  expect(await third.order('revoke')).toMatchObject({ outcome: 'open', retryAfterSeconds: 300 });
});
