import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Browser, Locator, Page } from 'playwright-core';
import { contextOf, launch, Look, signIn } from './browser-kit';
import { PageServer } from './page-server';
import { ADA } from '../runtime/engine/review-world';
import { FakeSignIn, PageWorld, PATH } from '../runtime/review-page/page-world';

jest.mock('../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../runtime/engine/mailbox')>('../runtime/engine/mailbox').responsesToMailbox());

// Set by `npx projen pictures`, which writes the pictures of docs/guide/sponsors.md.
const WRITES = process.env.GUIDE_PICTURES !== undefined;
const FOLDER = join(__dirname, '..', '..', 'docs', 'guide', 'pictures');
const GUIDE = join(FOLDER, '..', 'sponsors.md');
const MOST_BYTES = 150_000;
const QUALITY = 12;
const SCREEN: Look = { width: 660, scheme: 'light' };
const PHONE: Look = { width: 360, scheme: 'dark' };

let browser: Browser;
let server: PageServer;

beforeAll(async () => {
  browser = await launch();
  server = await PageServer.start(async (origin) => {
    const world = new PageWorld({ origin, signIn: new FakeSignIn() });
    const may = ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 's3:GetObject', 'bedrock:InvokeModel'];
    await world.join(may);
    await world.open();
    await world.decide(ADA, { verdict: 'keep', items: ['dynamodb', 's3', 'bedrock'], reason: 'All of it is needed to match invoices' });
    world.pass(9);
    await world.ask({ kind: 'suspend', reason: 'It sends mails that it should not send' });
    world.pass(6);
    await world.ask({ kind: 'resume', reason: 'It was a false alarm, as its logs show' });
    world.grant([...may, 'ses:SendEmail']);
    // Old enough for IAM to say of a service that it is not used.
    world.fake.iam.byId((await world.now()).present)!.createdAt = new Date(0);
    const used = new Date(world.fake.now.getTime() + 40 * 86_400_000);
    world.fake.iam.services = [
      { ServiceNamespace: 'dynamodb', LastAuthenticated: used }, { ServiceNamespace: 'bedrock', LastAuthenticated: used }, { ServiceNamespace: 's3' }, { ServiceNamespace: 'ses' },
    ];
    world.pass(46);
    await world.sweepAll();
    return world;
  });
});

afterAll(async () => {
  await server.stop();
  await browser.close();
});

/** A picture of a part of the page, as WebP. */
async function pictureOf(page: Page, first: Locator, last: Locator, { width }: Look): Promise<Buffer> {
  // In the whole page, wherever it is scrolled to.
  const [top, bottom] = await Promise.all([first, last].map((locator) => locator.evaluate((element) => {
    const { top: from, bottom: to } = element.getBoundingClientRect();
    const { scrollY } = element.ownerDocument.defaultView!;
    return { from: from + scrollY, to: to + scrollY };
  })));
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', {
    format: 'webp', quality: QUALITY, captureBeyondViewport: true, clip: { x: 0, y: Math.max(0, top.from - 12), width, height: bottom.to + 24 - Math.max(0, top.from), scale: 1 },
  });
  return Buffer.from(data, 'base64');
}

test('the pictures of the guide for sponsors are of the real page, and small', async () => {
  const pictures = new Map<string, Buffer>();
  const context = await contextOf(browser, server, SCREEN);
  const page = await context.newPage();
  const keep = async (name: string, first: Locator, last: Locator, look = SCREEN, of = page): Promise<void> => void pictures.set(`${name}.webp`, await pictureOf(of, first, last, look));
  const heading = page.locator('h1');
  await page.goto(`/open/${await server.world.token()}`);
  await keep('open', page.locator('header'), page.getByRole('button', { name: 'Open the review' }));
  await page.getByRole('button', { name: 'Open the review' }).click();
  await keep('review', heading, page.locator('article').first());
  await page.getByRole('radio', { name: 'Remove access' }).check();
  await page.getByRole('checkbox', { name: 'Sending mail' }).check();
  await page.getByLabel('Why?').fill('It matches invoices and has no reason to send mail');
  await keep('decide', page.locator('#decision'), page.getByRole('button', { name: 'Check before recording' }));
  await page.getByRole('button', { name: 'Check before recording' }).click();
  await keep('check', heading, page.getByRole('button', { name: 'Record this decision' }));
  await page.getByRole('button', { name: 'Record this decision' }).click();
  expect(await heading.textContent()).toBe('Your decision is recorded');
  await signIn(page, server, ADA);
  await page.goto(PATH.replace('reviews', 'agents'));
  await keep('agent', heading, page.locator('section').first());
  const phone = await contextOf(browser, server, PHONE);
  const small = await phone.newPage();
  await signIn(small, server, ADA);
  await small.goto(PATH);
  await keep('phone', small.locator('h1'), small.locator('svg').first(), PHONE, small);
  await Promise.all([context.close(), phone.close()]);

  if (WRITES) {
    mkdirSync(FOLDER, { recursive: true });
    pictures.forEach((picture, name) => writeFileSync(join(FOLDER, name), picture));
  }
  expect([...pictures.values()].map((picture) => picture.subarray(8, 12).toString())).toEqual([...pictures].map(() => 'WEBP'));
  expect([...pictures.values()].reduce((sum, { length }) => sum + length, 0)).toBeLessThan(MOST_BYTES);
  // The guide shows exactly these, as they were written last.
  expect(existsSync(FOLDER) ? readdirSync(FOLDER).sort() : []).toEqual([...pictures.keys()].sort());
  expect(readdirSync(FOLDER).reduce((sum, file) => sum + statSync(join(FOLDER, file)).size, 0)).toBeLessThan(MOST_BYTES);
  const shown = [...readFileSync(GUIDE, 'utf8').matchAll(/\(pictures\/([a-z]+\.webp)\)/g)].map(([, file]) => file);
  expect(shown.sort()).toEqual([...pictures.keys()].sort());
});
