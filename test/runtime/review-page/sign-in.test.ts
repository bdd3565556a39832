import { IdentityProvider } from './identity-provider';
import { Answer, Browser, ORIGIN, PageWorld, PATH, REASON } from './page-world';
import { oidcSignIn } from '../../../runtime/review-page';
import { ADA, EVE, LI } from '../engine/review-world';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../engine/mailbox')>('../engine/mailbox').responsesToMailbox());

let provider: IdentityProvider;
let issuer: string;
let world: PageWorld;

beforeAll(async () => {
  provider = await IdentityProvider.start();
  await provider.register(`${ORIGIN}/signed-in`);
  ({ issuer } = provider);
});

afterAll(() => provider.stop());

beforeEach(async () => {
  const { clientId, clientSecret } = IdentityProvider.CLIENT;
  const options = { issuer, clientId, clientSecret: async () => clientSecret };
  // Tokens are of the provider's own time.
  world = new PageWorld({ signIn: oidcSignIn(options, () => new Date()), operators: { addresses: [], group: { claim: 'groups', value: 'Platform' } } });
  await world.join(undefined, 'production');
  await world.open();
});

const back = (browser: Browser, { pathname, search }: URL): Promise<Answer> => browser.get(`${pathname}${search}`);

async function signedIn(account: string, browser = world.browser()): Promise<Browser> {
  await browser.get(`/sign-in?to=${PATH}`);
  await back(browser, await provider.signIn(browser.last.headers.location, account));
  return browser;
}

test('a sponsor of production signs in from the link, decides, and the record says who the provider says it is', async () => {
  const browser = await world.opened();
  expect(browser.last.body).toContain(`href="/sign-in?to=${PATH}"`);
  expect(browser.last.body).not.toContain('name="verdict"');
  await signedIn(`${ADA}|verified`, browser);
  expect(browser.last).toMatchObject({ status: 200, body: expect.stringContaining(`content="0; url=${PATH}"`) });
  expect((await browser.decide({ verdict: 'keep', items: ['dynamodb', 's3'] })).body).toContain('Your decision is recorded');
  expect(await world.details('review-decided')).toEqual([expect.objectContaining({ by: ADA, proof: 'sign-in', issuer, subject: `${ADA}|verified`, relation: 'sponsor' })]);
});

test('the address goes to the provider with PKCE, state and nonce, and never with the secret', async () => {
  const browser = world.browser();
  const { headers: { location } } = await browser.get('/sign-in');
  const asked = Object.fromEntries(new URL(location).searchParams);
  expect(asked).toEqual({
    client_id: 'reviews',
    redirect_uri: `${ORIGIN}/signed-in`,
    response_type: 'code',
    scope: 'openid email',
    code_challenge_method: 'S256',
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    state: expect.stringMatching(/^[\w-]{43}$/),
    nonce: expect.stringMatching(/^[\w-]{43}$/),
  });
  expect(browser.setCookies).toEqual([expect.stringMatching(/^__Host-nhi-sign-in=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/)]);
});

test.each<[string, () => Promise<Browser>]>([
  ['an address that the provider did not verify', () => signedIn(`${ADA}|claimed`)],
  ['a code that was changed', async () => {
    const browser = world.browser();
    await browser.get('/sign-in');
    const url = await provider.signIn(browser.last.headers.location, `${ADA}|verified`);
    url.searchParams.set('code', 'x'.repeat(43));
    await back(browser, url);
    return browser;
  }],
  ['another state', async () => {
    const browser = world.browser();
    await browser.get('/sign-in');
    const url = await provider.signIn(browser.last.headers.location, `${ADA}|verified`);
    url.searchParams.set('state', 'x'.repeat(43));
    await back(browser, url);
    return browser;
  }],
  ['another browser', async () => {
    const [browser, thief] = [world.browser(), world.browser()];
    await browser.get('/sign-in');
    await thief.get('/sign-in');
    await back(thief, await provider.signIn(browser.last.headers.location, `${ADA}|verified`));
    return thief;
  }],
  ['a sign-in that is over', async () => {
    const browser = world.browser();
    await browser.get('/sign-in');
    const url = await provider.signIn(browser.last.headers.location, `${ADA}|verified`);
    world.fake.now = new Date(world.fake.now.getTime() + 11 * 60_000);
    await back(browser, url);
    return browser;
  }],
  ['an answer of another issuer', async () => {
    const browser = world.browser();
    await browser.get('/sign-in');
    const url = await provider.signIn(browser.last.headers.location, `${ADA}|verified`);
    url.searchParams.set('iss', 'https://evil.example');
    await back(browser, url);
    return browser;
  }],
])('%s is refused like a forged link and opens no session', async (_what, attempt) => {
  const browser = await attempt();
  expect(browser.last).toMatchObject({ status: 403, body: expect.stringContaining('This can&#39;t be opened') });
  expect([...browser.cookies.keys()]).not.toContain('__Host-nhi-session');
  expect((await signedIn(`${ADA}|verified`)).last.status).toBe(200);
});

