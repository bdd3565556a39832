import { CloudFormationClient, DescribeStackResourceCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  BatchGetItemCommand, CreateTableCommand, DynamoDBClient, GetItemCommand,
  GetResourcePolicyCommand, PutItemCommand, QueryCommand, TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, ListTargetsByRuleCommand, PutRuleCommand } from '@aws-sdk/client-eventbridge';
import { CreateAliasCommand as CreateAliasOfKeyCommand, CreateKeyCommand, GetPublicKeyCommand, KMSClient, SignCommand, SigningAlgorithmSpec } from '@aws-sdk/client-kms';
import { CreateAliasCommand, InvokeCommand, LambdaClient, PublishVersionCommand } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, DeleteBucketPolicyCommand, PutBucketPolicyCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { Cloud, outcome } from './harness/cloud';
import { makeFunction } from './harness/functions';
import { plainCalls } from './harness/plain';
import { makeRole, policy, sessionOf, Statement } from './harness/principals';
import { Stacks } from './harness/stacks';

const ALL: Statement = { Action: '*', Resource: '*' };

let cloud: Cloud;

beforeAll(async () => {
  cloud = await Cloud.start();
});

afterAll(() => cloud.stop());

/** Client configuration for a principal that may do everything except what the statement denies. */
async function denied(name: string, statement: Statement) {
  return cloud.as(await sessionOf(cloud, await makeRole(cloud, name, [ALL, { Effect: 'Deny', ...statement }])));
}

describe('apigateway-keys', () => {
  const DISABLE = { patchOperations: [{ op: 'replace', path: '/enabled', value: 'false' }] };
  const made = async (name: string): Promise<string> => (
    await plainCalls(cloud.as()).rest('apigateway', ['apikeys'], { name, enabled: true, tags: { 'agent:registry': 'agents' } }) as { id: string }).id;

  test('a change is authorized with the tags of the key', async () => {
    const id = await made('tagged');
    const change = async (name: string, registry: string): Promise<string> => {
      const statement: Statement = {
        Action: 'apigateway:PATCH', Resource: `arn:aws:apigateway:${cloud.region}::/apikeys/*`, Condition: { StringEquals: { 'aws:ResourceTag/agent:registry': registry } },
      };
      const calls = plainCalls(cloud.as(await sessionOf(cloud, await makeRole(cloud, name, [statement]))));
      return outcome(calls.rest('apigateway', ['apikeys', id], DISABLE, { method: 'PATCH' }));
    };
    expect([await change('of-the-registry', 'agents'), await change('of-another', 'others')]).toEqual(['allowed', expect.stringContaining('AccessDenied')]);
  });

  test('a key that is disabled says so, and a listing shows values only to who asks', async () => {
    const admin = plainCalls(cloud.as());
    const id = await made('disabled');
    await admin.rest('apigateway', ['apikeys', id], DISABLE, { method: 'PATCH' });
    const list = async (includeValues?: string) => (await admin.rest('apigateway', ['apikeys'], undefined, { query: { name: 'disabled', includeValues } }) as { item: object[] }).item;
    expect(await list()).toEqual([expect.not.objectContaining({ value: expect.anything() })]);
    expect(await list('true')).toEqual([expect.objectContaining({ enabled: false, value: expect.stringMatching(/.{20,}/) })]);
  });
});

