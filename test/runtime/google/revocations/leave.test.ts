import { AccountServer, answer } from '../../revokers/local-server';
import { BUCKET, dying, Ended, Life } from '../life';

const SECRET = 'projects/acme-test/secrets/crm';
let crm: AccountServer;
let life: Life;

beforeEach(async () => {
  crm = await new AccountServer().start();
  crm.accounts.add('invoice-bot').add('somebody');
  life = new Life();
  life.environment = { NHI_REVOKER_PRIVATE_HOSTS: '127.0.0.1', NHI_GOOGLE_ENDPOINT: 'http://127.0.0.1:1' };
  life.google.secrets.values.set(SECRET, [JSON.stringify({ hosts: crm.host, token: crm.token })]);
});

afterEach(() => crm[Symbol.asyncDispose]());

const http = (changes: object = {}) => ({
  Id: 'crm',
  Kind: 'http',
  Settings: {
    url: `${crm.origin}/accounts/{agentName}`,
    method: 'DELETE',
    expected: ['200', '204', '404'],
    verifyUrl: `${crm.origin}/accounts/{agentName}`,
    verifyMethod: 'GET',
    present: ['200'],
    absent: ['404'],
    secretArn: SECRET,
    headers: { authorization: 'Bearer {token}' },
  },
  MonthlyCost: '12.5',
  Currency: 'EUR',
  ...changes,
});

async function leaves(): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  await life.teardown();
  life.deleteAccount();
  return life.leave();
}

test('a leave looks, revokes and checks again, and the certificate says so', async () => {
  expect(await life.join({ revokers: [http()] })).toMatchObject({ code: 0 });
  expect(await leaves()).toMatchObject({ code: 0, err: '' });
  expect([...crm.accounts]).toEqual(['somebody']);
  expect(crm.received.map(({ method }) => method)).toEqual(['GET', 'DELETE', 'GET']);
  expect(life.events).toEqual(['joined', 'revocation-confirmed', 'left']);
  const { out } = await life.nhi('certificate', 'invoice-bot');
  expect(out).toMatch(/crm \(http, 12\.50 EUR a month\)\n +found active, and asked to revoke it\n +a look at .* saw that it is revoked/);
  expect(await life.nhi('verify', 'invoice-bot')).toMatchObject({ code: 0 });
});

test('what a third party does not confirm stays open and visible, keeps the name from joining, and is asked again by nhi retry', async () => {
  await life.join({ revokers: [http()] });
  crm.before = (_received, response) => answer(response, 500);
  expect(await leaves()).toMatchObject({ code: 0, err: expect.stringMatching(/RevocationOpen: invoice-bot has left.*\n {2}- crm \(http\): the verifying request got 500/) });
  expect(crm.received).toHaveLength(3);
  expect(life.events).toEqual(['joined', 'revocation-open', 'left']);
  expect((await life.nhi('list')).out).toMatch(/^invoice-bot +revoking /m);
  expect((await life.nhi('status')).out).toMatch(/revocation open +1 +invoice-bot crm/);
  expect((await life.nhi('show', 'invoice-bot')).out).toMatch(/^revocation +crm \(http, 12\.50 EUR a month\): OPEN since .*, 3 attempts, the verifying request got 500/m);
  expect((await life.nhi('certificate', 'invoice-bot')).out).toMatch(/NOT CONFIRMED: .*\n[^]*Third part: not written/);
  expect(await life.nhi('verify', 'invoice-bot')).toMatchObject({ code: 0 });
  expect(await life.preflight()).toMatchObject({ code: 1, err: expect.stringContaining('RevocationsOpen') });

  life.pass(1);
  expect((await life.nhi('retry', 'invoice-bot', '--yes')).out).toContain('OPEN since');
  crm.before = undefined;
  expect((await life.nhi('retry', 'invoice-bot', '--yes')).out).toMatch(/^status +left$/m);
  expect([...crm.accounts]).toEqual(['somebody']);
  expect(life.events).toEqual(['joined', 'revocation-open', 'left', 'revocation-confirmed', 'revocations-certified']);
  expect((await life.nhi('list')).out).toMatch(/^invoice-bot +left /m);
  expect((await life.nhi('certificate', 'invoice-bot')).out).toMatch(/Third part, recorded .*\n\n {2}crm \(http, 12\.50 EUR a month\)\n {4}open since .*, 5 attempts\n {4}a look at .* saw that it is revoked\n.*\n {2}no longer paid: 12\.50 EUR a month/);
  expect(await life.nhi('verify', 'invoice-bot')).toMatchObject({ code: 0 });
  expect(await life.preflight()).toMatchObject({ code: 0 });
  life.make('test');
  expect(await life.join({ revokers: [http()] })).toMatchObject({ code: 0 });
  expect((await life.nhi('show', 'invoice-bot')).out).toMatch(/^outside +crm/m);
  expect(await life.nhi('verify', 'invoice-bot')).toMatchObject({ code: 0 });
});

