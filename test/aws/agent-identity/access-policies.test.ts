import { aws_iam as iam, aws_lambda as lambda, aws_sqs as sqs, CfnResource, Lazy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { agent, agentIn, ENV, only, PRODUCTION, stackOf, synthError, TEST } from './agents';
import { ManagedAgentIdentity, ManagedAgentIdentityProps } from '../../../src/aws/agent-identity';
import { AgentRuntime } from '../../../src/aws/agent-runtime';
import { policySizeOf } from '../../../src/aws/iam/quotas';
import { parseStatements } from '../../../src/aws/iam/statement';
import { AgentNaming, LifecycleRegistry } from '../../../src/aws/lifecycle-registry';

interface Rendered { readonly Properties: Record<string, any>; readonly DependsOn?: string[] }

const QUEUE = (index: number) => `arn:aws:sqs:eu-west-1:111122223333:queue-${String(index).padStart(60, '0')}`;

/** Statements that can't be merged, of about 200 characters each. */
function grant(bot: ManagedAgentIdentity, count: number, from = 0): void {
  for (let index = from; index < from + count; index++) {
    bot.accessIn(TEST, PRODUCTION).grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement({ sid: `S${index}`, actions: ['sqs:SendMessage'], resources: [QUEUE(index)] }));
  }
}

function withGrants(count: number, props: Partial<ManagedAgentIdentityProps> = {}) {
  const made = agent(props);
  grant(made.bot, count);
  return made;
}

const managedIn = (template: Template) => Object.values(template.findResources('AWS::IAM::ManagedPolicy')) as Rendered[];
const inlineIn = (template: Template) => only(template, 'AWS::IAM::Policy', 'Access').Properties.PolicyDocument;
const queuesIn = (documents: unknown[]) => documents.flatMap(parseStatements).flatMap(({ effect, resources }) => (effect === 'Allow' ? resources : [])).sort();
const lifecycleIn = (template: Template) => only(template, 'Custom::AgentLifecycle');

test.each([[20, 0], [70, 1], [150, 3]])('of %d grants, %d managed policies hold what the inline policy has no room for', (count, parts) => {
  const template = withGrants(count).template();
  const managed = managedIn(template);

  expect(managed).toHaveLength(parts);
  expect(policySizeOf(inlineIn(template))).toBeLessThanOrEqual(10_240 - 1_024);
  managed.forEach(({ Properties }) => expect(policySizeOf(Properties.PolicyDocument)).toBeLessThanOrEqual(6_144));
  const documents = [inlineIn(template), ...managed.map(({ Properties }) => Properties.PolicyDocument)];
  expect(queuesIn(documents)).toEqual(Array.from({ length: count }, (_, index) => QUEUE(index)));
  expect(lifecycleIn(template).Properties.AccessParts).toBe(parts === 0 ? undefined : String(parts));
});

test('they are the role\'s own: named after it, under the registry\'s path, after Lifecycle, before compute', () => {
  const { bot, stack, template } = withGrants(80, { runtime: AgentRuntime.lambda() });
  new lambda.Function(stack, 'Function', { role: bot.role, code: lambda.Code.fromInline('//'), handler: 'index.handler', runtime: lambda.Runtime.NODEJS_22_X });
  const made = template();
  const [part] = Object.entries(made.findResources('AWS::IAM::ManagedPolicy'));

  expect(part[1]).toMatchObject({
    Properties: { ManagedPolicyName: 'invoice-bot-test-access-1', Path: '/agents/', Roles: [{ Ref: only(made, 'AWS::IAM::Role', 'InvoiceBot').LogicalId }] },
    DependsOn: expect.arrayContaining([lifecycleIn(made).LogicalId]),
  });
  expect(only(made, 'AWS::Lambda::Function').DependsOn).toContain(part[0]);
  expect(only(made, 'AWS::IAM::Policy', 'Access').Properties.PolicyDocument.Statement[0]).toMatchObject({ Effect: 'Deny', Condition: { DateGreaterThanEquals: { 'aws:CurrentTime': '2999-04-01T00:00:00Z' } } });
});

test('a move makes others, so that those of the old stage go with the old role', () => {
  const ids = [TEST, PRODUCTION].map((stage) => Object.entries(withGrants(80, { stage }).template().findResources('AWS::IAM::ManagedPolicy'))
    .map(([id, { Properties }]) => [id, Properties.ManagedPolicyName]));
  expect(ids.flat().map(([, name]) => name)).toEqual(['invoice-bot-test-access-1', 'invoice-bot-production-access-1']);
  expect(new Set(ids.flat().map(([id]) => id)).size).toBe(2);
});

