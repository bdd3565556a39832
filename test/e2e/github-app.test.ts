import { constants, createCipheriv, createPublicKey, generateKeyPairSync, KeyObject, publicEncrypt, randomBytes } from 'node:crypto';
import { DescribeKeyCommand, GetParametersForImportCommand, ImportKeyMaterialCommand, KMSClient, ListKeysCommand } from '@aws-sdk/client-kms';
import { GetExecutionHistoryCommand, ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { aws_iam as iam, aws_kms as kms, Duration } from 'aws-cdk-lib';
import { agentApp, Build, platform } from './harness/apps';
import { call, outcomeOf } from './harness/json-calls';
import { eventsOf, readTable } from './harness/ledger-items';
import { LocalAws } from './harness/local-aws';
import { sweep } from './harness/sweep';
import { LIFECYCLE_RESOURCE_TYPE } from '../../src/contract/lifecycle-resource';
import { GitHubServer } from '../runtime/revokers/github-server';
import { answer } from '../runtime/revokers/local-server';
import { GitHubAppKey, MonthlyCost, Revoker } from 'cdk-nhi-lifecycle';

const APP = 'Iv23liInvoices';
const OTHER = 'Iv23liOther0';
/** Whose each installation is, by the key. */
const LISTED = { 101: 'invoice-bot', 102: 'order-bot', 103: 'somebody' };
const WHY = ['--reason', 'Its key was seen in a public place'];
let aws: LocalAws;
let github: GitHubServer;
let key: string;

beforeAll(async () => {
  [aws, github] = await Promise.all([LocalAws.start(), new GitHubServer(() => new Date()).start()]);
  await aws.deploy(platform({
    revokerPrivateHosts: ['127.0.0.1'],
    agenda: { interval: Duration.days(1), revocationRetry: Duration.seconds(1) },
    also: (stack, registry) => {
      new GitHubAppKey(stack, 'GitHub', { registry, clientId: APP, installations: LISTED, apiHosts: ['api.github.com', github.host] });
      const role = new iam.Role(stack, 'KeyAdmin', { roleName: 'key-admin', assumedBy: new iam.AccountRootPrincipal() });
      role.addToPolicy(new iam.PolicyStatement({ actions: ['kms:*'], resources: ['*'] }));
    },
  }));
  key = await createdKey();
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  await imported(key, privateKey);
  github.apps.set(APP, [createPublicKey(privateKey)]);
});

afterAll(async () => {
  await aws.stop();
  await github[Symbol.asyncDispose]();
});
afterEach(() => (github.before = undefined));

const kmsClient = (): KMSClient => aws.registry.kms;

async function createdKey(): Promise<string> {
  const { Keys: keys = [] } = await kmsClient().send(new ListKeysCommand({}));
  const described = await Promise.all(keys.map(({ KeyId: keyId }) => kmsClient().send(new DescribeKeyCommand({ KeyId: keyId }))));
  return described.find(({ KeyMetadata: { Origin: origin } = {} }) => origin === 'EXTERNAL')!.KeyMetadata!.Arn!;
}

/** As AWS documents it for RSA keys: the material under a key of AES, and that under the key of KMS. https://docs.aws.amazon.com/kms/latest/developerguide/importing-keys-encrypt-key-material.html */
async function imported(keyArn: string, privateKey: KeyObject): Promise<void> {
  const { PublicKey: wrapping, ImportToken: token } = await kmsClient().send(new GetParametersForImportCommand({ KeyId: keyArn, WrappingAlgorithm: 'RSA_AES_KEY_WRAP_SHA_256', WrappingKeySpec: 'RSA_4096' }));
  const material = privateKey.export({ format: 'der', type: 'pkcs8' });
  const aes = randomBytes(32);
  // The initial value of RFC 5649.
  const cipher = createCipheriv('id-aes256-wrap-pad', aes, Buffer.from('a65959a6', 'hex'));
  const wrappedKey = publicEncrypt({ key: createPublicKey({ key: Buffer.from(wrapping!), format: 'der', type: 'spki' }), padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }, aes);
  await kmsClient().send(new ImportKeyMaterialCommand({
    KeyId: keyArn, ImportToken: token, EncryptedKeyMaterial: Buffer.concat([wrappedKey, cipher.update(material), cipher.final()]), ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
  }));
}

const bot = (agentName: string, stackName: string, installationId: string): Build => agentApp({
  agentName, stackName, revokersIn: (stack) => [Revoker.githubApp('github', { clientId: APP, installationId, key: kms.Key.fromKeyArn(stack, 'AppKey', key), monthlyCost: MonthlyCost.of(21) })],
});

/** The construct accepts https only, and the server of this test is on this machine and has no certificate. */
function deploy(build: Build, changes: object = {}): Promise<void> {
  return aws.deployEdited(build, (resources) => {
    const [lifecycle] = Object.values(resources).filter(({ Type }) => Type === LIFECYCLE_RESOURCE_TYPE);
    const [{ Settings: settings }] = (lifecycle as unknown as { Properties: { Revokers: { Settings: object }[] } }).Properties.Revokers;
    Object.assign(settings, { apiUrl: github.apiUrl }, changes);
  });
}

async function histories(): Promise<string[]> {
  const { stateMachine, stateMachineArn } = aws.registry;
  const { executions = [] } = await stateMachine.send(new ListExecutionsCommand({ stateMachineArn }));
  return Promise.all(executions.map(async ({ executionArn }) => (
    JSON.stringify(await stateMachine.send(new GetExecutionHistoryCommand({ executionArn, includeExecutionData: true, maxResults: 1_000 }))))));
}

const nhi = async (...words: string[]): Promise<string> => (await aws.nhi(words)).stdout;
const ids = (): string[] => [...github.installations.keys()];

test('a suspension suspends the installation, a resumption lifts that, and the leave deletes it: the certificate says so', async () => {
  github.installations.set('101', { of: APP }).set('103', { of: APP });
  await deploy(bot('invoice-bot', 'InvoiceBot', '101'));
  expect(await nhi('show', 'invoice-bot')).toMatch(/^outside +github \(github-app, 21\.00 USD a month\)$/m);

  await aws.nhi(['suspend', 'invoice-bot', '--yes', ...WHY]);
  expect([...github.installations.values()].map(({ suspendedAt }) => suspendedAt !== undefined)).toEqual([true, false]);
  await aws.nhi(['resume', 'invoice-bot', '--yes', '--reason', 'The key was replaced']);
  expect([...github.installations.values()].map(({ suspendedAt }) => suspendedAt !== undefined)).toEqual([false, false]);

  await aws.destroyByCommand(bot('invoice-bot', 'InvoiceBot', '101'));
  await aws.executionsDone();
  expect(ids()).toEqual(['103']);
  expect(await nhi('list')).toMatch(/^invoice-bot +left /m);
  expect(await nhi('certificate', 'invoice-bot')).toMatch(/github \(github-app, 21\.00 USD a month\)\n +found active, and asked to revoke it\n +a look at .* saw that it is revoked/);
  expect((await eventsOf(aws.registry, 'invoice-bot')).filter((name) => name === 'revocation-confirmed')).toHaveLength(1);
  expect(await nhi('verify', 'invoice-bot')).toContain('the chain of invoice-bot is intact');
});

test('what was suspended before by somebody else stays suspended; a leave that GitHub refuses is open, and a sweep ends it', async () => {
  github.installations.set('102', { of: APP, suspendedAt: '2026-01-01T00:00:00Z' });
  await deploy(bot('order-bot', 'OrderBot', '102'));
  await aws.nhi(['suspend', 'order-bot', '--yes', ...WHY]);
  await aws.nhi(['resume', 'order-bot', '--yes', '--reason', 'The key was replaced']);
  expect(github.installations.get('102')).toEqual({ of: APP, suspendedAt: '2026-01-01T00:00:00Z' });

  github.before = ({ method }, response) => method === 'DELETE' && answer(response, 403, {}, { 'retry-after': '1' });
  await aws.destroy(bot('order-bot', 'OrderBot', '102'));
  await aws.executionsDone();
  expect(await nhi('list')).toMatch(/^order-bot +revoking /m);
  expect(await nhi('show', 'order-bot')).toMatch(/^revocation +github .*: OPEN since .*: it responded 403$/m);
  github.before = undefined;
  await sweep(aws);
  await aws.executionsDone();
  expect(await nhi('list')).toMatch(/^order-bot +left /m);
  expect(ids()).toEqual(['103']);
});

test('who declares another agent\'s installation, or another host, as an agent\'s own has nothing signed, and the leave is open', async () => {
  github.installations.set('201', { of: OTHER });
  const before = github.received.length;
  for (const [installationId, changes, note] of [
    ['103', {}, 'the key does not list installation 103 as that of agents/thief-bot'],
    ['103', { apiUrl: github.apiUrl.replace('127.0.0.1', 'localhost') }, 'in its "hosts"'],
    ['201', { clientId: OTHER }, `the key is not meant for the app ${OTHER}`],
  ] as const) {
    await deploy(bot('thief-bot', 'ThiefBot', installationId), changes);
    await aws.destroy(bot('thief-bot', 'ThiefBot', installationId));
    await aws.executionsDone();
    expect(await nhi('show', 'thief-bot')).toContain(note);
    await aws.nhi(['confirm', 'thief-bot', 'github', '--yes', '--reason', 'It never had this installation']);
  }
  expect(github.received).toHaveLength(before);
  expect(ids()).toEqual(['103', '201']);
});

test('nobody else signs with the key, an administrator included, and no token is in the ledger, a log or the history of an execution', async () => {
  const { endpoint, env: { account, region }, transport } = aws;
  const root = { accessKeyId: account, secretAccessKey: 'test' };
  const { Credentials: given } = await new STSClient({ endpoint, region, credentials: root, ...transport })
    .send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${account}:role/key-admin`, RoleSessionName: 'kim' }));
  const admin = { accessKeyId: given!.AccessKeyId!, secretAccessKey: given!.SecretAccessKey!, sessionToken: given!.SessionToken! };
  const message = { KeyId: key, Message: Buffer.from('x').toString('base64'), SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256' };
  expect(await outcomeOf(await call(aws, admin, 'kms', 'Sign', message))).toBe('refused');
  expect(await outcomeOf(await call(aws, admin, 'kms', 'DescribeKey', { KeyId: key }))).toBe('allowed');
  const tokens = github.received.map(({ headers: { authorization = '' } }) => authorization.replace('Bearer ', ''));
  expect(tokens.length).toBeGreaterThan(5);
  const log = await (await call(aws, root, 'logs', 'FilterLogEvents', { logGroupName: '/nhi-registry/agents/agents-nhi-revokers' })).text();
  expect(log).toContain('github-app');
  const texts = [JSON.stringify(await readTable(aws.registry.table)), await nhi('certificate', 'invoice-bot', '--json'), await nhi('verify', 'order-bot', '--json'), ...await histories(), log];
  expect(texts.join('\n')).toContain('github-app');
  expect(texts.filter((text) => tokens.some((token) => token.split('.').some((part) => part.length > 40 && text.includes(part))))).toEqual([]);
});
