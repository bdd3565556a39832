import { DeleteRolePermissionsBoundaryCommand, PutRolePermissionsBoundaryCommand } from '@aws-sdk/client-iam';
import { App, aws_iam as iam, CfnResource, Environment, Stack } from 'aws-cdk-lib';
import { agentApp, broken, Build, platform, PRODUCTION, PRODUCTION_TABLE, TEST, TEST_TABLE } from './harness/apps';
import { lookAtRole } from './harness/identities';
import { LocalAws } from './harness/local-aws';
import { askEngine, showPlacement } from '../../runtime/operator';
import { ManagedAgentIdentity } from 'cdk-nhi-lifecycle';

const [READS, ALSO_READS, PLATFORM, POWERLESS] = ['org-reads', 'org-also-reads', 'org-platform', 'org-powerless'];
const DENY_ALL = 'arn:aws:iam::aws:policy/AWSDenyAll';
const ROLE = 'bounded-bot-production';
const ENGINE = 'agents-nhi-lifecycle-engine';
const asking = { now: new Date(), tell: () => undefined, lookEveryMs: 50 };

let aws: LocalAws;

beforeAll(async () => {
  aws = await LocalAws.start();
  await aws.deploy(organisation);
  // Everything of the registry is within the organisation's boundary, which doesn't let boundaries be removed.
  await aws.deploy((app, env) => {
    platform()(app, env);
    applyTo(app, PLATFORM);
  });
});

afterAll(() => aws.stop());

/** Boundaries that allow less than the agent's access, and one for the platform. */
function organisation(app: App, env: Required<Environment>): void {
  const stack = new Stack(app, 'Organisation', { env });
  const policy = (managedPolicyName: string, statements: iam.PolicyStatement[]) =>
    new iam.ManagedPolicy(stack, managedPolicyName, { managedPolicyName, statements });
  [READS, ALSO_READS].forEach((name) => policy(name, [readsOnly()]));
  policy(PLATFORM, [
    new iam.PolicyStatement({ actions: ['*'], resources: ['*'] }),
    new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ['iam:DeleteRolePermissionsBoundary', 'iam:CreateUser', 'organizations:*'], resources: ['*'] }),
  ]);
  policy(POWERLESS, [
    new iam.PolicyStatement({ actions: ['*'], resources: ['*'] }),
    new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ['iam:PutRolePermissionsBoundary', 'iam:AttachRolePolicy'], resources: ['*'] }),
  ]);
}

function readsOnly(): iam.PolicyStatement {
  return new iam.PolicyStatement({ actions: ['dynamodb:GetItem'], resources: ['*'] });
}

function arnOf(name: string): string {
  return `arn:aws:iam::${aws.env.account}:policy/${name}`;
}

function applyTo(app: App, name: string): void {
  iam.PermissionsBoundary.of(app).apply(iam.ManagedPolicy.fromManagedPolicyArn(app.node.children.find(Stack.isStack)!, `By-${name}`, arnOf(name)));
}

const AGENT = { stackName: 'Bounded', agentName: 'bounded-bot', stage: PRODUCTION };

function byAspect(name: string, props: Parameters<typeof agentApp>[0] = {}): Build {
  return (app, env) => {
    agentApp({ ...AGENT, ...props })(app, env);
    applyTo(app, name);
  };
}

async function may(): Promise<string[]> {
  const session = await aws.sessions.open('bounded-bot', 'production');
  return [await aws.sessions.read(session, PRODUCTION_TABLE), await aws.sessions.write(session, PRODUCTION_TABLE)];
}

const within = (name: string) => aws.iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: ENGINE, PermissionsBoundary: arnOf(name) }));
const suspend = () => askEngine(aws.registry, 'bounded-bot', { kind: 'suspend', reason: 'Its key was seen in a public place' }, asking);
const resume = () => askEngine(aws.registry, 'bounded-bot', { kind: 'resume', reason: 'The key was replaced' }, asking);

/** The boundary in IAM and in the ledger. */
async function boundaries(): Promise<(string | undefined)[]> {
  const { principals, present } = await showPlacement(aws.registry, 'bounded-bot');
  return [(await lookAtRole(aws.iam, ROLE))?.boundary, principals[present].boundary];
}

