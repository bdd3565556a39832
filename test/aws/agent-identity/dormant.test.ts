import {
  App, aws_dynamodb as dynamodb, aws_ecr as ecr, aws_events as events, aws_iam as iam, aws_kinesis as kinesis, aws_kms as kms, aws_lambda as lambda,
  aws_logs as logs, aws_s3 as s3, aws_secretsmanager as secretsmanager, aws_sns as sns, aws_sqs as sqs, aws_ssm as ssm,
  aws_stepfunctions as sfn, Environment, Stack,
} from 'aws-cdk-lib';
import { agentIn, ELSEWHERE, ENV, PRODUCTION, TEST } from './agents';
import { AgentStage } from '../../../src/core';

type Grant = (scope: Stack, to?: iam.IGrantable) => void;

const ARN = `arn:aws:SERVICE:${ENV.region}:${ENV.account}:`;
const arn = (service: string, name: string) => `${ARN.replace('SERVICE', service)}${name}`;
const key = (scope: Stack, id = 'Key') => new kms.Key(scope, id);
const partitionKey = { name: 'pk', type: dynamodb.AttributeType.STRING };
const table = (scope: Stack) => new dynamodb.Table(scope, 'Table', { tableName: 'table', partitionKey, stream: dynamodb.StreamViewType.NEW_IMAGE });
const bucket = (scope: Stack) => new s3.Bucket(scope, 'Bucket', { bucketName: 'a-bucket' });
const lockedBucket = (scope: Stack) => new s3.Bucket(scope, 'Bucket', { bucketName: 'a-bucket', encryptionKey: new kms.Key(scope, 'Key', { alias: 'bucket' }) });
const strictKey = (scope: Stack) => new kms.Key(scope, 'Key', {
  policy: new iam.PolicyDocument({ statements: [new iam.PolicyStatement({ actions: ['kms:*'], resources: ['*'], principals: [new iam.AccountRootPrincipal()] })] }),
});
const queue = (scope: Stack) => new sqs.Queue(scope, 'Queue', { queueName: 'queue' });
const lockedQueue = (scope: Stack) => new sqs.Queue(scope, 'Queue', { queueName: 'queue', encryptionMasterKey: key(scope) });
const topic = (scope: Stack) => new sns.Topic(scope, 'Topic', { topicName: 'topic' });
const secret = (scope: Stack) => new secretsmanager.Secret(scope, 'Secret', { secretName: 'secret' });
const lockedSecret = (scope: Stack) => new secretsmanager.Secret(scope, 'Secret', { secretName: 'secret', encryptionKey: key(scope) });
const callee = (scope: Stack) => new lambda.Function(scope, 'Function', {
  functionName: 'callee', code: lambda.Code.fromInline('//'), handler: 'index.handler', runtime: lambda.Runtime.NODEJS_22_X,
});
const repository = (scope: Stack) => new ecr.Repository(scope, 'Repository', { repositoryName: 'repository' });
const parameter = (scope: Stack) => new ssm.StringParameter(scope, 'Parameter', { parameterName: '/a/parameter', stringValue: 'x' });
const bus = (scope: Stack) => new events.EventBus(scope, 'Bus', { eventBusName: 'bus' });
const group = (scope: Stack) => new logs.LogGroup(scope, 'Group', { logGroupName: 'group' });
const machine = (scope: Stack) => new sfn.StateMachine(scope, 'Machine', {
  stateMachineName: 'machine', definitionBody: sfn.DefinitionBody.fromChainable(new sfn.Pass(scope, 'Pass')),
});
const stream = (scope: Stack) => new kinesis.Stream(scope, 'Stream', { streamName: 'stream' });
const role = (scope: Stack) => new iam.Role(scope, 'Other', { roleName: 'other', assumedBy: new iam.AccountRootPrincipal() });

/** Makes a resource, and gives access to it if there is somebody to give it to. */
function row<T>(what: string, make: (scope: Stack) => T, give: (it: T, to: iam.IGrantable) => unknown): [string, Grant] {
  return [what, (scope, to) => {
    const it = make(scope);
    if (to) {
      give(it, to);
    }
  }];
}

