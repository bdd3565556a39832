import { App, aws_events_targets as targets, aws_kms as kms, aws_sqs as sqs, CfnResource, Duration, Stack, Token } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { codeOf, development, ENV, logicalIds, platform } from './platform';
import { AgentNaming, ILifecycleRegistry, LifecycleRegistry, LifecycleRegistryProps, ResidueKind } from '../../../src/aws/lifecycle-registry';
import { factsOf } from '../../../src/aws/lifecycle-registry/registry-facts';
import { SCHEMA_VERSION } from '../../../src/contract/lifecycle-resource';
import { AgentStage } from '../../../src/core';

test('a naming of the organisation\'s own holds for guards, agents and the engine alike', () => {
  const { registry, template } = platform({ naming: AgentNaming.of({ pathRoot: 'corp/bots', namePrefix: 'acme-' }) });

  expect(factsOf(registry).names.path).toBe('/corp/bots/');
  template().hasResourceProperties('AWS::IAM::ManagedPolicy', { Path: '/corp/bots/', ManagedPolicyName: 'agents-guard-test' });
  template().hasResourceProperties('AWS::Lambda::Function', { FunctionName: 'agents-nhi-lifecycle-steps', Environment: { Variables: Match.objectLike({ REGISTRY_PATH: '/corp/bots/' }) } });
  template().hasResourceProperties('AWS::Lambda::Function', { FunctionName: 'agents-nhi-lifecycle', Environment: { Variables: Match.objectLike({ NAME_PREFIX: 'acme-' }) } });
  expect(JSON.stringify(template().findResources('AWS::IAM::Role', { Properties: { RoleName: 'agents-nhi-lifecycle-engine' } }))).toContain(':role/corp/bots/*');
});

