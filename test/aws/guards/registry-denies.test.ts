import { App, aws_iam as iam, NestedStack, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { denies } from './evaluate';
import { agentGuardDocument, noSessionsDocument } from '../../../src/aws/guards/agent-guard';
import { alwaysDenied } from '../../../src/aws/guards/always-denied';
import { noRegistryDocument, registryReaderDocument } from '../../../src/aws/guards/registry-denies';
import { registryResources } from '../../../src/aws/guards/registry-resources';
import { policySizeOf, QUOTAS } from '../../../src/aws/iam/quotas';
import { LifecycleRegistry } from '../../../src/aws/lifecycle-registry';
import { factsOf } from '../../../src/aws/lifecycle-registry/registry-facts';
import { RegistryNames } from '../../../src/contract/registry-names';

const place = { partition: 'aws', region: 'eu-west-1', account: '111122223333' };
const names = new RegistryNames('agents');
const arn = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:111122223333:${resource}`;
const resources = registryResources(names, place, ['Platform'], [arn('kms', 'key/0a1b'), arn('sns', 'alarms')]);
const ALL = noRegistryDocument({ names, resources, tagPrefix: 'agent:' });
const READER = registryReaderDocument({ names, resources, tagPrefix: 'agent:' });
const iamArn = (resource: string) => `arn:aws:iam::111122223333:${resource}`;
const EVIDENCE = 'arn:aws:s3:::agents-nhi-evidence-111122223333-eu-west-1';

describe.each<[string, iam.PolicyDocument]>([['every agent', ALL], ['a reader of the fleet', READER]])('%s', (_who, document) => {
  test.each<[string, string]>([
    ['dynamodb:PutItem', arn('dynamodb', 'table/agents-nhi-ledger')],
    ['dynamodb:DeleteTable', arn('dynamodb', 'table/agents-nhi-anything')],
    ['lambda:InvokeFunction', arn('lambda', 'function:agents-nhi-anything:live')],
    ['iam:PassRole', iamArn('role/agents-nhi-anything')],
    ['events:DisableRule', arn('events', 'rule/agents-nhi-anything')],
    ['events:DisableRule', arn('events', 'rule/other-bus/agents-nhi-anything')],
    ['scheduler:DeleteSchedule', arn('scheduler', 'schedule/default/agents-nhi-anything')],
    ['states:RedriveExecution', arn('states', 'execution:agents-nhi-anything:1')],
    ['sqs:PurgeQueue', arn('sqs', 'agents-nhi-anything')],
    ['s3:GetBucketPolicy', 'arn:aws:s3:::agents-nhi-anything'],
    ['dynamodb:CreateBackup', arn('dynamodb', 'table/agents-nhi-ledger')],
    ['dynamodb:GetRecords', arn('dynamodb', 'table/agents-nhi-ledger/stream/2026')],
    ['s3:PutObject', `${EVIDENCE}/certificates/invoice-bot.json`],
    ['s3:DeleteObjectVersion', `${EVIDENCE}/certificates/invoice-bot.json`],
    ['s3:PutBucketVersioning', EVIDENCE],
    ['events:PutEvents', arn('events', 'event-bus/agents-nhi-lifecycle')],
    ['events:DisableRule', arn('events', 'rule/agents-nhi-lifecycle/left')],
    ['lambda:InvokeFunction', arn('lambda', 'function:agents-nhi-lifecycle')],
    ['lambda:InvokeFunction', arn('lambda', 'function:agents-nhi-lifecycle:1')],
    ['lambda:UpdateFunctionConfiguration', arn('lambda', 'function:agents-nhi-lifecycle-steps')],
    ['lambda:UpdateFunctionCode', arn('lambda', 'function:agents-nhi-deletion-check')],
    ['states:StartExecution', arn('states', 'stateMachine:agents-nhi-lifecycle')],
    ['states:StopExecution', arn('states', 'execution:agents-nhi-lifecycle:abc')],
    ['sqs:PurgeQueue', arn('sqs', 'agents-nhi-dead-letters')],
    ['logs:DeleteLogGroup', arn('logs', 'log-group:/nhi-registry/agents/agents-nhi-lifecycle-steps')],
    ['logs:PutLogEvents', arn('logs', 'log-group:/nhi-registry/agents/agents-nhi-lifecycle:log-stream:x')],
    ['logs:FilterLogEvents', arn('logs', 'log-group:/aws/vendedlogs/nhi-registry/agents/agents-nhi-lifecycle:*')],
    ['cloudwatch:DisableAlarmActions', arn('cloudwatch', 'alarm:agents-nhi-TeardownIncomplete')],
    ['cloudwatch:DeleteDashboards', 'arn:aws:cloudwatch::111122223333:dashboard/agents-nhi-lifecycle'],
    ['sts:AssumeRole', iamArn('role/agents-nhi-lifecycle-engine')],
    ['iam:PassRole', iamArn('role/agents-nhi-lifecycle-request')],
    ['iam:GetPolicyVersion', iamArn('policy/agents/agents-guard-test')],
    ['iam:CreateAccessKey', iamArn('user/agents/other-bot-debug')],
    ['iam:GetRole', iamArn('role/agents/test/other-bot-test')],
    ['iam:PutRolePolicy', iamArn('role/agents/test/other-bot-test')],
    ['cloudformation:DeleteStack', arn('cloudformation', 'stack/Platform/0a1b')],
    ['cloudformation:UpdateStack', arn('cloudformation', 'stack/Platform/0a1b')],
    ['kms:ScheduleKeyDeletion', arn('kms', 'key/0a1b')],
    ['kms:DisableKey', arn('kms', 'key/0a1b')],
    ['sns:DeleteTopic', arn('sns', 'alarms')],
    ['sns:Subscribe', arn('sns', 'alarms')],
  ])('is denied %s on %s', (action, resource) => {
    expect(denies(document, { action, resource })).toBe(true);
  });

  test.each<[string, string]>([
    ['kms:Decrypt', arn('kms', 'key/0a1b')],
    ['kms:GenerateDataKey', arn('kms', 'key/0a1b')],
    ['kms:ScheduleKeyDeletion', arn('kms', 'key/0a1c')],
    ['sns:Publish', arn('sns', 'alarms')],
    // Only names with the reserved infix are the registry's.
    ['dynamodb:PutItem', arn('dynamodb', 'table/agents-ledger')],
    ['dynamodb:PutItem', arn('dynamodb', 'table/agents-agenda-x')],
    ['lambda:InvokeFunction', arn('lambda', 'function:agents-agenda-x')],
    ['lambda:InvokeFunction', arn('lambda', 'function:agents-nhi')],
    ['sts:AssumeRole', iamArn('role/agents-agenda-x')],
    ['iam:GetRole', iamArn('role/agents-nhi')],
    ['events:DisableRule', arn('events', 'rule/agents-suspension-x')],
    ['scheduler:DeleteSchedule', arn('scheduler', 'schedule/default/agents-agenda-x')],
    ['scheduler:DeleteSchedule', arn('scheduler', 'schedule/mine/x')],
    ['states:StopExecution', arn('states', 'execution:orders:agents-nhi-1')],
    ['s3:PutObject', 'arn:aws:s3:::agents-evidence-x/y'],
    ['cloudwatch:DisableAlarmActions', arn('cloudwatch', 'alarm:agents-lifecycle')],
    ['dynamodb:PutItem', arn('dynamodb', 'table/invoices')],
    ['s3:PutObject', 'arn:aws:s3:::agents-invoices/x'],
    ['events:PutEvents', arn('events', 'event-bus/orders')],
    ['lambda:InvokeFunction', arn('lambda', 'function:my-agents-nhi-lifecycle')],
    ['lambda:InvokeFunction', arn('lambda', 'function:agents-lifecycle-report')],
    ['states:StartExecution', arn('states', 'stateMachine:orders')],
    ['sqs:SendMessage', arn('sqs', 'agents-inbox')],
    ['logs:PutLogEvents', arn('logs', 'log-group:/aws/lambda/agents-Bot12345-abcdef:log-stream:x')],
    ['cloudwatch:SetAlarmState', arn('cloudwatch', 'alarm:invoices')],
    ['sts:AssumeRole', iamArn('role/agents/test/other-bot-test')],
    ['iam:PassRole', iamArn('role/agents/test/other-bot-test')],
    ['sts:AssumeRole', iamArn('role/reader')],
    ['iam:GetRole', iamArn('role/reader')],
    ['cloudformation:DescribeStacks', arn('cloudformation', 'stack/Invoices/0a1b')],
    ['sts:GetCallerIdentity', '*'],
  ])('is not denied %s on %s', (action, resource) => {
    expect(denies(document, { action, resource })).toBe(false);
  });

  test('feeds no function of the engine from a queue of its own', () => {
    const request = (name: string) => ({ action: 'lambda:CreateEventSourceMapping', resource: '*', context: { 'lambda:FunctionArn': arn('lambda', `function:${name}`) } });
    expect(denies(document, request('agents-nhi-lifecycle'))).toBe(true);
    expect(denies(document, request('agents-nhi-lifecycle-steps:live'))).toBe(true);
    expect(denies(document, request('agents-nhi-anything'))).toBe(true);
    expect(denies(document, request('agents-lifecycle'))).toBe(false);
    expect(denies(document, request('invoices'))).toBe(false);
  });

  test('publishes no figures of the engine', () => {
    const request = (namespace: string) => ({ action: 'cloudwatch:PutMetricData', resource: '*', context: { 'cloudwatch:namespace': namespace } });
    expect(denies(document, request('NhiLifecycle'))).toBe(true);
    expect(denies(document, request('Invoices'))).toBe(false);
  });
});

test('a reader of the fleet is denied the requests, which hold credentials, and lists no table whole', () => {
  const read = (action: string, ...keys: string[]) => denies(READER, {
    action, resource: arn('dynamodb', 'table/agents-nhi-ledger'), ...(keys.length === 0 ? {} : { context: { 'dynamodb:LeadingKeys': keys } }),
  });
  expect(['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:BatchGetItem'].map((action) => read(action, 'request#0a1b'))).toEqual([true, true, true]);
  expect(read('dynamodb:BatchGetItem', 'registry', 'request#0a1b')).toBe(true);
  expect(read('dynamodb:Scan')).toBe(true);
  expect(read('dynamodb:PartiQLSelect', 'registry')).toBe(true);
  expect([read('dynamodb:Query', 'registry'), read('dynamodb:GetItem', 'placement#111122223333#invoice-bot'), read('dynamodb:DescribeTable')]).toEqual([false, false, false]);
});

test.each<[string, string]>([
  ['dynamodb:Query', arn('dynamodb', 'table/agents-nhi-ledger')],
  ['dynamodb:GetItem', arn('dynamodb', 'table/agents-nhi-ledger')],
  ['s3:GetObject', `${EVIDENCE}/certificates/invoice-bot.json`],
  ['s3:GetObjectVersion', `${EVIDENCE}/certificates/invoice-bot.json`],
  ['s3:ListBucketVersions', EVIDENCE],
])('only a reader of the fleet is let through for %s', (action, resource) => {
  expect(denies(ALL, { action, resource })).toBe(true);
  expect(denies(READER, { action, resource })).toBe(false);
});

describe('secrets', () => {
  const OWN = 'arn:aws:secretsmanager:*:111122223333:secret:agents/invoice-bot/*';
  const without = noSessionsDocument(resources.secrets);
  const own = agentGuardDocument({ sessionTargets: [], passRoleTargets: [], stackTargets: [], excepted: [], ownSecrets: OWN }, resources.secrets);
  const secret = (name: string) => `arn:aws:secretsmanager:eu-west-1:111122223333:secret:${name}-AbCdEf`;
  const read = (name: string, secretId = name) => ({ action: 'secretsmanager:GetSecretValue', resource: secret(name), context: { 'secretsmanager:SecretId': secretId } });

  test.each(['agents/other-bot/erp', 'agents/invoice-bot-2/erp', 'agents/invoice-bot', 'agents/x'])('%s is denied, by name, by ARN and by a part of it', (name) => {
    for (const id of [name, secret(name), secret(name).replace(/-AbCdEf$/, '')]) {
      expect([denies(without, read(name, id)), denies(own, read(name, id))]).toEqual([true, true]);
    }
  });

  test('its own are denied only to who declares none', () => {
    for (const id of ['agents/invoice-bot/erp', secret('agents/invoice-bot/erp')]) {
      expect([denies(without, read('agents/invoice-bot/erp', id)), denies(own, read('agents/invoice-bot/erp', id))]).toEqual([true, false]);
    }
  });

  test('making one is bounded the same way', () => {
    const create = (name: string) => ({ action: 'secretsmanager:CreateSecret', resource: secret(name), context: { 'secretsmanager:Name': name } });
    expect([denies(without, create('agents/other-bot/new')), denies(own, create('agents/other-bot/new'))]).toEqual([true, true]);
    expect(denies(own, create('agents/invoice-bot/new'))).toBe(false);
  });

  test('what is under no registry\'s name is left to the access policy', () => {
    expect([denies(without, read('invoices/erp')), denies(own, read('invoices/erp'))]).toEqual([false, false]);
    expect(denies(own, { action: 'secretsmanager:GetRandomPassword', resource: '*' })).toBe(false);
  });
});

test('neither has a policy variable or an Allow', () => {
  for (const document of [ALL, READER]) {
    const text = JSON.stringify(new Stack().resolve(document));
    expect(text).not.toContain('${');
    expect(text).not.toContain('"Allow"');
  }
});

describe.each([['all', ALL], ['those that read the fleet', READER]])('credentials of agents, for %s', (_who, document) => {
  const key = 'arn:aws:apigateway:eu-west-1::/apikeys/k1';
  const ofAgent = { 'aws:ResourceTag/agent:registry': 'agents' };

  test.each(['apigateway:PATCH', 'apigateway:DELETE', 'apigateway:PUT', 'apigateway:POST'])('%s changes no key of an agent, and others as access says', (action) => {
    expect(denies(document, { action, resource: key, context: ofAgent })).toBe(true);
    expect(denies(document, { action, resource: key, context: {} })).toBe(false);
  });

  test('a key is read as access says', () => {
    expect(denies(document, { action: 'apigateway:GET', resource: key, context: ofAgent })).toBe(false);
  });

  test.each([['cognito-idp:CreateUserPoolClient', true], ['cognito-idp:UpdateUserPoolClient', true], ['cognito-idp:AddUserPoolClientSecret', true], ['cognito-idp:ListUserPoolClients', false]])('%s: %p', (action, isDenied) => {
    expect(denies(document, { action, resource: arn('cognito-idp', 'userpool/eu-west-1_a') })).toBe(isDenied);
    expect(alwaysDenied(action) !== undefined).toBe(isDenied);
  });
});

test('each fits a managed policy, with the longest names of registry, path, stack and region', () => {
  const longest = new RegistryNames('a'.repeat(20), `/${'corp/bots/of/the/company'.padEnd(64, 'x')}/`);
  const stack = new Stack();
  const props = { names: longest, tagPrefix: `${'p'.repeat(31)}:`, resources: registryResources(longest, stack, ['S'.repeat(128), 'R'.repeat(128)], [arn('kms', `key/mrk-${'0'.repeat(32)}`), arn('sns', 'T'.repeat(256))]) };
  for (const document of [noRegistryDocument(props), registryReaderDocument(props), noSessionsDocument(props.resources.secrets)]) {
    expect(policySizeOf(stack.resolve(document))).toBeLessThanOrEqual(QUOTAS.managedPolicySize.limit);
  }
});

describe('the registry that is deployed', () => {
  const stack = new Stack(new App(), 'Platform', { env: { account: place.account, region: place.region } });
  const registry = new LifecycleRegistry(stack, 'Agents');
  const template = Template.fromStack(stack);
  const policy = (name: string) => Object.values(template.findResources('AWS::IAM::ManagedPolicy', { Properties: { ManagedPolicyName: name } }))[0].Properties;
  const flat = (value: unknown): string => JSON.stringify(value).replaceAll('{"Ref":"AWS::Partition"}', '"aws"');
  const joined = (value: unknown): unknown => JSON.parse(flat(value), (_key, part) => (part?.['Fn::Join'] ? part['Fn::Join'][1].join('') : part));
  const deployed = joined(policy('agents-no-registry').PolicyDocument.Statement) as Record<string, unknown>[];

  /** ARNs of named resources by type. A new type has to be added here and to the guard. */
  const ARNS: Record<string, (properties: Record<string, string>) => string[]> = {
    'AWS::DynamoDB::Table': ({ TableName }) => [arn('dynamodb', `table/${TableName}`), arn('dynamodb', `table/${TableName}/index/any`)],
    'AWS::S3::Bucket': ({ BucketName }) => [`arn:aws:s3:::${BucketName}`, `arn:aws:s3:::${BucketName}/any`],
    'AWS::Events::EventBus': ({ Name }) => [arn('events', `event-bus/${Name}`), arn('events', `rule/${Name}/any`)],
    'AWS::Events::Rule': ({ Name }) => [arn('events', `rule/${Name}`)],
    'AWS::IAM::ManagedPolicy': ({ Path, ManagedPolicyName }) => [iamArn(`policy${Path}${ManagedPolicyName}`)],
    'AWS::IAM::Role': ({ RoleName }) => [iamArn(`role/${RoleName}`)],
    'AWS::Lambda::Function': ({ FunctionName }) => [arn('lambda', `function:${FunctionName}`), arn('lambda', `function:${FunctionName}:1`)],
    'AWS::Logs::LogGroup': ({ LogGroupName }) => [arn('logs', `log-group:${LogGroupName}`), arn('logs', `log-group:${LogGroupName}:log-stream:any`)],
    'AWS::SQS::Queue': ({ QueueName }) => [arn('sqs', QueueName)],
    'AWS::StepFunctions::StateMachine': ({ StateMachineName }) => [arn('states', `stateMachine:${StateMachineName}`), arn('states', `execution:${StateMachineName}:any`),
      ...(StateMachineName.endsWith('-agenda') ? [arn('states', `mapRun:${StateMachineName}/any:any`)] : [])],
    'AWS::Scheduler::Schedule': ({ Name }) => [arn('scheduler', `schedule/default/${Name}`)],
    'AWS::CloudWatch::Alarm': ({ AlarmName }) => [arn('cloudwatch', `alarm:${AlarmName}`)],
    'AWS::CloudWatch::Dashboard': ({ DashboardName }) => [`arn:aws:cloudwatch::111122223333:dashboard/${DashboardName}`],
  };
  /** Access to them follows from the resource that they belong to. */
  const PARTS = ['AWS::IAM::Policy', 'AWS::Lambda::Permission', 'AWS::S3::BucketPolicy', 'AWS::SQS::QueuePolicy', 'Custom::LifecycleRegistryDeletionCheck'];

  test('all that it is made of is denied', () => {
    const all = Object.values(template.toJSON().Resources as Record<string, { Type: string; Properties: Record<string, string> }>);
    expect(all.map(({ Type }) => Type).filter((type) => ARNS[type] === undefined && !PARTS.includes(type))).toEqual([]);
    const arns = all.flatMap(({ Type, Properties }) => ARNS[Type]?.(Properties) ?? []);
    expect(arns.length).toBeGreaterThan(30);
    expect(arns.filter((resource) => !denies(deployed, { action: 'any:Thing', resource }))).toEqual([]);
  });

  test('and its own stack; a nested one too, with the one around it', () => {
    expect(denies(deployed, { action: 'cloudformation:DeleteStack', resource: arn('cloudformation', 'stack/Platform/1') })).toBe(true);
    const nested = new NestedStack(new Stack(new App(), 'Around', { env: { account: place.account, region: place.region } }), 'Nested');
    new LifecycleRegistry(nested, 'Agents', { registryName: 'nested' });
    const [, found] = Object.entries(Template.fromStack(nested).findResources('AWS::IAM::ManagedPolicy', { Properties: { ManagedPolicyName: 'nested-no-registry' } }))[0];
    expect(JSON.stringify(found)).toContain(':stack/Around/*');
    expect(JSON.stringify(found)).toContain('{"Ref":"AWS::StackName"}');
  });

  test('the ARNs that agents attach are the policies that are made', () => {
    const facts = factsOf(registry);
    expect(joined(stack.resolve(facts.names.noRegistryPolicyArn(facts.place)))).toBe(iamArn('policy/agents/agents-no-registry'));
    expect(joined(stack.resolve(facts.names.registryReaderPolicyArn(facts.place)))).toBe(iamArn('policy/agents/agents-registry-reader'));
    expect(policy('agents-registry-reader').Path).toBe('/agents/');
  });
});
