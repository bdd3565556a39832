import { App, aws_events_targets as targets, aws_kms as kms, aws_s3 as s3, aws_sns as sns, aws_sqs as sqs, CfnResource, Duration, Stack, Token } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { AgentNaming } from '../../../src/aws/agent-identity';
import { AgentRegistry, AgentRegistryProps } from '../../../src/aws/agent-registry';
import { AgentStage } from '../../../src/core';

const ENV = { account: '111122223333', region: 'eu-west-1' };

function platform(props: AgentRegistryProps = {}, development = false) {
  const app = new App();
  const stack = new Stack(app, 'Platform', { env: ENV });
  const registry = development ? AgentRegistry.development(stack, 'Agents', props) : new AgentRegistry(stack, 'Agents', props);
  return { app, stack, registry, template: () => Template.fromStack(stack) };
}

const codeOf = (action: () => unknown): string | undefined => {
  try {
    action();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
};
const logicalIds = (template: Template, type: string): string[] => Object.keys(template.findResources(type));

describe('ledger', () => {
  test('on demand, restorable, encrypted, kept and protected from deletion', () => {
    platform().template().hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: Match.objectLike({
        TableName: 'agents-ledger',
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true },
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }],
      }),
    });
  });

  test('takes the given key, which also encrypts the evidence', () => {
    const { stack, app } = platform();
    const own = new Stack(app, 'Own', { env: ENV });
    new AgentRegistry(own, 'Agents', { registryName: 'own', encryptionKey: new kms.Key(own, 'Key') });
    expect(stack).not.toBe(own);
    const template = Template.fromStack(own);
    template.hasResourceProperties('AWS::DynamoDB::Table', { SSESpecification: { KMSMasterKeyId: Match.anyValue(), SSEType: 'KMS' } });
    template.hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { KMSMasterKeyID: Match.anyValue(), SSEAlgorithm: 'aws:kms' } }] },
    });
  });
});

describe('evidence', () => {
  const locked = (template: Template, mode: string, days: number) => template.hasResourceProperties('AWS::S3::Bucket', {
    ObjectLockEnabled: true,
    ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: { Mode: mode, Days: days } } },
  });

  test('write-once, versioned, kept, not public', () => {
    const template = platform().template();
    locked(template, 'GOVERNANCE', 400);
    template.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Retain',
      Properties: Match.objectLike({
        BucketName: 'agents-evidence-111122223333-eu-west-1',
        VersioningConfiguration: { Status: 'Enabled' },
        PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
      }),
    });
  });

  test('only over TLS', () => {
    platform().template().hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Effect: 'Deny', Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })]) },
    });
  });

  test('mode and retention are choices', () => {
    locked(platform({ evidenceLockMode: s3.ObjectLockMode.COMPLIANCE, evidenceRetention: Duration.days(3650) }).template(), 'COMPLIANCE', 3650);
  });

  test.each([Duration.hours(12), Duration.days(0), Duration.hours(36)])('EvidenceRetentionInvalid: fails when it is %s', (evidenceRetention) => {
    expect(codeOf(() => platform({ evidenceRetention }))).toBe('EvidenceRetentionInvalid');
  });
});

test('a naming of the organisation\'s own holds for guards, agents and the engine alike', () => {
  const { registry, template } = platform({ naming: AgentNaming.of({ pathRoot: 'corp/bots', namePrefix: 'acme-' }) });

  expect(registry.rolePath('test')).toBe('/corp/bots/test/');
  template().hasResourceProperties('AWS::IAM::ManagedPolicy', { Path: '/corp/bots/', ManagedPolicyName: 'agents-guard-test' });
  template().hasResourceProperties('AWS::Lambda::Function', { FunctionName: 'agents-lifecycle-steps', Environment: { Variables: Match.objectLike({ REGISTRY_PATH: '/corp/bots/' }) } });
  expect(JSON.stringify(template().findResources('AWS::IAM::Role', { Properties: { RoleName: 'agents-lifecycle-engine' } }))).toContain(':role/corp/bots/*');
});

