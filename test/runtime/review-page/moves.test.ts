import { Browser, PageWorld } from './page-world';
import { SignIn } from '../../../runtime/review-page';
import { PRODUCTION_PROFILE } from '../../../src/core/risk-profile';
import { ADA, EVE, LI } from '../engine/review-world';
import { REGISTRY } from '../engine/wire';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../engine/mailbox')>('../engine/mailbox').responsesToMailbox());

const MOVE = '/moves/111122223333/invoice-bot';
const REASON = 'The tests of the quarter are done';
const MAY = ['dynamodb:GetItem', 's3:GetObject'];
const IN_PRODUCTION = ['dynamodb:GetItem', 'dynamodb:DeleteItem', 'sqs:SendMessage'];

/** A provider whose code is the person's address. */
const signIn: SignIn = {
  begin: async () => ({ state: 's'.repeat(43), nonce: 'n'.repeat(43), verifier: 'v'.repeat(43), url: 'https://login.example.com' }),
  finish: async ({ searchParams }) => ({
    identity: { email: searchParams.get('code')!, issuer: 'https://login.example.com', subject: `id of ${searchParams.get('code')}` }, claims: {},
  }),
};

let world: PageWorld;

beforeEach(async () => {
  world = await asking();
});

/** An agent in test, whose move to production a deployment has asked for. */
async function asking(hasSignIn = true): Promise<PageWorld> {
  const made = new PageWorld({ ...(hasSignIn ? { signIn } : {}), review: { approvals: { production: 1 } } });
  made.stack.registry = { ...REGISTRY, stages: new Map([...REGISTRY.stages, ['production', { ...PRODUCTION_PROFILE, requiresApproval: true }]]) };
  await made.deploy('test', MAY, { mayInProduction: IN_PRODUCTION });
  await made.deploy('production', MAY, { mayInProduction: IN_PRODUCTION });
  return made;
}

const move = (purpose?: string): Promise<void> => world.deploy('production', MAY, { mayInProduction: IN_PRODUCTION, ...(purpose === undefined ? {} : { purpose }) });

async function signedIn(person: string): Promise<Browser> {
  const browser = world.browser();
  await browser.get(`/sign-in?to=${MOVE}`);
  await browser.get(`/signed-in?code=${encodeURIComponent(person)}&state=${'s'.repeat(43)}`);
  expect(browser.last.body).toContain(`content="0; url=${MOVE}"`);
  await browser.get(MOVE);
  return browser;
}

const answer = (browser: Browser, chosen: Record<string, string>) => browser.post(`${MOVE}/check`, { ...browser.form(`${MOVE}/check`), reason: REASON, ...chosen });
const record = (browser: Browser) => browser.post(`${MOVE}/decide`, browser.form(`${MOVE}/decide`));

test('the sponsor signs in, sees what changes in words, checks the answer, and the agent can be deployed with exactly that', async () => {
  const browser = await signedIn(ADA);
  const { body } = browser.last;
  expect(body).toContain('May invoice-bot move to production?');
  expect(body).toMatch(/Database tables \(DynamoDB\).*May do more.*It may read, delete: Invoices\.Arn.*New: delete/s);
  expect(body).toMatch(/Message queues \(SQS\).*New.*It may send/s);
  expect(body).toMatch(/Files \(S3\).*No longer.*It could read/s);
  expect(body).toContain('More: in production: dynamodb:DeleteItem, sqs:SendMessage on &lt;Invoices.Arn&gt;');
  expect(body).not.toContain('checked=');
  const checked = await answer(browser, { verdict: 'approve' });
  expect(checked.body).toContain('I am accountable for it');
  expect((await world.now()).approval?.approvals).toEqual([]);

  expect((await record(browser)).body).toContain('Your answer is recorded');
  expect(await world.details('approved')).toMatchObject([{ by: ADA, reason: REASON, proof: 'sign-in', issuer: 'https://login.example.com', subject: `id of ${ADA}`, relation: 'sponsor' }]);
  await move();
  expect((await world.now()).declared.stage).toBe('production');
  expect((await browser.get(MOVE)).body).toContain('Nothing to approve');
  await world.check();
});

test('a declined move stays declined, with the reason in the refusal of the deployment', async () => {
  const browser = await signedIn(LI);
  await answer(browser, { verdict: 'decline' });
  expect((await record(browser)).body).toContain('Your answer is recorded');

  await move();
  expect(world.stack.failure).toContain(`ApprovalDeclined: agent invoice-bot may not get into production: ${LI} declined it`);
  expect((await world.now()).declared.stage).toBe('test');
});

