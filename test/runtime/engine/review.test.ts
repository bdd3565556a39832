import { PLACEMENT } from './decision/requests';
import { isReduced } from './fake-iam';
import { ADA, EVE, LI, ReviewWorld } from './review-world';
import { contradictionsOf } from '../../../runtime/evidence';
import { statusOf } from '../../../runtime/model/placement-state';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('./mailbox')>('./mailbox').responsesToMailbox());

const DONE = { answered: 'SUCCESS' };
const BOTH = ['dynamodb', 's3'];
const MAY = ['dynamodb:GetItem', 's3:GetObject'];
const refused = (code: string, message = ''): object => ({ answered: 'FAILED', code, message: expect.stringContaining(message) });

async function opened(settings = {}, agenda = {}): Promise<ReviewWorld> {
  const world = new ReviewWorld(settings, agenda);
  await world.join();
  await world.open();
  return world;
}

const roleOf = (world: ReviewWorld) => world.fake.iam.byId(world.stack.agent!.roleId)!;

test('a review is opened at the interval, told, and kept by its sponsor; the next one is due an interval later', async () => {
  const world = await opened();
  const { review } = await world.now();
  const items = BOTH.map((service) => ({ service, hasFindings: false }));
  expect(review?.open).toMatchObject({ causes: ['interval'], shown: { items } });
  expect(await world.details('review-due')).toMatchObject([{ step: 'opened', services: BOTH, sponsor: ADA }]);

  expect(await world.decide(ADA, { verdict: 'keep', items: BOTH })).toEqual(DONE);

  const certified = { dynamodb: expect.any(String), s3: expect.any(String) };
  expect((await world.now()).review).toEqual({ certifiedAt: world.fake.now.toISOString(), certified });
  expect(await world.details('certified')).toMatchObject([{ kept: BOTH, reduced: [], by: [ADA] }]);
  expect(await world.details('review-decided')).toMatchObject([{
    verdict: 'keep', relation: 'sponsor', proof: 'aws-session', session: `AROA000000000900:${ADA}`, shown: review!.open!.shown.sha256, meaning: expect.stringContaining('I am accountable'), undecided: [],
  }]);
  await world.check();
  world.pass(59);
  await world.sweepAll();
  expect((await world.now()).review?.open).toBeUndefined();
  world.pass(2);
  await world.sweepAll();
  expect((await world.now()).review?.open).toBeDefined();
});

test('items are decided one by one, and only the last one certifies', async () => {
  const world = await opened();

  await world.decide(ADA, { verdict: 'keep', items: ['s3'] });
  expect(await world.names()).not.toContain('certified');
  await world.decide(LI, { verdict: 'keep', items: ['dynamodb'] });

  expect(await world.details('certified')).toMatchObject([{ by: [ADA, LI] }]);
});

