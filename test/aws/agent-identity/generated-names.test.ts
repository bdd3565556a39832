import { App, aws_iam as iam, aws_kms as kms, aws_secretsmanager as secretsmanager, aws_sqs as sqs, CfnResource, Stack, Tags } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { agentIn, codeOf, ELSEWHERE, ENV, only, stackOf, synthError, TEST } from './agents';
import { ManagedAgentIdentity } from '../../../src/aws/agent-identity';
import { AgentNaming, LifecycleRegistry } from '../../../src/aws/lifecycle-registry';

const naming = AgentNaming.of({ generatedNames: true });

function unnamed(stack = stackOf()) {
  const registry = LifecycleRegistry.fromRegistryName(stack, 'Unnamed', 'agents', { naming });
  return { stack, registry, bot: agentIn(stack, { registry }) };
}

const other = (stack: Stack, env = ELSEWHERE) => new Stack(stack.node.root, 'Other', { env });
const sends = (principal: iam.IPrincipal) => new iam.PolicyStatement({ principals: [principal], actions: ['sqs:SendMessage'], resources: ['*'] });

test('the role has no name, and a path of its own under the registry\'s; everything else of it is as with a name', () => {
  const role = only(Template.fromStack(unnamed().stack), 'AWS::IAM::Role').Properties;
  const named = stackOf();
  agentIn(named);
  const { RoleName: name, Path: path, ...others } = only(Template.fromStack(named), 'AWS::IAM::Role').Properties;
  expect([name, path]).toEqual(['invoice-bot-test', '/agents/test/']);
  expect(role).toEqual({ ...others, Path: '/agents/test/invoice-bot/' });
});

test('the engine receives the name that CloudFormation generates', () => {
  const template = Template.fromStack(unnamed().stack);
  const { LogicalId: role } = only(template, 'AWS::IAM::Role');
  expect(only(template, 'Custom::AgentLifecycle').Properties).toMatchObject({ RoleName: { Ref: role }, RoleArn: { 'Fn::GetAtt': [role, 'Arn'] }, RoleId: { 'Fn::GetAtt': [role, 'RoleId'] } });
});

test.each(['RoleName', 'Path'])('RoleNameChanged: an override of its %s is refused', (property) => {
  const { stack, bot } = unnamed();
  (bot.role.node.defaultChild as CfnResource).addPropertyOverride(property, property === 'Path' ? '/agents/' : 'mine');
  expect(synthError(stack)).toContain('RoleNameChanged: Own/Bot: ');
});

test('in its own stack the principal is an attribute', () => {
  const { stack, bot } = unnamed();
  new sqs.Queue(stack, 'Queue').addToResourcePolicy(sends(bot.principal));
  expect(JSON.stringify(Template.fromStack(stack).findResources('AWS::SQS::QueuePolicy'))).toContain('"PrincipalArn"');
});

