import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aws_bedrockagentcore as agentcore, aws_ecr as ecr, aws_iam as iam, aws_lambda as lambda, Lazy, Stack } from 'aws-cdk-lib';
import { ACCOUNT, letsIn, REGION, trustOf } from './trust-of';
import { ManagedAgentIdentity } from '../../../../src/aws/agent-identity';
import { AgentRuntime } from '../../../../src/aws/agent-runtime';
import { agent, codeOf, only, PRODUCTION, synthError, TEST } from '../../agent-identity/agents';

const CODE = mkdtempSync(join(tmpdir(), 'agent-'));
writeFileSync(join(CODE, 'Dockerfile'), 'FROM scratch\n');

const IMAGE = agentcore.AgentRuntimeArtifact.fromImageUri(`${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/invoices:v1`);
const runtimeOf = (stack: Stack, bot: ManagedAgentIdentity, props: Partial<agentcore.RuntimeProps> = {}, id = 'Runtime') =>
  new agentcore.Runtime(stack, id, { executionRole: bot.role, runtimeName: 'invoice_bot', agentRuntimeArtifact: IMAGE, ...props });

function deployed(build: (stack: Stack, bot: ManagedAgentIdentity) => void) {
  const { stack, bot, template } = agent({ runtime: AgentRuntime.bedrockAgentCore() });
  build(stack, bot);
  const rendered = template();
  const statements = only(rendered, 'AWS::IAM::Policy').Properties.PolicyDocument.Statement as { Sid?: string; Action: string | string[]; Resource: unknown }[];
  return { rendered, statements, resourcesOf: (sid: string) => JSON.stringify(statements.find(({ Sid }) => Sid === sid)?.Resource) };
}

describe('trust', () => {
  const trust = trustOf(AgentRuntime.bedrockAgentCore(), (stack, bot) => void runtimeOf(stack, bot));
  const of = (source: string, account = ACCOUNT, sourceAccount = account, region = REGION) => letsIn(trust, {
    principal: 'bedrock-agentcore.amazonaws.com',
    context: { 'aws:SourceAccount': sourceAccount, 'aws:SourceArn': `arn:aws:bedrock-agentcore:${region}:${account}:${source}` },
  });

  test('admits the runtime that has the role, whatever AgentCore appends to its name', () => {
    expect(of('runtime/invoice_bot-a1B2c3D4e5')).toBe(true);
  });

  test.each([
    ['another runtime', 'runtime/payroll-a1B2c3D4e5'],
    ['a runtime whose name begins so', 'runtime/invoice_bot_admin-a1B2c3D4e5'],
    ['a runtime with the name of the agent, which AgentCore can\'t have', 'runtime/invoice-bot-a1B2c3D4e5'],
    ['a memory of the name', 'memory/invoice_bot-a1B2c3D4e5'],
    ['a gateway', 'gateway/invoice_bot-a1b2c3d4e5'],
  ])('refuses %s', (_what, source) => {
    expect(of(source)).toBe(false);
  });

  test('refuses another account, another region and a source without an account', () => {
    const source = 'runtime/invoice_bot-a1B2c3D4e5';
    expect([of(source, '444455556666'), of(source, ACCOUNT, '444455556666'), of(source, ACCOUNT, ACCOUNT, 'us-east-1')]).toEqual([false, false, false]);
  });

  test('a generated name is known too, and one that is known at deployment only stands for every runtime', () => {
    const generated = trustOf(AgentRuntime.bedrockAgentCore(), (stack, bot) => void runtimeOf(stack, bot, { runtimeName: undefined }));
    const later = trustOf(AgentRuntime.bedrockAgentCore(), (stack, bot) => void runtimeOf(stack, bot, { runtimeName: Lazy.string({ produce: () => '{{resolve:ssm:/name}}' }) }));
    const sources = [generated, later].map(([{ Condition }]) => JSON.stringify(Condition!.ArnLike['aws:SourceArn']));
    expect(sources).toEqual([expect.stringMatching(/:runtime\/\w+-\*"$/), expect.stringMatching(/:runtime\/\*"$/)]);
  });

  test('its memory, gateway and tools are admitted by their names where they have the role', () => {
    const more = trustOf(AgentRuntime.bedrockAgentCore(), (stack, bot) => {
      runtimeOf(stack, bot);
      new agentcore.CfnMemory(stack, 'Memory', { name: 'invoice_memory', eventExpiryDuration: 30, memoryExecutionRoleArn: bot.role.roleArn });
      new agentcore.CfnGateway(stack, 'Gateway', { name: 'Invoice-Gateway', authorizerType: 'AWS_IAM', protocolType: 'MCP', roleArn: bot.role.roleArn });
      new agentcore.CfnCodeInterpreterCustom(stack, 'Interpreter', { name: 'invoice_test', networkConfiguration: { networkMode: 'SANDBOX' }, executionRoleArn: bot.role.roleArn });
    });
    const lets = (source: string) => letsIn(more, {
      principal: 'bedrock-agentcore.amazonaws.com', context: { 'aws:SourceAccount': ACCOUNT, 'aws:SourceArn': `arn:aws:bedrock-agentcore:${REGION}:${ACCOUNT}:${source}` },
    });
    expect(['runtime/invoice_bot-0', 'memory/invoice_memory-0', 'gateway/invoice-gateway-0', 'code-interpreter-custom/invoice_test-0'].map(lets)).toEqual([true, true, true, true]);
    expect(['memory/payroll-0', 'gateway/payroll-0', 'browser-custom/invoice_test-0'].map(lets)).toEqual([false, false, false]);
  });
});