const HUMAN = { Id: 'sap', Kind: 'human', Settings: { team: ['it-desk@example.com'], steps: ['Open SU01 and delete the user'] } };
const PERSON = { email: 'kim.roe@example.com', permissions: ['storage.objects.get', 'storage.objects.list', 'storage.objects.create', 'pubsub.topics.publish'] };
const WHY = ['--reason', 'Deleted in SU01', '--yes'];

function nhiAs(token: string, ...words: string[]): ReturnType<Life['nhi']> {
  return life.nhiAs(token, '--google-registry', `gs://${BUCKET}`, ...words);
}

test('people confirm by their word, with the address that Google says of their token, and never the agent itself', async () => {
  await life.join({ revokers: [HUMAN] });
  const agentsOwn = life.account.email;
  expect(await leaves()).toMatchObject({ code: 0, err: expect.stringContaining('sap (human)') });
  expect((await life.nhi('certificate', 'invoice-bot')).out).toContain('NOT CONFIRMED: people have to revoke it');
  expect(await life.nhi('confirm', 'invoice-bot', 'sap', ...WHY)).toMatchObject({ code: 1, failure: 'ConfirmationUnvouched' });
  life.google.callers.set('own', { ...PERSON, email: agentsOwn });
  expect(await nhiAs('own', 'confirm', 'invoice-bot', 'sap', ...WHY)).toMatchObject({ code: 1, failure: 'ConfirmationByAgent' });
  expect((await life.nhi('list')).out).toMatch(/^invoice-bot +revoking /m);

  life.google.callers.set('kim', PERSON);
  expect(await nhiAs('kim', 'confirm', 'invoice-bot', 'crm', ...WHY)).toMatchObject({ code: 1, failure: 'RevocationUnknown' });
  expect(await nhiAs('kim', 'confirm', 'invoice-bot', 'sap', ...WHY)).toMatchObject({ code: 0 });
  expect((await life.nhi('certificate', 'invoice-bot')).out)
    .toMatch(/attested at .* by kim\.roe@example\.com with a token that Google names so, and not seen by the registry: Deleted in SU01/);
  expect(await life.nhi('verify', 'invoice-bot')).toMatchObject({ code: 0 });
});

test('what is no longer declared is revoked by the leave, or confirmed before', async () => {
  await life.join({ revokers: [http(), HUMAN] });
  await life.join({ revokers: [] });
  expect((await life.nhi('show', 'invoice-bot')).out).toMatch(/^outside +crm .*no longer declared[^]*^outside +sap .*no longer declared/m);
  expect(crm.received).toEqual([]);
  life.google.callers.set('kim', PERSON);
  expect(await nhiAs('kim', 'confirm', 'invoice-bot', 'sap', ...WHY)).toMatchObject({ code: 0 });
  expect((await life.nhi('list')).out).toMatch(/^invoice-bot +active .* own *$/m);
  expect(await life.nhi('verify', 'invoice-bot')).toMatchObject({ code: 0 });
  expect(await leaves()).toMatchObject({ code: 0, err: '' });
  expect([...crm.accounts]).toEqual(['somebody']);
  expect(await life.nhi('verify', 'invoice-bot')).toMatchObject({ code: 0 });
});

