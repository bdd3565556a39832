import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { importPKCS8, JWTPayload, SignJWT } from 'jose';
import { OpenLdap } from './harness/open-ldap';
import { DIRECTORY_KINDS } from '../../examples/on-premises-worker/directory-kinds';
import { readSettings, Settings } from '../../examples/on-premises-worker/settings';
import { Worker } from '../../examples/on-premises-worker/worker';

const REGISTRY = '111122223333/agents';
const MARK = `nhi:${REGISTRY}/invoice-bot`;
const NOW = new Date();
const OURS = keyPair();
const OTHERS = keyPair();

let ldap: OpenLdap;
let folder: string;
let ids = 0;

beforeAll(async () => {
  ldap = await OpenLdap.start();
  folder = mkdtempSync(join(tmpdir(), 'nhi-worker-'));
});

afterAll(async () => {
  await ldap.stop();
  rmSync(folder, { recursive: true, force: true });
});

function keyPair(): { readonly publicKey: string; readonly privateKey: string } {
  return generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } });
}

/** The queues in memory. A message that is not deleted is delivered again. */
class Queues {
  public readonly orders: string[] = [];
  public readonly answers: { readonly order: string; readonly found?: string; readonly now?: string; readonly failure?: string }[] = [];
  /** What is to fail before it has any effect. */
  public failing?: string;

  public readonly client = { send: async (command: unknown) => this.answer(command) } as unknown as SQSClient;

  private answer(command: unknown): object {
    if (this.failing !== undefined && (command as object).constructor.name === this.failing) {
      throw new Error('the call failed');
    }
    if (command instanceof ReceiveMessageCommand) {
      return { Messages: this.orders.slice(0, 1).map((Body) => ({ Body, ReceiptHandle: Body })) };
    }
    if (command instanceof DeleteMessageCommand) {
      this.orders.splice(this.orders.indexOf(command.input.ReceiptHandle!), 1);
    } else if (command instanceof SendMessageCommand) {
      this.answers.push(JSON.parse(command.input.MessageBody!));
    }
    return {};
  }
}

const settings = (changes: Partial<Settings['directory']> = {}, doneFile = join(folder, `done-${++ids}.json`)): Settings => ({
  ordersUrl: 'orders',
  answersUrl: 'answers',
  registry: REGISTRY,
  workerName: 'directory',
  signingKey: OURS.publicKey,
  doneFile,
  directory: { kind: 'openldap', url: ldap.url, authority: ldap.authority, bindName: ldap.worker.name, password: ldap.worker.password, baseName: ldap.baseName, ...changes },
});

/** An order as the registry signs it, unless something of it is changed. */
async function order(subject: string, claims: JWTPayload = {}, { typ = 'nhi-order+jwt', key = OURS.privateKey, alg = 'RS256' } = {}): Promise<string> {
  // After the accounts of these tests were made, however long that takes.
  const iat = Math.floor(NOW.getTime() / 1000) + 36_000;
  const all = { iss: REGISTRY, aud: 'directory', sub: 'invoice-bot', jti: `order-${++ids}`, iat, exp: iat + 3600, action: 'revoke', revoker: 'ldap', subject, ...claims };
  return new SignJWT(all).setProtectedHeader({ alg, typ, kid: 'k' }).sign(await importPKCS8(key, alg));
}

async function carriedOut(
  orders: readonly string[], given: Settings = settings(), queues = new Queues(),
): Promise<{ readonly queues: Queues; readonly log: string[] }> {
  const log: string[] = [];
  const worker = new Worker(queues.client, given, (line) => log.push(line), () => NOW);
  queues.orders.push(...orders);
  for (const _order of orders) {
    await worker.takeOrders(0);
  }
  return { queues, log };
}

const seenIn = ({ answers }: Queues): object[] => answers.map(({ order: _token, ...seen }) => seen);

test('an account is looked at, disabled, deleted and looked at again, and no other one is changed', async () => {
  await ldap.add('svc-invoice', { description: MARK });
  await ldap.add('svc-other', { description: MARK });
  const token = await order('svc-invoice');
  const { queues, log } = await carriedOut([token]);
  expect(queues.answers).toEqual([{ order: token, found: 'active', now: 'absent' }]);
  expect(queues.orders).toEqual([]);
  expect(await ldap.has('svc-invoice')).toBe(false);
  expect(await ldap.has('svc-other')).toBe(true);
  expect(log.join()).not.toContain(token);
});

test('an account that no longer exists is a success', async () => {
  expect(seenIn((await carriedOut([await order('nobody')])).queues)).toEqual([{ found: 'absent', now: 'absent' }]);
});

