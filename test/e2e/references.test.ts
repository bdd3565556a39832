import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  App, aws_dynamodb as dynamodb, aws_iam as iam, aws_kms as kms, aws_s3 as s3, aws_secretsmanager as secretsmanager, aws_sns as sns, aws_sqs as sqs,
  aws_ssm as ssm, Environment, NestedStack, RemovalPolicy, Stack,
} from 'aws-cdk-lib';
import { agentApp, platform, PRODUCTION, TEST } from './harness/apps';
import { call, outcomeOf } from './harness/json-calls';
import { LocalAws } from './harness/local-aws';
import { Keys, Outcome } from '../../examples/quickstart/sessions';
import { AgentStage } from 'cdk-nhi-lifecycle';

let aws: LocalAws;

beforeAll(async () => {
  aws = await LocalAws.start({ bootstrapped: true });
  await aws.deploy(platform());
});

afterAll(() => aws.stop());

const removalPolicy = RemovalPolicy.DESTROY;

/** An app of two stacks: each stage of the agent has resources of its own in the other stack, with and without keys. */
function app(stage: AgentStage) {
  return (root: App, env: Required<Environment>): void => {
    const resources = new Stack(root, 'Resources', { env });
    const nested = new NestedStack(resources, 'Nested');
    agentApp({
      stage,
      agentName: 'referring-bot',
      stackName: 'Referring',
      also: (_stack, [bot]) => [TEST, PRODUCTION].forEach((of) => grants(resources, nested, of.name, bot.accessIn(of))),
    })(root, env);
  };
}

function grants(stack: Stack, nested: Stack, name: string, to: iam.IGrantable): void {
  const key = (id: string) => new kms.Key(stack, `Key${id}-${name}`, { removalPolicy });
  new dynamodb.Table(stack, `Table-${name}`, { tableName: `own-${name}`, partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING }, removalPolicy }).grantReadData(to);
  new secretsmanager.Secret(stack, `Secret-${name}`).grantRead(to);
  new secretsmanager.Secret(stack, `LockedSecret-${name}`, { encryptionKey: key('OfSecret') }).grantRead(to);
  new s3.Bucket(stack, `Bucket-${name}`, { removalPolicy }).grantReadWrite(to);
  new s3.Bucket(stack, `LockedBucket-${name}`, { encryptionKey: key('OfBucket'), removalPolicy }).grantRead(to);
  new sqs.Queue(stack, `Queue-${name}`, { encryptionMasterKey: key('OfQueue') }).grantSendMessages(to);
  new sns.Topic(stack, `Topic-${name}`).grantPublish(to);
  new ssm.StringParameter(stack, `Parameter-${name}`, { stringValue: 'x' }).grantRead(to);
  new sqs.Queue(nested, `Inner-${name}`).grantConsumeMessages(to);
}