describe('guards', () => {
  const policies = (template: Template) => Object.values(template.findResources('AWS::IAM::ManagedPolicy')).map(({ Properties }) => `${Properties.Path}${Properties.ManagedPolicyName}`);

  test('one for each stage, and one for all that reach no other identity', () => {
    expect(policies(platform().template()).sort()).toEqual(['/agents/agents-guard-production', '/agents/agents-guard-staging', '/agents/agents-guard-test', '/agents/agents-no-sessions']);
    expect(policies(platform({ stages: [AgentStage.of('sandbox', {})] }).template())).toContain('/agents/agents-guard-sandbox');
  });

  test('each for its own stage', () => {
    platform().template().hasResourceProperties('AWS::IAM::ManagedPolicy', {
      ManagedPolicyName: 'agents-guard-staging',
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Condition: Match.objectLike({ StringNotEquals: { 'aws:ResourceTag/agent:stage': 'staging' } }) })]) },
    });
  });

  test('the ARN that agents attach is the policy that is made', () => {
    const { registry, stack } = platform();
    expect(stack.resolve(registry.guardPolicyArn(AgentStage.TEST))).toEqual({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::111122223333:policy/agents/agents-guard-test']] });
    expect(JSON.stringify(stack.resolve(registry.noSessionsPolicyArn))).toContain(':iam::111122223333:policy/agents/agents-no-sessions');
  });

  test('StageTwice: fails when a stage is there already', () => {
    expect(codeOf(() => platform({ stages: [AgentStage.of('sandbox', {}), AgentStage.of('sandbox', {})] }))).toBe('StageTwice');
    expect(codeOf(() => platform({ stages: [AgentStage.TEST] }))).toBe('StageTwice');
  });
});

describe('events', () => {
  test.each([
    ['onJoined', 'joined'],
    ['onMoved', 'moved'],
    ['onLeft', 'left'],
  ] as const)('%s passes on %s of this registry and account only', (method, name) => {
    const { stack, registry, template } = platform();
    registry[method]('Tell', new targets.SqsQueue(new sqs.Queue(stack, 'Queue')));
    template().hasResourceProperties('AWS::Events::Rule', {
      EventBusName: { Ref: logicalIds(template(), 'AWS::Events::EventBus')[0] },
      EventPattern: { account: ['111122223333'], detail: { source: ['/nhi/agents'], type: [`nhi.lifecycle.${name}.v1`] } },
    });
  });

  test('onEvent passes on the named ones, or all', () => {
    const { stack, registry, template } = platform();
    const target = new targets.SqsQueue(new sqs.Queue(stack, 'Queue'));
    registry.onEvent('Findings', target, 'zombie-found', 'drift-found');
    registry.onEvent('All', target);
    template().hasResourceProperties('AWS::Events::Rule', { EventPattern: { detail: { type: ['nhi.lifecycle.zombie-found.v1', 'nhi.lifecycle.drift-found.v1'] } } });
    template().hasResourceProperties('AWS::Events::Rule', { EventPattern: { detail: { type: [{ prefix: 'nhi.lifecycle.' }] } } });
  });

  test.each(['Joined', 'promoted', '', 'constructor'])('EventUnknown: fails when the event is called %j', (name) => {
    const { stack, registry } = platform();
    expect(codeOf(() => registry.onEvent('Tell', new targets.SqsQueue(new sqs.Queue(stack, 'Queue')), name))).toBe('EventUnknown');
  });
});