describe('reduced', () => {
  test('what is not needed is denied at once, with its verified effect, and what is kept is not', async () => {
    const world = await opened();

    await world.decide(ADA, { verdict: 'reduce', actions: ['s3'] });
    await world.decide(ADA, { verdict: 'keep', items: ['dynamodb'] });

    expect([isReduced(roleOf(world), 's3:GetObject'), isReduced(roleOf(world), 'dynamodb:GetItem')]).toEqual([true, false]);
    expect(await world.details('reduced')).toMatchObject([{ denied: ['s3:*'], effect: { simulatedAsDenied: ['s3:GetObject'], verifiedAt: expect.any(String) } }]);
    expect(await world.details('certified')).toMatchObject([{ kept: ['dynamodb'], reduced: ['s3'] }]);
    await world.check();
  });

  test('a decision whose effect is not seen stays open, and is tried again', async () => {
    const world = await opened();
    world.fake.iam.seesDenials = false;

    expect(await world.decide(ADA, { verdict: 'reduce', actions: ['s3'] })).toMatchObject({ answered: 'FAILED', code: 'NotReduced' });
    expect(await world.names()).not.toContain('reduced');
    expect((await world.now()).reduction).toMatchObject({ denied: [{ action: 's3:*' }], effects: {} });

    world.fake.iam.seesDenials = true;
    world.pass(1);
    await world.sweepAll();
    expect((await world.now()).reduction?.effects).toMatchObject({ [world.stack.agent!.roleId]: { simulated: ['s3:GetObject'] } });
    expect((await world.now()).trouble).toBeUndefined();
  });

  test.each([
    ['the same stage', async (world: ReviewWorld) => world.deploy('test', [...MAY, 's3:PutObject'])],
    ['another stage', async (world: ReviewWorld) => world.deploy('staging', MAY)],
    ['a move that fails', async (world: ReviewWorld) => world.deploy('staging', MAY, { fails: true })],
    ['a leave and a new join', async (world: ReviewWorld) => {
      await world.stack.destroy();
      await world.fake.resume();
      await world.deploy('test', MAY);
    }],
  ])('a deployment does not lift it: %s', async (_what, deploy) => {
    const world = await opened();
    await world.decide(ADA, { verdict: 'reduce', actions: ['s3'] });

    await deploy(world);

    expect(world.stack.stuck).toBe(false);
    expect([isReduced(roleOf(world), 's3:GetObject'), isReduced(roleOf(world), 'dynamodb:GetItem')]).toEqual([true, false]);
    await world.check();
    await world.stack.destroy();
    await world.check();
    expect(world.stack.status).toBeUndefined();
  });

  test('a hand that lifts it is undone at once, by the next check for drift, and by the next deployment', async () => {
    const world = await opened({}, { driftCheckSeconds: 86_400 });
    await world.decide(ADA, { verdict: 'reduce', actions: ['s3'] });
    const lift = (): boolean => roleOf(world).inline.delete('nhi-reduction');

    lift();
    await world.ask({ kind: 'reassert' });
    expect(isReduced(roleOf(world), 's3:GetObject')).toBe(true);

    roleOf(world).inline.set('nhi-reduction', JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['*'], Resource: '*' }] }));
    for (const days of [2, 0.1]) {
      world.pass(days);
      await world.sweepAll();
    }
    expect(isReduced(roleOf(world), 's3:GetObject')).toBe(true);
    expect(await world.details('drift-found')).toMatchObject([{ changed: ['inline policy nhi-reduction'], appeared: [] }]);

    lift();
    await world.deploy('test', MAY);
    expect(isReduced(roleOf(world), 's3:GetObject')).toBe(true);
  });

  test('the reviewer who denied an action can\'t restore it; another person can', async () => {
    const world = await opened();
    await world.decide(ADA, { verdict: 'reduce', actions: ['s3', 'dynamodb:GetItem'] });

    expect(await world.decide(ADA, { verdict: 'restore', actions: ['s3'] })).toEqual(refused('SecondPersonNeeded'));
    expect(await world.decide(ADA, { verdict: 'keep', items: BOTH })).toEqual(DONE);
    expect(isReduced(roleOf(world), 's3:GetObject')).toBe(true);

    expect(await world.decide(LI, { verdict: 'restore', actions: ['s3'] })).toEqual(DONE);
    expect([isReduced(roleOf(world), 's3:GetObject'), isReduced(roleOf(world), 'dynamodb:GetItem')]).toEqual([false, true]);
    await world.decide(LI, { verdict: 'restore', actions: ['dynamodb:GetItem'] });
    expect(roleOf(world).inline.has('nhi-reduction')).toBe(false);
    expect((await world.now()).reduction).toBeUndefined();
    await world.check();
  });
});

