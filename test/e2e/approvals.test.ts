import { setTimeout as pause } from 'node:timers/promises';
import { aws_iam as iam, aws_sqs as sqs, Duration, Stack } from 'aws-cdk-lib';
import { agentApp, Build, platform, PRODUCTION, PRODUCTION_TABLE, TEST, TEST_TABLE } from './harness/apps';
import { lookAtRole } from './harness/identities';
import { eventsOf } from './harness/ledger-items';
import { LocalAws } from './harness/local-aws';
import { asPerson, roleOfPeople } from './harness/people';
import { Connection, proposeAnswer, proposeApprovalRequest, verifyPlacement } from '../../runtime/operator';
import { AccessCertification, ManagedAgentIdentity } from 'cdk-nhi-lifecycle';

const ADA = 'ada.park@example.com';
const LI = 'li.chen@example.com';
const EVE = 'eve@example.com';
const REASON = 'The tests of the quarter are done';

let aws: LocalAws;
const as = (person: string): Promise<Connection> => asPerson(aws, person, 'reviewer');
const asking = () => ({ now: new Date(), tell: () => undefined, lookEveryMs: 20 });

/** A registry that demands an approval for production. */
function registry(approvalLifetime?: Duration): Build {
  return (app, env) => platform({
    stages: [PRODUCTION.withApproval()],
    also: (stack, agents) => void new AccessCertification(stack, 'Reviews', {
      registry: agents, approvalLifetime, reviewerRoles: [iam.Role.fromRoleArn(stack, 'Reviewer', `arn:aws:iam::${env.account}:role/reviewer`)],
    }),
  })(app, env);
}

beforeAll(async () => {
  aws = await LocalAws.start();
  await aws.deploy(registry());
  await roleOfPeople(aws, 'reviewer', 'may-review');
});

afterAll(() => aws.stop());

async function approve(person: string, agentName: string, digest?: string): Promise<number> {
  const { make } = await proposeAnswer(await as(person), agentName, { verdict: 'approve', reason: REASON, digest }, asking());
  return (await make()).asked.approvals.length;
}

/** The agent works in test as before, and nothing of production exists. */
async function stillInTest(agentName: string): Promise<void> {
  expect(await aws.sessions.read(await aws.sessions.open(agentName, 'test'), TEST_TABLE)).toBe('allowed');
  expect(await lookAtRole(aws.iam, `${agentName}-production`)).toBeUndefined();
}

async function inProduction(agentName: string): Promise<void> {
  expect(await aws.sessions.read(await aws.sessions.open(agentName, 'production'), PRODUCTION_TABLE)).toBe('allowed');
  expect(await lookAtRole(aws.iam, `${agentName}-test`)).toBeUndefined();
}

test('missing: the deployment fails before anything is granted and says who approves, and test works; given: the agent moves, once', async () => {
  const app = { stackName: 'Promoted', agentName: 'promoted-bot' };
  await aws.deploy(agentApp(app));
  const session = await aws.sessions.open('promoted-bot', 'test');

  await expect(aws.deploy(agentApp({ ...app, stage: PRODUCTION }))).rejects.toThrow(/ApprovalMissing.*nhi approve promoted-bot.*nhi request-approval promoted-bot --stage production/s);
  expect(await aws.statusOf('Promoted')).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('allowed');
  await stillInTest('promoted-bot');
  await expect(approve(EVE, 'promoted-bot')).rejects.toMatchObject({ code: 'ReviewerInvalid' });
  await expect(aws.deploy(agentApp({ ...app, stage: PRODUCTION }))).rejects.toThrow(/ApprovalMissing/);

  expect(await approve(ADA, 'promoted-bot')).toBe(1);
  await aws.deploy(agentApp({ ...app, stage: PRODUCTION }));
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('refused');
  await inProduction('promoted-bot');
  expect(await eventsOf(aws.registry, 'promoted-bot')).toEqual(['joined', 'approval-requested', 'approved', 'approval-used', 'moved', 'principal-retired']);
  expect((await verifyPlacement(aws.registry, 'promoted-bot', new Date())).chain.intact).toBe(true);

  await aws.deploy(agentApp(app));
  await expect(aws.deploy(agentApp({ ...app, stage: PRODUCTION }))).rejects.toThrow(/ApprovalMissing/);
  await stillInTest('promoted-bot');
  await aws.destroy(agentApp(app));
});

