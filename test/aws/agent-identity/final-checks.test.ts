import {
  App, aws_ecs as ecs, aws_iam as iam, aws_lambda as lambda, aws_s3 as s3, aws_scheduler as scheduler, Aspects, CfnCondition, CfnResource,
  Duration, Fn, NestedStack, RemovalPolicies, RemovalPolicy, Stack, Stage,
} from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { ADA, agent, agentIn, BARE, codeOf, ELSEWHERE, ENV, PRODUCTION, STAGING, stackOf, synthError, TEST } from './agents';
import { AgentDefaults, ManagedAgentIdentity } from '../../../src/aws/agent-identity';
import { AgentRuntime } from '../../../src/aws/agent-runtime';
import { AgentNaming, LifecycleRegistry } from '../../../src/aws/lifecycle-registry';
import { AgentStage, Expiry } from '../../../src/core';

type Change = (bot: ManagedAgentIdentity, stack: Stack) => void;

const codes = (stack: Stack) => [...synthError(stack).matchAll(/^\s*\[[^\]]*\] (\w+): /gm)].map(([, code]) => code);
const cfn = (bot: ManagedAgentIdentity, part?: 'Lifecycle' | 'Access') => {
  const construct = part ? bot.role.node.findChild(part) : bot.role;
  return (construct.node.defaultChild ?? construct) as CfnResource;
};
const trustOf = (bot: ManagedAgentIdentity) => (bot.role as iam.Role).assumeRolePolicy!;
const managed = (stack: Stack, name: string) => iam.ManagedPolicy.fromManagedPolicyName(stack, name, name);
const narrow = () => new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: ['arn:aws:sqs:eu-west-1:111122223333:q'] });
const functionWith = (scope: Stack, role: iam.IRole) => new lambda.Function(scope, 'Function', {
  role, code: lambda.Code.fromInline('//'), handler: 'index.handler', runtime: lambda.Runtime.NODEJS_22_X,
});

test('an agent as it was declared is accepted', () => {
  const { bot, stack } = agent({ runtime: AgentRuntime.lambda() });
  iam.Role.fromRoleName(stack, 'Imported', 'another-role').addToPrincipalPolicy(narrow());
  new iam.CfnPolicy(new Stack(stack.node.root, 'Elsewhere', { env: ELSEWHERE }), 'SameName', { policyName: 'p', policyDocument: {}, roles: ['invoice-bot-test'] });
  functionWith(stack, bot.role);
  expect(synthError(stack)).toBe('');
});

