import { GitHubServer, HeldKeys, tokenOf } from './github-server';
import { answer, Received } from './local-server';
import { LOCAL_TLS } from './local-tls';
import { NOW, ThirdParty } from './third-party';
import { AppKeyUse } from '../../../src/contract/app-keys';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/k1';
const APP = 'Iv23liInvoices';
const ID = '12345678';
let github: GitHubServer;
let keys: HeldKeys;
let third: ThirdParty;
let use: AppKeyUse;

beforeEach(async () => {
  github = await new GitHubServer(() => NOW).start();
  keys = new HeldKeys();
  use = { githubApp: APP, hosts: `api.github.com ${github.host}`, installations: { [ID]: 'agents/invoice-bot', 99: 'agents/other-bot' } };
  github.apps.set(APP, [keys.add(KEY, use)]);
  github.installations.set(ID, { of: APP }).set('99', { of: APP });
  third = thirdAt(github);
});
afterEach(async () => github[Symbol.asyncDispose]());

const thirdAt = ({ apiUrl }: GitHubServer, changes: object = {}): ThirdParty => {
  const one = new ThirdParty('github-app', { apiUrl, clientId: APP, installationId: ID, keyArn: KEY, ...changes });
  one.keys = keys;
  return one;
};
const calls = (): string[] => github.received.map(({ method, path }) => `${method} ${path}`);
const isThere = (): boolean => github.installations.has(ID);

test('deletes the installation, and checks again: with one token that is the app\'s, and no longer valid than needed', async () => {
  expect(await third.order('revoke')).toEqual({ outcome: 'confirmed', found: 'active', now: 'absent', acted: true, note: 'the access was active and is absent' });
  expect([...github.installations.keys()]).toEqual(['99']);
  expect(calls()).toEqual([`GET /app/installations/${ID}`, `DELETE /app/installations/${ID}`, `GET /app/installations/${ID}`, 'GET /app']);
  const at = NOW.getTime() / 1000;
  expect(github.received.map(tokenOf)).toEqual(Array.from({ length: 4 }, () => ({ header: { alg: 'RS256', typ: 'JWT' }, claims: { iss: APP, iat: at - 60, exp: at + 240 } })));
  expect(github.received[0].headers).toMatchObject({ 'accept': 'application/vnd.github+json', 'x-github-api-version': '2022-11-28', 'user-agent': 'cdk-nhi-lifecycle' });
  expect(keys.signed).toHaveLength(1);
  expect(await third.order('revoke', { seenBefore: true })).toMatchObject({ outcome: 'confirmed', found: 'absent', acted: false });
});

test('a suspension suspends it and a resumption lifts that; one that is suspended is deleted', async () => {
  expect(await third.order('suspend')).toMatchObject({ outcome: 'confirmed', found: 'active', now: 'inactive' });
  expect(github.installations.get(ID)!.suspendedAt).toBe(NOW.toISOString());
  expect(await third.order('suspend')).toMatchObject({ outcome: 'confirmed', found: 'inactive', acted: false });
  expect(await third.order('resume')).toMatchObject({ outcome: 'confirmed', found: 'inactive', now: 'active' });
  await third.order('suspend');
  expect(await third.order('look')).toMatchObject({ outcome: 'confirmed', now: 'inactive' });
  expect(await third.order('revoke')).toMatchObject({ outcome: 'confirmed', found: 'inactive', now: 'absent' });
  expect(await third.order('resume')).toMatchObject({ outcome: 'open', note: 'the access does not exist any more' });
  expect(github.installations.get('99')).toEqual({ of: APP });
});

test('an API below a path, and over TLS', async () => {
  const enterprise = await new GitHubServer(() => NOW, '/api/v3').start(LOCAL_TLS);
  try {
    enterprise.apps.set(APP, github.apps.get(APP)!);
    enterprise.installations.set(ID, { of: APP });
    keys.use(KEY, { ...use, hosts: enterprise.host });
    const one = new ThirdParty('github-app', { ...third.settings, apiUrl: enterprise.apiUrl }, { allowsPlain: false, ca: LOCAL_TLS.cert });
    one.keys = keys;
    expect(await one.order('revoke')).toMatchObject({ outcome: 'confirmed', now: 'absent' });
    expect(enterprise.received[0].path).toBe(`/api/v3/app/installations/${ID}`);
  } finally {
    await enterprise[Symbol.asyncDispose]();
  }
});

