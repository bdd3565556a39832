import { AttachRolePolicyCommand } from '@aws-sdk/client-iam';
import { aws_iam as iam } from 'aws-cdk-lib';
import { agentApp, platform, PRODUCTION, TEST_TABLE } from './harness/apps';
import { lookAtRole } from './harness/identities';
import { eventsOf } from './harness/ledger-items';
import { LocalAws } from './harness/local-aws';
import { asPerson, roleOfPeople } from './harness/people';
import { askEngine, certificatesOf, Connection, proposeOffboarding, showPlacement, verifyPlacement } from '../../runtime/operator';

const ROLE = 'invoice-bot-test';
const REASON = 'Its vendor was breached';
const ADMIN = 'arn:aws:iam::aws:policy/AdministratorAccess';
const asking = { now: new Date(), tell: () => undefined, lookEveryMs: 20 };

let aws: LocalAws;
let person: Connection;
let machine: Connection;

beforeAll(async () => {
  aws = await LocalAws.start({ bootstrapped: true });
  await aws.deployByCommand(platform({ breakGlassRoles: (stack) => [iam.Role.fromRoleArn(stack, 'BreakGlass', `arn:aws:iam::${stack.account}:role/break-glass`)] }));
  await Promise.all(['break-glass', 'machine'].map((role) => roleOfPeople(aws, role, 'may-offboard')));
  [person, machine] = await Promise.all(['break-glass', 'machine'].map((role) => asPerson(aws, 'ada', role)));
});

afterAll(() => aws.stop());

const offboard = async (who: Connection, agent = 'invoice-bot') => (await proposeOffboarding(who, agent, REASON, asking)).make();
const isIntact = async (agent = 'invoice-bot') => {
  const { chain, evidence } = await verifyPlacement(aws.registry, agent, new Date());
  return chain.intact && evidence.length > 0 && evidence.every(({ verdict }) => verdict === 'intact');
};

test('a person offboards an agent without a deployment; no deployment brings it back; cdk destroy works after that', async () => {
  await aws.deployByCommand(agentApp());
  const session = await aws.sessions.open('invoice-bot', 'test');
  const words = ['offboard', 'invoice-bot', '--reason', REASON];

  // A script without consent, and a machine with the policy, change nothing.
  expect(await aws.nhi(words)).toMatchObject({ status: 4, stderr: expect.stringMatching(/let it leave now, without a deployment\. This can't be undone[^]*ConsentMissing/) });
  await expect(offboard(machine)).rejects.toMatchObject({ name: expect.stringMatching(/AccessDenied/) });
  await expect(askEngine(person, 'invoice-bot', { kind: 'suspend', reason: REASON }, asking)).rejects.toMatchObject({ name: expect.stringMatching(/AccessDenied/) });
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('allowed');

  expect(await offboard(person)).toMatchObject({ status: 'left', offboarding: { by: person.operator, reason: REASON } });

  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('refused');
  await expect(aws.sessions.open('invoice-bot', 'test')).rejects.toThrow();
  expect((await aws.nhi(['list'])).stdout).toMatch(/^invoice-bot +offboarded /m);
  expect(await aws.statusOf('InvoiceBot')).toBe('CREATE_COMPLETE');
  expect((await certificatesOf(aws.registry, 'invoice-bot')).leaves).toMatchObject([{ certificate: { by: person.operator, principals: [{ absentAt: null }] } }]);
  expect(await isIntact()).toBe(true);
  expect((await aws.nhi(words)).stderr).toContain('AlreadyLeft');

  for (const app of [agentApp({ purpose: 'Matches invoices, with care' }), agentApp({ stage: PRODUCTION })]) {
    await expect(aws.deployByCommand(app)).rejects.toThrow(/AgentOffboarded: agent invoice-bot was offboarded at .* \(Its vendor was breached\): remove the agent from the stack, or destroy the stack/);
    expect(await aws.statusOf('InvoiceBot')).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await aws.sessions.read(session, TEST_TABLE)).toBe('refused');
    await expect(aws.sessions.open('invoice-bot', 'test')).rejects.toThrow();
  }
  // Whatever a hand attaches, the stack can delete the role.
  await aws.iam.send(new AttachRolePolicyCommand({ RoleName: ROLE, PolicyArn: ADMIN }));
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('refused');

  await aws.destroyByCommand(agentApp());

  expect(await aws.statusOf('InvoiceBot')).toBeUndefined();
  expect(await lookAtRole(aws.iam, ROLE)).toBeUndefined();
  await aws.executionsDone();
  expect(await eventsOf(aws.registry, 'invoice-bot')).toEqual(['joined', 'suspended', 'expired', 'principal-retired', 'left', 'deletion-confirmed']);
  expect((await certificatesOf(aws.registry, 'invoice-bot')).leaves).toMatchObject([{ deletion: { principals: [{ absentAt: expect.any(String) }] } }]);
  expect(await isIntact()).toBe(true);
}, 480_000);

test('the same template does not let it join again before a person resumes it', async () => {
  await expect(aws.deploy(agentApp())).rejects.toThrow(/AgentOffboarded.*nhi resume invoice-bot/);
  expect(await lookAtRole(aws.iam, ROLE)).toBeUndefined();

  await askEngine(aws.registry, 'invoice-bot', { kind: 'resume', reason: 'The vendor has fixed it' }, asking);
  await aws.deploy(agentApp());
  expect(await aws.sessions.read(await aws.sessions.open('invoice-bot', 'test'), TEST_TABLE)).toBe('allowed');
});

test('what could not be removed is retried, and nothing else', async () => {
  expect(await aws.nhi(['retry', 'invoice-bot', '--yes'])).toMatchObject({ status: 1, stderr: expect.stringContaining('NothingToRetry') });
  await aws.iam.send(new AttachRolePolicyCommand({ RoleName: ROLE, PolicyArn: ADMIN }));
  const session = await aws.sessions.open('invoice-bot', 'test');
  const lift = await aws.deny(['iam:DetachRolePolicy'], [`arn:aws:iam::${aws.env.account}:role/agents/*`]);
  expect(await aws.nhi(['offboard', 'invoice-bot', '--reason', REASON, '--yes'])).toMatchObject({ status: 1, stderr: expect.stringMatching(/TeardownIncomplete: .*AdministratorAccess/) });
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('refused');
  expect(await showPlacement(aws.registry, 'invoice-bot')).toMatchObject({ status: 'leaving', trouble: { code: 'TeardownIncomplete' } });

  await lift();
  const { status, stdout, stderr } = await aws.nhi(['retry', 'invoice-bot', '--yes']);
  expect([status, stderr.split('\n').slice(0, 2)]).toEqual([0, [
    expect.stringMatching(/^agent invoice-bot in account \d+, leaving: do again what failed or waits$/), expect.stringMatching(/^ {2}failed since .*: TeardownIncomplete: /),
  ]]);
  expect(stdout).toMatch(/^status {6}offboarded$/m);

  await aws.destroy(agentApp());
  expect(await lookAtRole(aws.iam, ROLE)).toBeUndefined();
  await aws.executionsDone();
  expect(await isIntact()).toBe(true);
});
