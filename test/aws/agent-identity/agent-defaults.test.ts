import { App, aws_iam as iam, Duration, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import { ADA, BARE, codeOf, ENV, PRODUCTION, STAGING, TEST } from './agents';
import { AgentDefaults, ManagedAgentIdentity, ManagedAgentIdentityProps } from '../../../src/aws/agent-identity';
import { AgentRuntime } from '../../../src/aws/agent-runtime';
import { LifecycleRegistry } from '../../../src/aws/lifecycle-registry';
import { Expiry } from '../../../src/core';

const BOUNDARY = 'arn:aws:iam::111122223333:policy/org/limits';
const boundaryOf = (scope: Construct, arn = BOUNDARY) => iam.ManagedPolicy.fromManagedPolicyArn(scope, `Boundary${arn.length}`, arn);
const botIn = (scope: Construct, props: Partial<ManagedAgentIdentityProps> = {}, id = 'Bot') => (
  new ManagedAgentIdentity(scope, id, { agentName: 'invoice-bot', purpose: 'Tries defaults', ...props }));
const withRegistry = (stack: Stack): Stack => {
  AgentDefaults.of(stack).set({ registry: LifecycleRegistry.fromRegistryName(stack, 'Registry', 'agents') });
  return stack;
};
const COMMON = { sponsor: ADA, stage: TEST, expires: Expiry.on('2999-01-01'), runtime: BARE };

test('an agent can have everything but its name and purpose from the scopes above it', () => {
  const app = new App();
  AgentDefaults.of(app).set({ ...COMMON, expectedUseAtLeastEvery: Duration.days(200), permissionsBoundary: boundaryOf(app) });
  const stack = withRegistry(new Stack(app, 'Own', { env: ENV }));
  botIn(stack);

  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::IAM::Role', { PermissionsBoundary: BOUNDARY, AssumeRolePolicyDocument: Match.objectLike({ Statement: Match.arrayWith([Match.objectLike({ Principal: { Service: 'ec2.amazonaws.com' } })]) }) });
  template.hasResourceProperties('Custom::AgentLifecycle', { Boundary: BOUNDARY, ExpectedUseDays: '200', Stage: 'test', ExpiresAt: '2999-01-02T00:00:00Z' });
});

test('its own properties come first', () => {
  const app = new App();
  AgentDefaults.of(app).set({ ...COMMON, expectedUseAtLeastEvery: Duration.days(200), permissionsBoundary: boundaryOf(app) });
  const stack = withRegistry(new Stack(app, 'Own', { env: ENV }));
  botIn(stack, { runtime: AgentRuntime.ecsTask(), permissionsBoundary: boundaryOf(stack, `${BOUNDARY}-2`), expectedUseAtLeastEvery: Duration.days(100) });

  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::IAM::Role', { PermissionsBoundary: `${BOUNDARY}-2`, AssumeRolePolicyDocument: Match.objectLike({ Statement: Match.arrayWith([Match.objectLike({ Principal: { Service: 'ecs-tasks.amazonaws.com' } })]) }) });
  template.hasResourceProperties('Custom::AgentLifecycle', { ExpectedUseDays: '100' });
});

test('each property comes from the nearest scope: agent, construct, nested stack, stack, stage, app', () => {
  const app = new App();
  AgentDefaults.of(app).set({ ...COMMON, stage: PRODUCTION });
  const stage = new Stage(app, 'Prod', { env: ENV });
  AgentDefaults.of(stage).set({ expires: Expiry.on('2999-02-02') });
  const stack = withRegistry(new Stack(stage, 'Own'));
  AgentDefaults.of(stack).set({ runtime: AgentRuntime.ecsTask() });
  const nested = new NestedStack(stack, 'Nested');
  AgentDefaults.of(nested).set({ stage: STAGING });
  const group = new Construct(nested, 'Group');
  AgentDefaults.of(group).set({ stage: TEST });

  expect(botIn(group, { agentName: 'first-bot' }).stage).toBe(TEST);
  expect(botIn(nested, { agentName: 'second-bot' }).stage).toBe(STAGING);
  expect(botIn(stack, { agentName: 'third-bot' }).stage).toBe(PRODUCTION);
  expect(botIn(nested, { agentName: 'fourth-bot', stage: TEST }, 'Other').stage).toBe(TEST);
  Template.fromStack(nested).allResourcesProperties('Custom::AgentLifecycle', { ExpiresAt: '2999-02-03T00:00:00Z', Sponsor: Match.objectLike({ Name: 'Ada Park' }) });
});

test('a scope beside has none of them', () => {
  const app = new App();
  AgentDefaults.of(withRegistry(new Stack(app, 'One', { env: ENV }))).set(COMMON);

  expect(codeOf(() => botIn(withRegistry(new Stack(app, 'Two', { env: ENV }))))).toMatch(/^WrongClass|SponsorMissing/);
});

test('properties that are left out of a later set() stay', () => {
  const stack = withRegistry(new Stack(new App(), 'Own', { env: ENV }));
  AgentDefaults.of(stack).set(COMMON);
  AgentDefaults.of(stack).set({ stage: STAGING, sponsor: undefined });

  expect(botIn(stack).stage).toBe(STAGING);
});

describe('defaults that come after an agent', () => {
  test.each(['app', 'stack', 'group'])('are refused in its %s: it would not have them, such as a boundary', (which) => {
    const app = new App();
    const stack = withRegistry(new Stack(app, 'Own', { env: ENV }));
    const group = new Construct(stack, 'Group');
    botIn(group, COMMON);

    expect(() => AgentDefaults.of({ app, stack, group }[which]!).set({ permissionsBoundary: boundaryOf(app) }))
      .toThrow(/^DefaultsTooLate: .*: AgentDefaults are set after Own\/Group\/Bot was declared, which would not have them: set them before/);
  });

  test('twin: are allowed in scopes that have no agent yet', () => {
    const app = new App();
    botIn(withRegistry(new Stack(app, 'One', { env: ENV })), COMMON);
    const two = withRegistry(new Stack(app, 'Two', { env: ENV }));
    AgentDefaults.of(two).set(COMMON);

    expect(botIn(two, { agentName: 'second-bot' }).stage).toBe(TEST);
  });
});

test('a registry outside of the Stage is refused, also as a default', () => {
  const app = new App();
  const registry = LifecycleRegistry.fromRegistryName(new Stack(app, 'Platform', { env: ENV }), 'Registry', 'agents');
  AgentDefaults.of(app).set({ ...COMMON, registry });

  expect(codeOf(() => botIn(new Stack(new Stage(app, 'Prod', { env: ENV }), 'Own')))).toBe('RegistryOutsideStage');
});
