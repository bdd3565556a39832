import { PLACEMENT } from './decision/requests';
import { ADA, DAY_MS, EVE, LI, ReviewWorld } from './review-world';
import { isDrawn } from '../../../runtime/certification';
import { contradictionsOf } from '../../../runtime/evidence';
import { statusOf } from '../../../runtime/model/placement-state';
import { ReviewSettings } from '../../../runtime/model/review';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('./mailbox')>('./mailbox').responsesToMailbox());

const DONE = { answered: 'SUCCESS' };
const BOTH = ['dynamodb', 's3'];
const [SAM, KIM] = ['sam@example.com', 'kim@example.com'];
const refused = (code: string, message = ''): object => ({ answered: 'FAILED', code, message: expect.stringContaining(message) });

async function joined(settings: Partial<ReviewSettings> = {}): Promise<ReviewWorld> {
  const world = new ReviewWorld(settings);
  await world.join();
  return world;
}

async function opened(settings: Partial<ReviewSettings> = {}): Promise<ReviewWorld> {
  const world = await joined(settings);
  await world.open();
  return world;
}

const keep = { verdict: 'keep' as const, items: BOTH };
const until = (world: ReviewWorld, days: number): string => new Date(world.fake.now.getTime() + days * DAY_MS).toISOString();
const name = (world: ReviewWorld, by = ADA, to = EVE, days = 30) => world.decide(by, { verdict: 'delegate', to, until: until(world, days) });

