import { DynamoDBClient, GetResourcePolicyCommand, PutResourcePolicyCommand as PutTablePolicy } from '@aws-sdk/client-dynamodb';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { CreateKeyCommand, GetKeyPolicyCommand, KMSClient, PutKeyPolicyCommand } from '@aws-sdk/client-kms';
import { AddPermissionCommand, CreateFunctionCommand, GetPolicyCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, GetBucketPolicyCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, GetResourcePolicyCommand as GetSecretPolicy, PutResourcePolicyCommand as PutSecretPolicy } from '@aws-sdk/client-secrets-manager';
import { CreateTopicCommand, GetTopicAttributesCommand, SetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import {
  aws_ecr as ecr, aws_iam as iam, aws_kms as kms, aws_lambda as lambda, aws_s3 as s3,
  aws_secretsmanager as secretsmanager, aws_sns as sns, aws_sqs as sqs, Stack,
} from 'aws-cdk-lib';
import { agentApp, platform, TEST, TEST_TABLE } from './harness/apps';
import { LocalAws } from './harness/local-aws';
import { operatorsCalls, PlainCalls } from '../../runtime/aws/plain-calls';
import { certificatesOf } from '../../runtime/operator';
import { ManagedAgentIdentity, ResidueKind } from 'cdk-nhi-lifecycle';

const ACCOUNT = '111122223333';
const OTHER = `arn:aws:iam::${ACCOUNT}:role/other`;
const at = (service: string, name: string): string => `arn:aws:${service}:us-east-1:${ACCOUNT}:${name}`;

const arnOf = (agentName: string): string => `arn:aws:iam::${ACCOUNT}:role/agents/test/${agentName}-test`;

let aws: LocalAws;
let clients: ReturnType<typeof clientsOf>;
let keyArn: string;
let secretArn: string;

function clientsOf({ endpoint, env: { region, account } }: LocalAws) {
  const credentials = { accessKeyId: account, secretAccessKey: 'test' };
  const config = { endpoint, region, credentials };
  process.env.AWS_ENDPOINT_URL = endpoint;
  const calls: PlainCalls = operatorsCalls('aws', region, async () => credentials);
  return {
    calls,
    s3: new S3Client({ ...config, forcePathStyle: true }),
    sns: new SNSClient(config),
    kms: new KMSClient(config),
    dynamodb: new DynamoDBClient(config),
    lambda: new LambdaClient(config),
  };
}

beforeAll(async () => {
  aws = await LocalAws.start();
  clients = clientsOf(aws);
  await aws.deploy(platform({ wipes: [ResidueKind.RESOURCE_POLICIES, ResidueKind.SCHEDULES, ResidueKind.CREDENTIALS] }));
  await makeResources();
});

afterAll(() => {
  delete process.env.AWS_ENDPOINT_URL;
  return aws.stop();
});

/** What other teams have, which the agent's app only names. The emulator ignores the policies that it is given for event buses. */
async function makeResources(): Promise<void> {
  const { calls, s3: bucket, sns: topics, kms: keys, lambda: functions } = clients;
  await aws.iam.send(new CreateRoleCommand({ RoleName: 'other', AssumeRolePolicyDocument: JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] }) }));
  await bucket.send(new CreateBucketCommand({ Bucket: 'files' }));
  await calls.json('sqs', 'CreateQueue', { QueueName: 'invoices' });
  await topics.send(new CreateTopicCommand({ Name: 'news' }));
  keyArn = (await keys.send(new CreateKeyCommand({}))).KeyMetadata!.Arn!;
  secretArn = (await aws.secrets.send(new CreateSecretCommand({ Name: 'shared/erp', SecretString: 'x' }))).ARN!;
  await functions.send(new CreateFunctionCommand({ FunctionName: 'worker', Role: OTHER, Runtime: 'nodejs22.x', Handler: 'index.handler', Code: { ZipFile: Buffer.from('UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==', 'base64') } }));
  await calls.json('ecr', 'CreateRepository', { repositoryName: 'team/app' });
}

