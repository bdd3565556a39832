import { setTimeout as pause } from 'node:timers/promises';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { AttachRolePolicyCommand, CreatePolicyCommand, DetachRolePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { aws_iam as iamLib, aws_s3 as s3, aws_sqs as sqs, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { agentApp, PRODUCTION, TEST, TEST_TABLE } from './harness/apps';
import { lookAtRole } from './harness/identities';
import { eventsOf } from './harness/ledger-items';
import { LocalAws } from './harness/local-aws';
import { asPerson, roleOfPeople } from './harness/people';
import { reviewedPlatform } from './harness/reviews';
import { sweep as sweepOf } from './harness/sweep';
import { Keys } from '../../examples/quickstart/sessions';
import { statusOf } from '../../runtime/model/placement-state';
import { Connection, listReviews, proposeDecision, showReview, verifyPlacement, WantedDecision } from '../../runtime/operator';
import { ManagedAgentIdentity } from 'cdk-nhi-lifecycle';

const ADA = 'ada.park@example.com';
const LI = 'li.chen@example.com';
const EVE = 'eve@example.com';
const SAM = 'sam.roe@example.com';
const INTERVAL_SECONDS = 2;
/** Longer than what happens between opening and decision on a slow machine takes, and short enough to wait for. */
const DEADLINE_SECONDS = 25;
const why = 'It is needed for the monthly closing';

let aws: LocalAws;
const sweep = (): Promise<void> => sweepOf(aws);
const asking = () => ({ now: new Date(), tell: () => undefined, lookEveryMs: 20 });

beforeAll(async () => {
  aws = await LocalAws.start();
  await aws.deploy(reviewedPlatform({ interval: INTERVAL_SECONDS, deadline: DEADLINE_SECONDS, also: () => ({ grace: Duration.seconds(1) }) }));
  await roleOfPeople(aws, 'reviewer', 'may-review');
  // The registry names only the first of the two.
  await roleOfPeople(aws, 'machine', 'may-review');
});

afterAll(() => aws.stop());

const as = (session: string, role = 'reviewer'): Promise<Connection> => asPerson(aws, session, role);

async function decide(who: Connection, agentName: string, wanted: Omit<WantedDecision, 'reason'>): Promise<string> {
  const { make } = await proposeDecision(who, agentName, { reason: why, ...wanted }, undefined, asking());
  return statusOf(await make());
}

/** An agent that reads a table and sends to a queue. */
function bot(agentName: string) {
  const also = (stack: Stack, [identity]: ManagedAgentIdentity[]): void => {
    sqs.Queue.fromQueueArn(stack, 'Queue', `arn:aws:sqs:${stack.region}:${stack.account}:invoices`).grantSendMessages(identity.accessIn(TEST, PRODUCTION));
  };
  return agentApp({ stackName: `Stack-${agentName}`, agentName, also });
}

/** Another action of the same service than the one that is denied. */
async function scan(credentials: Keys): Promise<string> {
  const client = new DynamoDBClient({ endpoint: aws.endpoint, region: aws.env.region, credentials });
  return client.send(new ScanCommand({ TableName: TEST_TABLE })).then(() => 'allowed', ({ name }: Error) => name);
}

async function open(agentName: string): Promise<void> {
  await pause(INTERVAL_SECONDS * 1_000 + 1_100);
  await sweep();
  expect((await listReviews(await as(ADA))).map((one) => one.agentName)).toContain(agentName);
}

test('kept by its sponsor; nobody else can, whatever they say of themselves', async () => {
  await aws.deploy(bot('kept-bot'));
  await open('kept-bot');
  const [ada, eve, machine] = await Promise.all([as(ADA), as(EVE), as(ADA, 'machine')]);

  const { shown, undecided, mayDecideAs } = await showReview(ada, 'kept-bot', new Date());
  expect({ undecided, mayDecideAs }).toEqual({ undecided: ['dynamodb', 'sqs'], mayDecideAs: 'sponsor' });
  expect(shown).toMatchObject({
    items: [{ service: 'dynamodb', findings: [], use: { verdict: 'unknown' } }, { service: 'sqs', findings: [] }],
    declared: expect.arrayContaining([expect.objectContaining({ stage: 'production', text: 'known' })]),
  });

  const keep = { verdict: 'keep' as const, items: ['dynamodb', 'sqs'] };
  await expect(decide(eve, 'kept-bot', keep)).rejects.toMatchObject({ code: 'ReviewerInvalid' });
  // Her session can't store a request with his id, so she can't claim to be him; and the policy alone gives a role that the registry doesn't name nothing.
  await expect(decide({ ...eve, userId: ada.userId }, 'kept-bot', keep)).rejects.toMatchObject({ name: expect.stringMatching(/AccessDenied/) });
  await expect(decide(machine, 'kept-bot', keep)).rejects.toMatchObject({ name: expect.stringMatching(/AccessDenied/) });

  expect(await decide(ada, 'kept-bot', keep)).toBe('active');
  expect(await eventsOf(aws.registry, 'kept-bot')).toEqual(['joined', 'review-due', 'review-decided', 'certified']);
  expect((await verifyPlacement(aws.registry, 'kept-bot', new Date())).chain.intact).toBe(true);
  const session = await aws.sessions.open('kept-bot', 'test');
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('allowed');
  await aws.destroy(bot('kept-bot'));
});

test('what policies allow that were made by hand is found, with where it comes from', async () => {
  const { iam, env: { account, region } } = aws;
  const RoleName = 'found-bot-test';
  const roleArn = `arn:aws:iam::${account}:role/agents/test/${RoleName}`;
  await aws.deploy(agentApp({
    stackName: 'Stack-found-bot',
    agentName: 'found-bot',
    also: (stack, [identity]) => {
      s3.Bucket.fromBucketName(stack, 'Papers', 'papers').grantRead(identity.accessIn(TEST));
      sqs.Queue.fromQueueArn(stack, 'Queue', `arn:aws:sqs:${region}:${account}:found`).grantSendMessages(identity.accessIn(TEST));
    },
  }));
  // None of this is in the agent's stack.
  await aws.deploy((app, stackEnv) => {
    const stack = new Stack(app, 'Elsewhere', { env: stackEnv });
    const papers = new s3.Bucket(stack, 'Papers', { bucketName: 'papers', removalPolicy: RemovalPolicy.DESTROY });
    papers.addToResourcePolicy(new iamLib.PolicyStatement({ principals: [new iamLib.ArnPrincipal(roleArn)], actions: ['s3:DeleteObject'], resources: [papers.arnForObjects('*')] }));
    const queue = new sqs.Queue(stack, 'Queue', { queueName: 'found' });
    queue.addToResourcePolicy(new iamLib.PolicyStatement({ principals: [new iamLib.ArnPrincipal(roleArn)], actions: ['sqs:PurgeQueue'], resources: [queue.queueArn] }));
    queue.addToResourcePolicy(new iamLib.PolicyStatement({ principals: [new iamLib.ArnPrincipal(`arn:aws:iam::${account}:role/reviewer`)], actions: ['sqs:DeleteMessage'], resources: [queue.queueArn] }));
  });
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sns:Publish', Resource: '*' }] });
  const { Policy: { Arn: PolicyArn } = {} } = await iam.send(new CreatePolicyCommand({ PolicyName: 'by-hand', PolicyDocument }));
  await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
  await open('found-bot');

  const { shown } = await showReview(await as(ADA), 'found-bot', new Date());
  const found = shown!.items.map(({ service, notDeclared, granted }) => [service, notDeclared, granted.flatMap(({ source }) => source ?? [])]);
  expect({ found, unread: shown!.unread, attached: shown!.attached }).toEqual({
    found: [
      ['dynamodb', [], []],
      ['s3', ['s3:DeleteObject'], ['policy of arn:aws:s3:::papers']],
      ['sns', ['sns:Publish'], [`attached policy ${PolicyArn}`]],
      ['sqs', ['sqs:PurgeQueue'], [`policy of arn:aws:sqs:${region}:${account}:found`]],
    ],
    unread: [],
    attached: [PolicyArn],
  });
  expect(shown!.signals.map(({ source }) => source)).toEqual(['access keys last used', 'own secrets last accessed', 'live compute']);
  await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
  await aws.destroy(agentApp({ stackName: 'Stack-found-bot', agentName: 'found-bot' }));
});

test('reduced: what was denied is refused and the rest works, after deployments and hands too, until another person gives it back', async () => {
  const RoleName = 'reduced-bot-test';
  await aws.deploy(bot('reduced-bot'));
  await open('reduced-bot');
  const session = await aws.sessions.open('reduced-bot', 'test');
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('allowed');

  expect(await decide(await as(ADA), 'reduced-bot', { verdict: 'reduce', actions: ['dynamodb:GetItem'] })).toBe('active');
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('refused');
  expect(await scan(session)).toBe('allowed');

  await aws.deploy(agentApp({ stackName: 'Stack-reduced-bot', agentName: 'reduced-bot', purpose: 'Matches invoices, with care' }));
  expect(await aws.sessions.read(await aws.sessions.open('reduced-bot', 'test'), TEST_TABLE)).toBe('refused');
  await aws.deploy(agentApp({ stackName: 'Stack-reduced-bot', agentName: 'reduced-bot', stage: PRODUCTION }));
  expect((await lookAtRole(aws.iam, 'reduced-bot-production'))?.inline).toContain('nhi-reduction');
  await aws.deploy(bot('reduced-bot'));
  await aws.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'nhi-reduction', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }) }));
  await aws.deploy(agentApp({ stackName: 'Stack-reduced-bot', agentName: 'reduced-bot', purpose: 'Matches invoices, with more care' }));
  expect(await aws.sessions.read(await aws.sessions.open('reduced-bot', 'test'), TEST_TABLE)).toBe('refused');

  await pause(1_100);
  await sweep();
  await expect(decide(await as(ADA), 'reduced-bot', { verdict: 'restore', actions: ['dynamodb:GetItem'] })).rejects.toMatchObject({ code: 'SecondPersonNeeded' });
  await decide(await as(LI), 'reduced-bot', { verdict: 'restore', actions: ['dynamodb:GetItem'] });
  expect(await aws.sessions.read(await aws.sessions.open('reduced-bot', 'test'), TEST_TABLE)).toBe('allowed');
  expect((await verifyPlacement(aws.registry, 'reduced-bot', new Date())).chain.intact).toBe(true);
  await aws.destroy(bot('reduced-bot'));
  expect(await lookAtRole(aws.iam, RoleName)).toBeUndefined();
});

