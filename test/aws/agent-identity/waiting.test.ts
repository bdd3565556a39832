import {
  App, aws_codebuild as codebuild, aws_ec2 as ec2, aws_events as events, aws_glue as glue, aws_iam as iam, aws_kms as kms, aws_lambda as lambda,
  aws_logs as logs, aws_scheduler as scheduler, aws_sqs as sqs, aws_ssm as ssm, aws_stepfunctions as sfn, CfnResource, custom_resources as cr,
  NestedStack, Stack,
} from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { agent, agentIn, ENV, only, stackOf, synthError } from './agents';
import { ManagedAgentIdentity } from '../../../src/aws/agent-identity';
import { AgentRuntime } from '../../../src/aws/agent-runtime';

const CODE = { code: lambda.Code.fromInline('//'), handler: 'index.handler', runtime: lambda.Runtime.NODEJS_22_X };
const LITERAL_ARN = `arn:aws:iam::${ENV.account}:role/agents/test/invoice-bot-test`;

/** A runtime of one service. */
const runtimeOf = (service: string) => AgentRuntime.of({
  principal: new iam.ServicePrincipal(service, { conditions: { StringEquals: { 'aws:SourceAccount': ENV.account } } }),
});

type Hold = (stack: Stack, role: iam.IRole) => unknown;

const plain = (type: string, properties: (roleArn: string) => object): Hold => (stack, { roleArn }) => new CfnResource(stack, 'Plain', { type, properties: properties(roleArn) as Record<string, unknown> });
const job = (role: string) => ({ command: { name: 'glueetl' }, role });
const target = { arn: `arn:aws:sqs:${ENV.region}:${ENV.account}:queue` };
const schedule = { flexibleTimeWindow: { mode: 'OFF' }, scheduleExpression: 'rate(1 day)' };

/** The role for constructs that would add policies to it. */
const unchanged = (stack: Stack, { roleArn }: iam.IRole) => iam.Role.fromRoleArn(stack, 'Unchanged', roleArn, { mutable: false });

/** Resources with the agent's role, and the service that assumes it. */
const HOLDERS: readonly [string, string, string, Hold][] = [
  ['a state machine', 'AWS::StepFunctions::StateMachine', 'states.amazonaws.com', (stack, role) => new sfn.StateMachine(stack, 'Machine', {
    role, definitionBody: sfn.DefinitionBody.fromChainable(new sfn.Pass(stack, 'Pass')),
  })],
  ['a Glue job', 'AWS::Glue::Job', 'glue.amazonaws.com', (stack, { roleArn }) => new glue.CfnJob(stack, 'Job', job(roleArn))],
  ['a Glue job that names the role', 'AWS::Glue::Job', 'glue.amazonaws.com', (stack, { roleName }) => new glue.CfnJob(stack, 'Job', job(roleName))],
  ['a Glue job that names the role literally', 'AWS::Glue::Job', 'glue.amazonaws.com', (stack) => new glue.CfnJob(stack, 'Job', job('invoice-bot-test'))],
  ['a Glue job with the role by override', 'AWS::Glue::Job', 'glue.amazonaws.com', (stack, { roleArn }) => new glue.CfnJob(stack, 'Job', job('another')).addPropertyOverride('Role', roleArn)],
  ['a rule', 'AWS::Events::Rule', 'events.amazonaws.com', (stack, { roleArn }) => new events.CfnRule(stack, 'Rule', {
    scheduleExpression: 'rate(1 day)', targets: [{ id: 'one', ...target }, { id: 'two', ...target, roleArn }],
  })],
  ['a schedule', 'AWS::Scheduler::Schedule', 'scheduler.amazonaws.com', (stack, { roleArn }) => new scheduler.CfnSchedule(stack, 'Schedule', { ...schedule, target: { ...target, roleArn } })],
  ['a schedule with a literal ARN', 'AWS::Scheduler::Schedule', 'scheduler.amazonaws.com', (stack) => new scheduler.CfnSchedule(stack, 'Schedule', { ...schedule, target: { ...target, roleArn: LITERAL_ARN } })],
  ['a build project that adds nothing to the role', 'AWS::CodeBuild::Project', 'codebuild.amazonaws.com', (stack, role) => new codebuild.Project(stack, 'Project', {
    role: unchanged(stack, role), buildSpec: codebuild.BuildSpec.fromObject({ version: '0.2' }), vpc: new ec2.Vpc(stack, 'Vpc', { natGateways: 0 }),
  })],
  ['an untyped pipe', 'AWS::Pipes::Pipe', 'pipes.amazonaws.com', plain('AWS::Pipes::Pipe', (RoleArn) => ({ RoleArn, Source: 'a', Target: 'b' }))],
  ['an untyped runtime of AgentCore', 'AWS::BedrockAgentCore::Runtime', 'bedrock-agentcore.amazonaws.com', plain('AWS::BedrockAgentCore::Runtime', (RoleArn) => ({ RoleArn }))],
];