describe('404 is no answer unless GitHub says that the app asks', () => {
  test('an installation of another app is not gone for want of an answer', async () => {
    github.installations.set('777', { of: 'Iv23liOther0' });
    github.before = ({ path }, response) => path === '/app' && answer(response, 200, { id: 8, client_id: 'Iv23liOther0' });
    third.settings = { ...third.settings, installationId: '777' };
    keys.use(KEY, { ...use, installations: { 777: 'agents/invoice-bot' } });
    expect(await third.order('revoke')).toMatchObject({ outcome: 'open', acted: false, note: `the installation got 404, and GitHub does not confirm that it is asked by the app ${APP} (200)` });
  });

  test.each<[string, number, unknown]>([['401', 401, {}], ['a failure', 500, {}], ['no client id', 200, { id: 7 }], ['no JSON', 200, 'x']])('%s', async (_what, status, body) => {
    github.installations.delete(ID);
    github.before = ({ path }, response) => path === '/app' && answer(response, status, body);
    expect(await third.order('revoke', { seenBefore: true })).toMatchObject({ outcome: 'open', note: expect.stringContaining(`(${status})`) });
    github.before = undefined;
    expect(await third.order('revoke')).toMatchObject({ outcome: 'confirmed', found: 'absent' });
  });
});

test('a token that GitHub does not take confirms nothing: the key of another app, also where the installation was seen, or no longer exists', async () => {
  github.apps.set(APP, [new HeldKeys().add(KEY, use, 1)]);
  const refused = { outcome: 'open', acted: false, note: 'the installation got 401: the key signs for another app, or GitHub no longer has its public half' };
  expect(await third.order('revoke', { seenBefore: true })).toEqual(refused);
  github.installations.delete(ID);
  expect(await third.order('revoke', { seenBefore: true })).toEqual(refused);
});

test('a second key of the app signs as the first one did, by its own ARN or by an alias that stands for it now', async () => {
  const [other, alias] = ['arn:aws:kms:eu-west-1:111122223333:key/k2', 'arn:aws:kms:eu-west-1:111122223333:alias/github'];
  github.apps.get(APP)!.push(keys.add(other, use, 1));
  keys.alias(alias, KEY);
  expect(await thirdAt(github, { keyArn: other }).order('look')).toMatchObject({ now: 'active' });
  expect(await thirdAt(github, { keyArn: alias }).order('look')).toMatchObject({ now: 'active' });
  keys.alias(alias, other);
  expect(await thirdAt(github, { keyArn: alias }).order('look')).toMatchObject({ now: 'active' });
  // By the ARN of the key whose description was read.
  expect(keys.signed.map(({ keyArn }) => keyArn)).toEqual([other, KEY, other]);
});

