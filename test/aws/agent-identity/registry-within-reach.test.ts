import { App, aws_iam as iam, aws_kms as kms, aws_lambda as lambda, aws_secretsmanager as secretsmanager, CfnParameter, CfnResource, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { agentIn, codeOf, ENV, only, PRODUCTION, stackOf, synthError, TEST } from './agents';
import { ExceptionalAccess } from '../../../src/aws/access-rules';
import { ManagedAgentIdentity } from '../../../src/aws/agent-identity';
import { AgentRuntime } from '../../../src/aws/agent-runtime';
import { LifecycleRegistry } from '../../../src/aws/lifecycle-registry';
import { Expiry } from '../../../src/core';
import { denies } from '../guards/evaluate';

type Grant = [action: string, resource: string];
const arn = (service: string, resource: string, region = 'eu-west-1', account = ENV.account) => `arn:aws:${service}:${region}:${account}:${resource}`;
const iamArn = (resource: string) => `arn:aws:iam::${ENV.account}:${resource}`;
const allow = ([action, resource]: Grant) => new iam.PolicyStatement({ actions: [action], resources: [resource] });

/** An agent in TEST, and the registry in a stack of its own. */
function fleet(props: Parameters<typeof agentIn>[1] = {}) {
  const stack = stackOf();
  const platform = new Stack(stack.node.root, 'Platform', { env: ENV });
  const registry = new LifecycleRegistry(platform, 'Agents');
  const bot = agentIn(stack, { registry, ...props });
  return { stack, registry, bot, template: () => Template.fromStack(stack) };
}
function grant(statement: iam.PolicyStatement, bot: ManagedAgentIdentity, stage = TEST) {
  return bot.accessIn(stage).grantPrincipal.addToPrincipalPolicy(statement);
}
const refusal = (statement: Grant, bot = fleet().bot, stage = TEST) => codeOf(() => grant(allow(statement), bot, stage));
const attached = (template: Template) => only(template, 'AWS::IAM::Role').Properties.ManagedPolicyArns
  .map((found: unknown) => /([\w-]+)"/.exec(JSON.stringify(found).split('agents/').pop()!)![1]);

/** Grants that reach only the registry or another agent. */
const INSIDE: Grant[] = [
  ['lambda:InvokeFunction', arn('lambda', 'function:agents-nhi-lifecycle')],
  ['lambda:InvokeFunction', arn('lambda', 'function:agents-nhi-lifecycle', '*', '*')],
  ['LAMBDA:invokefunction', arn('lambda', 'function:agents-nhi-lifecycle:*')],
  ['lambda:UpdateFunctionConfiguration', arn('lambda', 'function:agents-nhi-lifecycle-steps')],
  ['dynamodb:PutItem', arn('dynamodb', 'table/agents-nhi-ledger')],
  ['dynamodb:Query', arn('dynamodb', 'table/agents-nhi-ledger/index/due')],
  ['s3:GetObject', `arn:aws:s3:::agents-nhi-evidence-${ENV.account}-eu-west-1/*`],
  ['events:PutEvents', arn('events', 'event-bus/agents-nhi-lifecycle')],
  ['events:DeleteRule', arn('events', 'rule/agents-nhi-lifecycle/*')],
  ['states:StartExecution', arn('states', 'stateMachine:agents-nhi-lifecycle')],
  ['sqs:ReceiveMessage', arn('sqs', 'agents-nhi-dead-letters')],
  ['logs:FilterLogEvents', arn('logs', 'log-group:/nhi-registry/agents/agents-nhi-lifecycle:*')],
  ['sts:AssumeRole', iamArn('role/agents-nhi-lifecycle-engine')],
  ['iam:PassRole', iamArn('role/agents-nhi-lifecycle-machine')],
  ['iam:GetPolicy', iamArn('policy/agents/agents-guard-test')],
  ['iam:GetRole', iamArn('role/agents/test/other-bot-test')],
  ['iam:GetUser', iamArn('user/agents/other-bot-debug')],
  ['cloudwatch:DisableAlarmActions', arn('cloudwatch', 'alarm:agents-nhi-lifecycle/*')],
  ['cloudformation:DeleteStack', arn('cloudformation', 'stack/Platform/*')],
  ['secretsmanager:GetSecretValue', arn('secretsmanager', 'secret:agents/other-bot/erp-AbCdEf')],
  ['secretsmanager:GetSecretValue', arn('secretsmanager', 'secret:agents/*')],
];
/** Grants that reach the registry among other resources. */
const AROUND: Grant[] = [
  ['lambda:InvokeFunction', arn('lambda', 'function:*')],
  ['lambda:InvokeFunction', arn('lambda', 'function:agents-*')],
  ['lambda:Invoke*', arn('lambda', 'function:*')],
  ['dynamodb:PutItem', arn('dynamodb', 'table/*')],
  ['dynamodb:PutItem', arn('dynamodb', 'table/*ledger')],
  ['s3:GetObject', 'arn:aws:s3:::agents-*'],
  ['events:PutEvents', arn('events', 'event-bus/*')],
  ['events:PutEvents', arn('events', 'event-bus/?gents-nhi-lifecycle')],
  ['sqs:SendMessage', arn('sqs', 'agents-*')],
  ['states:StartExecution', arn('states', 'stateMachine:*')],
  ['logs:FilterLogEvents', arn('logs', 'log-group:*')],
  ['logs:PutLogEvents', arn('logs', 'log-group:/nhi-registry/*:*')],
  ['cloudformation:DescribeStacks', arn('cloudformation', 'stack/*')],
  ['secretsmanager:GetSecretValue', arn('secretsmanager', 'secret:a*')],
];
const HONEST: Grant[] = [
  ['lambda:InvokeFunction', arn('lambda', 'function:my-*')],
  ['lambda:InvokeFunction', arn('lambda', 'function:agents-lifecycle-report')],
  ['lambda:InvokeFunction', arn('lambda', 'function:agents-*', 'us-east-1')],
  ['lambda:InvokeFunction', arn('lambda', 'function:agents-*', 'eu-west-1', '444455556666')],
  ['lambda:InvokeFunction', arn('lambda', 'function:agents-nhi-lifecycle', 'eu-west-1', '444455556666')],
  ['dynamodb:PutItem', arn('dynamodb', 'table/invoices-*')],
  ['dynamodb:PutItem', arn('dynamodb', 'table/agents-ledger-copy')],
  ['s3:GetObject', 'arn:aws:s3:::agents-invoices/*'],
  ['events:PutEvents', arn('events', 'event-bus/orders')],
  ['events:DeleteRule', arn('events', 'rule/invoices-*')],
  ['sqs:SendMessage', arn('sqs', 'agents-inbox')],
  ['states:DescribeExecution', arn('states', 'execution:orders:*')],
  ['logs:PutLogEvents', arn('logs', 'log-group:/aws/lambda/agents-lifecycle-report:*')],
  ['sts:AssumeRole', iamArn('role/agents/test/other-bot-test')],
  ['iam:PassRole', iamArn('role/agents/test/other-bot-test')],
  ['iam:GetRole', iamArn('role/reader')],
  ['cloudformation:DescribeStacks', arn('cloudformation', 'stack/Invoices/*')],
  ['secretsmanager:GetSecretValue', arn('secretsmanager', 'secret:agents/invoice-bot/erp-AbCdEf')],
  ['secretsmanager:GetSecretValue', arn('secretsmanager', 'secret:invoices/*')],
  ['lambda:ListFunctions', '*'],
];

test.each([...INSIDE, ...AROUND])('refused, in whatever stage: %s on %s', (...statement) => {
  const { bot } = fleet();
  expect([refusal(statement, bot), refusal(statement, bot, PRODUCTION)]).toEqual([expect.any(String), expect.any(String)]);
  expect(() => grant(allow(statement), bot)).toThrow(/RegistryWithinReach: /);
});

test.each(HONEST)('allowed, in whatever stage: %s on %s', (...statement) => {
  const { bot, stack } = fleet();
  expect([refusal(statement, bot), refusal(statement, bot, PRODUCTION)]).toEqual([undefined, undefined]);
  expect(synthError(stack)).toBe('');
});

test.each([INSIDE[0], AROUND[0]])('found on the rendered template too: %s on %s', (...statement) => {
  const { bot, stack } = fleet();
  grant(allow(HONEST[0]), bot);
  const access = bot.role.node.findChild('Access').node.defaultChild as CfnResource;
  access.addPropertyOverride('PolicyDocument.Statement.1', { Effect: 'Allow', Action: statement[0], Resource: statement[1] });
  expect(synthError(stack)).toContain('RegistryWithinReach: Own/Bot: ');
});

test('an unknown account or region counts as the registry\'s, an unknown name doesn\'t', () => {
  const { bot, stack } = fleet();
  const known = (resource: string) => `arn:${stack.partition}:lambda:${new Stack().region}:${new Stack().account}:function:${resource}`;
  expect(refusal(['lambda:InvokeFunction', known('agents-nhi-lifecycle')], bot)).toBe('RegistryWithinReach');
  expect(refusal(['lambda:InvokeFunction', known('mine')], bot)).toBeUndefined();
  expect(refusal(['lambda:InvokeFunction', known(new CfnParameter(stack, 'Name').valueAsString)], bot)).toBeUndefined();
});

describe('an exception', () => {
  const excepting = (action: string) => ({
    accessExceptions: [ExceptionalAccess.of({ actions: [action], reason: 'reports on all functions of the account', until: Expiry.on('2999-01-01') })],
  });

  test('allows what is around the registry, which stays denied', () => {
    const { bot, stack, template } = fleet(excepting('lambda:InvokeFunction'));
    expect(refusal(AROUND[0], bot)).toBeUndefined();
    expect(synthError(stack)).toBe('');
    expect(attached(template())).toContain('agents-no-registry');
  });

  test.each(INSIDE)('never allows the registry itself: %s on %s', (...statement) => {
    expect(refusal(statement, fleet(excepting(statement[0])).bot)).toMatch(/^(RegistryWithinReach|SensitiveActionNeedsExactArn)$/);
  });
});

test.each<[string, (registry: LifecycleRegistry, grantee: iam.IGrantable) => unknown]>([
  ['reading the ledger by its own grant', (registry, to) => registry.ledger.grantReadData(to)],
  ['writing evidence', (registry, to) => registry.evidence.grantWrite(to)],
  ['sending events', (registry, to) => registry.eventBus.grantPutEventsTo(to)],
  ['whatever is inside', (registry, to) => registry.node.findAll().find((node): node is lambda.Function => node instanceof lambda.Function)!.grantInvoke(to)],
])('a reference to what is inside a registry counts: %s', (_what, give) => {
  const { bot, registry } = fleet();
  expect(codeOf(() => give(registry, bot.accessIn(TEST)))).toBe('RegistryWithinReach');
  expect(codeOf(() => give(registry, bot.accessIn(PRODUCTION)))).toBe('RegistryWithinReach');
});

test.each([true, false])('one that comes by an escape hatch too, from a stack of its own: %s', (elsewhere) => {
  const stack = stackOf();
  const registry = new LifecycleRegistry(elsewhere ? new Stack(stack.node.root, 'Platform', { env: ENV }) : stack, 'Agents');
  const bot = agentIn(stack, { registry });
  const access = bot.role.node.findChild('Access').node.defaultChild as CfnResource;
  access.addPropertyOverride('PolicyDocument.Statement.1', { Effect: 'Allow', Action: 'dynamodb:PutItem', Resource: registry.ledger.tableArn });
  expect(synthError(stack)).toContain('RegistryWithinReach: Own/Bot: it names');
});

describe('secrets', () => {
  const secret = (stack: Stack, secretName: string) => new secretsmanager.Secret(stack, 'Secret', { secretName });

  test('of its own may be used, and those of others stay denied by the role\'s own guard', () => {
    const { bot, stack, template } = fleet();
    secret(stack, 'agents/invoice-bot/erp').grantRead(bot.accessIn(TEST));
    expect(synthError(stack)).toBe('');
    expect(attached(template())).toEqual(['agents-guard-test', 'agents-no-registry']);
    const [{ PolicyDocument: { Statement: statements } }] = only(template(), 'AWS::IAM::Role').Properties.Policies;
    const flat = JSON.parse(JSON.stringify(statements), (_key, part) => (part?.['Fn::Join'] ? part['Fn::Join'][1].map((text: unknown) => (typeof text === 'string' ? text : 'aws')).join('') : part));
    const read = (name: string) => ({
      action: 'secretsmanager:GetSecretValue', resource: arn('secretsmanager', `secret:${name}-AbCdEf`), context: { 'secretsmanager:SecretId': name },
    });
    expect([denies(flat, read('agents/invoice-bot/erp')), denies(flat, read('agents/other-bot/erp'))]).toEqual([false, true]);
  });

  test('of its own in another stage change nothing in this one', () => {
    const { bot, stack, template } = fleet();
    secret(stack, 'agents/invoice-bot/erp').grantRead(bot.accessIn(PRODUCTION));
    expect(attached(template())).toContain('agents-no-sessions');
  });

  test('of other agents are refused, also where the name stands with the construct', () => {
    const { bot, stack } = fleet();
    expect(codeOf(() => secret(stack, 'agents/other-bot/erp').grantRead(bot.accessIn(TEST)))).toBe('RegistryWithinReach');
    expect(codeOf(() => secretsmanager.Secret.fromSecretNameV2(stack, 'Other', 'agents/other-bot/erp').grantRead(bot.accessIn(TEST)))).toBe('RegistryWithinReach');
  });

  test('without a name under the registry are like any resource', () => {
    const { bot, stack, template } = fleet();
    secret(stack, 'invoices/erp').grantRead(bot.accessIn(TEST));
    expect(synthError(stack)).toBe('');
    expect(attached(template())).toContain('agents-no-sessions');
  });
});

describe('reading the fleet', () => {
  test('has a way of its own, and the guard that leaves it open', () => {
    const { bot, stack, registry, template } = fleet();
    registry.grantReadFleet(bot.accessIn(TEST)).assertSuccess();
    expect(synthError(stack)).toBe('');
    expect(attached(template())).toEqual(['agents-guard-test', 'agents-registry-reader', 'agents-no-sessions']);
    const granted = JSON.stringify(only(template(), 'AWS::IAM::Policy').Properties.PolicyDocument);
    expect(granted).toContain(':table/agents-nhi-ledger"');
    expect(granted.match(/:table\/agents-nhi-ledger\/[^"]*/g)).toEqual([':table/agents-nhi-ledger/index/due']);
    expect(granted).not.toContain('dynamodb:Scan');
    expect(granted).toContain('s3:GetObjectVersion');
    expect(bot.declaredAccess.flatMap(({ actions }) => actions)).toEqual(expect.arrayContaining(['dynamodb:Query', 's3:GetObject', 's3:ListBucketVersions']));
  });

  test('in another stage waits for it', () => {
    const { bot, stack, registry, template } = fleet();
    registry.grantReadFleet(bot.accessIn(PRODUCTION));
    expect(synthError(stack)).toBe('');
    expect(attached(template())).toContain('agents-no-registry');
    expect(bot.declaredAccess.some(({ live, actions }) => !live && actions.includes('dynamodb:Query'))).toBe(true);
  });

  test('opens nothing else: changes stay refused', () => {
    const { bot, stack, registry } = fleet();
    registry.grantReadFleet(bot.accessIn(TEST));
    expect(refusal(['dynamodb:PutItem', arn('dynamodb', 'table/agents-nhi-ledger')], bot)).toBe('RegistryWithinReach');
    expect(refusal(['dynamodb:Query', arn('dynamodb', 'table/agents-nhi-ledger')], bot)).toBe('RegistryWithinReach');
    const access = bot.role.node.findChild('Access').node.defaultChild as CfnResource;
    access.addPropertyOverride('PolicyDocument.Statement.5', { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::agents-nhi-evidence-x/*' });
    expect(synthError(stack)).toContain('RegistryWithinReach');
  });

  test('works by a reference to the registry, for people too', () => {
    const stack = stackOf();
    const registry = LifecycleRegistry.fromRegistryName(stack, 'Registry', 'agents');
    const auditor = new iam.Role(stack, 'Auditor', { assumedBy: new iam.AccountRootPrincipal() });
    registry.grantReadFleet(auditor);
    const { PolicyDocument: { Statement: statements } } = only(Template.fromStack(stack), 'AWS::IAM::Policy').Properties;
    const onTable = (statements as { Action: string | string[]; Resource: unknown; Condition?: unknown }[]).filter(({ Resource }) => JSON.stringify(Resource).includes(':table/agents-nhi-ledger'));
    expect(onTable.map(({ Action, Condition }) => [Action, Condition])).toEqual([
      [['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'], { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['placement#*', 'registry', 'agenda', 'agenda-list#*', 'agenda-approval'] } }],
      ['dynamodb:Query', { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['due#*'] } }],
      ['dynamodb:DescribeTable', undefined],
    ]);
    // Of all keys only the one that signs campaigns, and only its public part.
    const onKeys = (statements as { Action: string | string[]; Resource: unknown; Condition?: unknown }[]).filter(({ Action }) => JSON.stringify(Action).includes('kms:'));
    expect(onKeys.map(({ Action, Condition }) => [Action, Condition])).toEqual([['kms:GetPublicKey', { StringEquals: { 'kms:RequestAlias': 'alias/agents-nhi-campaigns' } }]]);
    expect(JSON.stringify(onKeys[0].Resource)).toContain(':kms:eu-west-1:111122223333:key/*');
  });

  test('with a key of the user\'s own decrypts through table and bucket only', () => {
    const stack = stackOf();
    const registry = new LifecycleRegistry(stack, 'Registry', { encryptionKey: new kms.Key(stack, 'Key') });
    const auditor = new iam.Role(stack, 'Auditor', { assumedBy: new iam.AccountRootPrincipal() });
    registry.grantReadFleet(auditor);
    const { PolicyDocument: { Statement: statements } } = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'))
      .find(({ Properties: { Roles } }) => JSON.stringify(Roles).includes('Auditor'))!.Properties;
    expect((statements as { Action: unknown; Condition?: unknown }[]).filter(({ Action }) => JSON.stringify(Action).includes('kms:Decrypt')).map(({ Action, Condition }) => [Action, JSON.stringify(Condition)])).toEqual([
      ['kms:Decrypt', expect.stringMatching(/"kms:ViaService":.*dynamodb\.eu-west-1/)], ['kms:Decrypt', expect.stringMatching(/"kms:ViaService":.*s3\.eu-west-1/)],
    ]);
  });
});

test.each(['agents', 'agents-nhi-lifecycle', 'agents-nhi-lifecycle-and-much-more-beside'])('a Lambda function of the stack %s may write its own logs', (name) => {
  const stack = new Stack(new App(), name, { env: ENV });
  const bot = agentIn(stack, { runtime: AgentRuntime.lambda() });
  new lambda.Function(stack, 'Fn', { role: bot.role, code: lambda.Code.fromInline('//'), handler: 'index.handler', runtime: lambda.Runtime.NODEJS_22_X });
  expect(synthError(stack)).toBe('');
});