function app(agentName: string) {
  return agentApp({
    stackName: `Stack-${agentName}`,
    agentName,
    also: (stack: Stack, [bot]: ManagedAgentIdentity[]) => {
      const access = bot.accessIn(TEST);
      s3.Bucket.fromBucketName(stack, 'Bucket', 'files').grantRead(access);
      sqs.Queue.fromQueueArn(stack, 'Queue', at('sqs', 'invoices')).grantSendMessages(access);
      sns.Topic.fromTopicArn(stack, 'Topic', at('sns', 'news')).grantPublish(access);
      kms.Key.fromKeyArn(stack, 'Key', keyArn).grantDecrypt(access);
      secretsmanager.Secret.fromSecretCompleteArn(stack, 'Secret', secretArn).grantRead(access);
      lambda.Function.fromFunctionArn(stack, 'Worker', at('lambda', 'function:worker')).grantInvoke(access);
      ecr.Repository.fromRepositoryName(stack, 'Repository', 'team/app').grantRead(access);
      iam.Grant.addToPrincipal({ grantee: access, actions: ['rds-db:connect'], resourceArns: [at('rds-db', 'dbuser:db-1/bot')] });
    },
  });
}

const statement = (Sid: string, principals: string[], Resource: string, Action: string, Effect = 'Allow'): object => ({ Sid, Effect, Principal: { AWS: principals }, Action, Resource });
/** What somebody wrote by hand: for the agent, for the agent and others, and for others. */
const byHand = (bot: string, Resource: string, Action: string): string => JSON.stringify({
  Version: '2012-10-17', Statement: [statement('Bot', [bot], Resource, Action), statement('Both', [OTHER, bot], Resource, Action), statement('Others', [OTHER], Resource, Action)],
});