test('offered to another person: who declines may decide nothing, and who accepts decides from then on', async () => {
  await aws.deploy(bot('offered-bot'));
  await open('offered-bot');
  const [ada, eve, sam] = await Promise.all([as(ADA), as(EVE), as(SAM)]);
  const keep = { verdict: 'keep' as const, items: ['dynamodb', 'sqs'] };

  await decide(ada, 'offered-bot', { verdict: 'transfer', to: EVE });
  await expect(decide(eve, 'offered-bot', keep)).rejects.toMatchObject({ code: 'ReviewerInvalid' });
  await decide(eve, 'offered-bot', { verdict: 'decline' });
  await expect(decide(eve, 'offered-bot', { verdict: 'accept' })).rejects.toMatchObject({ code: 'ReviewerInvalid' });

  await decide(ada, 'offered-bot', { verdict: 'transfer', to: SAM });
  await decide(sam, 'offered-bot', { verdict: 'accept' });
  expect(await decide(sam, 'offered-bot', keep)).toBe('active');
  expect((await eventsOf(aws.registry, 'offered-bot')).filter((name) => name !== 'review-decided')).toEqual(['joined', 'review-due', 'certified']);
  expect((await verifyPlacement(aws.registry, 'offered-bot', new Date())).chain.intact).toBe(true);
  expect(await aws.sessions.read(await aws.sessions.open('offered-bot', 'test'), TEST_TABLE)).toBe('allowed');
  await aws.destroy(bot('offered-bot'));
});