test('what may not be deleted is disabled, so that nobody can log in with it, and is reported', async () => {
  const password = await ldap.add('svc-kept', { description: MARK, unit: 'kept' });
  expect(await ldap.canLogIn('svc-kept', password, 'kept')).toBe(true);
  const { queues } = await carriedOut([await order('svc-kept')]);
  expect(seenIn(queues)).toEqual([{ found: 'active', now: 'inactive', failure: 'DirectoryDenied' }]);
  expect(await ldap.canLogIn('svc-kept', password, 'kept')).toBe(false);
  // It stays in the queue, which delivers it again.
  expect(queues.orders).toHaveLength(1);
});

test.each([
  ['*', 'svc-*'], ['another condition', 'svc-victim)(uid=*'], ['the end of the filter', '*)(objectClass=*))(|(uid=*'], ['another entry', 'svc-victim,ou=agents,dc=example,dc=com'], ['a zero byte', 'svc-victim\u0000'],
])('a name with %s is only a name: nothing else is found or changed', async (_what, hostile) => {
  await ldap.add('svc-victim', { description: MARK });
  const { queues } = await carriedOut([await order(hostile)]);
  expect(seenIn(queues)).toEqual([{ found: 'absent', now: 'absent' }]);
  expect(await ldap.has('svc-victim')).toBe(true);
  expect(seenIn((await carriedOut([await order('svc-victim')])).queues)).toEqual([{ found: 'active', now: 'absent' }]);
});

test('an account whose name consists of such characters is found by it and deleted', async () => {
  const odd = 'svc)(uid=*,ou=x+y';
  await ldap.add(odd, { description: MARK });
  expect(seenIn((await carriedOut([await order(odd)])).queues)).toEqual([{ found: 'active', now: 'absent' }]);
  expect(await ldap.has(odd)).toBe(false);
});

test.each([['of no agent', undefined], ['of another agent', `nhi:${REGISTRY}/other-bot`], ['of another registry', 'nhi:999999999999/agents/invoice-bot']])('an account %s stays: anyone who declares an agent can name it', async (_what, description) => {
  await ldap.add('svc-board', { description });
  const { queues } = await carriedOut([await order('svc-board')]);
  expect(seenIn(queues)).toEqual([{ found: 'active', now: 'active', failure: 'AccountNotOfAgent' }]);
  expect(await ldap.has('svc-board')).toBe(true);
  // Its twin: once the account says that it is the agent's, the same order removes it.
  await ldap.describe('svc-board', MARK);
  expect(seenIn((await carriedOut([await order('svc-board')])).queues)).toEqual([{ found: 'active', now: 'absent' }]);
});

test('an account that was made after the order stays, and one from before does not', async () => {
  await ldap.add('svc-new', { description: MARK });
  const before = Math.floor(NOW.getTime() / 1000) - 3600;
  expect(seenIn((await carriedOut([await order('svc-new', { iat: before, exp: before + 172_800 })])).queues)).toEqual([{ found: 'active', now: 'active', failure: 'AccountNewer' }]);
  expect(seenIn((await carriedOut([await order('svc-new')])).queues)).toEqual([{ found: 'active', now: 'absent' }]);
});

test('a name that two accounts have changes neither', async () => {
  await ldap.add('svc-twice', { description: MARK });
  await ldap.add('svc-twice', { description: MARK, unit: 'kept' });
  expect(seenIn((await carriedOut([await order('svc-twice')])).queues)).toEqual([{ failure: 'AccountAmbiguous' }]);
  expect([await ldap.has('svc-twice'), await ldap.has('svc-twice', 'kept')]).toEqual([true, true]);
});

test.each<[string, JWTPayload, object]>([
  ['of another key', {}, { key: OTHERS.privateKey }],
  ['of another algorithm', {}, { alg: 'PS256' }],
  ['of another type', {}, { typ: 'secevent+jwt' }],
  ['for another worker', { aud: 'mainframe' }, {}],
  ['of another registry', { iss: '999999999999/agents' }, {}],
  ['of another action', { action: 'resume' }, {}],
  ['for an invalid agent name', { sub: 'Invoice Bot' }, {}],
  ['without a subject', { subject: undefined }, {}],
  ['without an end', { exp: undefined }, {}],
])('an order %s is refused, stays in the queue and gets no answer', async (_what, claims, signing) => {
  const subject = `svc-refused-${++ids}`;
  await ldap.add(subject, { description: MARK });
  const { queues, log } = await carriedOut([await order(subject, claims, signing)]);
  expect(queues.answers).toEqual([]);
  expect(queues.orders).toHaveLength(1);
  expect(log).toEqual([expect.stringMatching(/^refused a message: /)]);
  expect(await ldap.has(subject)).toBe(true);
});

