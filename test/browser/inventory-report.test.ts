import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Browser, BrowserContext, Page } from 'playwright-core';
import { fits, guidePicture, launch, LOOKS, picture, violationsOn } from './browser-kit';
import { inventoryReport } from '../../runtime/inventory';
import { guideAccount } from '../runtime/inventory/generated-account';
import { inventoryOf, rowsIn } from '../runtime/inventory/inventory-of';

const MOST_BYTES_BESIDE_DATA = 300_000;
const folder = mkdtempSync(join(tmpdir(), 'nhi-report-'));
let browser: Browser;
let url: string;

beforeAll(async () => {
  browser = await launch();
  url = reportFile('inventory.html', 1_000, 200);
});

afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

function reportFile(name: string, roles: number, users: number): string {
  const file = join(folder, name);
  writeFileSync(file, inventoryReport(inventoryOf(roles, users)));
  return pathToFileURL(file).href;
}

interface Opened extends AsyncDisposable {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Addresses that the page asked for, and what it complained of. */
  readonly requests: string[];
  readonly complaints: string[];
  /** Requests that were refused, and by what. */
  readonly failures: string[];
}

async function open(address = url, settings: object = {}): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, offline: true, ...settings });
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  const failures: string[] = [];
  page.on('requestfailed', (request) => failures.push(`${request.url()}: ${request.failure()?.errorText}`));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => complaints.push(dialog.message()));
  await page.goto(address);
  return { page, context, requests, complaints, failures, [Symbol.asyncDispose]: () => context.close() };
}

const names = (page: Page): Promise<string[]> => page.locator('#rows .name').allTextContents();
const status = (page: Page): Promise<string | null> => page.locator('#status').textContent();
const bar = (page: Page, chart: string, value: string) => page.locator(`#${chart} button[data-value="${value}"]`);

describe.each(LOOKS)('at %j', (look) => {
  test('fits, and follows WCAG 2.2 AA', async () => {
    await using opened = await open(url, { viewport: { width: look.width, height: 800 }, colorScheme: look.scheme });
    const { page } = opened;
    await page.getByRole('searchbox', { name: 'Search' }).fill('-1');
    await page.locator('#rows .name').first().click();

    await fits(page, 'inventory', look);
    await picture(page, 'inventory', look);
    // Axe looks at each row: a page of some is enough.
    await page.getByRole('searchbox', { name: 'Search' }).fill('admin-bot-1');
    // The page's own policy forbids the script of the test.
    await opened.context.newCDPSession(page).then((session) => session.send('Page.setBypassCSP', { enabled: true }));
    await page.reload();
    await page.getByRole('searchbox', { name: 'Search' }).fill('admin-bot-1');
    expect(await violationsOn(page, 'inventory')).toEqual([]);
  });
});

test('opens from a file: it asks for nothing else, and nothing of it is refused', async () => {
  await using opened = await open();

  expect(opened.requests).toEqual([url]);
  expect(opened.complaints).toEqual([]);
  expect(await status(opened.page)).toMatch(/^\d+ of 1,201 identities, page 1 of \d+$/);
});

// Set by `npx projen pictures`, which writes the picture of docs/guide/inventory.md.
const PICTURE = join(__dirname, '..', '..', 'docs', 'guide', 'report', 'report.webp');

test('the picture of the guide is of the real report, and small', async () => {
  const file = join(folder, 'guide.html');
  writeFileSync(file, inventoryReport({ ...inventoryOf(0, 0), rows: rowsIn(guideAccount()) }));
  await using opened = await open(pathToFileURL(file).href, { viewport: { width: 1100, height: 900 } });
  await opened.page.getByRole('button', { name: 'admin-bot-2', exact: true }).click();
  await fits(opened.page, 'guide', { width: 1100, scheme: 'light' });
  expect(await guidePicture(opened, PICTURE)).toBeLessThan(90_000);
  expect(statSync(PICTURE).size).toBeLessThan(90_000);
  expect(readFileSync(join(PICTURE, '..', '..', 'inventory.md'), 'utf8')).toContain('(report/report.webp)');
});

test('is small beside its data', () => {
  const report = inventoryReport(inventoryOf(0, 0));

  expect(Buffer.byteLength(report)).toBeLessThan(MOST_BYTES_BESIDE_DATA);
});

test('what people wrote into names, tags and trust policies is shown and never run', async () => {
  await using opened = await open();
  const { page } = opened;
  await page.getByLabel('Kind').selectOption('all');
  await page.getByRole('searchbox', { name: 'Search' }).fill('onerror');
  await page.locator('#rows .name').first().click();

  expect(await page.locator('.details').textContent()).toContain('</script><img src=x onerror=');
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.title()).toBe('Inventory of machine identities');
  expect(opened.requests).toEqual([url]);
  expect(opened.complaints).toEqual([]);
});