test('missed: suspended, then left; the twin of it is decided in time by the backup, and works again', async () => {
  await aws.deploy(bot('missed-bot'));
  await aws.deploy(bot('rescued-bot'));
  await open('missed-bot');
  const session = await aws.sessions.open('missed-bot', 'test');
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('allowed');

  await pause(DEADLINE_SECONDS * 1_000 + 1_100);
  await sweep();
  // A sweep does one thing for an agent: first it notifies the backup.
  await sweep();
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('refused');
  expect((await showReview(aws.registry, 'missed-bot', new Date())).open?.missedAt).toBeDefined();

  expect(await decide(await as(LI), 'rescued-bot', { verdict: 'keep', items: ['dynamodb', 'sqs'] })).toBe('active');
  expect(await aws.sessions.read(await aws.sessions.open('rescued-bot', 'test'), TEST_TABLE)).toBe('allowed');
  await pause(2_100);
  await sweep();
  expect((await eventsOf(aws.registry, 'missed-bot')).slice(-5)).toEqual(['review-overdue', 'suspended', 'expired', 'principal-retired', 'left']);
  await expect(aws.sessions.open('missed-bot', 'test')).rejects.toThrow();
  await aws.destroy(bot('missed-bot'));
  await aws.destroy(bot('rescued-bot'));
});