test('an order that was changed after it was signed is refused', async () => {
  await ldap.add('svc-changed', { description: MARK });
  const [header, , signature] = (await order('nobody')).split('.');
  const [, body] = (await order('svc-changed')).split('.');
  const { queues } = await carriedOut([[header, body, signature].join('.')]);
  expect(queues.answers).toEqual([]);
  expect(await ldap.has('svc-changed')).toBe(true);
});

test('an order that is over is deleted without an answer', async () => {
  await ldap.add('svc-over', { description: MARK });
  const { queues } = await carriedOut([await order('svc-over', { iat: 1_000, exp: 2_000 })]);
  expect(queues).toMatchObject({ answers: [], orders: [] });
  expect(await ldap.has('svc-over')).toBe(true);
});

test('an order that comes twice is answered twice and carried out once, also by a worker that was started again', async () => {
  await ldap.add('svc-again', { description: MARK });
  const given = settings();
  const token = await order('svc-again');
  const { queues } = await carriedOut([token, token], given);
  expect(seenIn(queues)).toEqual([{ found: 'active', now: 'absent' }, { found: 'absent', now: 'absent' }]);
  // Somebody makes the account again: what the order has done once, it does not do to its successor.
  await ldap.add('svc-again', { description: MARK });
  expect(seenIn((await carriedOut([token], given)).queues)).toEqual([{ found: 'active', now: 'active', failure: 'OrderRepeated' }]);
  expect(await ldap.has('svc-again')).toBe(true);
  expect((statSync(given.doneFile).mode % 0o1000).toString(8)).toBe('600');
  expect(existsSync(`${given.doneFile}.new`)).toBe(false);
});

test('an answer that could not be sent is sent when the order is delivered again', async () => {
  await ldap.add('svc-lost', { description: MARK });
  const given = settings();
  const queues = new Queues();
  queues.failing = 'SendMessageCommand';
  await expect(carriedOut([await order('svc-lost')], given, queues)).rejects.toThrow('the call failed');
  expect(await ldap.has('svc-lost')).toBe(false);
  queues.failing = undefined;
  await new Worker(queues.client, given, () => undefined, () => NOW).takeOrders(0);
  expect(queues).toMatchObject({ orders: [], answers: [{ found: 'absent', now: 'absent' }] });
});

test.each<[string, () => Partial<Settings['directory']>, string]>([
  ['a wrong password', () => ({ password: 'wrong' }), 'DirectoryLoginRefused'],
  ['a directory that does not run', () => ({ url: 'ldaps://127.0.0.1:1' }), 'DirectoryUnreachable'],
  ['a certificate of an unknown authority', () => ({ authority: undefined }), 'DirectoryUnreachable'],
])('%s is reported by its code, and the order stays', async (_what, changes, failure) => {
  const { queues, log } = await carriedOut([await order('svc-any')], settings(changes()));
  expect(seenIn(queues)).toEqual([{ failure }]);
  expect(queues.orders).toHaveLength(1);
  expect(log.join()).not.toContain('wrong');
});

test('in Active Directory one bit of userAccountControl is set, and the others stay', () => {
  const { isActive, disabling } = DIRECTORY_KINDS['active-directory'];
  expect(isActive({ userAccountControl: '66048' })).toBe(true);
  expect(disabling({ userAccountControl: '66048' }).modification).toMatchObject({ type: 'userAccountControl', values: ['66050'] });
  expect(isActive({ userAccountControl: '66050' })).toBe(false);
  expect(disabling({ userAccountControl: '66050' }).modification.values).toEqual(['66050']);
});

test('settings come from the environment, secrets from files, and a directory without TLS is refused', () => {
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const environment = {
    ORDERS_URL: 'orders',
    ANSWERS_URL: 'answers',
    REGISTRY,
    WORKER_NAME: 'directory',
    SIGNING_KEY_FILE: file('key.pem', OURS.publicKey),
    DONE_FILE: join(folder, 'done.json'),
    DIRECTORY_KIND: 'active-directory',
    LDAP_URL: 'ldaps://dc.example.com',
    LDAP_BIND_NAME: 'cn=worker',
    LDAP_PASSWORD_FILE: file('password', 's3cret\n'),
    LDAP_BASE_NAME: 'dc=example,dc=com',
  };
  expect(readSettings(environment)).toMatchObject({ registry: REGISTRY, signingKey: readFileSync(join(folder, 'key.pem'), 'utf8'), directory: { kind: 'active-directory', password: 's3cret' } });
  expect(() => readSettings({ ...environment, LDAP_URL: 'ldap://dc.example.com' })).toThrow('use ldaps://host');
  expect(() => readSettings({ ...environment, DIRECTORY_KIND: 'nis' })).toThrow('use openldap or active-directory');
  expect(() => readSettings({ ...environment, ORDERS_URL: '' })).toThrow('ORDERS_URL is not set');
});