describe('a delegate', () => {
  test('whom the sponsor named decides until the end, and the record says as what and by whom named', async () => {
    const world = await opened();
    expect(await world.decide(EVE, keep)).toEqual(refused('ReviewerInvalid'));

    expect(await name(world)).toEqual(DONE);
    expect(await world.decide(EVE, keep)).toEqual(DONE);

    expect(await world.details('reviews-delegated')).toMatchObject([{ to: EVE, by: ADA, relation: 'sponsor', proof: 'aws-session', until: until(world, 30), reason: expect.any(String), delegates: [EVE] }]);
    expect(await world.details('review-decided')).toMatchObject([{ by: EVE, relation: 'delegate', namedBy: ADA, decidedAt: world.fake.now.toISOString(), openedAt: world.fake.now.toISOString() }]);
    expect(await world.details('certified')).toHaveLength(1);
    await world.check();
  });

  test('is asked with the sponsor, and about an overdue review too', async () => {
    const world = await joined();
    await name(world, ADA, EVE, 90);
    await world.open();
    world.pass(15);
    await world.sweepAll();
    expect(await world.details('review-due')).toMatchObject([{ step: 'opened', delegates: [EVE] }, {}]);
    expect(await world.details('review-overdue')).toMatchObject([{ delegates: [EVE] }]);
    expect(await world.decide(EVE, keep)).toEqual(DONE);
    expect(statusOf(await world.now())).toBe('active');
  });

  test('past the end decides nothing; a moment before, everything', async () => {
    const world = await opened();
    await name(world, ADA, EVE, 1);
    world.fake.now = new Date(world.fake.now.getTime() + DAY_MS - 1);
    expect(await world.decide(EVE, { verdict: 'keep', items: ['s3'] })).toEqual(DONE);
    world.fake.now = new Date(world.fake.now.getTime() + 1);
    expect(await world.decide(EVE, { verdict: 'keep', items: ['dynamodb'] })).toEqual(refused('ReviewerInvalid'));
    // What was decided in time counts.
    expect(await world.decide(ADA, { verdict: 'keep', items: ['dynamodb'] })).toEqual(DONE);
    expect(await world.details('certified')).toHaveLength(1);
  });

  test.each([
    ['the sponsor', ADA],
    ['the backup', LI],
  ])('%s can end it before', async (_who, person) => {
    const world = await opened();
    await name(world);
    expect(await world.decide(person, { verdict: 'end-delegation', to: EVE })).toEqual(DONE);
    expect(await world.decide(EVE, keep)).toEqual(refused('ReviewerInvalid'));
    expect((await world.details('reviews-delegated')).at(-1)).toMatchObject({ to: EVE, by: person });
    await world.check();
  });

  test('can decide nothing after the person who named it is no longer sponsor or backup, even if that person becomes sponsor again', async () => {
    const world = await opened();
    await name(world);
    const sponsor = (email: string): object => ({ sponsor: email });
    await world.deploy('test', ['dynamodb:GetItem', 's3:GetObject'], sponsor(KIM));
    const { declared } = await world.now();
    expect(declared.sponsor.accountableEmail).toBe(KIM);
    expect((await world.now()).delegations).toBeUndefined();
    await world.sweepAll();
    expect(await world.decide(EVE, keep)).toEqual(refused('ReviewerInvalid'));
    await world.deploy('test', ['dynamodb:GetItem', 's3:GetObject'], sponsor(ADA));
    await world.sweepAll();
    expect(await world.decide(EVE, keep)).toEqual(refused('ReviewerInvalid'));
    expect(await world.decide(ADA, keep)).toEqual(DONE);
  });

  test('passes nothing on: no other delegate, and not the accountability', async () => {
    const world = await opened();
    await name(world);
    expect(await name(world, EVE, SAM)).toEqual(refused('ReviewerInvalid', 'as its delegate'));
    expect(await world.decide(EVE, { verdict: 'transfer', to: SAM })).toEqual(refused('ReviewerInvalid', 'as its delegate'));
    expect(await world.decide(EVE, { verdict: 'end-delegation', to: EVE })).toEqual(refused('ReviewerInvalid', 'as its delegate'));
    expect(await world.decide(ADA, { verdict: 'transfer', to: SAM })).toEqual(DONE);
  });

  test('is one voice with the person who named it: neither a second keep, nor a way to give back what that person denied', async () => {
    const world = await opened();
    await world.setProfile({ twoReviewers: true });
    await name(world);
    await world.decide(ADA, keep);
    await world.decide(EVE, keep);
    expect(await world.details('certified')).toEqual([]);
    await world.decide(ADA, { verdict: 'reduce', actions: ['s3'] });
    expect(await world.decide(EVE, { verdict: 'restore', actions: ['s3'] })).toEqual(refused('SecondPersonNeeded'));
    expect(await world.decide(LI, { verdict: 'restore', actions: ['s3'] })).toEqual(DONE);
    await world.decide(EVE, { verdict: 'reduce', actions: ['s3'] });
    expect(await world.decide(ADA, { verdict: 'restore', actions: ['s3'] })).toEqual(refused('SecondPersonNeeded'));
    expect(await world.decide(LI, keep)).toEqual(DONE);
    expect(await world.details('certified')).toMatchObject([{ kept: ['dynamodb'], reduced: ['s3'] }]);
  });

  test.each([
    ['no address', { to: 'eve' }, 'not a mail address'],
    ['the backup', { to: LI }, 'may decide already'],
    ['oneself', { to: ADA }, 'may decide already'],
    ['no end', { until: undefined }, 'the end that is missing'],
    ['an end that is past', { until: '2020-01-01T00:00:00Z' }, 'use a future instant'],
    ['an end in 91 days', { days: 91 }, '90 days ahead at most'],
    ['an end that is no instant', { until: 'soon' }, 'use a future instant'],
  ])('with %s is not named', async (_what, { days, ...changes }: { readonly days?: number; readonly to?: string; readonly until?: string }, message) => {
    const world = await opened();
    const wanted = { verdict: 'delegate' as const, to: EVE, until: until(world, days ?? 90), ...changes };
    expect(await world.decide(ADA, wanted)).toEqual(refused('DelegationInvalid', message));
    expect((await world.now()).delegations).toBeUndefined();
    expect(await name(world, ADA, EVE, 90)).toEqual(DONE);
  });

  test('decides for one person only, and there are 10 at most', async () => {
    const world = await opened();
    await name(world);
    expect(await name(world, LI, EVE)).toEqual(refused('DelegationInvalid', `the delegate of ${ADA}`));
    expect(await name(world, ADA, EVE, 60)).toEqual(DONE);
    for (let others = 1; others < 10; others++) {
      expect(await name(world, LI, `person${others}@example.com`)).toEqual(DONE);
    }
    expect(await name(world, LI, SAM)).toEqual(refused('DelegationInvalid', '10 are possible'));
    expect(await world.decide(ADA, { verdict: 'end-delegation', to: SAM })).toEqual(refused('DelegationInvalid', 'no delegate of it'));
  });

  test('is nobody whom no event names: a row that was written by hand contradicts the chain', async () => {
    const world = await opened();
    await name(world);
    const [state, events] = [await world.now(), await world.fake.engine.ledger.events(PLACEMENT)];
    const forged = { ...state, delegations: [...state.delegations!, { to: SAM, by: ADA, since: state.joinedAt, until: until(world, 80) }] };
    expect(contradictionsOf(state, events)).toEqual([]);
    expect(contradictionsOf(forged, events)).toEqual([expect.objectContaining({ reason: expect.stringContaining(SAM) })]);
    expect(contradictionsOf({ ...state, delegations: [{ ...state.delegations![0], until: until(world, 80) }] }, events)).toHaveLength(1);
  });

  test('can be named while no review is open, and a principal of the agent names and decides nothing', async () => {
    const world = await joined();
    expect(await name(world, ADA, EVE, 90)).toEqual(DONE);
    expect(await world.details('reviews-delegated')).toMatchObject([{ review: '' }]);
    await world.open();
    const own = world.stack.agent!.roleId;
    expect(await world.decide(EVE, keep, own)).toEqual(refused('ReviewerInvalid'));
    expect(await world.decide(ADA, { verdict: 'delegate', to: SAM, until: until(world, 1) }, own)).toEqual(refused('ReviewerInvalid'));
    expect(await world.decide(EVE, keep)).toEqual(DONE);
  });
});

