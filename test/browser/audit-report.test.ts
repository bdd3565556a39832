import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Browser, BrowserContext, Page } from 'playwright-core';
import { fits, guidePicture, launch, LOOKS, picture, violationsOn } from './browser-kit';
import { AuditReport, reportHtml } from '../../runtime/audit';
import { generatedReport, HOSTILE_NAME } from '../runtime/audit/generated-report';

const folder = mkdtempSync(join(tmpdir(), 'nhi-audit-report-'));
let browser: Browser;
let report: AuditReport;
let url: string;

beforeAll(async () => {
  browser = await launch();
  report = await generatedReport();
  url = file('report.html', reportHtml(report));
});

afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, html: string): string {
  const path = join(folder, name);
  writeFileSync(path, html);
  return pathToFileURL(path).href;
}

interface Opened extends AsyncDisposable {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly requests: string[];
  readonly complaints: string[];
}

async function open(address = url, settings: object = {}): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, offline: true, ...settings });
  const page = await context.newPage();
  const [requests, complaints]: [string[], string[]] = [[], []];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => complaints.push(dialog.message()));
  await page.goto(address);
  return { page, context, requests, complaints, [Symbol.asyncDispose]: () => context.close() };
}

const status = (page: Page): Promise<string | null> => page.locator('#status').textContent();
const shownRows = (page: Page): Promise<number> => page.locator('section.rows:not([hidden]) tbody tr:not([hidden])').count();
const all = (): number => report.sections.reduce((sum, { rows }) => sum + rows.length, 0);

test.each(LOOKS)('at %j it fits, and follows WCAG 2.2 AA', async (look) => {
  await using opened = await open(url, { viewport: { width: look.width, height: 800 }, colorScheme: look.scheme });
  const { page } = opened;
  await fits(page, 'audit', look);
  await picture(page, 'audit', look);
  await page.getByLabel('Section').selectOption('movers');
  // The page's own policy forbids the script of the test.
  await opened.context.newCDPSession(page).then((session) => session.send('Page.setBypassCSP', { enabled: true }));
  await page.reload();
  await page.getByLabel('Section').selectOption('movers');
  expect(await violationsOn(page, 'audit')).toEqual([]);
});

test('opens from a file: it asks for nothing else, and nothing of it is refused', async () => {
  await using opened = await open();

  expect(opened.requests).toEqual([url]);
  expect(opened.complaints).toEqual([]);
  expect(await status(opened.page)).toBe(`${all()} of ${all()} rows`);
  expect(await shownRows(opened.page)).toBe(all());
});

test('is complete without its script', async () => {
  await using opened = await open(url, { javaScriptEnabled: false });

  expect(await shownRows(opened.page)).toBe(all());
  expect(await opened.page.locator('.sum').textContent()).toMatch(/^\d+ living at the start \+ \d+ joined - \d+ left = (\d+); \1 living at the end$/);
  expect(await opened.page.getByText('None in this period. Looked at:').first().isVisible()).toBe(true);
});

test('what people wrote is shown and never run', async () => {
  await using opened = await open();
  const { page } = opened;
  await page.getByRole('searchbox', { name: 'Search' }).fill('onerror');

  expect(await shownRows(page)).toBeGreaterThan(0);
  expect(await page.locator('body').textContent()).toContain(HOSTILE_NAME);
  expect(await page.locator('img, iframe, script[src]').count()).toBe(0);
  expect(opened.requests).toEqual([url]);
  expect(opened.complaints).toEqual([]);
});

test('a script that somebody adds to the file is refused by the page\'s own policy', async () => {
  const edited = file('edited.html', reportHtml(report).replace('</main>', '</main><script>document.title = "owned"</script>'));
  await using opened = await open(edited);

  expect(await opened.page.title()).toContain('Agents of registry agents');
  expect(opened.complaints.filter((complaint) => /Content Security Policy/.test(complaint)).length).toBeGreaterThan(0);
  // Twin: the page's own script runs.
  expect(await status(opened.page)).toBe(`${all()} of ${all()} rows`);
});

test('search and section narrow together, and reset shows everything', async () => {
  await using opened = await open();
  const { page } = opened;
  await page.getByLabel('Section').selectOption('leavers');
  const leavers = report.sections.find(({ id }) => id === 'leavers')!.rows;
  expect(await status(page)).toBe(`${leavers.length} of ${all()} rows`);
  await page.getByRole('searchbox', { name: 'Search' }).fill(`${leavers[0].agent} LEFT`);
  expect(await shownRows(page)).toBe(1);
  await page.getByRole('searchbox', { name: 'Search' }).fill('no such agent');
  expect(await shownRows(page)).toBe(0);

  await page.getByRole('button', { name: 'Reset' }).click();
  await page.getByText(`${all()} of ${all()} rows`).waitFor();
});

test('each row leads to its evidence: event, key, version and hash; on paper they are open and the filters are not there', async () => {
  await using opened = await open();
  const { page } = opened;
  const [{ evidence: [{ key, id, version, sha256 }] }] = report.sections.find(({ id: section }) => section === 'joiners')!.rows;
  const row = page.locator('#joiners tbody tr').first();
  expect(await row.getByText(key).isVisible()).toBe(false);
  await row.locator('summary').press('Enter');
  for (const part of [key, id, version, sha256]) {
    expect(await row.getByText(part).first().isVisible()).toBe(true);
  }

  await page.evaluate('dispatchEvent(new Event("beforeprint"))');
  await page.emulateMedia({ media: 'print' });
  expect(await page.locator('#filters').isVisible()).toBe(false);
  expect(await page.locator('details:not([open])').count()).toBe(0);
});

test.each([360, 1280])('is tables for screen readers at a width of %i, with a name each', async (width) => {
  await using opened = await open(url, { viewport: { width, height: 800 } });
  const table = opened.page.getByRole('table', { name: 'Movers' });

  expect(await table.getByRole('columnheader').count()).toBe(10);
  expect(await table.getByRole('row').last().getByRole('cell').count()).toBe(10);
  expect(await opened.page.getByRole('img', { name: /in the period/ }).count()).toBe(3);
});

// Set by `npx projen pictures`, which writes the picture of docs/guide/auditors.md.
const PICTURE = join(__dirname, '..', '..', 'docs', 'guide', 'report', 'audit.webp');

test('the picture of the guide is of the real report, and small', async () => {
  await using opened = await open(url, { viewport: { width: 1100, height: 900 } });
  await fits(opened.page, 'guide', { width: 1100, scheme: 'light' });
  expect(await guidePicture(opened, PICTURE)).toBeLessThan(90_000);
  expect(statSync(PICTURE).size).toBeLessThan(90_000);
  expect(readFileSync(join(PICTURE, '..', '..', 'auditors.md'), 'utf8')).toContain('(report/audit.webp)');
});