describe('missed', () => {
  const reasons = async (world: ReviewWorld): Promise<unknown[]> => (await world.details('review-due')).map(({ step }) => step);

  test('the sponsor is reminded, then the backup, then the agent is suspended, then it leaves', async () => {
    const world = await opened();
    for (let day = 1; day <= 14; day++) {
      world.pass(1);
      await world.sweepAll();
    }
    expect(await reasons(world)).toEqual(['opened', 'escalated', 'reminder', 'reminder']);
    world.pass(1);
    await world.sweepAll();

    expect(statusOf(await world.now())).toBe('suspended');
    expect(world.canAct()).toEqual([]);
    expect(await world.details('review-overdue')).toMatchObject([{ sponsor: ADA, backup: LI }]);
    world.pass(28);
    await world.sweepAll();
    expect((await world.now()).status).toBe('active');
    world.pass(2);
    await world.sweepAll();
    expect(await world.now()).toMatchObject({ status: 'left', expired: { cause: 'review' } });
    expect((await world.names()).slice(-3)).toEqual(['expired', 'principal-retired', 'left']);
  });

  test('an operator does not resume it; a decision of its backup does', async () => {
    const world = await opened();
    world.pass(15);
    await world.sweepAll();
    await world.sweepAll();
    expect(statusOf(await world.now())).toBe('suspended');

    expect((await world.ask({ kind: 'resume', reason: 'It has to go on' }))?.output).toEqual(refused('ReviewMissed'));
    await world.decide(LI, { verdict: 'keep', items: ['s3'] });
    expect(world.canAct()).toEqual([]);
    expect(await world.decide(LI, { verdict: 'keep', items: ['dynamodb'] })).toEqual(DONE);

    expect(statusOf(await world.now())).toBe('active');
    expect(world.canAct()).toEqual([world.stack.agent!.roleId]);
    await world.check();
  });

  test('somebody who suspends it in earnest meanwhile is not overruled by a decision', async () => {
    const world = await opened();
    world.pass(15);
    await world.sweepAll();
    await world.ask({ kind: 'suspend', reason: 'Its key was seen in a public place' });
    world.pass(31);
    await world.sweepAll();
    expect(await world.now()).toMatchObject({ status: 'active', suspension: { reason: 'Its key was seen in a public place' } });

    expect(await world.decide(LI, { verdict: 'keep', items: BOTH })).toEqual(DONE);
    expect(world.canAct()).toEqual([]);
    await world.ask({ kind: 'resume', reason: 'The key was replaced' });
    expect(world.canAct()).toHaveLength(1);
  });
});

test('the agent leaves at once if a reviewer says so', async () => {
  const world = await opened();

  expect(await world.decide(ADA, { verdict: 'leave', reason: 'The project is over since May' })).toEqual(DONE);

  expect(await world.now()).toMatchObject({ status: 'left', expired: { cause: 'review' } });
  expect(await world.details('review-decided')).toMatchObject([{ verdict: 'leave', by: ADA }]);
  expect(world.certificates()).toHaveLength(1);
});

test('a leave that fails is tried again, and the decision is recorded when it is done', async () => {
  const world = await opened();
  world.fake.disturb((call) => {
    if (call === 'iam:UpdateAssumeRolePolicy') {
      throw Object.assign(new Error('denied'), { name: 'AccessDenied' });
    }
  });
  await world.decide(ADA, { verdict: 'leave' });
  world.fake.disturb(() => undefined);
  expect(await world.names()).not.toContain('review-decided');

  world.pass(2);
  await world.sweepAll();

  expect((await world.now()).status).toBe('left');
  expect(await world.details('review-decided')).toMatchObject([{ verdict: 'leave', by: ADA }]);
});

