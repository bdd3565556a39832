import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { GetPublicKeyCommand } from '@aws-sdk/client-kms';
import { GetQueueAttributesCommand, GetQueueUrlCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { aws_iam as iam, Duration } from 'aws-cdk-lib';
import { agentApp, Build, platform } from './harness/apps';
import { invokedByHand } from './harness/by-hand';
import { eventsOf, readTable } from './harness/ledger-items';
import { LocalAws } from './harness/local-aws';
import { OpenLdap } from './harness/open-ldap';
import { sweep } from './harness/sweep';
import { Worker } from '../../examples/on-premises-worker/worker';
import { showPlacement } from '../../runtime/operator';
import { orderId } from '../../src/contract/orders';
import { OnPremisesWorker, Revoker } from 'cdk-nhi-lifecycle';

const WORKERS = ['directory', 'mainframe'];
const WHY = ['--reason', 'The directory team has removed it by hand'];

let aws: LocalAws;
let ldap: OpenLdap;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nhi-on-premises-'));
  [aws, ldap] = await Promise.all([LocalAws.start({ tls: true }), OpenLdap.start()]);
  await aws.deploy(platform({
    agenda: { interval: Duration.days(1), revocationRetry: Duration.seconds(1) },
    also: (stack, registry) => WORKERS.forEach((workerName) => {
      const role = new iam.Role(stack, `Role-${workerName}`, { roleName: `${workerName}-worker`, assumedBy: new iam.AccountRootPrincipal() });
      new OnPremisesWorker(stack, workerName, { registry, workerName, role });
    }),
  }));
});

