import { Answer, Browser, mac, PageWorld, PATH, REASON } from './page-world';
import { signLink } from '../../../runtime/review-link';
import { respondTo } from '../../../runtime/review-page';
import { ADA, EVE, LI } from '../engine/review-world';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../engine/mailbox')>('../engine/mailbox').responsesToMailbox());

let world: PageWorld;
let browser: Browser;

beforeEach(async () => {
  world = new PageWorld();
  await world.join();
  await world.open();
  browser = await world.opened();
});

const decided = () => world.details('review-decided');
const form = () => ({ ...browser.form(`${PATH}/check`), verdict: 'keep', items: 's3', reason: REASON });
const changed = (token: string, at: number) => `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
const swapped = (token: string, claims: object) => `${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${token.split('.')[1]}`;
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[0], 'base64url').toString()) as Record<string, unknown>;

/** Each says what is sent; the twin of all of them is the genuine link, which opens the review. */
const TOKENS: readonly [what: string, make: () => Promise<string>][] = [
  ['no token', async () => ''],
  ['a text', async () => 'let-me-in'],
  ['a changed claim', async () => changed(await world.token(), 30)],
  ['a changed code', async () => changed(await world.token(), (await world.token()).length - 20)],
  ['spare bits in the code', async () => (await world.token()).replace(/.$/, (last) => String.fromCharCode(last.charCodeAt(0) + 1))],
  ['no code', async () => `${(await world.token()).split('.')[0]}.`],
  ['another person\'s name under the code', async () => swapped(await world.token(), { ...claimsOf(await world.token()), person: LI })],
  ['a later end under the code', async () => swapped(await world.token(), { ...claimsOf(await world.token()), expiresAtEpochSeconds: 99_999_999_999 })],
  ['a code for another purpose', async () => {
    const [text] = (await world.token()).split('.');
    return `${text}.${Buffer.from(await mac.generate(Buffer.from(`nhi-session/1\n${text}`))).toString('base64url')}`;
  }],
  ['an expired link', () => world.token({ expiresAtEpochSeconds: Math.floor(world.fake.now.getTime() / 1000) })],
  ['a link of another registry', () => world.token({ registry: 'others' })],
  ['a link of another agent', () => world.token({ agentName: 'other-bot' })],
  ['a link of another account', () => world.token({ account: '444455556666' })],
  ['a link of an earlier review', () => world.token({ reviewId: '2025-01-01T00:00:00Z' })],
  ['a link of a person who is nothing to the agent', () => world.token({ person: EVE })],
  ['a link to answer an offer that nobody made', () => world.token({ purpose: 'offer' })],
  ['another purpose under the code', async () => swapped(await world.token(), { ...claimsOf(await world.token()), purpose: 'offer' })],
  ['a purpose that does not exist', async () => signLink(mac, { ...claimsOf(await world.token()), purpose: 'admin' } as never)],
  ['no purpose', async () => signLink(mac, { ...claimsOf(await world.token()), purpose: undefined } as never)],
  ['further claims', async () => signLink(mac, { ...claimsOf(await world.token()), admin: true } as never)],
  ['a claim of another type', async () => signLink(mac, { ...claimsOf(await world.token()), person: { $gt: '' } } as never)],
  ['16,000 characters', async () => `${'A'.repeat(15_000)}.${'A'.repeat(43)}`],
];

test.each(TOKENS)('%s gets the same plain refusal as any other, is counted and opens nothing', async (_what, make) => {
  const token = await make();
  const before = world.counts.length;
  const stranger = world.browser();
  const answer = await stranger.post('/open', { token });
  expect(answer).toMatchObject({ status: 403, cookies: [] });
  expect(answer.body).toBe((await world.browser().post('/open', { token: 'forged' })).body);
  expect(world.counts.slice(before)).toEqual(['ReviewLinkRefused', 'ReviewLinkRefused']);
  expect((await stranger.get(PATH)).status).toBe(403);
  expect((await world.browser().post('/open', { token: await world.token() })).status).toBe(200);
});

const FORMS: readonly [what: string, send: () => Promise<Answer>][] = [
  ['from another site', () => browser.post(`${PATH}/decide`, form(), { 'sec-fetch-site': 'cross-site', 'origin': 'https://evil.example' })],
  ['from another host of the same site', () => browser.post(`${PATH}/decide`, form(), { 'sec-fetch-site': 'same-site' })],
  ['from another origin, by a browser that says nothing of sites', () => browser.post(`${PATH}/decide`, form(), { 'sec-fetch-site': '', 'origin': 'https://evil.example' })],
  ['without any origin', () => browser.post(`${PATH}/decide`, form(), { 'sec-fetch-site': '', 'origin': '' })],
  ['as JSON', () => browser.post(`${PATH}/decide`, JSON.stringify(form()), { 'content-type': 'application/json' })],
  ['as text', () => browser.post(`${PATH}/decide`, new URLSearchParams(form() as never).toString(), { 'content-type': 'text/plain' })],
  ['without the session\'s token', () => browser.post(`${PATH}/decide`, { ...form(), form: '' })],
  ['with another session\'s token', async () => browser.post(`${PATH}/decide`, { ...form(), form: (await world.opened({ person: LI, nonce: 'l'.repeat(22) })).form(`${PATH}/check`).form })],
  ['without a session', () => world.browser().post(`${PATH}/decide`, form())],
  ['with an invented session', () => { browser.cookies.set('__Host-nhi-session', 'A'.repeat(43)); return browser.post(`${PATH}/decide`, form()); }],
  ['with a session after its end', () => { world.fake.now = new Date(world.fake.now.getTime() + 31 * 60_000); return browser.post(`${PATH}/decide`, form()); }],
  ['for another agent', () => browser.post(PATH.replace('invoice-bot', 'other-bot') + '/decide', form())],
  ['with 20,000 characters', () => browser.post(`${PATH}/decide`, { ...form(), reason: 'x'.repeat(20_000) })],
  ['with 1,000 fields', () => browser.post(`${PATH}/decide`, { ...form(), items: Array.from({ length: 1_000 }, () => 's') })],
  ['with an id of no form', () => browser.post(`${PATH}/decide`, { ...form(), once: '../../x' })],
  ['as a GET', () => browser.get(`${PATH}/decide?${new URLSearchParams(form() as never).toString()}`)],
  ['by a method that no form has', () => browser.get(`${PATH}/decide`, {}, 'PUT')],
  ['to a path with a traversal', () => browser.post('/reviews/111122223333/..%2finvoice-bot/decide', form())],
  ['with a reason of control characters', () => browser.post(`${PATH}/decide`, { ...form(), reason: '\u202e\u0000\u001b[2J evil reason' })],
  ['with a reason of blanks', () => browser.post(`${PATH}/decide`, { ...form(), reason: ' \n '.repeat(20) })],
  ['with two verdicts, of which none is one', () => browser.post(`${PATH}/decide`, { ...form(), verdict: ['constructor', 'keep'] })],
  ['with broken percent signs', () => browser.post(`${PATH}/decide`, 'form=%E0%A4%A&verdict=%')],
];

test.each(FORMS)('a decision %s decides nothing; the same form as it should be does', async (_what, send) => {
  const { now } = world.fake;
  const id = browser.cookies.get('__Host-nhi-session')!;
  expect((await send()).status).toBeGreaterThanOrEqual(400);
  expect(await decided()).toEqual([]);
  world.fake.now = now;
  browser.cookies.set('__Host-nhi-session', id);
  expect((await browser.post(`${PATH}/decide`, { ...(await browser.get(PATH), form()) })).body).toContain('Your decision is recorded');
  expect(await decided()).toHaveLength(1);
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['another service\'s event', { Records: [] }],
  ['a path of another host', { rawPath: '@evil.example/', requestContext: { http: { method: 'GET' } } }],
  ['a method that can\'t be sent', { rawPath: '/', requestContext: { http: { method: 'TRACE' } } }],
  ['a header with a line break', { rawPath: '/', headers: { 'x-evil': 'a\r\nset-cookie: b' }, requestContext: { http: { method: 'GET' } } }],
])('an event with %s is refused and neither logged nor an error', async (_what, event) => {
  expect(await respondTo(world.app, world.page.origin, event)).toMatchObject({ statusCode: 400, body: 'Bad request' });
  expect(await respondTo(world.app, world.page.origin, { rawPath: '/', requestContext: { http: { method: 'GET' } } })).toMatchObject({ statusCode: 200 });
  expect(world.warnings).toEqual([]);
});

describe('replays', () => {
  test('the same form sent twice, also at the same time, is one decision', async () => {
    const fields = form();
    const answers = await Promise.all([browser.post(`${PATH}/decide`, fields), browser.post(`${PATH}/decide`, fields), browser.post(`${PATH}/decide`, fields)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    await browser.post(`${PATH}/decide`, fields);
    expect(await decided()).toHaveLength(1);
  });

  test('a link is used by the first decision: it opens nothing any more, and its other sessions decide nothing', async () => {
    const other = await world.opened();
    const fields = { ...other.form(`${PATH}/check`), verdict: 'reduce', items: 's3', reason: REASON };
    expect((await browser.decide({ verdict: 'keep', items: 's3' })).status).toBe(200);
    expect((await other.post(`${PATH}/decide`, fields)).status).toBe(403);
    expect((await other.get(PATH)).status).toBe(403);
    expect((await world.opened()).last.status).toBe(403);
    expect((await browser.decide({ verdict: 'keep', items: 'dynamodb' })).status).toBe(200);
    expect(await decided()).toHaveLength(2);
  });

  test('of two sessions of one link that decide at the same moment, one does', async () => {
    const other = await world.opened();
    const [one, two] = [browser, other].map((each) => each.post(`${PATH}/decide`, { ...each.form(`${PATH}/check`), verdict: 'keep', items: 's3', reason: REASON }));
    expect([(await one).status, (await two).status].sort()).toEqual([200, 403]);
    expect(await decided()).toHaveLength(1);
  });

  test('a decision that the engine refuses uses nothing: another session of the link decides', async () => {
    const other = await world.opened();
    world.beforeRun = async () => {
      world.beforeRun = async () => undefined;
      await world.decide(ADA, { verdict: 'transfer', to: EVE });
      await world.deploy('test', ['dynamodb:GetItem', 's3:GetObject', 's3:PutObject']);
    };
    expect((await browser.decide({ verdict: 'keep', items: 's3' })).body).toContain('Your decision was not accepted');
    expect(await decided()).toHaveLength(1);
    await world.sweepAll();
    world.fake.now = new Date(world.fake.now.getTime() + 10 * 60_000);
    await world.sweepAll();
    expect((await other.decide({ verdict: 'keep', items: 'dynamodb' })).status).toBe(200);
    expect(await decided()).toHaveLength(2);
  });

  test('a process that dies after it stored the decision has it carried out by the next try', async () => {
    const fields = form();
    world.beforeRun = async () => {
      world.beforeRun = async () => undefined;
      throw new Error('died');
    };
    expect((await browser.post(`${PATH}/decide`, fields)).status).toBe(500);
    expect(await decided()).toEqual([]);
    expect((await browser.post(`${PATH}/decide`, fields)).body).toContain('Your decision is recorded');
    expect(await decided()).toHaveLength(1);
  });
});

describe('programs that check mails', () => {
  test('5 HEAD, 5 GET and a browser that presses every first button decide nothing, and then the person decides', async () => {
    const token = await world.token({ nonce: 's'.repeat(22) });
    const scanner = world.browser();
    for (let times = 0; times < 5; times++) {
      expect(await scanner.get(`/open/${token}`, {}, 'HEAD')).toMatchObject({ status: 200, cookies: [] });
      expect(await scanner.get(`/open/${token}`)).toMatchObject({ status: 200, cookies: [] });
    }
    await scanner.post('/open', scanner.form('/open') as Record<string, string>);
    expect(scanner.last.status).toBe(200);
    // It presses the button of the form without a choice and without a reason.
    await scanner.post(`${PATH}/check`, scanner.form(`${PATH}/check`));
    expect(scanner.last.status).toBe(422);
    await scanner.post(`${PATH}/decide`, scanner.form(`${PATH}/check`));
    expect(scanner.last.status).toBe(422);
    expect(await decided()).toEqual([]);
    const person = world.browser();
    await person.get(`/open/${token}`);
    await person.post('/open', { token });
    expect((await person.decide({ verdict: 'keep', items: ['dynamodb', 's3'] })).body).toContain('Nothing is left for you to decide');
    expect((await scanner.get(PATH)).status).toBe(403);
    expect(await decided()).toHaveLength(1);
  });

  test('a link opens 40 sessions, the 41st is refused, and a newer link opens', async () => {
    const token = await world.token({ nonce: 'm'.repeat(22) });
    for (let times = 0; times < 40; times++) {
      expect((await world.browser().post('/open', { token })).status).toBe(200);
    }
    expect((await world.browser().post('/open', { token })).status).toBe(403);
    expect((await world.opened({ nonce: 'o'.repeat(22) })).last.status).toBe(200);
  });
});

test('two interleaved requests share nothing: each is answered with the own session and the own choice', async () => {
  const li = await world.opened({ person: LI, nonce: 'l'.repeat(22) });
  const before = { ...world.page.desk };
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  let waiting = 0;
  Object.assign(world.page.desk, {
    state: async (placement: never) => {
      waiting += 1;
      await (waiting === 2 ? open() : gate);
      return before.state(placement);
    },
  });
  const [one, two] = await Promise.all([browser.get(PATH), li.get(PATH)]);
  expect([one.body.includes(ADA), one.body.includes(`sent to ${LI}`), two.body.includes(`sent to ${LI}`), two.body.includes(`sent to ${ADA}`)]).toEqual([true, false, true, false]);
});
