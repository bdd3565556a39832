import axe from 'axe-core';
import { Browser, BrowserContext, Page } from 'playwright-core';
import { contextOf as openContext, fits, launch, Look, LOOKS, picture, violationsIn } from './browser-kit';
import { PageServer } from './page-server';
import { LI } from '../runtime/engine/review-world';
import { PageWorld, PATH } from '../runtime/review-page/page-world';

jest.mock('../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../runtime/engine/mailbox')>('../runtime/engine/mailbox').responsesToMailbox());

const AGENT = PATH.replace('reviews', 'agents');
const REASON = 'It matches invoices every night';

let browser: Browser;
let server: PageServer;

beforeAll(async () => {
  browser = await launch();
});

afterAll(() => browser.close());

beforeEach(async () => {
  server = await PageServer.start(async (origin) => {
    const world = new PageWorld({ origin });
    await world.join(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 's3:GetObject', 'bedrock:InvokeModel']);
    addByHand(world);
    await world.open();
    return world;
  });
});

/** Something for each column: an attached policy, one that can't be read, the policy of a table, and other agents of the stage. */
function addByHand({ fake, stack }: PageWorld): void {
  const role = fake.iam.byId(stack.agent!.roleId)!;
  const [byHand, hidden] = ['by-hand', 'hidden'].map((name) => `arn:aws:iam::111122223333:policy/${name}`);
  role.attached.add(byHand).add(hidden);
  fake.iam.policies.set(byHand, [JSON.stringify({ Statement: [{ Effect: 'Allow', Action: ['sqs:SendMessage', 'sqs:ReceiveMessage'], Resource: '*' }] })]);
  const names = { AWS: `arn:aws:iam::111122223333:role${role.path}${role.roleName}` };
  fake.policies.byArn.set('arn:aws:dynamodb:eu-west-1:111122223333:table/invoices', JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: names, Action: 'dynamodb:DeleteTable', Resource: '*' }] }));
  fake.memory.items.set('registry|peers#test#0', { 'pk': 'registry', 'sk': 'peers#test#0', 'living': 24, 'service#dynamodb': 22, 'service#s3': 17, 'service#bedrock': 1 });
}

afterEach(() => server.stop());

const contextOf = (look: Look, changes: object = {}): Promise<BrowserContext> => openContext(browser, server, look, changes);

/** From the link of the mail to the recorded decision. Calls `seen` on each page. */
async function decideBy(page: Page, token: string, seen: (name: string) => Promise<void>): Promise<void> {
  await page.goto(`/open/${token}`);
  await seen('open');
  await page.getByRole('button', { name: 'Open the review' }).click();
  await seen('review');
  await page.getByRole('radio', { name: 'Remove access' }).check();
  await page.getByRole('checkbox', { name: 'Files (S3)' }).check();
  await page.getByLabel('Why?').fill(REASON);
  await page.getByRole('button', { name: 'Check before recording' }).click();
  await seen('check');
  await page.getByRole('button', { name: 'Record this decision' }).click();
  await seen('recorded');
}

test.each(LOOKS)('at $width pixels, $scheme, without scripts: the link opens, a service is removed, and the engine denies it', async (look) => {
  const context = await contextOf(look);
  const page = await context.newPage();
  const blocked: string[] = [];
  page.on('console', (message) => blocked.push(message.text()));
  page.on('request', (request) => (request.url().startsWith(server.origin) ? undefined : blocked.push(request.url())));
  await decideBy(page, await server.world.token(), async (name) => {
    await picture(page, name, look);
    await fits(page, name, look);
  });
  expect(await page.locator('h1').textContent()).toBe('Your decision is recorded');
  await page.getByRole('link', { name: 'History of this agent' }).click();
  await picture(page, 'agent', look);
  expect(await page.getByText('Access reduced').count()).toBeGreaterThan(0);
  expect(await server.world.details('reduced')).toEqual([expect.objectContaining({ denied: ['s3:*'] })]);
  await page.goto('/open/forged');
  await picture(page, 'refused', look);
  expect(await page.locator('h1').textContent()).toBe("This can't be opened");
  expect(blocked.filter((text) => !/403/.test(text))).toEqual([]);
  await context.close();
});