describe('the construct of aws-cdk-lib works as it is', () => {
  test.each<[string, (stack: Stack) => agentcore.AgentRuntimeArtifact]>([
    ['an image', () => IMAGE],
    ['an image of a repository', (stack) => agentcore.AgentRuntimeArtifact.fromEcrRepository(new ecr.Repository(stack, 'Images'), 'v1')],
    ['an image of a repository that is imported', (stack) => agentcore.AgentRuntimeArtifact.fromEcrRepository(ecr.Repository.fromRepositoryName(stack, 'Images', 'invoices'), 'v1')],
    ['an image that is built', () => agentcore.AgentRuntimeArtifact.fromAsset(CODE)],
    ['code', () => agentcore.AgentRuntimeArtifact.fromCodeAsset({ path: CODE, runtime: agentcore.AgentCoreRuntime.PYTHON_3_13, entrypoint: ['main.py'] })],
  ])('with %s', (_what, artifact) => {
    const { stack, bot } = agent({ runtime: AgentRuntime.bedrockAgentCore() });
    runtimeOf(stack, bot, { agentRuntimeArtifact: artifact(stack) });
    expect(synthError(stack)).toBe('');
  });

  test('a grant of another repository to the role is refused all the same', () => {
    const { stack, bot } = agent({ runtime: AgentRuntime.bedrockAgentCore() });
    runtimeOf(stack, bot);
    ecr.Repository.fromRepositoryName(stack, 'Images', 'payroll').grantPull(bot.role);
    expect(synthError(stack)).toContain('GrantInEveryStage');
  });

  test('what it adds is in the access once, as the runtime says it', () => {
    const { statements } = deployed((stack, bot) => void runtimeOf(stack, bot));
    expect(statements.map(({ Sid }) => Sid)).toEqual([
      'DenyAfterExpiry', 'RuntimeLogGroups', 'RuntimeLogGroupList', 'RuntimeLogs', 'RuntimeTraces', 'RuntimeMetrics', 'RuntimeIdentity',
    ]);
  });

  test('it writes the logs and gets the tokens of its own runtime, and tokens for no user without proof', () => {
    const { statements, resourcesOf, rendered } = deployed((stack, bot) => void runtimeOf(stack, bot));
    expect(resourcesOf('RuntimeLogs')).toContain(':log-group:/aws/bedrock-agentcore/runtimes/invoice_bot-*:log-stream:*');
    expect(resourcesOf('RuntimeLogGroups')).toContain(':log-group:/aws/bedrock-agentcore/runtimes/invoice_bot-*');
    expect(resourcesOf('RuntimeIdentity')).toContain('workload-identity-directory/default/workload-identity/invoice_bot-*');
    expect(JSON.stringify(statements)).not.toContain('workload-identity/*');
    expect(JSON.stringify(statements)).not.toContain('ForUserId');
    const [{ PolicyDocument: guard }] = only(rendered, 'AWS::IAM::Role').Properties.Policies;
    const deny = guard.Statement.find(({ Sid }: { Sid: string }) => Sid === 'DenySessions');
    expect(JSON.stringify(deny.NotResource)).toContain('workload-identity/invoice_bot-*');
  });

  test('a role of its own that gets one of these statements changed is checked like all access', () => {
    const { bot } = agent({ runtime: AgentRuntime.bedrockAgentCore() });
    const tokens = (resource: string) => codeOf(() => bot.role.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['bedrock-agentcore:GetWorkloadAccessToken'], resources: [resource] })));
    const identity = `arn:aws:bedrock-agentcore:${REGION}:${ACCOUNT}:workload-identity-directory/default/workload-identity`;
    expect([tokens(`${identity}/*`), tokens(`${identity}/invoice*`), tokens(`${identity}/a-b-*`)]).toEqual(Array(3).fill('SensitiveActionNeedsExactArn'));
    expect([tokens(`${identity}/invoice_bot-*`), tokens(`${identity}/custom`)]).toEqual([undefined, undefined]);
  });

  test('on another runtime its statements are access like all other', () => {
    const { stack, bot } = agent({ runtime: AgentRuntime.lambda() });
    expect(codeOf(() => runtimeOf(stack, bot))).toMatch(/SensitiveActionNeedsExactArn|DeniedToAllAgents/);
  });

  test('a change of stage gives the same runtime a new role', () => {
    const in_ = (stage = TEST) => {
      const { stack, bot, template } = agent({ runtime: AgentRuntime.bedrockAgentCore(), stage });
      runtimeOf(stack, bot);
      return only(template(), 'AWS::BedrockAgentCore::Runtime');
    };
    const [before, after] = [in_(), in_(PRODUCTION)];
    expect(after.LogicalId).toBe(before.LogicalId);
    expect(after.Properties.AgentRuntimeName).toBe(before.Properties.AgentRuntimeName);
    expect(after.Properties.RoleArn).not.toEqual(before.Properties.RoleArn);
  });

  test('RuntimeMismatch: a function can\'t have the role', () => {
    const { stack, bot } = agent({ runtime: AgentRuntime.bedrockAgentCore() });
    new lambda.Function(stack, 'Function', { role: bot.role, code: lambda.Code.fromInline('//'), handler: 'index.handler', runtime: lambda.Runtime.NODEJS_22_X });
    expect(synthError(stack)).toContain('RuntimeMismatch');
  });
});