test('without a sign-in the address leads to one; a link of a mail about a review opens no move', async () => {
  expect(await world.browser().get(MOVE)).toMatchObject({ status: 303, headers: { location: `/sign-in?to=${MOVE}` } });
  world.pass(61);
  await world.sweepAll();
  const browser = await world.opened();
  expect(browser.last.body).toContain('Does invoice-bot still need its permissions?');
  expect((await browser.get(MOVE)).headers.location).toBe(`/sign-in?to=${MOVE}`);
  const sessions = [...world.fake.memory.items.values()].flatMap(({ session }) => (session === undefined ? [] : [session as { formToken: string }]));
  const form = sessions.at(-1)!.formToken;
  const digest = (await world.now()).approval!.digest;
  expect((await browser.post(`${MOVE}/decide`, { form, once: 'o'.repeat(22), digest, verdict: 'approve', reason: REASON })).status).toBe(403);
  expect(await world.details('approved')).toEqual([]);
});

test('a page without a sign-in has no moves', async () => {
  world = await asking(false);
  expect((await world.browser().get(MOVE)).status).toBe(403);
});

test('who is nothing to the agent sees the same as for an agent that does not exist', async () => {
  const browser = await signedIn(EVE);
  const { status, body } = browser.last;
  expect([status, body.includes('Nothing to approve'), body.includes('invoice-bot')]).toEqual([200, true, false]);
  expect((await browser.get('/moves/111122223333/no-bot')).body).toBe(body);
});

test('who asked is offered only to decline', async () => {
  const { requesters: _none, ...approval } = (await world.now()).approval!;
  const state = await world.now();
  await world.fake.engine.ledger.commit(state.placement, state, { approval: { ...approval, requesters: [ADA] } }, [], { registry: 'agents', actor: 'test', time: world.fake.now });

  const browser = await signedIn(ADA);
  expect(browser.last.body).toContain('somebody else has to approve it');
  expect(browser.last.body).not.toContain('value="approve"');
  expect((await answer(browser, { verdict: 'approve' })).status).toBe(422);
  expect((await answer(await signedIn(LI), { verdict: 'approve' })).status).toBe(200);
});

test.each<[string, Record<string, string>, string]>([
  ['nothing chosen', {}, 'Choose what you answer.'],
  ['a short reason', { verdict: 'approve', reason: 'ok' }, 'Say why, in 10 to 500 characters'],
  ['another digest', { verdict: 'approve', digest: 'f'.repeat(64) }, 'has changed since you looked at it'],
  ['another verdict', { verdict: 'keep' }, 'Choose what you answer.'],
])('a form with %s comes back with what was wrong, and records nothing', async (_what, chosen, problem) => {
  const browser = await signedIn(ADA);
  const { status, body } = await answer(browser, chosen);
  expect([status, body.includes(problem), body.includes(chosen.reason ?? REASON)]).toEqual([422, true, true]);
  expect(await world.details('approved')).toEqual([]);
});

test('what changed between check and record is refused by the page, and by the engine', async () => {
  const browser = await signedIn(ADA);
  await answer(browser, { verdict: 'approve' });
  const form = browser.form(`${MOVE}/decide`);
  await move('Pays invoices');
  expect((await browser.post(`${MOVE}/decide`, form)).body).toContain('has changed since you looked at it');

  await browser.get(MOVE);
  await answer(browser, { verdict: 'approve' });
  world.beforeRun = async () => {
    world.beforeRun = async () => undefined;
    await move('Pays all invoices');
  };
  expect((await record(browser)).body).toContain('ApprovalOutdated');
  expect((await world.now()).approval?.approvals).toEqual([]);
});

test('the same form sent twice is one approval; a foreign token, another site and another session\'s form are refused', async () => {
  const browser = await signedIn(ADA);
  await answer(browser, { verdict: 'approve' });
  const form = browser.form(`${MOVE}/decide`);
  expect((await browser.post(`${MOVE}/decide`, { ...form, form: 'x' })).status).toBe(403);
  expect((await browser.post(`${MOVE}/decide`, form, { 'sec-fetch-site': 'cross-site', 'origin': 'https://evil.example' })).status).toBe(403);
  expect((await (await signedIn(LI)).post(`${MOVE}/decide`, form)).status).toBe(403);
  expect((await browser.post(`${MOVE}/decide`, { ...form, once: '../../x' })).status).toBe(403);
  await Promise.all([browser.post(`${MOVE}/decide`, form), browser.post(`${MOVE}/decide`, form)]);
  expect(await world.details('approved')).toHaveLength(1);
});

test('texts of the declaration are escaped and on one line', async () => {
  await move('<script>alert(1)</script> & "more"');
  const { body } = (await signedIn(ADA)).last;
  expect(body).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; ');
  expect(body).not.toContain('<script>');
});
