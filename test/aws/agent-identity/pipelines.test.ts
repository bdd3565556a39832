import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, aws_dynamodb as dynamodb, aws_iam as iam, aws_lambda as lambda, Environment, pipelines, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ADA, codeOf, ELSEWHERE, ENV, only, PRODUCTION, synthError, TEST } from './agents';
import { planOf, stacksIn } from '../../../runtime/operator/deployment';
import { AgentAssertions } from '../../../src/aws/agent-assertions';
import { ManagedAgentIdentity } from '../../../src/aws/agent-identity';
import { AgentRuntime } from '../../../src/aws/agent-runtime';
import { LifecycleRegistry } from '../../../src/aws/lifecycle-registry';
import { logicalIds } from '../../../src/contract/logical-ids';
import { AgentStage, Expiry } from '../../../src/core';

/** One stack class for each account. */
class Invoices extends Stack {
  public readonly bot: ManagedAgentIdentity;

  public constructor(stage: Stage, agentStage: AgentStage, accepted: AgentStage[] = [agentStage]) {
    super(stage, 'Invoices');
    this.bot = new ManagedAgentIdentity(this, 'Bot', {
      registry: LifecycleRegistry.fromRegistryName(this, 'Agents', 'agents', { acceptedStages: accepted }),
      agentName: 'invoice-bot',
      purpose: 'Matches supplier invoices to purchase orders',
      sponsor: ADA,
      stage: agentStage,
      expires: Expiry.on('2999-03-31'),
      runtime: AgentRuntime.lambda(),
    });
    const table = new dynamodb.Table(this, 'Table', { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING } });
    table.grantReadData(this.bot.accessIn(TEST));
    table.grantWriteData(this.bot.accessIn(PRODUCTION));
    new lambda.Function(this, 'Function', { role: this.bot.role, code: lambda.Code.fromInline('//'), handler: 'index.handler', runtime: lambda.Runtime.NODEJS_22_X });
  }
}

const outdir = mkdtempSync(join(tmpdir(), 'nhi-pipelines-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

function delivered(change: (stacks: { test: Invoices; production: Invoices }) => void = () => undefined) {
  const app = new App({ outdir: mkdtempSync(join(outdir, 'cdk-')) });
  const pipeline = new pipelines.CodePipeline(new Stack(app, 'Delivery', { env: { account: '777788889999', region: ENV.region } }), 'Pipeline', {
    crossAccountKeys: true,
    synth: new pipelines.ShellStep('Synth', {
      input: pipelines.CodePipelineSource.connection('acme/bots', 'main', { connectionArn: 'arn:aws:codeconnections:eu-west-1:777788889999:connection/x' }), commands: ['npx cdk synth'],
    }),
  });
  const [inTest, inProduction] = [new Stage(app, 'Test', { env: ENV }), new Stage(app, 'Production', { env: ELSEWHERE })];
  const stacks = { test: new Invoices(inTest, TEST), production: new Invoices(inProduction, PRODUCTION) };
  change(stacks);
  pipeline.addStage(inTest);
  pipeline.addStage(inProduction);
  return { app, ...stacks };
}

test('one stack class is two placements, in a pipeline too: each has its own role and its own stage\'s access', () => {
  const { test: inTest, production } = delivered();
  const actions = (stack: Stack) => JSON.stringify(only(Template.fromStack(stack), 'AWS::IAM::Policy', 'InvoiceBot').Properties.PolicyDocument);

  expect(only(Template.fromStack(inTest), 'AWS::IAM::Role', 'InvoiceBot').LogicalId).toBe(logicalIds('invoice-bot', 'test').role);
  expect(only(Template.fromStack(production), 'AWS::IAM::Role', 'InvoiceBot').LogicalId).toBe(logicalIds('invoice-bot', 'production').role);
  expect([actions(inTest).includes('GetItem'), actions(inTest).includes('PutItem')]).toEqual([true, false]);
  expect([actions(production).includes('GetItem'), actions(production).includes('PutItem')]).toEqual([false, true]);
  // The function waits for the role, the engine and the access, within its stage.
  expect(only(Template.fromStack(production), 'AWS::Lambda::Function').DependsOn).toEqual(expect.arrayContaining([logicalIds('invoice-bot', 'production').lifecycle]));
});

test('assertions and plans see the placements of nested assemblies', () => {
  const { app, production } = delivered();
  AgentAssertions.fromStack(production).agent('invoice-bot').isIn(PRODUCTION).declares('dynamodb:PutItem').doesNotDeclare('dynamodb:PutItem', { stage: TEST });

  const stacks = stacksIn(app.synth().directory);
  expect(planOf([], stacks).map(({ agentName, account, stage, does }) => [agentName, account, stage, does]).sort()).toEqual([
    ['invoice-bot', ENV.account, 'test', 'join'], ['invoice-bot', ELSEWHERE.account, 'production', 'join'],
  ]);
});

test.each<[string, (bot: ManagedAgentIdentity, stack: Stack) => void, string]>([
  ['a policy that attaches itself', (bot, stack) => new iam.ManagedPolicy(stack, 'Own', {
    statements: [new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: ['arn:aws:sqs:eu-west-1:444455556666:q'] })],
  }).attachToRole(bot.role), 'PolicyBesidesAccess'],
  ['a policy by the role\'s name', (_bot, stack) => void new iam.CfnRolePolicy(stack, 'Plain', { policyName: 'p', roleName: 'invoice-bot-production', policyDocument: {} }), 'PolicyBesidesAccess'],
  ['a grant to the role', (bot, stack) => void new dynamodb.Table(stack, 'Other', { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING } }).grantReadData(bot.role), 'GrantInEveryStage'],
  ['compute whose service may not assume the role', (bot, stack) => void new iam.InstanceProfile(stack, 'Profile', { role: bot.role }), 'RuntimeMismatch'],
])('%s is refused inside a Stage, although aspects and checks end there', (_what, change, code) => {
  // A pipeline synthesizes a stage when it is added.
  expect(() => delivered()).not.toThrow();
  expect(() => delivered((stacks) => change(stacks.production.bot, stacks.production))).toThrow(`[Production/Invoices/Bot] ${code}: `);
});

