import { PageWorld, PATH, REASON } from './page-world';
import { Review } from '../../../runtime/model/request';
import { Verdict } from '../../../runtime/model/review';
import { requestIdOf } from '../../../src/contract/request-id';
import { PLACEMENT } from '../engine/decision/requests';
import { ADA, EVE, LI } from '../engine/review-world';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../engine/mailbox')>('../engine/mailbox').responsesToMailbox());

let world: PageWorld;

beforeEach(async () => {
  world = new PageWorld();
  await world.join();
  await world.open();
});

test('a sponsor opens the link, sees the review, checks the decision and has it recorded with how it was proven', async () => {
  const browser = world.browser();
  const token = await world.token();
  expect(await browser.get(`/open/${token}`)).toMatchObject({ status: 200, cookies: [] });
  const review = await browser.post('/open', { token });
  expect(review.body).toContain('Does invoice-bot still need its permissions?');
  expect(review.body).toContain('Files (S3)');
  const done = await browser.decide({ verdict: 'keep', items: ['dynamodb', 's3'] });
  expect(done.body).toContain('Your decision is recorded');
  expect(await world.details('review-decided')).toEqual([expect.objectContaining({
    verdict: 'keep', services: ['dynamodb', 's3'], reason: REASON, by: 'ada@example.com', relation: 'sponsor', proof: 'mail-link', link: expect.stringMatching(/^[0-9a-f]{64}$/),
  })]);
  expect(await world.details('certified')).toHaveLength(1);
  await world.check();
});

test('a service that is removed is denied at once, and what remains can be decided in the same session', async () => {
  const browser = await world.opened();
  expect((await browser.decide({ verdict: 'reduce', items: 's3' })).body).toContain('1 service is not decided yet');
  expect(await world.details('reduced')).toEqual([expect.objectContaining({ denied: ['s3:*'] })]);
  expect((await browser.decide({ verdict: 'keep', items: 'dynamodb' })).body).toContain('Nothing is left for you to decide');
});