/** Synthesizes a stack with one resource that has the role. Returns what the resource depends on, and the errors. */
function holding(hold: Hold, runtime: AgentRuntime): { stack: Stack; bot: ManagedAgentIdentity } {
  const { stack, bot } = agent({ runtime });
  hold(stack, bot.role);
  return { stack, bot };
}

function waitsIn(template: Template, type: string): boolean {
  const lifecycle = only(template, 'Custom::AgentLifecycle').LogicalId;
  const access = only(template, 'AWS::IAM::Policy', 'Access').LogicalId;
  const { DependsOn: waits = [] } = only(template, type);
  return [lifecycle, access].every((id) => waits.includes(id));
}

describe('whatever runs with the role waits for Lifecycle and access, and only its own runtime fits', () => {
  test.each(HOLDERS)('%s', (_what, type, service, hold) => {
    const { stack } = holding(hold, runtimeOf(service));
    expect(waitsIn(Template.fromStack(stack), type)).toBe(true);
    expect(synthError(holding(hold, runtimeOf('transfer.amazonaws.com')).stack)).toContain('RuntimeMismatch: Own/Bot: ');
  });
});

describe('one agent with two runtimes', () => {
  const both: Hold = (stack, role) => {
    new lambda.Function(stack, 'Function', { ...CODE, role });
    new sfn.StateMachine(stack, 'Machine', { role, definitionBody: sfn.DefinitionBody.fromChainable(new sfn.Pass(stack, 'Pass')) });
  };

  test('is refused, and the error says what to use', () => {
    expect(synthError(holding(both, AgentRuntime.lambda()).stack)).toMatch(/RuntimeMismatch: Own\/Bot: Own\/Machine\/Resource .*; for both, use AgentRuntime\.of\(\) with an iam\.CompositePrincipal/);
    expect(synthError(holding(both, runtimeOf('glue.amazonaws.com')).stack)).not.toContain('for both');
  });

  test('works with a principal of both, and both wait', () => {
    const of = (service: string) => new iam.ServicePrincipal(service, { conditions: { StringEquals: { 'aws:SourceAccount': ENV.account } } });
    const { stack } = holding(both, AgentRuntime.of({ principal: new iam.CompositePrincipal(of('lambda.amazonaws.com'), of('states.amazonaws.com')) }));
    const template = Template.fromStack(stack);
    expect([waitsIn(template, 'AWS::Lambda::Function'), waitsIn(template, 'AWS::StepFunctions::StateMachine')]).toEqual([true, true]);
  });
});