test('another grant changes the policy that it goes to, and the digest that the engine receives', () => {
  const [before, after] = [120, 121].map((count) => withGrants(count).template());
  const policies = (template: Template) => [inlineIn(template), ...managedIn(template).map(({ Properties }) => Properties.PolicyDocument)]
    .map((document) => JSON.stringify(document));
  expect(policies(after).filter((text) => !policies(before).includes(text))).toHaveLength(1);
  expect(lifecycleIn(after).Properties.Access.Policy).not.toBe(lifecycleIn(before).Properties.Access.Policy);
});

test('a grant on another stack\'s resource is found and exported, wherever its statement is', () => {
  const { bot, stack } = withGrants(80);
  const platform = new Stack(stack.node.root, 'Queues', { env: ENV });
  const queue = new sqs.Queue(platform, 'Queue');
  queue.grantSendMessages(bot.accessIn(TEST));

  const template = Template.fromStack(stack);
  const documents = managedIn(template).map(({ Properties }) => JSON.stringify(Properties.PolicyDocument));
  expect(documents.join()).toContain('Fn::ImportValue');
  expect(JSON.stringify(Template.fromStack(platform).toJSON().Outputs)).toContain('Queue');
});

test('a list that is known in the finished app only is counted at its largest', () => {
  const { bot, template } = agent();
  grant(bot, 20);
  const late: string[] = [];
  bot.accessIn(TEST).grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: Lazy.list({ produce: () => late }) }));
  late.push(...Array.from({ length: 120 }, (_, index) => QUEUE(index + 100)));
  const made = template();
  expect(managedIn(made).length).toBeGreaterThan(0);
  expect(queuesIn([inlineIn(made), ...managedIn(made).map(({ Properties }) => Properties.PolicyDocument)])).toHaveLength(140);
});

test.each<[string, (part: iam.CfnManagedPolicy) => void, string]>([
  ['another statement', (part) => part.addPropertyOverride('PolicyDocument.Statement.0.Action', '*'), 'GuardChanged'],
  ['another document', (part) => void (part.policyDocument = { Version: '2012-10-17', Statement: [] }), 'GuardChanged'],
  ['another name', (part) => void (part.managedPolicyName = 'mine'), 'GuardChanged'],
  ['another role', (part) => part.addPropertyOverride('Roles.1', 'another'), 'GuardChanged'],
  ['no wait for the engine', (part) => part.addDeletionOverride('DependsOn'), 'ShapeChanged'],
  ['a longer life', (part) => part.addOverride('DeletionPolicy', 'Retain'), 'RetainRefused'],
])('a managed policy with %s is refused', (_what, change, code) => {
  const { bot, stack } = withGrants(80);
  expect(synthError(stack)).toBe('');
  const again = withGrants(80);
  change(again.bot.role.node.findChild('AccessPart1') as iam.CfnManagedPolicy);
  expect(bot.role.node.findChild('AccessPart1')).toBeInstanceOf(CfnResource);
  expect(synthError(again.stack)).toContain(`${code}: `);
});

test('what the policies together say passes the same checks', () => {
  const { bot, stack } = withGrants(80);
  const policy = bot.role.node.findChild('Access') as iam.Policy;
  policy.addStatements(new iam.PolicyStatement({ actions: ['s3:*'], resources: ['*'] }));
  expect(synthError(stack)).toContain('ServiceStar: ');
});

test('what fits in no policy is refused, with the numbers', () => {
  const { stack } = withGrants(400);
  const [, characters, parts] = /AccessPolicyTooLong: Own\/Bot: the access has characters (\d+), and needs (\d+) managed policies: IAM allows 10240 in inline policies and 6144 in each managed policy, of which 6 are free for access/.exec(synthError(stack)) ?? [];
  expect(Number(characters)).toBeGreaterThan(46_000);
  expect(Number(parts)).toBeGreaterThan(6);
});

test('they have names where those of roles are prefixed or generated, because the engine must know them', () => {
  const named = (naming: AgentNaming) => {
    const stack = stackOf();
    const bot = agentIn(stack, { registry: LifecycleRegistry.fromRegistryName(stack, 'Registry', 'agents', { naming }) });
    grant(bot, 80);
    return managedIn(Template.fromStack(stack)).map(({ Properties }) => `${Properties.Path}${Properties.ManagedPolicyName}`);
  };
  expect(named(AgentNaming.of({ namePrefix: 'acme-', pathRoot: 'acme/bots' }))).toEqual(['/acme/bots/acme-invoice-bot-test-access-1']);
  expect(named(AgentNaming.of({ generatedNames: true }))).toEqual(['/agents/invoice-bot-test-access-1']);
});

test('two agents of a stack have their own', () => {
  const { stack, bot } = agent();
  const other = agentIn(stack, { agentName: 'other-bot' }, 'Other');
  [bot, other].forEach((one) => grant(one, 80));
  expect(managedIn(Template.fromStack(stack)).map(({ Properties }) => Properties.ManagedPolicyName).sort()).toEqual(['invoice-bot-test-access-1', 'other-bot-test-access-1']);
});