describe('authorization-resources', () => {
  const arnOf = (service: string, resource: string) => `arn:aws:${service}:${cloud.region}:${cloud.account}:${resource}`;

  test('an invocation with a qualifier is one of that version or alias, and not of the function', async () => {
    const FunctionName = 'qualified';
    const arn = await makeFunction(cloud, FunctionName, 'exports.handler = async () => 1;');
    const admin = new LambdaClient(cloud.as());
    await admin.send(new PublishVersionCommand({ FunctionName }));
    await admin.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }));
    const ofAlias = new LambdaClient(await denied('not-the-alias', { Action: 'lambda:InvokeFunction', Resource: `${arn}:live` }));
    const ofFunction = new LambdaClient(await denied('not-the-function', { Action: 'lambda:InvokeFunction', Resource: arn }));
    const invoke = (client: LambdaClient, Qualifier?: string) => outcome(client.send(new InvokeCommand({ FunctionName, Qualifier })));

    expect([await invoke(ofAlias, 'live'), await invoke(ofAlias, '1'), await invoke(ofAlias)]).toEqual(['AccessDeniedException', 'allowed', 'allowed']);
    expect([await invoke(ofFunction, 'live'), await invoke(ofFunction)]).toEqual(['allowed', 'AccessDeniedException']);
  });

  test('the policy of a table is authorized by the ARN of the table', async () => {
    const admin = new DynamoDBClient(cloud.as());
    const AttributeDefinitions = [{ AttributeName: 'pk', AttributeType: 'S' as const }];
    await admin.send(new CreateTableCommand({ TableName: 'with-policy', BillingMode: 'PAY_PER_REQUEST', AttributeDefinitions, KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }] }));
    const ResourceArn = arnOf('dynamodb', 'table/with-policy');
    const read = async (name: string, Resource: string) => outcome(new DynamoDBClient(await denied(name, { Action: 'dynamodb:GetResourcePolicy', Resource })).send(new GetResourcePolicyCommand({ ResourceArn })));
    expect(await read('not-the-table', ResourceArn)).toBe('AccessDeniedException');
    // It has none.
    expect(await read('not-another-table', arnOf('dynamodb', 'table/other'))).toBe('PolicyNotFoundException');
  });

  test('a service and a task of ECS are authorized by their own ARN', async () => {
    const [service, task] = [arnOf('ecs', 'service/main/bot'), arnOf('ecs', 'task/main/one')];
    const without = (name: string, Resource: string) => denied(name, { Action: 'ecs:*', Resource });
    const [noService, noTask] = [await without('not-the-service', service), await without('not-the-task', task)];
    const ask = (as: typeof noService, action: string, input: object) => outcome(plainCalls(as).ecs(action, { cluster: 'main', ...input }));

    expect(await ask(noService, 'UpdateService', { service })).toBe('AccessDeniedException');
    expect(await ask(noTask, 'StopTask', { task })).toBe('AccessDeniedException');
    // Neither exists.
    expect([await ask(noTask, 'UpdateService', { service }), await ask(noService, 'StopTask', { task })]).toEqual(['ServiceNotFoundException', 'InvalidParameterException']);
  });

  test('a stack is authorized by its whole id, however it is named', async () => {
    const stacks = new Stacks(cloud);
    const admin = new CloudFormationClient(cloud.as());
    for (const name of ['closed', 'open']) {
      await stacks.create(name, { Queue: { Type: 'AWS::SQS::Queue' } });
    }
    const { Stacks: [stack] = [] } = await admin.send(new DescribeStacksCommand({ StackName: 'closed' }));
    const reader = new CloudFormationClient(await denied('not-the-stack', { Action: 'cloudformation:*', Resource: stack.StackId }));
    const read = (StackName?: string) => outcome(reader.send(new DescribeStackResourceCommand({ StackName, LogicalResourceId: 'Queue' })));

    expect([await read('closed'), await read(stack.StackId), await read('open')]).toEqual(['AccessDenied', 'AccessDenied', 'allowed']);
    // The id of a resource that doesn't exist is not known.
    expect(await read('nowhere')).toBe('ValidationError');
  });

  test('the targets of a rule are authorized by the rule', async () => {
    const admin = new EventBridgeClient(cloud.as());
    for (const Name of ['closed', 'open']) {
      await admin.send(new PutRuleCommand({ Name, ScheduleExpression: 'rate(1 hour)' }));
    }
    const reader = new EventBridgeClient(await denied('not-the-rule', { Action: 'events:*', Resource: arnOf('events', 'rule/closed') }));
    const read = (Rule: string) => outcome(reader.send(new ListTargetsByRuleCommand({ Rule })));
    expect([await read('closed'), await read('open')]).toEqual(['AccessDeniedException', 'allowed']);
  });

  test('a key is authorized by its ARN, however it is named', async () => {
    const admin = new KMSClient(cloud.as());
    const keys = await Promise.all(['closed', 'open'].map(async (name) => {
      const { KeyMetadata: key } = await admin.send(new CreateKeyCommand({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }));
      await admin.send(new CreateAliasOfKeyCommand({ AliasName: `alias/${name}`, TargetKeyId: key!.KeyId }));
      return key!.Arn!;
    }));
    const reader = new KMSClient(await denied('not-the-key', { Action: 'kms:GetPublicKey', Resource: keys[0] }));
    const read = (KeyId: string) => outcome(reader.send(new GetPublicKeyCommand({ KeyId })));

    expect([await read('alias/closed'), await read(keys[0]), await read('alias/open'), await read(keys[1])])
      .toEqual(['AccessDeniedException', 'AccessDeniedException', 'allowed', 'allowed']);
  });

  test('kms:RequestAlias is the alias by which a request names a key, also by its ARN, and absent otherwise', async () => {
    const admin = new KMSClient(cloud.as());
    const { KeyMetadata: key } = await admin.send(new CreateKeyCommand({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }));
    await Promise.all(['named', 'other'].map((name) => admin.send(new CreateAliasOfKeyCommand({ AliasName: `alias/${name}`, TargetKeyId: key!.KeyId }))));
    const byAlias = { Action: 'kms:GetPublicKey', Resource: '*', Condition: { StringEquals: { 'kms:RequestAlias': 'alias/named' } } };
    const reader = new KMSClient(cloud.as(await sessionOf(cloud, await makeRole(cloud, 'by-alias', [byAlias]))));
    const read = (KeyId: string) => outcome(reader.send(new GetPublicKeyCommand({ KeyId })));

    expect([await read('alias/named'), await read(key!.Arn!.replace(/key\/.*/, 'alias/named')), await read('alias/other'), await read(key!.Arn!)])
      .toEqual(['allowed', 'allowed', 'AccessDeniedException', 'AccessDeniedException']);
  });

  test('kms:SigningAlgorithm is the algorithm of a signature', async () => {
    const { KeyMetadata: key } = await new KMSClient(cloud.as()).send(new CreateKeyCommand({ KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' }));
    const only = { Action: 'kms:Sign', Resource: '*', Condition: { StringEquals: { 'kms:SigningAlgorithm': 'RSASSA_PKCS1_V1_5_SHA_256' } } };
    const signer = new KMSClient(cloud.as(await sessionOf(cloud, await makeRole(cloud, 'by-algorithm', [only]))));
    const sign = (SigningAlgorithm: SigningAlgorithmSpec) => outcome(signer.send(new SignCommand({ KeyId: key!.Arn, Message: Buffer.from('x'), SigningAlgorithm })));

    expect([await sign('RSASSA_PKCS1_V1_5_SHA_256'), await sign('RSASSA_PKCS1_V1_5_SHA_512')]).toEqual(['allowed', 'AccessDeniedException']);
  });

  test.each(['StringLike', 'StringNotLike'])('secretsmanager:SecretId is the ARN of the secret, also for %s', async (operator) => {
    const admin = new SecretsManagerClient(cloud.as());
    const [closed, open] = [`closed-${operator}`, `open-${operator}`];
    for (const Name of [closed, open]) {
      await admin.send(new CreateSecretCommand({ Name, SecretString: 'x' }));
    }
    const Condition = { [operator]: { 'secretsmanager:SecretId': arnOf('secretsmanager', `secret:${operator === 'StringLike' ? closed : open}-*`) } };
    const reader = new SecretsManagerClient(await denied(`not-the-secret-${operator}`, { Action: 'secretsmanager:GetSecretValue', Resource: '*', Condition }));
    const read = (SecretId: string) => outcome(reader.send(new GetSecretValueCommand({ SecretId })));

    expect([await read(closed), await read(open)]).toEqual(['AccessDeniedException', 'allowed']);
  });
});

describe('dynamodb-leading-keys', () => {
  const TableName = 'keyed';
  const item = (pk: string) => ({ pk: { S: pk }, sk: { S: 'x' } });
  let limited: DynamoDBClient;

  beforeAll(async () => {
    await new DynamoDBClient(cloud.as()).send(new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }, { AttributeName: 'sk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }],
    }));
    const Condition = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'own-*' } };
    limited = new DynamoDBClient(cloud.as(await sessionOf(cloud, await makeRole(cloud, 'keyed', [{ Action: 'dynamodb:*', Resource: '*', Condition }]))));
  });

  const CALLS: [string, (key: string) => Promise<unknown>][] = [
    ['put', (key) => limited.send(new PutItemCommand({ TableName, Item: item(key) }))],
    ['get', (key) => limited.send(new GetItemCommand({ TableName, Key: item(key) }))],
    ['query', (key) => limited.send(new QueryCommand({ TableName, KeyConditionExpression: '#pk = :pk AND begins_with(sk, :sk)', ExpressionAttributeNames: { '#pk': 'pk' }, ExpressionAttributeValues: { ':pk': { S: key }, ':sk': { S: 'x' } } }))],
    ['batch', (key) => limited.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [item('own-1'), item(key)] } } }))],
    ['transaction', (key) => limited.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName, Item: item('own-3') } }, { Delete: { TableName, Key: item(key) } }] }))],
  ];

  test.each(CALLS)('a %s is authorized by the partition keys that it names', async (_what, call) => {
    expect([await outcome(call('own-2')), await outcome(call('other'))]).toEqual(['allowed', 'AccessDeniedException']);
  });
});

