import { ServerResponse } from 'node:http';
import { answer, LocalServer, Received } from './local-server';
import { SECRET, ThirdParty } from './third-party';

/** An API whose accounts can be switched off. */
class SwitchedServer extends LocalServer {
  public readonly state = new Map<string, string>();
  /** What the account looks like. */
  public shows: (state: string) => unknown = (status) => ({ account: { status } });

  protected handle = ({ method, path, headers }: Received, response: ServerResponse): void => {
    const [, name = '', change] = /^\/accounts\/([^/?]+)(?:\/(suspend|resume))?$/.exec(path) ?? [];
    const state = this.state.get(name);
    if (headers.authorization !== 'Bearer T0KEN') {
      return void answer(response, 401);
    }
    if (state === undefined) {
      return void answer(response, 404);
    }
    if (method === 'DELETE') {
      this.state.delete(name);
      return void answer(response, 204);
    }
    if (change !== undefined) {
      this.state.set(name, change === 'suspend' ? 'SUSPENDED' : 'ACTIVE');
      return void answer(response, 204);
    }
    return void answer(response, 200, this.shows(state));
  };
}

let server: SwitchedServer;
let third: ThirdParty;

beforeEach(async () => {
  server = await new SwitchedServer().start();
  const account = `${server.origin}/accounts/{agentName}`;
  third = new ThirdParty('http', {
    url: account,
    method: 'DELETE',
    expected: ['204', '404'],
    verifyUrl: account,
    verifyMethod: 'GET',
    present: ['200'],
    absent: ['404'],
    secretArn: SECRET,
    headers: { authorization: 'Bearer {token}' },
    suspend: { url: `${account}/suspend`, method: 'PUT', expected: '200 204', body: '{"by":"{registry}"}' },
    resume: { url: `${account}/resume`, method: 'POST', expected: '204' },
    inactiveField: '/account/status',
    inactiveValues: ['SUSPENDED'],
  });
  third.secret = { hosts: server.host, token: 'T0KEN' };
  server.state.set('invoice-bot', 'ACTIVE');
});
afterEach(async () => server[Symbol.asyncDispose]());

const changes = (): string[] => server.received.filter(({ method }) => method !== 'GET').map(({ method, path, body }) => `${method} ${path}${body}`);

test('a suspension deactivates once, a resumption activates, and each is seen', async () => {
  expect(await third.order('suspend')).toMatchObject({ outcome: 'confirmed', found: 'active', now: 'inactive', acted: true });
  expect(await third.order('suspend')).toMatchObject({ outcome: 'confirmed', found: 'inactive', acted: false });
  expect(server.state.get('invoice-bot')).toBe('SUSPENDED');
  expect(await third.order('resume')).toMatchObject({ outcome: 'confirmed', found: 'inactive', now: 'active' });
  expect(await third.order('resume')).toMatchObject({ outcome: 'confirmed', found: 'active', acted: false });
  expect(changes()).toEqual(['PUT /accounts/invoice-bot/suspend{"by":"agents"}', 'POST /accounts/invoice-bot/resume']);
});

test('a leave deletes what is inactive, too', async () => {
  server.state.set('invoice-bot', 'SUSPENDED');
  expect(await third.order('revoke')).toMatchObject({ outcome: 'confirmed', found: 'inactive', now: 'absent', acted: true });
  expect(await third.order('resume')).toMatchObject({ outcome: 'open', note: 'the access does not exist any more' });
});

test('a lost answer is looked at, a refusal stays open', async () => {
  server.after = ({ method }, response) => method === 'PUT' && (response.destroy(), true);
  expect(await third.order('suspend')).toMatchObject({ outcome: 'confirmed', now: 'inactive' });
  server.after = undefined;
  server.before = ({ method }, response) => method === 'POST' && answer(response, 403);
  expect(await third.order('resume')).toMatchObject({ outcome: 'open', now: 'inactive', note: 'it responded 403' });
});