test('a move and a replaced account revoke nothing', async () => {
  await life.join({ revokers: [http()] });
  await life.teardown('production');
  life.deleteAccount();
  life.make('production');
  await life.join({ revokers: [http()] });
  await life.teardown();
  life.deleteAccount();
  life.make('production');
  await life.join({ revokers: [http()] });
  expect(crm.received).toEqual([]);
  expect(life.events).toEqual(['joined', 'moved', 'principal-retired']);
});

test('a secret goes to its own hosts only, private hosts are reached by name only, and the value is recorded nowhere', async () => {
  await life.join({ revokers: [http()] });
  life.google.secrets.values.set(SECRET, [JSON.stringify({ hosts: 'crm.example.com', token: crm.token })]);
  expect((await leaves()).err).toContain(`the secret does not list ${crm.host}`);
  life.google.secrets.values.delete(SECRET);
  expect((await life.nhi('retry', 'invoice-bot', '--yes')).out).toContain("the secret can't be read (status 404)");
  life.google.secrets.values.set(SECRET, ['x', JSON.stringify({ hosts: crm.host, token: crm.token })]);
  life.environment = { ...life.environment, NHI_REVOKER_PRIVATE_HOSTS: '' };
  expect((await life.nhi('retry', 'invoice-bot', '--yes')).out).toContain('its URL is not https');
  expect(crm.received).toEqual([]);
  life.environment = { ...life.environment, NHI_REVOKER_PRIVATE_HOSTS: 'localhost 127.0.0.1' };
  expect((await life.nhi('retry', 'invoice-bot', '--yes')).out).toMatch(/^status +left$/m);
  expect(JSON.stringify(life.objects(''))).not.toContain(crm.token);
  expect(JSON.stringify(life.google.objects.messages.map(({ data }) => Buffer.from(data, 'base64').toString()))).not.toContain(crm.token);
});

test('verify finds revocations that were closed, removed or led elsewhere by hand', async () => {
  await life.join({ revokers: [http(), HUMAN] });
  crm.before = (_received, response) => answer(response, 500);
  await leaves();
  const [name, state] = life.objects<{ revocations: object[] }>('revokers/').at(-1)!;
  const verdictOf = async (changed: object): Promise<string> => {
    life.google.objects.tamper(BUCKET, name, changed);
    const { code, out } = await life.nhi('verify', 'invoice-bot');
    expect(code).toBe(2);
    return out;
  };
  const [first, second] = state.revocations;
  expect(await verdictOf({ ...state, revocations: [{ ...first, confirmed: { at: '2026-10-01T00:00:00.000Z' } }, second] })).toContain('is confirmed as gone, and no event does');
  expect(await verdictOf({ ...state, revocations: [first] })).toContain('the state of the agent has nothing of it');
  expect(await verdictOf({ ...state, revocations: [{ ...first, revoker: { id: 'crm', kind: 'http', settings: { url: 'https://example.com' } } }, second] })).toContain('other settings');
  expect(await verdictOf({ ...state, agentName: 'other-bot' })).toContain(`${name} IS UNKNOWN`);
  life.google.objects.tamper(BUCKET, name, state);
  expect(await life.nhi('verify', 'invoice-bot')).toMatchObject({ code: 0 });
});

test('verify reads events of which somebody wrote anything', async () => {
  await life.join({ revokers: [HUMAN] });
  await leaves();
  const [name, event] = life.objects<{ data: { unmapped: object } }>('events/').at(-1)!;
  life.google.objects.tamper(BUCKET, name, { ...event, data: { ...event.data, unmapped: { ...event.data.unmapped, details: null } } });
  expect(await life.nhi('verify', 'invoice-bot')).toMatchObject({ code: 2 });
});

