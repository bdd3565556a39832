import { DESK, KIM, LeaverWorld, linkIn, Mailed, SAP, STEPS } from './leaver';
import { Browser, PATH, REASON } from './page-world';
import { pageReviewerOf } from '../../../runtime/certification';
import { vouchedRequestId } from '../../../src/contract/request-id';
import { LinkPurpose } from '../../../src/contract/review-page';
import { PLACEMENT } from '../engine/decision/requests';
import { ADA } from '../engine/review-world';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../engine/mailbox')>('../engine/mailbox').responsesToMailbox());

const OTHER = { ...SAP, Id: 'erp' };

let world: LeaverWorld;
beforeEach(async () => {
  world = await LeaverWorld.left();
});

const to = (mails: readonly Mailed[], person: string): Mailed => mails.find((mail) => mail.person === person)!;
const confirmed = async (id = 'sap') => (await world.revocation(id)).confirmed;

/** Opens the link of a mail, as a person does. */
async function opened(link: string): Promise<Browser> {
  const browser = world.browser();
  await browser.get(link);
  await browser.post('/open', browser.form('/open'));
  return browser;
}

async function check(browser: Browser, chosen: Record<string, string> = {}, id = 'sap'): ReturnType<Browser['post']> {
  const path = await world.path(id);
  await browser.get(path);
  return browser.post(`${path}/check`, { ...browser.form(`${path}/check`), done: 'yes', reason: REASON, ...chosen });
}

async function confirm(browser: Browser, chosen: Record<string, string> = {}, id = 'sap'): ReturnType<Browser['post']> {
  const path = await world.path(id);
  const checked = await check(browser, chosen, id);
  return checked.status === 200 ? browser.post(`${path}/decide`, browser.form(`${path}/decide`)) : checked;
}

test('who was to be asked is not mailed any more once it is confirmed: an agent of the same name may have that access again', async () => {
  await world.fake.run({
    requestId: vouchedRequestId('confirm-revocation', 'AROA000000000900:ada', '1'),
    registry: 'agents',
    placement: PLACEMENT,
    origin: { kind: 'operator', arn: 'arn:aws:sts::111122223333:assumed-role/operator/ada' },
    intent: { kind: 'confirm-revocation', revoker: 'sap', reason: REASON },
  });
  expect(await confirmed()).toBeDefined();
  const people = (await world.mail()).map(({ person }) => person);
  expect(people).toContain(ADA);
  expect(people.filter((person) => [KIM, DESK].includes(person))).toEqual([]);
});

test('each of the team gets a mail with the steps and a link, the sponsor and the operators one without, and the page records who did it', async () => {
  const mails = await world.mail();
  const kim = to(mails, KIM);
  expect(kim.subject).toContain('remove the access of invoice-bot at sap');
  STEPS.forEach((step, index) => expect(kim.text).toContain(`Step ${index + 1}: ${step}`));
  expect(to(mails, DESK).text).toContain(STEPS[0]);
  for (const person of [ADA, 'ops@example.com']) {
    expect(to(mails, person).text).toContain(`${KIM}, ${DESK}`);
    expect(to(mails, person).text).not.toContain('/open/');
  }
  const link = linkIn(kim);
  expect(link).not.toBe(linkIn(to(mails, DESK)));

  // Anyone who opens it, a program too, changes nothing.
  const robot = world.browser();
  expect((await robot.get(link)).body).toContain('You were asked to remove access of an agent that leaves');
  await robot.get(link, {}, 'HEAD');
  expect(await confirmed()).toBeUndefined();

  const browser = await opened(link);
  expect(browser.last).toMatchObject({ status: 200, path: await world.path(), body: expect.stringContaining(`<li>${STEPS[0]}</li>`) });
  expect(browser.last.body).not.toContain('<script');
  const checked = await check(browser);
  expect(checked.body).toContain('The registry can&#39;t check it, and records that you attest it.');
  expect(await confirmed()).toBeUndefined();
  const recorded = await browser.post(`${await world.path()}/decide`, browser.form(`${await world.path()}/decide`));
  expect(recorded.body).toContain('Your confirmation is recorded');
  expect(await confirmed()).toMatchObject({ by: KIM, proof: 'mail-link', reason: REASON });
  expect(world.ends()).toHaveLength(1);

  // A used link opens nothing, and the other one has nothing to open.
  expect((await world.browser().get(link)).status).toBe(403);
  expect((await world.browser().get(linkIn(to(mails, DESK)))).status).toBe(403);
  world.pass(1);
  expect((await world.mail()).filter(({ person }) => person === KIM)).toEqual([]);
  await world.check();
});

