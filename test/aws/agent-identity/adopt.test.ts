import { App, Aws, aws_iam as iam, aws_lambda as lambda, CfnResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ADA, agentIn, codeOf, ENV, Found, only, PRODUCTION, stackOf, synthError, TEST } from './agents';
import { AgentAssertions } from '../../../src/aws/agent-assertions';
import { AdoptedAgentIdentity, AdoptedAgentIdentityProps, AdoptionRemoval, ManagedAgentIdentity } from '../../../src/aws/agent-identity';
import { LifecycleRegistry } from '../../../src/aws/lifecycle-registry';
import { AgentStage, Expiry } from '../../../src/core';

const LEGACY = 'arn:aws:iam::111122223333:role/teams/legacy-bot';

function imported(stack: Stack, arn = LEGACY, id = 'Legacy'): iam.IRole {
  return iam.Role.fromRoleArn(stack, id, arn);
}

function adopt(stack: Stack, props: Partial<AdoptedAgentIdentityProps> = {}, id = 'Bot'): AdoptedAgentIdentity {
  return ManagedAgentIdentity.adopt(stack, id, {
    registry: stack.node.tryFindChild('Registry') as LifecycleRegistry ?? LifecycleRegistry.fromRegistryName(stack, 'Registry', 'agents'),
    agentName: 'legacy-bot',
    purpose: 'Matches invoices since 2019',
    sponsor: ADA,
    stage: PRODUCTION,
    expires: Expiry.on('2999-03-31'),
    role: props.role ?? imported(stack),
    ...props,
  });
}

interface Statement {
  readonly Sid: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: object;
}

function statementsOf({ Properties: { Policies: [{ PolicyDocument: document }] } }: Found): Statement[] {
  return (document as { Statement: Statement[] }).Statement;
}

const lifecycleOf = (stack: Stack) => only(Template.fromStack(stack), 'Custom::AgentLifecycle');

test('an adoption declares the role to the engine, and ends it after the engine agrees', () => {
  const stack = stackOf();
  adopt(stack);
  const template = Template.fromStack(stack);
  const lifecycle = only(template, 'Custom::AgentLifecycle');
  expect(lifecycle.Properties).toMatchObject({
    AgentName: 'legacy-bot', Stage: 'production', RoleName: 'legacy-bot', RoleArn: LEGACY, Adopted: 'leave', Access: { Stages: [], Trusted: [] },
  });
  expect(lifecycle.Properties).not.toHaveProperty('RoleId');
  const expiry = only(template, 'AWS::IAM::Policy', 'Expiry');
  expect(expiry.DependsOn).toEqual([lifecycle.LogicalId]);
  expect(expiry.Properties).toEqual({
    PolicyName: 'nhi-expiry',
    Roles: ['legacy-bot'],
    PolicyDocument: { Version: '2012-10-17', Statement: [{ Sid: 'DenyAfterExpiry', Effect: 'Deny', Action: '*', Resource: '*', Condition: { DateGreaterThanEquals: { 'aws:CurrentTime': '2999-04-01T00:00:00Z' } } }] },
  });
  template.resourceCountIs('AWS::IAM::Role', 1);
});