describe('deletion', () => {
  test('asks for living agents before anything goes: the guard depends on all that could be lost', () => {
    const template = platform().template();
    const [guard] = Object.values(template.findResources('Custom::AgentRegistryGuard'));
    const lost = ['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::S3::BucketPolicy', 'AWS::Events::EventBus', 'AWS::IAM::ManagedPolicy', 'AWS::Lambda::Function',
      'AWS::StepFunctions::StateMachine', 'AWS::IAM::Role'].flatMap((type) => logicalIds(template, type));
    expect(lost.length).toBeGreaterThan(10);
    expect(lost.filter((id) => !guard.DependsOn.includes(id))).toEqual([]);
    expect(guard.Properties).toMatchObject({ SchemaVersion: '1', Registry: 'agents', ServiceTimeout: '300' });
    expect(JSON.stringify(guard.Properties.ServiceToken)).toContain(':function:agents-registry-guard');
  });

  test('who is told of events is among what could be lost', () => {
    const { stack, registry, template } = platform();
    registry.onLeft('Tell', new targets.SqsQueue(new sqs.Queue(stack, 'Queue')));
    const [guard] = Object.values(template().findResources('Custom::AgentRegistryGuard'));
    expect(guard.DependsOn).toEqual(expect.arrayContaining(logicalIds(template(), 'AWS::Events::Rule')));
  });

  test('RegistryTwice: fails when an account would have two of a name, in whatever region', () => {
    const app = new App();
    new AgentRegistry(new Stack(app, 'Here', { env: ENV }), 'Agents');
    const elsewhere = { ...ENV, region: 'us-east-1' };
    expect(codeOf(() => new AgentRegistry(new Stack(app, 'There', { env: elsewhere }), 'Agents'))).toBe('RegistryTwice');
    expect(codeOf(() => new AgentRegistry(new Stack(app, 'Other', { env: elsewhere }), 'Agents', { registryName: 'others' }))).toBeUndefined();
    expect(codeOf(() => new AgentRegistry(new Stack(app, 'Account', { env: { ...ENV, account: '444455556666' } }), 'Agents'))).toBeUndefined();
  });

  test('what depends on the registry goes before the guard is asked', () => {
    const { stack, registry, template } = platform();
    const agent = new CfnResource(stack, 'Agent', { type: 'Custom::Agent' });
    agent.node.addDependency(registry);
    expect(Object.values(template().findResources('Custom::Agent'))[0].DependsOn).toEqual(logicalIds(template(), 'Custom::AgentRegistryGuard'));
  });

  test('in another stack of the app: a dependency between stacks, no export', () => {
    const { app, stack, registry } = platform();
    const bots = new Stack(app, 'Bots', { env: ENV });
    const agent = new CfnResource(bots, 'Agent', { type: 'Custom::Agent', properties: { Token: registry.lifecycleFunctionArn, Guard: registry.guardPolicyArn(AgentStage.TEST) } });
    agent.node.addDependency(registry);
    const template = Template.fromStack(bots);
    expect(bots.dependencies).toEqual([stack]);
    expect(JSON.stringify(template.toJSON())).not.toContain('ImportValue');
    expect(Template.fromStack(stack).toJSON().Outputs).toBeUndefined();
    expect(JSON.stringify(Object.values(template.findResources('Custom::Agent'))[0].Properties)).toContain('111122223333:function:agents-lifecycle');
  });

  test('warns when the stack has no termination protection, also when it is set late', () => {
    const { stack } = platform();
    Annotations.fromStack(stack).hasWarning('/Platform/Agents', Match.stringLikeRegexp('terminationProtection: true'));
    const protectedLate = platform();
    protectedLate.stack.terminationProtection = true;
    Annotations.fromStack(protectedLate.stack).hasNoWarning('*', Match.anyValue());
  });

  test('in development everything goes, and nothing is warned of', () => {
    const { stack, template } = platform({}, true);
    const resources = Object.values(template().toJSON().Resources as Record<string, { DeletionPolicy?: string }>);
    expect(resources.filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain')).toEqual([]);
    template().hasResourceProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: false });
    template().hasResourceProperties('AWS::S3::Bucket', { ObjectLockEnabled: true, ObjectLockConfiguration: Match.absent() });
    template().resourceCountIs('Custom::S3AutoDeleteObjects', 1);
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });
});

describe('alarms', () => {
  test('go off for an incomplete teardown, failed transitions, engine errors and dead letters', () => {
    const alarms = Object.values(platform().template().findResources('AWS::CloudWatch::Alarm'));
    expect(alarms.map(({ Properties }) => Properties.MetricName).sort()).toEqual([
      'ApproximateNumberOfMessagesVisible', 'Errors', 'ExecutionsFailed', 'ExecutionsTimedOut', 'TeardownIncomplete',
    ]);
    platform().template().allResourcesProperties('AWS::CloudWatch::Alarm', { Threshold: 1, TreatMissingData: 'notBreaching', ComparisonOperator: 'GreaterThanOrEqualToThreshold' });
  });

  test('tell the topic, when there is one', () => {
    const app = new App();
    const stack = new Stack(app, 'Platform', { env: ENV });
    new AgentRegistry(stack, 'Agents', { alarmTopic: new sns.Topic(stack, 'Topic') });
    Template.fromStack(stack).allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: [{ Ref: Match.anyValue() }] });
    platform().template().allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: Match.absent() });
  });

  test('are on a dashboard', () => {
    platform().template().hasResourceProperties('AWS::CloudWatch::Dashboard', { DashboardName: 'agents-lifecycle' });
  });
});

describe('stages', () => {
  const SANDBOX = AgentStage.of('sandbox', { longestTenureDays: 10 });

  test('what each demands is the engine\'s to know', () => {
    const { Environment: { Variables: { STAGES: stages } } } = Object.values(platform({ stages: [SANDBOX] }).template()
      .findResources('AWS::Lambda::Function', { Properties: { FunctionName: 'agents-lifecycle' } }))[0].Properties;
    expect(JSON.parse(stages)).toMatchObject({ test: { cutBeforeGrant: true }, production: {}, sandbox: { longestTenureDays: 10 } });
  });

  test('TooManyStages: fails when they would not fit into the engine\'s environment', () => {
    const stages = (count: number) => Array.from({ length: count }, (_, index) => AgentStage.of(`sandbox${index}`, { longestTenureDays: 10, cutBeforeGrant: true }));
    expect(codeOf(() => platform({ stages: stages(30) }))).toBeUndefined();
    expect(codeOf(() => platform({ stages: stages(60) }))).toBe('TooManyStages');
  });
});

