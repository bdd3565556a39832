import {
  aws_batch as batch, aws_bedrock as bedrock, aws_bedrockagentcore as agentcore, aws_codebuild as codebuild, aws_ecs as ecs, aws_glue as glue,
  aws_iam as iam,
  aws_lambda as lambda, aws_pipes as pipes, aws_sagemaker as sagemaker, aws_scheduler as scheduler, aws_stepfunctions as sfn,
  Duration, Lazy, Size, Stack,
} from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { ACCOUNT, letsIn, REGION, Request, trustOf } from './trust-of';
import { ManagedAgentIdentity } from '../../../../src/aws/agent-identity';
import { AgentRuntime } from '../../../../src/aws/agent-runtime';
import { agent, only, PRODUCTION, synthError } from '../../agent-identity/agents';

const STATES = JSON.stringify({ StartAt: 'Done', States: { Done: { Type: 'Succeed' } } });

type Build = (stack: Stack, bot: ManagedAgentIdentity) => void;

const role = (bot: ManagedAgentIdentity) => bot.role.roleArn;
/** For constructs that add to their role what the runtime has. */
const unchanged = (stack: Stack, bot: ManagedAgentIdentity) => iam.Role.fromRoleArn(stack, 'Unchanged', bot.role.roleArn, { mutable: false });

const machine: Build = (stack, bot) => void new sfn.CfnStateMachine(stack, 'Machine', { roleArn: role(bot), stateMachineName: 'invoices', definitionString: STATES });
const pipe: Build = (stack, bot) => void new pipes.CfnPipe(stack, 'Pipe', { roleArn: role(bot), name: 'invoices', source: 'arn:aws:sqs:eu-west-1:111122223333:a', target: 'arn:aws:sqs:eu-west-1:111122223333:b' });
const schedule = (groupName?: string): Build => (stack, bot) => void new scheduler.CfnSchedule(stack, 'Schedule', {
  groupName, flexibleTimeWindow: { mode: 'OFF' }, scheduleExpression: 'rate(1 day)', target: { arn: 'arn:aws:sqs:eu-west-1:111122223333:a', roleArn: role(bot) },
});
const project = (projectName?: string): Build => (stack, bot) => void new codebuild.Project(stack, 'Project', {
  projectName, role: unchanged(stack, bot), buildSpec: codebuild.BuildSpec.fromObject({ version: '0.2' }),
});
const job: Build = (stack, bot) => void new glue.CfnJob(stack, 'Job', { role: role(bot), command: { name: 'glueetl', scriptLocation: 's3://scripts/invoices.py' } });
const model: Build = (stack, bot) => void new sagemaker.CfnModel(stack, 'Model', { executionRoleArn: role(bot) });
const bedrockAgent: Build = (stack, bot) => void new bedrock.CfnAgent(stack, 'Agent', { agentName: 'invoices', agentResourceRoleArn: role(bot) });
const batchJob: Build = (stack, bot) => void new batch.EcsJobDefinition(stack, 'Job', {
  container: new batch.EcsFargateContainerDefinition(stack, 'Container', { image: ecs.ContainerImage.fromRegistry('i'), cpu: 1, memory: Size.gibibytes(2), jobRole: unchanged(stack, bot) }),
});

const harness: Build = (stack, bot) => void new agentcore.CfnHarness(stack, 'Harness', { harnessName: 'invoices', executionRoleArn: role(bot), model: { bedrockModelConfig: { modelId: 'anthropic.claude-sonnet-4-20250514-v1:0' } } });
const browser: Build = (stack, bot) => void new agentcore.CfnBrowserCustom(stack, 'Browser', { name: 'invoices', executionRoleArn: role(bot), networkConfiguration: { networkMode: 'PUBLIC' } });
const session: Build = (stack, bot) => void new glue.CfnJob(stack, 'Fixed', { name: 'invoices', role: role(bot), command: { name: 'glueetl', scriptLocation: 's3://scripts/invoices.py' } });
const endpoint: Build = (stack, bot) => void new sagemaker.CfnEndpointConfig(stack, 'Endpoint', { endpointConfigName: 'invoices', executionRoleArn: role(bot), productionVariants: [] });