describe('iam-policy-variables', () => {
  const TableName = 'own-ids';
  const item = (pk: string) => ({ pk: { S: pk } });

  test('a session writes keys with its own aws:userid only, and not those of a session whose name begins with its own', async () => {
    await new DynamoDBClient(cloud.as()).send(new CreateTableCommand({
      TableName, BillingMode: 'PAY_PER_REQUEST', AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }], KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }));
    const Condition = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'of-${aws:userid}!*' } };
    const credentials = await sessionOf(cloud, await makeRole(cloud, 'own-ids', [{ Action: 'dynamodb:*', Resource: '*', Condition }]));
    const { UserId: userId } = await new STSClient(cloud.as(credentials)).send(new GetCallerIdentityCommand({}));
    const write = (key: string) => outcome(new DynamoDBClient(cloud.as(credentials)).send(new PutItemCommand({ TableName, Item: item(key) })));

    expect([await write(`of-${userId}!1`), await write(`of-${userId}x!1`), await write('of-AROA000000000001:ada!1'), await write('of-${aws:userid}!1')])
      .toEqual(['allowed', 'AccessDeniedException', 'AccessDeniedException', 'AccessDeniedException']);
  });
});

describe('authorization-principals', () => {
  const Bucket = 'guarded';
  let root: S3Client;

  const s3As = (credentials?: Parameters<Cloud['as']>[0]) => new S3Client({ ...cloud.as(credentials), forcePathStyle: true });
  const write = (client: S3Client) => outcome(client.send(new PutObjectCommand({ Bucket, Key: 'x', Body: 'x' })));
  const deny = (statement: Partial<Statement>) => root.send(new PutBucketPolicyCommand({
    Bucket, Policy: policy({ Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: `arn:aws:s3:::${Bucket}/*`, ...statement }),
  }));

  beforeAll(async () => {
    root = s3As();
    await root.send(new CreateBucketCommand({ Bucket }));
  });

  test('aws:PrincipalArn of a session is the ARN of its role, path included', async () => {
    const engine = await makeRole(cloud, 'engine', [ALL], { Path: '/nhi/' });
    const ofEngine = s3As(await sessionOf(cloud, engine));
    const ofOther = s3As(await sessionOf(cloud, await makeRole(cloud, 'other', [ALL])));

    await deny({ Condition: { ArnNotEquals: { 'aws:PrincipalArn': engine } } });

    expect([await write(ofEngine), await write(ofOther)]).toEqual(['allowed', 'AccessDenied']);
  });

  test('a queue denies all but one role, root included', async () => {
    const worker = await makeRole(cloud, 'worker', [ALL], { Path: '/nhi/' });
    const administrator = new SQSClient(cloud.as());
    const Policy = policy({ Effect: 'Deny', Principal: '*', Action: 'sqs:SendMessage', Resource: '*', Condition: { ArnNotEquals: { 'aws:PrincipalArn': worker } } });
    const { QueueUrl } = await administrator.send(new CreateQueueCommand({ QueueName: 'guarded', Attributes: { Policy } }));
    const send = (client: SQSClient) => outcome(client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' })));
    const [ofWorker, ofOther] = [new SQSClient(cloud.as(await sessionOf(cloud, worker))), new SQSClient(cloud.as(await sessionOf(cloud, await makeRole(cloud, 'no-worker', [ALL]))))];

    expect([await send(ofWorker), await send(ofOther), await send(administrator)]).toEqual(['allowed', 'AccessDenied', 'AccessDenied']);
  });

  test('a key lets a role sign that only its policy names, and denies all others, root included', async () => {
    const signer = await makeRole(cloud, 'signer', [], { Path: '/nhi/' });
    const administrator = new KMSClient(cloud.as());
    const Policy = policy(
      { Principal: { AWS: cloud.iamArn('root') }, Action: 'kms:*', Resource: '*' },
      { Principal: { AWS: signer }, Action: 'kms:Sign', Resource: '*' },
      { Effect: 'Deny', Principal: '*', Action: 'kms:Sign', Resource: '*', Condition: { ArnNotEquals: { 'aws:PrincipalArn': signer } } },
    );
    const { KeyMetadata: { KeyId } = {} } = await administrator.send(new CreateKeyCommand({ KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY', Policy }));
    const sign = (client: KMSClient) => outcome(client.send(new SignCommand({ KeyId, Message: Buffer.from('x'), SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256' })));

    expect([await sign(new KMSClient(cloud.as(await sessionOf(cloud, signer)))), await sign(administrator)]).toEqual(['allowed', 'AccessDeniedException']);
  });

  test('root is bound by a Deny in a bucket\'s policy, and may take the policy away', async () => {
    await deny({});
    const within = await write(root);
    await deny({ Action: ['s3:DeleteBucketPolicy', 's3:PutBucketPolicy'], Resource: `arn:aws:s3:::${Bucket}` });

    expect(await outcome(root.send(new DeleteBucketPolicyCommand({ Bucket })))).toBe('allowed');
    expect([within, await write(root)]).toEqual(['AccessDenied', 'allowed']);
  });
});