describe('a key signs nothing that its description does not allow', () => {
  test.each<[string, () => AppKeyUse | string, string]>([
    ['another app', () => ({ ...use, githubApp: 'Iv23liOther0' }), `the key is not meant for the app ${APP}`],
    ['another host', () => ({ ...use, hosts: 'api.github.com' }), 'in its "hosts"'],
    ['another port', () => ({ ...use, hosts: '127.0.0.1' }), 'in its "hosts"'],
    ['an installation that is not listed', () => ({ ...use, installations: { 99: 'agents/invoice-bot' } }), `the key does not list installation ${ID} as that of agents/invoice-bot`],
    ['an installation of another agent', () => ({ ...use, installations: { [ID]: 'agents/other-bot' } }), `the key does not list installation ${ID} as that of agents/invoice-bot`],
    ['an agent of another registry', () => ({ ...use, installations: { [ID]: 'other/invoice-bot' } }), `the key does not list installation ${ID} as that of agents/invoice-bot`],
    ['every agent', () => ({ ...use, installations: { [ID]: 'agents/*' } }), `the key does not list installation ${ID} as that of agents/invoice-bot`],
    ['no description', () => '', 'the description of the key does not say'],
    ['a description for people', () => 'Signs orders of the registry agents for the worker directory', 'the description of the key does not say'],
    ['a description of another form', () => JSON.stringify({ ...use, installations: [ID] }), 'the description of the key does not say'],
  ])('with %s', async (_what, described, note) => {
    keys.use(KEY, described());
    for (const action of ['look', 'suspend', 'revoke'] as const) {
      expect(await third.order(action)).toEqual({ outcome: 'open', acted: false, note: expect.stringContaining(note) });
    }
    expect([keys.signed, github.received]).toEqual([[], []]);
    keys.use(KEY, use);
    expect(await third.order('revoke')).toMatchObject({ outcome: 'confirmed', found: 'active' });
  });

  test('of another agent or registry than the engine names', async () => {
    expect(await third.order('revoke', { agentName: 'other-bot' })).toMatchObject({ outcome: 'open', note: `the key does not list installation ${ID} as that of agents/other-bot` });
    expect(await third.order('revoke', { registry: 'others' })).toMatchObject({ outcome: 'open', note: `the key does not list installation ${ID} as that of others/invoice-bot` });
    expect(isThere()).toBe(true);
    third.settings = { ...third.settings, installationId: '99' };
    expect(await third.order('revoke', { agentName: 'other-bot' })).toMatchObject({ outcome: 'confirmed' });
  });

  test('a key that does not sign, or that nobody lets the registry use, confirms nothing', async () => {
    keys.describe = async () => {
      throw Object.assign(new Error('T0KEN'), { name: 'AccessDeniedException' });
    };
    expect(await third.order('revoke')).toMatchObject({ outcome: 'open', note: expect.stringMatching(/^the key can't be used \(AccessDeniedException\): its policy must allow .*kms:DescribeKey and kms:Sign/) });
    expect(github.received).toEqual([]);
  });
});

describe('when GitHub fails', () => {
  const deletes = ({ method }: Received): boolean => method === 'DELETE';

  test('an answer that is lost after the deletion is found by the look', async () => {
    github.after = (received, response) => deletes(received) && (response.destroy(), true);
    expect(await third.order('revoke')).toMatchObject({ outcome: 'confirmed', acted: true, now: 'absent' });
  });

  test('a deletion that GitHub accepts and does not do is open', async () => {
    github.before = (received, response) => deletes(received) && (response.writeHead(204), response.end(), true);
    expect(await third.order('revoke')).toMatchObject({ outcome: 'open', found: 'active', now: 'active', note: 'the access is still active after the request to revoke it' });
    expect(isThere()).toBe(true);
  });

  test.each([403, 404, 500, 502])('a deletion with %d is open, and done by the next attempt', async (status) => {
    github.before = (received, response) => deletes(received) && answer(response, status, {});
    expect(await third.order('revoke')).toMatchObject({ outcome: 'open', acted: true, note: `the deletion of the installation got ${status}` });
    github.before = undefined;
    expect(await third.order('revoke')).toMatchObject({ outcome: 'confirmed', now: 'absent' });
  });

  test.each([500, 403, 401, 200])('a look with %d, and no installation in it, is no answer', async (status) => {
    github.before = ({ method }, response) => method === 'GET' && answer(response, status, { message: 'x' });
    expect(await third.order('revoke', { seenBefore: true })).toMatchObject({ outcome: 'open', acted: false });
    expect(calls()).toHaveLength(1);
    expect(isThere()).toBe(true);
  });

  test.each([['another id', { id: 99, client_id: APP }], ['another app', { id: Number(ID), client_id: 'Iv23liOther0' }]])('an installation with %s is no answer', async (_what, body) => {
    github.before = ({ method }, response) => method === 'GET' && answer(response, 200, { ...body, suspended_at: null });
    expect(await third.order('revoke')).toMatchObject({ outcome: 'open', acted: false, note: 'it returned something else than the installation that it was asked for' });
  });

  test.each<[string, number, Record<string, string>, number | undefined]>([
    ['the time to wait', 403, { 'retry-after': '120' }, 120],
    ['when requests are taken again', 403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW.getTime() / 1000 + 300) }, 300],
    ['the same with 429', 429, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW.getTime() / 1000 + 300) }, 300],
    ['a reset while requests are left', 403, { 'x-ratelimit-remaining': '9', 'x-ratelimit-reset': String(NOW.getTime() / 1000 + 300) }, undefined],
    ['a reset that is over', 403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '60' }, undefined],
    ['no time', 403, {}, undefined],
  ])('a rate limit with %s is no answer: nothing else is sent, and it is tried later', async (_what, status, headers, retryAfterSeconds) => {
    github.before = (_received, response) => answer(response, status, { message: 'You have exceeded a secondary rate limit' }, headers);
    const report = await third.order('revoke', { seenBefore: true });
    expect(report).toMatchObject({ outcome: 'open', acted: false });
    expect(report.retryAfterSeconds).toBe(retryAfterSeconds);
    expect(calls()).toHaveLength(1);
  });

  test('a limit at the deletion is not followed by a look', async () => {
    github.before = (received, response) => deletes(received) && answer(response, 403, {}, { 'retry-after': '60' });
    expect(await third.order('revoke')).toEqual({ outcome: 'open', found: 'active', acted: true, note: 'it responded 403', retryAfterSeconds: 60 });
    expect(calls()).toHaveLength(2);
  });

  test('a redirect gets no token', async () => {
    github.before = (_received, response) => answer(response, 307, '', { location: 'https://evil.example.com/' });
    expect(await third.order('revoke')).toMatchObject({ outcome: 'open', note: 'it redirects (307), and redirects are not followed' });
    expect(calls()).toHaveLength(1);
  });
});

test('plain HTTP and private addresses are refused as for every kind', async () => {
  const outside = new ThirdParty('github-app', third.settings, { privateHosts: [] });
  outside.keys = keys;
  expect(await outside.order('revoke')).toMatchObject({ outcome: 'open', note: 'its URL is not https' });
  expect(github.received).toEqual([]);
});

test('no report has the token, or a text of GitHub', async () => {
  github.before = ({ method, headers }, response) => method === 'DELETE' && answer(response, 500, { message: headers.authorization });
  expect(JSON.stringify(await third.order('revoke'))).not.toMatch(/Bearer|eyJ/);
});

test('settings of another form act on nothing', async () => {
  for (const changes of [{ installationId: '1/../2' }, { installationId: '0' }, { clientId: '12345678' }, { keyArn: undefined }]) {
    expect(await thirdAt(github, changes).order('revoke')).toMatchObject({ outcome: 'open', acted: false });
  }
  expect(github.received).toEqual([]);
});