test.each<[string, Change, string]>([
  ['a retained role', (bot) => cfn(bot).applyRemovalPolicy(RemovalPolicy.RETAIN), 'RetainRefused'],
  ['a retained Lifecycle', (bot) => cfn(bot, 'Lifecycle').applyRemovalPolicy(RemovalPolicy.RETAIN), 'RetainRefused'],
  ['retained access', (bot) => cfn(bot, 'Access').applyRemovalPolicy(RemovalPolicy.RETAIN), 'RetainRefused'],
  ['a role retained once it was made', (bot) => cfn(bot).applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE), 'RetainRefused'],
  ['everything retained by an aspect', (_bot, stack) => RemovalPolicies.of(stack.node.root).retain(), 'RetainRefused'],
  ['retained by an override', (bot) => cfn(bot).addOverride('DeletionPolicy', 'Retain'), 'RetainRefused'],
  ['a guard of its own that was taken away', (bot) => {
    bot.role.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['sts:AssumeRole'], resources: ['arn:aws:iam::111122223333:role/other'] }));
    cfn(bot).addPropertyDeletionOverride('Policies');
  }, 'GuardChanged'],
  ['an end that was taken out of the access', (bot) => cfn(bot, 'Access').addPropertyOverride('PolicyDocument.Statement.0.Condition.DateGreaterThanEquals', { 'aws:CurrentTime': '2999-12-31T00:00:00Z' }), 'GuardChanged'],
  ['access that is on no role', (bot) => cfn(bot, 'Access').addPropertyOverride('Roles', []), 'GuardChanged'],
  ['access under another name', (bot) => cfn(bot, 'Access').addPropertyOverride('PolicyName', 'guard'), 'GuardChanged'],
  ['access that is made on a condition', (bot, stack) => (cfn(bot, 'Access').cfnOptions.condition = new CfnCondition(stack, 'Never', { expression: Fn.conditionEquals('a', 'b') })), 'ShapeChanged'],
  ['a Lifecycle on a condition by override', (bot) => cfn(bot, 'Lifecycle').addOverride('Condition', 'Never'), 'ShapeChanged'],
  ['access that waits for nothing', (bot) => cfn(bot, 'Access').addDeletionOverride('DependsOn'), 'ShapeChanged'],
  ['access of another type', (bot) => cfn(bot, 'Access').addOverride('Type', 'AWS::IAM::ManagedPolicy'), 'ShapeChanged'],
  ['an inline policy by override', (bot) => cfn(bot).addPropertyOverride('Policies.0', { PolicyName: 'own', PolicyDocument: {} }), 'GuardChanged'],
  ['a trust policy by override', (bot) => cfn(bot).addPropertyDeletionOverride('AssumeRolePolicyDocument.Statement.1'), 'GuardChanged'],
  ['anybody in the trust policy', (bot) => trustOf(bot).addStatements(new iam.PolicyStatement({ principals: [new iam.AnyPrincipal()], actions: ['sts:AssumeRole'] })), 'TrustPrincipalStar'],
  ['a shared guard that was taken away', (bot) => cfn(bot).addPropertyDeletionOverride('ManagedPolicyArns'), 'ManagedPolicyRefused'],
  ['a managed policy by override', (bot) => cfn(bot).addPropertyOverride('ManagedPolicyArns.1', 'arn:aws:iam::aws:policy/AdministratorAccess'), 'ManagedPolicyRefused'],
  ['another path', (bot) => cfn(bot).addPropertyOverride('Path', '/elsewhere/'), 'RoleNameChanged'],
  ['a managed policy that attaches itself', (bot, stack) => new iam.ManagedPolicy(stack, 'Managed', { statements: [narrow()] }).attachToRole(bot.role), 'PolicyBesidesAccess'],
  ['a grant to the role, imported by its name', (_bot, stack) => iam.Role.fromRoleName(stack, 'Imported', 'invoice-bot-test').addToPrincipalPolicy(narrow()), 'PolicyBesidesAccess'],
  ['a grant to the role, imported by its ARN in a nested stack', (bot, stack) => iam.Role.fromRoleArn(new NestedStack(stack, 'Nested'), 'Imported', bot.role.roleArn).addToPrincipalPolicy(narrow()), 'PolicyBesidesAccess'],
  ['a grant to the role, imported by a literal ARN', (_bot, stack) => iam.Role.fromRoleArn(stack, 'Imported', 'arn:aws:iam::111122223333:role/agents/test/invoice-bot-test').addToPrincipalPolicy(narrow()), 'PolicyBesidesAccess'],
  ['a grant to the role, imported by its ARN', (bot, stack) => iam.Role.fromRoleArn(stack, 'Imported', bot.role.roleArn).addToPrincipalPolicy(narrow()), 'PolicyBesidesAccess'],
  ['a policy of a stack whose account is known at deployment only', (_bot, stack) => new iam.CfnPolicy(new Stack(stack.node.root, 'Agnostic'), 'Plain', {
    policyName: 'p', policyDocument: {}, roles: ['invoice-bot-test'],
  }), 'PolicyBesidesAccess'],
  ['a policy that names the role in another case', (_bot, stack) => new iam.CfnRolePolicy(stack, 'Plain', { policyName: 'p', roleName: 'Invoice-BOT-test' }), 'PolicyBesidesAccess'],
  ['an untyped policy that names the role', (bot, stack) => new CfnResource(stack, 'Untyped', {
    type: 'AWS::IAM::Policy', properties: { PolicyName: 'p', PolicyDocument: {}, Roles: [bot.role.roleName] },
  }), 'PolicyBesidesAccess'],
  ['a policy that names the role by override', (bot, stack) => new iam.CfnPolicy(stack, 'Plain', { policyName: 'p', policyDocument: {}, roles: ['another'] })
    .addPropertyOverride('Roles.1', bot.role.roleName), 'PolicyBesidesAccess'],
  ['a longer session by override', (bot) => cfn(bot).addPropertyOverride('MaxSessionDuration', 43_200), 'SessionDurationChanged'],
  ['a later end by override', (bot) => cfn(bot, 'Lifecycle').addPropertyOverride('ExpiresAt', '2999-12-31T00:00:00Z'), 'LifecycleChanged'],
  ['a plain resource that names the role', (bot, stack) => new iam.CfnRolePolicy(stack, 'Plain', { policyName: 'plain', roleName: bot.role.roleName }), 'PolicyBesidesAccess'],
  ['a broad statement by override', (bot) => cfn(bot, 'Access').addPropertyOverride('PolicyDocument.Statement.0', { Effect: 'Allow', Action: 's3:*', Resource: '*' }), 'ServiceStar'],
])('%s is refused', (_what, change, code) => {
  const { bot, stack } = agent();
  change(bot, stack);
  expect(codes(stack)).toContain(code);
});

