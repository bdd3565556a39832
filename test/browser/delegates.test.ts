import { Browser, Page } from 'playwright-core';
import { contextOf, fits, launch, LOOKS, picture, signIn, violationsIn } from './browser-kit';
import { PageServer } from './page-server';
import { PRODUCTION_PROFILE } from '../../src/core/risk-profile';
import { ADA, DAY_MS, EVE } from '../runtime/engine/review-world';
import { REGISTRY } from '../runtime/engine/wire';
import { FakeSignIn, PageWorld } from '../runtime/review-page/page-world';

jest.mock('../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../runtime/engine/mailbox')>('../runtime/engine/mailbox').responsesToMailbox());

const MAY = ['dynamodb:GetItem', 's3:GetObject'];

let browser: Browser;
let server: PageServer;

beforeAll(async () => {
  browser = await launch();
});

afterAll(() => browser.close());

/** An agent in test without an open review, whose move to production waits for an approval. */
beforeEach(async () => {
  server = await PageServer.start(async (origin) => {
    const world = new PageWorld({ origin, signIn: new FakeSignIn(), review: { approvals: { production: 1 } } });
    world.stack.registry = { ...REGISTRY, stages: new Map([...REGISTRY.stages, ['production', { ...PRODUCTION_PROFILE, requiresApproval: true }]]) };
    await world.deploy('test', MAY, { mayInProduction: MAY });
    await world.deploy('production', MAY, { mayInProduction: MAY });
    const { placement } = await world.now();
    await world.fake.memory.table.put({ pk: `notice-reviewer#${ADA}`, sk: 'agent#111122223333#invoice-bot', placement });
    return world;
  });
});

afterEach(() => server.stop());

/** From the list to the agent, where somebody is named, and is a delegate no longer. Calls `seen` on each page. */
async function visit(page: Page, seen: (name: string) => Promise<void>): Promise<void> {
  await signIn(page, server, ADA);
  await seen('my-moves');
  await page.getByRole('link', { name: 'May invoice-bot move to production?' }).click();
  await page.goto('/agents/111122223333/invoice-bot');
  await seen('agent-move');
  await page.getByRole('link', { name: 'Who else may decide about it' }).click();
  await seen('delegates-none');
  const until = new Date(server.world.fake.now.getTime() + 30 * DAY_MS).toISOString().slice(0, 10);
  await page.getByLabel('Mail address of the person').fill(EVE);
  await page.getByLabel('Last day').fill(until);
  await page.getByLabel('Why?').fill('I am away until the end of the month');
  await page.getByRole('button', { name: 'Check before recording' }).click();
  await seen('delegate-check');
  await page.getByRole('button', { name: 'Record this decision' }).click();
  await seen('delegate-recorded');
  await page.getByRole('link', { name: 'Who may decide now' }).click();
  await seen('delegates');
  expect((await server.world.now()).delegations).toMatchObject([{ to: EVE, by: ADA }]);
  await page.getByRole('radio', { name: EVE }).check();
  await page.getByLabel('Why?').last().fill('I am back earlier');
  await page.getByRole('button', { name: 'Check before ending' }).click();
  await seen('delegate-end-check');
  await page.getByRole('button', { name: 'Record this decision' }).click();
}

test.each(LOOKS)('at $width pixels, $scheme, without scripts: from the list to the agent, where the sponsor names a delegate and ends that', async (look) => {
  const context = await contextOf(browser, server, look);
  const page = await context.newPage();
  const titles: (string | null)[] = [];
  await visit(page, async (name) => {
    await picture(page, name, look);
    await fits(page, name, look);
    titles.push(await page.locator('h1').textContent());
  });
  const who = 'Who may decide about invoice-bot?';
  expect(titles).toEqual(['My reviews', 'invoice-bot', who, 'Check your decision', 'Your decision is recorded', who, 'Check your decision']);
  expect((await server.world.now()).delegations).toEqual([]);
  expect(await server.world.details('reviews-delegated')).toMatchObject([{ to: EVE, proof: 'sign-in' }, { to: EVE, by: ADA }]);
  await context.close();
});

test.each(LOOKS)('at $width pixels, $scheme, axe finds nothing on these pages (WCAG 2.2 AA)', async (look) => {
  expect(await violationsIn(browser, server, look, visit)).toEqual([]);
});
