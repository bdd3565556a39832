import { PLACEMENT } from './decision/requests';
import { ADA, DAY_MS, END, LI, ReviewWorld } from './review-world';
import { contradictionsOf } from '../../../runtime/evidence';
import { statusOf } from '../../../runtime/model/placement-state';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('./mailbox')>('./mailbox').responsesToMailbox());

const DONE = { answered: 'SUCCESS' };
const BOTH = ['dynamodb', 's3'];
const MAY = ['dynamodb:GetItem', 's3:GetObject'];
const PERIOD_DAYS = 60;
const CERTIFIED = { untilCertified: true };
const KEEP = { verdict: 'keep' as const, items: BOTH };

const inDays = ({ fake: { now } }: ReviewWorld, days: number): string => new Date(now.getTime() + days * DAY_MS).toISOString().replace('.000Z', 'Z');
const answerOf = async (request: Promise<{ output?: unknown } | undefined>): Promise<unknown> => (await request)?.output;

/** An agent that joined just now, and whose access a review has to carry on within 60 days. */
async function joined(changes: object = CERTIFIED): Promise<ReviewWorld> {
  const world = new ReviewWorld();
  await world.join(MAY, 'test', changes);
  return world;
}

/** The same when its review is open, 15 days before the end of the period. */
async function asked(): Promise<ReviewWorld> {
  const world = await joined();
  world.pass(46);
  await world.sweepAll();
  return world;
}

test('a review is opened with all the time to decide before the end, and a decision carries the agent on for a period from then on', async () => {
  const world = await joined();
  const end = inDays(world, PERIOD_DAYS);
  expect((await world.now()).certifiedUntil).toBe(end);
  expect(await world.details('joined')).toMatchObject([{ expires: END, certifiedUntil: end }]);
  world.pass(45);
  await world.sweepAll();
  expect((await world.now()).review?.open).toBeUndefined();

  world.pass(1.5);
  await world.sweepAll();
  expect((await world.now()).review?.open).toMatchObject({ deadline: end });
  expect(await world.details('review-due')).toMatchObject([{ step: 'opened', deadline: end, accessEndsAt: end }]);

  expect(await world.decide(ADA, KEEP)).toEqual(DONE);
  const next = inDays(world, PERIOD_DAYS);
  expect((await world.now()).certifiedUntil).toBe(next);
  expect(await world.details('certified')).toMatchObject([{ certifiedUntil: next }]);
  world.pass(20);
  await world.sweepAll();
  expect(world.canAct()).toEqual([world.stack.agent!.roleId]);
  await world.check();
});

test('its twin that nobody decides is denied everything at the end, though its template allows it longer, and is torn down after the grace period', async () => {
  const world = await asked();
  world.pass(13.9);
  await world.sweepAll();
  expect(world.canAct()).toHaveLength(1);

  world.pass(0.2);
  await world.sweepAll();
  expect(world.canAct()).toEqual([]);
  expect(statusOf(await world.now())).toBe('suspended');
  expect((await world.now()).declared.expiresAt).toBe(END);
  expect((await world.names()).slice(-2)).toEqual(['review-overdue', 'suspended']);

  world.pass(31);
  await world.sweepAll();
  expect((await world.now()).status).toBe('left');
  const { certifiedUntil } = await world.now();
  expect(await world.details('expired')).toMatchObject([{ cause: 'review', end: certifiedUntil }]);
  await world.stack.destroy();
  await world.check();
});

test.each<[string, (world: ReviewWorld) => Promise<void>]>([
  ['the same', (world) => world.deploy('test', MAY, CERTIFIED)],
  ['the same, twice', (world) => world.deploy('test', MAY, { ...CERTIFIED, doubled: true })],
  ['other access', (world) => world.deploy('test', ['dynamodb:GetItem'], CERTIFIED)],
  ['a later latest end', (world) => world.deploy('test', MAY, { ...CERTIFIED, end: inDays(world, 179) })],
  ['another stage', (world) => world.deploy('staging', MAY, CERTIFIED)],
  ['a move that fails', (world) => world.deploy('staging', MAY, { ...CERTIFIED, fails: true })],
  ['one that fails', (world) => world.deploy('test', ['dynamodb:GetItem'], { ...CERTIFIED, fails: true })],
])('no deployment carries it on: %s', async (_what, deploy) => {
  const world = await joined();
  const { certifiedUntil } = await world.now();
  world.pass(30);

  await deploy(world);

  expect(world.stack.status).toMatch(/^UPDATE_(ROLLBACK_)?COMPLETE$/);
  expect((await world.now()).certifiedUntil).toBe(certifiedUntil);
  world.pass(31);
  await world.sweepAll();
  expect(world.canAct()).toEqual([]);
});