/** Runtime, what has the role, service, and the ARNs that AWS's documentation says the service sends: right, and of the same account but wrong. */
const SERVICES: [string, AgentRuntime, Build, string, string, string | undefined][] = [
  ['stepFunctions', AgentRuntime.stepFunctions(), machine, 'states', 'states:REGION:ACCOUNT:stateMachine:invoices', 'states:REGION:ACCOUNT:stateMachine:payroll'],
  ['pipes', AgentRuntime.pipes(), pipe, 'pipes', 'pipes:REGION:ACCOUNT:pipe/invoices', 'pipes:REGION:ACCOUNT:pipe/payroll'],
  ['scheduler', AgentRuntime.scheduler(), schedule(), 'scheduler', 'scheduler:REGION:ACCOUNT:schedule-group/default', 'scheduler:REGION:ACCOUNT:schedule-group/payroll'],
  ['scheduler, in a group', AgentRuntime.scheduler(), schedule('invoices'), 'scheduler', 'scheduler:REGION:ACCOUNT:schedule-group/invoices', 'scheduler:REGION:ACCOUNT:schedule-group/default'],
  ['codeBuild', AgentRuntime.codeBuild(), project('invoices'), 'codebuild', 'codebuild:REGION:ACCOUNT:project/invoices', 'codebuild:REGION:ACCOUNT:project/payroll'],
  ['glue', AgentRuntime.glue(), job, 'glue', 'glue:REGION:ACCOUNT:job/invoices', undefined],
  ['sageMaker', AgentRuntime.sageMaker(), model, 'sagemaker', 'sagemaker:REGION:ACCOUNT:model/invoices', undefined],
  ['bedrockAgent', AgentRuntime.bedrockAgent(), bedrockAgent, 'bedrock', 'bedrock:REGION:ACCOUNT:agent/0A1B2C3D4E', 'bedrock:REGION:ACCOUNT:knowledge-base/0A1B2C3D4E'],
  ['agentCoreHarness', AgentRuntime.agentCoreHarness(), harness, 'bedrock-agentcore', 'bedrock-agentcore:REGION:ACCOUNT:harness/invoices-a1B2c3D4e5', 'bedrock-agentcore:REGION:ACCOUNT:harness/payroll-a1B2c3D4e5'],
  ['agentCoreHarness, by its runtime', AgentRuntime.agentCoreHarness(), harness, 'bedrock-agentcore', 'bedrock-agentcore:REGION:ACCOUNT:runtime/harness_invoices-a1B2c3D4e5', 'bedrock-agentcore:REGION:ACCOUNT:runtime/invoices-a1B2c3D4e5'],
  ['batch', AgentRuntime.batch(), batchJob, 'ecs-tasks', 'ecs:REGION:ACCOUNT:task/jobs/0a1b', undefined],
];

describe.each(SERVICES)('%s', (_name, runtime, build, service, right, wrong) => {
  const request = (more: { account?: string; region?: string; source?: string; service?: string; sourceAccount?: string } = {}): Request => {
    const { account = ACCOUNT, region = REGION } = more;
    return {
      principal: `${more.service ?? service}.amazonaws.com`,
      context: {
        'aws:SourceAccount': more.sourceAccount ?? account,
        'aws:SourceArn': `arn:aws:${(more.source ?? right).replace('ACCOUNT', account).replace('REGION', region)}`,
      },
    };
  };
  const trust = trustOf(runtime, build);

  test('lets its service in for the resource that has the role', () => {
    expect(letsIn(trust, request())).toBe(true);
  });

  test.each<[string, Parameters<typeof request>[0]]>([
    ['another account', { account: '444455556666' }],
    ['a source of this account for another', { sourceAccount: '444455556666' }],
    ['another region', { region: 'us-east-1' }],
    ['another service', { service: 'lambda' }],
    ...(wrong === undefined ? [] : [['another resource', { source: wrong }] as [string, Parameters<typeof request>[0]]]),
  ])('refuses %s', (_what, more) => {
    expect(letsIn(trust, request(more))).toBe(false);
  });

  test('refuses a request without a source', () => {
    expect(letsIn(trust, { principal: `${service}.amazonaws.com`, context: { 'aws:SourceAccount': ACCOUNT } })).toBe(false);
  });

  test('what it brings, and what has its role, passes synthesis', () => {
    const { stack, bot } = agent({ runtime });
    build(stack, bot);
    expect(synthError(stack)).toBe('');
  });

  test('RuntimeMismatch: a function may not have its role', () => {
    const { stack, bot } = agent({ runtime });
    new lambda.Function(stack, 'Function', { role: bot.role, code: lambda.Code.fromInline('//'), handler: 'index.handler', runtime: lambda.Runtime.NODEJS_22_X });
    expect(synthError(stack)).toMatch(/RuntimeMismatch: Own\/Bot: Own\/Function\/Resource holds the role.* use AgentRuntime\.lambda\(\)/);
  });

  test('RuntimeMismatch: what it runs may not have the role of a function, and the error names it', () => {
    const { stack, bot } = agent({ runtime: AgentRuntime.lambda() });
    build(stack, bot);
    expect(synthError(stack)).toContain(`use AgentRuntime.${_name.split(',')[0]}()`);
  });
});

