import { Browser, Page } from 'playwright-core';
import { contextOf, fits, launch, LOOKS, picture, signIn, violationsIn } from './browser-kit';
import { PageServer } from './page-server';
import { DESK, KIM, LeaverWorld, linkIn, STEPS } from '../runtime/review-page/leaver';

jest.mock('../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../runtime/engine/mailbox')>('../runtime/engine/mailbox').responsesToMailbox());

const REASON = 'Deleted the user in SU01, by Kim';
const TITLE = 'Remove the access of invoice-bot at sap';

let browser: Browser;
let server: PageServer;

const world = (): LeaverWorld => server.world as LeaverWorld;

beforeAll(async () => {
  browser = await launch();
});

afterAll(() => browser.close());

beforeEach(async () => {
  server = await PageServer.start((origin) => LeaverWorld.left(undefined, origin));
});

afterEach(() => server.stop());

/** From the mail to what is recorded. Calls `seen` on each page. */
async function visit(page: Page, seen: (name: string) => Promise<void>): Promise<void> {
  const mail = (await world().mail()).find(({ person }) => person === KIM)!;
  await page.goto(linkIn(mail));
  await seen('revocation-open');
  await page.getByRole('button', { name: 'Open what to do' }).click();
  await seen('revocation');
  // The browser itself asks for what is missing.
  await page.getByRole('button', { name: 'Check before recording' }).click();
  expect(await page.locator('h1').textContent()).toBe(TITLE);
  await page.getByRole('checkbox', { name: 'I have removed this access' }).check();
  await page.getByLabel('What did you do?').fill(REASON);
  await page.getByRole('button', { name: 'Check before recording' }).click();
  await seen('revocation-check');
  await page.getByRole('button', { name: 'Record this confirmation' }).click();
  await seen('revocation-recorded');
}

test.each(LOOKS)('at $width pixels, $scheme, without scripts: from the mail to the steps, and to what is recorded', async (look) => {
  const context = await contextOf(browser, server, look);
  const page = await context.newPage();
  const titles: (string | null)[] = [];
  await visit(page, async (name) => {
    await picture(page, name, look);
    await fits(page, name, look);
    titles.push(await page.locator('h1').textContent());
  });
  expect(titles).toEqual(['Access to remove: invoice-bot', TITLE, 'Check your confirmation', 'Your confirmation is recorded']);
  expect((await world().revocation()).confirmed).toMatchObject({ by: KIM, proof: 'mail-link', reason: REASON });
  await context.close();
});

test.each(LOOKS)('at $width pixels, $scheme, axe finds nothing on these pages (WCAG 2.2 AA)', async (look) => {
  expect(await violationsIn(browser, server, look, visit)).toEqual([]);
});

test('by keyboard and by what a screen reader says: the steps are a list, the box and the field have names, and a mistake is announced', async () => {
  await world().mail();
  const context = await contextOf(browser, server, LOOKS[0]);
  const page = await context.newPage();
  await signIn(page, server, DESK);
  await page.getByRole('link', { name: TITLE }).click();
  expect(await page.getByRole('listitem').allTextContents()).toEqual(STEPS);
  await page.getByRole('checkbox', { name: 'I have removed this access' }).focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('Tab');
  // Twenty spaces are long enough for the browser, and no word for the page.
  await page.keyboard.type(' '.repeat(20));
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  expect(await page.getByRole('alert').textContent()).toContain('Nothing was confirmed. Say what you did');
  expect(await page.title()).toMatch(/^Please check: /);
  expect((await world().revocation()).confirmed).toBeUndefined();
  await context.close();
});