describe('what holds the role', () => {
  const scheduled = AgentRuntime.of({
    principal: new iam.ServicePrincipal('scheduler.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': ENV.account } } }),
  });
  const schedule = (stack: Stack, { role }: ManagedAgentIdentity) => new scheduler.CfnSchedule(stack, 'Schedule', {
    flexibleTimeWindow: { mode: 'OFF' }, scheduleExpression: 'rate(1 day)', target: { arn: 'arn:aws:sqs:eu-west-1:111122223333:q', roleArn: role.roleArn },
  });

  test.each<[string, (stack: Stack, bot: ManagedAgentIdentity) => unknown, AgentRuntime, AgentRuntime]>([
    ['a function', (stack, { role }) => functionWith(stack, role), AgentRuntime.lambda(), AgentRuntime.ecsTask()],
    ['a task', (stack, { role }) => new ecs.FargateTaskDefinition(stack, 'Task', { taskRole: role }), AgentRuntime.ecsTask(), AgentRuntime.lambda()],
    ['an instance profile', (stack, { role }) => new iam.InstanceProfile(stack, 'Profile', { role }), AgentRuntime.ec2(), AgentRuntime.lambda()],
    ['a schedule', schedule, scheduled, AgentRuntime.lambda()],
  ])('%s may, if its service may take it', (_what, hold, right, wrong) => {
    const found = [right, wrong].map((runtime) => {
      const { bot, stack } = agent({ runtime });
      hold(stack, bot);
      return codes(stack);
    });
    expect(found).toEqual([[], ['RuntimeMismatch']]);
  });
});

describe('quotas', () => {
  const allow = (bot: ManagedAgentIdentity, count: number) => {
    for (let index = 0; index < count; index++) {
      bot.access.grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [`arn:aws:sqs:eu-west-1:111122223333:queue-${String(index).padStart(60, '0')}`] }));
    }
  };

  test.each<[string, Change, Change, string]>([
    ['inline policies', (bot) => allow(bot, 20), (bot) => allow(bot, 400), 'AccessPolicyTooLong'],
    ['trust policy', () => undefined, (bot) => trustOf(bot).addStatements(new iam.PolicyStatement({
      effect: iam.Effect.DENY, principals: [new iam.AnyPrincipal()], actions: ['sts:AssumeRole'], conditions: { StringEquals: { 'aws:SourceArn': 'x'.repeat(2_000) } },
    })), 'TrustPolicyTooLong'],
    ['managed policies', () => undefined, (bot) => cfn(bot).addPropertyOverride('ManagedPolicyArns', Array.from({ length: 11 }, (_, index) => `arn:aws:iam::aws:policy/P${index}`)), 'TooManyManagedPolicies'],
    ['resources of the stack', (_bot, stack) => fill(stack, 497), (_bot, stack) => fill(stack, 498), 'TooManyResources'],
  ])('%s', (_what, within, beyond, code) => {
    const [small, large] = [agent(), agent()];
    within(small.bot, small.stack);
    beyond(large.bot, large.stack);
    expect(codes(small.stack)).toEqual([]);
    expect(codes(large.stack)).toContain(code);
  });

  function fill(stack: Stack, count: number): void {
    for (let index = 0; index < count; index++) {
      new CfnResource(stack, `Filler${index}`, { type: 'AWS::CloudFormation::WaitConditionHandle' });
    }
  }

  test('a role\'s name', () => {
    const naming = AgentNaming.of({ namePrefix: 'p'.repeat(60) });
    const stack = stackOf();
    const registry = LifecycleRegistry.fromRegistryName(stack, 'Long', 'agents', { naming });
    expect(codeOf(() => agentIn(stack, { registry }))).toBe('RoleNameTooLong');
  });
});

describe('permissions boundary', () => {
  test('the organisation\'s own is kept, beside all guards', () => {
    const { stack } = agent();
    iam.PermissionsBoundary.of(stack.node.root).apply(managed(stack, 'org'));
    expect(synthError(stack)).toBe('');
  });

  test.each<[string, Change]>([
    ['cleared', (_bot, stack) => iam.PermissionsBoundary.of(stack.node.root).clear()],
    ['replaced', (_bot, stack) => iam.PermissionsBoundary.of(stack.node.root).apply(managed(stack, 'weaker'))],
  ])('the agent\'s own is not %s', (_what, change) => {
    const stack = stackOf();
    const bot = agentIn(stack, { permissionsBoundary: managed(stack, 'own') });
    expect(codes(stack)).toEqual([]);
    const again = stackOf();
    change(agentIn(again, { permissionsBoundary: managed(again, 'own') }), again);
    expect((cfn(bot) as iam.CfnRole).permissionsBoundary).toBeDefined();
    expect(codes(again)).toEqual(['BoundaryChanged']);
  });
});

