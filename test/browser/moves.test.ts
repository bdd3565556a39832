import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import { Browser, chromium, Page } from 'playwright-core';
import { PageServer } from './page-server';
import { PRODUCTION_PROFILE } from '../../src/core/risk-profile';
import { ADA } from '../runtime/engine/review-world';
import { REGISTRY } from '../runtime/engine/wire';
import { PageWorld } from '../runtime/review-page/page-world';

jest.mock('../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../runtime/engine/mailbox')>('../runtime/engine/mailbox').responsesToMailbox());

// Set to keep pictures of all pages.
const PICTURES = process.env.PICTURES;
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
const STATE = 's'.repeat(43);
const MAY = ['dynamodb:GetItem', 's3:GetObject'];
const mayInProduction = ['dynamodb:GetItem', 'dynamodb:DeleteItem', 'sqs:SendMessage', 'bedrock:InvokeModel'];

let browser: Browser;
let server: PageServer;

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
});

afterAll(() => browser.close());

beforeEach(async () => {
  server = await PageServer.start(async (origin) => {
    // A provider that sends the browser back at once, as the sponsor.
    const signIn = {
      begin: async () => ({ state: STATE, nonce: 'n', verifier: 'v', url: `${origin}/signed-in?code=x&state=${STATE}` }),
      finish: async () => ({ identity: { email: ADA, issuer: 'https://login.example.com', subject: 'ada' }, claims: {} }),
    };
    const world = new PageWorld({ origin, signIn, review: { approvals: { production: 1 } } });
    world.stack.registry = { ...REGISTRY, stages: new Map([...REGISTRY.stages, ['production', { ...PRODUCTION_PROFILE, requiresApproval: true }]]) };
    await world.deploy('test', MAY, { mayInProduction });
    await world.deploy('production', MAY, { mayInProduction });
    return world;
  });
});

afterEach(() => server.stop());

const LOOKS = [360, 1280].flatMap((width) => (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })));

/** From the address in the mail to the recorded answer. Calls `seen` on each page. */
async function approveBy(page: Page, seen: (name: string) => Promise<void>): Promise<void> {
  await page.goto('/moves/111122223333/invoice-bot');
  await page.getByRole('heading', { name: 'May invoice-bot move to production?' }).waitFor();
  await seen('move');
  await page.getByRole('radio', { name: /^Approve/ }).check();
  await page.getByLabel('Why?').fill('The tests of the quarter are done');
  await page.getByRole('button', { name: 'Check before recording' }).click();
  await seen('move-check');
  await page.getByRole('button', { name: 'Record this answer' }).click();
  await seen('move-recorded');
}

test.each(LOOKS)('at $width pixels, $colorScheme, without scripts: the sponsor signs in and approves the move, and axe finds nothing', async ({ width, colorScheme }) => {
  const options = { viewport: { width, height: 800 }, colorScheme, baseURL: server.origin };
  const context = await browser.newContext({ ...options, javaScriptEnabled: false });
  const checked = await browser.newContext({ ...options, bypassCSP: true });
  const [page, other] = [await context.newPage(), await checked.newPage()];
  const found: string[] = [];
  await approveBy(page, async (name) => {
    if (PICTURES !== undefined) {
      mkdirSync(PICTURES, { recursive: true });
      await page.screenshot({ path: join(PICTURES, `${name}-${width}-${colorScheme}.png`), fullPage: true });
    }
    // Nothing is wider than the window, so nobody has to scroll sideways.
    expect([name, await page.locator('main').evaluate((main) => main.ownerDocument.documentElement.scrollWidth)]).toEqual([name, width]);
    await other.setContent(await page.content());
    await other.addScriptTag({ content: axe.source });
    const { violations } = await other.evaluate(async () => (globalThis as unknown as { axe: typeof axe }).axe.run());
    found.push(...violations.map(({ id, nodes }) => `${name} ${id}: ${nodes.map(({ html }) => html).join(' | ')}`));
  });
  expect(found).toEqual([]);
  expect(await page.locator('h1').textContent()).toBe('Your answer is recorded');
  expect(await server.world.details('approved')).toEqual([expect.objectContaining({ by: ADA, proof: 'sign-in' })]);
  await Promise.all([context.close(), checked.close()]);
});