describe('AwsCustomResource with the role', () => {
  const call = { service: 'SSM', action: 'getParameter', parameters: { Name: 'x' }, physicalResourceId: cr.PhysicalResourceId.of('x') };

  test('works if its calls are granted to the stage', () => {
    const { stack, bot } = agent({ runtime: AgentRuntime.lambda() });
    ssm.StringParameter.fromStringParameterName(stack, 'Parameter', '/x').grantRead(bot.access);
    new cr.AwsCustomResource(stack, 'Call', { onCreate: call, role: bot.role });
    const template = Template.fromStack(stack);
    expect(waitsIn(template, 'AWS::Lambda::Function')).toBe(true);
    expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).toContain('/aws/lambda/Own-AWS679f53fac002');
  });

  test('is refused with a policy of its own, which says what to do', () => {
    const { stack, bot } = agent({ runtime: AgentRuntime.lambda() });
    const policy = cr.AwsCustomResourcePolicy.fromSdkCalls({ resources: [`arn:aws:ssm:${ENV.region}:${ENV.account}:parameter/x`] });
    expect(() => new cr.AwsCustomResource(stack, 'Call', { onCreate: call, role: bot.role, policy })).toThrow(/^InlinePolicyRefused: .*grant its statements to accessIn\(stage\)/);
  });
});

test('a build project in a VPC attaches a policy of its own, which is refused with what to do', () => {
  const { stack, bot } = agent({ runtime: runtimeOf('codebuild.amazonaws.com') });
  const vpc = new ec2.Vpc(stack, 'Vpc', { natGateways: 0 });
  expect(() => new codebuild.Project(stack, 'Project', { role: bot.role, vpc, buildSpec: codebuild.BuildSpec.fromObject({ version: '0.2' }) }))
    .toThrow(/^InlinePolicyRefused: Own\/Bot\/Role: .*mutable: false/);
});

describe('whatever else holds its ARN waits, and needs no runtime', () => {
  test.each<[string, string, Hold]>([
    ['a parameter', 'AWS::SSM::Parameter', (stack, { roleArn }) => new ssm.StringParameter(stack, 'Parameter', { stringValue: roleArn })],
    ['a custom resource of another kind', 'Custom::Deployer', plain('Custom::Deployer', (Role) => ({ ServiceToken: 'arn:x', Nested: [{ Role }] }))],
    ['a text with the ARN in it', 'AWS::SSM::Parameter', (stack) => new ssm.CfnParameter(stack, 'Parameter', { type: 'String', value: `{"role":"${LITERAL_ARN}"}` })],
    ['another function\'s environment', 'AWS::Lambda::Function', (stack, { roleArn }) => new lambda.Function(stack, 'Other', { ...CODE, environment: { ROLE: roleArn } })],
  ])('%s', (_what, type, hold) => {
    const { stack } = holding(hold, AgentRuntime.ec2());
    expect(waitsIn(Template.fromStack(stack), type)).toBe(true);
  });

  test.each<[string, string, Hold]>([
    ['a resource that only bears the role\'s name', 'AWS::SQS::Queue', (stack) => new sqs.Queue(stack, 'Queue', { queueName: 'invoice-bot-test' })],
    ['another role\'s ARN', 'AWS::SSM::Parameter', (stack) => new ssm.StringParameter(stack, 'Parameter', { stringValue: `${LITERAL_ARN}-2` })],
  ])('not %s', (_what, type, hold) => {
    const { stack } = holding(hold, AgentRuntime.ec2());
    expect(waitsIn(Template.fromStack(stack), type)).toBe(false);
  });

  test('not a deployer\'s permission to pass the role, which the agent may invoke', () => {
    const { stack, bot } = agent({ runtime: AgentRuntime.ec2() });
    const deployer = new lambda.Function(stack, 'Deployer', CODE);
    bot.role.grantPassRole(deployer.role!);
    deployer.grantInvoke(bot.access);
    expect(synthError(stack)).toBe('');
  });
});