test.each(LOOKS)('at $width pixels, $scheme, axe finds nothing on any page (WCAG 2.2 AA)', async (look) => {
  const found = await violationsIn(browser, server, look, async (page, check) => {
    await decideBy(page, await server.world.token(), check);
    for (const [name, path] of [['agent', AGENT], ['refused', '/open/forged'], ['start', '/'], ['nowhere', '/nowhere']]) {
      await page.goto(path);
      await check(name);
    }
    // A form with a mistake.
    await page.goto(PATH);
    await page.evaluate('document.querySelector("main form").noValidate = true');
    await page.getByRole('button', { name: 'Check before recording' }).click();
    expect(await page.getByRole('alert').textContent()).toContain('Nothing was decided.');
    await check('mistake');
  });
  expect(found).toEqual([]);
});

test('axe does find what is wrong: a picture without text, and text that is too pale', async () => {
  const context = await contextOf(LOOKS[0], { javaScriptEnabled: true });
  const page = await context.newPage();
  await page.setContent('<html lang="en"><title>x</title><main><h1>x</h1><img src="data:,"><p style="color:#ccc;background:#fff">pale</p></main></html>');
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>('axe.run()');
  expect(violations.map(({ id }) => id)).toEqual(expect.arrayContaining(['image-alt', 'color-contrast']));
  await context.close();
});

test('everything can be done by keyboard, and the focus can be seen', async () => {
  const context = await contextOf(LOOKS[2], { javaScriptEnabled: true, bypassCSP: true });
  const page = await context.newPage();
  await page.goto(`/open/${await server.world.token()}`);
  const tabTo = async (name: string | RegExp): Promise<void> => {
    for (let times = 0; times < 60; times++) {
      await page.keyboard.press('Tab');
      const [label, outline] = await page.evaluate<[string, string]>('[document.activeElement.closest("label, button, a, summary, p")?.textContent ?? "", getComputedStyle(document.activeElement).outlineStyle]');
      expect([label, outline]).toEqual([label, 'solid']);
      if (label.match(name)) {
        return;
      }
    }
    throw new Error(`the keyboard does not reach ${name}`);
  };
  await tabTo(/^Open the review/);
  await page.keyboard.press('Enter');
  await page.waitForURL(`**${PATH}`);
  await tabTo(/^Keep/);
  await page.keyboard.press('Space');
  await tabTo(/^Files/);
  await page.keyboard.press('Space');
  await tabTo(/^Why/);
  await page.keyboard.type(REASON);
  await tabTo(/^Check before/);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/check');
  await tabTo(/^Record this/);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/decisions/**');
  expect(await server.world.details('review-decided')).toEqual([expect.objectContaining({ verdict: 'keep', services: ['s3'], reason: REASON })]);
  await context.close();
});

test('a program that runs scripts and presses the first button of each page decides nothing, and then the person does', async () => {
  const token = await server.world.token();
  const scanner = await contextOf(LOOKS[2], { javaScriptEnabled: true, bypassCSP: true });
  const robot = await scanner.newPage();
  await robot.goto(`/open/${token}`);
  await robot.locator('main button').first().click();
  await robot.waitForURL(`**${PATH}`);
  await robot.locator('main button').first().click();
  // It goes around what the browser demands.
  await Promise.all([robot.waitForURL('**/check'), robot.evaluate('document.querySelector("main form").submit()')]);
  expect(await server.world.details('review-decided')).toEqual([]);
  const person = await contextOf(LOOKS[0]);
  const page = await person.newPage();
  await decideBy(page, token, async () => undefined);
  expect(await page.locator('h1').textContent()).toBe('Your decision is recorded');
  expect(await server.world.details('review-decided')).toHaveLength(1);
  await robot.goto(PATH);
  expect(await robot.locator('h1').textContent()).toBe("This can't be opened");
  await Promise.all([scanner.close(), person.close()]);
});

test('a page of another site can\'t send a form in the person\'s name', async () => {
  const context = await contextOf(LOOKS[2], { javaScriptEnabled: true });
  const page = await context.newPage();
  await page.goto(`/open/${await server.world.token({ person: LI })}`);
  await page.getByRole('button', { name: 'Open the review' }).click();
  const other = await context.newPage();
  const body = `<form method="post" action="${server.origin}/sign-out"><input name="form" value="x"><button>Win</button></form>`;
  await context.route('http://other.example/', (route) => route.fulfill({ contentType: 'text/html', body }));
  await other.goto('http://other.example/');
  await other.getByRole('button').click();
  await other.waitForURL('**/sign-out');
  expect(await other.locator('h1').textContent()).toBe("This can't be opened");
  await page.reload();
  expect(await page.locator('h1').textContent()).toContain('Does invoice-bot still need its permissions?');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.goto(PATH);
  expect(await page.locator('h1').textContent()).toBe("This can't be opened");
  await context.close();
});