describe('a second review', () => {
  const ALL = { secondReview: { share: 1 } };

  test('is asked of the other person after the first one kept everything, and certifies only when both have', async () => {
    const world = await opened(ALL);
    expect(await world.decide(ADA, keep)).toEqual(DONE);

    expect(await world.details('certified')).toEqual([]);
    expect((await world.details('review-due')).at(-1)).toMatchObject({ step: 'second', secondReviewers: [LI] });
    expect(await world.decide(ADA, keep)).toEqual(DONE);
    expect(await world.details('certified')).toEqual([]);
    expect(await world.decide(LI, keep)).toEqual(DONE);
    const [certified] = await world.details('certified');
    expect(certified).toMatchObject({ kept: BOTH, by: [ADA, LI], drawnForSecondReviewAt: expect.any(String) });
    expect(certified).not.toHaveProperty('differed');
    await world.check();
  });

  test('that differs: the stricter decision holds, and the event says that they differed', async () => {
    const world = await opened(ALL);
    await world.decide(ADA, keep);
    await world.decide(LI, { verdict: 'reduce', actions: ['s3'] });
    expect(await world.details('certified')).toEqual([]);
    await world.decide(LI, { verdict: 'keep', items: ['dynamodb'] });
    expect(await world.details('certified')).toMatchObject([{ kept: ['dynamodb'], reduced: ['s3'], differed: ['s3'] }]);
    expect((await world.now()).reduction?.denied).toMatchObject([{ action: 's3:*', by: LI }]);
  });

  test('says also that an action of what the other one kept was denied', async () => {
    const world = await opened(ALL);
    await world.decide(ADA, keep);
    await world.decide(LI, { verdict: 'reduce', actions: ['s3:GetObject'] });
    await world.decide(LI, keep);
    expect(await world.details('certified')).toMatchObject([{ kept: BOTH, differed: ['s3'] }]);
  });

  test('that nobody decides until the deadline keeps nothing, and the second person can still decide then', async () => {
    const world = await opened(ALL);
    await world.decide(ADA, keep);
    world.pass(15);
    await world.sweepAll();
    expect(world.canAct()).toEqual([]);
    expect(await world.details('review-overdue')).toMatchObject([{ secondReviewers: [LI] }]);
    await world.decide(ADA, keep);
    expect(world.canAct()).toEqual([]);
    expect(await world.decide(LI, keep)).toEqual(DONE);
    expect(statusOf(await world.now())).toBe('active');
  });

  test('of a review that was missed lifts nothing before both have kept it, and wins nobody time', async () => {
    const world = await opened(ALL);
    const { deadline } = (await world.now()).review!.open!;
    world.pass(15);
    await world.sweepAll();
    await world.decide(ADA, keep);
    expect((await world.now()).review!.open!.deadline).toBe(deadline);
    expect(world.canAct()).toEqual([]);
    await world.decide(LI, keep);
    expect(world.canAct()).not.toEqual([]);
  });

  test('leaves half of the time at least, once', async () => {
    const world = await opened(ALL);
    world.pass(13);
    await world.decide(ADA, keep);
    const { deadline } = (await world.now()).review!.open!;
    expect(Date.parse(deadline)).toBe(Math.ceil(world.fake.now.getTime() / 1000) * 1000 + 7 * DAY_MS);
    world.pass(2);
    await world.sweepAll();
    expect(world.canAct()).not.toEqual([]);
    await world.decide(ADA, keep);
    expect((await world.now()).review!.open!.deadline).toBe(deadline);
    world.pass(3);
    await world.sweepAll();
    expect((await world.details('review-due')).at(-1)).toMatchObject({ step: 'reminder', secondReviewers: [LI] });
  });

  test('is of the named person, and of nobody else; that person decides nothing in a review that was not drawn', async () => {
    const world = await opened({ secondReview: { share: 1, reviewer: SAM } });
    expect(await world.decide(SAM, keep)).toEqual(refused('ReviewerInvalid'));
    await world.decide(ADA, keep);
    expect((await world.details('review-due')).at(-1)).toMatchObject({ secondReviewers: [SAM] });
    await world.decide(LI, keep);
    expect(await world.details('certified')).toEqual([]);
    expect(await world.decide(SAM, { verdict: 'leave' })).toEqual(refused('ReviewerInvalid', 'as its second-reviewer'));
    expect(await world.decide(SAM, keep)).toEqual(DONE);
    expect((await world.details('review-decided')).at(-1)).toMatchObject({ by: SAM, relation: 'second-reviewer' });
    expect(await world.details('certified')).toHaveLength(1);
  });

  test('is of somebody else if the named person decided first', async () => {
    const world = await opened({ secondReview: { share: 1, reviewer: ADA } });
    await world.decide(ADA, keep);
    expect((await world.details('review-due')).at(-1)).toMatchObject({ secondReviewers: [LI] });
    expect(await world.decide(LI, keep)).toEqual(DONE);
    expect(await world.details('certified')).toHaveLength(1);
  });

  test('is not the first person\'s delegate', async () => {
    const world = await opened(ALL);
    await name(world);
    await name(world, LI, SAM);
    await world.decide(ADA, keep);
    expect((await world.details('review-due')).at(-1)).toMatchObject({ secondReviewers: [LI, SAM] });
    await world.decide(EVE, keep);
    expect(await world.details('certified')).toEqual([]);
    await world.decide(SAM, keep);
    expect(await world.details('certified')).toHaveLength(1);
  });

  test('is drawn for the share, from what nobody knows before, and as anybody can draw again from the chain', async () => {
    const drawn = { yes: 0, no: 0 };
    for (let minute = 0; minute < 12; minute++) {
      const world = await opened({ secondReview: { share: 0.5 } });
      world.fake.now = new Date(world.fake.now.getTime() + minute * 60_000);
      await world.decide(ADA, keep);
      const events = await world.fake.engine.ledger.events(PLACEMENT);
      const at = events.findIndex(({ type }) => type.split('.')[2] === 'review-decided');
      const { review, decidedAt } = (await world.details('review-decided'))[0] as Record<string, string>;
      const isSecond = (await world.details('certified')).length === 0;
      expect(isSecond).toBe(isDrawn(0.5, events[at].previoushash, review, decidedAt));
      drawn[isSecond ? 'yes' : 'no']++;
    }
    expect(Math.min(drawn.yes, drawn.no)).toBeGreaterThan(0);
    const many = Array.from({ length: 4_000 }, (_, index) => isDrawn(0.1, 'ab'.repeat(32), '2026-09-01T00:00:00Z', new Date(index).toISOString())).filter((one) => one).length;
    expect(many).toBeGreaterThan(300);
    expect(many).toBeLessThan(500);
  });

  test('is not needed where nothing is kept, where the stage demands two people, and where the registry draws none', async () => {
    const nothing = await opened(ALL);
    await nothing.decide(ADA, { verdict: 'reduce', actions: BOTH });
    expect(await nothing.details('certified')).toMatchObject([{ kept: [], reduced: BOTH }]);
    const two = await opened(ALL);
    await two.setProfile({ twoReviewers: true });
    await two.decide(ADA, keep);
    await two.decide(LI, keep);
    expect(await two.details('certified')).toHaveLength(1);
    const none = await opened();
    await none.decide(ADA, keep);
    expect(await none.details('certified')).toHaveLength(1);
  });
});