test('of several resources each is admitted, and no other', () => {
  const trust = trustOf(AgentRuntime.stepFunctions(), (stack, bot) => {
    for (const name of ['invoices', 'receipts']) {
      new sfn.CfnStateMachine(stack, name, { roleArn: role(bot), stateMachineName: name, definitionString: STATES });
    }
  });
  const of = (name: string) => letsIn(trust, {
    principal: 'states.amazonaws.com', context: { 'aws:SourceAccount': ACCOUNT, 'aws:SourceArn': `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:${name}` },
  });
  expect(['invoices', 'receipts', 'payroll'].map(of)).toEqual([true, true, false]);
});

test('a resource that names the role by its literal ARN is one of them', () => {
  const trust = trustOf(AgentRuntime.stepFunctions(), (stack) => void new sfn.CfnStateMachine(stack, 'Machine', {
    roleArn: `arn:aws:iam::${ACCOUNT}:role/agents/test/invoice-bot-test`, stateMachineName: 'invoices', definitionString: STATES,
  }));
  const of = (name: string) => letsIn(trust, {
    principal: 'states.amazonaws.com', context: { 'aws:SourceAccount': ACCOUNT, 'aws:SourceArn': `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:${name}` },
  });
  expect(['invoices', 'payroll'].map(of)).toEqual([true, false]);
});

test.each<[string, Build]>([
  ['generated', project()],
  ['known at deployment only', project(Lazy.string({ produce: () => '{{resolve:ssm:/name}}' }))],
  ['not of the app', () => undefined],
])('a resource whose name is %s is admitted as one of its kind', (_what, build) => {
  const trust = trustOf(AgentRuntime.codeBuild(), build);
  const of = (source: string) => letsIn(trust, { principal: 'codebuild.amazonaws.com', context: { 'aws:SourceAccount': ACCOUNT, 'aws:SourceArn': `arn:aws:codebuild:${REGION}:${ACCOUNT}:${source}` } });
  expect([of('project/any'), of('report-group/any')]).toEqual([true, false]);
});

test('a build writes to the log group of its own project', () => {
  const { stack, bot, template } = agent({ runtime: AgentRuntime.codeBuild() });
  project('invoices')(stack, bot);
  const statements = only(template(), 'AWS::IAM::Policy').Properties.PolicyDocument.Statement as { Sid: string; Resource: unknown }[];
  expect(JSON.stringify(statements.find(({ Sid }) => Sid === 'RuntimeLogs')!.Resource)).toContain(`:logs:${REGION}:${ACCOUNT}:log-group:/aws/codebuild/invoices:*`);
});

describe('a resource that is replaced with its role, under the same name', () => {
  const warned = (modelName: string | undefined, stage = PRODUCTION) => {
    const { stack, bot } = agent({ runtime: AgentRuntime.sageMaker(), stage });
    new sagemaker.CfnModel(stack, 'Model', { executionRoleArn: role(bot), modelName });
    synthError(stack);
    return Annotations.fromStack(stack).findWarning('/Own/Model', Match.stringLikeRegexp('replaced when its role changes.*production')).length;
  };
  test.each([['invoices', 1], ['invoices-production', 0], ['Production-invoices', 0], ['preproductions', 1], [undefined, 0]])('%s: %d warnings', (name, count) => {
    expect(warned(name)).toBe(count);
  });
});

describe('a change of stage with a name that stays', () => {
  test.each<[string, AgentRuntime, Build, number]>([
    ['a browser of AgentCore', AgentRuntime.bedrockAgentCore(), browser, 1],
    ['an endpoint configuration of SageMaker', AgentRuntime.sageMaker(), endpoint, 1],
    ['a job of Glue, whose role can be changed', AgentRuntime.glue(), session, 0],
    ['a build project, whose role can be changed', AgentRuntime.codeBuild(), project('invoices'), 0],
    ['a harness, whose role can be changed', AgentRuntime.agentCoreHarness(), harness, 0],
  ])('%s', (_what, runtime, build, count) => {
    const { stack, bot } = agent({ runtime, stage: PRODUCTION });
    build(stack, bot);
    synthError(stack);
    expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('replaced when its role changes'))).toHaveLength(count);
  });
});

