import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { inventoryReport } from '../runtime/inventory';
import { FakeAccount } from '../test/runtime/inventory/fake-account';
import { generateAccount } from '../test/runtime/inventory/generated-account';
import { inventoryOf } from '../test/runtime/inventory/inventory-of';

const ROLES = 10_000;
const USERS = 200;
const ROUNDS = 9;
const NHI = join(__dirname, '..', 'assets', 'cli', 'nhi', 'index.js');
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));

interface Run { readonly ms: number; readonly maxRssMb: number; readonly calls: number; readonly entities: number }

/** The command that ships against IAM on this machine. A preload prints its peak memory when it ends. */
async function takeOne(folder: string): Promise<Run> {
  const account = generateAccount(ROLES, USERS);
  const fake = await FakeAccount.start(account);
  const preload = join(folder, 'memory.cjs');
  writeFileSync(preload, 'process.on("exit", () => require("fs").writeSync(2, "RSS " + process.resourceUsage().maxRSS));');
  const began = performance.now();
  const maxRss = await new Promise<number>((resolve, reject) => {
    const nhi = spawn(process.execPath, ['--require', preload, NHI, 'inventory', '--format', 'html', '--output', join(folder, 'report.html'), '--state', join(folder, 'state')], {
      env: { PATH: process.env.PATH, HOME: folder, ...fake.env } as NodeJS.ProcessEnv, stdio: ['ignore', 'ignore', 'pipe'],
    });
    let errors = '';
    nhi.stderr.on('data', (part) => (errors += part));
    nhi.on('close', () => (/RSS (\d+)$/.test(errors) ? resolve(Number(/RSS (\d+)$/.exec(errors)![1])) : reject(new Error(`InventoryFailed: ${errors}`))));
  });
  const ms = performance.now() - began;
  await fake.stop();
  return { ms, maxRssMb: maxRss / 1024, calls: fake.calls.length, entities: ROLES + USERS + 3 };
}

/** From a word in the search box until the page is laid out again, the median of several. */
async function filterMs(folder: string): Promise<number> {
  const file = join(folder, 'filter.html');
  writeFileSync(file, inventoryReport(inventoryOf(ROLES, USERS)));
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
  const page = await browser.newPage();
  await page.goto(pathToFileURL(file).href);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    times.push(await page.evaluate(`(() => {
      const box = document.getElementById('search-of'), began = performance.now();
      box.value = ${JSON.stringify(['datadog', 'nhi5', 'repo', ''][round % 4])};
      box.dispatchEvent(new Event('input'));
      void document.body.offsetHeight;
      return performance.now() - began;
    })()`));
  }
  await browser.close();
  return times.sort((one, other) => one - other)[Math.floor(ROUNDS / 2)];
}

/** Prints the figures of an inventory as JSON. */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'nhi-bench-'));
  const run = await takeOne(folder);
  const filter = await filterMs(folder);
  rmSync(folder, { recursive: true, force: true });
  console.log(JSON.stringify({ ...run, filterMs: filter }));
}

void main();
