import { Browser, FakeSignIn, PageWorld, PATH, REASON } from './page-world';
import { ADA, DAY_MS, EVE, LI } from '../engine/review-world';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../engine/mailbox')>('../engine/mailbox').responsesToMailbox());

const AGENT = PATH.replace('reviews', 'agents');
const DELEGATES = `${AGENT}/delegates`;
const SAM = 'sam@example.com';

let world: PageWorld;

beforeEach(async () => {
  world = await joined();
});

/** An agent without an open review. */
async function joined(stage = 'test', hasSignIn = true): Promise<PageWorld> {
  const made = new PageWorld(hasSignIn ? { signIn: new FakeSignIn() } : {});
  await made.join(['dynamodb:GetItem', 's3:GetObject'], stage);
  return made;
}

const dayIn = (days: number): string => new Date(world.fake.now.getTime() + days * DAY_MS).toISOString().slice(0, 10);
const endOf = (day: string): string => new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString();
const named = async (): Promise<string[]> => ((await world.now()).delegations ?? []).map(({ to, by }) => `${to} for ${by}`);
const link = (person: string) => world.opened({ person, nonce: person.replace(/[^a-z]/g, '').repeat(4).slice(0, 30) });

async function check(browser: Browser, chosen: Record<string, string> = {}): ReturnType<Browser['post']> {
  await browser.get(DELEGATES);
  return browser.post(`${DELEGATES}/check`, { ...browser.form(`${DELEGATES}/check`), to: EVE, until: dayIn(30), reason: REASON, ...chosen });
}

async function name(browser: Browser, chosen: Record<string, string> = {}): ReturnType<Browser['post']> {
  const checked = await check(browser, chosen);
  return checked.status === 200 ? browser.post(`${DELEGATES}/decide`, browser.form(`${DELEGATES}/decide`)) : checked;
}

const end = (browser: Browser, to = EVE) => name(browser, { verdict: 'end-delegation', to });

/** A form as somebody would make it who is not offered one: with the token of the own session. */
const forged = (browser: Browser, changes: Record<string, string> = {}) => ({
  ...browser.form('/sign-out'), once: 'o'.repeat(22), verdict: 'delegate', to: SAM, until: dayIn(30), reason: REASON, ...changes,
});

