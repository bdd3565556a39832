import { CreateRoleCommand, AttachRolePolicyCommand, DeleteRolePermissionsBoundaryCommand, DetachRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { aws_iam as iam } from 'aws-cdk-lib';
import { agentApp, platform, PRODUCTION, TEST_TABLE } from './harness/apps';
import { lookAtRole } from './harness/identities';
import { eventsOf } from './harness/ledger-items';
import { LocalAws } from './harness/local-aws';
import { statusOf } from '../../runtime/model/placement-state';
import { Connection, askEngine, showPlacement } from '../../runtime/operator';

const ROLE = 'invoice-bot-test';
const DENY_ALL = 'arn:aws:iam::aws:policy/AWSDenyAll';
const asking = { now: new Date(), tell: () => undefined, lookEveryMs: 20 };

let aws: LocalAws;
let responder: Connection;
let breakGlass: Connection;
let machine: Connection;

beforeAll(async () => {
  aws = await LocalAws.start();
  await aws.deploy((app, env) => platform({ breakGlassRoles: (stack) => [iam.Role.fromRoleArn(stack, 'BreakGlass', `arn:aws:iam::${env.account}:role/break-glass`)] })(app, env));
  [responder, breakGlass, machine] = await Promise.all([as('responder', 'suspend'), as('break-glass', 'resume'), as('machine', 'resume')]);
});

afterAll(() => aws.stop());

/** Connects as a role with one of the registry's two policies and nothing else. */
async function as(RoleName: string, may: 'suspend' | 'resume'): Promise<Connection> {
  const { endpoint, env: { account, region } } = aws;
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' }] };
  const { Role: role } = await aws.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }));
  await aws.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: `arn:aws:iam::${account}:policy/agents/agents-may-${may}` }));
  const sts = new STSClient({ endpoint, region, credentials: { accessKeyId: account, secretAccessKey: 'test' } });
  const { Credentials: keys } = await sts.send(new AssumeRoleCommand({ RoleArn: role!.Arn, RoleSessionName: 'ada' }));
  const credentials = { accessKeyId: keys!.AccessKeyId!, secretAccessKey: keys!.SecretAccessKey!, sessionToken: keys!.SessionToken };
  return aws.registryAs(credentials, `arn:aws:sts::${account}:assumed-role/${RoleName}/ada`);
}

const suspend = (who: Connection) => askEngine(who, 'invoice-bot', { kind: 'suspend', reason: 'Its key was seen in a public place' }, asking);
const resume = (who: Connection) => askEngine(who, 'invoice-bot', { kind: 'resume', reason: 'The key was replaced' }, asking);
const denials = async () => (await lookAtRole(aws.iam, ROLE))?.attached.includes(DENY_ALL);

test('who may suspend cuts a running agent, and can\'t resume it; a break-glass role can, and what ran works again', async () => {
  await aws.deploy(agentApp());
  const session = await aws.sessions.open('invoice-bot', 'test');
  const before = await lookAtRole(aws.iam, ROLE);
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('allowed');

  expect(statusOf(await suspend(responder))).toBe('suspended');
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('refused');
  // A new session can be opened but may do nothing.
  expect(await aws.sessions.read(await aws.sessions.open('invoice-bot', 'test'), TEST_TABLE)).toBe('refused');

  await expect(resume(responder)).rejects.toMatchObject({ name: expect.stringMatching(/AccessDenied/) });
  // The policy alone is not enough: a person must decide to resume.
  await expect(resume(machine)).rejects.toMatchObject({ name: expect.stringMatching(/AccessDenied/) });
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('refused');

  expect(await resume(breakGlass)).toMatchObject({ status: 'active' });
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('allowed');
  expect(await lookAtRole(aws.iam, ROLE)).toEqual(before);
  expect(await eventsOf(aws.registry, 'invoice-bot')).toEqual(['joined', 'suspended', 'resumed']);
});

test('no deployment lifts a suspension, and neither does a hand', async () => {
  await suspend(responder);
  const session = await aws.sessions.open('invoice-bot', 'test');

  await aws.iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName: ROLE }));
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('refused');
  await aws.iam.send(new DetachRolePolicyCommand({ RoleName: ROLE, PolicyArn: DENY_ALL }));
  expect(await denials()).toBe(false);

  await aws.deploy(agentApp({ purpose: 'Matches invoices, with care' }));
  expect(await denials()).toBe(true);
  expect(await aws.sessions.read(await aws.sessions.open('invoice-bot', 'test'), TEST_TABLE)).toBe('refused');

  await expect(aws.deploy(agentApp({ stage: PRODUCTION }))).rejects.toThrow(/AgentSuspended: agent invoice-bot has been suspended since .*nhi resume invoice-bot/);
  expect(await aws.statusOf('InvoiceBot')).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(await denials()).toBe(true);
  expect(await lookAtRole(aws.iam, 'invoice-bot-production')).toBeUndefined();
});

test('it leaves while suspended, and doesn\'t come back by a deployment', async () => {
  await aws.destroy(agentApp());
  expect(await lookAtRole(aws.iam, ROLE)).toBeUndefined();
  expect(await showPlacement(aws.registry, 'invoice-bot')).toMatchObject({ status: 'left' });

  await expect(aws.deploy(agentApp())).rejects.toThrow(/AgentSuspended/);
  expect(await lookAtRole(aws.iam, ROLE)).toBeUndefined();

  await resume(breakGlass);
  await aws.deploy(agentApp());
  const session = await aws.sessions.open('invoice-bot', 'test');
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('allowed');
});