test('a declaration that somebody wrote leads events to no other call', async () => {
  await life.join({ revokers: [HUMAN], topic: 'projects/acme-agents/topics/agents-lifecycle' });
  await leaves();
  const [name, declared] = life.objects<object>('agents/').at(-1)!;
  const published = jest.spyOn(life.google, 'handle');
  const pathsOf = async (topic: string): Promise<string[]> => {
    life.google.objects.tamper(BUCKET, name, { ...declared, topic });
    published.mockClear();
    expect(await life.nhi('retry', 'invoice-bot', '--yes')).toMatchObject({ code: 0 });
    return published.mock.calls.map(([{ path }]) => path).filter((path) => path.includes('topics'));
  };
  expect(await pathsOf('projects/acme-agents/topics/agents-lifecycle')).toEqual(['/v1/projects/acme-agents/topics/agents-lifecycle:publish']);
  expect(await pathsOf('projects/acme-agents/topics/agents-lifecycle:setIamPolicy?')).toEqual([]);
});

const isWhole = async (events: readonly string[]): Promise<void> => {
  expect(life.events).toEqual(events);
  expect([...crm.accounts]).toEqual(['somebody']);
  expect(life.objects<{ kind: string }>('certificates/').map(([, { kind }]) => kind).filter((kind, at, all) => all.indexOf(kind) === at)).toHaveLength(life.objects('certificates/').length);
  expect(await life.nhi('verify', 'invoice-bot')).toMatchObject({ code: 0, out: expect.stringContaining('is intact') });
};

/** Runs `work` in a new life again and again, each time killed one call later, until it is killed no more. */
async function killedEverywhere(
  begin: () => Promise<void>, work: () => Promise<Ended>, check: () => Promise<void>, checkKilled: () => Promise<void> = async () => undefined,
): Promise<void> {
  for (let calls = 0, isKilled = true; isKilled; calls += 1) {
    crm.accounts.add('invoice-bot');
    crm.before = undefined;
    const { environment, google } = life;
    life = new Life();
    life.environment = environment;
    google.secrets.values.forEach((values, name) => life.google.secrets.values.set(name, values));
    await begin();
    const { received } = await dying(life, calls, work);
    isKilled = received >= calls;
    await checkKilled();
    expect((await work()).code).toBe(0);
    await check();
  }
}

test('a leave that is killed before any of its calls revokes all, records it once, and is verified', async () => {
  await killedEverywhere(async () => {
    await life.join({ revokers: [http()] });
    await life.teardown();
    life.deleteAccount();
  }, () => life.record({}, { NHI_RECORD_EVENT: 'left' }), () => isWhole(['joined', 'revocation-confirmed', 'left']));
});

test('so is a retry', async () => {
  await killedEverywhere(async () => {
    await life.join({ revokers: [http()] });
    crm.before = (_received, response) => answer(response, 500);
    await leaves();
    crm.before = undefined;
  }, () => life.nhi('retry', 'invoice-bot', '--yes'), () => isWhole(['joined', 'revocation-open', 'left', 'revocation-confirmed', 'revocations-certified']));
});

test('and a deployment that drops a revoker', async () => {
  await killedEverywhere(
    () => life.join({ revokers: [http(), HUMAN] }).then(() => undefined),
    () => life.join({ revokers: [http()], expires: '2027-03-01T00:00:00Z' }),
    async () => {
      expect((await life.nhi('show', 'invoice-bot')).out).toMatch(/^outside +crm .*\noutside +sap .*no longer declared/m);
      expect(await life.nhi('verify', 'invoice-bot')).toMatchObject({ code: 0 });
    });
});

test('and an agent that joins again: what became of the leave stays verified', async () => {
  await killedEverywhere(async () => {
    await life.join({ revokers: [http()] });
    await leaves();
    life.make('test');
  }, () => life.join({ revokers: [HUMAN] }), async () => undefined, async () => {
    expect(await life.nhi('verify', 'invoice-bot')).toMatchObject({ code: 0 });
  });
});