const GRANTS: readonly [string, Grant][] = [
  row('table, read', table, (it, to) => it.grantReadData(to)),
  row('table, write', table, (it, to) => it.grantWriteData(to)),
  row('table, stream', table, (it, to) => it.grantStreamRead(to)),
  row('table of version 2, read and write', (scope) => new dynamodb.TableV2(scope, 'Table', { tableName: 'table', partitionKey }), (it, to) => it.grantReadWriteData(to)),
  row('bucket, read', bucket, (it, to) => it.grantRead(to)),
  row('bucket, read and write', bucket, (it, to) => it.grantReadWrite(to)),
  row('bucket, delete', bucket, (it, to) => it.grantDelete(to)),
  row('bucket with key, read', lockedBucket, (it, to) => it.grantRead(to)),
  row('bucket with key, read and write', lockedBucket, (it, to) => it.grantReadWrite(to)),
  row('key, encrypt and decrypt', key, (it, to) => it.grantEncryptDecrypt(to)),
  row('key, sign', key, (it, to) => it.grantSign(to)),
  row('key with a policy of its own, decrypt', strictKey, (it, to) => it.grantDecrypt(to)),
  row('queue, send', queue, (it, to) => it.grantSendMessages(to)),
  row('queue, consume', queue, (it, to) => it.grantConsumeMessages(to)),
  row('queue with key, send', lockedQueue, (it, to) => it.grantSendMessages(to)),
  row('queue with key, consume', lockedQueue, (it, to) => it.grantConsumeMessages(to)),
  row('topic, publish', topic, (it, to) => it.grantPublish(to)),
  row('topic, subscribe', topic, (it, to) => it.grantSubscribe(to)),
  row('secret, read', secret, (it, to) => it.grantRead(to)),
  row('secret, write', secret, (it, to) => it.grantWrite(to)),
  row('secret with key, read', lockedSecret, (it, to) => it.grantRead(to)),
  row('secret with key, write', lockedSecret, (it, to) => it.grantWrite(to)),
  row('function, invoke', callee, (it, to) => it.grantInvoke(to)),
  row('function, invoke by URL', callee, (it, to) => it.grantInvokeUrl(to)),
  row('repository, pull', repository, (it, to) => it.grantPull(to)),
  row('repository, pull and push', repository, (it, to) => it.grantPullPush(to)),
  row('parameter, read', parameter, (it, to) => it.grantRead(to)),
  row('parameter, write', parameter, (it, to) => it.grantWrite(to)),
  row('bus, put', bus, (it, to) => it.grantPutEventsTo(to)),
  row('log group, write', group, (it, to) => it.grantWrite(to)),
  row('log group, read', group, (it, to) => it.grantRead(to)),
  row('state machine, start', machine, (it, to) => it.grantStartExecution(to)),
  row('state machine, answer a task', machine, (it, to) => it.grantTaskResponse(to)),
  row('stream, read', stream, (it, to) => it.grantRead(to)),
  row('stream, write', stream, (it, to) => it.grantWrite(to)),
  row('role, assume', role, (it, to) => it.grantAssumeRole(to.grantPrincipal)),
  row('role, pass', role, (it, to) => it.grantPassRole(to.grantPrincipal)),
  row('imported table', (scope) => dynamodb.Table.fromTableArn(scope, 'Table', arn('dynamodb', 'table/t')), (it, to) => it.grantReadData(to)),
  row('imported bucket', (scope) => s3.Bucket.fromBucketName(scope, 'Bucket', 'a-bucket'), (it, to) => it.grantRead(to)),
  row('imported key', (scope) => kms.Key.fromKeyArn(scope, 'Key', arn('kms', 'key/1234')), (it, to) => it.grantDecrypt(to)),
  row('imported queue', (scope) => sqs.Queue.fromQueueArn(scope, 'Queue', arn('sqs', 'q')), (it, to) => it.grantSendMessages(to)),
  row('imported topic', (scope) => sns.Topic.fromTopicArn(scope, 'Topic', arn('sns', 't')), (it, to) => it.grantPublish(to)),
  row('imported secret', (scope) => secretsmanager.Secret.fromSecretCompleteArn(scope, 'Secret', arn('secretsmanager', 'secret:s-AbCdEf')), (it, to) => it.grantRead(to)),
  row('imported function', (scope) => lambda.Function.fromFunctionArn(scope, 'Function', arn('lambda', 'function:f')), (it, to) => it.grantInvoke(to)),
  row('imported repository', (scope) => ecr.Repository.fromRepositoryName(scope, 'Repository', 'r'), (it, to) => it.grantPull(to)),
  row('imported parameter', (scope) => ssm.StringParameter.fromStringParameterName(scope, 'Parameter', '/a/parameter'), (it, to) => it.grantRead(to)),
  row('imported bus', (scope) => events.EventBus.fromEventBusArn(scope, 'Bus', arn('events', 'event-bus/b')), (it, to) => it.grantPutEventsTo(to)),
  row('imported state machine', (scope) => sfn.StateMachine.fromStateMachineArn(scope, 'Machine', arn('states', 'stateMachine:m')), (it, to) => it.grantStartExecution(to)),
];