test('a suspension that the API accepts without effect stays open', async () => {
  server.before = ({ method }, response) => method === 'PUT' && answer(response, 204);
  expect(await third.order('suspend')).toMatchObject({ outcome: 'open', now: 'active', note: 'the access is still active after the request to suspend it' });
});

test.each<[string, unknown]>([['no JSON', '<html>'], ['a text', '"SUSPENDED"'], ['nothing', ''], ['null', 'null']])('an answer with %s says neither active nor inactive', async (_what, body) => {
  server.before = ({ method }, response) => method === 'GET' && answer(response, 200, body);
  for (const action of ['look', 'suspend', 'resume', 'revoke'] as const) {
    expect(await third.order(action)).toMatchObject({ outcome: 'open', acted: false, note: 'the answer of the verifying request is not a JSON object or array' });
  }
  expect(changes()).toEqual([]);
});

test.each<[string, unknown, readonly string[] | undefined, 'active' | 'inactive']>([
  ['/status', { status: 'SUSPENDED' }, ['SUSPENDED', 'LOCKED'], 'inactive'],
  ['/status', { status: 'suspended' }, ['SUSPENDED'], 'active'],
  ['/status', { status: ['SUSPENDED'] }, ['SUSPENDED'], 'active'],
  ['/status', {}, ['undefined'], 'active'],
  ['/status', { status: null }, ['null'], 'active'],
  ['/active', { active: false }, ['false'], 'inactive'],
  ['/active', { active: true }, ['false'], 'active'],
  ['/state', { state: 3 }, ['3'], 'inactive'],
  ['/suspended_at', { suspended_at: '2027-01-31T06:00:00Z' }, undefined, 'inactive'],
  ['/suspended_at', { suspended_at: null }, undefined, 'active'],
  ['/suspended', { suspended: false }, undefined, 'active'],
  ['/suspended', { suspended: '' }, undefined, 'active'],
  ['/suspended', { suspended: {} }, undefined, 'inactive'],
  ['/suspended', {}, undefined, 'active'],
  ['/constructor', {}, undefined, 'active'],
  ['/__proto__/toString', {}, undefined, 'active'],
  ['/users/0/locked', { users: [{ locked: true }] }, undefined, 'inactive'],
  ['/a~1b/c~0d/e~01f', { 'a/b': { 'c~d': { 'e~1f': 1 } } }, undefined, 'inactive'],
])('%s of %j, inactive with %j: %s', async (inactiveField, shows, inactiveValues, expected) => {
  server.shows = () => shows;
  const { inactiveValues: _none, ...settings } = third.settings;
  third.settings = { ...settings, inactiveField, ...(inactiveValues === undefined ? {} : { inactiveValues }) };
  expect(await third.order('look')).toMatchObject({ outcome: 'confirmed', now: expected });
});

test('a status alone can say that it is inactive', async () => {
  const { inactiveField: _field, inactiveValues: _values, ...settings } = third.settings;
  third.settings = { ...settings, inactiveStatuses: ['423'] };
  server.before = ({ method }, response) => method === 'GET' && server.state.get('invoice-bot') === 'SUSPENDED' && answer(response, 423);
  expect(await third.order('suspend')).toMatchObject({ outcome: 'confirmed', found: 'active', now: 'inactive' });
  expect(await third.order('resume')).toMatchObject({ outcome: 'confirmed', found: 'inactive', now: 'active' });
});

test('the secret goes to no other host, whichever request names it', async () => {
  third.settings = { ...third.settings, suspend: { url: 'https://127.0.0.2/accounts/{agentName}/suspend', method: 'PUT', expected: '204' } };
  const report = await third.order('suspend');
  expect(report).toMatchObject({ outcome: 'open', now: 'active' });
  expect(report.note).toContain('the secret does not list');
  expect(changes()).toEqual([]);
});