describe('guards', () => {
  const policies = (template: Template) => Object.values(template.findResources('AWS::IAM::ManagedPolicy')).map(({ Properties }) => `${Properties.Path}${Properties.ManagedPolicyName}`);

  test('one for each stage, one for all that reach no other identity, two on the registry itself, four for operators, and one of what the engine reads', () => {
    expect(policies(platform().template()).sort()).toEqual([
      '/agents/agents-guard-production', '/agents/agents-guard-staging', '/agents/agents-guard-test', '/agents/agents-may-approve-sweeps', '/agents/agents-may-offboard', '/agents/agents-may-resume', '/agents/agents-may-suspend',
      '/agents/agents-nhi-lifecycle-engine-ReadBucketPolicies', '/agents/agents-no-registry', '/agents/agents-no-sessions', '/agents/agents-registry-reader',
    ]);
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
    const { names, place } = factsOf(registry);
    expect(stack.resolve(names.guardPolicyArn(place, 'test'))).toEqual({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::111122223333:policy/agents/agents-guard-test']] });
    expect(JSON.stringify(stack.resolve(names.noSessionsPolicyArn(place)))).toContain(':iam::111122223333:policy/agents/agents-no-sessions');
  });

  test('StageTwice: fails when a stage is there already', () => {
    expect(codeOf(() => platform({ stages: [AgentStage.of('sandbox', {}), AgentStage.of('sandbox', {})] }))).toBe('StageTwice');
    expect(codeOf(() => platform({ stages: [AgentStage.TEST] }))).toBe('StageTwice');
    expect(codeOf(() => platform({ stages: [AgentStage.TEST.withApproval(), AgentStage.TEST.withApproval()] }))).toBe('StageTwice');
    expect(codeOf(() => platform({ stages: [AgentStage.of('sandbox'), AgentStage.of('sandbox').withApproval()] }))).toBe('StageTwice');
  });
});

describe('deletion', () => {
  test('asks for living agents before anything goes: the deletion check depends on all that could be lost', () => {
    const template = platform().template();
    const [check] = Object.values(template.findResources('Custom::LifecycleRegistryDeletionCheck'));
    const lost = ['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::S3::BucketPolicy', 'AWS::Events::EventBus', 'AWS::IAM::ManagedPolicy', 'AWS::Lambda::Function',
      'AWS::StepFunctions::StateMachine', 'AWS::IAM::Role'].flatMap((type) => logicalIds(template, type));
    expect(lost.length).toBeGreaterThan(10);
    expect(lost.filter((id) => !check.DependsOn.includes(id))).toEqual([]);
    expect(check.Properties).toMatchObject({ SchemaVersion: SCHEMA_VERSION, Registry: 'agents', ServiceTimeout: '300' });
    expect(JSON.stringify(check.Properties.ServiceToken)).toContain(':function:agents-nhi-deletion-check');
  });

  test('who is notified of events is among what could be lost', () => {
    const { stack, registry, template } = platform();
    registry.onLeft('Tell', { target: new targets.SqsQueue(new sqs.Queue(stack, 'Queue')) });
    const [check] = Object.values(template().findResources('Custom::LifecycleRegistryDeletionCheck'));
    expect(check.DependsOn).toEqual(expect.arrayContaining(logicalIds(template(), 'AWS::Events::Rule')));
  });

  test('RegistryTwice: fails when an account would have two of a name, in whatever region', () => {
    const app = new App();
    new LifecycleRegistry(new Stack(app, 'Here', { env: ENV }), 'Agents');
    const elsewhere = { ...ENV, region: 'us-east-1' };
    expect(codeOf(() => new LifecycleRegistry(new Stack(app, 'There', { env: elsewhere }), 'Agents'))).toBe('RegistryTwice');
    expect(codeOf(() => new LifecycleRegistry(new Stack(app, 'Other', { env: elsewhere }), 'Agents', { registryName: 'others' }))).toBeUndefined();
    expect(codeOf(() => new LifecycleRegistry(new Stack(app, 'Account', { env: { ...ENV, account: '444455556666' } }), 'Agents'))).toBeUndefined();
  });

  test('what depends on the registry goes before the check is asked', () => {
    const { stack, registry, template } = platform();
    const agent = new CfnResource(stack, 'Agent', { type: 'Custom::Agent' });
    agent.node.addDependency(registry);
    expect(Object.values(template().findResources('Custom::Agent'))[0].DependsOn).toEqual(logicalIds(template(), 'Custom::LifecycleRegistryDeletionCheck'));
  });

  test('in another stack of the app: a dependency between stacks, no export', () => {
    const { app, stack, registry } = platform();
    const bots = new Stack(app, 'Bots', { env: ENV });
    const { names, place } = factsOf(registry);
    const agent = new CfnResource(bots, 'Agent', {
      type: 'Custom::Agent', properties: { Token: names.lifecycleFunctionArn(place), Guard: names.guardPolicyArn(place, 'test') },
    });
    agent.node.addDependency(registry);
    const template = Template.fromStack(bots);
    expect(bots.dependencies).toEqual([stack]);
    expect(JSON.stringify(template.toJSON())).not.toContain('ImportValue');
    expect(Template.fromStack(stack).toJSON().Outputs).toBeUndefined();
    expect(JSON.stringify(Object.values(template.findResources('Custom::Agent'))[0].Properties)).toContain('111122223333:function:agents-nhi-lifecycle');
  });

  test('warns when the stack has no termination protection, also when it is set late', () => {
    const { stack } = platform();
    Annotations.fromStack(stack).hasWarning('/Platform/Agents', Match.stringLikeRegexp('terminationProtection: true'));
    const protectedLate = platform();
    protectedLate.stack.terminationProtection = true;
    Annotations.fromStack(protectedLate.stack).hasNoWarning('*', Match.anyValue());
  });
});

describe('stages', () => {
  const SANDBOX = AgentStage.of('sandbox', { maxTenure: Duration.days(10) });

  test('what each demands is the engine\'s to know', () => {
    const { Environment: { Variables: { STAGES: stages } } } = Object.values(platform({ stages: [SANDBOX] }).template()
      .findResources('AWS::Lambda::Function', { Properties: { FunctionName: 'agents-nhi-lifecycle' } }))[0].Properties;
    expect(JSON.parse(stages)).toMatchObject({ test: { cutBeforeGrant: true }, production: {}, sandbox: { maxTenureDays: 10 } });
  });

  const demanded = (props: LifecycleRegistryProps) => Object.keys(JSON.parse(Object.values(platform(props).template()
    .findResources('AWS::Lambda::Function', { Properties: { FunctionName: 'agents-nhi-lifecycle' } }))[0].Properties.Environment.Variables.STAGES));
  const guarded = (props: LifecycleRegistryProps) => Object.values(platform(props).template().findResources('AWS::IAM::ManagedPolicy'))
    .map(({ Properties }) => /^agents-guard-(.*)$/.exec(Properties.ManagedPolicyName)?.[1]).filter((name) => name !== undefined);
  const { TEST, STAGING, PILOT, PRODUCTION, DEPRECATED } = AgentStage;

  test.each<[string, LifecycleRegistryProps, string[]]>([
    ['the three', {}, ['test', 'staging', 'production']],
    ['PILOT and DEPRECATED if it lists them', { stages: [PILOT, DEPRECATED] }, ['test', 'staging', 'production', 'pilot', 'deprecated']],
    ['fewer, if it says which', { acceptedStages: [TEST, STAGING] }, ['test', 'staging']],
    ['its own ones among them', { stages: [SANDBOX, PILOT], acceptedStages: [PILOT, SANDBOX] }, ['pilot', 'sandbox']],
  ])('a registry accepts %s, and has guards for these', (_what, props, names) => {
    expect(demanded(props)).toEqual(names);
    expect(guarded(props).sort()).toEqual([...names].sort());
  });

  test('the engine receives what DEPRECATED demands', () => {
    const { Environment: { Variables: { STAGES: stages } } } = Object.values(platform({ stages: [DEPRECATED] }).template()
      .findResources('AWS::Lambda::Function', { Properties: { FunctionName: 'agents-nhi-lifecycle' } }))[0].Properties;
    expect(JSON.parse(stages)).toMatchObject({ deprecated: { onlyNarrows: true, maxTenureDays: 180 } });
  });

  test.each<[string, LifecycleRegistryProps]>([
    ['StageMissing', { acceptedStages: [] }],
    ['StageUnknown', { acceptedStages: [PILOT] }],
    ['StageTwice', { acceptedStages: [TEST, PRODUCTION, TEST] }],
    ['StageTwice', { stages: [PILOT, PILOT.withApproval()] }],
    ['WrongClass', { acceptedStages: ['test'] as never }],
  ])('%s: fails for %j', (code, props) => {
    expect(codeOf(() => platform(props))).toBe(code);
  });

  test('TooManyStages: fails when they would not fit into the engine\'s environment', () => {
    const stages = (count: number) => Array.from({ length: count }, (_, index) => AgentStage.of(`sandbox${index}`, { maxTenure: Duration.days(10), cutBeforeGrant: true }));
    expect(codeOf(() => platform({ stages: stages(30) }))).toBeUndefined();
    expect(codeOf(() => platform({ stages: stages(60) }))).toBe('TooManyStages');
  });
});

describe('propagation wait', () => {
  test.each([Duration.millis(1500), Duration.minutes(16), Duration.seconds(Token.asNumber({ Ref: 'Wait' }))])('PropagationWaitInvalid: fails when it is %s', (propagationWait) => {
    expect(codeOf(() => platform({ propagationWait }))).toBe('PropagationWaitInvalid');
  });

  test('warns when less is waited than IAM may need, but not in development', () => {
    const short = { propagationWait: Duration.seconds(1) };
    Annotations.fromStack(platform(short).stack).hasWarning('/Platform/Agents', Match.stringLikeRegexp('waits only 1 second after'));
    Annotations.fromStack(development(short).stack).hasNoWarning('*', Match.anyValue());
  });
});

describe('name', () => {
  test.each(['ag', 'Agents', '1agents', 'agents-', 'my--agents', 'agents_1', 'a'.repeat(21), ''])('RegistryNameInvalid: fails when it is %j', (registryName) => {
    expect(codeOf(() => platform({ registryName }))).toBe('RegistryNameInvalid');
    expect(codeOf(() => LifecycleRegistry.fromRegistryName(new Stack(), 'Agents', registryName))).toBe('RegistryNameInvalid');
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
    const reference = LifecycleRegistry.fromRegistryName(other, 'Agents', 'fleet');
    const all = (each: ILifecycleRegistry) => {
      const { names, place, naming, stages } = factsOf(each);
      return [
        names, names.lifecycleFunctionArn(place), names.guardPolicyArn(place, 'production'), names.noSessionsPolicyArn(place), names.tableArn(place),
        naming.rolePath(each.registryName, 'production'), stages.map(({ name }) => name),
      ];
    };
    expect(other.resolve(all(reference))).toEqual(stack.resolve(all(registry)));
    expect(reference.eventBus.eventBusName).toBe('fleet-nhi-lifecycle');
    expect(reference.node.findAll().filter((node) => CfnResource.isCfnResource(node))).toEqual([]);
  });

  test('takes further stages', () => {
    const reference = LifecycleRegistry.fromRegistryName(new Stack(), 'Agents', 'fleet', { stages: [AgentStage.of('sandbox', {})] });
    expect(factsOf(reference).stages.map(({ name }) => name)).toEqual(['test', 'staging', 'production', 'sandbox']);
  });
});

test('is small', () => {
  expect(Object.keys(platform().template().toJSON().Resources).length).toBeLessThanOrEqual(62);
});

describe('residue', () => {
  const wipesOf = (template: Template) => Object.values(template.findResources('AWS::Lambda::Function', { Properties: { FunctionName: 'agents-nhi-lifecycle-steps' } }))[0].Properties.Environment.Variables.WIPES as string | undefined;
  const may = (template: Template): string => JSON.stringify([template.findResources('AWS::IAM::ManagedPolicy'), template.findResources('AWS::IAM::Role')]);

  test('of others is wiped by the kinds that the registry names, and the engine may do nothing of the other kinds', () => {
    const template = platform({ wipes: [ResidueKind.EKS, ResidueKind.KMS_GRANTS, ResidueKind.EKS] }).template();
    expect(wipesOf(template)).toBe('eks,kms-grants');
    expect(['eks:DeleteAccessEntry', 'kms:RevokeGrant', 's3:PutBucketPolicy', 'rolesanywhere:UpdateProfile'].map((action) => may(template).includes(action))).toEqual([true, true, false, false]);
  });

  test('of others is read and not wiped by default', () => {
    const template = platform().template();
    expect(wipesOf(template)).toBeUndefined();
    expect(['s3:GetBucketPolicy', 's3:PutBucketPolicy', 'eks:ListClusters'].map((action) => may(template).includes(action))).toEqual([true, false, false]);
  });

  test('a registry that wipes policies denies its engine those of its own resources, its key included', () => {
    const template = platform((stack) => ({ wipes: [ResidueKind.RESOURCE_POLICIES], encryptionKey: new kms.Key(stack, 'Key') })).template();
    const [{ Properties: { Policies: policies } }] = Object.values(template.findResources('AWS::IAM::Role', { Properties: { RoleName: 'agents-nhi-lifecycle-engine' } }));
    interface Policy { PolicyDocument: { Statement: { Sid: string; Effect: string; Action: string[]; Resource: unknown[] }[] } }
    const statements = (policies as Policy[]).flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
    const denial = statements.find(({ Sid }) => Sid === 'NeverEditOwnPolicies')!;
    expect(denial.Effect).toBe('Deny');
    expect(denial.Action).toEqual(expect.arrayContaining(['s3:PutBucketPolicy', 'dynamodb:PutResourcePolicy', 'kms:PutKeyPolicy', 'events:PutPermission', 'sqs:SetQueueAttributes', 'lambda:RemovePermission']));
    expect(JSON.stringify(denial.Resource)).toMatch(/s3:::agents-nhi-\*.*table\/agents-nhi-\*.*event-bus\/agents-nhi-\*.*function:agents-nhi-\*.*sqs.*agents-nhi-\*.*Key/);
  });

  test.each([['eks clusters'], ['']])('fails for %j, which is no kind of residue', (kind) => {
    expect(codeOf(() => platform({ wipes: [kind as ResidueKind] }).template())).toBe('ResidueKindInvalid');
  });
});