describe('rubber-stamping', () => {
  const STRICT = { intervalSeconds: 20 * 86_400, rubberStamp: { reviews: 2, medianSeconds: 60, keepRate: 1, notify: SAM } };
  /** A review that was shown so long before it is decided. Something was granted by hand, so that it has findings. */
  async function review(world: ReviewWorld, seconds: number, verdict: 'keep' | 'reduce' = 'keep'): Promise<void> {
    world.grant(['dynamodb:GetItem', 's3:GetObject', 's3:PutObject']);
    world.pass(21);
    await world.sweepAll();
    const shownAt = world.fake.now.toISOString();
    world.fake.now = new Date(world.fake.now.getTime() + seconds * 1000);
    if (verdict === 'reduce') {
      await world.decide(ADA, { verdict, actions: ['s3'], shownAt });
    }
    await world.decide(ADA, { verdict: 'keep', items: verdict === 'keep' ? BOTH : ['dynamodb'], shownAt });
  }
  const suspected = (world: ReviewWorld) => world.details('rubber-stamp-suspected');
  const counted = (world: ReviewWorld): number => world.fake.metrics.filter((metric) => metric === 'RubberStampSuspected').length;

  test('by decisions that come too fast is reported once, with figures, to the chain and as a metric', async () => {
    const world = await joined({ ...STRICT, rubberStamp: { ...STRICT.rubberStamp, reviews: 3 } });
    await review(world, 5);
    await review(world, 5);
    expect(await suspected(world)).toEqual([]);
    await review(world, 3_600);
    expect(await suspected(world)).toMatchObject([{ by: ADA, reviews: 3, medianSeconds: 5, why: ['fast', 'keeps-findings'], keptOfFindingsPercent: 100, notify: SAM }]);
    await review(world, 5);
    expect(await suspected(world)).toHaveLength(1);
    expect(counted(world)).toBe(1);
    await world.check();
  });

  test('is not suspected of somebody who takes time and denies what was found', async () => {
    const world = await joined(STRICT);
    await review(world, 600, 'reduce');
    await review(world, 600);
    await review(world, 600, 'reduce');
    expect(await suspected(world)).toEqual([]);
    expect(counted(world)).toBe(0);
  });

  test('is not suspected of unchanged agents of low risk, which may be kept at a glance', async () => {
    const world = await joined(STRICT);
    for (let times = 0; times < 4; times++) {
      world.pass(21);
      await world.sweepAll();
      await world.decide(ADA, times === 0 ? keep : { verdict: 'keep' });
    }
    expect(await world.details('certified')).toHaveLength(4);
    expect(await suspected(world)).toEqual([]);
  });

  test('a repetition of the step that records a decision counts it once', async () => {
    const world = await joined(STRICT);
    await review(world, 5);
    world.grant(['dynamodb:GetItem', 's3:GetObject', 's3:PutObject']);
    world.pass(21);
    await world.sweepAll();
    let deaths = 0;
    world.fake.disturb((call, moment) => {
      // The process dies after the state was written, and before the response.
      if (call === 'events:PutEvents' && moment === 'before' && deaths++ === 0) {
        throw Object.assign(new Error('died'), { name: 'TimeoutError' });
      }
    });
    await world.decide(ADA, keep);
    world.fake.disturb(() => undefined);
    expect(deaths).toBeGreaterThan(1);
    expect(await suspected(world)).toHaveLength(1);
  });
});