test('who is not heard of gets a reminder with a new link, at most one mail a day', async () => {
  const [first] = (await world.mail()).filter(({ person }) => person === KIM);
  world.pass(1);
  await world.sweepAll();
  const [second, ...more] = (await world.mail()).filter(({ person }) => person === KIM);
  expect(more).toEqual([]);
  expect(second.subject).toContain('still open: remove the access of invoice-bot at sap');
  expect(linkIn(second)).not.toBe(linkIn(first));
  expect((await confirm(await opened(linkIn(second)))).body).toContain('Your confirmation is recorded');
  expect((await world.browser().get(linkIn(first))).status).toBe(403);
});

test('without a page, the mail says whom to tell, and has no link', async () => {
  const { text } = to(await world.mail(false), KIM);
  expect(text).toContain('Then tell the operators of the registry, who record it with nhi confirm invoice-bot sap.');
  expect(text).not.toContain('://');
});

test('who signs in finds it in the list, and confirms it; a colleague sees who did', async () => {
  await world.mail();
  const desk = await world.signedIn(DESK);
  expect((await desk.get('/reviews')).body).toContain(`<a href="${await world.path()}">Remove the access of invoice-bot at sap</a>`);
  expect((await confirm(desk)).body).toContain('Your confirmation is recorded');
  expect(await confirmed()).toMatchObject({ by: DESK, proof: 'sign-in' });
  const kim = await world.signedIn(KIM);
  expect((await kim.get('/reviews')).body).not.toContain('Remove the access');
  const { body } = await kim.get(await world.path());
  expect(body).toContain(`by ${DESK}. There is nothing left to do here.`);
  expect(body).not.toContain('Check before recording');
});

test('nobody without a session gets further than to a sign-in, which leads back', async () => {
  const path = await world.path();
  expect(await world.browser().get(path)).toMatchObject({ status: 303, headers: { location: `/sign-in?to=${path}` } });
});

test('nobody else sees it or confirms it: not the sponsor, not a stranger, not with the link of another revocation or purpose', async () => {
  world = await LeaverWorld.left([SAP, OTHER]);
  const mails = await world.mail();
  const path = await world.path();
  for (const person of [ADA, 'eve@example.com']) {
    const browser = await world.signedIn(person);
    const forged = { ...browser.form('/sign-out'), once: 'o'.repeat(22), done: 'yes', reason: REASON };
    expect([person, (await browser.get(path)).status]).toEqual([person, 403]);
    await browser.get('/');
    for (const step of ['check', 'decide']) {
      expect([person, (await browser.post(`${path}/${step}`, forged)).status]).toEqual([person, 403]);
    }
  }
  // Both are in one mail, each with a link of its own.
  const [one, other] = [...to(mails, KIM).text.matchAll(/(\/open\/\S+)/g)].map(([link]) => link);
  const [first, second] = [await opened(one), await opened(other)];
  const paths = [first.last.path, second.last.path].sort();
  expect(paths).toEqual([path, await world.path('erp')].sort());
  expect((await first.get(second.last.path)).status).toBe(403);
  expect((await first.get(PATH)).status).toBe(403);
  expect((await first.get(PATH.replace('reviews', 'agents'))).status).toBe(403);
  expect([await confirmed(), await confirmed('erp')]).toEqual([undefined, undefined]);
});