test('the same name in another account is no second policy of the role', () => {
  const { production } = delivered((stacks) => void new iam.CfnRolePolicy(stacks.test, 'Plain', { policyName: 'p', roleName: 'invoice-bot-production', policyDocument: {} }));
  expect(synthError(production)).toBe('');
});

test('a stage that the account does not accept is refused, and a registry outside of the Stage', () => {
  const stage = new Stage(new App(), 'Test', { env: ENV });
  expect(codeOf(() => new Invoices(stage, PRODUCTION, [TEST]))).toBe('StageUnknown');
  const app = new App();
  const registry = LifecycleRegistry.development(new Stack(app, 'Platform', { env: ENV }), 'Agents');
  const stack = new Stack(new Stage(app, 'Test', { env: ENV }), 'Invoices');
  expect(codeOf(() => new ManagedAgentIdentity(stack, 'Bot', {
    registry, agentName: 'invoice-bot', purpose: 'Matches supplier invoices', sponsor: ADA, stage: TEST, expires: Expiry.on('2999-03-31'), runtime: AgentRuntime.lambda(),
  }))).toBe('RegistryOutsideStage');
});

test('one account takes one placement, whatever the Stages', () => {
  const app = new App();
  new Invoices(new Stage(app, 'One', { env: ENV }), TEST);
  expect(codeOf(() => new Invoices(new Stage(app, 'Two', { env: ENV }), PRODUCTION))).toBe('PlacementTwice');
  expect(codeOf(() => new Invoices(new Stage(app, 'Three', { env: ELSEWHERE }), PRODUCTION))).toBeUndefined();
});

test('a registry for each account, each with its own stages, in one pipeline', () => {
  const app = new App();
  const registryIn = (id: string, env: Environment, acceptedStages: AgentStage[]) => {
    const stack = new Stack(new Stage(app, id, { env }), 'Platform');
    LifecycleRegistry.development(stack, 'Agents', { acceptedStages });
    return Object.values(Template.fromStack(stack).findResources('AWS::IAM::ManagedPolicy')).map(({ Properties }) => Properties.ManagedPolicyName as string).filter((name) => name.includes('-guard-'));
  };
  expect(registryIn('Test', ENV, [TEST])).toEqual(['agents-guard-test']);
  expect(registryIn('Production', ELSEWHERE, [PRODUCTION])).toEqual(['agents-guard-production']);
});