afterAll(async () => {
  await Promise.all([aws.stop(), ldap.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

/** Calls of SQS by the administrator of the account, or by a role. */
async function sqsAs(role?: string): Promise<SQSClient> {
  const { endpoint, env: { account, region } } = aws;
  const transport = { endpoint, region, requestHandler: aws.registry.kms.config.requestHandler };
  const administrator = { ...transport, credentials: { accessKeyId: account, secretAccessKey: 'test' } };
  if (role === undefined) {
    return new SQSClient(administrator);
  }
  const { Credentials: keys } = await new STSClient(administrator).send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${account}:role/${role}`, RoleSessionName: 'worker' }));
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = keys!;
  return new SQSClient({ ...transport, credentials: { accessKeyId: accessKeyId!, secretAccessKey: secretAccessKey!, sessionToken } });
}

async function urlOf(queue: string): Promise<string> {
  return (await (await sqsAs()).send(new GetQueueUrlCommand({ QueueName: `agents-nhi-${queue}` }))).QueueUrl!;
}

async function workerWith(password = ldap.worker.password): Promise<Worker> {
  const { PublicKey: der } = await aws.registry.kms.send(new GetPublicKeyCommand({ KeyId: 'alias/agents-nhi-orders-directory' }));
  return new Worker(await sqsAs('directory-worker'), {
    ordersUrl: await urlOf('orders-directory'),
    answersUrl: await urlOf('answers-directory'),
    registry: `${aws.env.account}/agents`,
    workerName: 'directory',
    signingKey: `-----BEGIN PUBLIC KEY-----\n${Buffer.from(der!).toString('base64')}\n-----END PUBLIC KEY-----`,
    doneFile: join(folder, 'done.json'),
    directory: { kind: 'openldap', url: ldap.url, authority: ldap.authority, bindName: ldap.worker.name, password, baseName: ldap.baseName },
  }, () => undefined);
}

const bot = (agentName: string, stackName: string): Build => agentApp({
  agentName, stackName, revokersIn: () => [Revoker.queue('ldap', { workerName: 'directory', subject: `svc-${agentName}` })],
});
const addAccount = (agentName: string): Promise<string> => ldap.add(`svc-${agentName}`, { description: `nhi:${aws.env.account}/agents/${agentName}` });
const nhi = async (...words: string[]): Promise<string> => (await aws.nhi(words)).stdout;

/** The name that SQS gives the failure of a call, or `allowed`. */
async function outcomeOf(calling: Promise<unknown>): Promise<string> {
  return calling.then(() => 'allowed', (error: Error) => error.name);
}

async function until(pattern: RegExp, ...words: string[]): Promise<string> {
  for (let tries = 0; ; tries++) {
    const shown = await nhi(...words);
    if (pattern.test(shown) || tries >= 120) {
      return shown;
    }
    await pause(500);
  }
}

test('cdk destroy has the worker remove the account, and the certificate says what the worker saw', async () => {
  const password = await addAccount('invoice-bot');
  expect(await ldap.canLogIn('svc-invoice-bot', password)).toBe(true);
  await aws.deploy(bot('invoice-bot', 'InvoiceBot'));
  expect(await nhi('show', 'invoice-bot')).toMatch(/^outside +ldap \(queue\)$/m);

  const worker = await workerWith();
  let isOver = false;
  const working = (async () => {
    while (!isOver) {
      await worker.takeOrders(1);
    }
  })();
  await aws.destroyByCommand(bot('invoice-bot', 'InvoiceBot'));
  isOver = true;
  await working;

  expect(await ldap.has('svc-invoice-bot')).toBe(false);
  await aws.executionsDone();
  expect(await nhi('list')).toMatch(/^invoice-bot +left /m);
  expect(await nhi('certificate', 'invoice-bot')).toMatch(/ldap \(queue\)\n +found active, and asked to revoke it\n +a look of the worker directory at \S+ saw that it is revoked/);
  expect((await eventsOf(aws.registry, 'invoice-bot')).filter((name) => name?.startsWith('revocation-'))).toEqual(['revocation-confirmed']);
  expect(await nhi('verify', 'invoice-bot')).toContain('the chain of invoice-bot is intact');
});

test('without a worker the leaver stays open and visible; forged answers change nothing, what fails is shown, and a late worker closes it', async () => {
  await addAccount('order-bot');
  await aws.deploy(bot('order-bot', 'OrderBot'));
  await aws.destroy(bot('order-bot', 'OrderBot'));
  await aws.executionsDone();
  expect(await nhi('list')).toMatch(/^order-bot +revoking /m);
  expect(await nhi('status')).toMatch(/revocation open +1 +order-bot ldap +nhi confirm/);
  expect(await nhi('show', 'order-bot')).toMatch(/^revocation +ldap .*: OPEN since .*, 1 attempts, again at .*: the worker directory was asked, and has not answered$/m);
  expect(await nhi('certificate', 'order-bot')).toContain('NOT CONFIRMED: the worker directory was asked');
  await expect(aws.deploy(bot('order-bot', 'OrderBot'))).rejects.toThrow(/RevocationsOpen: agent order-bot has left/);

  const [orders, answers, own] = await Promise.all(['orders-directory', 'answers-directory', 'answers-mainframe'].map(urlOf));
  const [directory, mainframe, administrator] = await Promise.all([sqsAs('directory-worker'), sqsAs('mainframe-worker'), sqsAs()]);
  const receive = (sqs: SQSClient): Promise<string> => outcomeOf(sqs.send(new ReceiveMessageCommand({ QueueUrl: orders, VisibilityTimeout: 0 })));
  const send = (sqs: SQSClient, QueueUrl: string, body: object): Promise<string> => (
    outcomeOf(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(body) }))));
  expect(await Promise.all([directory, mainframe, administrator].map(receive))).toEqual(['allowed', 'AccessDenied', 'AccessDenied']);
  const { Messages: [{ Body: order = '' }] = [{}] } = await directory.send(new ReceiveMessageCommand({ QueueUrl: orders, VisibilityTimeout: 0 }));
  const done = { order, found: 'active', now: 'absent' };
  expect(await Promise.all([mainframe, administrator].map((sqs) => send(sqs, answers, done)))).toEqual(['AccessDenied', 'AccessDenied']);
  expect(await Promise.all([directory, mainframe, administrator].map((sqs) => send(sqs, orders, done)))).toEqual(['AccessDenied', 'AccessDenied', 'AccessDenied']);
  // Another worker that has stolen the order, and the worker itself with orders that the registry has not signed.
  expect(await send(mainframe, own, done)).toBe('allowed');
  for (const forged of [resigned(order), altered(order, { sub: 'invoice-bot' }), 'x']) {
    expect(await send(directory, answers, { ...done, order: forged })).toBe('allowed');
  }
  expect(await send(directory, answers, { order, failure: 'The directory is being moved' })).toBe('allowed');
  await emptied(answers, own);
  await aws.executionsDone();
  expect(await nhi('list')).toMatch(/^order-bot +revoking /m);

  // The agenda sends the order again. A worker that the directory refuses says so, and the order is not lost.
  await sweep(aws);
  await aws.executionsDone();
  expect(await nhi('show', 'order-bot')).toMatch(/OPEN since .*, 2 attempts/);
  await (await workerWith('wrong')).takeOrders(1);
  expect(await until(/DirectoryLoginRefused/, 'show', 'order-bot')).toMatch(/OPEN since .*: the worker directory reported DirectoryLoginRefused at /);
  expect(await ldap.has('svc-order-bot')).toBe(true);

  // The same order twice: both are answered, and the second changes nothing.
  await sweep(aws);
  await aws.executionsDone();
  const late = await workerWith();
  expect(await late.takeOrders(5) + await late.takeOrders(5)).toBe(2);
  expect(await ldap.has('svc-order-bot')).toBe(false);
  expect(await until(/^order-bot +left /m, 'list')).toMatch(/^order-bot +left /m);
  await emptied(answers);
  await aws.executionsDone();
  expect(await nhi('show', 'order-bot')).toMatch(/^revocation +ldap .*: confirmed at .*: the worker directory saw that the access is absent$/m);
  expect((await eventsOf(aws.registry, 'order-bot')).filter((name) => name?.startsWith('revocation-'))).toEqual(['revocation-open', 'revocation-confirmed']);
  await aws.deploy(bot('order-bot', 'OrderBot'));
  expect(await nhi('list')).toMatch(/^order-bot +active /m);
}, 400_000);

test('who invokes the registry\'s functions by hand has no order signed and no answer kept, of an active agent or in an open leave; the engine does', async () => {
  await addAccount('ledger-bot');
  await aws.deploy(bot('ledger-bot', 'LedgerBot'));
  const answers = `arn:aws:sqs:${aws.env.region}:${aws.env.account}:agents-nhi-answers-directory`;
  const byHand = async (since: string): Promise<void> => {
    const settings = { worker: 'directory', subject: 'svc-ledger-bot' };
    const asked = { registry: 'agents', account: aws.env.account, agentName: 'ledger-bot', revoker: 'ldap', settings, since };
    expect(await invokedByHand(aws, 'agents-nhi-revokers', { ...asked, action: 'revoke', kind: 'queue' })).toMatch(/^AskUnknown: /);
    const claims = {
      iss: `${aws.env.account}/agents`, aud: 'directory', sub: 'ledger-bot', jti: orderId(asked), iat: 1, exp: 2_000_000_000, action: 'revoke', revoker: 'ldap', subject: 'svc-ledger-bot',
    };
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const order = resigned(`${part({ alg: 'RS256', typ: 'nhi-order+jwt', kid: 'directory' })}.${part(claims)}.`);
    const records = [{ messageId: 'm1', body: JSON.stringify({ order, now: 'absent' }), eventSourceARN: answers, attributes: { SentTimestamp: '1801375200000' } }];
    expect(await invokedByHand(aws, 'agents-nhi-answers', { Records: records })).toEqual({ batchItemFailures: [] });
  };
  const orders = await urlOf('orders-directory');
  const waiting = async (): Promise<string | undefined> => (await (await sqsAs()).send(new GetQueueAttributesCommand({ QueueUrl: orders, AttributeNames: ['ApproximateNumberOfMessages'] }))).Attributes?.ApproximateNumberOfMessages;
  const [before, rows] = [await waiting(), await readTable(aws.registry.table)];
  await byHand('2026-11-29T00:00:00.000Z');
  expect([await waiting(), await readTable(aws.registry.table)]).toEqual([before, rows]);

  await aws.destroy(bot('ledger-bot', 'LedgerBot'));
  await aws.executionsDone();
  expect(Number(await waiting())).toBe(Number(before) + 1);
  const { revocations } = await showPlacement(aws.registry, 'ledger-bot');
  const open = await readTable(aws.registry.table);
  await byHand(revocations![0].since);
  expect([Number(await waiting()), await readTable(aws.registry.table)]).toEqual([Number(before) + 1, open]);
  expect(await nhi('list')).toMatch(/^ledger-bot +revoking /m);

  const worker = await workerWith();
  for (let tries = 0; tries < 60 && await ldap.has('svc-ledger-bot'); tries++) {
    await worker.takeOrders(1);
  }
  expect(await until(/^ledger-bot +left /m, 'list')).toMatch(/^ledger-bot +left /m);
});

test('an account that no longer exists is confirmed; a worker that the registry does not have is named, and a person may attest instead', async () => {
  const lost: Build = agentApp({ agentName: 'lost-bot', stackName: 'LostBot', revokersIn: () => [Revoker.queue('ldap', { workerName: 'directory' }), Revoker.queue('host', { workerName: 'typo' })] });
  await aws.deploy(lost);
  await aws.destroy(lost);
  await aws.executionsDone();
  expect(await nhi('show', 'lost-bot')).toMatch(/^revocation +host .*: OPEN since .*: the registry has no worker typo: create an OnPremisesWorker with this name, or confirm it by hand$/m);
  const worker = await workerWith();
  // An order of another agent may come first: what failed is delivered again.
  for (let tries = 0; tries < 60 && !/^revocation +ldap .*: confirmed at/m.test(await nhi('show', 'lost-bot')); tries++) {
    await worker.takeOrders(1);
  }
  expect(await until(/^revocation +ldap .*: confirmed at/m, 'show', 'lost-bot')).toMatch(/^revocation +ldap .*: confirmed at/m);
  await aws.nhi(['confirm', 'lost-bot', 'host', '--yes', ...WHY]);
  expect(await nhi('list')).toMatch(/^lost-bot +left /m);
  expect(await nhi('show', 'lost-bot')).toMatch(/^revocation +host .*: attested at .* by /m);
});

/** Waits until the registry has taken all messages. */
async function emptied(...queues: string[]): Promise<void> {
  const administrator = await sqsAs();
  for (const QueueUrl of queues) {
    for (let tries = 0; tries < 240; tries++) {
      const { Attributes: counts = {} } = await administrator.send(new GetQueueAttributesCommand({
        QueueUrl, AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }));
      if (counts.ApproximateNumberOfMessages === '0' && counts.ApproximateNumberOfMessagesNotVisible === '0') {
        break;
      }
      await pause(250);
    }
  }
}

/** The same claims with a signature of another key. */
function resigned(token: string): string {
  const [header, claims] = token.split('.');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } });
  return [header, claims, sign('sha256', Buffer.from(`${header}.${claims}`), createPrivateKey(privateKey)).toString('base64url')].join('.');
}

/** Other claims with the signature of the registry. */
function altered(token: string, changes: object): string {
  const [header, claims, signature] = token.split('.');
  const before = JSON.parse(Buffer.from(claims, 'base64url').toString()) as object;
  return [header, Buffer.from(JSON.stringify({ ...before, ...changes })).toString('base64url'), signature].join('.');
}