test('a link of a revocation opens no review, also for who is the sponsor', async () => {
  world = await LeaverWorld.left([{ ...SAP, Settings: { team: [ADA], steps: STEPS } }]);
  const browser = await opened(linkIn(to(await world.mail(), ADA)));
  expect(browser.last.status).toBe(200);
  expect((await browser.get(PATH.replace('reviews', 'agents'))).status).toBe(403);
  expect((await browser.get('/reviews')).status).toBe(403);
  const asSponsor = (purpose: LinkPurpose, now = world.fake.now) => world.now().then((state) => pageReviewerOf(state, { proof: 'mail-link', email: ADA, link: 'ab'.repeat(32), purpose }, now)?.relation);
  expect([await asSponsor('revocation'), await asSponsor('review')]).toEqual([undefined, 'sponsor']);
});

test('a form of another session, without a token, from another site or sent twice confirms nothing, or once', async () => {
  const path = await world.path();
  const [kim, desk] = [await world.signedIn(KIM), await world.signedIn(DESK)];
  await check(kim);
  const form = kim.form(`${path}/decide`);
  expect((await desk.post(`${path}/decide`, form)).status).toBe(403);
  expect((await kim.post(`${path}/decide`, { ...form, form: '' })).status).toBe(403);
  expect((await kim.post(`${path}/decide`, form, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  expect((await kim.get(`${path}/decide`)).status).toBe(404);
  expect(await confirmed()).toBeUndefined();
  await kim.post(`${path}/decide`, form);
  expect((await kim.post(`${path}/decide`, form)).body).toContain('Your confirmation is recorded');
  expect(await world.details('revocation-confirmed')).toHaveLength(1);
});

test.each([
  ['no mark', { done: '' }, 'Confirm only what is done'],
  ['no word about it', { reason: 'ok' }, 'Say what you did, in 10 to 500 characters'],
])('a form with %s comes back with what is wrong, and records nothing', async (_what, chosen, problem) => {
  const { status, body } = await confirm(await world.signedIn(KIM), chosen);
  expect([status, body.includes(problem)]).toEqual([422, true]);
  expect(await confirmed()).toBeUndefined();
});

test('hostile steps, names and reasons are texts in the mail and on each page', async () => {
  const steps = ['<script>alert(1)</script> then go to https://evil.example/login', '"><img src=x onerror=alert(1)> now'];
  // What nobody sees, and what ends a line, gets no further than the request.
  for (const hidden of ['a \u202ereversed step', 'two\r\nlines of one']) {
    await expect(LeaverWorld.left([{ ...SAP, Settings: { team: [KIM], steps: [hidden] } }])).rejects.toThrow(/holds line breaks, control characters or marks that no one sees/);
  }
  world = await LeaverWorld.left([{ ...SAP, Settings: { team: [KIM, 'not an address, Bcc: eve@example.com'], steps, subject: '<b>BOT7</b>' } }]);
  const mails = await world.mail();
  expect(mails.map(({ person }) => person).sort()).toEqual([ADA, KIM, 'li@example.com', 'ops@example.com']);
  const { text, html } = to(mails, KIM);
  for (const part of ['<script', '<img', '<b>']) {
    expect(html).not.toContain(part);
  }
  expect(text).toContain('https[:]//evil[.]example/login');
  expect([...html.matchAll(/href="([^"]+)"/g)].every(([, href]) => href.startsWith('https://reviews.example.com/open/'))).toBe(true);
  const browser = await opened(linkIn({ text }));
  const reason = '"><script>alert(2)</script> I did it';
  const pages = [browser.last, await check(browser, { reason })];
  for (const { body } of pages) {
    expect(body).not.toMatch(/<script|<img|<b>BOT7/);
  }
  expect(pages[0].body).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect([...pages[0].body.matchAll(/href="([^"]+)"/g)].some(([, href]) => href.includes('evil'))).toBe(false);
});