test('a deployment after the end denies it at once, before a sweep does, and a move is refused', async () => {
  const world = await joined();
  world.pass(61);

  await world.deploy('staging', MAY, CERTIFIED);
  expect(world.stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  await world.deploy('test', ['dynamodb:GetItem'], CERTIFIED);

  expect(world.stack.status).toBe('UPDATE_COMPLETE');
  expect(world.canAct()).toEqual([]);
  expect(await world.details('suspended')).toMatchObject([{ reason: expect.stringContaining('Its certification ended at') }]);
  await world.sweepAll();
  expect((await world.now()).review?.open).toMatchObject({ missedAt: expect.any(String) });
  expect(await world.decide(ADA, { ...KEEP, items: ['dynamodb'] })).toEqual(DONE);
  expect(world.canAct()).toHaveLength(1);
  await world.deploy('staging', MAY, CERTIFIED);
  expect(world.stack.status).toBe('UPDATE_COMPLETE');
  await world.check();
});

test('an open review counts as missed when a deployment denies the agent, so its grace period ends', async () => {
  const world = await asked();
  world.pass(15);

  await world.deploy('test', MAY, CERTIFIED);

  expect(world.canAct()).toEqual([]);
  expect((await world.now()).review?.open?.missedAt).toBe(world.fake.now.toISOString());
  world.pass(31);
  await world.sweepAll();
  expect((await world.now()).status).toBe('left');
});

test('a decision after the end, within the grace period, lets it work again, for a period from then on', async () => {
  const world = await asked();
  world.pass(20);
  await world.sweepAll();
  expect(await answerOf(world.ask({ kind: 'resume', reason: 'It has to go on' }))).toMatchObject({ code: 'CertificationEnded' });

  expect(await world.decide(LI, KEEP)).toEqual(DONE);

  expect(world.canAct()).toHaveLength(1);
  expect((await world.now()).certifiedUntil).toBe(inDays(world, PERIOD_DAYS));
  await world.check();
});

test('a decision counts once, also if it is made again', async () => {
  const world = await asked();
  const { review } = await world.now();
  await world.decide(ADA, KEEP);
  const { certifiedUntil } = await world.now();
  world.pass(1);

  const again = { ...KEEP, reviewId: review!.open!.id, shown: review!.open!.shown.sha256 };
  expect(await world.decide(ADA, again)).toMatchObject({ code: 'ReviewClosed' });

  expect((await world.now()).certifiedUntil).toBe(certifiedUntil);
});

test('a part of the decisions carries nothing on', async () => {
  const world = await asked();
  await world.decide(ADA, { verdict: 'keep', items: ['s3'] });
  await world.decide(ADA, { verdict: 'request-change', items: ['dynamodb'] });
  world.pass(15);
  await world.sweepAll();
  expect(world.canAct()).toEqual([]);
});

describe('the latest end', () => {
  test('no decision carries it on beyond, and nobody is asked for a review that could not', async () => {
    const world = new ReviewWorld();
    await world.join(MAY, 'test', { ...CERTIFIED, end: inDays(world, 70) });
    const end = (await world.now()).declared.expiresAt;
    world.pass(50);
    await world.sweepAll();
    await world.decide(ADA, KEEP);
    expect((await world.now()).certifiedUntil).toBe(end);

    world.pass(19);
    await world.sweepAll();
    expect((await world.now()).review?.open).toBeUndefined();
    expect(await world.details('expiry-near')).toMatchObject([{ end, untilCertified: true, advice: expect.stringContaining('then decide its review') }, { end }]);
  });

  test('a later one in the code gives no access: a decision does', async () => {
    const world = new ReviewWorld();
    const first = inDays(world, 50);
    await world.join(MAY, 'test', { ...CERTIFIED, end: first });
    world.pass(49);
    await world.deploy('test', MAY, CERTIFIED);
    expect((await world.now()).certifiedUntil).toBe(first);

    await world.sweepAll();
    expect((await world.now()).review?.open).toMatchObject({ deadline: first });
    world.pass(2);
    await world.sweepAll();
    expect(world.canAct()).toEqual([]);
    expect(await world.decide(ADA, KEEP)).toEqual(DONE);
    expect(world.canAct()).toHaveLength(1);
  });

  test('after it, an operator\'s renewal and a deployment give no access either, before a decision', async () => {
    const world = new ReviewWorld();
    await world.join(MAY, 'test', { ...CERTIFIED, end: inDays(world, 50) });
    world.pass(51);
    await world.sweepAll();
    expect(await answerOf(world.renew(inDays(world, 100)))).toEqual(DONE);

    await world.deploy('test', MAY, { ...CERTIFIED, end: inDays(world, 100) });

    expect(world.stack.status).toBe('UPDATE_COMPLETE');
    expect(world.canAct()).toEqual([]);
    await world.sweepAll();
    expect(await world.decide(ADA, KEEP)).toEqual(DONE);
    expect(world.canAct()).toHaveLength(1);
    expect((await world.now()).certifiedUntil).toBe(inDays(world, PERIOD_DAYS));
    await world.check();
  });
});

describe('declared', () => {
  test('it can\'t be dropped: another kind of end is refused, and a roll-back goes through', async () => {
    const world = await joined();
    await world.deploy('test', MAY);
    expect(world.stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    await world.deploy('staging', MAY);
    expect(world.stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect((await world.now()).declared.untilCertified).toBe(true);

    await world.stack.destroy();
    await world.fake.resume();
    await world.join();
    expect((await world.now()).declared.untilCertified).toBeUndefined();
    expect((await world.now()).certifiedUntil).toBeUndefined();
    await world.check();
  });

  test.each(['test', 'staging'])('for an agent that had another end, the period begins with the deployment to %s', async (stage) => {
    const world = await joined({});
    world.pass(30);
    // A move waits until the old principal is denied everywhere.
    const certifiedUntil = inDays(world, PERIOD_DAYS);
    await world.deploy(stage, MAY, CERTIFIED);

    expect((await world.now()).certifiedUntil).toBe(certifiedUntil);
    expect(await world.details('expiry-changed')).toMatchObject([{ from: END, to: END, untilCertified: true, certifiedUntil }]);
    await world.check();
  });

  test.each(['test', 'staging'])('if that deployment to %s fails, the agent has its former end', async (stage) => {
    const world = await joined({});
    await world.deploy(stage, MAY, { ...CERTIFIED, fails: true });

    const { declared, certifiedUntil } = await world.now();
    expect([declared.untilCertified, certifiedUntil]).toEqual([undefined, undefined]);
    await world.check();
    world.pass(20);
    await world.deploy('test', MAY, CERTIFIED);
    expect((await world.now()).certifiedUntil).toBe(inDays(world, PERIOD_DAYS));
  });
});

describe('without reviews', () => {
  test('the registry lets nobody join whom it could not carry on; with another end it does', async () => {
    const world = new ReviewWorld();
    world.reviewWith(undefined);
    await world.join(MAY, 'test', CERTIFIED);
    expect(world.stack.last).toMatchObject({ Status: 'SUCCESS' });
    expect(await world.names()).toEqual([]);

    await world.join();
    await world.deploy('test', MAY, CERTIFIED);
    expect(world.stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await world.names()).toEqual(['joined']);
  });

  test('if the registry no longer reviews, access ends nevertheless, and an operator does not give it back', async () => {
    const world = await joined();
    world.reviewWith(undefined);
    world.pass(30);
    await world.deploy('test', ['dynamodb:GetItem'], CERTIFIED);
    expect(world.stack.status).toBe('UPDATE_COMPLETE');

    world.pass(31);
    await world.sweepAll();

    expect(world.canAct()).toEqual([]);
    expect(await answerOf(world.ask({ kind: 'resume', reason: 'It has to go on' }))).toMatchObject({ code: 'CertificationEnded', message: expect.stringContaining('needs an AccessCertification') });
    expect(await world.details('review-overdue')).toMatchObject([{ advice: expect.stringContaining('no AccessCertification') }]);
  });
});

test('an agent that is suspended for another reason is asked about, or nobody could resume it after its certification', async () => {
  const world = await joined();
  await world.ask({ kind: 'suspend', reason: 'Its key was seen in a public place' });
  world.pass(61);
  await world.sweepAll();
  expect(await answerOf(world.ask({ kind: 'resume', reason: 'It was a false alarm' }))).toMatchObject({ code: 'CertificationEnded' });
  expect(world.canAct()).toEqual([]);

  expect(await world.decide(ADA, KEEP)).toEqual(DONE);
  expect(world.canAct()).toEqual([]);
  expect(await answerOf(world.ask({ kind: 'resume', reason: 'It was a false alarm' }))).toEqual(DONE);
  expect(world.canAct()).toHaveLength(1);
});

test('reviews do not follow one another where the deadline is longer than the period', async () => {
  const world = new ReviewWorld({ intervalSeconds: 10 * 86_400 });
  await world.join(MAY, 'test', CERTIFIED);
  await world.sweepAll();
  world.pass(4.9);
  await world.sweepAll();
  expect(await world.details('review-due')).toEqual([]);
  world.pass(0.2);
  await world.sweepAll();
  expect(await world.decide(ADA, KEEP)).toEqual(DONE);
  await world.sweepAll();
  expect((await world.now()).review?.open).toBeUndefined();
  expect((await world.now()).certifiedUntil).toBe(inDays(world, 10));
});

test('what somebody changes in the ledger alone contradicts the events', async () => {
  const world = await joined();
  const state = await world.now();
  const events = await world.fake.engine.ledger.events(PLACEMENT);
  expect(contradictionsOf(state, events)).toEqual([]);
  expect(contradictionsOf({ ...state, certifiedUntil: END }, events)).toMatchObject([{ reason: expect.stringContaining('certified end') }]);
});
