import { App, Aspects, aws_iam as iam, CfnParameter, CfnResource, PermissionsBoundary, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { agentIn, ELSEWHERE, ENV, only, synthError } from './agents';
import { ManagedAgentIdentity } from '../../../src/aws/agent-identity';

const ORG = `arn:aws:iam::${ENV.account}:policy/org`;
const PARTITIONED = (name: string) => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::${ENV.account}:policy/${name}`]] });

type Declare = (stack: Stack, app: App) => void;

const org = (stack: Stack, arn = ORG) => iam.ManagedPolicy.fromManagedPolicyArn(stack, `Of-${arn}`, arn);
const made = (stack: Stack) => new iam.ManagedPolicy(stack, 'Boundary', { statements: [new iam.PolicyStatement({ actions: ['dynamodb:GetItem'], resources: ['*'] })] });
const cfn = (bot: ManagedAgentIdentity) => bot.role.node.defaultChild as iam.CfnRole;

function stackWith(declare: Declare): Stack {
  const app = new App();
  const stack = new Stack(app, 'Own', { env: ENV });
  declare(stack, app);
  return stack;
}

function parts(stack: Stack) {
  const template = Template.fromStack(stack);
  return { role: only(template, 'AWS::IAM::Role', 'Bot').Properties, lifecycle: only(template, 'Custom::AgentLifecycle').Properties };
}

const FROM: [string, () => Stack, unknown][] = [
  ['the agent\'s property', () => stackWith((stack) => agentIn(stack, { permissionsBoundary: org(stack) })), ORG],
  ['a policy of AWS', () => stackWith((stack) => agentIn(stack, { permissionsBoundary: iam.ManagedPolicy.fromAwsManagedPolicyName('PowerUserAccess') })),
    { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/PowerUserAccess']] }],
  ['a parameter', () => stackWith((stack) => agentIn(stack, { permissionsBoundary: org(stack, new CfnParameter(stack, 'Arn').valueAsString) })), { Ref: 'Arn' }],
  ['a policy of its stack', () => stackWith((stack) => agentIn(stack, { permissionsBoundary: made(stack) })), { Ref: expect.stringMatching(/^Boundary/) }],
  ['a policy of another stack', () => stackWith((stack, app) => agentIn(stack, { permissionsBoundary: made(new Stack(app, 'Other', { env: ENV })) })),
    { 'Fn::ImportValue': expect.stringMatching(/^Other:ExportsOutputRefBoundary/) }],
  ['an aspect on the app', () => stackWith((stack, app) => {
    iam.PermissionsBoundary.of(app).apply(org(stack));
    agentIn(stack);
  }), ORG],
  ['an aspect with a policy of another stack', () => stackWith((stack, app) => {
    agentIn(stack);
    iam.PermissionsBoundary.of(app).apply(made(new Stack(app, 'Other', { env: ENV })));
  }), { 'Fn::ImportValue': expect.stringMatching(/^Other:ExportsOutputRefBoundary/) }],
  ['an aspect after all others', () => stackWith((stack, app) => {
    agentIn(stack);
    Aspects.of(app).add({ visit: (node) => (node instanceof iam.CfnRole ? node.addPropertyOverride('PermissionsBoundary', ORG) : undefined) }, { priority: 5_000 });
  }), ORG],
  ['an override', () => stackWith((stack) => cfn(agentIn(stack)).addPropertyOverride('PermissionsBoundary', ORG)), ORG],
  ['the resource\'s property', () => stackWith((stack) => {
    cfn(agentIn(stack)).permissionsBoundary = ORG;
  }), ORG],
  ['CDK\'s context', () => {
    const stack = new Stack(new App({ context: { '@aws-cdk/core:permissionsBoundary': { name: 'org-${Qualifier}' } } }), 'Own', { env: ENV });
    agentIn(stack);
    return stack;
  }, PARTITIONED('org-hnb659fds')],
  ['a Stage of CDK', () => {
    const stack = new Stack(new Stage(new App(), 'Prod', { env: ENV, permissionsBoundary: PermissionsBoundary.fromName('org') }), 'Own');
    agentIn(stack);
    return stack;
  }, PARTITIONED('org')],
  ['a Stack of CDK', () => {
    const stack = new Stack(new App(), 'Own', { env: ENV, permissionsBoundary: PermissionsBoundary.fromArn(ORG) });
    agentIn(stack);
    return stack;
  }, ORG],
];

test.each(FROM)('a boundary from %s: the engine receives what IAM gets, and the guards are as without it', (_what, build, boundary) => {
  const { role, lifecycle } = parts(build());
  const without = parts(stackWith((stack) => agentIn(stack))).role;
  expect([role.PermissionsBoundary, lifecycle.Boundary]).toEqual([boundary, boundary]);
  expect({ ...role, PermissionsBoundary: undefined }).toEqual({ ...without, PermissionsBoundary: undefined });
});

test('without a boundary the engine receives none, also if an aspect removes it', () => {
  const cleared = stackWith((stack, app) => {
    cfn(agentIn(stack)).permissionsBoundary = ORG;
    iam.PermissionsBoundary.of(app).clear();
  });
  for (const stack of [cleared, stackWith((own) => agentIn(own))]) {
    const { role, lifecycle } = parts(stack);
    expect([role.PermissionsBoundary, lifecycle.Boundary]).toEqual([undefined, undefined]);
  }
});

test('the agent\'s own and the app\'s may be the same, and not two', () => {
  const both = (name: string) => stackWith((stack, app) => {
    agentIn(stack, { permissionsBoundary: org(stack) });
    iam.PermissionsBoundary.of(app).apply(org(stack, `arn:aws:iam::${ENV.account}:policy/${name}`));
  });
  const same = stackWith((stack, app) => {
    const policy = org(stack);
    agentIn(stack, { permissionsBoundary: policy });
    iam.PermissionsBoundary.of(app).apply(policy);
  });
  expect(synthError(same)).toBe('');
  expect(synthError(both('other'))).toContain('BoundaryChanged: Own/Bot: ');
});

test('the boundary of another app\'s synthesis isn\'t kept', () => {
  const app = new App();
  const stack = new Stack(app, 'Own', { env: ENV });
  const bot = agentIn(stack);
  expect(parts(stack).lifecycle.Boundary).toBeUndefined();
  cfn(bot).addPropertyOverride('PermissionsBoundary', ORG);
  const again = app.synth({ force: true }).getStackByName('Own').template as { Resources: Record<string, CfnResource> };
  expect(JSON.stringify(again)).toContain(`"Boundary":"${ORG}"`);
});

test.each<[string, unknown]>([
  ['a name', 'org'], ['the ARN of a role', `arn:aws:iam::${ENV.account}:role/org`], ['a list', [ORG]], ['an empty text', ''], ['a policy of another account', `arn:aws:iam::${ELSEWHERE.account}:policy/org`],
])('BoundaryInvalid: an override with %s is refused', (_what, value) => {
  const overridden = (with_: unknown) => stackWith((stack) => cfn(agentIn(stack)).addPropertyOverride('PermissionsBoundary', with_));
  expect(synthError(overridden(value))).toContain('BoundaryInvalid: Own/Bot: ');
  expect(synthError(overridden(ORG))).toBe('');
});

test('BoundaryInvalid: a policy that a stack of another account makes is refused: IAM takes none of another account', () => {
  const by = (env: { account: string; region: string }) => stackWith((stack, app) => agentIn(stack, {
    permissionsBoundary: new iam.ManagedPolicy(new Stack(app, 'Other', { env }), 'B', { managedPolicyName: 'b', statements: [new iam.PolicyStatement({ actions: ['s3:*'], resources: ['*'] })] }),
  }));
  expect(synthError(by(ELSEWHERE))).toContain('BoundaryInvalid: Own/Bot: the permissions boundary is a policy of account 444455556666');
  expect(synthError(by(ENV))).toBe('');
});
