import { createHmac } from 'node:crypto';
import { GenerateMacCommand, KMSClient, VerifyMacCommand } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import { noticeOf } from './facts';
import { FakeNotifier } from './notifying';
import { sendDigests } from '../../../runtime/notifications';
import { kmsMac, readLink } from '../../../runtime/review-link';

const ADA = 'ada.park@example.com';
const KEY = 'arn:aws:kms:eu-west-1:111122223333:alias/agents-nhi-review-links';
const NONCE = 'n'.repeat(43);
const kms = mockClient(KMSClient);
const hmac = (message: Uint8Array): Uint8Array => createHmac('sha256', 'secret').update(message).digest();
const mac = kmsMac(new KMSClient({}), KEY);

beforeEach(() => {
  kms.reset();
  kms.on(GenerateMacCommand).callsFake(({ Message: message }: { Message: Uint8Array }) => ({ Mac: hmac(message) }));
  kms.on(VerifyMacCommand).callsFake(({ Message: message, Mac: given }: { Message: Uint8Array; Mac: Uint8Array }) => {
    if (!Buffer.from(hmac(message)).equals(Buffer.from(given))) {
      throw Object.assign(new Error(), { name: 'KMSInvalidMacException' });
    }
    return { MacValid: true };
  });
});

async function mailed(hasPage: boolean): Promise<FakeNotifier> {
  const fake = new FakeNotifier();
  await fake.collect('review-due', 'invoice-bot', ADA);
  await fake.collect('joined', 'other-bot', ADA);
  const links = { origin: 'https://reviews.example.com', lifetimeSeconds: 3_600, canSignIn: true, mac, nonce: () => NONCE };
  await sendDigests({ ...fake.notifier, ...(hasPage ? { links } : {}) });
  return fake;
}

test('the notice of a review has a link that the page accepts, for that person and review, and nothing else stores it', async () => {
  const fake = await mailed(true);
  const [{ text, html, subject }] = fake.inbox;
  const links = [...text.matchAll(/https:\/\/reviews\.example\.com\/open\/(\S+)/g)];
  expect(links).toHaveLength(1);
  expect(html).toContain(`href="${links[0][0]}"`);
  expect(await readLink(mac, links[0][1], 'agents', fake.now)).toEqual({
    purpose: 'review',
    registry: 'agents',
    account: '111122223333',
    agentName: 'invoice-bot',
    reviewId: expect.any(String),
    person: ADA,
    nonce: NONCE,
    expiresAtEpochSeconds: fake.now.getTime() / 1000 + 3_600,
  });
  expect([JSON.stringify([...fake.memory.items.values()]), subject, ...fake.warnings].join()).not.toMatch(/nnnn|open\/|reviews\.example/);
  expect(kms.commandCalls(GenerateMacCommand).map(({ args: [{ input }] }) => [input.KeyId, input.MacAlgorithm])).toEqual([[KEY, 'HMAC_SHA_256']]);
});

test('without a page the notice says how to decide at the terminal, and no mail has a link', async () => {
  const [{ text, html }] = (await mailed(false)).inbox;
  expect(text).toContain('nhi review decide invoice-bot');
  expect(text + html).not.toMatch(/https?:\/\//);
  expect(kms.calls()).toEqual([]);
});

test('a MAC that KMS refuses is no link; a KMS that does not answer is an error', async () => {
  const message = Buffer.from('x');
  expect(await mac.verify(message, Buffer.alloc(32))).toBe(false);
  expect(await mac.verify(message, hmac(message))).toBe(true);
  kms.on(VerifyMacCommand).rejects(Object.assign(new Error(), { name: 'ThrottlingException' }));
  await expect(mac.verify(message, hmac(message))).rejects.toMatchObject({ name: 'ThrottlingException' });
});

test('what a person was asked to review is listed for that person, and other notices are not', async () => {
  const fake = new FakeNotifier();
  await fake.collect('review-due', 'invoice-bot', ADA);
  await fake.collect('joined', 'other-bot', ADA);
  expect(fake.rows('notice-reviewer#')).toEqual([`notice-reviewer#${ADA}|agent#111122223333#invoice-bot`]);
});

test.each([[true, 1], [false, 0]])('a move that waits for an approval has the address of the page, which proves nothing, if people can sign in there (%s)', async (canSignIn, count) => {
  const fake = new FakeNotifier();
  await fake.collect('approval-requested', 'invoice-bot', ADA);
  await sendDigests({ ...fake.notifier, links: { origin: 'https://reviews.example.com', lifetimeSeconds: 3_600, canSignIn, mac, nonce: () => NONCE } });
  const [{ text }] = fake.inbox;
  expect([...text.matchAll(/https:\/\/\S+/g)].map(([link]) => link)).toEqual(Array<string>(count).fill('https://reviews.example.com/moves/111122223333/invoice-bot'));
  expect(text.includes('nhi approve invoice-bot')).toBe(!canSignIn);
  expect(kms.calls()).toEqual([]);
});

test.each([[true, ADA, 'sponsor', 1], [false, ADA, 'sponsor', 0], [true, 'sam.roe@example.com', 'delegate', 0]] as const)(
  'a person who is notified that somebody was named while no review is open can end that on the page, after a sign-in (%s), but for the delegate (%s)', async (canSignIn, person, audience, count) => {
    const fake = new FakeNotifier();
    const notice = { ...noticeOf('reviews-delegated', { agentName: 'invoice-bot', time: fake.now.toISOString() }, person), audience };
    await fake.notifier.notices.collect(notice.eventId, [notice], fake.now);
    await sendDigests({ ...fake.notifier, links: { origin: 'https://reviews.example.com', lifetimeSeconds: 3_600, canSignIn, mac, nonce: () => NONCE } });
    const [{ text }] = fake.inbox;
    expect([...text.matchAll(/https:\/\/\S+/g)].map(([link]) => link)).toEqual(Array<string>(count).fill('https://reviews.example.com/agents/111122223333/invoice-bot/delegates'));
    expect(text.includes('sign in and end it')).toBe(count === 1);
    expect(kms.calls()).toEqual([]);
  });
