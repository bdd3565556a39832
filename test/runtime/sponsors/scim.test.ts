import { listOf, ScimServer, ScimUser, send } from './scim-server';
import { answersOf } from '../../../runtime/sponsors';
import { scimDirectory, ScimOptions } from '../../../runtime/sponsors/kinds/scim';

const ADA: ScimUser = { id: '2819', userName: 'apark', emails: [{ value: 'Ada.Park@example.com' }], active: true };
let server: ScimServer;
beforeEach(async () => {
  server = await ScimServer.start();
});
afterEach(() => server[Symbol.asyncDispose]());

async function ask(email = 'ada.park@example.com', options: Partial<ScimOptions> = {}) {
  const [answer] = await answersOf(scimDirectory({ baseUrl: server.baseUrl, token: async () => 'T0KEN', allowsLoopback: true, ...options }), [email]);
  return answer;
}

test('an active user is active, whatever the case of the address', async () => {
  server.users.push(ADA);
  expect(await ask('ada.park@EXAMPLE.com')).toEqual({ email: 'ada.park@EXAMPLE.com', status: 'active', evidence: 'SCIM user 2819 is active' });
  expect(server.filters).toEqual(['emails.value eq "ada.park@EXAMPLE.com"']);
});

test('an inactive user is inactive', async () => {
  server.users.push({ ...ADA, active: false });
  expect(await ask()).toMatchObject({ status: 'inactive', evidence: 'SCIM user 2819 is not active' });
});

test('nobody with the address or the user name is unknown', async () => {
  server.users.push({ ...ADA, emails: [{ value: 'other@example.com' }] });
  expect(await ask()).toMatchObject({ status: 'unknown', evidence: 'the SCIM service has no user whose emails.value or userName it is' });
  expect(server.filters).toEqual(['emails.value eq "ada.park@example.com"', 'userName eq "ada.park@example.com"']);
});

test('the user name is asked for second, or only, or never', async () => {
  server.users.push({ ...ADA, userName: 'ada.park@example.com', emails: null });
  expect(await ask()).toMatchObject({ status: 'active' });
  expect(await ask(undefined, { attribute: 'userName' })).toMatchObject({ status: 'active' });
  expect(await ask(undefined, { attribute: 'emails.value' })).toMatchObject({ status: 'unknown' });
  expect(server.filters.slice(2)).toEqual(['userName eq "ada.park@example.com"', 'emails.value eq "ada.park@example.com"']);
});

test('of several accounts one that is active is enough; if none is, the person is inactive', async () => {
  server.users.push({ ...ADA, id: '1', active: false }, { ...ADA, id: '2', active: true });
  expect(await ask()).toMatchObject({ status: 'active', evidence: 'SCIM user 2 is active' });
  server.users.splice(1, 1, { ...ADA, id: '2', active: false });
  expect(await ask()).toMatchObject({ status: 'inactive', evidence: 'SCIM user 1, 2 is not active' });
});

test.each([
  ['a quote that would end the value', 'x" or active eq true or userName eq "y@example.com'],
  ['a backslash', 'a\\" or "b@example.com'],
  ['what a query separates', 'a&count=0#x+y z@example.com'],
  ['a percent sign', '%22@example.com'],
])('%s stays part of the value', async (_what, email) => {
  server.users.push(ADA);
  expect(await ask(email)).toMatchObject({ status: 'unknown' });
  expect(server.filters).toEqual([`emails.value eq ${JSON.stringify(email)}`, `userName eq ${JSON.stringify(email)}`]);

  server.users.push({ ...ADA, emails: [{ value: email }] });
  expect(await ask(email)).toMatchObject({ status: 'active' });
});

