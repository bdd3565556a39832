import { createPublicKey, generateKeyPairSync, KeyObject, sign } from 'node:crypto';
import { NOW, ThirdParty } from './third-party';
import { hearAnswer, NotDone } from '../../../runtime/revokers';
import { signedToken } from '../../../runtime/signals';
import { ORDER_SECONDS, ORDER_TYPE, orderId, OrderClaims } from '../../../src/contract/orders';

const SINCE = '2027-01-31T05:00:00.000Z';
const order = (changes: object = {}): Promise<object> => ordering().order('revoke', { since: SINCE, ...changes });
const ordering = (): ThirdParty => new ThirdParty('queue', { worker: 'directory', subject: 'svc-invoice' });

test('a leave sends the worker an order that names everything, and waits for its answer', async () => {
  const one = ordering();
  expect(await one.order('revoke', { since: SINCE })).toEqual({ outcome: 'awaiting', acted: true, note: 'the worker directory was asked, and has not answered' });
  const iat = NOW.getTime() / 1000;
  expect(one.posted).toEqual([{
    worker: 'directory',
    claims: {
      iss: '111122223333/agents', aud: 'directory', sub: 'invoice-bot', jti: expect.stringMatching(/^[0-9a-f]{40}$/), iat, exp: iat + ORDER_SECONDS, action: 'revoke', revoker: 'idp', subject: 'svc-invoice',
    },
  }]);
});

test('sent again it is the same order, and that of another leave, agent, revoker or subject is another one', async () => {
  const ids = async (changes: object, settings = {}): Promise<string> => {
    const one = new ThirdParty('queue', { worker: 'directory', subject: 'svc-invoice', ...settings });
    await one.order('revoke', { since: SINCE, ...changes });
    return one.posted[0].claims.jti;
  };
  const first = await ids({});
  expect(await ids({ seenBefore: true })).toBe(first);
  const others = await Promise.all([
    ids({ since: NOW.toISOString() }), ids({ agentName: 'other-bot' }), ids({ revoker: 'host' }), ids({ account: '444455556666' }), ids({ registry: 'other' }), ids({}, { subject: 'svc-other' }), ids({}, { worker: 'mainframe' }),
  ]);
  expect(new Set([first, ...others]).size).toBe(8);
});

test('without a subject the account has the name of the agent', async () => {
  const one = new ThirdParty('queue', { worker: 'directory' });
  await one.order('revoke');
  expect(one.posted[0].claims.subject).toBe('invoice-bot');
});

test.each(['look', 'suspend', 'resume'] as const)('to %s is not ordered', async (action) => {
  const one = ordering();
  expect(await one.order(action)).toMatchObject({ outcome: 'open', acted: false, note: `a revoker of kind queue can't ${action}` });
  expect(one.posted).toEqual([]);
});

test('an order that could not be sent is open and was not sent', async () => {
  const one = ordering();
  one.postFails = new NotDone('the registry has no worker directory');
  expect(await one.order('revoke')).toEqual({ outcome: 'open', acted: false, note: 'the registry has no worker directory' });
  expect(await order()).toMatchObject({ outcome: 'awaiting' });
});

describe('an answer', () => {
  const [ours, others] = [keys(), keys()];
  const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:agents-nhi-answers-directory';
  const CLAIMS: OrderClaims = {
    iss: '111122223333/agents',
    aud: 'directory',
    sub: 'invoice-bot',
    jti: orderId({ registry: 'agents', account: '111122223333', agentName: 'invoice-bot', revoker: 'ldap', settings: {}, since: SINCE }),
    iat: 1,
    exp: 2,
    action: 'revoke',
    revoker: 'ldap',
    subject: 'svc-invoice',
  };

  function keys(): { readonly sign: (text: string) => Promise<Uint8Array>; readonly publicKey: KeyObject } {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    return { sign: async (text) => sign('sha256', Buffer.from(text), privateKey), publicKey: createPublicKey(privateKey) };
  }

  const signed = (claims: object = {}, { key = ours, typ = ORDER_TYPE } = {}): Promise<string> => signedToken({ kid: 'k', sign: key.sign }, { ...CLAIMS, ...claims }, typ);
  const hear = (body: unknown, queueArn = QUEUE): ReturnType<typeof hearAnswer> => hearAnswer(
    { account: '111122223333', registry: 'agents', prefix: 'agents-nhi-', keyOf: async (worker) => ({ directory: ours.publicKey, mainframe: others.publicKey })[worker] },
    { body: typeof body === 'string' ? body : JSON.stringify(body), queueArn, sentAtMs: NOW.getTime() },
  );

  test('counts with the order that the registry has signed, however late, and with the time of the queue', async () => {
    expect(await hear({ order: await signed(), found: 'active', now: 'absent' })).toEqual({
      claims: CLAIMS, answer: { worker: 'directory', at: NOW.toISOString(), found: 'active', now: 'absent' },
    });
    expect(await hear({ order: await signed(), failure: 'DirectoryDenied', extra: 'x' })).toMatchObject({ answer: { failure: 'DirectoryDenied' } });
  });

  test.each<[string, () => Promise<unknown>, string]>([
    ['no JSON', async () => 'x', QUEUE],
    ['no order', async () => ({ now: 'absent' }), QUEUE],
    ['an order that is no token', async () => ({ order: 'x', now: 'absent' }), QUEUE],
    ['an order that is very long', async () => ({ order: await signed({ subject: 'x'.repeat(5_000) }), now: 'absent' }), QUEUE],
    ['a signature of another key', async () => ({ order: await signed({}, { key: others }), now: 'absent' }), QUEUE],
    ['a token of another type', async () => ({ order: await signed({}, { typ: 'secevent+jwt' }), now: 'absent' }), QUEUE],
    ['an order of another registry', async () => ({ order: await signed({ iss: '111122223333/other' }), now: 'absent' }), QUEUE],
    ['an order for another worker', async () => ({ order: await signed({ aud: 'mainframe' }), now: 'absent' }), QUEUE],
    ['claims of no order', async () => ({ order: await signed({ action: 'resume' }), now: 'absent' }), QUEUE],
    ['claims that were changed', async () => ({ order: (await signed()).replace(/\.[^.]+\./, `.${Buffer.from(JSON.stringify({ ...CLAIMS, sub: 'other-bot' })).toString('base64url')}.`), now: 'absent' }), QUEUE],
    ['no signature', async () => ({ order: `${(await signed()).split('.').slice(0, 2).join('.')}.`, now: 'absent' }), QUEUE],
    ['another presence', async () => ({ order: await signed(), now: 'gone' }), QUEUE],
    ['a failure in words of its own', async () => ({ order: await signed(), failure: '<b>call this number</b>' }), QUEUE],
    ['the queue of another worker', async () => ({ order: await signed(), now: 'absent' }), QUEUE.replace('directory', 'mainframe')],
    ['the queue of no worker', async () => ({ order: await signed(), now: 'absent' }), QUEUE.replace('directory', 'nobody')],
    ['the queue of another registry', async () => ({ order: await signed(), now: 'absent' }), QUEUE.replace('agents-nhi', 'others-nhi')],
  ])('with %s does not count', async (_what, body, queueArn) => {
    expect(await hear(await body(), queueArn)).toBeUndefined();
    expect(await hear({ order: await signed(), now: 'absent' })).toBeDefined();
  });
});