describe('limits', () => {
  test.each([{}, { count: 0 }, { count: 1.5 }, { share: 0 }, { share: 1.1 }, { share: NaN }, { count: 5, share: -1 }])('MassLeaverLimitInvalid: fails when it is %j', (massLeaverLimit) => {
    expect(codeOf(() => platform({ massLeaverLimit }))).toBe('MassLeaverLimitInvalid');
  });

  test.each([{ count: 1 }, { share: 1 }, { count: 10, share: 0.1 }])('%j is a mass leaver limit', (massLeaverLimit) => {
    expect(codeOf(() => platform({ massLeaverLimit }))).toBeUndefined();
  });

  test.each([Duration.millis(1500), Duration.minutes(16), Duration.seconds(Token.asNumber({ Ref: 'Wait' }))])('PropagationWaitInvalid: fails when it is %s', (propagationWait) => {
    expect(codeOf(() => platform({ propagationWait }))).toBe('PropagationWaitInvalid');
  });

  test('warns when less is waited than IAM may need, but not in development', () => {
    const short = { propagationWait: Duration.seconds(1) };
    Annotations.fromStack(platform(short).stack).hasWarning('/Platform/Agents', Match.stringLikeRegexp('waits only 1 second after'));
    Annotations.fromStack(platform(short, true).stack).hasNoWarning('*', Match.anyValue());
  });
});

describe('name', () => {
  test.each(['ag', 'Agents', '1agents', 'agents-', 'my--agents', 'agents_1', 'a'.repeat(21), ''])('RegistryNameInvalid: fails when it is %j', (registryName) => {
    expect(codeOf(() => platform({ registryName }))).toBe('RegistryNameInvalid');
    expect(codeOf(() => AgentRegistry.fromRegistryName(new Stack(), 'Agents', registryName))).toBe('RegistryNameInvalid');
  });

  test.each(['abc', 'my-agents-2', 'a'.repeat(20)])('%j is fine', (registryName) => {
    expect(platform({ registryName }).registry.registryName).toBe(registryName);
  });

  test('LiteralRequired: fails when it is a token', () => {
    expect(codeOf(() => platform({ registryName: Token.asString({ Ref: 'Name' }) }))).toBe('LiteralRequired');
  });

  test('two registries stand side by side: no name is shared', () => {
    const names = (registryName: string) => JSON.stringify(platform({ registryName }).template().toJSON().Resources).match(/"(Table|Bucket|Function|Role|Policy|ManagedPolicy|StateMachine|Dashboard)Name":"[^"]+"/g) ?? [];
    const first = new Set(names('blue'));
    expect(first.size).toBeGreaterThan(5);
    expect(names('green').filter((name) => first.has(name))).toEqual([]);
  });
});

describe('by name', () => {
  test('gives the same names as the registry itself, and makes no resource', () => {
    const { registry, stack } = platform({ registryName: 'fleet' });
    const other = new Stack(new App(), 'Other', { env: ENV });
    const reference = AgentRegistry.fromRegistryName(other, 'Agents', 'fleet');
    for (const pick of [
      (each: typeof reference) => each.lifecycleFunctionArn,
      (each: typeof reference) => each.guardPolicyArn(AgentStage.PRODUCTION),
      (each: typeof reference) => each.noSessionsPolicyArn,
      (each: typeof reference) => each.rolePath('production'),
      (each: typeof reference) => each.stages.map(({ name }) => name),
    ]) {
      expect(other.resolve(pick(reference))).toEqual(stack.resolve(pick(registry)));
    }
    expect(reference.node.findAll().filter((node) => CfnResource.isCfnResource(node))).toEqual([]);
  });

  test('its events can be passed on', () => {
    const stack = new Stack(new App(), 'Other', { env: ENV });
    AgentRegistry.fromRegistryName(stack, 'Agents', 'fleet').onLeft('Tell', new targets.SqsQueue(new sqs.Queue(stack, 'Queue')));
    Template.fromStack(stack).hasResourceProperties('AWS::Events::Rule', { EventBusName: 'fleet-lifecycle', EventPattern: { detail: { source: ['/nhi/fleet'] } } });
  });

  test('takes further stages', () => {
    const reference = AgentRegistry.fromRegistryName(new Stack(), 'Agents', 'fleet', { stages: [AgentStage.of('sandbox', {})] });
    expect(reference.stages.map(({ name }) => name)).toEqual(['test', 'staging', 'production', 'sandbox']);
  });
});

test('is small', () => {
  expect(Object.keys(platform().template().toJSON().Resources).length).toBeLessThanOrEqual(40);
});