describe('who may decide', () => {
  test.each([
    ['somebody else', EVE, undefined],
    ['the agent itself, with a session of that name', ADA, 'own'],
  ])('not %s', async (_who, email, own) => {
    const world = await opened();
    const roleId = own === undefined ? undefined : world.stack.agent!.roleId;

    expect(await world.decide(email, { verdict: 'keep', items: BOTH }, roleId)).toEqual(refused('ReviewerInvalid'));
    expect(await world.decide(ADA.toUpperCase(), { verdict: 'keep', items: BOTH })).toEqual(DONE);
  });

  test('not a session that says it is another one', async () => {
    const world = await opened();
    expect(await world.decide(ADA, { verdict: 'keep', items: BOTH }, undefined, LI)).toEqual(refused('ReviewerInvalid'));
    expect(await world.ask({ kind: 'review', reviewId: '', shown: '', shownAt: '', verdict: 'leave', reason: 'The project is over' }).then((result) => result?.output)).toEqual(refused('ReviewerInvalid', 'the caller'));
  });

  test('a new sponsor who has accepted, and not before', async () => {
    const world = await opened();
    expect(await world.decide(EVE, { verdict: 'accept' })).toEqual(refused('ReviewerInvalid'));
    expect(await world.decide(ADA, { verdict: 'transfer', to: 'Eve@example.com' })).toEqual(DONE);

    expect(await world.decide(EVE, { verdict: 'keep', items: BOTH })).toEqual(refused('ReviewerInvalid', 'accept'));
    expect(await world.decide(EVE, { verdict: 'accept' })).toEqual(DONE);
    expect(await world.decide(EVE, { verdict: 'accept' })).toEqual(refused('ReviewerInvalid', 'was not offered'));
    expect(await world.decide(EVE, { verdict: 'keep', items: BOTH })).toEqual(DONE);
    expect(await world.details('review-decided')).toMatchObject([{ verdict: 'transfer', to: EVE }, { verdict: 'accept', offeredBy: ADA }, { verdict: 'keep', relation: 'new-sponsor' }]);
  });

  test('an offer that is declined changes nothing', async () => {
    const world = await opened();
    await world.decide(ADA, { verdict: 'transfer', to: EVE });

    expect(await world.decide(EVE, { verdict: 'decline' })).toEqual(DONE);
    expect(await world.decide(EVE, { verdict: 'keep', items: BOTH })).toEqual(refused('ReviewerInvalid'));
    expect((await world.now()).review?.open?.offer).toBeUndefined();
  });
});

describe('what was shown', () => {
  test('a decision about something else is refused', async () => {
    const world = await opened();

    expect(await world.decide(ADA, { verdict: 'keep', items: BOTH, shown: 'f'.repeat(64) })).toEqual(refused('ReviewChanged', 'look at it again'));
    expect(await world.decide(ADA, { verdict: 'keep', items: BOTH, shownAt: '2026-06-01T00:00:00Z' })).toEqual(refused('ReviewChanged'));
    expect(await world.decide(ADA, { verdict: 'keep', items: BOTH, reviewId: '2026-06-01T00:00:00Z' })).toEqual(refused('ReviewClosed'));
  });

  test('a deployment during a review is shown again, and only what it changed is decided again', async () => {
    const world = await opened();
    await world.decide(ADA, { verdict: 'keep', items: ['s3'] });
    await world.deploy('test', ['dynamodb:GetItem', 'dynamodb:PutItem', 's3:GetObject']);
    expect(await world.decide(ADA, { verdict: 'keep', items: ['dynamodb'] })).toEqual(refused('ReviewChanged', 'a deployment changed it'));

    world.pass(1);
    await world.sweepAll();
    expect(await world.decide(ADA, { verdict: 'keep', items: ['dynamodb'] })).toEqual(DONE);
    expect(await world.names()).toContain('certified');
  });

  test('a decision counts for the item that was decided: after a deployment has changed it, it is open again', async () => {
    const world = await opened();
    await world.decide(ADA, { verdict: 'keep', items: ['dynamodb'] });
    await world.deploy('test', ['dynamodb:*', 's3:GetObject']);
    world.pass(1);
    await world.sweepAll();

    await world.decide(ADA, { verdict: 'keep', items: ['s3'] });
    expect(await world.names()).not.toContain('certified');
  });

  test('access that was added by hand is a finding, and what IAM reports as unused is too', async () => {
    const world = new ReviewWorld();
    await world.join();
    roleOf(world).createdAt = new Date(0);
    world.grant([...MAY, 'kms:Decrypt']);
    world.fake.iam.services = [{ ServiceNamespace: 's3' }, { ServiceNamespace: 'dynamodb', LastAuthenticated: new Date('2026-07-30T00:00:00Z') }];
    await world.open();

    const [text] = world.fake.shown.values();
    expect(JSON.parse(text)).toMatchObject({
      items: [
        { service: 'dynamodb', findings: [], use: { verdict: 'used' } },
        { service: 'kms', findings: ['granted-not-declared'], notDeclared: ['kms:Decrypt'] },
        { service: 's3', findings: ['unused'] },
      ],
    });
    expect(await world.decide(ADA, { verdict: 'keep' })).toEqual(refused('ItemsInvalid'));
  });
});