/** What a session of the agent may do to the resources of a stage. */
async function reachable(session: Keys, stage: string): Promise<Record<string, Outcome>> {
  const resources = await aws.resourcesOf('Resources');
  const physical = (id: string): string => {
    const found = resources.find(({ LogicalResourceId: logical, ResourceType: type }) => logical?.startsWith(`${id}${stage}`) && !type?.endsWith('Policy'));
    return found?.PhysicalResourceId ?? `no ${id} of ${stage}`;
  };
  const config = { endpoint: aws.endpoint, region: aws.env.region, credentials: session };
  const secrets = new SecretsManagerClient(config);
  const files = new S3Client({ ...config, forcePathStyle: true });
  const readSecret = (id: string) => outcome(secrets.send(new GetSecretValueCommand({ SecretId: physical(id) })));
  const list = (id: string) => outcome(files.send(new ListObjectsV2Command({ Bucket: physical(id) })));
  const write = (id: string) => outcome(files.send(new PutObjectCommand({ Bucket: physical(id), Key: 'x', Body: 'x' })));
  const sqsCall = async (action: string, input: object = {}) => outcomeOf(await call(aws, session, 'sqs', action, { QueueUrl: physical('Queue'), ...input }));
  const dataKey = async (id: string) => outcomeOf(await call(aws, session, 'kms', 'GenerateDataKey', { KeyId: physical(id), KeySpec: 'AES_256' }));
  const decrypt = async (id: string) => outcomeOf(await call(aws, session, 'kms', 'Decrypt', { CiphertextBlob: await encrypted(physical(id)) }));
  return {
    table: await aws.sessions.read(session, `own-${stage}`),
    secret: await readSecret('Secret'),
    lockedSecret: await readSecret('LockedSecret'),
    bucket: await list('Bucket'),
    intoBucket: await write('Bucket'),
    lockedBucket: await list('LockedBucket'),
    keyOfBucket: await decrypt('KeyOfBucket'),
    queue: await sqsCall('SendMessage', { MessageBody: 'x' }),
    keyOfQueue: await dataKey('KeyOfQueue'),
    // Beside them what no stage may do.
    intoLockedBucket: await write('LockedBucket'),
    fromQueue: await sqsCall('ReceiveMessage'),
    dataKeyOfBucket: await dataKey('KeyOfBucket'),
  };
}

async function encrypted(KeyId: string): Promise<string> {
  const response = await call(aws, { accessKeyId: aws.env.account, secretAccessKey: 'test' }, 'kms', 'Encrypt', { KeyId, Plaintext: 'eA==' });
  return ((await response.json()) as { CiphertextBlob: string }).CiphertextBlob;
}

async function outcome(asked: Promise<unknown>): Promise<Outcome> {
  return asked.then(() => 'allowed', (error: Error) => {
    if (/AccessDenied/.test(error.name)) {
      return 'refused';
    }
    throw error;
  });
}

const NEVER = { intoLockedBucket: 'refused', fromQueue: 'refused', dataKeyOfBucket: 'refused' };
const every = (of: Outcome) => ({
  ...Object.fromEntries(['table', 'secret', 'lockedSecret', 'bucket', 'intoBucket', 'lockedBucket', 'keyOfBucket', 'queue', 'keyOfQueue'].map((name) => [name, of])),
  ...NEVER,
});

/** All of its own stage, nothing of the other, and the sessions of before are cut. */
async function expectOnly(stage: AgentStage, former: Keys[]): Promise<void> {
  const session = await aws.sessions.open('referring-bot', stage.name);
  const other = stage === TEST ? PRODUCTION : TEST;
  expect(await reachable(session, stage.name)).toEqual(every('allowed'));
  expect(await reachable(session, other.name)).toEqual(every('refused'));
  for (const old of former) {
    expect(await aws.sessions.read(old, `own-${stage.name}`)).toBe('refused');
  }
  former.push(session);
}

test('an agent moves there and back with --exclusively: the stack that has its resources stays as it is', async () => {
  const sessions: Keys[] = [];
  await aws.deploy(app(TEST));
  await expectOnly(TEST, sessions);
  const exports = await aws.exports();
  expect(exports.length).toBeGreaterThanOrEqual(2 * 9);

  await aws.deployByCommand(app(PRODUCTION), ['Referring']);
  await expectOnly(PRODUCTION, sessions);
  expect(await aws.exports()).toEqual(exports);

  await aws.deployOnly(['Referring'], app(TEST));
  await expectOnly(TEST, sessions);
  expect(await aws.exports()).toEqual(exports);

  // Nothing that the agent imports has gone from the other stack, whichever is deployed first.
  await aws.deployByCommand(app(PRODUCTION), ['Resources']);
  expect(await aws.exports()).toEqual(exports);
  await aws.deployOnly(['Referring'], app(PRODUCTION));
  await expectOnly(PRODUCTION, sessions);
  expect(await aws.exports()).toEqual(exports);
  await aws.destroy(app(PRODUCTION));
}, 500_000);