describe('a role used from another stack', () => {
  test.each([['of the same environment', ENV], ['of another account', ELSEWHERE]])('%s is refused', (_what, env) => {
    const { bot, stack } = agent();
    functionWith(new Stack(stack.node.root, 'Compute', { env }), bot.role);
    expect(codes(stack)).toContain('RoleUsedElsewhere');
    expect(synthError(stack)).toContain('into the agent\'s stack');
  });
});

describe('placement', () => {
  const two = (first: object, second: object, stages: [AgentStage, AgentStage] = [TEST, TEST]) => codeOf(() => {
    const app = new App();
    agentIn(new Stack(app, 'First', { env: { ...ENV, ...first } }), { stage: stages[0] });
    agentIn(new Stack(app, 'Second', { env: { ...ENV, ...second } }), { stage: stages[1] });
  });

  test('twice in an app is refused, also in two stages of one account', () => {
    expect(two({}, {})).toBe('PlacementTwice');
    expect(two({}, {}, [TEST, PRODUCTION])).toBe('PlacementTwice');
  });

  test('in two accounts is fine', () => expect(two({}, ELSEWHERE)).toBeUndefined());

  test.each([['account', ELSEWHERE], ['region', { ...ENV, region: 'eu-north-1' }]])('in another %s than the registry is refused', (_what, env) => {
    const { stack } = agent();
    const registry = stack.node.findChild('Registry') as LifecycleRegistry;
    expect(codeOf(() => agentIn(new Stack(stack.node.root, 'Other', { env }), { registry }))).toBe('RegistryElsewhere');
  });
});

describe('stages', () => {
  const SANDBOX = AgentStage.of('sandbox');

  test('unknown to the registry are refused', () => {
    const { bot } = agent();
    expect(codeOf(() => bot.accessIn(SANDBOX))).toBe('StageUnknown');
    expect(codeOf(() => agent({ stage: SANDBOX }))).toBe('StageUnknown');
    expect(codeOf(() => bot.accessIn())).toBe('StageMissing');
  });

  test('that demand something else than in the registry are refused', () => {
    const stack = stackOf();
    const registry = LifecycleRegistry.fromRegistryName(stack, 'Own', 'agents', { stages: [AgentStage.of('sandbox', { maxTenure: Duration.days(10) })] });
    expect(codeOf(() => agentIn(stack, { registry, stage: SANDBOX }))).toBe('StageDiffers');
    expect(codeOf(() => agentIn(stack, { registry, stage: AgentStage.of('sandbox', { maxTenure: Duration.days(10) }) }, 'Same'))).toBeUndefined();
    // A risk analysis is done again each year, and demands nothing of agents.
    const targetedRiskAnalysis = { reason: 'It holds test data only', date: '2026-03-31' };
    const analysed = agentIn(stack, { registry, agentName: 'analysed-bot', stage: AgentStage.of('sandbox', { maxTenure: Duration.days(10), targetedRiskAnalysis }) }, 'Analysed');
    expect(analysed.stage.name).toBe('sandbox');
  });

  test('that need an approval in the registry are the same for an agent', () => {
    const stack = stackOf();
    const registry = LifecycleRegistry.fromRegistryName(stack, 'Own', 'agents', { stages: [AgentStage.PRODUCTION.withApproval(), SANDBOX] });
    expect(codeOf(() => agentIn(stack, { registry, stage: AgentStage.PRODUCTION }))).toBeUndefined();
    expect(codeOf(() => agentIn(stack, { registry, agentName: 'other-bot', stage: SANDBOX.withApproval() }, 'Other'))).toBeUndefined();
  });

  test('known to it are taken', () => {
    const stack = stackOf();
    const registry = LifecycleRegistry.fromRegistryName(stack, 'Own', 'agents', { stages: [SANDBOX] });
    expect(codeOf(() => agentIn(stack, { registry, stage: SANDBOX }).accessIn(SANDBOX))).toBeUndefined();
  });
});

test.each([['2001-01-01', 1], ['2999-01-01', 0]])('an end on %s: a warning at most', (date, warnings) => {
  const { stack } = agent({ expires: Expiry.on(date) });
  expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('agent invoice-bot ended at'))).toHaveLength(warnings);
  expect(synthError(stack)).toBe('');
});

