import { setTimeout as pause } from 'node:timers/promises';
import { agentApp, Build, instant, TEST_TABLE } from './harness/apps';
import { eventsOf } from './harness/ledger-items';
import { LocalAws } from './harness/local-aws';
import { asPerson, roleOfPeople } from './harness/people';
import { reviewedPlatform } from './harness/reviews';
import { sweep } from './harness/sweep';
import { PlacementState, statusOf } from '../../runtime/model/placement-state';
import { proposeDecision, showPlacement, showReview, verifyPlacement } from '../../runtime/operator';
import { Expiry } from 'cdk-nhi-lifecycle';

const DAY_MS = 86_400_000;
/** From the end of one agent until that of the other, whose decision comes later, there is time for some sweeps on a slow machine. */
const [PERIOD_SECONDS, DEADLINE_SECONDS] = [80, 40];
const MOST_SWEEPS = 4;

let aws: LocalAws;

beforeAll(async () => {
  aws = await LocalAws.start();
  await aws.deploy(reviewedPlatform({ interval: PERIOD_SECONDS, deadline: DEADLINE_SECONDS }));
  await roleOfPeople(aws, 'reviewer', 'may-review');
});

afterAll(() => aws.stop());

const stateOf = async (agentName: string): Promise<PlacementState> => (await showPlacement(aws.registry, agentName))!;
const endOf = async (agentName: string): Promise<number> => Date.parse((await stateOf(agentName)).certifiedUntil!);
const until = (instantMs: number): Promise<void> => pause(Math.max(0, instantMs - Date.now()));

/** Its sponsor decides. */
async function keep(agentName: string): Promise<string> {
  const wanted = { verdict: 'keep' as const, items: ['dynamodb'], reason: 'It is needed for the monthly closing' };
  const { make } = await proposeDecision(await asPerson(aws, 'ada.park@example.com', 'reviewer'), agentName, wanted, undefined, { now: new Date(), tell: () => undefined, lookEveryMs: 20 });
  return statusOf(await make());
}

/** Two agents of one stack, with the same end in their template. */
function twins(latest: Expiry, purpose?: string): Build {
  return agentApp({ stackName: 'Twins', agentNames: ['carried-bot', 'ended-bot'], expires: Expiry.untilCertified({ latest }), ...purpose === undefined ? {} : { purpose } });
}

test('an agent that its sponsor keeps works on; its twin without a decision is refused a call after its end, and deployments carry neither on', async () => {
  const latest = Expiry.at(instant(90 * DAY_MS));
  await aws.deploy(twins(latest));
  const [carried, ended] = [await aws.sessions.open('carried-bot', 'test'), await aws.sessions.open('ended-bot', 'test')];
  const end = await endOf('ended-bot');
  expect(await Promise.all([carried, ended].map((session) => aws.sessions.read(session, TEST_TABLE)))).toEqual(['allowed', 'allowed']);

  await until(Math.max(end, await endOf('carried-bot')) - DEADLINE_SECONDS * 1_000);
  await sweep(aws);
  expect(Date.parse((await showReview(aws.registry, 'ended-bot', new Date())).open!.deadline)).toBe(end);
  expect(await keep('carried-bot')).toBe('active');
  const carriedUntil = await endOf('carried-bot');
  expect(carriedUntil).toBeGreaterThan(end);

  await until(end);
  for (let times = 0; statusOf(await stateOf('ended-bot')) === 'active' && times < MOST_SWEEPS; times++) {
    // A sweep does one thing for an agent: first it notifies the backup.
    await sweep(aws);
  }
  expect(await aws.sessions.read(ended, TEST_TABLE)).toBe('refused');
  expect(await aws.sessions.read(carried, TEST_TABLE)).toBe('allowed');
  expect((await stateOf('ended-bot')).declared.expiresAt).toBe(latest.iso);
  expect((await eventsOf(aws.registry, 'ended-bot')).slice(-2)).toEqual(['review-overdue', 'suspended']);

  await aws.deploy(twins(Expiry.at(instant(100 * DAY_MS)), 'Matches invoices, with care'));
  expect(await aws.sessions.read(ended, TEST_TABLE)).toBe('refused');
  expect([await endOf('ended-bot'), await endOf('carried-bot')]).toEqual([end, carriedUntil]);
  await expect(aws.deploy(agentApp({ stackName: 'Twins', agentNames: ['carried-bot', 'ended-bot'], expires: latest }))).rejects.toThrow(/CertificationDropped/);
  expect((await stateOf('carried-bot')).declared.untilCertified).toBe(true);
  expect((await verifyPlacement(aws.registry, 'ended-bot', new Date())).chain.intact).toBe(true);
  await aws.destroy(twins(latest));
});