interface Layout { own?: Environment; resources?: Environment; minimize?: boolean }

const LAYOUTS: readonly [string, Layout][] = [
  ['in the same stack', { own: ENV }],
  ['in the same stack, minimized', { own: ENV, minimize: true }],
  ['in the same stack, of any environment', {}],
  ['in another stack', { own: ENV, resources: ENV }],
  ['in another account', { own: ENV, resources: ELSEWHERE }],
];

/** Cases that the AWS CDK or the access rules refuse for anybody, dormant or live, with what they say. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  // A secret without a key can't be read across accounts.
  'secret, read in another account': /KMS Key must be provided for cross account access/,
  'secret, write in another account': /KMS Key must be provided for cross account access/,
  // Whether it is the stack's account isn't known.
  'imported function in the same stack, of any environment': /Cannot modify permission to lambda function/,
  // The policy of a log group knows accounts only.
  'log group, write in another account': /a log group in account 444455556666 can't be granted to one agent/,
  'log group, read in another account': /a log group in account 444455556666 can't be granted to one agent/,
};

/** Of these the dormant grant renders nothing all the same. */
const REFUSED_WHEN_LIVE = ['imported function'];

interface Outcome { templates: string; live: boolean[] }

/** All templates of an app with an agent in test and a grant for a stage; without a stage the resource is only made. */
function synth({ own, resources, minimize }: Layout, grant: Grant, stage?: AgentStage): Outcome {
  const app = new App({ context: { '@aws-cdk/aws-iam:minimizePolicies': minimize ?? false } });
  const stack = new Stack(app, 'Own', { env: own });
  const other = resources ? new Stack(app, 'Resources', { env: resources }) : stack;
  const bot = agentIn(stack);
  grant(other, stage && bot.accessIn(stage));
  const templates = app.synth().stacks.map(({ template: { Resources: found } }) => found as unknown);
  return { templates: JSON.stringify(templates), live: bot.declaredAccess.map(({ live }) => live) };
}

describe.each(LAYOUTS)('a resource %s', (where, layout) => {
  test.each(GRANTS)('%s', (what, grant) => {
    const refused = REFUSED[`${what} ${where}`];
    if (refused) {
      expect(() => synth(layout, grant, TEST)).toThrow(refused);
      if (!REFUSED_WHEN_LIVE.includes(what)) {
        expect(() => synth(layout, grant, PRODUCTION)).toThrow(refused);
        return;
      }
    }
    const none = synth(layout, grant);
    const dormant = synth(layout, grant, PRODUCTION);
    expect(dormant.templates).toBe(none.templates);
    expect(new Set(dormant.live)).toEqual(new Set([false]));
    if (refused) {
      return;
    }
    const live = synth(layout, grant, TEST);
    expect(live.templates).not.toBe(none.templates);
    expect(new Set(live.live)).toEqual(new Set([true]));
  });
});