describe('no answer', () => {
  const none = (evidence: string) => ({ email: 'ada.park@example.com', status: 'no-answer', evidence });

  test('a wrong token; the answer does not have it', async () => {
    expect(await ask(undefined, { token: async () => 'WR0NG' })).toEqual(none('the SCIM service: it responded 401'));
    server.users.push(ADA);
    expect(await ask(undefined, { token: async () => ' T0KEN\n' })).toMatchObject({ status: 'active' });
  });

  test.each(['', 'two words', 'T0KEN\r\nx-other: 1', '{"token":"T0KEN"}'])('the secret %j is no bearer token, and is not sent', async (token) => {
    expect(await ask(undefined, { token: async () => token })).toEqual(none('the SCIM service: the secret does not contain a bearer token'));
    expect(server.filters).toEqual([]);
  });

  test('a secret that can\'t be read, without its message', async () => {
    const token = () => Promise.reject(Object.assign(new Error('the value T0KEN'), { name: 'AccessDeniedException' }));
    expect(await ask(undefined, { token })).toEqual(none('the directory could not be asked: AccessDeniedException'));
  });

  test.each([301, 302, 307, 308])('a redirect %i is not followed', async (status) => {
    await using other = await ScimServer.start();
    other.users.push(ADA);
    server.instead = (_request, response) => send(response, status, '', { location: `${other.baseUrl}/Users` });
    expect(await ask()).toEqual(none(`the SCIM service: it redirects (${status}), and redirects are not followed`));
    expect(other.filters).toEqual([]);
  });

  test('a server that never answers, and one that never ends', async () => {
    server.instead = () => undefined;
    const limits = { timeoutMs: 60, mostBytes: 1_000 };
    expect(await ask(undefined, { limits })).toEqual(none('the SCIM service: it did not answer within 60 ms'));
    server.instead = (_request, response) => void response.writeHead(200).write('{');
    expect(await ask(undefined, { limits })).toEqual(none('the SCIM service: it did not answer within 60 ms'));
  });

  test('a huge response', async () => {
    server.instead = (_request, response) => send(response, 200, { ...listOf([ADA]), filler: 'x'.repeat(300_000) });
    expect(await ask()).toEqual(none('the SCIM service: its response has more than 262144 bytes'));
  });

  test('a server that is not there', async () => {
    await server[Symbol.asyncDispose]();
    expect(await ask()).toEqual(none('the SCIM service: the connection failed'));
    server = await ScimServer.start();
  });

  test.each<[string, unknown]>([
    ['no JSON', '<html>'],
    ['a user instead of a list', ADA],
    ['another schema', { ...listOf([ADA]), schemas: ['urn:example'] }],
    ['no number of results', { ...listOf([ADA]), totalResults: '1' }],
    ['a text as active', listOf([{ ...ADA, active: 'true' }])],
    ['entries that are no users', { ...listOf([]), Resources: ['ada'] }],
    ['nothing', 'null'],
  ])('%s', async (_what, body) => {
    server.instead = (_request, response) => send(response, 200, body);
    expect(await ask()).toEqual(none('the SCIM service: its response is no list of users as in RFC 7644'));
  });

  test('a user of whom it is not said whether active', async () => {
    server.users.push({ ...ADA, active: null });
    expect(await ask()).toEqual(none('the SCIM service: it does not say whether the user is active'));
    server.users.push({ ...ADA, active: true });
    expect(await ask()).toMatchObject({ status: 'active' });
  });

  test('other users, as from a service that ignores the filter', async () => {
    server.instead = (_request, response) => send(response, 200, listOf([{ ...ADA, emails: [{ value: 'eve@example.com' }] }]));
    expect(await ask()).toEqual(none('the SCIM service: it returned other users than it was asked for'));
  });

  test('only some of the users, if none of them is active', async () => {
    server.instead = (_request, response) => send(response, 200, listOf([{ ...ADA, active: false }], 40));
    expect(await ask()).toEqual(none('the SCIM service: it returned 1 of 40 users'));
    server.instead = (_request, response) => send(response, 200, listOf([], 1));
    expect(await ask()).toEqual(none('the SCIM service: it returned 0 of 1 users'));
    server.instead = (_request, response) => send(response, 200, listOf([ADA], 40));
    expect(await ask()).toMatchObject({ status: 'active' });
  });

  test('a service that does not filter by addresses, unless the user name is found', async () => {
    server.attributes = ['userName'];
    expect(await ask()).toEqual(none('the SCIM service does not filter by emails.value: name the attribute by which it does'));
    server.users.push({ ...ADA, userName: 'ada.park@example.com' });
    expect(await ask()).toMatchObject({ status: 'active' });
  });

  test('http, unless the server is on this machine and that is allowed', async () => {
    server.users.push(ADA);
    expect(await ask(undefined, { allowsLoopback: false })).toEqual(none('the SCIM service: its URL is not https'));
    expect(await ask(undefined, { baseUrl: 'http://scim.example.com' })).toEqual(none('the SCIM service: its URL is not https'));
    expect(server.filters).toEqual([]);
    expect(await ask()).toMatchObject({ status: 'active' });
  });
});

test('what the service says of itself is one short line', async () => {
  server.users.push({ ...ADA, id: `2819\u001b[31m\n${'x'.repeat(500)}` });
  const { evidence } = await ask();
  expect(evidence).toMatch(/^SCIM user 2819 \[31m x+\.\.\.$/);
  expect([...evidence]).toHaveLength(203);
});
