import { aws_bedrockagentcore as agentcore, aws_iam as iam, aws_lambda as lambda, aws_stepfunctions as sfn, NestedStack, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { agentIn, codeOf, ENV, PRODUCTION, stackOf, synthError, TEST } from './agents';
import { ManagedAgentIdentity } from '../../../src/aws/agent-identity';
import { AgentRuntime } from '../../../src/aws/agent-runtime';

const functionOf = (bot: ManagedAgentIdentity, id = `Function-${bot.agentName}`) => new lambda.Function(Stack.of(bot), id, {
  role: bot.role, code: lambda.Code.fromInline('//'), handler: 'index.handler', runtime: lambda.Runtime.NODEJS_22_X,
});

function agents(runtime = AgentRuntime.lambda(), stage = TEST): { stack: Stack; caller: ManagedAgentIdentity; callee: ManagedAgentIdentity } {
  const stack = stackOf();
  const [caller, callee] = ['caller', 'callee'].map((agentName) => agentIn(stack, { agentName, runtime, stage }, agentName));
  return { stack, caller, callee };
}

/** What the caller may invoke, by the template. */
function invocations(stack: Stack): unknown[] {
  const policies = Object.entries(Template.fromStack(stack).findResources('AWS::IAM::Policy')).filter(([id]) => id.startsWith('AgentCaller'));
  return policies.flatMap(([, { Properties }]) => (Properties.PolicyDocument.Statement as { Sid?: string; Action: string; Resource: unknown }[])
    .filter(({ Sid: sid }) => sid?.startsWith('Invoke')).map(({ Action, Resource }) => [Action, Resource]));
}

const arn = (id: string) => ({ 'Fn::GetAtt': [expect.stringContaining(id), expect.any(String)] });
const joined = (id: string, rest: string) => ({ 'Fn::Join': ['', [arn(id), rest]] });

test('the caller may invoke the functions of the callee, with their versions, and no others', () => {
  const { stack, caller, callee } = agents();
  functionOf(caller);
  caller.mayInvoke(callee);
  // Also what is declared later.
  functionOf(callee);

  expect(invocations(stack)).toEqual([['lambda:InvokeFunction', [arn('Functioncallee'), joined('Functioncallee', ':*')]]]);
});

test('state machines and AgentCore runtimes are invoked in their own ways', () => {
  const flow = agents(AgentRuntime.stepFunctions());
  new sfn.StateMachine(flow.stack, 'Flow', { role: flow.callee.role, definitionBody: sfn.DefinitionBody.fromChainable(new sfn.Pass(flow.stack, 'Pass')) });
  flow.caller.mayInvoke(flow.callee);
  expect(invocations(flow.stack)).toEqual([['states:StartExecution', [{ Ref: expect.stringContaining('Flow') }]]]);

  const core = agents(AgentRuntime.bedrockAgentCore());
  new agentcore.CfnRuntime(core.stack, 'Runtime', {
    agentRuntimeName: 'callee',
    roleArn: core.callee.role.roleArn,
    networkConfiguration: { networkMode: 'PUBLIC' },
    agentRuntimeArtifact: { containerConfiguration: { containerUri: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/x:1' } },
  });
  core.caller.mayInvoke(core.callee);
  expect(invocations(core.stack)).toEqual([['bedrock-agentcore:InvokeAgentRuntime', [arn('Runtime'), joined('Runtime', '/runtime-endpoint/*')]]]);
});

test('both agents\' declared access shows it', () => {
  const { stack, caller, callee } = agents();
  functionOf(callee);
  caller.mayInvoke(callee);
  const template = Template.fromStack(stack);
  template.hasResourceProperties('Custom::AgentLifecycle', { AgentName: 'callee', Access: { Trusted: ['Agent caller (invokes)', 'Service lambda.amazonaws.com'] } });
  expect(caller.declaredAccess).toContainEqual(expect.objectContaining({ live: true, actions: ['lambda:InvokeFunction'] }));
});

test('in other stages than those named it renders nothing', () => {
  const invoked = [TEST, PRODUCTION].map((stage) => {
    const { stack, caller, callee } = agents(AgentRuntime.lambda(), stage);
    functionOf(callee);
    caller.mayInvoke(callee, PRODUCTION);
    expect(caller.declaredAccess.find(({ actions }) => actions.includes('lambda:InvokeFunction'))).toMatchObject({ stages: ['production'], live: stage === PRODUCTION });
    return invocations(stack).length;
  });
  expect(invoked).toEqual([0, 1]);
});

test('is refused: itself, what nobody can call, another stage, and what has no compute', () => {
  const { stack, caller, callee } = agents();
  expect(codeOf(() => caller.mayInvoke(caller))).toBe('InvocationImpossible');
  expect(codeOf(() => caller.mayInvoke(agentIn(stack, { agentName: 'task', runtime: AgentRuntime.ecsTask() }, 'task')))).toBe('InvocationImpossible');
  expect(codeOf(() => caller.mayInvoke(agentIn(stack, { agentName: 'live', stage: PRODUCTION }, 'live')))).toBe('DelegateInOtherStage');
  expect(codeOf(() => caller.mayInvoke({ agentName: 'x' } as never))).toBe('DelegateForeign');
  caller.mayInvoke(callee);
  expect(synthError(stack)).toMatch(/InvocationWithoutCompute: Own\/caller: it may invoke Own\/callee, and no AWS::Lambda::Function runs with that agent's role/);
});

test('two agents that invoke each other in one stack are a circle that CloudFormation can\'t deploy, and the error says what to do', () => {
  const { stack, caller, callee } = agents();
  [caller, callee].forEach((bot) => functionOf(bot));
  caller.mayInvoke(callee);
  callee.mayInvoke(caller);
  expect(synthError(stack)).toMatch(/AccessCircular: Own\/caller: its access names Own\/Function-callee/);
});

describe('in different stacks', () => {
  function apart(nested = false): Record<'caller' | 'callee', ManagedAgentIdentity> & { app: Stack } {
    const app = stackOf();
    const stacks = ['First', 'Second'].map((id) => nested ? new NestedStack(app, id) : new Stack(app.node.root, id, { env: ENV }));
    const [caller, callee] = ['caller', 'callee'].map((agentName, index) => {
      const bot = agentIn(stacks[index], { agentName, runtime: AgentRuntime.lambda() }, agentName);
      functionOf(bot);
      return bot;
    });
    return { caller, callee, app };
  }
  const access = [new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: ['arn:aws:sqs:eu-west-1:111122223333:invoices'] })];

  test('the callee\'s is deployed before the caller\'s', () => {
    const { caller, callee, app } = apart();
    caller.mayInvoke(callee);
    expect(synthError(app)).toBe('');
    expect(Stack.of(caller).dependencies).toContain(Stack.of(callee));
  });

  test.each([[false], [true]])('what needs the opposite order is refused, and in one stack allowed (nested: %s)', (nested) => {
    const back = apart(nested);
    back.caller.mayInvoke(back.callee);
    expect(() => back.callee.mayInvoke(back.caller)).toThrow(/StacksCircular: .*callee: it may invoke .*caller, for which stack .*First is deployed before .*Second.*put both agents into one stack/);
    const down = apart(nested);
    down.caller.mayInvoke(down.callee);
    expect(codeOf(() => down.caller.mayDelegateTo(down.callee, { access }))).toBe('StacksCircular');

    const { stack, caller, callee } = agents();
    [caller, callee].forEach((bot) => functionOf(bot));
    access.forEach((statement) => caller.access.grantPrincipal.addToPrincipalPolicy(statement));
    caller.mayInvoke(callee);
    caller.mayDelegateTo(callee, { access });
    expect(synthError(stack)).toBe('');
  });

  test('to delegate and to be called back is one order', () => {
    const { caller, callee, app } = apart();
    access.forEach((statement) => caller.access.grantPrincipal.addToPrincipalPolicy(statement));
    caller.mayDelegateTo(callee, { access });
    callee.mayInvoke(caller);
    expect(synthError(app)).toBe('');
  });
});

test('it allows a call and no session', () => {
  const { stack, caller, callee } = agents();
  functionOf(callee);
  caller.mayInvoke(callee);
  const trusts = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Role')).filter(({ Properties }) => Properties.RoleName === 'callee-test')
    .flatMap(({ Properties }) => Properties.AssumeRolePolicyDocument.Statement as { Effect: string; Principal: unknown }[]);
  expect(trusts.filter(({ Effect: effect }) => effect === 'Allow').map(({ Principal }) => Principal)).toEqual([{ Service: 'lambda.amazonaws.com' }]);
});
