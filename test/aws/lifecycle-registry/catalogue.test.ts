import { App, Duration, Fn, Stack, aws_sns as sns } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { codeOf, ENV } from './platform';
import { LifecycleRegistry, SyncCatalogueOptions } from '../../../src/aws/lifecycle-registry';
import { CATALOGUED_EVENTS } from '../../../src/contract/catalogue';
import { METRICS } from '../../../src/contract/metrics';
import { allows } from '../guards/evaluate';

const ARN = 'arn:aws:agent-registry:eu-west-1:111122223333:registry/a1b2c3d4e5f6';
const OTHER = 'arn:aws:agent-registry:eu-west-1:111122223333:registry/zzzzzzzzzzzz';
const NAME = 'agents-nhi-catalogue';

function withCatalogue(options: Partial<SyncCatalogueOptions> = {}) {
  const stack = new Stack(new App(), 'Platform', { env: ENV });
  const registry = new LifecycleRegistry(stack, 'Agents', { alarmTopic: new sns.Topic(stack, 'Topic') });
  registry.syncCatalogue({ agentRegistryArn: ARN, ...options });
  return { registry, template: Template.fromStack(stack) };
}

const { template } = withCatalogue();
const [{ Properties: role }] = Object.values(template.findResources('AWS::IAM::Role', { Properties: { RoleName: NAME } }));
const statements = JSON.parse(JSON.stringify(role.Policies[0].PolicyDocument.Statement).replaceAll('{"Ref":"AWS::Partition"}', '"aws"')
  .replace(/\{"Fn::Join":\["",\[([^\]]+)\]\]\}/g, (_join, parts: string) => JSON.stringify((JSON.parse(`[${parts}]`) as string[]).join('')))) as Record<string, unknown>[];

const OWN = { 'aws:ResourceTag/nhi:registry': '111122223333/agents' };
const TAGGED = { 'aws:RequestTag/nhi:registry': '111122223333/agents', 'aws:TagKeys': ['nhi:registry'] };
const record = `${ARN}/record/abcdefabcdef`;

test.each<[string, string, string, Record<string, string | string[]>, boolean]>([
  ['find records in the one Agent Registry', 'ListRegistryRecords', ARN, {}, true],
  ['twin: not in another one', 'ListRegistryRecords', OTHER, {}, false],
  ['create records with its tag', 'CreateRegistryRecord', ARN, TAGGED, true],
  ['twin: not without the tag', 'CreateRegistryRecord', ARN, {}, false],
  ['twin: not with the tag of another registry', 'CreateRegistryRecord', ARN, { 'aws:RequestTag/nhi:registry': '111122223333/others' }, false],
  ['tag them', 'TagResource', record, TAGGED, true],
  ['twin: not with other tags besides', 'TagResource', record, { ...TAGGED, 'aws:TagKeys': ['nhi:registry', 'owner'] }, false],
  ['twin: not the Agent Registry itself', 'TagResource', ARN, TAGGED, false],
  ...['GetRegistryRecord', 'UpdateRegistryRecord', 'UpdateRegistryRecordStatus', 'SubmitRegistryRecordForApproval', 'DeleteRegistryRecord'].flatMap((action): [string, string, string, Record<string, string>, boolean][] => [
    [`${action} of an own record`, action, record, OWN, true],
    [`twin: not ${action} of one of others`, action, record, {}, false],
    [`twin: not ${action} of one in another Agent Registry`, action, `${OTHER}/record/abcdefabcdef`, OWN, false],
  ]),
  ['twin: not delete the Agent Registry', 'DeleteRegistry', ARN, OWN, false],
  ['twin: not change it', 'UpdateRegistry', ARN, OWN, false],
])('the function may %s', (_what, action, resource, context, isAllowed) => {
  expect(allows(statements, { action: `agent-registry:${action}`, resource, context })).toBe(isAllowed);
});

test('it reads agents, writes nothing of the registry, and has no action of IAM, S3, EventBridge or Step Functions', () => {
  const actions = statements.flatMap(({ Action: action }) => action as string[]);
  expect(actions.filter((action) => !action.startsWith('agent-registry:')).sort()).toEqual([
    'dynamodb:GetItem', 'dynamodb:Query', 'logs:CreateLogStream', 'logs:PutLogEvents',
    ...['ChangeMessageVisibility', 'DeleteMessage', 'GetQueueAttributes', 'ReceiveMessage', 'SendMessage'].map((action) => `sqs:${action}`), 'xray:PutTelemetryRecords', 'xray:PutTraceSegments',
  ]);
  const table = `arn:aws:dynamodb:${ENV.region}:${ENV.account}:table/agents-nhi-ledger`;
  const rows = (action: string, row: string) => (
    allows(statements, { action: `dynamodb:${action}`, resource: table, context: { 'dynamodb:LeadingKeys': [row] } }));
  expect([rows('GetItem', 'placement#111122223333#bot'), rows('GetItem', 'registry'), rows('Query', 'registry')]).toEqual([true, true, true]);
  expect([rows('GetItem', 'request#1'), rows('GetItem', 'notice'), rows('Query', 'placement#111122223333#bot'), rows('PutItem', 'registry')]).toEqual([false, false, false, false]);
});

