import {
  aws_dynamodb as dynamodb, aws_ecr as ecr, aws_events as events, aws_iam as iam, aws_kinesis as kinesis, aws_kms as kms, aws_lambda as lambda,
  aws_logs as logs, aws_s3 as s3, aws_secretsmanager as secretsmanager, aws_sns as sns, aws_sqs as sqs, aws_ssm as ssm,
  aws_stepfunctions as sfn, Stack,
} from 'aws-cdk-lib';
import { ENV } from './agents';

/** Creates a resource, and grants access to it if there is a grantee. */
export type Grant = (scope: Stack, to?: iam.IGrantable) => void;

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

function row<T>(what: string, make: (scope: Stack) => T, give: (it: T, to: iam.IGrantable) => unknown): [string, Grant] {
  return [what, (scope, to) => {
    const it = make(scope);
    if (to) {
      give(it, to);
    }
  }];
}

/** Grants of L2s, with and without keys of their own, created and imported. */
export const GRANTS: readonly [string, Grant][] = [
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
