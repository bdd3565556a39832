import { setTimeout as pause } from 'node:timers/promises';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { AttachRolePolicyCommand, CreateRoleCommand, DeleteRoleCommand, ListAttachedRolePoliciesCommand, ListRolePoliciesCommand, PutRolePolicyCommand, UpdateRoleCommand } from '@aws-sdk/client-iam';
import { Duration } from 'aws-cdk-lib';
import { agentApp, platform } from './harness/apps';
import { eventsOf } from './harness/ledger-items';
import { LocalAws } from './harness/local-aws';
import { sweep } from './harness/sweep';
import { Fleet, OrphanLedger } from '../../runtime/ledger';
import { showPlacement } from '../../runtime/operator';
import { Sweeper } from '../../runtime/sweep';
import { findOrphans } from '../../runtime/sweep/orphans';

const ROLE = 'invoice-bot-test';
const ADMIN = 'arn:aws:iam::aws:policy/AdministratorAccess';
const CHECK_SECONDS = 60;
const HOUR_MS = 3_600_000;

let aws: LocalAws;

beforeAll(async () => {
  aws = await LocalAws.start();
  await aws.deploy(platform({ agenda: { interval: Duration.days(1), driftCheck: Duration.seconds(CHECK_SECONDS), removeDrift: true } }));
});

afterAll(() => aws.stop());

const drift = async () => (await showPlacement(aws.registry, 'invoice-bot')).agenda?.drift;
const events = () => eventsOf(aws.registry, 'invoice-bot');

/** Sweeps when the next check is due: CloudFormation's writes have a minute to settle, and each agent has its own moment within the interval. */
async function check(): Promise<void> {
  const due = (await drift())?.checkAt ?? new Date(Date.now() + CHECK_SECONDS * 1_000).toISOString();
  await pause(Math.max(0, Date.parse(due) - Date.now()) + 1_500);
  await sweep(aws);
}

async function policies(): Promise<string[]> {
  const [{ AttachedPolicies: attached = [] }, { PolicyNames: inline = [] }] = await Promise.all([
    aws.iam.send(new ListAttachedRolePoliciesCommand({ RoleName: ROLE })), aws.iam.send(new ListRolePoliciesCommand({ RoleName: ROLE })),
  ]);
  return [...attached.map(({ PolicyArn: arn = '' }) => arn), ...inline].sort();
}

test('what a hand adds to a role is found with its difference, told once, and removed where the registry says so', async () => {
  await aws.deploy(agentApp());
  const deployed = await policies();
  await check();
  expect([await events(), (await drift())?.found]).toEqual([['joined'], undefined]);

  await aws.iam.send(new AttachRolePolicyCommand({ RoleName: ROLE, PolicyArn: ADMIN }));
  await aws.iam.send(new PutRolePolicyCommand({ RoleName: ROLE, PolicyName: 'mine', PolicyDocument: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}' }));
  await aws.iam.send(new UpdateRoleCommand({ RoleName: ROLE, MaxSessionDuration: 43_200 }));
  await check();
  expect(await events()).toEqual(['joined', 'drift-found']);
  expect((await drift())?.found).toMatchObject({
    appeared: [`attached policy ${ADMIN}`, 'inline policy mine'], vanished: [], changed: ['maximum session duration'],
  });
  expect((await aws.nhi(['show', 'invoice-bot'])).stdout).toContain(`attached policy ${ADMIN}`);

  // The next sweep removes what was notified, and nothing else.
  await sweep(aws);
  expect(await events()).toEqual(['joined', 'drift-found', 'drift-removed']);
  expect(await policies()).toEqual(deployed);

  // What is left of a finding is not notified again.
  await check();
  expect(await events()).toEqual(['joined', 'drift-found', 'drift-removed']);
  expect((await drift())?.found).toMatchObject({ appeared: [], changed: ['maximum session duration'] });
}, 360_000);

describe('a role under the registry\'s path that belongs to no agent', () => {
  const kept: string[] = [];
  /** The step of the sweep, with a clock that is ahead: it leaves out roles that are younger than an hour, and tells after another one. */
  async function look(hours: number): Promise<void> {
    const { env: { account, region }, registry: { table, registry }, endpoint } = aws;
    const sweeper: Pick<Sweeper, 'registry' | 'account' | 'busName' | 'registryPath' | 'namePrefix' | 'fleet' | 'orphans' | 'bus' | 'keep' | 'iam' | 'now' | 'count'> = {
      registry,
      account,
      busName: 'agents-nhi-lifecycle',
      registryPath: '/agents/',
      namePrefix: '',
      fleet: new Fleet(table),
      orphans: new OrphanLedger(table),
      bus: new EventBridgeClient({ endpoint, region, credentials: { accessKeyId: account, secretAccessKey: 'test' } }),
      keep: async (key) => void kept.push(key),
      iam: aws.iam,
      now: () => new Date(Date.now() + hours * HOUR_MS),
      count: () => undefined,
    };
    await findOrphans(sweeper as Sweeper);
  }
  const listed = async () => (await aws.nhi(['list', '--orphans'])).stdout;

  test('is listed once a second look still finds it, and not any more when it is deleted; agents\' roles are not', async () => {
    const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } }] };
    const byHand = { RoleName: 'by-hand-test', Path: '/agents/test/', AssumeRolePolicyDocument: JSON.stringify(trust) };
    await aws.iam.send(new CreateRoleCommand(byHand));
    // The sweeps of the first test have looked today.
    await look(26);
    expect(await listed()).not.toContain('by-hand-test');
    await look(28);
    expect(await listed()).toContain('role/agents/test/by-hand-test');
    expect(kept).toEqual([expect.stringMatching(/^registry-events\//)]);
    expect(await listed()).not.toContain(ROLE);
    await aws.iam.send(new DeleteRoleCommand({ RoleName: byHand.RoleName }));
    await look(53);
    expect(await listed()).not.toContain('by-hand-test');
  });
});
