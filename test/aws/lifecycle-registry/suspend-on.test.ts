import { App, aws_events as events, aws_sns as sns, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { platform } from './platform';
import { IamEventsForwarding, SuspendOnOptions } from '../../../src/aws/lifecycle-registry';
import { ResidueKind } from '../../../src/contract/residue';

const FINDING: SuspendOnOptions = { eventPattern: { source: ['corp.detector'], detailType: ['Leak'], detail: { severity: ['high'], who: { kind: ['agent'] } } }, agent: '$.detail.who.arn' };
const ruleOf = ({ template }: ReturnType<typeof platform>, Name: string) => Object.values(template().findResources('AWS::Events::Rule', { Properties: { Name } }))[0]?.Properties;

test('suspendOn sends the engine\'s responder what the rule reads from the event, and matches only events that have it', () => {
  const made = platform();
  made.registry.suspendOn('Compromise', { ...FINDING, agentId: '$.detail.who.id' });
  const rule = ruleOf(made, 'agents-nhi-suspend-on-Compromise');
  expect(rule).toMatchObject({
    EventPattern: { 'source': ['corp.detector'], 'detail-type': ['Leak'], 'detail': { severity: ['high'], who: { kind: ['agent'], arn: [{ exists: true }], id: [{ exists: true }] } } },
    Targets: [{
      InputTransformer: { InputPathsMap: { 'id': '$.id', 'account': '$.account', 'detail-who-arn': '$.detail.who.arn', 'detail-who-id': '$.detail.who.id' } },
      RetryPolicy: { MaximumRetryAttempts: 8 },
    }],
  });
  const template = JSON.stringify(rule.Targets[0].InputTransformer.InputTemplate).replaceAll('\\', '');
  expect(template).toContain('"suspendOn":"Compromise"');
  expect(template).toContain('"principal":<detail-who-arn>');
  expect(template).toContain(':rule/agents-nhi-suspend-on-Compromise');
  expect(rule).not.toHaveProperty('EventBusName');
});

test('a pattern that says more of the principal stays as it is', () => {
  const made = platform();
  made.registry.suspendOn('Ours', { ...FINDING, eventPattern: { source: ['corp.detector'], detail: { who: { arn: [{ prefix: 'arn:aws:iam::111122223333:' }] } } } });
  expect(ruleOf(made, 'agents-nhi-suspend-on-Ours').EventPattern.detail).toEqual({ who: { arn: [{ prefix: 'arn:aws:iam::111122223333:' }] } });
});

test('any bus can carry the events', () => {
  const made = platform();
  made.registry.suspendOn('Compromise', { ...FINDING, eventBus: made.registry.eventBus });
  const rule = ruleOf(made, 'agents-nhi-suspend-on-Compromise');
  expect(rule.EventBusName).toBeDefined();
  expect(JSON.stringify(rule.Targets[0].InputTransformer.InputTemplate)).toContain(':rule/');
});

test('findings of GuardDuty suspend by name and unique id, from a severity on', () => {
  const made = platform();
  made.registry.suspendOnGuardDutyFindings({ minimumSeverity: 5 });
  expect(ruleOf(made, 'agents-nhi-suspend-on-GuardDuty')).toMatchObject({
    EventPattern: {
      'source': ['aws.guardduty'],
      'detail-type': ['GuardDuty Finding'],
      'detail': { severity: [{ numeric: ['>=', 5] }], resource: { accessKeyDetails: { userName: [{ exists: true }], principalId: [{ exists: true }] } } },
    },
  });
});

test('active findings of Access Analyzer about a role suspend', () => {
  const made = platform();
  made.registry.suspendOnExternalAccess();
  expect(ruleOf(made, 'agents-nhi-suspend-on-ExternalAccess').EventPattern).toMatchObject({
    source: ['aws.access-analyzer'], detail: { resourceType: ['AWS::IAM::Role'], status: ['ACTIVE'], isDeleted: [false], resource: [{ exists: true }] },
  });
});

test.each<[string, string, object]>([
  ['an id that no rule can have', 'Com promise', {}],
  ['an id that is too long', 'C'.repeat(33), {}],
  ['no pattern', 'Compromise', { eventPattern: undefined }],
  ['a pattern without a source', 'Compromise', { eventPattern: { detailType: ['Leak'] } }],
  ['an invalid path', 'Compromise', { agent: 'detail.arn' }],
  ['a path into an array', 'Compromise', { agent: '$.detail.resources[0].arn' }],
  ['an invalid path for the id', 'Compromise', { agentId: '$.account' }],
])('suspendOn refuses %s', (_what, id, change) => {
  expect(() => platform().registry.suspendOn(id, { ...FINDING, ...change } as SuspendOnOptions)).toThrow(/SuspendOnInvalid/);
});

test.each([0, 11, NaN])('%p is no severity', (minimumSeverity) => {
  expect(() => platform().registry.suspendOnGuardDutyFindings({ minimumSeverity })).toThrow(/SeverityInvalid/);
});

test('calls that lift a denial reach the responder, and the engine\'s own don\'t', () => {
  const { EventPattern: pattern } = ruleOf(platform(), 'agents-nhi-suspension-reassert');
  expect(pattern).toMatchObject({ 'source': ['aws.iam', 'aws.lambda'], 'detail-type': ['AWS API Call via CloudTrail'] });
  const prefixes = (pattern.detail.eventName as { prefix: string }[]).map(({ prefix }) => prefix);
  expect(prefixes).toEqual(expect.arrayContaining(['DetachRolePolicy', 'PutRolePermissionsBoundary', 'DeleteRolePermissionsBoundary', 'UpdateAccessKey', 'CreateServiceSpecificCredential', 'UpdateServiceSpecificCredential', 'PutFunctionConcurrency', 'UpdateEventSourceMapping']));
  expect(JSON.stringify(pattern.detail.userIdentity)).toMatch(/anything-but.*agents-nhi-lifecycle-engine.*exists":false/);
});

test('calls that make or switch on credentials reach it where the registry lets agents have them', () => {
  const patternOf = (...wipes: ResidueKind[]) => ruleOf(platform({ wipes }), 'agents-nhi-suspension-reassert').EventPattern as { source: string[]; detail: { eventSource: string[]; eventName: { prefix: string }[] } };
  const credentialCalls = ({ source, detail }: ReturnType<typeof patternOf>) => [
    source.slice(2), detail.eventSource.slice(2), detail.eventName.map(({ prefix }) => prefix).filter((name) => /ApiKey|Profile/.test(name)),
  ];
  expect(credentialCalls(patternOf())).toEqual([[], [], []]);
  expect(credentialCalls(patternOf(ResidueKind.API_GATEWAY_KEYS))).toEqual([['aws.apigateway'], ['apigateway.amazonaws.com'], ['CreateApiKey', 'ImportApiKeys', 'UpdateApiKey']]);
  expect(credentialCalls(patternOf(ResidueKind.ROLES_ANYWHERE))).toEqual([['aws.rolesanywhere'], ['rolesanywhere.amazonaws.com'], ['CreateProfile', 'EnableProfile', 'UpdateProfile']]);
});

describe('drills', () => {
  const drilled = (props?: Parameters<typeof platform>[0]) => {
    const made = platform(props);
    made.registry.drill({ schedule: events.Schedule.expression('rate(7 days)'), agentName: 'canary-bot' });
    return made;
  };

  test('start on schedule with the canary agent, by a function of their own, and are not repeated', () => {
    const made = drilled();
    expect(ruleOf(made, 'agents-nhi-suspension-drill')).toMatchObject({ ScheduleExpression: 'rate(7 days)', Targets: [{ Arn: expect.anything() }] });
    // Not in the input, because a caller of the function could name any agent.
    expect(JSON.stringify(ruleOf(made, 'agents-nhi-suspension-drill').Targets)).not.toContain('canary-bot');
    made.template().hasResourceProperties('AWS::Lambda::EventInvokeConfig', { MaximumRetryAttempts: 0 });
    made.template().hasResourceProperties('AWS::Lambda::Function', { FunctionName: 'agents-nhi-suspension-drill', Environment: { Variables: Match.objectLike({ DRILL_AGENT: 'canary-bot' }) } });
    made.template().hasResourceProperties('AWS::CloudWatch::Alarm', { AlarmName: 'agents-nhi-DrillFailed' });
    expect(made.registry.metricSuspensionLatency()).toMatchObject({ metricName: 'SuspensionLatency', statistic: 'Maximum' });
  });

  test('that fail notify the registry\'s topic', () => {
    const made = drilled((stack) => ({ alarmTopic: new sns.Topic(stack, 'Topic') }));
    made.template().hasResourceProperties('AWS::CloudWatch::Alarm', { AlarmName: 'agents-nhi-DrillFailed', AlarmActions: [Match.anyValue()] });
  });

  test('cost nothing where there are none', () => {
    platform().template().resourcePropertiesCountIs('AWS::Lambda::Function', { FunctionName: 'agents-nhi-suspension-drill' }, 0);
  });

  test('are declared once, with the name of an agent', () => {
    const { registry } = drilled();
    expect(() => registry.drill({ schedule: events.Schedule.expression('rate(1 day)'), agentName: 'other-bot' })).toThrow(/DrillTwice/);
    expect(() => platform().registry.drill({ schedule: events.Schedule.expression('rate(1 day)'), agentName: 'No Agent' })).toThrow(/AgentNameInvalid/);
  });
});

describe('the forwarding of IAM\'s events', () => {
  const forwarding = (homeRegion: string, region?: string) => {
    const stack = new Stack(new App(), 'Forwarding', { env: { account: '111122223333', region } });
    new IamEventsForwarding(stack, 'Events', { homeRegion });
    return Template.fromStack(stack);
  };

  test('sends the writes of us-east-1 to the default bus of the home region, by a role that may do only that', () => {
    const template = forwarding('eu-west-1', 'us-east-1');
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { source: ['aws.iam'], detail: { readOnly: [false], errorCode: [{ exists: false }] } },
      Targets: [{ Arn: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':events:eu-west-1:111122223333:event-bus/default']] } }],
    });
    template.hasResourceProperties('AWS::IAM::Policy', { PolicyDocument: { Statement: [{ Action: 'events:PutEvents', Effect: 'Allow' }] } });
  });

  test.each([['us-east-1', 'us-east-1'], ['Frankfurt', 'us-east-1'], ['eu-west-1', 'eu-west-1'], ['eu-west-1', undefined]])('to %s from a stack in %s is refused', (home, region) => {
    expect(() => forwarding(home, region)).toThrow(/RegionInvalid/);
  });
});
