import { App, aws_ec2 as ec2, aws_iam as iam, aws_lambda as lambda, aws_logs as logs, CfnElement, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import { AgentRuntime } from '../../../src/aws/agent-runtime';
import { Expiry, Sponsor } from '../../../src/core';
import { agentIn, only, stackOf, synthError } from '../agent-identity/agents';

/** The part of an agent's construct that concerns logs: the access policy is deployed before the function. */
class Agent extends Construct {
  readonly role: iam.Role;

  constructor(stack: Stack, id: string) {
    super(stack, id);
    const binding = AgentRuntime.lambda()._bind(this, {
      agentName: 'bot',
      tagPrefix: 'agent:',
      stageName: 'test',
      sponsor: Sponsor.person({ name: 'Ada Park', email: 'ada.park@example.com', backupEmail: 'li.chen@example.com' }),
      expires: Expiry.on('2999-03-31'),
      partition: stack.partition,
      region: stack.region,
      account: stack.account,
    });
    this.role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    const access = new iam.Policy(this.role, 'Access', { policyName: 'access', statements: binding.access });
    access.attachToRole(this.role);
  }
}

function logGroups(stackName: string, build: (stack: Stack, agent: Agent) => void): string[] {
  const stack = new Stack(new App(), stackName, { env: { account: '111122223333', region: 'eu-west-1' } });
  const agent = new Agent(stack, 'Bot');
  build(stack, agent);
  const [policy] = Object.entries(Template.fromStack(stack).findResources('AWS::IAM::Policy'))
    .filter(([id]) => id === stack.getLogicalId(agent.role.node.findChild('Access').node.defaultChild as CfnElement)).map(([, resource]) => resource);
  return [[policy.Properties.PolicyDocument.Statement].flat()[0].Resource].flat();
}

const fn = (stack: Stack, id: string, props: Partial<lambda.FunctionProps>) =>
  new lambda.Function(stack, id, { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('x'), ...props });
const prefix = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':logs:eu-west-1:111122223333:log-group:']] };
const named = (name: string) => JSON.parse(JSON.stringify(prefix).replace('log-group:', `log-group:${name}:*`));

test('a function with a name: exactly its log group', () => {
  expect(logGroups('Bots', (stack, { role }) => fn(stack, 'Fn', { role, functionName: 'matcher' }))).toEqual([named('/aws/lambda/matcher')]);
});

test('a function with a generated name: what its name begins with', () => {
  expect(logGroups('Bots', (stack, { role }) => fn(stack, 'Fn', { role }))).toEqual([named('/aws/lambda/Bots-Fn9270CBC0-*')]);
});

test('a generated name that CloudFormation shortens: the stack', () => {
  expect(logGroups('BotsOfTheInvoiceDepartmentInEurope', (stack, { role }) => fn(stack, 'MatcherOfInvoicesToPurchaseOrders', { role })))
    .toEqual([named('/aws/lambda/BotsOfTheInvoiceDepa*')]);
});

test('a function with a log group of its own: that', () => {
  const groups = logGroups('Bots', (stack, { role }) => fn(stack, 'Fn', { role, logGroup: new logs.LogGroup(stack, 'Logs', { logGroupName: 'bots' }) }));
  expect(JSON.stringify(groups)).toContain('{"Ref":"Logs6819BB44"}');
});

test("another role's function is not the agent's", () => {
  const groups = logGroups('Bots', (stack, { role }) => {
    fn(stack, 'Fn', { role, functionName: 'matcher' });
    fn(stack, 'Other', { functionName: 'other' });
    fn(stack, 'Third', { role: new Agent(stack, 'Bot2').role, functionName: 'third' });
  });
  expect(groups).toEqual([named('/aws/lambda/matcher')]);
});

test('several functions: each of them', () => {
  const groups = logGroups('Bots', (stack, { role }) => {
    fn(stack, 'Fn', { role, functionName: 'matcher' });
    fn(stack, 'Other', { role, functionName: 'other' });
  });
  expect(groups).toEqual([named('/aws/lambda/matcher'), named('/aws/lambda/other')]);
});

test('no function in sight, as when its code is deployed otherwise: generated names of the stack', () => {
  expect(logGroups('Bots', () => undefined)).toEqual([named('/aws/lambda/Bots-*')]);
});

describe('of agents as they are declared, whose access is checked before there is any function', () => {
  const logsOf = (stack: Stack, part: string) => {
    const [statement] = only(Template.fromStack(stack), 'AWS::IAM::Policy', part).Properties.PolicyDocument.Statement
      .filter(({ Sid }: { Sid?: string }) => Sid === 'RuntimeLogs');
    return JSON.stringify(statement.Resource);
  };

  test('each writes to the log groups of its own functions, by whatever name, and to no others', () => {
    const stack = stackOf();
    const [one, two] = ['one-bot', 'two-bot'].map((agentName) => agentIn(stack, { agentName, runtime: AgentRuntime.lambda() }, agentName));
    fn(stack, 'Named', { role: one.role, functionName: 'matcher' });
    fn(stack, 'Logged', { role: one.role, logGroup: new logs.LogGroup(stack, 'Logs', { logGroupName: '/corp/bots' }) });
    fn(stack, 'Plain', { role: two.role });

    expect(logsOf(stack, 'OneBot')).toContain('/aws/lambda/matcher:*');
    expect(logsOf(stack, 'OneBot')).toContain('{"Ref":"Logs6819BB44"}');
    expect(logsOf(stack, 'OneBot')).not.toContain('Plain');
    expect(logsOf(stack, 'TwoBot')).toMatch(/:log-group:\/aws\/lambda\/Own-Plain[0-9A-F]+-\*:\*/);
    expect(logsOf(stack, 'TwoBot')).not.toContain('matcher');
  });
});

test.each([[false, 'VpcUndeclared'], [true, '']])('a function in a VPC is refused unless that is declared: declared %s', (vpc, code) => {
  const stack = stackOf();
  const bot = agentIn(stack, { runtime: AgentRuntime.lambda({ vpc }) });
  fn(stack, 'Inside', { role: bot.role, vpc: new ec2.Vpc(stack, 'Vpc', { natGateways: 0, subnetConfiguration: [{ name: 'isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }] }) });

  expect(synthError(stack)).toMatch(code === '' ? /^$/ : new RegExp(code));
});
