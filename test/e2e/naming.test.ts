import { GetRoleCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { aws_iam as iam, aws_ssm as ssm, Environment, Stack } from 'aws-cdk-lib';
import { agentApp, broken, Build, platform, PRODUCTION, PRODUCTION_TABLE, TEST, TEST_TABLE } from './harness/apps';
import { lookAtRole } from './harness/identities';
import { eventsOf } from './harness/ledger-items';
import { LocalAws } from './harness/local-aws';
import { Keys, Outcome } from '../../examples/quickstart/sessions';
import { PrincipalRecord } from '../../runtime/model/placement-state';
import { askEngine, showPlacement } from '../../runtime/operator';
import { AgentNaming, AgentStage, LifecycleRegistry, ManagedAgentIdentity } from 'cdk-nhi-lifecycle';

const naming = AgentNaming.of({ generatedNames: true, tagPrefix: 'acme:' });

let aws: LocalAws;

beforeAll(async () => {
  aws = await LocalAws.start({ bootstrapped: true });
  await aws.deploy(platform({ naming }));
});

afterAll(() => aws.stop());

async function principalOf(agentName: string): Promise<PrincipalRecord> {
  const { principals, present } = await showPlacement(aws.registry, agentName);
  return principals[present];
}

async function open(agentName: string): Promise<Keys> {
  const { roleArn } = await principalOf(agentName);
  return aws.sessions.openRole(roleArn.slice(roleArn.indexOf(':role/') + ':role/'.length), agentName);
}

test('an agent without a named role joins, moves and leaves; its path and tags are the registry\'s', async () => {
  const agentName = 'unnamed-bot';
  const app = { stackName: 'Unnamed', agentName, naming };
  await aws.deploy(agentApp(app));
  const inTest = await open(agentName);
  const former = await principalOf(agentName);
  expect(former.roleName).not.toContain(agentName);
  expect((await aws.iam.send(new GetRoleCommand({ RoleName: former.roleName }))).Role?.Path).toBe('/agents/test/unnamed-bot/');
  expect((await lookAtRole(aws.iam, former.roleName))?.tags).toMatchObject({ 'acme:name': agentName, 'acme:stage': 'test' });
  expect([await aws.sessions.read(inTest, TEST_TABLE), await aws.sessions.read(inTest, PRODUCTION_TABLE)]).toEqual(['allowed', 'refused']);

  await expect(aws.deploy(agentApp({ ...app, stage: PRODUCTION, also: broken }))).rejects.toThrow(/Broken/);
  expect(await principalOf(agentName)).toMatchObject({ roleId: former.roleId, status: 'live' });
  expect(await aws.sessions.read(inTest, TEST_TABLE)).toBe('allowed');

  await aws.deploy(agentApp({ ...app, stage: PRODUCTION }));
  expect(await aws.sessions.read(inTest, TEST_TABLE)).toBe('refused');
  expect(await aws.sessions.write(await open(agentName), PRODUCTION_TABLE)).toBe('allowed');
  expect(await lookAtRole(aws.iam, former.roleName)).toBeUndefined();

  const { roleName } = await principalOf(agentName);
  await aws.destroy(agentApp({ ...app, stage: PRODUCTION }));
  expect(await lookAtRole(aws.iam, roleName)).toBeUndefined();
  await aws.executionsDone();
  expect(await eventsOf(aws.registry, agentName)).toEqual([
    'joined', 'moved', 'move-undone', 'principal-retired', 'moved', 'principal-retired', 'principal-retired', 'left', 'deletion-confirmed',
  ]);
});

test('a suspension and a resumption find the generated role', async () => {
  const agentName = 'paused-bot';
  const asking = { now: new Date(), tell: () => undefined, lookEveryMs: 200 };
  await aws.deploy(agentApp({ stackName: 'Paused', agentName, naming }));
  const session = await open(agentName);
  const before = await lookAtRole(aws.iam, (await principalOf(agentName)).roleName);

  await askEngine(aws.registry, agentName, { kind: 'suspend', reason: 'Its key was seen in a public place' }, asking);
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('refused');
  await askEngine(aws.registry, agentName, { kind: 'resume', reason: 'The key was replaced' }, asking);
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('allowed');
  expect(await lookAtRole(aws.iam, (await principalOf(agentName)).roleName)).toEqual(before);
});

test.each<[string, AgentStage, string, Outcome]>([
  ['test, whose former principal is cut first', TEST, TEST_TABLE, 'refused'],
  ['production, whose former principal works until its stack releases it', PRODUCTION, PRODUCTION_TABLE, 'allowed'],
])('an agent moves between stacks and stays in %s', async (_what, stage, table, meanwhile) => {
  const agentName = `${stage.name}-handed-bot`;
  // Once by the real command, which takes ten seconds for each stack.
  const deploy = (build: Build) => (stage === TEST ? aws.deployByCommand(build) : aws.deploy(build));
  const also = (stack: Stack): void => void new ssm.CfnParameter(stack, 'Stays', { type: 'String', value: 'x' });
  const giver = { stackName: `Giver-${stage.name}`, agentName, stage, naming, also };
  const taker = { stackName: `Taker-${stage.name}`, agentName, stage, naming, transferFrom: giver.stackName };
  await deploy(agentApp(giver));
  const session = await open(agentName);
  const former = await principalOf(agentName);

  await expect(aws.deploy(agentApp(taker))).rejects.toThrow(/TransferNotOffered/);
  expect(await aws.sessions.read(session, table)).toBe('allowed');
  await aws.destroy(agentApp(taker));
  await deploy(agentApp({ ...giver, transferTo: taker.stackName }));

  await expect(aws.deploy(agentApp({ ...taker, also: broken }))).rejects.toThrow(/Broken/);
  expect(await aws.sessions.read(session, table)).toBe('allowed');
  expect(await showPlacement(aws.registry, agentName)).toMatchObject({ present: former.roleId, owner: { stackName: giver.stackName } });
  await aws.destroy(agentApp({ ...taker, also: broken }));

  await deploy(agentApp(taker));
  expect(await aws.sessions.read(session, table)).toBe(meanwhile);
  const present = await principalOf(agentName);
  expect(present).toMatchObject({ path: former.path, stage: stage.name });
  expect(present.roleName).not.toBe(former.roleName);
  const successor = await open(agentName);
  expect(await aws.sessions.read(successor, table)).toBe('allowed');

  // The giver has the agent no more: it can't change it, and its release takes the former principal alone.
  await expect(aws.deploy(agentApp({ ...giver, transferTo: taker.stackName, purpose: 'Something else' }))).rejects.toThrow(/NotOwner/);
  await deploy(agentApp({ stackName: giver.stackName, agentNames: [], also }));
  expect(await lookAtRole(aws.iam, former.roleName)).toBeUndefined();
  expect(await aws.sessions.read(session, table)).toBe('refused');
  expect(await aws.sessions.read(successor, table)).toBe('allowed');
  await aws.destroy(agentApp({ stackName: giver.stackName, agentNames: [], also }));

  await aws.destroy(agentApp(taker));
  expect(await aws.sessions.read(successor, table)).toBe('refused');
  expect(await showPlacement(aws.registry, agentName)).toMatchObject({ status: 'left' });
}, 400_000);

test('another stack names an agent by its path: the role admits that agent and no other', async () => {
  // The broker's sessions have a source identity, which they take along: AWS demands that both sides allow that.
  const TAKING = ['sts:AssumeRole', 'sts:SetSourceIdentity'];
  const helper = (env: Required<Environment>) => `arn:aws:iam::${env.account}:role/helper`;
  const mayAssume = ({ account, region }: Stack, [bot]: ManagedAgentIdentity[]): void => (
    void bot.accessIn(TEST).grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement({
      actions: TAKING, resources: [helper({ account, region })],
    })));
  const trusting: Build = (app, env) => {
    const stack = new Stack(app, 'Helper', { env });
    const registry = LifecycleRegistry.fromRegistryName(stack, 'Agents', 'agents', { naming });
    const caller = ManagedAgentIdentity.fromAgentName(stack, 'Caller', { agentName: 'calling-bot', stage: TEST, registry });
    const role = new iam.Role(stack, 'Helper', { roleName: 'helper', assumedBy: caller.principal });
    role.assumeRolePolicy!.addStatements(new iam.PolicyStatement({ actions: ['sts:SetSourceIdentity'], principals: [caller.principal] }));
  };
  await aws.deploy(trusting);
  for (const agentName of ['calling-bot', 'calling-bot-2']) {
    await aws.deploy(agentApp({ stackName: `Calls-${agentName}`, agentName, naming, also: mayAssume }));
  }

  const assume = async (agentName: string): Promise<Outcome> => {
    const sts = new STSClient({ endpoint: aws.endpoint, region: aws.env.region, credentials: await open(agentName) });
    return sts.send(new AssumeRoleCommand({ RoleArn: helper(aws.env), RoleSessionName: 'run' })).then(() => 'allowed', (error: Error) => {
      expect(error.name).toMatch(/AccessDenied/);
      return 'refused';
    });
  };
  expect([await assume('calling-bot'), await assume('calling-bot-2')]).toEqual(['allowed', 'refused']);
});