test('the roles of the registry are within the boundary of their app', async () => {
  const names = (await aws.resourcesOf('Platform')).filter(({ ResourceType: type }) => type === 'AWS::IAM::Role').map(({ PhysicalResourceId: id }) => id!);
  expect(names.length).toBeGreaterThan(5);
  for (const name of names) {
    expect(await lookAtRole(aws.iam, name)).toMatchObject({ boundary: arnOf(PLATFORM) });
  }
});

test('an engine whose boundary keeps it from denying lets no agent join', async () => {
  await within(POWERLESS);
  await expect(aws.deploy(agentApp(AGENT))).rejects.toThrow(/QuarantineForbidden/);
  await within(PLATFORM);
  await aws.deploy(agentApp(AGENT));
  await aws.destroy(agentApp(AGENT));
});

test('without a boundary the agent may do all that is granted to it', async () => {
  await aws.deploy(agentApp(AGENT));
  expect(await may()).toEqual(['allowed', 'allowed']);
  expect(await boundaries()).toEqual([undefined, undefined]);

  // What the engine may not remove stays, until it may.
  await suspend();
  await expect(resume()).rejects.toThrow(/DeleteRolePermissionsBoundary/);
  expect(await may()).toEqual(['refused', 'refused']);
  await aws.iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName: ENGINE }));
  await resume();
  expect(await may()).toEqual(['allowed', 'allowed']);
  await within(PLATFORM);
  await aws.destroy(agentApp(AGENT));
});

test.each<[string, Build]>([
  ['by an aspect on the app', byAspect(READS)],
  ['by CDK\'s context', (app, env) => {
    app.node.setContext('@aws-cdk/core:permissionsBoundary', { name: READS });
    agentApp(AGENT)(app, env);
  }],
  ['by an override', agentApp({
    ...AGENT,
    also: (stack: Stack, [bot]: ManagedAgentIdentity[]) => (bot.role.node.defaultChild as CfnResource)
      .addPropertyOverride('PermissionsBoundary', `arn:aws:iam::${stack.account}:policy/${READS}`),
  })],
  ['as a policy of another stack', (app, env) => {
    const other = new Stack(app, 'Boundaries', { env });
    const permissionsBoundary = new iam.ManagedPolicy(other, 'Boundary', { managedPolicyName: 'org-elsewhere', statements: [readsOnly()] });
    agentApp({ ...AGENT, permissionsBoundary })(app, env);
  }],
])('a boundary %s denies what it does not allow; a suspension swaps it, and a resumption puts exactly it back', async (_what, build) => {
  await aws.deploy(build);
  expect(await may()).toEqual(['allowed', 'refused']);
  const before = await lookAtRole(aws.iam, ROLE);
  expect(before?.boundary).toMatch(/:policy\/org-(reads|elsewhere)$/);
  expect(await boundaries()).toEqual([before?.boundary, before?.boundary]);

  await suspend();
  expect(await may()).toEqual(['refused', 'refused']);
  expect(await lookAtRole(aws.iam, ROLE)).toMatchObject({ boundary: DENY_ALL });

  await resume();
  expect(await may()).toEqual(['allowed', 'refused']);
  expect(await lookAtRole(aws.iam, ROLE)).toEqual(before);
  await aws.destroy(build);
});

test('a boundary that is exchanged while the agent is suspended is the one that a resumption puts back', async () => {
  await aws.deploy(byAspect(READS));
  await suspend();
  await aws.deploy(byAspect(ALSO_READS));
  expect(await may()).toEqual(['refused', 'refused']);
  expect((await boundaries())[1]).toBe(arnOf(ALSO_READS));

  await resume();
  expect(await may()).toEqual(['allowed', 'refused']);
  expect(await boundaries()).toEqual([arnOf(ALSO_READS), arnOf(ALSO_READS)]);
  await aws.destroy(byAspect(ALSO_READS));
});

test('a move that fails puts back the boundary of the former principal', async () => {
  await aws.deploy(byAspect(READS, { stage: TEST }));
  const session = await aws.sessions.open('bounded-bot', 'test');
  const before = await lookAtRole(aws.iam, 'bounded-bot-test');
  expect(before).toMatchObject({ boundary: arnOf(READS) });

  await expect(aws.deploy(byAspect(READS, { also: broken }))).rejects.toThrow(/Broken/);

  expect(await lookAtRole(aws.iam, 'bounded-bot-test')).toEqual(before);
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('allowed');
  await aws.destroy(byAspect(READS, { stage: TEST }));
});
