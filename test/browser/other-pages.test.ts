import { Browser, Page } from 'playwright-core';
import { contextOf, fits, launch, LOOKS, picture, signIn, violationsIn } from './browser-kit';
import { PageServer } from './page-server';
import { ADA, EVE } from '../runtime/engine/review-world';
import { FakeSignIn, PageWorld, PATH } from '../runtime/review-page/page-world';

jest.mock('../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../runtime/engine/mailbox')>('../runtime/engine/mailbox').responsesToMailbox());

const AGENT = PATH.replace('reviews', 'agents');
const POLICY = `${PATH.replace('reviews', 'policies')}?service=s3`;
const REASON = 'Eve leads the team that runs it';

let browser: Browser;
let server: PageServer;

beforeAll(async () => {
  browser = await launch();
});

afterAll(() => browser.close());

/** A registry with an agent that was reviewed, suspended and resumed, is offered to somebody, and is reviewed again; and with others of which only the list is known. */
beforeEach(async () => {
  server = await PageServer.start(async (origin) => {
    const world = new PageWorld({ origin, signIn: new FakeSignIn(), operators: { addresses: [ADA] } });
    await world.join(['dynamodb:GetItem', 'dynamodb:PutItem', 's3:GetObject']);
    await world.open();
    await world.decide(ADA, { verdict: 'reduce', actions: ['s3'], reason: 'It reads no files any more' });
    await world.decide(ADA, { verdict: 'keep', items: ['dynamodb'] });
    world.pass(5);
    await world.ask({ kind: 'suspend', reason: 'It sends mails that it should not send' });
    world.pass(4);
    await world.ask({ kind: 'resume', reason: 'It was a false alarm, as its logs show' });
    world.pass(56);
    await world.sweepAll();
    await world.decide(ADA, { verdict: 'transfer', to: EVE, reason: REASON });
    const { placement } = await world.now();
    await world.fake.memory.table.put({ pk: `notice-reviewer#${ADA}`, sk: 'agent#111122223333#invoice-bot', placement });
    for (const [agentName, status] of [['a-bot', 'active'], ['z-bot', 'suspended']]) {
      const summary = { account: '111122223333', agentName, status, stage: 'production', sponsorId: 'ada', expiresAt: '2027-03-31T00:00:00Z', stackName: 'Bots', review: { id: 'x', deadline: '2026-11-01T00:00:00Z', missed: status !== 'active' } };
      await world.fake.memory.table.put({ pk: 'registry', sk: `living#111122223333/${agentName}`, summary });
    }
    return world;
  });
});

afterEach(() => server.stop());

/** Goes through all pages that `review-page.test.ts` does not, and calls `seen` on each. */
async function visit(page: Page, seen: (name: string) => Promise<void>): Promise<void> {
  await page.goto(`/open/${await server.world.token({ person: EVE, purpose: 'offer' })}`);
  await seen('offer-open');
  await page.getByRole('button', { name: 'Look at the agent' }).click();
  await seen('offer');
  await page.getByRole('radio', { name: 'Accept' }).check();
  await page.getByLabel('Why?').fill(REASON);
  await page.getByRole('button', { name: 'Check before recording' }).click();
  await seen('offer-check');
  await page.getByRole('button', { name: 'Record this decision' }).click();
  await page.getByRole('link', { name: 'Back to the review' }).click();
  await seen('offer-answered');
  await signIn(page, server, ADA);
  await seen('my-reviews');
  await page.goto(POLICY);
  await seen('policy');
  await page.goto(AGENT);
  await seen('agent-life');
  await page.goto('/fleet');
  await seen('fleet');
  await server.world.stack.destroy();
  await server.world.fake.resume();
  await page.goto(AGENT);
  await seen('agent-left');
}

test.each(LOOKS)('at $width pixels, $scheme, without scripts: an offer is accepted, and reviews, policy, agent and fleet are shown', async (look) => {
  const context = await contextOf(browser, server, look);
  const page = await context.newPage();
  const loaded: string[] = [];
  page.on('request', (request) => (request.url().startsWith(server.origin) ? undefined : loaded.push(request.url())));
  const titles: (string | null)[] = [];
  await visit(page, async (name) => {
    await picture(page, name, look);
    await fits(page, name, look);
    titles.push(await page.locator('h1').textContent());
  });
  expect(titles).toEqual([
    'Accountability for invoice-bot', 'Will you be accountable for invoice-bot?', 'Check your decision', 'Does invoice-bot still need its permissions?', 'My reviews', 'Files (S3)', 'invoice-bot', 'All agents', 'invoice-bot',
  ]);
  expect((await server.world.details('review-decided')).at(-1)).toMatchObject({ verdict: 'accept', by: EVE, purpose: 'offer' });
  expect(await page.getByText('Certificate of decommission', { exact: true }).count()).toBe(1);
  expect(loaded).toEqual([]);
  await context.close();
});

test.each(LOOKS)('at $width pixels, $scheme, axe finds nothing on these pages (WCAG 2.2 AA)', async (look) => {
  expect(await violationsIn(browser, server, look, visit)).toEqual([]);
});

test('the list of reviews is filtered and sorted, and the fleet is searched, by keyboard and without scripts', async () => {
  const context = await contextOf(browser, server, LOOKS[2]);
  const page = await context.newPage();
  await signIn(page, server, ADA);
  await page.getByLabel('Show').focus();
  await page.keyboard.type('Those that are late');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/reviews?show=late&sort=deadline');
  expect(await page.getByText('There is nothing to decide here.').count()).toBe(1);
  await page.getByRole('link', { name: 'All agents' }).focus();
  await page.keyboard.press('Enter');
  await page.waitForURL('**/fleet');
  await page.getByLabel('Name begins with').focus();
  await page.keyboard.type('z-');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/fleet?show=living&name=z-');
  expect(await page.locator('main h2').allTextContents()).toEqual(['z-bot']);
  await context.close();
});

test('on paper: what is folded is there, buttons and forms are not, and it is dark on white, whatever the screen is', async () => {
  const context = await contextOf(browser, server, { width: 1280, scheme: 'dark' });
  const page = await context.newPage();
  await signIn(page, server, ADA);
  await page.goto(PATH);
  const look = async () => ({
    policy: await page.locator('details pre').first().isVisible(),
    buttons: await page.locator('button:visible, a.button:visible').count(),
    forms: await page.locator('nav:visible, form:visible, input:visible').count(),
    back: await page.locator('body').evaluate((body) => body.ownerDocument.defaultView!.getComputedStyle(body).backgroundColor),
    text: await page.locator('h1').evaluate((h1) => h1.ownerDocument.defaultView!.getComputedStyle(h1).color),
  });
  const screen = await look();
  expect(screen).toMatchObject({ policy: false, back: 'rgb(20, 22, 26)' });
  expect(screen.buttons).toBeGreaterThan(0);
  expect(screen.forms).toBeGreaterThan(0);
  await page.emulateMedia({ media: 'print' });
  await picture(page, 'print-review', { width: 1280, scheme: 'dark' });
  expect(await look()).toEqual({ policy: true, buttons: 0, forms: 0, back: 'rgb(255, 255, 255)', text: 'rgb(22, 24, 29)' });
  await page.goto(AGENT);
  await picture(page, 'print-agent', { width: 1280, scheme: 'dark' });
  const pdf = await page.pdf({ format: 'A4' });
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  await context.close();
});
