import { setTimeout as pause } from 'node:timers/promises';
import { PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { aws_iam as iam } from 'aws-cdk-lib';
import { agentApp, instant, platform, PRODUCTION, PRODUCTION_TABLE, TEST_TABLE } from './harness/apps';
import { lookAtRole } from './harness/identities';
import { eventsOf } from './harness/ledger-items';
import { LocalAws } from './harness/local-aws';
import { showPlacement } from '../../cli/verbs';
import { Keys } from '../../examples/quickstart/sessions';
import { AgentStage, Expiry } from 'cdk-nhi-lifecycle';

const GUARDS = ['arn:aws:iam::111122223333:policy/agents/agents-guard-test', 'arn:aws:iam::111122223333:policy/agents/agents-no-sessions'];

let aws: LocalAws;

beforeAll(async () => {
  aws = await LocalAws.start();
  await aws.deploy(platform());
}, 120_000);

afterAll(() => aws.stop());

test('an agent of another app joins by the registry\'s name, may what its stage may, and is recorded', async () => {
  await aws.deploy(agentApp());

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
}, 120_000);

test('a name that another stack holds is refused, and the holder goes on', async () => {
  await expect(aws.deploy(agentApp({ stackName: 'Imposter', stage: PRODUCTION }))).rejects.toThrow(/NameTaken: the agent name invoice-bot is held by the stack InvoiceBot/);

  expect(await lookAtRole(aws.iam, 'invoice-bot-production')).toBeUndefined();
  const session = await aws.sessions.open('invoice-bot', 'test');
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('allowed');
  expect(await showPlacement(aws.registry, 'invoice-bot')).toMatchObject({ status: 'active', owner: { stackName: 'InvoiceBot' }, declared: { stage: 'test' } });
  expect(await eventsOf(aws.registry, 'invoice-bot')).toEqual(['joined']);

  // What the refused stack left is an empty, rolled-back one, and it goes without touching the holder.
  await aws.destroy(agentApp({ stackName: 'Imposter', stage: PRODUCTION }));
  expect(await aws.statusOf('Imposter')).toBeUndefined();
  expect(await showPlacement(aws.registry, 'invoice-bot')).toMatchObject({ status: 'active' });
}, 120_000);

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
      const [declared] = ['declared', 'undeclared'].map((roleName) => new iam.Role(stack, roleName, { roleName, assumedBy: new iam.AccountRootPrincipal() }));
      declared.grantAssumeRole(caller.accessIn(AgentStage.TEST).grantPrincipal);
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
  // It does allow, but for what the guards deny.
  expect(await aws.sessions.write(plain, PRODUCTION_TABLE)).toBe('allowed');
  expect([await mayAssume(caller, 'declared'), await mayAssume(caller, 'undeclared'), await mayAssume(plain, 'declared')]).toEqual([true, false, false]);
}, 120_000);

test('the expiry holds without any deployment, and an expired agent leaves by cdk destroy', async () => {
  const expires = instant(30_000);
  const app = agentApp({ stackName: 'ShortBot', agentName: 'short-bot', expires: Expiry.at(expires) });
  await aws.deploy(app);
  const session = await aws.sessions.open('short-bot', 'test');
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('allowed');

  await pause(Math.max(0, Date.parse(expires) - Date.now()) + 1_000);

  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('refused');
  await expect(aws.sessions.open('short-bot', 'test')).rejects.toThrow(/not authorized to perform: sts:AssumeRole/);
  // It neither moves nor is extended any more.
  await expect(aws.deploy(agentApp({ stackName: 'ShortBot', agentName: 'short-bot', stage: AgentStage.PRODUCTION }))).rejects.toThrow(/AgentExpired/);
  expect(await aws.statusOf('ShortBot')).toBe('UPDATE_ROLLBACK_COMPLETE');
  await aws.destroy(app);
  expect(await lookAtRole(aws.iam, 'short-bot-test')).toBeUndefined();
  expect(await showPlacement(aws.registry, 'short-bot')).toMatchObject({ status: 'left' });
}, 180_000);