describe('a circle is refused', () => {
  const codes = (build: (stack: Stack, bot: ManagedAgentIdentity) => void, runtime = AgentRuntime.lambda()) => {
    const { stack, bot } = agent({ runtime });
    build(stack, bot);
    return synthError(stack);
  };
  const functionOf = (stack: Stack, { role }: ManagedAgentIdentity, props: Partial<lambda.FunctionProps> = {}) => new lambda.Function(stack, 'Function', { ...CODE, role, ...props });

  test.each<[string, RegExp, (stack: Stack, bot: ManagedAgentIdentity) => void]>([
    ['the agent may invoke its own function', /its access names Own\/Function\/Resource, which comes after the agent/, (stack, bot) => functionOf(stack, bot).grantInvoke(bot.access)],
    ['the agent may write to a log group named after its function', /names Own\/Logs, which comes after Own\/Function\/Resource/, (stack, bot) => {
      const fn = functionOf(stack, bot);
      const group = new CfnResource(stack, 'Logs', { type: 'AWS::Logs::LogGroup', properties: { LogGroupName: `/aws/lambda/${fn.functionName}` } });
      bot.access.grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['logs:PutLogEvents'], resources: [group.getAtt('Arn').toString()] }));
    }],
    ['a key whose policy names the role by its ARN', /names Own\/Key\/Resource, .*principalArn/, (stack, bot) => {
      const key = new kms.Key(stack, 'Key');
      key.addToResourcePolicy(new iam.PolicyStatement({ principals: [new iam.ArnPrincipal(bot.role.roleArn)], actions: ['kms:Decrypt'], resources: ['*'] }));
      key.grantDecrypt(bot.access);
    }],
  ])('%s', (_what, message, build) => {
    const error = codes(build);
    expect(error).toContain('AccessCircular: Own/Bot: ');
    expect(error).toMatch(message);
  });

  test('a build project that may write its own logs', () => {
    const error = codes((stack, { role }) => void new codebuild.Project(stack, 'Project', { role, buildSpec: codebuild.BuildSpec.fromObject({ version: '0.2' }) }), runtimeOf('codebuild.amazonaws.com'));
    expect(error).toMatch(/AccessCircular: Own\/Bot: its access names Own\/Project\/Resource, .*mutable: false/);
  });

  test('a trust that names what has the role', () => {
    const stack = stackOf();
    const broker = new iam.CfnRole(stack, 'Broker', { assumeRolePolicyDocument: {} });
    const bot = agentIn(stack, { runtime: AgentRuntime.broker({ principal: new iam.ArnPrincipal(broker.attrArn), externalId: 'invoices' }) });
    expect(synthError(stack)).toBe('');
    broker.tags.setTag('agent', bot.role.roleArn);
    const again = stackOf();
    const second = new iam.CfnRole(again, 'Broker', { assumeRolePolicyDocument: {} });
    const other = agentIn(again, { runtime: AgentRuntime.broker({ principal: new iam.ArnPrincipal(second.attrArn), externalId: 'invoices' }) });
    second.description = other.role.roleArn;
    expect(synthError(again)).toMatch(/AccessCircular: Own\/Bot: its trust policy names Own\/Broker/);
  });

  test.each<[string, (stack: Stack, bot: ManagedAgentIdentity) => void]>([
    ['the agent\'s own function by its literal name', (stack, bot) => {
      functionOf(stack, bot, { functionName: 'matcher' });
      lambda.Function.fromFunctionName(stack, 'Itself', 'matcher').grantInvoke(bot.access);
    }],
    ['a key whose policy names the principal', (stack, bot) => {
      const key = new kms.Key(stack, 'Key');
      key.addToResourcePolicy(new iam.PolicyStatement({ principals: [bot.principal], actions: ['kms:Decrypt'], resources: ['*'] }));
      key.grantDecrypt(bot.access);
    }],
    ['another function, that doesn\'t hold the role', (stack, bot) => {
      functionOf(stack, bot, { environment: { OTHER: new lambda.Function(stack, 'Other', CODE).functionArn } });
      (stack.node.findChild('Other') as lambda.Function).grantInvoke(bot.access);
    }],
  ])('but not %s', (_what, build) => expect(codes(build)).toBe(''));
});