test('PrincipalArnUnknown: another stack can\'t name it by its ARN, and by its path it can', () => {
  const { stack, bot } = unnamed();
  new sqs.Queue(other(stack), 'Queue').addToResourcePolicy(sends(bot.principal));
  expect(synthError(stack)).toMatch(/PrincipalArnUnknown: Other\/Queue\/Policy.* of agent invoice-bot .* own stack Own: .*ManagedAgentIdentity\.fromAgentName/);

  const again = unnamed();
  const elsewhere = other(again.stack);
  const reference = ManagedAgentIdentity.fromAgentName(elsewhere, 'Bot', { agentName: 'invoice-bot', stage: TEST, registry: again.registry });
  new sqs.Queue(elsewhere, 'Queue').addToResourcePolicy(sends(reference.principal));
  expect(synthError(again.stack)).toBe('');
  expect(only(Template.fromStack(elsewhere), 'AWS::SQS::QueuePolicy').Properties.PolicyDocument.Statement).toEqual([expect.objectContaining({
    Principal: { AWS: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::111122223333:root']] } },
    Condition: { ArnLike: { 'aws:PrincipalArn': { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::111122223333:role/agents/test/invoice-bot/*']] } } },
  })]);
});

test('a reference has no ARN then, and takes no grant', () => {
  const { stack, registry } = unnamed();
  const reference = ManagedAgentIdentity.fromAgentName(stack, 'Ref', { agentName: 'invoice-bot', stage: TEST, registry });
  expect(codeOf(() => reference.principalArn)).toBe('PrincipalArnUnknown');
  expect(codeOf(() => new sqs.Queue(stack, 'Queue').grantPurge(reference.principal))).toBe('GrantToReference');
});

test('grants on resources of other stacks name the agent nowhere, keys included', () => {
  const { stack, bot } = unnamed();
  const elsewhere = other(stack, ENV);
  new secretsmanager.Secret(elsewhere, 'Secret', { encryptionKey: new kms.Key(elsewhere, 'Key') }).grantRead(bot.accessIn(TEST));
  expect(synthError(stack)).toBe('');
  expect(JSON.stringify(Template.fromStack(elsewhere).toJSON())).not.toContain('PrincipalArn');
});

test.each<[string, (bot: ManagedAgentIdentity, stack: Stack) => void, string]>([
  ['a policy that names the role by reference', (bot, stack) => new iam.CfnPolicy(stack, 'Beside', { policyName: 'x', policyDocument: { Statement: [] }, roles: [bot.role.roleName] }), 'PolicyBesidesAccess'],
  ['another stack that uses the role', (bot, stack) => new CfnResource(other(stack), 'X', { type: 'Custom::X', properties: { Role: bot.role.roleArn } }), 'RoleUsedElsewhere'],
])('%s is refused as with a name', (_what, declare, code) => {
  const { stack, bot } = unnamed();
  declare(bot, stack);
  expect(synthError(stack)).toContain(code);
});

test('another tag prefix is on the role, in its trust policy, and reserved', () => {
  const stack = new Stack(new App(), 'Own', { env: ENV });
  const registry = LifecycleRegistry.fromRegistryName(stack, 'Tagged', 'agents', { naming: AgentNaming.of({ tagPrefix: 'Acme:' }) });
  agentIn(stack, { registry });
  Tags.of(stack).add('ACME:stage', 'production');
  Tags.of(stack).add('agent:stage', 'free');
  const { Tags: tags, AssumeRolePolicyDocument: trust } = only(Template.fromStack(stack), 'AWS::IAM::Role').Properties;
  const found = Object.fromEntries(tags.map(({ Key, Value }: { Key: string; Value: string }) => [Key, Value]));
  expect(found).toMatchObject({ 'Acme:name': 'invoice-bot', 'Acme:stage': 'test', 'agent:stage': 'free' });
  expect(Object.keys(found)).not.toContain('ACME:stage');
  expect(JSON.stringify(trust)).toContain('"aws:TagKeys":["Acme:name","Acme:sponsor","Acme:stage","Acme:expires","Acme:purpose","Acme:cost-center","Acme:registry","Acme:delegate"]');
});

test('guards and functions of the registry have its naming', () => {
  const build = (props: object) => {
    const stack = stackOf();
    new LifecycleRegistry(stack, 'Agents', props);
    return Template.fromStack(stack);
  };
  const named = build({ naming: AgentNaming.of({ generatedNames: true, tagPrefix: 'acme:' }) });
  const variables = (template: Template, name: string) => Object.values(template.findResources('AWS::Lambda::Function', { Properties: { FunctionName: `agents-nhi-${name}` } }))[0].Properties.Environment.Variables;
  const standard = build({});
  for (const name of ['lifecycle', 'lifecycle-steps', 'agenda', 'suspension']) {
    expect(variables(named, name)).toMatchObject({ TAG_PREFIX: 'acme:', ...(name === 'lifecycle-steps' ? {} : { GENERATED_NAMES: 'true' }) });
    expect(Object.keys(variables(standard, name)).filter((key) => /^(TAG|GENERATED)/.test(key))).toEqual([]);
  }
  const guards = JSON.stringify(named.findResources('AWS::IAM::ManagedPolicy'));
  expect(guards).toContain('aws:ResourceTag/acme:stage');
  expect(guards).not.toContain('agent:stage');
  // Without a name in the event, the function reads the role's path. With names it needs no such permission.
  const reads = (template: Template) => JSON.stringify(template.findResources('AWS::IAM::Role', { Properties: { RoleName: 'agents-nhi-suspension' } })).includes('iam:GetRole"');
  expect([reads(named), reads(standard)]).toEqual([true, false]);
});