describe('without an open review', () => {
  test('the sponsor finds the page from the agent\'s, sees what it means before it is recorded, names somebody, and ends that', async () => {
    const ada = await world.signedIn(ADA);
    expect((await ada.get(AGENT)).body).toContain(`href="${DELEGATES}"`);
    const { body } = await ada.get(DELEGATES);
    expect(body).toContain('Who may decide about invoice-bot?');
    expect(body).toContain('<p>Nobody.</p>');
    expect(body).toContain(`min="${dayIn(0)}" max="${dayIn(89)}"`);
    // There is nothing to end.
    expect(body).not.toContain('Who no longer decides?');

    const checked = await check(ada, { to: 'Eve@Example.com' });
    expect(checked.body).toContain('Another person may decide reviews of the agent for me until the named end.');
    expect(checked.body).toContain(EVE);
    expect(await named()).toEqual([]);
    const recorded = await ada.post(`${DELEGATES}/decide`, ada.form(`${DELEGATES}/decide`));
    expect(recorded.body).toContain('Your decision is recorded');
    expect(recorded.path).toMatch(/\/delegates\/answers\//);
    expect(await world.details('reviews-delegated')).toMatchObject([{
      to: EVE, until: endOf(dayIn(30)), by: ADA, relation: 'sponsor', reason: REASON, review: '', proof: 'sign-in', issuer: 'https://id.example.com', subject: `subject of ${ADA}`,
    }]);
    expect((await ada.get(AGENT)).body).toContain(`${EVE} for ${ADA}, until`);
    expect((await (await world.signedIn(EVE)).get(AGENT)).status).toBe(200);

    expect((await end(ada)).body).toContain('Your decision is recorded');
    expect(await named()).toEqual([]);
    expect((await (await world.signedIn(EVE)).get(AGENT)).status).toBe(403);
    await world.check();
  });

  test('the backup may too, for up to 90 days, and may end whom the sponsor named', async () => {
    await name(await world.signedIn(ADA));
    const li = await world.signedIn(LI);
    expect((await name(li, { to: SAM, until: dayIn(89) })).body).toContain('Your decision is recorded');
    expect(await named()).toEqual([`${EVE} for ${ADA}`, `${SAM} for ${LI}`]);
    await end(li);
    expect(await named()).toEqual([`${SAM} for ${LI}`]);
  });

  test('nobody without a session gets further than to a sign-in, which leads back', async () => {
    const browser = world.browser();
    expect(await browser.get(DELEGATES)).toMatchObject({ status: 303, headers: { location: `/sign-in?to=${DELEGATES}` } });
    (world.page.signIn as FakeSignIn).next = { identity: { email: ADA, issuer: 'i', subject: 's' }, claims: {} };
    const { headers: { location } } = await browser.get(`/sign-in?to=${DELEGATES}`);
    expect((await browser.get(`/signed-in${new URL(location).search}`)).body).toContain(`content="0; url=${DELEGATES}"`);
    world = await joined('test', false);
    expect((await world.browser().get(DELEGATES)).status).toBe(403);
  });
});

describe('who is not sponsor or backup', () => {
  test('a stranger, and an operator who is nothing to the agent, see and change nothing, as for an agent that does not exist', async () => {
    const eve = await world.signedIn(EVE);
    const { status, body } = await eve.get(DELEGATES);
    expect([status, body.includes('invoice-bot')]).toEqual([403, false]);
    expect((await eve.get(DELEGATES.replace('invoice-bot', 'no-bot'))).body).toBe(body);
    await eve.get('/reviews');
    expect((await eve.post(`${DELEGATES}/decide`, forged(eve))).status).toBe(403);
    expect(await named()).toEqual([]);
    // The same form, of the sponsor.
    const ada = await world.signedIn(ADA);
    await ada.get(AGENT);
    expect((await ada.post(`${DELEGATES}/decide`, forged(ada))).body).toContain('Your decision is recorded');
    expect(await named()).toEqual([`${SAM} for ${ADA}`]);
  });

  test('a delegate sees who may decide, and can neither name somebody nor end a delegation', async () => {
    await name(await world.signedIn(ADA));
    const eve = await world.signedIn(EVE);
    const { status, body } = await eve.get(DELEGATES);
    expect([status, body.includes(`for ${ADA}`), body.includes('/check"')]).toEqual([200, true, false]);
    expect(body).toContain('Only the accountable person and the backup can change that.');
    for (const step of ['check', 'decide']) {
      expect((await eve.post(`${DELEGATES}/${step}`, forged(eve))).status).toBe(403);
      expect((await eve.post(`${DELEGATES}/${step}`, forged(eve, { verdict: 'end-delegation', to: EVE }))).status).toBe(403);
    }
    expect(await named()).toEqual([`${EVE} for ${ADA}`]);
  });

  test('nor can the person to whom the agent is offered', async () => {
    await world.open();
    await world.decide(ADA, { verdict: 'transfer', to: SAM });
    const sam = await world.signedIn(SAM);
    expect((await sam.get(DELEGATES)).body).not.toContain('/check"');
    expect((await sam.post(`${DELEGATES}/decide`, forged(sam, { to: EVE }))).status).toBe(403);
    expect(await named()).toEqual([]);
  });
});

describe('with the link of a mail', () => {
  test('a sponsor names somebody in test from the open review, and what another session of the link opened decides nothing any more', async () => {
    await world.open();
    const [ada, other] = [await link(ADA), await link(ADA)];
    expect((await ada.get(PATH)).body).toContain(`href="${DELEGATES}"`);
    await other.get(DELEGATES);
    expect((await name(ada)).body).toContain('Your decision is recorded');
    expect(await world.details('reviews-delegated')).toMatchObject([{ by: ADA, proof: 'mail-link', review: (await world.now()).review!.open!.id }]);
    expect((await other.post(`${DELEGATES}/decide`, forged(other))).status).toBe(403);
    expect(await named()).toEqual([`${EVE} for ${ADA}`]);
    // The session that decided can decide more.
    expect((await ada.decide({ verdict: 'keep', items: ['s3'] })).status).toBe(200);
    expect((await (await link(LI)).get(PATH)).body).toContain(EVE);
  });

  test.each([[true, `/sign-in?to=${DELEGATES}`], [false, 'nhi review delegate invoice-bot']])('it is not enough in production (sign-in: %s)', async (hasSignIn, says) => {
    world = await joined('production', hasSignIn);
    await world.open();
    const ada = await link(ADA);
    const { status, body } = await ada.get(DELEGATES);
    expect([status, body.includes(says), body.includes('/check"')]).toEqual([200, true, false]);
    expect((await ada.post(`${DELEGATES}/decide`, forged(ada))).status).toBe(403);
    expect(await named()).toEqual([]);
    if (hasSignIn) {
      expect((await name(await world.signedIn(ADA))).body).toContain('Your decision is recorded');
    }
  });
});

test('a foreign token, another site, another session\'s form and a form without a name are refused; the same form sent twice is one decision', async () => {
  const [ada, li] = [await world.signedIn(ADA), await world.signedIn(LI)];
  await check(ada);
  const form = ada.form(`${DELEGATES}/decide`);
  expect((await ada.post(`${DELEGATES}/decide`, { ...form, form: 'x' })).status).toBe(403);
  expect((await ada.post(`${DELEGATES}/decide`, form, { 'sec-fetch-site': 'cross-site', 'origin': 'https://evil.example' })).status).toBe(403);
  expect((await li.post(`${DELEGATES}/decide`, form)).status).toBe(403);
  expect((await ada.post(`${DELEGATES}/decide`, { ...form, once: '../../x' })).status).toBe(403);
  expect((await world.browser().post(`${DELEGATES}/decide`, form)).status).toBe(403);
  expect(await named()).toEqual([]);
  await Promise.all([ada.post(`${DELEGATES}/decide`, form), ada.post(`${DELEGATES}/decide`, form)]);
  await ada.post(`${DELEGATES}/decide`, { ...form, to: SAM });
  expect(await named()).toEqual([`${EVE} for ${ADA}`]);
  expect(await world.details('reviews-delegated')).toHaveLength(1);
  // What became of it is for the session that asked.
  const { path } = await ada.post(`${DELEGATES}/decide`, form);
  expect([(await ada.get(path)).status, (await li.get(path)).status]).toEqual([200, 403]);
});

test.each<[string, () => Record<string, string>, string]>([
  ['an address that is a script', () => ({ to: '"><script>alert(1)</script>@example.com' }), 'Give the mail address of the person'],
  ['two addresses', () => ({ to: 'eve@example.com,sam@example.com' }), 'Give the mail address of the person'],
  ['a header in the address', () => ({ to: 'eve@example.com\r\nBcc: sam@example.com' }), 'Give the mail address of the person'],
  ['no address', () => ({ to: '' }), 'Give the mail address of the person'],
  ['the backup', () => ({ to: LI }), 'is its sponsor or backup, and may decide already'],
  ['no day', () => ({ until: '' }), 'Choose the last day of it'],
  ['a past day', () => ({ until: dayIn(-1) }), 'Choose the last day of it'],
  ['a day too far away', () => ({ until: dayIn(90) }), 'Choose the last day of it'],
  ['a day that does not exist', () => ({ until: `${dayIn(40).slice(0, 8)}32` }), 'Choose the last day of it'],
  ['an instant', () => ({ until: `${dayIn(30)}T00:00:00Z` }), 'Choose the last day of it'],
  ['a script as the day', () => ({ until: '<script>alert(1)</script>' }), 'Choose the last day of it'],
  ['a short reason', () => ({ reason: 'away' }), 'Say why, in 10 to 500 characters'],
  ['a long reason', () => ({ reason: 'away '.repeat(200) }), 'Say why, in 10 to 500 characters'],
  ['another verdict', () => ({ verdict: 'keep' }), 'Choose what you decide.'],
  ['nobody to end', () => ({ verdict: 'end-delegation', to: '' }), 'Choose who no longer decides.'],
  ['somebody who is no delegate', () => ({ verdict: 'end-delegation', to: SAM }), 'Sam@example.com is no delegate of it.'],
])('a form with %s comes back with what is wrong, and records nothing', async (_what, chosen, problem) => {
  const { status, body } = await name(await world.signedIn(ADA), chosen());
  expect([status, body.includes(problem), body.includes('<script')]).toEqual([422, true, false]);
  expect(await world.details('reviews-delegated')).toEqual([]);
});

test('a person decides for one other person only, and the form says for whom', async () => {
  await name(await world.signedIn(ADA));
  const { status, body } = await name(await world.signedIn(LI));
  expect([status, body.includes(`is the delegate of ${ADA}`)]).toEqual([422, true]);
});

test('a reason that would be a script is text on each page that shows it', async () => {
  const ada = await world.signedIn(ADA);
  const reason = '"><script>alert(1)</script> away until May';
  const checked = await check(ada, { reason });
  await ada.post(`${DELEGATES}/decide`, ada.form(`${DELEGATES}/decide`));
  for (const { body } of [checked, await ada.get(AGENT), await ada.get(DELEGATES)]) {
    expect(body).not.toContain('<script');
  }
  expect(checked.body).toContain('&lt;script&gt;alert(1)&lt;/script&gt; away until May');
  expect(await world.details('reviews-delegated')).toMatchObject([{ reason }]);
});

test('what changed between check and record is refused by the engine, and the page says so', async () => {
  const ada = await world.signedIn(ADA);
  world.beforeRun = async () => {
    world.beforeRun = async () => undefined;
    await world.decide(LI, { verdict: 'delegate', to: EVE, until: endOf(dayIn(2)) });
  };
  const { body } = await name(ada);
  expect(body).toContain('Your decision was not accepted');
  expect(body).toContain('DelegationInvalid');
  expect(body).toContain(`href="${DELEGATES}"`);
  expect(await named()).toEqual([`${EVE} for ${LI}`]);
});