test.each([
  ['a move', async (world: ReviewWorld) => world.deploy('staging', MAY), 'moved'],
  ['another sponsor', async (world: ReviewWorld) => world.deploy('test', MAY, { sponsor: EVE }), 'sponsor-changed'],
])('%s brings the next review forward', async (_what, change, cause) => {
  const world = new ReviewWorld();
  await world.join();
  world.pass(1);
  await change(world);
  await world.fake.resume();
  await world.sweepAll();

  expect((await world.now()).review?.open).toMatchObject({ causes: [cause] });
});

test('where a stage demands two reviewers, one is not enough, and not twice the same', async () => {
  const world = await opened();
  await world.setProfile({ twoReviewers: true });

  await world.decide(ADA, { verdict: 'keep', items: BOTH });
  await world.decide(ADA, { verdict: 'keep', items: BOTH });
  expect(await world.names()).not.toContain('certified');
  await world.decide(LI, { verdict: 'keep', items: BOTH });
  expect(await world.names()).toContain('certified');
});

test('all at once is kept only where nothing has changed since and nothing is found', async () => {
  const world = await opened();
  expect(await world.decide(ADA, { verdict: 'keep' })).toEqual(refused('ItemsInvalid', 'dynamodb, s3'));
  await world.decide(ADA, { verdict: 'keep', items: BOTH });
  await world.open();

  expect(await world.decide(ADA, { verdict: 'keep' })).toEqual(DONE);
});

test('a requested change leaves the review open, and its deadline where it is', async () => {
  const world = await opened();
  const { deadline } = (await world.now()).review!.open!;
  await world.decide(ADA, { verdict: 'request-change', items: ['s3'] });
  await world.decide(ADA, { verdict: 'keep', items: ['dynamodb'] });

  expect((await world.now()).review?.open).toMatchObject({ deadline });
  world.pass(15);
  await world.sweepAll();
  expect(statusOf(await world.now())).toBe('suspended');
});

test('what somebody changes in the ledger alone contradicts the events', async () => {
  const world = await opened();
  await world.decide(ADA, { verdict: 'reduce', actions: ['s3'] });
  const [state, events] = [await world.now(), await world.fake.engine.ledger.events(PLACEMENT)];
  const reasons = (changes: object): string => contradictionsOf({ ...state, ...changes }, events).map(({ reason }) => reason).join();

  expect(reasons({})).toBe('');
  expect(reasons({ review: {} })).toContain('open review');
  expect(reasons({ review: { ...state.review, open: { ...state.review!.open, deadline: '2030-01-01T00:00:00Z' } } })).toContain('open review');
  expect(reasons({ review: { ...state.review, certifiedAt: '2030-01-01T00:00:00Z' } })).toContain('certification');
  expect(reasons({ reduction: undefined })).toContain('this event says that reviews deny the agent "s3:*"');
});

test('a registry without reviews opens none and decides none', async () => {
  const world = new ReviewWorld();
  await world.join();
  Object.assign(world.fake.engine.config, { agenda: { ...world.fake.engine.config.agenda, review: undefined } });
  world.pass(100);
  await world.sweep();

  expect((await world.now()).review?.open).toBeUndefined();
  expect(await world.decide(ADA, { verdict: 'keep', items: BOTH })).toEqual(refused('AgentUnknown', 'no AccessCertification'));
});