test('own approval: who asked before the deployment can\'t approve, with whatever id; the backup can, and the deployment has what was asked for', async () => {
  const app = { stackName: 'Own', agentName: 'own-bot' };
  await aws.deploy(agentApp(app));
  const [ada, eve] = await Promise.all([as(ADA), as(EVE)]);
  const wanted = { stage: 'production', reason: REASON };
  await expect((await proposeApprovalRequest({ ...eve, userId: ada.userId }, 'own-bot', wanted, asking())).make()).rejects.toMatchObject({ name: expect.stringMatching(/AccessDenied/) });
  await (await proposeApprovalRequest(ada, 'own-bot', wanted, asking())).make();

  await expect(approve(ADA, 'own-bot')).rejects.toMatchObject({ code: 'OwnApproval' });
  await expect(aws.deploy(agentApp({ ...app, stage: PRODUCTION }))).rejects.toThrow(/ApprovalMissing/);
  await stillInTest('own-bot');

  expect(await approve(LI, 'own-bot')).toBe(1);
  await aws.deploy(agentApp({ ...app, stage: PRODUCTION }));
  await inProduction('own-bot');
  await aws.destroy(agentApp({ ...app, stage: PRODUCTION }));
});

test('stale: a deployment with more than was approved is refused, whatever digest is given, and what was looked at again is granted', async () => {
  const app = { stackName: 'Stale', agentName: 'stale-bot' };
  const more = (stack: Stack, [bot]: ManagedAgentIdentity[]): void => {
    sqs.Queue.fromQueueArn(stack, 'Queue', `arn:aws:sqs:${stack.region}:${stack.account}:payments`).grantSendMessages(bot.accessIn(PRODUCTION));
  };
  await aws.deploy(agentApp({ ...app, stage: TEST }));
  await expect(aws.deploy(agentApp({ ...app, stage: PRODUCTION }))).rejects.toThrow(/ApprovalMissing/);
  const approved = (await aws.registry.ledger.state({ account: aws.env.account, agentName: 'stale-bot' }))!.approval!.digest;
  await approve(ADA, 'stale-bot', approved);

  await expect(aws.deploy(agentApp({ ...app, stage: PRODUCTION, also: more }))).rejects.toThrow(/ApprovalOutdated/);
  await stillInTest('stale-bot');
  await expect(approve(ADA, 'stale-bot', approved)).rejects.toMatchObject({ code: 'ApprovalOutdated' });

  const { will, make } = await proposeAnswer(await as(ADA), 'stale-bot', { verdict: 'approve', reason: REASON }, asking());
  expect(will.join('\n')).toContain('+ in production: sqs:GetQueueAttributes, sqs:GetQueueUrl, sqs:SendMessage on arn:');
  await make();
  await aws.deploy(agentApp({ ...app, stage: PRODUCTION, also: more }));
  await inProduction('stale-bot');
  await aws.destroy(agentApp({ ...app, stage: PRODUCTION, also: more }));
});

test('a join in the stage waits for an approval too', async () => {
  const app = { stackName: 'Joining', agentName: 'joining-bot', stage: PRODUCTION };
  await expect(aws.deploy(agentApp(app))).rejects.toThrow(/ApprovalMissing/);
  expect(await lookAtRole(aws.iam, 'joining-bot-production')).toBeUndefined();

  await approve(LI, 'joining-bot');
  await aws.deploy(agentApp(app));
  await inProduction('joining-bot');
  expect(await eventsOf(aws.registry, 'joining-bot')).toEqual(['approval-requested', 'approved', 'approval-used', 'joined']);
  await aws.destroy(agentApp(app));
});

test('expired: an approval that has ended is refused', async () => {
  const app = { stackName: 'Expired', agentName: 'expired-bot' };
  await aws.deploy(registry(Duration.seconds(1)));
  await aws.deploy(agentApp(app));
  await expect(aws.deploy(agentApp({ ...app, stage: PRODUCTION }))).rejects.toThrow(/ApprovalMissing/);
  await approve(ADA, 'expired-bot');
  await pause(1_100);

  await expect(aws.deploy(agentApp({ ...app, stage: PRODUCTION }))).rejects.toThrow(/ApprovalExpired/);
  await stillInTest('expired-bot');
  await aws.destroy(agentApp(app));
});
