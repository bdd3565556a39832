import { Duration } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { codeOf, platform } from './platform';

const NAME = 'agents-nhi-revokers';

interface Statement { readonly Sid: string; readonly Effect: string; readonly Action: string | string[]; readonly Resource: unknown }

function statementsOf(template: Template, roleName: string): Statement[] {
  const [{ Properties: { Policies: policies } }] = Object.values(template.findResources('AWS::IAM::Role', { Properties: { RoleName: roleName } })) as {
    Properties: { Policies: { PolicyDocument: { Statement: Statement[] } }[] };
  }[];
  return policies.flatMap(({ PolicyDocument: { Statement: all } }) => all);
}

test('the function reads secrets with reserved names only, sends orders, takes what the engine asks, and is denied everything else of the registry', () => {
  const own = statementsOf(platform().template(), NAME).filter(({ Sid }) => !['OwnLogs', 'OwnTraces'].includes(Sid));
  const [secrets, orders, asked, nothing, tables, calls, rows, queues] = own;
  expect(own.map(({ Sid, Effect }) => [Sid, Effect])).toEqual([
    ['ReadOwnSecrets', 'Allow'], ['SendOrders', 'Allow'], ['TakeAsked', 'Allow'], ['NothingElse', 'Deny'], ['NoOtherTables', 'Deny'], ['NoOtherCalls', 'Deny'], ['NoOtherRows', 'Deny'], ['NoOtherQueues', 'Deny'],
  ]);
  expect(secrets.Action).toBe('secretsmanager:GetSecretValue');
  expect(JSON.stringify(secrets.Resource)).toContain(':secretsmanager:eu-west-1:111122223333:secret:agents-nhi-revokers/*');
  const ordersArn = expect.objectContaining({ 'Fn::Join': ['', expect.arrayContaining([expect.stringContaining(':sqs:eu-west-1:111122223333:agents-nhi-orders-*')])] });
  expect(orders).toMatchObject({ Action: 'sqs:SendMessage', Resource: ordersArn });
  expect(queues).toMatchObject({ Action: 'sqs:*', NotResource: ordersArn });
  expect(nothing).toMatchObject({ Resource: '*', Action: expect.arrayContaining(['iam:*', 's3:*', 'states:*', 'sts:AssumeRole*', 'kms:Put*', 'kms:Update*', 'kms:Create*']) });
  expect(JSON.stringify(own)).not.toMatch(/kms:(\*|Sign|DescribeKey)/);
  const table = expect.objectContaining({ 'Fn::Join': ['', expect.arrayContaining([expect.stringContaining(':dynamodb:eu-west-1:111122223333:table/agents-nhi-ledger')])] });
  expect(asked).toMatchObject({ Action: 'dynamodb:DeleteItem', Resource: table, Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['ask#*'] } } });
  expect(tables).toMatchObject({ Action: 'dynamodb:*', NotResource: table });
  expect(calls).toMatchObject({ Resource: table, Action: expect.arrayContaining(['dynamodb:Get*', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:Scan', 'dynamodb:UpdateItem']) });
  expect(calls.Action).not.toContain('dynamodb:DeleteItem');
  expect(rows).toMatchObject({ Action: 'dynamodb:DeleteItem', Resource: table, Condition: { 'ForAnyValue:StringNotLike': { 'dynamodb:LeadingKeys': 'ask#*' } } });
});

test('the engine may invoke it and reads no secret\'s value', () => {
  const template = platform().template();
  const engine = statementsOf(template, 'agents-nhi-lifecycle-engine');
  expect(engine.find(({ Sid }) => Sid === 'AskThirdParties')).toMatchObject({ Effect: 'Allow', Action: 'lambda:InvokeFunction' });
  expect(JSON.stringify(engine)).not.toContain('secretsmanager:GetSecretValue');
  template.hasResourceProperties('AWS::Lambda::Function', { FunctionName: 'agents-nhi-lifecycle-steps', Environment: { Variables: Match.objectLike({ REVOKER_FUNCTION: NAME }) } });
  template.hasResourceProperties('AWS::CloudWatch::Alarm', { AlarmName: 'agents-nhi-RevocationOpen', MetricName: 'RevocationOpen' });
});

test('the registry names the hosts with private addresses and the time until the next attempt', () => {
  const template = platform({ revokerPrivateHosts: ['idp.corp.example', '[::1]'], agenda: { revocationRetry: Duration.minutes(10) } }).template();
  template.hasResourceProperties('AWS::Lambda::Function', { FunctionName: NAME, Environment: { Variables: Match.objectLike({ REVOKERS: '{"privateHosts":["idp.corp.example","[::1]"]}' }) } });
  template.hasResourceProperties('AWS::Lambda::Function', {
    FunctionName: 'agents-nhi-lifecycle-steps', Environment: { Variables: Match.objectLike({ AGENDA: Match.serializedJson(Match.objectLike({ revocationRetrySeconds: 600 })) }) },
  });
  platform().template().hasResourceProperties('AWS::Lambda::Function', { FunctionName: NAME, Environment: { Variables: Match.objectLike({ REVOKERS: '{"privateHosts":[]}' }) } });
});

test.each([[['https://idp.corp.example']], [['IDP.corp.example']], [['*.corp.example']], [['']], ['idp.corp.example' as never], [[7 as never]], [Array.from({ length: 21 }, (_, number) => `h${number}.example`)]])('PrivateHostInvalid: %j', (revokerPrivateHosts) => {
  expect(codeOf(() => platform({ revokerPrivateHosts }))).toBe('PrivateHostInvalid');
});

test('AgendaInvalid: a time until the next attempt of more than a day', () => {
  expect(codeOf(() => platform({ agenda: { revocationRetry: Duration.days(2) } }))).toBe('AgendaInvalid');
});
