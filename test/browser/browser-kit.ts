import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import axe from 'axe-core';
import { Browser, BrowserContext, chromium, Page } from 'playwright-core';
import { PageServer } from './page-server';
import { FakeSignIn } from '../runtime/review-page/page-world';

// Set to keep pictures of all pages.
const PICTURES = process.env.PICTURES;
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));

export interface Look { readonly width: number; readonly scheme: 'light' | 'dark' }
export const LOOKS: readonly Look[] = [360, 1280].flatMap((width) => (['light', 'dark'] as const).map((scheme) => ({ width, scheme })));

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
}

export function contextOf(browser: Browser, { origin }: PageServer, { width, scheme }: Look, changes: object = {}): Promise<BrowserContext> {
  return browser.newContext({ viewport: { width, height: 800 }, colorScheme: scheme, javaScriptEnabled: false, baseURL: origin, ...changes });
}

export async function picture(page: Page, name: string, { width, scheme }: Look): Promise<void> {
  if (PICTURES !== undefined) {
    mkdirSync(PICTURES, { recursive: true });
    await page.screenshot({ path: join(PICTURES, `${name}-${width}-${scheme}.png`), fullPage: true });
  }
}

/** Nothing is wider than the window, so nobody has to scroll sideways. */
export async function fits(page: Page, name: string, { width }: Look): Promise<void> {
  expect([name, await page.locator('main').evaluate((main) => main.ownerDocument.documentElement.scrollWidth)]).toEqual([name, width]);
}

/** What axe finds wrong with the page (WCAG 2.2 AA). The context needs JavaScript. */
export async function violationsOn(page: Page, name: string): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations, passes } = await page.evaluate<axe.AxeResults>('axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })');
  expect(passes.length).toBeGreaterThan(10);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${name}: ${id}: ${html}`));
}

/** What axe finds wrong with the pages of a visit. */
export async function violationsIn(
  browser: Browser, server: PageServer, look: Look, visit: (page: Page, at: (name: string) => Promise<void>) => Promise<void>,
): Promise<string[]> {
  const context = await contextOf(browser, server, look, { javaScriptEnabled: true, bypassCSP: true });
  const page = await context.newPage();
  const found: string[] = [];
  await visit(page, async (name) => void found.push(...await violationsOn(page, name)));
  await context.close();
  return found;
}

/** Signs in on the page, at a provider that believes everybody. */
export async function signIn(page: Page, { world }: PageServer, email: string): Promise<void> {
  (world.page.signIn as FakeSignIn).next = { identity: { email, issuer: 'https://id.example.com', subject: email }, claims: {} };
  await page.goto('/sign-in?to=/reviews');
  await page.waitForURL('**/reviews');
}

/** Takes the picture of a guide, and writes it if `npx projen pictures` runs. Returns its size in bytes. */
export async function guidePicture({ context, page }: { readonly context: BrowserContext; readonly page: Page }, file: string): Promise<number> {
  const session = await context.newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 30 });
  const taken = Buffer.from(data, 'base64');
  expect(taken.subarray(8, 12).toString()).toBe('WEBP');
  if (process.env.GUIDE_PICTURES !== undefined) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, taken);
  }
  return taken.length;
}
