import {
  App, aws_dynamodb as dynamodb, aws_ecr as ecr, aws_events as events, aws_iam as iam, aws_kinesis as kinesis,
  aws_kms as kms, aws_lambda as lambda, aws_logs as logs, aws_s3 as s3, aws_secretsmanager as secretsmanager,
  aws_sns as sns, aws_sqs as sqs, aws_ssm as ssm, aws_stepfunctions as sfn, Stack,
} from 'aws-cdk-lib';
import { checkStatement } from '../../../src/aws/access-rules/statement-rules';
import { parseStatements } from '../../../src/aws/iam/statement';

type Grant = (stack: Stack, grantee: iam.IGrantable) => iam.Grant;

const key = (stack: Stack) => new kms.Key(stack, 'Key');
const bucket = (stack: Stack) => new s3.Bucket(stack, 'Bucket', { encryptionKey: key(stack) });
const table = (stack: Stack) => new dynamodb.TableV2(stack, 'Table', {
  partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
  dynamoStream: dynamodb.StreamViewType.NEW_IMAGE,
  globalSecondaryIndexes: [{ indexName: 'other', partitionKey: { name: 'other', type: dynamodb.AttributeType.STRING } }],
});
const queue = (stack: Stack) => new sqs.Queue(stack, 'Queue', { encryptionMasterKey: key(stack) });
const topic = (stack: Stack) => new sns.Topic(stack, 'Topic');
const secret = (stack: Stack) => new secretsmanager.Secret(stack, 'Secret', { encryptionKey: key(stack) });
const callee = (stack: Stack) => new lambda.Function(stack, 'Function', {
  code: lambda.Code.fromInline('//'), handler: 'index.handler', runtime: lambda.Runtime.NODEJS_22_X,
});
const repository = (stack: Stack) => new ecr.Repository(stack, 'Repository');
const parameter = (stack: Stack) => new ssm.StringParameter(stack, 'Parameter', { stringValue: 'x' });
const machine = (stack: Stack) => new sfn.StateMachine(stack, 'Machine', { definitionBody: sfn.DefinitionBody.fromChainable(new sfn.Pass(stack, 'Pass')) });

/** Codes of the violations in an L2's grant. */
function codesOf(grant: Grant): string[] {
  const stack = new Stack(new App(), 'Stack');
  const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  grant(stack, role);
  const document = stack.resolve((role.node.findChild('DefaultPolicy') as iam.Policy).document);
  const statements = parseStatements(document);
  expect(statements.length).toBeGreaterThan(0);
  return statements.flatMap((statement) => checkStatement(statement, []).violations.map(({ code }) => code));
}

test.each<[string, Grant]>([
  ['bucket, read', (stack, to) => bucket(stack).grantRead(to)],
  ['bucket, read and write', (stack, to) => bucket(stack).grantReadWrite(to)],
  ['bucket, put under a prefix', (stack, to) => bucket(stack).grantPut(to, 'in/*')],
  ['table, read and write', (stack, to) => table(stack).grantReadWriteData(to)],
  ['table, stream', (stack, to) => table(stack).grantStreamRead(to)],
  ['key, encrypt and decrypt', (stack, to) => key(stack).grantEncryptDecrypt(to)],
  ['queue, send', (stack, to) => queue(stack).grantSendMessages(to)],
  ['queue, consume', (stack, to) => queue(stack).grantConsumeMessages(to)],
  ['topic, publish', (stack, to) => topic(stack).grantPublish(to)],
  ['secret, read', (stack, to) => secret(stack).grantRead(to)],
  ['secret, write', (stack, to) => secret(stack).grantWrite(to)],
  ['function, invoke', (stack, to) => callee(stack).grantInvoke(to)],
  ['repository, pull', (stack, to) => repository(stack).grantPull(to)],
  ['repository, pull and push', (stack, to) => repository(stack).grantPullPush(to)],
  ['parameter, read', (stack, to) => parameter(stack).grantRead(to)],
  ['parameter, write', (stack, to) => parameter(stack).grantWrite(to)],
  ['bus, put', (stack, to) => new events.EventBus(stack, 'Bus').grantPutEventsTo(to)],
  ['log group, write', (stack, to) => new logs.LogGroup(stack, 'Logs').grantWrite(to)],
  ['log group, read', (stack, to) => new logs.LogGroup(stack, 'Logs').grantRead(to)],
  ['state machine, start', (stack, to) => machine(stack).grantStartExecution(to)],
  ['state machine, task response', (stack, to) => machine(stack).grantTaskResponse(to)],
  ['stream, read and write', (stack, to) => new kinesis.Stream(stack, 'Stream').grantReadWrite(to)],
  ['role, assume', (stack, to) => new iam.Role(stack, 'Other', { assumedBy: new iam.AccountRootPrincipal() }).grantAssumeRole(to.grantPrincipal)],
  ['role, pass', (stack, to) => new iam.Role(stack, 'Other', { assumedBy: new iam.AccountRootPrincipal() }).grantPassRole(to.grantPrincipal)],
])('the AWS CDK\'s own narrow grant is accepted: %s', (_what, grant) => {
  expect(codesOf(grant)).toEqual([]);
});

test.each<[string, Grant, string]>([
  // The grant has DescribeStateMachine on every resource.
  ['state machine, read', (stack, to) => machine(stack).grantRead(to), 'ResourceStar'],
  ['table, full access', (stack, to) => table(stack).grantFullAccess(to), 'ServiceStar'],
  ['everything on a bucket', (stack, to) => iam.Grant.addToPrincipal({ grantee: to, actions: ['s3:*'], resourceArns: [bucket(stack).bucketArn] }), 'ServiceStar'],
  ['every queue', (_stack, to) => iam.Grant.addToPrincipal({ grantee: to, actions: ['sqs:SendMessage'], resourceArns: ['*'] }), 'ResourceStar'],
])('a broad one is refused: %s', (_what, grant, code) => {
  expect(codesOf(grant)).toEqual([code]);
});