describe('nested stacks', () => {
  const within = (build: (parent: Stack, nested: NestedStack) => void, name = 'Own'): { error: string; parent: Template; nested: Template } => {
    const parent = new Stack(new App(), name, { env: ENV });
    const nested = new NestedStack(parent, 'Nested');
    build(parent, nested);
    const error = synthError(parent);
    return { error, parent: Template.fromStack(parent), nested: Template.fromStack(nested) };
  };
  const runtime = AgentRuntime.lambda();
  const logsOf = (template: Template) => [only(template, 'AWS::IAM::Policy', 'Access').Properties.PolicyDocument.Statement].flat()
    .find(({ Sid }: { Sid?: string }) => Sid === 'RuntimeLogs').Resource as unknown;
  const groups = (name: string) => `arn:aws:logs:eu-west-1:111122223333:log-group:${name}:*`;
  const plainly = (arn: unknown) => JSON.stringify(arn).replace(/\{"Fn::Join":\["",\["arn:",\{"Ref":"AWS::Partition"\},"(.*?)"\]\]\}/g, '"arn:aws$1"');

  test('agent above, function in the nested one: it waits, and may write its logs', () => {
    const { error, parent } = within((own, nested) => void new lambda.Function(nested, 'Function', { ...CODE, role: agentIn(own, { runtime }).role }));
    expect(error).toBe('');
    expect(waitsIn(parent, 'AWS::CloudFormation::Stack')).toBe(true);
    expect(plainly(logsOf(parent))).toBe(JSON.stringify([groups('/aws/lambda/Own-*')]));
  });

  test('and by the function\'s own name, or its log group\'s', () => {
    const logGroup = (nested: Stack, logGroupName?: string) => new logs.LogGroup(nested, 'Logs', { logGroupName });
    const named = (props: (nested: Stack) => Partial<lambda.FunctionProps>) => {
      const { error, parent } = within((own, nested) => void new lambda.Function(nested, 'Function', { ...CODE, role: agentIn(own, { runtime }).role, ...props(nested) }));
      expect(error).toBe('');
      return plainly(logsOf(parent));
    };
    expect(named(() => ({ functionName: 'matcher' }))).toBe(JSON.stringify([groups('/aws/lambda/matcher')]));
    expect(named((nested) => ({ logGroup: logGroup(nested, 'matches') }))).toBe(JSON.stringify([groups('matches')]));
    expect(named((nested) => ({ logGroup: logGroup(nested) }))).toBe(JSON.stringify([groups('Own-*')]));
  });

  test('agent in the nested one, function above: it waits, and may write its logs', () => {
    const { error, parent, nested } = within((own, inner) => void new lambda.Function(own, 'Function', { ...CODE, role: agentIn(inner, { runtime }).role }));
    expect(error).toBe('');
    expect(only(parent, 'AWS::Lambda::Function').DependsOn).toContain(only(parent, 'AWS::CloudFormation::Stack').LogicalId);
    expect(plainly(logsOf(nested))).toBe(JSON.stringify([groups('/aws/lambda/Own-Function76856677-*')]));
  });

  test('both in the nested one, whose name CloudFormation shortens', () => {
    const { error, nested } = within((_own, inner) => void new lambda.Function(inner, 'Function', { ...CODE, role: agentIn(inner, { runtime }).role }), 'OwnStackOfTheInvoiceDepartment');
    expect(error).toBe('');
    expect(plainly(logsOf(nested))).toBe(JSON.stringify([groups('/aws/lambda/OwnStackOfTheInvoice*')]));
  });

  test.each<[string, (parent: Stack, nested: Stack) => [Stack, Stack]]>([
    ['agent above, its function in the nested one', (parent, nested) => [parent, nested]],
    ['agent in the nested one, its function above', (parent, nested) => [nested, parent]],
    ['both in the nested one', (_parent, nested) => [nested, nested]],
  ])('%s: that it may invoke itself is a circle', (_what, places) => {
    const parent = new Stack(new App(), 'Own', { env: ENV });
    const [home, other] = places(parent, new NestedStack(parent, 'Nested'));
    const bot = agentIn(home, { runtime });
    new lambda.Function(other, 'Function', { ...CODE, role: bot.role }).grantInvoke(bot.access);
    expect(synthError(parent)).toMatch(/AccessCircular|[Cc]ircular|[Cc]yclic/);
  });
});
