import { setTimeout as pause } from 'node:timers/promises';
import { aws_sqs as sqs, Stack } from 'aws-cdk-lib';
import { agentApp, TEST, TEST_TABLE } from './harness/apps';
import { eventsOf } from './harness/ledger-items';
import { LocalAws } from './harness/local-aws';
import { asPerson, roleOfPeople } from './harness/people';
import { reviewedPlatform } from './harness/reviews';
import { sweep as sweepOf } from './harness/sweep';
import { Connection, proposeDecision, showReview, verifyPlacement, WantedDecision } from '../../runtime/operator';
import { eventNameOf } from '../../src/core/lifecycle-event';
import { ManagedAgentIdentity } from 'cdk-nhi-lifecycle';

const ADA = 'ada.park@example.com';
const LI = 'li.chen@example.com';
const EVE = 'eve@example.com';
const INTERVAL_SECONDS = 2;
/** Longer than what happens between opening and the last decision on a slow machine takes, and short enough to wait for. */
const DEADLINE_SECONDS = 40;
const why = 'It is needed for the monthly closing';
const BOTH = { verdict: 'keep' as const, items: ['dynamodb', 'sqs'] };

let aws: LocalAws;
const asking = () => ({ now: new Date(), tell: () => undefined, lookEveryMs: 20 });

/** Every review is drawn for a second person. */
beforeAll(async () => {
  aws = await LocalAws.start();
  await aws.deploy(reviewedPlatform({ interval: INTERVAL_SECONDS, deadline: DEADLINE_SECONDS, also: () => ({ secondReview: { share: 1 } }) }));
  await roleOfPeople(aws, 'reviewer', 'may-review');
});

afterAll(() => aws.stop());

const as = (person: string): Promise<Connection> => asPerson(aws, person, 'reviewer');

async function decide(who: Connection, agentName: string, wanted: Omit<WantedDecision, 'reason'>): Promise<void> {
  await (await proposeDecision(who, agentName, { reason: why, ...wanted }, undefined, asking())).make();
}

function bot(agentName: string) {
  const also = (stack: Stack, [identity]: ManagedAgentIdentity[]): void => {
    sqs.Queue.fromQueueArn(stack, 'Queue', `arn:aws:sqs:${stack.region}:${stack.account}:invoices`).grantSendMessages(identity.accessIn(TEST));
  };
  return agentApp({ stackName: `Stack-${agentName}`, agentName, also });
}

async function open(agentName: string): Promise<void> {
  await aws.deploy(bot(agentName));
  await pause(INTERVAL_SECONDS * 1_000 + 1_100);
  await sweepOf(aws);
}

/** The details of an agent's events with a name. */
async function details(agentName: string, name: string): Promise<Record<string, unknown>[]> {
  const events = await aws.registry.ledger.events({ account: aws.env.account, agentName });
  return events.filter(({ type }) => eventNameOf(type) === name).map(({ data }) => (data.unmapped as { details: Record<string, unknown> }).details);
}

test('a delegate decides for the sponsor, and nobody before being named or after the end; then the backup decides without seeing that, differs, and the stricter decision works', async () => {
  await open('second-bot');
  const [ada, li, eve] = await Promise.all([as(ADA), as(LI), as(EVE)]);
  const session = await aws.sessions.open('second-bot', 'test');
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('allowed');

  await expect(decide(eve, 'second-bot', BOTH)).rejects.toMatchObject({ code: 'ReviewerInvalid' });
  await decide(ada, 'second-bot', { verdict: 'delegate', to: EVE, until: new Date(Date.now() + 3_600_000).toISOString() });
  expect((await showReview(eve, 'second-bot', new Date())).mayDecideAs).toBe('delegate');
  await expect(decide(eve, 'second-bot', { verdict: 'delegate', to: 'sam@example.com', until: new Date(Date.now() + 60_000).toISOString() })).rejects.toMatchObject({ code: 'ReviewerInvalid' });
  await decide(eve, 'second-bot', BOTH);
  expect(await details('second-bot', 'review-decided')).toMatchObject([{ by: EVE, relation: 'delegate', namedBy: ADA }]);

  // The sponsor is the same voice.
  await decide(ada, 'second-bot', BOTH);
  expect(await eventsOf(aws.registry, 'second-bot')).not.toContain('certified');
  const shown = await showReview(li, 'second-bot', new Date());
  expect(shown).toMatchObject({ undecided: ['dynamodb', 'sqs'], open: { decisions: [] } });
  expect((await showReview(eve, 'second-bot', new Date())).open?.decisions).toHaveLength(1);

  await decide(li, 'second-bot', { verdict: 'reduce', actions: ['dynamodb'] });
  await decide(li, 'second-bot', { verdict: 'keep', items: ['sqs'] });
  expect(await details('second-bot', 'certified')).toMatchObject([{ kept: ['sqs'], reduced: ['dynamodb'], differed: ['dynamodb'] }]);
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('refused');

  await decide(li, 'second-bot', { verdict: 'end-delegation', to: EVE });
  await expect(decide(eve, 'second-bot', { verdict: 'restore', actions: ['dynamodb'] })).rejects.toMatchObject({ code: 'ReviewerInvalid' });
  await decide(ada, 'second-bot', { verdict: 'restore', actions: ['dynamodb'] });
  expect(await aws.sessions.read(await aws.sessions.open('second-bot', 'test'), TEST_TABLE)).toBe('allowed');
  expect((await verifyPlacement(aws.registry, 'second-bot', new Date())).chain.intact).toBe(true);
  await aws.destroy(bot('second-bot'));
});

test('one person\'s keep is not enough: without the second decision the agent is suspended at the deadline, and it works again when both have kept it', async () => {
  await open('silent-bot');
  await decide(await as(ADA), 'silent-bot', BOTH);
  expect(await details('silent-bot', 'review-due')).toMatchObject([{ step: 'opened' }, { step: 'second', secondReviewers: [LI] }]);
  const session = await aws.sessions.open('silent-bot', 'test');
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('allowed');

  await pause(DEADLINE_SECONDS * 1_000 + 1_100);
  await sweepOf(aws);
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('refused');
  await decide(await as(LI), 'silent-bot', BOTH);
  expect((await eventsOf(aws.registry, 'silent-bot')).slice(-3)).toEqual(['review-decided', 'certified', 'resumed']);
  expect(await aws.sessions.read(await aws.sessions.open('silent-bot', 'test'), TEST_TABLE)).toBe('allowed');
  await aws.destroy(bot('silent-bot'));
});
