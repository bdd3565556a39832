import { CERTIFICATE } from '../../../../build/certificate-schema';
import { AccountCertificate, TeardownRecord } from '../../../../runtime/google/proof';
import { canonicalJson } from '../../../../src/core/canonical-json';
import { LifecycleEvent } from '../../../../src/core/lifecycle-event';
import { BUCKET, Life } from '../life';
import { OWN_SECRET, PROJECT, SECRET } from '../world';

const CERTIFICATES = 'certificates/acme-agents/invoice-bot/';
const TEARDOWNS = 'teardowns/acme-agents/invoice-bot/';

function byHand({ google, account, member }: Life): void {
  google.accounts.addKey(account.email);
  google.hmacKeys.add(PROJECT, account.email);
  google.policies.grant('projects/acme-test', 'roles/x.reader', member);
  google.policies.grant(SECRET, 'roles/x.writer', member);
}

async function leave(life: Life): Promise<void> {
  expect(await life.teardown()).toMatchObject({ code: 0, err: '' });
  life.deleteAccount();
  expect(await life.leave()).toMatchObject({ code: 0, err: '' });
}

function certificateOf(life: Life, number = 0): AccountCertificate {
  return life.objects<AccountCertificate>(CERTIFICATES)[number][1];
}

test('a leave leaves a certificate that rests on what the teardowns found, wiped and saw, and `left` carries its hash', async () => {
  const life = new Life();
  await life.join();
  byHand(life);
  life.pass(1);
  await leave(life);

  const certificate = certificateOf(life);
  expect(certificate).toMatchObject({
    kind: 'decommission-certificate',
    version: 4,
    cloud: 'google',
    registry: 'agents',
    agentName: 'invoice-bot',
    account: PROJECT,
    purpose: 'Matches invoices',
    sponsor: { id: 'ada.park@example.com', name: 'Ada Park' },
    joinedAt: '2026-10-01T00:00:00.000Z',
    leftAt: '2026-10-02T00:00:00.000Z',
    by: 'terraform:own',
    principals: [{
      email: life.account.email,
      id: life.account.uniqueId,
      stage: 'test',
      teardown: { found: 'present', disabledSeenAt: '2026-10-02T00:00:00.000Z', endedAt: '2026-10-02T00:00:00.000Z', complete: true, movesTo: null },
      absentAt: '2026-10-02T00:00:00.000Z',
    }],
    leftAlone: [],
    records: [1, 2, 3, 4].map((number) => ({ name: `${TEARDOWNS}00000000000${number}.json` })),
  });
  expect(certificate.wipers.map(({ wiper, found, wiped }) => [wiper, found.length, wiped])).toEqual([
    ['HMAC keys', 1, [expect.stringMatching(/hmacKeys/)]],
    ['grants', 2, ['roles/x.reader on projects/acme-test', `roles/x.writer on ${SECRET}`]],
    ['own secrets', 1, [OWN_SECRET]],
    ['user-managed keys', 1, [expect.stringMatching(/^key/)]],
  ]);
  expect(CERTIFICATE.parse(certificate)).toEqual(certificate);
  expect(certificate.receipt).toMatchObject({
    authorization: { requester: 'terraform:own', reason: null, approvedBy: [], gaps: [0, 1, 2] },
    effective: { at: '2026-10-02T00:00:00.000Z', basis: 'deleted' },
    sources: [{ wiper: 'HMAC keys', gaps: [3] }, { wiper: 'grants', gaps: [4] }, { wiper: 'own secrets', gaps: [5] }, { wiper: 'user-managed keys', gaps: [] }],
    exceptions: [],
  });
  expect(certificate.receipt!.assets.map(({ kind, disposition }) => `${kind} ${disposition}`)).toEqual([
    'account deleted', 'HMAC keys deleted', 'grants deleted', 'grants deleted', 'own secrets deleted', 'user-managed keys deleted',
  ]);
  const [[joined], [, left]] = life.objects<LifecycleEvent>('events/').map(([, event]) => event).map((event) => [event, event]);
  expect(certificate.chainHead).toBe(joined.hash);
  expect((left.data.unmapped as { details: object }).details).toMatchObject({ certificate: `${CERTIFICATES}000000000002.json`, certificateSha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect((await life.nhi('verify', 'invoice-bot')).code).toBe(0);
});

test('objects are stored as canonical text, so that anyone can compute the hashes from the bucket', async () => {
  const life = new Life();
  await life.join();
  await leave(life);
  expect(life.objects('').map(([, object]) => JSON.stringify(object))).toEqual(life.objects<object>('').map(([, object]) => canonicalJson(object)));
});

test('a move and a leave: both accounts are in one certificate, and what each had', async () => {
  const life = new Life();
  await life.join();
  byHand(life);
  const first = life.account;
  expect((await life.teardown('production')).code).toBe(0);
  life.deleteAccount();
  life.pass(1);
  life.make('production');
  await life.join();
  life.google.policies.grant('projects/acme-test', 'roles/x.owner', life.member);
  life.pass(1);
  await leave(life);

  expect(life.events).toEqual(['joined', 'moved', 'left']);
  const { principals, wipers, records } = certificateOf(life);
  expect(principals.map(({ id, stage, teardown }) => [id, stage, teardown?.movesTo, teardown?.complete])).toEqual([
    [first.uniqueId, 'test', 'production', true], [life.account.uniqueId, 'production', null, true],
  ]);
  expect(wipers.find(({ wiper }) => wiper === 'grants')!.wiped).toEqual([
    'roles/x.reader on projects/acme-test', `roles/x.writer on ${SECRET}`, 'roles/x.owner on projects/acme-test',
  ]);
  expect(records).toHaveLength(6);
});

test('a teardown that failed is recorded with what remained; the certificate says what the next one did', async () => {
  const life = new Life();
  await life.join();
  byHand(life);
  life.google.fail({ matching: /^POST \/v3\/projects\/acme-test:setIamPolicy/, status: 403 });
  expect(await life.teardown()).toMatchObject({ code: 1, err: expect.stringMatching(/^TeardownIncomplete/) });
  const [, [, failed]] = life.objects<TeardownRecord>(TEARDOWNS);
  expect(failed).toMatchObject({ complete: false, by: 'terraform:own', follows: { sequence: 1 } });
  expect(failed.wipers.find(({ wiper }) => wiper === 'grants')).toMatchObject({
    found: ['roles/x.reader on projects/acme-test', `roles/x.writer on ${SECRET}`],
    wiped: [`roles/x.writer on ${SECRET}`],
    remains: [{ id: 'roles/x.reader on projects/acme-test', note: expect.stringContaining('GoogleRefused') }],
  });
  expect((await life.nhi('list')).out).toMatch(/^invoice-bot +active .* TeardownIncomplete$/m);
  expect((await life.nhi('show', 'invoice-bot')).out).toMatch(/^trouble +since .*: TeardownIncomplete: roles\/x\.reader on projects\/acme-test: GoogleRefused/m);

  life.google.heal();
  life.pass(1);
  await leave(life);
  const { principals, wipers, leftAlone } = certificateOf(life);
  expect(principals[0].teardown).toMatchObject({ complete: true, disabledSeenAt: '2026-10-01T00:00:00.000Z', endedAt: '2026-10-02T00:00:00.000Z' });
  expect(wipers.find(({ wiper }) => wiper === 'grants')!.wiped).toEqual([`roles/x.writer on ${SECRET}`, 'roles/x.reader on projects/acme-test']);
  expect(leftAlone).toEqual([]);
});

describe('what a run left', () => {
  const grants = async (life: Life, changes: () => void, more: object = {}) => {
    await life.join();
    byHand(life);
    life.google.fail({ matching: /secrets\/erp:setIamPolicy/, status: 403 });
    expect((await life.teardown()).code).toBe(1);
    life.google.heal();
    changes();
    expect((await life.teardown('', more)).code).toBe(0);
    life.deleteAccount();
    expect((await life.leave()).code).toBe(0);
    const { wipers, leftAlone } = certificateOf(life);
    return { wiped: wipers.find(({ wiper }) => wiper === 'grants')!.wiped, leftAlone };
  };
  const GRANT = `roles/x.writer on ${SECRET}`;

  test('counts as wiped if the next run searched the same places and did not find it', async () => {
    const life = new Life();
    const byAnother = () => life.google.policies.set(SECRET, { ...life.google.policies.of(SECRET), bindings: [] }, 409);
    const { wiped, leftAlone } = await grants(life, byAnother);
    expect(wiped).toContain(GRANT);
    expect(leftAlone).toEqual([]);
  });

  test('stays open if the place was taken out of the declaration: it was not looked at again', async () => {
    const { wiped, leftAlone } = await grants(new Life(), () => undefined, { resources: [] });
    expect(wiped).not.toContain(GRANT);
    expect(leftAlone).toEqual([{ id: GRANT, note: expect.stringMatching(/^remained at 2026-10-01T00:00:00\.\d+Z: GoogleRefused/) }]);
  });
});

test('TeardownUnrecorded: what can\'t be recorded fails, and the next run records it', async () => {
  const life = new Life();
  await life.join();
  byHand(life);
  life.google.fail({ matching: /^POST \/upload/, status: 403 });
  expect(await life.teardown()).toMatchObject({ code: 1, err: expect.stringMatching(/^TeardownUnrecorded: the teardown of invoice-bot \(test\) ran, but .*teardowns\/acme-agents\/invoice-bot\/: GoogleRefused.*run the same destroy/) });
  expect(life.objects(TEARDOWNS)).toEqual([]);
  expect(life.google.tracesOf(life.account.email)).toEqual([life.account.name]);
  life.google.heal();
  await leave(life);
  expect(life.objects<TeardownRecord>(TEARDOWNS).filter(([, { complete }]) => complete)).toHaveLength(2);
});

test('a record whose write was answered by nothing is not written twice', async () => {
  const life = new Life();
  await life.join();
  const handle = life.google.handle.bind(life.google);
  let lost = false;
  life.google.handle = (request, ...rest) => {
    const answer = handle(request, ...rest);
    if (!lost && request.method === 'POST' && request.path.startsWith('/upload')) {
      lost = true;
      return { status: 503, body: {} };
    }
    return answer;
  };
  expect((await life.teardown()).code).toBe(0);
  expect(life.objects(TEARDOWNS)).toHaveLength(1);
});

test('without a registry nothing is recorded', async () => {
  const life = new Life();
  expect((await life.teardown('', { records: undefined })).code).toBe(0);
  expect(life.objects('')).toEqual([]);
});

test('an agent without a record of its teardown gets a certificate that says so', async () => {
  const life = new Life();
  await life.join();
  life.deleteAccount();
  expect((await life.record({}, { NHI_RECORD_EVENT: 'left' })).code).toBe(0);
  expect(certificateOf(life)).toMatchObject({ principals: [{ teardown: null, absentAt: '2026-10-01T00:00:00.000Z' }], wipers: [], records: [] });
  const { out } = await life.nhi('certificate', 'invoice-bot');
  expect(out).toContain('the registry has no record of its teardown');
  expect(out).not.toContain('disabled');
});

test('an agent that joined again gets a certificate of its second life alone', async () => {
  const life = new Life();
  await life.join();
  byHand(life);
  await leave(life);
  const first = life.account;
  life.pass(1);
  life.make('test');
  await life.join();
  life.pass(1);
  await life.teardown();
  life.deleteAccount();
  expect((await life.record({}, { NHI_RECORD_EVENT: 'left' })).code).toBe(0);

  expect(life.events).toEqual(['joined', 'left', 'joined', 'left']);
  const [one, two] = [certificateOf(life, 0), certificateOf(life, 1)];
  expect(one.principals.map(({ id }) => id)).toEqual([first.uniqueId]);
  expect(two.principals.map(({ id }) => id)).toEqual([life.account.uniqueId]);
  expect(two.joinedAt).toBe('2026-10-02T00:00:00.000Z');
  expect(two.records.map(({ name }) => name.slice(-6))).toEqual(['5.json']);
  expect((await life.nhi('certificate', 'invoice-bot')).out.match(/^Decommission certificate/gm)).toHaveLength(2);
  expect((await life.nhi('verify', 'invoice-bot')).code).toBe(0);
});

test('AccountStillThere: no agent has left while an account of an earlier stage is there again', async () => {
  const life = new Life();
  await life.join();
  const first = life.account;
  await life.teardown('production');
  life.deleteAccount();
  life.make('production');
  await life.join();
  await life.teardown();
  life.deleteAccount();
  const gone = life.google.accounts.byId.bind(life.google.accounts);
  const handle = life.google.handle.bind(life.google);
  life.google.handle = (request, ...rest) => (request.path.endsWith(`/serviceAccounts/${first.uniqueId}`) ? { status: 200, body: first } : handle(request, ...rest));
  expect(await life.leave()).toMatchObject({ code: 1, err: expect.stringMatching(/^AccountStillThere: invoice-bot-test@.* undeleted it/) });
  expect(life.objects(CERTIFICATES)).toEqual([]);
  expect(gone(first.uniqueId)).toBeUndefined();

  life.google.handle = handle;
  expect((await life.leave()).code).toBe(0);
  expect(certificateOf(life).principals).toHaveLength(2);
});

test('objects that somebody puts beside events and records cost no proof', async () => {
  const life = new Life();
  await life.join();
  byHand(life);
  ['events/acme-agents/invoice-bot/0.json', 'events/acme-agents/invoice-bot/x.json', `${TEARDOWNS}x.json`, `${TEARDOWNS}0.json`].forEach((name) => life.google.objects.tamper(BUCKET, name, { hash: 'x' }));
  await leave(life);
  expect(life.events.filter((event) => event === 'left')).toHaveLength(1);
  expect(certificateOf(life).records).toHaveLength(4);
  expect((await life.nhi('show', 'invoice-bot')).out).toMatch(/^status +left$/m);
  expect((await life.nhi('verify', 'invoice-bot')).out).toContain('BROKEN at event 1: the object in its place is events/acme-agents/invoice-bot/0.json');
});

describe('another writer has used the name of the certificate', () => {
  const NAME = `${CERTIFICATES}000000000002.json`;
  const torn = async () => {
    const life = new Life();
    await life.join();
    byHand(life);
    await life.teardown();
    life.deleteAccount();
    return life;
  };

  test.each<[string, object]>([['garbage', {}], ['a certificate that says less', { kind: 'decommission-certificate', wipers: [], leftAt: '2026-10-01T00:00:00.000Z' }]])('%s is not taken for ours', async (_what, body) => {
    const life = await torn();
    life.google.objects.tamper(BUCKET, NAME, body);
    expect((await life.leave()).code).toBe(0);
    expect(life.objects(CERTIFICATES).map(([name]) => name)).toEqual([expect.stringMatching(/000000000002\.[0-9a-f]{64}\.json$/), NAME]);
    const { out, code } = await life.nhi('verify', 'invoice-bot');
    expect(code).toBe(2);
    expect(out).toContain(`${NAME} IS UNKNOWN`);
    expect((await life.nhi('certificate', 'invoice-bot')).out).toMatch(/^Decommission certificate[^]*000000000002\.json IS UNKNOWN/);
  });

  test.each([['from the future', '2026-10-09T00:00:00.000Z'], ['from before it joined', '2026-09-01T00:00:00.000Z']])('a certificate %s is not taken for ours', async (_when, leftAt) => {
    const life = await torn();
    const dry = await torn();
    await dry.leave();
    const ours = certificateOf(dry);
    life.google.objects.tamper(BUCKET, NAME, { ...ours, leftAt, principals: ours.principals.map((one) => ({ ...one, absentAt: leftAt })) });
    expect((await life.leave()).code).toBe(0);
    expect(life.objects(CERTIFICATES)).toHaveLength(2);
  });
});