async function nameInPolicies(bot: string): Promise<void> {
  const { calls, s3: bucket, sns: topics, kms: keys, dynamodb: tables, lambda: functions } = clients;
  await bucket.send(new PutBucketPolicyCommand({ Bucket: 'files', Policy: byHand(bot, 'arn:aws:s3:::files/*', 's3:GetObject') }));
  await calls.json('sqs', 'SetQueueAttributes', { QueueUrl: `${aws.endpoint}/${ACCOUNT}/invoices`, Attributes: { Policy: byHand(bot, at('sqs', 'invoices'), 'sqs:SendMessage') } });
  await topics.send(new SetTopicAttributesCommand({ TopicArn: at('sns', 'news'), AttributeName: 'Policy', AttributeValue: byHand(bot, at('sns', 'news'), 'sns:Publish') }));
  const root = { Sid: 'Root', Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' };
  const key = JSON.parse(byHand(bot, '*', 'kms:Decrypt')) as { Statement: object[] };
  await keys.send(new PutKeyPolicyCommand({ KeyId: keyArn, PolicyName: 'default', Policy: JSON.stringify({ ...key, Statement: [root, ...key.Statement] }) }));
  await aws.secrets.send(new PutSecretPolicy({ SecretId: secretArn, ResourcePolicy: byHand(bot, '*', 'secretsmanager:GetSecretValue') }));
  await tables.send(new PutTablePolicy({ ResourceArn: at('dynamodb', `table/${TEST_TABLE}`), Policy: byHand(bot, at('dynamodb', `table/${TEST_TABLE}`), 'dynamodb:GetItem') }));
  await calls.json('ecr', 'SetRepositoryPolicy', { repositoryName: 'team/app', policyText: byHand(bot, '*', 'ecr:BatchGetImage') });
  for (const [StatementId, Principal] of [[`Bot-${bot.split('/').at(-1)}`, bot], [`Others-${bot.split('/').at(-1)}`, OTHER]]) {
    await functions.send(new AddPermissionCommand({ FunctionName: 'worker', StatementId, Principal, Action: 'lambda:InvokeFunction' }));
  }
}

/** Each policy, by the ARN of its resource. */
async function policies(): Promise<Record<string, string | undefined>> {
  const { calls, s3: bucket, sns: topics, kms: keys, dynamodb: tables, lambda: functions } = clients;
  return {
    'arn:aws:s3:::files': (await bucket.send(new GetBucketPolicyCommand({ Bucket: 'files' }))).Policy,
    [at('sqs', 'invoices')]: (await calls.queueAttributes(at('sqs', 'invoices'))).Policy,
    [at('sns', 'news')]: (await topics.send(new GetTopicAttributesCommand({ TopicArn: at('sns', 'news') }))).Attributes?.Policy,
    [keyArn]: (await keys.send(new GetKeyPolicyCommand({ KeyId: keyArn, PolicyName: 'default' }))).Policy,
    [secretArn]: (await aws.secrets.send(new GetSecretPolicy({ SecretId: secretArn }))).ResourcePolicy,
    [at('dynamodb', `table/${TEST_TABLE}`)]: (await tables.send(new GetResourcePolicyCommand({ ResourceArn: at('dynamodb', `table/${TEST_TABLE}`) }))).Policy,
    [at('ecr', 'repository/team/app')]: (await calls.json<{ policyText: string }>('ecr', 'GetRepositoryPolicy', { repositoryName: 'team/app' })).policyText,
    [at('lambda', 'function:worker')]: (await functions.send(new GetPolicyCommand({ FunctionName: 'worker' }))).Policy,
  };
}

/** Principals of each statement, by its Sid. */
function principalsIn(text: string | undefined): Record<string, string[]> {
  const { Statement: statements } = JSON.parse(text!) as { Statement: { Sid: string; Principal: { AWS: string | string[] } }[] };
  return Object.fromEntries(statements.map(({ Sid, Principal: { AWS } }) => [Sid, [AWS].flat()]));
}

test('a leaver is taken out of the policies of others, which keep theirs, and the certificate names each; what is only tagged, and what AWS lets nobody end, is reported', async () => {
  await aws.deploy(app('invoice-bot'));
  const bot = arnOf('invoice-bot');
  await nameInPolicies(bot);
  await clients.calls.json('sqs', 'CreateQueue', { QueueName: 'by-hand', tags: { 'agent:name': 'invoice-bot' } });
  await clients.calls.json('ssm', 'PutParameter', { Name: '/agents/invoice-bot/token', Value: 'x', Type: 'String' });
  expect(Object.values(await policies()).filter((text) => !text!.includes(bot))).toEqual([]);

  await aws.destroy(app('invoice-bot'));
  await aws.executionsDone();

  const after = await policies();
  expect(Object.entries(after).filter(([, text]) => text!.includes(bot))).toEqual([]);
  const { [keyArn]: key, [at('lambda', 'function:worker')]: worker, ...rest } = after;
  expect(Object.values(rest).map(principalsIn)).toEqual(Object.values(rest).map(() => ({ Both: [OTHER], Others: [OTHER] })));
  expect(principalsIn(key)).toEqual({ Root: [`arn:aws:iam::${ACCOUNT}:root`], Both: [OTHER], Others: [OTHER] });
  expect(principalsIn(worker)).toEqual({ 'Others-invoice-bot-test': [OTHER] });

  const { leaves: [{ certificate }] } = await certificatesOf(aws.registry, 'invoice-bot');
  const { wiped } = certificate.wipers.find(({ wiper }) => wiper === 'resource-policies')!;
  expect([...wiped].sort()).toEqual(Object.keys(after).map((arn) => `resource-policy/${arn}`).sort());
  expect(certificate.leftAlone).toEqual(expect.arrayContaining([
    { id: at('sqs', 'by-hand'), note: 'only tagged: look at it' },
    { id: 'parameter/agents/invoice-bot/token', note: expect.stringContaining('not declared') },
    { id: `database-connection/rds-db:connect/${at('rds-db', 'dbuser:db-1/bot')}`, note: expect.stringContaining('AWS ends none') },
  ]));
  expect((await clients.calls.queueAttributes(at('sqs', 'by-hand'), ['QueueArn'])).QueueArn).toBe(at('sqs', 'by-hand'));
});

test('a registry that wipes no policies may read them, reports what names the leaver and changes nothing', async () => {
  await aws.deploy(platform());
  await aws.deploy(app('second-bot'));
  const bot = arnOf('second-bot');
  await nameInPolicies(bot);
  const before = await policies();

  await aws.destroy(app('second-bot'));
  await aws.executionsDone();

  expect(await policies()).toEqual(before);
  const { leaves: [{ certificate }] } = await certificatesOf(aws.registry, 'second-bot');
  expect(certificate.leftAlone.filter(({ note }) => note.includes('`wipes`')).map(({ id }) => id).sort()).toEqual(Object.keys(before).map((arn) => `resource-policy/${arn}`).sort());
  expect(certificate.wipers.map(({ wiper }) => wiper)).not.toContain('named-credentials');
});