test('each item shows its three columns, where a grant comes from, and what others of the stage have; the whole shows use and what was not read', async () => {
  const arn = 'arn:aws:iam::111122223333:policy/by-hand';
  const role = world.fake.iam.byId(world.stack.agent!.roleId)!;
  role.attached.add(arn).add(`${arn}-secret`);
  world.fake.iam.policies.set(arn, [JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' }] })]);
  world.fake.memory.items.set('registry|peers#test#0', { 'pk': 'registry', 'sk': 'peers#test#0', 'living': 20, 'service#dynamodb': 20, 'service#s3': 20 });
  await world.deploy('test', ['dynamodb:GetItem', 's3:GetObject', 'dynamodb:Query']);
  world.pass(1);
  await world.sweepAll();

  const { body } = (await world.opened()).last;
  const queue = body.slice(body.indexOf('Message queues'), body.indexOf('</article>', body.indexOf('Message queues')));
  expect(queue).toContain('<dt>In the code</dt><dd>nothing</dd>');
  expect(queue).toContain(`<dt>Allowed in AWS</dt><dd>sqs:SendMessage; of that by attached policy ${arn}</dd>`);
  expect(queue).toContain('<dt>Used</dt><dd>Use not known</dd>');
  expect(queue).toContain('0 of 20 other agents have it in their code');
  expect(queue).toContain('Few other agents in this stage have it.');
  expect(body).toContain('<dt>What runs with it now</dt><dd>nothing holds the role</dd>');
  expect(body).toContain(`attached policy ${arn}-secret (`);
  expect(body).not.toContain('Cost of its calls');
});

test('the change of the code is shown before a decision and after it, and none where none follows', async () => {
  const browser = await world.opened();
  await browser.check({ verdict: 'reduce', items: 's3' });
  expect(browser.last.body).toContain('-   s3:GetObject\n    dynamodb:GetItem');
  await browser.decide({ verdict: 'reduce', items: 's3' });
  expect(browser.last.body).toContain('<li>accessIn(test), on &lt;Invoices.Arn&gt;: remove s3:GetObject; keep dynamodb:GetItem</li>');
  await browser.decide({ verdict: 'keep', items: 'dynamodb' });
  expect(browser.last.body).toContain('Your decision is recorded');
  expect(browser.last.body).not.toContain('changed in the code');
});

test.each<[string, Record<string, string | string[]>, string]>([
  ['nothing chosen', { items: 's3' }, 'Choose what you decide.'],
  ['no service', { verdict: 'keep' }, 'Choose at least one service'],
  ['a service of no review', { verdict: 'keep', items: ['s3', 'iam'] }, 'Choose only services of this review.'],
  ['a short reason', { verdict: 'keep', items: 's3', reason: 'ok' }, 'Say why, in 10 to 500 characters'],
  ['no address', { verdict: 'transfer' }, 'Give the mail address'],
  ['a verdict that is not offered', { verdict: 'accept' }, 'Choose what you decide.'],
])('a form with %s comes back with what was wrong and what was typed, and decides nothing', async (_what, chosen, problem) => {
  const browser = await world.opened();
  const answer = await browser.decide(chosen);
  expect(answer.status).toBe(422);
  expect(answer.body).toContain(problem);
  expect(answer.body).toContain(chosen.reason ?? REASON);
  expect(await world.details('review-decided')).toEqual([]);
  expect((await browser.decide({ verdict: 'keep', items: 's3' })).body).toContain('Your decision is recorded');
});

test('the backup decides with the own link, and nobody who is nothing to the agent does', async () => {
  expect((await world.opened({ person: EVE })).last.status).toBe(403);
  const browser = await world.opened({ person: LI });
  expect((await browser.decide({ verdict: 'keep', items: 's3' })).status).toBe(200);
  expect(await world.details('review-decided')).toEqual([expect.objectContaining({ by: LI, relation: 'backup' })]);
});

test('an offer is accepted by the person it was made to, on the page that offers nothing else', async () => {
  await (await world.opened()).decide({ verdict: 'transfer', to: EVE });
  const browser = await world.opened({ person: EVE, purpose: 'offer', nonce: 'e'.repeat(22) });
  expect(browser.last.body).toContain('Will you be accountable for invoice-bot?');
  expect(browser.last.body).toContain('value="accept"');
  expect(browser.last.body).not.toContain('value="keep"');
  const fields = { ...browser.form(`${PATH}/check`), reason: REASON };
  expect((await browser.decide({ verdict: 'accept' })).body).toContain('Your decision is recorded');
  expect(await world.details('review-decided')).toEqual([expect.objectContaining({ verdict: 'transfer' }), expect.objectContaining({ verdict: 'accept', by: EVE, purpose: 'offer', offeredBy: ADA })]);
  // The link was for the answer, so it decides nothing else; the link of the next mail does.
  expect((await browser.get(PATH)).body).toContain('You have answered what this link was for');
  expect((await browser.post(`${PATH}/check`, { ...fields, verdict: 'keep', items: 's3' })).status).toBe(403);
  const review = await world.opened({ person: EVE, nonce: 'f'.repeat(22) });
  expect((await review.decide({ verdict: 'keep', items: 's3' })).body).toContain('Your decision is recorded');
});

test('an offer is declined on the page, and the link of the review opens nothing for the person to whom the agent is offered', async () => {
  await (await world.opened()).decide({ verdict: 'transfer', to: EVE });
  expect((await world.opened({ person: EVE, nonce: 'f'.repeat(22) })).last.status).toBe(403);
  expect((await world.opened({ person: LI, purpose: 'offer', nonce: 'l'.repeat(22) })).last.status).toBe(403);
  const browser = await world.opened({ person: EVE, purpose: 'offer', nonce: 'e'.repeat(22) });
  expect((await browser.decide({ verdict: 'decline' })).body).toContain('Your decision is recorded');
  expect((await world.now()).review?.open?.offer).toBeUndefined();
  expect((await world.opened({ person: EVE, purpose: 'offer', nonce: 'g'.repeat(22) })).last.status).toBe(403);
  expect((await world.opened({ person: LI, nonce: 'k'.repeat(22) })).last.status).toBe(200);
});

test('the engine refuses a decision by the link of another purpose, whatever the page lets through', async () => {
  await (await world.opened()).decide({ verdict: 'transfer', to: LI });
  const { review } = await world.now();
  const ask = async (purpose: 'offer' | 'review', verdict: Verdict, items?: string[]) => {
    const intent: Review = {
      kind: 'review',
      reviewId: review!.open!.id,
      shown: review!.open!.shown.sha256,
      shownAt: world.fake.now.toISOString(),
      reason: REASON,
      verdict,
      ...(items === undefined ? {} : { items }),
      proven: { proof: 'mail-link', email: LI, link: 'a'.repeat(64), purpose },
    };
    const result = await world.fake.run({ requestId: requestIdOf('page', 'review', `${purpose}${verdict}`), registry: 'agents', placement: PLACEMENT, origin: { kind: 'page', arn: 'page' }, intent });
    return (result!.output as { code?: string; answered: string }).code ?? (result!.output as { answered: string }).answered;
  };
  expect(await ask('offer', 'keep', ['s3'])).toBe('ReviewerInvalid');
  expect(await ask('review', 'accept')).toBe('ReviewerInvalid');
  expect(await ask('review', 'keep', ['s3'])).toBe('SUCCESS');
  expect(await ask('offer', 'accept')).toBe('SUCCESS');
});

test('in production the link shows the review and decides nothing; in test it does', async () => {
  const production = new PageWorld();
  await production.join(undefined, 'production');
  await production.open();
  const browser = await production.opened();
  expect(browser.last.status).toBe(200);
  expect(browser.last.body).toContain('The link of a mail is not enough');
  expect(browser.last.body).not.toContain('name="verdict"');
  const test = await world.opened();
  const fields = { ...test.form(`${PATH}/check`), verdict: 'keep', items: 's3', reason: REASON };
  const [form] = [...production.fake.memory.items.values()].flatMap(({ session }) => (
    session === undefined ? [] : [(session as { formToken: string }).formToken]));
  const open = (await production.now()).review!.open!;
  const same = { ...fields, form, review: open.id, shown: open.shown.sha256 };
  expect((await browser.post(`${PATH}/decide`, same)).status).toBe(403);
  expect((await test.post(`${PATH}/decide`, fields)).status).toBe(200);
});

test('what changed while the review was open has to be looked at again', async () => {
  const browser = await world.opened();
  const fields = { ...browser.form(`${PATH}/check`), verdict: 'keep', items: 's3', reason: REASON };
  await world.deploy('test', ['dynamodb:GetItem', 's3:GetObject', 's3:PutObject']);
  world.pass(1);
  await world.sweepAll();
  const answer = await browser.post(`${PATH}/check`, fields);
  // The session is over by then, as after any half an hour.
  expect(answer.status).toBe(403);
  const later = await world.opened();
  expect((await later.post(`${PATH}/check`, { ...fields, form: later.form(`${PATH}/check`).form })).body).toContain('The agent has changed since you looked at it');
  expect((await later.decide({ verdict: 'keep', items: 's3' })).status).toBe(200);
});

test('every page has the same strict headers, and none is larger than 60 KB', async () => {
  const browser = await world.opened();
  const token = await world.token({ nonce: 'x'.repeat(22) });
  for (const path of ['/', '/nowhere', `/open/${token}`, '/open/forged', PATH, PATH.replace('reviews', 'agents'), '/sign-in', '/signed-in?state=x']) {
    const { headers, body, status } = await browser.get(path);
    expect(headers).toMatchObject({
      'content-security-policy': expect.stringMatching(/^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]{44}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/),
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
    });
    expect(body.length).toBeLessThan(60_000);
    expect([status, body]).toEqual([status, expect.stringMatching(/^<!doctype html><html lang="en">/)]);
    expect(body).not.toMatch(/<script|style="|\son[a-z]+=|https?:\/\//i);
  }
  expect(world.warnings).toEqual([]);
});

test('the cookie of a session is the host\'s own, unreadable and sent by no other site; the ledger has no session\'s id and no token', async () => {
  const browser = world.browser();
  const token = await world.token();
  await browser.post('/open', { token });
  expect(browser.setCookies).toEqual([expect.stringMatching(/^__Host-nhi-session=[\w-]{43}; Max-Age=1800; Path=\/; HttpOnly; Secure; SameSite=Strict$/)]);
  const [[, id]] = browser.cookies;
  const stored = JSON.stringify([...world.fake.memory.items.values()]);
  expect(stored).toContain('review-page#session#');
  expect(stored).not.toContain(id);
  expect(stored).not.toContain(token.split('.')[1]);
  expect(stored).not.toContain('n'.repeat(22));
});

test('a link that a decision has used stays used, also after the same session asks for something that the engine refuses', async () => {
  const token = await world.token();
  const [own, other] = [world.browser(), world.browser()];
  await own.post('/open', { token });
  await other.post('/open', { token });
  expect((await other.get(PATH)).status).toBe(200);
  expect((await own.decide({ verdict: 'reduce', items: 's3' })).body).toContain('Your decision is recorded');
  expect((await other.get(PATH)).status).toBe(403);

  // A second person is needed for that, and the review is still open.
  expect((await own.decide({ verdict: 'restore', actions: 's3:*' })).body).toContain('SecondPersonNeeded');
  expect((await other.get(PATH)).status).toBe(403);
});