test('the engine alone reaches exactly the adopted role, and can attach nothing but guards and AWSDenyAll', () => {
  const stack = stackOf();
  adopt(stack);
  const reach = only(Template.fromStack(stack), 'AWS::IAM::Role', 'Reach');
  expect(lifecycleOf(stack).DependsOn).toContain(reach.LogicalId);
  expect(reach.Properties.RoleName).toMatch(/^agents-nhi-reach-[0-9a-f]{16}$/);
  expect(JSON.stringify(reach.Properties.AssumeRolePolicyDocument)).toMatch(/"Action":"sts:AssumeRole","Condition":\{"ArnEquals":\{"aws:PrincipalArn":.*:iam::111122223333:role\/agents-nhi-lifecycle-engine".*"Effect":"Allow"/);
  const statements = statementsOf(reach);
  const resources = Object.fromEntries(statements.map(({ Sid, Resource }) => [Sid, Resource]));
  expect(Object.keys(resources).filter((sid) => resources[sid] !== LEGACY)).toEqual(['ReadReportsOfUse', 'Simulate']);
  const guard = statements.find(({ Sid }) => Sid === 'Guard');
  expect(JSON.stringify(guard?.Condition)).toMatch(/iam:PolicyARN.*AWSDenyAll.*agents-guard-production.*agents-no-registry/);
  expect(statements.flatMap(({ Action }) => Action).filter((action) => /PassRole|CreateRole|DeleteRole$|sts:/.test(action))).toEqual([]);
});

test('in a registry without reviews the engine writes a policy only while the role is denied everything', () => {
  const stack = stackOf();
  new LifecycleRegistry(stack, 'Registry', { registryName: 'agents' });
  adopt(stack);
  const statements = statementsOf(only(Template.fromStack(stack), 'AWS::IAM::Role', 'Reach'));
  expect(statements.find(({ Sid }) => Sid === 'DenyByPolicy')?.Condition).toMatchObject({ StringEquals: { 'iam:PermissionsBoundary': expect.anything() } });
});

test('a role of the same stack is adopted with its id, and a change of it invokes the engine', () => {
  const digests = ['lambda.amazonaws.com', 'ecs-tasks.amazonaws.com'].map((service) => {
    const stack = stackOf();
    const role = new iam.Role(stack, 'Worker', { assumedBy: new iam.ServicePrincipal(service) });
    new lambda.Function(stack, 'Function', { role, runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('1'), timeout: Duration.seconds(3) });
    adopt(stack, { role });
    const { Properties: properties, DependsOn: after } = lifecycleOf(stack);
    const { LogicalId: worker } = only(Template.fromStack(stack), 'AWS::IAM::Role', 'Worker');
    expect(properties.RoleId).toEqual({ 'Fn::GetAtt': [worker, 'RoleId'] });
    expect(after).toContain(worker);
    expect(properties.Access.Trusted).toEqual([`Service ${service}`]);
    return properties.Access.Trust as string;
  });
  expect(digests[0]).not.toBe(digests[1]);
});

test('a release is declared, and assertions see both', () => {
  const stack = stackOf();
  adopt(stack, { onRemoval: AdoptionRemoval.RELEASE });
  expect(lifecycleOf(stack).Properties.Adopted).toBe('release');
  const agent = AgentAssertions.fromStack(stack).agent('legacy-bot').isAdopted(AdoptionRemoval.RELEASE).isSponsoredBy('ada.park@example.com').expires(Expiry.on('2999-03-31')).isIn(PRODUCTION);
  expect(() => agent.isAdopted()).toThrow(/AgentAssertionFailed.*adopts no role with onRemoval leave.*an adopted role with onRemoval release/s);
  const own = stackOf();
  agentIn(own);
  expect(() => AgentAssertions.fromStack(own).agent('invoice-bot').isAdopted()).toThrow(/a role of its own/);
});

test.each([
  ['another account', 'arn:aws:iam::444455556666:role/legacy-bot', /of account 444455556666/],
  ['a service-linked role', 'arn:aws:iam::111122223333:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS', /belongs to AWS/],
  ['Identity Center', 'arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_1', /IAM Identity Center/],
  ['the bootstrap stack', 'arn:aws:iam::111122223333:role/cdk-hnb659fds-deploy-role-111122223333-eu-west-1', /deployed by it/],
  ['the registry', 'arn:aws:iam::111122223333:role/agents-nhi-lifecycle-engine', /registry's own role/],
  ['an agent of the registry', 'arn:aws:iam::111122223333:role/agents/test/invoice-bot-test', /new ManagedAgentIdentity\(\)/],
])('a role of %s is refused at synthesis', (_of, arn, why) => {
  const stack = stackOf();
  expect(() => adopt(stack, { role: imported(stack, arn) })).toThrow(why);
  expect(codeOf(() => adopt(stack, { role: imported(stack, arn, 'Again') }, 'Second'))).toBe('RoleNotAdoptable');
});

const KNOWN = 'arn:aws:iam::111122223333:role';
const LATER = `arn:aws:iam::${Aws.ACCOUNT_ID}:role`;

test.each([
  ['a wildcard for a name', `${KNOWN}/*`], ['a wildcard in its path', `${KNOWN}/teams*/legacy-bot`], ['one character of any kind', `${KNOWN}/team?/legacy-bot`],
  ['a variable of a policy', `${KNOWN}/\${aws:username}/legacy-bot`], ['a dynamic reference', `${KNOWN}/{{resolve:secretsmanager:erp}}/legacy-bot`],
  ['a wildcard, in an account that is known at deployment', `${LATER}/*`], ['a wildcard beside what is known at deployment', `${KNOWN}/${Aws.REGION}/*`],
])('a role with %s is refused, because the engine would reach other roles by it', (_what, arn) => {
  const stack = stackOf();
  expect(codeOf(() => adopt(stack, { role: imported(stack, arn) }))).toBe('RoleNotAdoptable');
});

test.each([
  ['all other characters that IAM allows', `${KNOWN}/t(e)a$m{1}&!/legacy+=,.@_-bot`], ['an account that is known at deployment', `${LATER}/teams/legacy-bot`], ['a path that is', `${KNOWN}/${Aws.REGION}/legacy-bot`],
])('twin: a role with %s is adopted', (_what, arn) => {
  const stack = stackOf();
  expect(codeOf(() => adopt(stack, { role: imported(stack, arn) }))).toBeUndefined();
});

test('a created role with a wildcard in its path is refused; twin: one without', () => {
  const stack = stackOf();
  const created = (id: string, path: string): iam.Role => new iam.Role(stack, id, { path, assumedBy: new iam.AccountRootPrincipal() });
  expect(codeOf(() => adopt(stack, { role: created('Wide', '/teams*/') }))).toBe('RoleNotAdoptable');
  expect(codeOf(() => adopt(stack, { role: created('Narrow', '/teams/') }, 'Narrow2'))).toBeUndefined();
});

test('a stage in which access is only narrowed is refused, because nothing declares the access of an adopted role', () => {
  const stack = stackOf();
  const registry = LifecycleRegistry.fromRegistryName(stack, 'Registry', 'agents', { stages: [AgentStage.PILOT, AgentStage.DEPRECATED] });
  expect(codeOf(() => adopt(stack, { registry, stage: AgentStage.DEPRECATED }))).toBe('StageUnsupported');
  expect(codeOf(() => adopt(stack, { registry, stage: AgentStage.PILOT, role: imported(stack, `${LEGACY}-2`, 'Other') }, 'Other2'))).toBeUndefined();
});

test('a created role with a refused name, an agent\'s role, and a role that is adopted already are refused', () => {
  const stack = stackOf();
  expect(codeOf(() => adopt(stack, { role: new iam.Role(stack, 'Named', { roleName: 'agents-nhi-ledger', assumedBy: new iam.AccountRootPrincipal() }) }))).toBe('RoleNotAdoptable');
  expect(codeOf(() => adopt(stack, { role: agentIn(stack, {}, 'Own').role }, 'OfAgent'))).toBe('RoleNotAdoptable');
  adopt(stack, {}, 'First');
  expect(codeOf(() => adopt(stack, { agentName: 'other-bot', role: imported(stack, LEGACY, 'Same') }, 'Twice'))).toBe('RoleAdopted');
  expect(codeOf(() => adopt(stack, { agentName: 'other-bot', role: imported(stack, `${LEGACY}-2`, 'Free') }, 'Free2'))).toBeUndefined();
});

test('a wrong class or value says what is allowed', () => {
  const stack = stackOf();
  expect(() => adopt(stack, { role: LEGACY as never })).toThrow(/WrongClass.*role must be a role, such as iam.Role.fromRoleArn\(\)/);
  expect(() => adopt(stack, { onRemoval: 'keep' as never }, 'B')).toThrow(/OnRemovalInvalid.*"keep".*AdoptionRemoval.LEAVE/);
  expect(codeOf(() => adopt(stack, { registry: {} as never, role: imported(stack, LEGACY, 'Third') }, 'C'))).toBe('RegistryForeign');
});

test('customizeRoles can\'t keep the engine from its reach', () => {
  const stack = stackOf();
  iam.Role.customizeRoles(stack, { usePrecreatedRoles: { 'Own/Bot/Reach': 'precreated' } });
  expect(codeOf(() => adopt(stack))).toBe('RolesCustomized');
});

test.each<[string, (parts: { reach: iam.Role; lifecycle: CfnResource; expiry: iam.CfnPolicy }) => void]>([
  ['RetainRefused', ({ lifecycle }) => lifecycle.applyRemovalPolicy(RemovalPolicy.RETAIN)],
  ['RetainRefused', ({ reach }) => reach.applyRemovalPolicy(RemovalPolicy.RETAIN)],
  ['ShapeChanged', ({ expiry }) => expiry.addOverride('Condition', 'Never')],
  ['LifecycleChanged', ({ lifecycle }) => lifecycle.addPropertyOverride('Adopted', 'release')],
  ['GuardChanged', ({ expiry }) => expiry.addPropertyOverride('PolicyDocument.Statement', [])],
  ['GuardChanged', ({ expiry }) => expiry.addPropertyOverride('PolicyName', 'other')],
])('synthesis fails with %s if an escape hatch changes the adoption', (code, change) => {
  const [untouched, stack] = [stackOf(), stackOf()];
  adopt(untouched);
  expect(synthError(untouched)).toBe('');
  const { node } = adopt(stack);
  change({ reach: node.findChild('Reach') as iam.Role, lifecycle: node.findChild('Lifecycle') as CfnResource, expiry: node.findChild('Expiry') as iam.CfnPolicy });
  expect(synthError(stack)).toContain(code);
});

test('an agent that replaces an adopted role keeps the engine\'s reach to it, under the same name', () => {
  const [before, after] = [stackOf(), stackOf()];
  adopt(before);
  agentIn(after, { agentName: 'legacy-bot', stage: TEST, replaces: imported(after) });
  const reach = only(Template.fromStack(after), 'AWS::IAM::Role', 'Reach');
  expect(reach.LogicalId).toBe(only(Template.fromStack(before), 'AWS::IAM::Role', 'Reach').LogicalId);
  expect(reach.Properties.RoleName).toBe(only(Template.fromStack(before), 'AWS::IAM::Role', 'Reach').Properties.RoleName);
  expect(lifecycleOf(after).Properties).toMatchObject({ Replaces: LEGACY });
  expect(lifecycleOf(after).DependsOn).toContain(reach.LogicalId);
  const without = stackOf();
  agentIn(without, { agentName: 'legacy-bot' });
  expect(lifecycleOf(without).Properties).not.toHaveProperty('Replaces');
});

test('an adopted agent in another account\'s stack names that account', () => {
  const stack = new Stack(new App(), 'Elsewhere', { env: { ...ENV, account: '444455556666' } });
  adopt(stack, { role: imported(stack, LEGACY.replace('111122223333', '444455556666')) });
  expect(lifecycleOf(stack).Properties.RoleArn).toContain('444455556666');
});
