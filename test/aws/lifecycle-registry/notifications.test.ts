import { aws_kms as kms, aws_ses as ses, aws_sns as sns } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { codeOf, logicalIds, platform } from './platform';
import { LifecycleRegistryProps, Notifications } from '../../../src/aws/lifecycle-registry';

const FROM = 'agents@mail.example.com';
const mail = (props: object = {}): LifecycleRegistryProps => ({ notifications: Notifications.mail({ from: FROM, ...props }) });
const role = (statement: object) => ({
  RoleName: 'agents-nhi-notifications', Policies: [{ PolicyDocument: { Statement: Match.arrayWith([Match.objectLike(statement)]) } }],
});
const identity = (name: unknown) => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:ses:eu-west-1:111122223333:identity/${String(name)}`]] });

test('by default nobody is notified: there is nothing of it, and the dashboard says so', () => {
  for (const props of [{}, { notifications: Notifications.busOnly() }]) {
    const template = platform(props).template();
    expect(Object.values(template.findResources('AWS::Lambda::Function', { Properties: { FunctionName: 'agents-nhi-notifications' } }))).toEqual([]);
    template.resourceCountIs('AWS::Scheduler::Schedule', 1);
    expect(JSON.stringify(template.findResources('AWS::CloudWatch::Dashboard'))).toContain('Nobody is notified by mail: the registry has no `notifications`');
  }
});

test('with mail, the dashboard says nothing, and a failure has an alarm', () => {
  const template = platform(mail()).template();
  expect(JSON.stringify(template.findResources('AWS::CloudWatch::Dashboard'))).not.toContain('Nobody is notified');
  template.hasResourceProperties('AWS::CloudWatch::Alarm', { AlarmName: 'agents-nhi-NotificationFailed', MetricName: 'NotificationFailed' });
});

test('the function may send from one address of one identity, and nothing else', () => {
  const template = platform(mail()).template();
  template.hasResourceProperties('AWS::IAM::Role', role({
    Effect: 'Allow', Action: 'ses:SendEmail', Resource: identity('mail.example.com'), Condition: { StringEquals: { 'ses:FromAddress': FROM } },
  }));
  const actions = JSON.stringify(template.findResources('AWS::IAM::Role', { Properties: { RoleName: 'agents-nhi-notifications' } }));
  expect(actions.match(/"ses:[A-Za-z*]+/g)).toEqual(['"ses:SendEmail', '"ses:FromAddress']);
  expect(actions).not.toMatch(/sns:|iam:|"Action":"\*"/);
});

test('it reads agents and lists, and writes nothing but its own rows', () => {
  const template = platform(mail()).template();
  const rows = (Sid: string, Action: string[], keys: string[]) => role({ Sid, Action, Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys } } });
  template.hasResourceProperties('AWS::IAM::Role', rows('ReadEvents', ['dynamodb:GetItem', 'dynamodb:Query'], ['placement#*', 'agenda-list#*']));
  template.hasResourceProperties('AWS::IAM::Role', rows('KeepNotices', ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:DeleteItem'], ['notice*']));
});

test('an identity of the app is used instead of the domain', () => {
  const template = platform((stack) => mail({ identity: ses.EmailIdentity.fromEmailIdentityName(stack, 'Identity', 'example.com') })).template();
  template.hasResourceProperties('AWS::IAM::Role', role({ Action: 'ses:SendEmail', Resource: identity('example.com') }));
});

test('the rule matches this registry\'s events that concern people, with dead letters', () => {
  const template = platform(mail()).template();
  template.hasResourceProperties('AWS::Events::Rule', {
    Name: 'agents-nhi-notifications',
    EventBusName: { Ref: Match.stringLikeRegexp('^AgentsBus') },
    EventPattern: {
      account: ['111122223333'],
      source: ['cdk-nhi-lifecycle'],
      detail: { source: ['/nhi/agents'], type: Match.arrayWith(['nhi.lifecycle.expiry-near.v1', 'nhi.lifecycle.left.v1', 'nhi.registry.sweep-held.v1']) },
    },
    Targets: [Match.objectLike({ DeadLetterConfig: { Arn: Match.anyValue() } })],
  });
});

test('digests are sent in one hour of the day, with two more runs for what the first could not do', () => {
  const template = platform(mail({ digestHour: 17, operators: ['Ops@example.com', 'ops@example.com'] })).template();
  template.hasResourceProperties('AWS::Scheduler::Schedule', {
    Name: 'agents-nhi-digest',
    ScheduleExpression: 'cron(0/20 17 * * ? *)',
    ScheduleExpressionTimezone: 'UTC',
    Target: Match.objectLike({ Input: '{"task":"send-digests"}', DeadLetterConfig: Match.anyValue() }),
  });
  template.hasResourceProperties('AWS::Lambda::Function', {
    FunctionName: 'agents-nhi-notifications',
    DeadLetterConfig: Match.anyValue(),
    Environment: { Variables: Match.objectLike({ NOTIFICATIONS: JSON.stringify({ channel: { kind: 'mail', from: FROM }, digestHour: 17, operators: ['ops@example.com'] }) }) },
  });
});

test('a topic: the function may publish to it and use its key through SNS, and the dashboard says that there is no mail', () => {
  const template = platform((stack) => ({
    notifications: Notifications.topic(new sns.Topic(stack, 'People', { masterKey: new kms.Key(stack, 'Key') })),
  })).template();
  const [topic] = logicalIds(template, 'AWS::SNS::Topic');
  template.hasResourceProperties('AWS::IAM::Role', role({ Action: 'sns:Publish', Resource: { Ref: topic } }));
  template.hasResourceProperties('AWS::IAM::Role', role({ Sid: 'UseKeyOfTopic', Condition: { StringEquals: { 'kms:ViaService': 'sns.eu-west-1.amazonaws.com' } } }));
  expect(JSON.stringify(template.findResources('AWS::CloudWatch::Dashboard'))).toContain('digests go to an SNS topic');
  expect(JSON.stringify(template.findResources('AWS::IAM::Role'))).not.toContain('ses:');
});

test.each<[string, () => unknown]>([
  ['NotificationsInvalid', () => mail({ digestHour: 24 })],
  ['NotificationsInvalid', () => mail({ digestHour: 6.5 })],
  ['NotificationsInvalid', () => mail({ digestHour: '6' })],
  ['EmailInvalid', () => mail({ from: 'Agents <agents@example.com>' })],
  ['EmailInvalid', () => mail({ from: 'agents@example.com\r\nBcc: all@example.com' })],
  ['EmailInvalid', () => mail({ operators: ['ops'] })],
  ['WrongClass', () => platform({ notifications: { from: FROM } as never })],
])('fails with %s', (code, make) => {
  expect(codeOf(make)).toBe(code);
});