test('what agents have in common is said once, the innermost and their own first', () => {
  const stack = stackOf();
  const registry = LifecycleRegistry.fromRegistryName(stack, 'Registry', 'agents');
  AgentDefaults.of(stack.node.root).set({ registry, sponsor: ADA, stage: TEST, expires: Expiry.on('2999-01-01') });
  AgentDefaults.of(stack).set({ stage: STAGING });
  const props = { agentName: 'first-bot', purpose: 'Tries defaults', runtime: BARE };
  expect(new ManagedAgentIdentity(stack, 'First', props).stage.name).toBe('staging');
  expect(new ManagedAgentIdentity(stack, 'Second', { ...props, agentName: 'second-bot', stage: PRODUCTION }).stage.name).toBe('production');
  expect(synthError(stack)).toBe('');
});

describe('an agent that is declared elsewhere', () => {
  const reference = (stack: Stack) => ManagedAgentIdentity.fromAgentName(stack, 'Ref', {
    agentName: 'invoice-bot', stage: TEST, registry: LifecycleRegistry.fromRegistryName(stack, 'Registry', 'agents'),
  });

  test('has a principal to be named', () => {
    const stack = stackOf();
    const { principal, principalArn } = reference(stack);
    expect(stack.resolve(principalArn)).toEqual({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::111122223333:role/agents/test/invoice-bot-test']] });
    expect(stack.resolve(principal.policyFragment.principalJson)).toEqual({ AWS: [stack.resolve(principalArn)] });
  });

  test('is named by a resource that it may use, and by a role that trusts it', () => {
    const stack = stackOf();
    const { agentName, principal, principalArn } = reference(stack);
    const bucket = new s3.Bucket(stack, 'Bucket');
    bucket.addToResourcePolicy(new iam.PolicyStatement({ principals: [principal], actions: ['s3:GetObject'], resources: [bucket.arnForObjects('*')] }));
    new iam.Role(stack, 'Trusting', { assumedBy: principal });
    const template = Template.fromStack(stack);
    const named = { Action: Match.anyValue(), Effect: 'Allow', Principal: { AWS: stack.resolve(principalArn) as unknown } };
    expect(agentName).toBe('invoice-bot');
    template.hasResourceProperties('AWS::S3::BucketPolicy', { PolicyDocument: { Statement: [{ ...named, Resource: Match.anyValue() }] } });
    template.hasResourceProperties('AWS::IAM::Role', { AssumeRolePolicyDocument: { Statement: [named] } });
  });

  test('AgentNameInvalid: fails for what no agent can be called', () => {
    const stack = stackOf();
    const registry = LifecycleRegistry.fromRegistryName(stack, 'Registry', 'agents');
    expect(codeOf(() => ManagedAgentIdentity.fromAgentName(stack, 'Ref', { agentName: 'Bot', stage: TEST, registry }))).toBe('AgentNameInvalid');
  });

  test('takes no grant', () => {
    const { principal } = reference(stackOf());
    expect(codeOf(() => iam.Grant.addToPrincipal({ grantee: principal, actions: ['sqs:SendMessage'], resourceArns: ['arn:aws:sqs:eu-west-1:111122223333:q'] }))).toBe('GrantToReference');
  });
});

test('aspects of others that only read are no hindrance', () => {
  const { stack } = agent();
  Aspects.of(stack).add({ visit: () => undefined }, { priority: 1000 });
  expect(synthError(stack)).toBe('');
});

test('DormantInTrust: fails when a role is to trust the agent in a stage that is not its present one', () => {
  const { bot, stack } = agent();

  expect(codeOf(() => new iam.Role(stack, 'Theirs', { assumedBy: bot.accessIn(PRODUCTION).grantPrincipal }))).toBe('DormantInTrust');
  expect(codeOf(() => new iam.Role(stack, 'Ours', { assumedBy: bot.accessIn(TEST).grantPrincipal }))).toBeUndefined();
});

test('RegistryOutsideStage: fails when a Stage\'s agent takes a registry from outside', () => {
  const app = new App();
  const outside = LifecycleRegistry.fromRegistryName(new Stack(app, 'Platform', { env: ENV }), 'Agents', 'agents');
  const inside = new Stack(new Stage(app, 'Beta'), 'Own', { env: ENV });

  expect(codeOf(() => agentIn(inside, { registry: outside }))).toBe('RegistryOutsideStage');
  expect(codeOf(() => agentIn(inside, { registry: LifecycleRegistry.fromRegistryName(inside, 'Agents', 'agents') }, 'Other'))).toBeUndefined();
});