test('events and the daily comparison go through one queue, whose failures go to the dead letters of the registry', () => {
  template.hasResourceProperties('AWS::SQS::Queue', {
    QueueName: NAME,
    SqsManagedSseEnabled: true,
    VisibilityTimeout: 720,
    RedrivePolicy: { maxReceiveCount: 10, deadLetterTargetArn: Match.anyValue() },
  });
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } });
  template.hasResourceProperties('AWS::Events::Rule', {
    Name: NAME,
    EventPattern: { account: [ENV.account], source: ['cdk-nhi-lifecycle'], detail: { source: ['/nhi/agents'], type: CATALOGUED_EVENTS.map((name) => `nhi.lifecycle.${name}.v1`) } },
    Targets: [Match.objectLike({ DeadLetterConfig: Match.anyValue() })],
  });
  template.hasResourceProperties('AWS::Events::Rule', {
    Name: `${NAME}-reconcile`, ScheduleExpression: 'rate(1 day)', Targets: [Match.objectLike({ Input: '{"task":"reconcile-catalogue"}', DeadLetterConfig: Match.anyValue() })],
  });
  template.hasResourceProperties('AWS::CloudWatch::Alarm', { AlarmName: 'agents-nhi-CatalogueFailed', MetricName: METRICS.catalogueFailed, AlarmActions: [Match.anyValue()] });
});

const settingsOf = (made: Template) => {
  const [{ Properties: { Environment: { Variables: variables } } }] = Object.values(made.findResources('AWS::Lambda::Function', { Properties: { FunctionName: NAME } }));
  return JSON.stringify(variables.CATALOGUE);
};

test('records stay for 30 days and have no mail address, unless something else is wanted', () => {
  expect(settingsOf(template)).toMatch(/deleteAfterSeconds\\":2592000,\\"showsMail\\":false/);
  expect(settingsOf(withCatalogue({ deleteAfter: Duration.days(1), showSponsorMail: true }).template)).toMatch(/deleteAfterSeconds\\":86400,\\"showsMail\\":true/);
});

test('without it a registry has none of it', () => {
  const stack = new Stack(new App(), 'Platform', { env: ENV });
  new LifecycleRegistry(stack, 'Agents');
  expect(JSON.stringify(Template.fromStack(stack))).not.toContain(NAME);
});

test.each<[string, Partial<SyncCatalogueOptions>, string | undefined]>([
  ['an ARN of the preview', { agentRegistryArn: 'arn:aws:bedrock-agentcore:eu-west-1:111122223333:registry/a1b2c3d4e5f6' }, 'CatalogueInvalid'],
  ['an id', { agentRegistryArn: 'a1b2c3d4e5f6' }, 'CatalogueInvalid'],
  ['an ARN with a wildcard', { agentRegistryArn: 'arn:aws:agent-registry:eu-west-1:111122223333:registry/*' }, 'CatalogueInvalid'],
  ['nothing', { agentRegistryArn: undefined as never }, 'CatalogueInvalid'],
  ['twin: one of another account and region', { agentRegistryArn: 'arn:aws-us-gov:agent-registry:us-gov-west-1:999900001111:registry/a1b2c3d4e5f6' }, undefined],
  ['twin: one of the same app', { agentRegistryArn: Fn.getAtt('Catalogue', 'RegistryArn').toString() }, undefined],
  ['no time', { deleteAfter: Duration.days(0) }, 'CatalogueInvalid'],
  ['half a day', { deleteAfter: Duration.hours(12) }, 'CatalogueInvalid'],
  ['a number', { deleteAfter: 30 as never }, 'CatalogueInvalid'],
  ['eleven years', { deleteAfter: Duration.days(4_000) }, 'CatalogueInvalid'],
  ['twin: ten years', { deleteAfter: Duration.days(3_650) }, undefined],
])('options: %s', (_what, options, code) => {
  if (code === undefined) {
    expect(() => withCatalogue(options)).not.toThrow();
  } else {
    expect(codeOf(() => withCatalogue(options))).toBe(code);
  }
});

test('a second one is refused', () => {
  const { registry } = withCatalogue();
  expect(codeOf(() => registry.syncCatalogue({ agentRegistryArn: OTHER }))).toBe('CatalogueTwice');
});