describe('a harness of AgentCore', () => {
  const statementsOf = (vpc?: boolean) => {
    const { stack, bot, template } = agent({ runtime: AgentRuntime.agentCoreHarness({ vpc }) });
    harness(stack, bot);
    const rendered = template();
    const statements = only(rendered, 'AWS::IAM::Policy').Properties.PolicyDocument.Statement as { Sid: string; Action: string | string[]; Resource: unknown; Condition?: object }[];
    return { bot, statements, of: (sid: string) => statements.find(({ Sid }) => Sid.startsWith(sid)), rendered };
  };

  test('has the logs and tokens of its own runtime, and no model, tool or memory', () => {
    const { statements, of } = statementsOf();
    expect(JSON.stringify(of('RuntimeLogs')?.Resource)).toContain(':log-group:/aws/bedrock-agentcore/runtimes/harness_invoices-*');
    expect(JSON.stringify(of('RuntimeIdentity')?.Resource)).toContain('workload-identity/harness_invoices-*');
    expect(JSON.stringify(statements)).not.toMatch(/InvokeModel|Browser|CodeInterpreter|Memory|PutResourcePolicy|ForUserId/);
  });

  test('pulls AgentCore\'s image from ECR Public only, by an exception until the agent\'s end', () => {
    const { bot, of } = statementsOf();
    expect(of('RuntimeImageToken')).toMatchObject({
      Action: 'sts:GetServiceBearerToken', Condition: { StringEquals: { 'sts:AWSServiceName': 'ecr-public.amazonaws.com' }, DateLessThan: { 'aws:CurrentTime': '2999-04-01T00:00:00Z' } },
    });
    expect(bot.declaredAccess.find(({ actions }) => actions.includes('sts:GetServiceBearerToken'))?.exceptionReason).toContain('ECR Public');
  });

  test('in a VPC it pulls the image of its region, without any token', () => {
    const { statements, of } = statementsOf(true);
    expect(JSON.stringify(of('RuntimeImage')?.Resource)).toMatch(new RegExp(`:ecr:${REGION}:\\*:repository/harness-${REGION}"`));
    expect(JSON.stringify(statements)).not.toContain('GetServiceBearerToken');
  });
});

describe('a managed agent of Bedrock', () => {
  const trust = trustOf(AgentRuntime.bedrockManagedAgent());
  const of = (source: string, sourceAccount = ACCOUNT, principal = 'bedrock-mantle.amazonaws.com') => letsIn(trust, { principal, context: { 'aws:SourceAccount': sourceAccount, 'aws:SourceArn': `arn:aws:${source}` } });

  test('sessions of the account and region may have the role', () => {
    expect(of(`bedrock-mantle:${REGION}:${ACCOUNT}:project/default`)).toBe(true);
  });

  test('no other account, region or service', () => {
    expect([
      of(`bedrock-mantle:${REGION}:444455556666:project/default`, '444455556666'),
      of(`bedrock-mantle:${REGION}:${ACCOUNT}:project/default`, '444455556666'),
      of(`bedrock-mantle:us-east-1:${ACCOUNT}:project/default`),
      of(`bedrock:${REGION}:${ACCOUNT}:agent/0A1B2C3D4E`),
      of(`bedrock-mantle:${REGION}:${ACCOUNT}:project/default`, ACCOUNT, 'bedrock.amazonaws.com'),
    ]).toEqual(Array(5).fill(false));
  });
});

test('a job of Batch waits for the access, like any compute', () => {
  const { stack, bot, template } = agent({ runtime: AgentRuntime.batch() });
  batchJob(stack, bot);
  const { DependsOn = [] } = only(template(), 'AWS::Batch::JobDefinition');
  expect(DependsOn).toEqual(expect.arrayContaining([expect.stringContaining('Access')]));
});

test('sessions of services last as long as the stage says', () => {
  const { template } = agent({ runtime: AgentRuntime.glue() });
  expect(only(template(), 'AWS::IAM::Role').Properties.MaxSessionDuration).toBe(Duration.hours(1).toSeconds());
});
