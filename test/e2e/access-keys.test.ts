import { setTimeout as pause } from 'node:timers/promises';
import { GetUserCommand, ListAccessKeysCommand, ListUsersCommand } from '@aws-sdk/client-iam';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetExecutionHistoryCommand, ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { Duration } from 'aws-cdk-lib';
import { agentApp, Build, END, platform, PRODUCTION_TABLE, TEST_TABLE } from './harness/apps';
import { eventsOf, readTable } from './harness/ledger-items';
import { secretExists } from './harness/leftovers';
import { LocalAws } from './harness/local-aws';
import { sweep } from './harness/sweep';
import { Keys } from '../../examples/quickstart/sessions';

const SECRET = 'agents/invoice-bot/archive';

let aws: LocalAws;
/** Secrets of all keys that a test read. */
const read: string[] = [];

beforeAll(async () => {
  aws = await LocalAws.start();
  await aws.deploy(platform({ accessKeys: true, agenda: { interval: Duration.days(1) } }));
});

afterAll(() => aws.stop());

const app: Build = agentApp({ also: (_stack, [bot]) => void bot.accessKey('archive', { reason: 'The old archive takes nothing but a key pair', until: END }) });

async function keyInSecret(): Promise<Keys> {
  const { SecretString: text = '{}' } = await aws.secrets.send(new GetSecretValueCommand({ SecretId: SECRET }));
  const key = JSON.parse(text) as Keys;
  read.push(key.secretAccessKey);
  return key;
}

async function userName(): Promise<string | undefined> {
  const { Users: users = [] } = await aws.iam.send(new ListUsersCommand({ PathPrefix: '/agents/invoice-bot/' }));
  return users[0]?.UserName;
}

/** Deploys with times that a test can wait for. The construct allows none below a day. */
async function deployWith(rotateSeconds: number, graceSeconds: number): Promise<void> {
  await aws.deployEdited(app, (resources) => {
    for (const resource of Object.values(resources) as { Type: string; Properties?: { AccessKeys?: object[] } }[]) {
      if (resource.Properties?.AccessKeys !== undefined) {
        Object.assign(resource.Properties.AccessKeys[0], { RotateSeconds: String(rotateSeconds), GraceSeconds: String(graceSeconds) });
      }
    }
  });
}

async function sweepUntil(isDone: () => Promise<boolean>): Promise<void> {
  for (let sweeps = 0; sweeps < 40 && !await isDone(); sweeps++) {
    await pause(1_000);
    await sweep(aws);
    await aws.executionsDone();
  }
  expect(await isDone()).toBe(true);
}

/** Everything that the registry stored: the ledger, the evidence, and the history of each execution. */
async function everythingStored(): Promise<string> {
  const { table, s3, bucket, stateMachine, stateMachineArn } = aws.registry;
  const parts = [JSON.stringify(await readTable(table))];
  const { Contents: objects = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
  for (const { Key } of objects) {
    parts.push(await (await s3.send(new GetObjectCommand({ Bucket: bucket, Key }))).Body!.transformToString());
  }
  for (const arn of [stateMachineArn, stateMachineArn.replace(/[^:]*$/, 'agents-nhi-agenda')]) {
    const { executions = [] } = await stateMachine.send(new ListExecutionsCommand({ stateMachineArn: arn }));
    for (const { executionArn } of executions) {
      const history = new GetExecutionHistoryCommand({ executionArn, includeExecutionData: true, maxResults: 1_000 });
      parts.push(JSON.stringify(await stateMachine.send(history)));
    }
  }
  return parts.join('\n');
}

test('the key in the secret may do what the agent may in its stage, and nothing else', async () => {
  await aws.deploy(app);
  const key = await keyInSecret();

  expect(await aws.sessions.read(key, TEST_TABLE)).toBe('allowed');
  expect(await aws.sessions.read(key, PRODUCTION_TABLE)).toBe('refused');
  // It reads no secret of an agent, its own neither.
  const secrets = new SecretsManagerClient({ endpoint: aws.endpoint, region: aws.env.region, credentials: key, maxAttempts: 1 });
  await expect(secrets.send(new GetSecretValueCommand({ SecretId: SECRET }))).rejects.toMatchObject({ name: expect.stringContaining('AccessDenied') });
  secrets.destroy();
  expect(await eventsOf(aws.registry, 'invoice-bot')).toEqual(['joined', 'access-key-changed']);
});

test('a suspension makes it inactive, and a resumption makes it work again', async () => {
  const key = await keyInSecret();
  expect((await aws.nhi(['suspend', 'invoice-bot', '--reason', 'Its key was seen in a public place', '--yes'])).status).toBe(0);
  expect(await aws.sessions.read(key, TEST_TABLE)).toBe('refused');
  expect((await aws.nhi(['resume', 'invoice-bot', '--reason', 'It was a false alarm', '--yes'])).status).toBe(0);
  expect(await aws.sessions.read(key, TEST_TABLE)).toBe('allowed');
});

test('it is replaced: the new one is in the secret, the old one works for its time, and is deleted', async () => {
  const old = await keyInSecret();
  await deployWith(30, 9);
  await sweepUntil(async () => (await keyInSecret()).accessKeyId !== old.accessKeyId);
  // No reader of the secret is ever without a key that works.
  expect(await aws.sessions.read(await keyInSecret(), TEST_TABLE)).toBe('allowed');

  const isListed = async (): Promise<boolean> => {
    const { AccessKeyMetadata: keys = [] } = await aws.iam.send(new ListAccessKeysCommand({ UserName: await userName() }));
    return keys.some(({ AccessKeyId: id }) => id === old.accessKeyId);
  };
  await sweepUntil(async () => !await isListed());
  expect(await aws.sessions.read(old, TEST_TABLE)).toBe('refused');
  expect(await aws.sessions.read(await keyInSecret(), TEST_TABLE)).toBe('allowed');
});

test('a leave deletes user, keys and secret; no secret of a key was ever stored', async () => {
  const key = await keyInSecret();
  const user = await userName();
  await aws.destroy(app);
  await aws.executionsDone();

  expect(await aws.statusOf('InvoiceBot')).toBeUndefined();
  await expect(aws.iam.send(new GetUserCommand({ UserName: user }))).rejects.toMatchObject({ name: expect.stringContaining('NoSuchEntity') });
  expect(await secretExists(aws, SECRET)).toBe(false);
  expect(await aws.sessions.read(key, TEST_TABLE)).toBe('refused');

  const stored = await everythingStored();
  // The search would find it: the id of the key, which is no secret, is there.
  expect(stored).toContain(key.accessKeyId);
  expect(new Set(read).size).toBeGreaterThan(1);
  read.forEach((secret) => expect(stored.includes(secret)).toBe(false));
});

test('a key that the code drops is deleted with its user, and the agent stays', async () => {
  const other = { stackName: 'Second', agentName: 'second-bot' };
  await aws.deploy(agentApp({ ...other, also: (_stack, [bot]) => void bot.accessKey('archive', { reason: 'The old archive takes nothing but a key pair', until: END }) }));
  await aws.deploy(agentApp(other));

  expect(await aws.statusOf('Second')).toBe('UPDATE_COMPLETE');
  const { Users: users = [] } = await aws.iam.send(new ListUsersCommand({ PathPrefix: '/agents/second-bot/' }));
  expect(users).toEqual([]);
  expect(await aws.sessions.read(await aws.sessions.open('second-bot', 'test'), TEST_TABLE)).toBe('allowed');
});