test('a script that somebody adds to the file is refused by the page\'s own policy', async () => {
  const file = join(folder, 'edited.html');
  writeFileSync(file, inventoryReport(inventoryOf(20, 4)).replace('</main>', '</main><script>document.title = "owned"</script><img src="https://evil.example/x" onerror="document.title=1">'));
  await using opened = await open(pathToFileURL(file).href);

  expect(await opened.page.title()).toBe('Inventory of machine identities');
  expect(opened.failures).toEqual(['https://evil.example/x: csp']);
  expect(opened.complaints.filter((complaint) => /Content Security Policy/.test(complaint)).length).toBeGreaterThan(1);
  // Twin: the page's own script runs.
  expect(await status(opened.page)).toMatch(/ of 25 identities/);
});

test('bars filter and are counted again; a second press takes the filter back', async () => {
  await using opened = await open();
  const { page } = opened;
  const full = bar(page, 'power', 'full');
  const count = Number((await full.locator('.count').textContent())!.replace(',', ''));
  const before = await status(page);

  await full.click();
  expect(await full.getAttribute('aria-pressed')).toBe('true');
  expect(await status(page)).toMatch(new RegExp(`^${count} of `));
  expect(new Set(await page.locator('#rows td[data-label=power]').allTextContents())).toEqual(new Set(['full']));
  expect(await bar(page, 'use', 'in use').locator('.count').textContent()).not.toBe('');

  await full.click();
  expect(await status(page)).toBe(before);
});

test('search, kind and item of OWASP narrow together; reset shows the machine identities again', async () => {
  await using opened = await open();
  const { page } = opened;
  const before = await status(page);
  await page.getByLabel('OWASP NHI Top 10').selectOption('NHI6');
  const unpinned = await names(page);
  expect(unpinned.length).toBeGreaterThan(10);
  expect(unpinned.every((name) => name.startsWith('open-ci-'))).toBe(true);
  await page.getByRole('searchbox', { name: 'Search' }).fill('OPEN-CI-17 GITHUB');
  expect(await names(page)).toEqual(['open-ci-17']);
  await page.getByLabel('Kind').selectOption('human');
  expect(await names(page)).toEqual([]);

  await page.getByRole('button', { name: 'Reset' }).click();
  await page.getByText(before!).waitFor();
  expect(await page.getByLabel('Kind').inputValue()).toBe('machine');
});

test('columns sort both ways, and say so to screen readers', async () => {
  await using opened = await open();
  const { page } = opened;
  const head = page.getByRole('columnheader', { name: 'Identity' });
  await head.getByRole('button').click();
  const up = await names(page);
  expect(await head.getAttribute('aria-sort')).toBe('ascending');
  expect(up).toEqual([...up].sort((one, other) => (one.toLowerCase() < other.toLowerCase() ? -1 : 1)));

  await head.getByRole('button').click();
  expect(await head.getAttribute('aria-sort')).toBe('descending');
  expect((await names(page))[0].toLowerCase() >= up.at(-1)!.toLowerCase()).toBe(true);
});

test('works with the keyboard alone', async () => {
  await using opened = await open();
  const { page } = opened;
  await page.keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.dataset.value')).toBe('up to 90 days');
  for (let pressed = 0; pressed < 60 && await page.evaluate('document.activeElement.id') !== 'search-of'; pressed++) {
    await page.keyboard.press('Tab');
  }
  await page.keyboard.type('admin-bot-1');
  for (let pressed = 0; pressed < 30 && await page.evaluate('document.activeElement.className') !== 'name'; pressed++) {
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');

  expect(await page.locator('.name').first().getAttribute('aria-expanded')).toBe('true');
  expect(await page.locator('.details').textContent()).toContain('AdministratorAccess: * on *');
  await page.keyboard.press('Enter');
  expect(await page.locator('.details').count()).toBe(0);
});

test.each([360, 1280])('is a table for screen readers at a width of %i', async (width) => {
  await using opened = await open(url, { viewport: { width, height: 800 } });
  const { page } = opened;
  await page.getByRole('searchbox', { name: 'Search' }).fill('admin-bot-1 ');

  const table = page.getByRole('table', { name: 'Identities' });
  expect(await table.getByRole('row').count()).toBeGreaterThan(1);
  expect(await table.getByRole('columnheader').count()).toBe(9);
  expect(await table.getByRole('row').last().getByRole('cell').count()).toBe(9);
});

test('pages of a hundred; on paper, all of them and no controls', async () => {
  await using opened = await open();
  const { page } = opened;
  expect((await names(page)).length).toBe(100);
  await page.getByRole('button', { name: 'Next page' }).click();
  expect(await status(page)).toContain('page 2 of');

  await page.evaluate('dispatchEvent(new Event("beforeprint"))');
  await page.emulateMedia({ media: 'print' });
  const found = Number((await status(page))!.split(' ')[0].replace(',', ''));
  expect((await names(page)).length).toBe(found);
  expect(await page.locator('#filters').isVisible()).toBe(false);
  await page.evaluate('dispatchEvent(new Event("afterprint"))');
  expect((await names(page)).length).toBe(100);
});