test('an answer is good once', async () => {
  const browser = world.browser();
  await browser.get('/sign-in');
  const mark = browser.cookies.get('__Host-nhi-sign-in')!;
  const url = await provider.signIn(browser.last.headers.location, `${ADA}|verified`);
  expect((await back(browser, url)).status).toBe(200);
  browser.cookies.set('__Host-nhi-sign-in', mark);
  expect((await back(browser, url)).status).toBe(403);
});

test('somebody who signs in and is nothing to the agent sees and decides nothing; the backup does', async () => {
  const eve = await signedIn(`${EVE}|verified`);
  expect((await eve.get(PATH)).status).toBe(403);
  expect((await eve.get(PATH.replace('reviews', 'agents'))).status).toBe(403);
  const li = await signedIn(`${LI}|verified`);
  expect((await li.decide({ verdict: 'keep', items: 's3', reason: REASON })).body).toContain('Your decision is recorded');
});

test('somebody of the operators\' group at the provider sees the fleet, and others don\'t', async () => {
  expect((await (await signedIn(`${EVE}|verified|Platform`)).get('/fleet')).body).toContain('invoice-bot');
  expect((await (await signedIn(`${EVE}|verified|Staff`)).get('/fleet')).status).toBe(403);
  expect((await (await signedIn(`${EVE}|claimed|Platform`)).get('/fleet')).status).toBe(403);
  const led = world.browser();
  await led.get('/sign-in?to=/fleet');
  await back(led, await provider.signIn(led.last.headers.location, `${EVE}|verified|Platform`));
  expect(led.last.body).toContain('content="0; url=/fleet"');
});

test('my reviews: those that the person was asked for, filtered and sorted without scripts', async () => {
  const { placement, review } = await world.now();
  await world.fake.memory.table.put({ pk: `notice-reviewer#${ADA}`, sk: 'agent#111122223333#invoice-bot', placement });
  await world.fake.memory.table.put({ pk: `notice-reviewer#${ADA}`, sk: 'agent#111122223333#gone-bot', placement: { ...placement, agentName: 'gone-bot' } });
  await world.fake.memory.table.put({ pk: `notice-reviewer#${EVE}`, sk: 'agent#111122223333#invoice-bot', placement });
  const ada = await signedIn(`${ADA}|verified`);
  const list = await ada.get('/reviews');
  expect(list.body).toContain(`href="${PATH}"`);
  expect(list.body).toContain('2 services');
  expect(list.body).not.toContain('gone-bot');
  expect((await ada.get('/reviews?show=production&sort=agent')).body).toContain(`href="${PATH}"`);
  expect((await ada.get('/reviews?show=late')).body).toContain('There is nothing to decide here');
  expect((await (await signedIn(`${EVE}|verified`)).get('/reviews')).body).toContain('There is nothing to decide here');
  expect((await world.opened()).last.status).toBe(200);
  expect(review?.open).toBeDefined();
});

test('a provider that can\'t be reached is a failure and no refusal, and nobody is signed in', async () => {
  const offline = new PageWorld({ signIn: oidcSignIn({ issuer: 'http://127.0.0.1:9', clientId: 'reviews' }, () => new Date()) });
  expect(await offline.browser().get('/sign-in')).toMatchObject({ status: 500, cookies: [] });
  expect(offline.counts).toEqual([]);
});
