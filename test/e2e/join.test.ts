import { setTimeout as pause } from 'node:timers/promises';
import { PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { aws_iam as iam } from 'aws-cdk-lib';
import { agentApp, instant, platform, PRODUCTION, PRODUCTION_TABLE, TEST_TABLE } from './harness/apps';
import { lookAtRole } from './harness/identities';
import { eventsOf } from './harness/ledger-items';
import { LocalAws } from './harness/local-aws';
import { Keys } from '../../examples/quickstart/sessions';
import { showPlacement } from '../../runtime/operator';
import { AgentStage, Expiry } from 'cdk-nhi-lifecycle';

const GUARDS = ['guard-test', 'no-registry', 'no-sessions'].map((name) => `arn:aws:iam::111122223333:policy/agents/agents-${name}`);

let aws: LocalAws;

beforeAll(async () => {
  aws = await LocalAws.start({ bootstrapped: true });
  await aws.deployByCommand(platform());
});

afterAll(() => aws.stop());

// The last of its tests comes after the others of the file, so that they take up the time until its end.
const SHORT = { stackName: 'ShortBot', agentName: 'short-bot' };
let ends: string;
let beforeItsEnd: Keys;

test('an agent with an end works before it', async () => {
  ends = instant(45_000);
  await aws.deploy(agentApp({ ...SHORT, expires: Expiry.at(ends) }));
  beforeItsEnd = await aws.sessions.open('short-bot', 'test');

  expect(await aws.sessions.read(beforeItsEnd, TEST_TABLE)).toBe('allowed');
});

test('an agent of another app joins by the registry\'s name, may what its stage may, and is recorded', async () => {
  await aws.deployByCommand(agentApp());

  const session = await aws.sessions.open('invoice-bot', 'test');
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('allowed');
  expect(await aws.sessions.write(session, TEST_TABLE)).toBe('refused');
  expect(await aws.sessions.read(session, PRODUCTION_TABLE)).toBe('refused');

  expect(await lookAtRole(aws.iam, 'invoice-bot-test')).toEqual({
    inline: ['access'],
    attached: GUARDS,
    tags: expect.objectContaining({ 'agent:name': 'invoice-bot', 'agent:sponsor': 'ada.park@example.com', 'agent:stage': 'test', 'agent:registry': 'agents' }),
  });
  expect(await eventsOf(aws.registry, 'invoice-bot')).toEqual(['joined']);
});

test('a name that another stack holds is refused, and the holder keeps working', async () => {
  await expect(aws.deployByCommand(agentApp({ stackName: 'Imposter', stage: PRODUCTION }))).rejects.toThrow(/NameTaken: the agent name invoice-bot is held by the stack InvoiceBot/);

  expect(await lookAtRole(aws.iam, 'invoice-bot-production')).toBeUndefined();
  const session = await aws.sessions.open('invoice-bot', 'test');
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('allowed');
  expect(await showPlacement(aws.registry, 'invoice-bot')).toMatchObject({ status: 'active', owner: { stackName: 'InvoiceBot' }, declared: { stage: 'test' } });
  expect(await eventsOf(aws.registry, 'invoice-bot')).toEqual(['joined']);

  // The refused stack is empty and rolled back. Its deletion doesn't touch the agent's owner.
  await aws.destroyByCommand(agentApp({ stackName: 'Imposter', stage: PRODUCTION }));
  expect(await aws.statusOf('Imposter')).toBeUndefined();
  expect(await showPlacement(aws.registry, 'invoice-bot')).toMatchObject({ status: 'active' });
});

test('an agent that the engine could not quarantine is refused; where one means is left it joins', async () => {
  const app = agentApp({ stackName: 'Uncut', agentName: 'uncut-bot' });
  const role = ['arn:aws:iam::111122223333:role/agents/test/uncut-bot-*'];
  const liftBoth = await aws.deny(['iam:PutRolePermissionsBoundary', 'iam:AttachRolePolicy'], role);

  await expect(aws.deploy(app)).rejects.toThrow(
    /QuarantineForbidden: .*uncut-bot-test everything. iam:PutRolePermissionsBoundary: denied by .*; iam:AttachRolePolicy: denied by .*; iam:PutRolePolicy: no statement allows it/);

  await expect(showPlacement(aws.registry, 'uncut-bot')).rejects.toMatchObject({ code: 'AgentUnknown' });
  await liftBoth();
  await aws.destroy(app);
  const lift = await aws.deny(['iam:PutRolePermissionsBoundary'], role);
  await aws.deploy(app);
  await lift();
  expect(await eventsOf(aws.registry, 'uncut-bot')).toEqual(['joined']);
});

test('an agent takes the roles it declares and no other, whatever somebody attaches by hand', async () => {
  const mayAssume = async (credentials: Keys, roleName: string): Promise<boolean> => {
    const sts = new STSClient({ endpoint: aws.endpoint, region: aws.env.region, credentials });
    return sts.send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::111122223333:role/${roleName}`, RoleSessionName: 'try' })).then(() => true, (error: Error) => {
      expect(error.message).toMatch(/not authorized to perform: sts:AssumeRole/);
      return false;
    });
  };
  await aws.deploy(agentApp({
    stackName: 'Callers',
    agentNames: ['plain-bot', 'caller-bot'],
    also: (stack, [, caller]) => {
      // The broker's sessions have a source identity, which they take along: AWS demands that both sides allow that.
      const taking = ['sts:AssumeRole', 'sts:SetSourceIdentity'];
      const [declared] = ['declared', 'undeclared'].map((roleName) => {
        const role = new iam.Role(stack, roleName, { roleName, assumedBy: new iam.AccountRootPrincipal() });
        role.assumeRolePolicy!.addStatements(new iam.PolicyStatement({ actions: ['sts:SetSourceIdentity'], principals: [new iam.AccountRootPrincipal()] }));
        return role;
      });
      declared.grant(caller.accessIn(AgentStage.TEST).grantPrincipal, ...taking);
    },
  }));
  const [plain, caller] = [await aws.sessions.open('plain-bot', 'test'), await aws.sessions.open('caller-bot', 'test')];
  expect([await mayAssume(caller, 'declared'), await mayAssume(caller, 'undeclared'), await mayAssume(plain, 'declared')]).toEqual([true, false, false]);

  for (const agentName of ['plain-bot', 'caller-bot']) {
    await aws.iam.send(new PutRolePolicyCommand({
      RoleName: `${agentName}-test`,
      PolicyName: 'by-hand',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }),
    }));
  }
  // The policy allows the call, except for what the guards deny.
  expect(await aws.sessions.write(plain, PRODUCTION_TABLE)).toBe('allowed');
  expect([await mayAssume(caller, 'declared'), await mayAssume(caller, 'undeclared'), await mayAssume(plain, 'declared')]).toEqual([true, false, false]);
});

test('the expiry holds without any deployment, and an expired agent leaves by cdk destroy', async () => {
  await pause(Math.max(0, Date.parse(ends) - Date.now()) + 1_000);

  expect(await aws.sessions.read(beforeItsEnd, TEST_TABLE)).toBe('refused');
  await expect(aws.sessions.open('short-bot', 'test')).rejects.toThrow(/not authorized to perform: sts:AssumeRole/);
  // The agent can neither move nor be extended.
  await expect(aws.deploy(agentApp({ ...SHORT, stage: AgentStage.PRODUCTION }))).rejects.toThrow(/AgentExpired/);
  expect(await aws.statusOf('ShortBot')).toBe('UPDATE_ROLLBACK_COMPLETE');
  await aws.destroyByCommand(agentApp({ ...SHORT, expires: Expiry.at(ends) }));
  expect(await lookAtRole(aws.iam, 'short-bot-test')).toBeUndefined();
  expect(await showPlacement(aws.registry, 'short-bot')).toMatchObject({ status: 'left' });
});

test('the command says where nothing is, lists and verifies what is, and changes nothing unasked', async () => {
  expect(await aws.nhi(['--registry', 'others', 'list'])).toEqual({
    status: 1, stdout: '', stderr: expect.stringMatching(/^nhi: RegistryNotFound: account 111122223333 has no registry "others" in us-east-1 \(.+\): give another --registry or --region, .+\n$/),
  });
  expect(await aws.nhi(['show', 'invoice-bot'], '444455556666')).toMatchObject({ status: 1, stderr: expect.stringContaining('account 444455556666 has no registry "agents"') });
  expect(await aws.nhi(['certificate', 'unknown-bot'])).toMatchObject({ status: 1, stderr: expect.stringMatching(/^nhi: AgentUnknown: the ledger agents-nhi-ledger in us-east-1 has no agent unknown-bot in account 111122223333: see nhi list\n$/) });

  expect((await aws.nhi(['list', '--status', 'left', '--ending', '1'])).stdout).toBe('no agents match\n');
  expect((await aws.nhi(['list', '--status', 'left'])).stdout).toMatch(/^agent .*\nshort-bot +left +test .*\n$/);
  expect(await aws.nhi(['verify', '--all'])).toMatchObject({ status: 0, stdout: expect.stringMatching(/\n(\d+) of \1 chains are intact\n$/) });

  const offer = ['transfer', 'invoice-bot', '--to', 'Others'];
  expect(await aws.nhi(offer)).toEqual({
    status: 4, stdout: '', stderr: expect.stringMatching(/^agent invoice-bot of stack InvoiceBot: allow stack Others to take it over, by transferFrom \(and another stage, unless role names are generated\)\nnhi: ConsentMissing: .+--yes\n$/),
  });
  expect(await showPlacement(aws.registry, 'invoice-bot')).not.toHaveProperty('offeredTo');
  expect(await aws.nhi([...offer, '--yes'])).toMatchObject({ status: 0, stdout: expect.stringMatching(/^offered {5}to stack Others$/m), stderr: expect.stringMatching(/\nthe engine is at work: /) });
  expect(await aws.nhi(['finish', 'invoice-bot'])).toMatchObject({ status: 1, stdout: '', stderr: expect.stringMatching(/^nhi: NothingToFinish: /) });
});
