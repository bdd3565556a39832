import { ApprovalWorld } from './approval-world';
import { after, during, PLACEMENT, planOf, principal, refusalOf, request } from './decision/requests';
import { ADA, DAY_MS, EVE, LI } from './review-world';
import { decide } from '../../../runtime/engine/decision/decide';
import { contradictionsOf } from '../../../runtime/evidence';
import { Change, Join } from '../../../runtime/model/request';
import { DEFAULT_REVIEWS } from '../../../runtime/model/review';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('./mailbox')>('./mailbox').responsesToMailbox());

const DONE = { answered: 'SUCCESS' };
const refused = (code: string, message = ''): object => ({ answered: 'FAILED', code, message: expect.stringContaining(message) });
const WIDER = ['dynamodb:GetItem', 'dynamodb:DeleteItem'];

async function inTest(...options: ConstructorParameters<typeof ApprovalWorld>): Promise<ApprovalWorld> {
  const world = new ApprovalWorld(...options);
  expect(await world.to('test')).toBe('done');
  return world;
}

/** In test, and production was asked for by a deployment that was refused. */
async function asked(...options: ConstructorParameters<typeof ApprovalWorld>): Promise<ApprovalWorld> {
  const world = await inTest(...options);
  expect(await world.to('production')).toMatch(/^ApprovalMissing/);
  return world;
}

test('a move without an approval is refused before anything is granted, says who approves and how, and is asked for once', async () => {
  const world = await inTest();

  expect(await world.to('production')).toMatch(/^ApprovalMissing: agent invoice-bot can't get into production without an approval.*nhi approve invoice-bot.*nhi request-approval invoice-bot --stage production/);
  expect(await world.to('production')).toMatch(/^ApprovalMissing/);

  expect(world.stages()).toEqual(['test']);
  expect(await world.names()).toEqual(['joined', 'approval-requested']);
  expect(await world.details('approval-requested')).toMatchObject([{
    fromStage: 'test', persons: 1, askedBy: 'deployment', asksBackup: false, digest: (await world.now()).approval?.digest, widened: [], approvals: [],
  }]);
  await world.check();
});

test('a move with the approval of the sponsor is done, and uses it up', async () => {
  const world = await inTest();
  await world.to('production', WIDER);
  const { approval } = await world.now();

  expect(await world.approve(ADA)).toMatchObject(DONE);
  await world.check();
  expect(await world.to('production', WIDER)).toBe('done');

  expect(world.stages()).toEqual(['production']);
  expect((await world.now()).approval).toBeUndefined();
  expect(await world.names()).toEqual(['joined', 'approval-requested', 'approved', 'approval-used', 'moved', 'access-changed', 'principal-retired']);
  expect(await world.details('approval-requested')).toMatchObject([{ widened: ['in production: dynamodb:DeleteItem on <Invoices.Arn>'], narrowed: [] }]);
  expect(await world.details('approved')).toMatchObject([{ digest: approval?.digest, by: ADA, relation: 'sponsor', proof: 'aws-session', missing: 0, meaning: expect.stringContaining('accountable') }]);
  expect(await world.details('approval-used')).toEqual([{ digest: approval?.digest, by: [ADA] }]);
  await world.check();
  expect(await world.to('test', WIDER)).toBe('done');
  expect(await world.to('production', WIDER)).toMatch(/^ApprovalMissing/);
  expect(world.stages()).toEqual(['test']);
  await world.check();
});

test('another declaration than the approved one is refused, and ends that approval', async () => {
  const world = await asked();
  const approved = (await world.now()).approval?.digest;
  await world.approve(ADA);

  expect(await world.to('production', WIDER)).toMatch(new RegExp(`^ApprovalOutdated.*${approved}`));
  expect(world.stages()).toEqual(['test']);
  expect(await world.approve(ADA, { digest: approved })).toMatchObject(refused('ApprovalOutdated'));
  expect(await world.to('production')).toMatch(/^ApprovalMissing/);
  await world.check();
});

test.each([
  ['access', WIDER, {}], ['purpose', undefined, { purpose: 'Deletes invoices' }], ['end', undefined, { end: '2026-11-24T00:00:00Z' }], ['sponsor', undefined, { sponsor: EVE }], ['backup', undefined, { backup: EVE }],
])('the digest covers the %s', async (_what, may, changes) => {
  const world = await asked();
  await world.approve(ADA);

  expect(await world.to('production', may, changes)).toMatch(/^ApprovalOutdated/);
  expect(world.stages()).toEqual(['test']);
});

test('access of other stages is not what is granted, so it may change', async () => {
  const world = await asked();
  await world.approve(ADA);

  expect(await world.to('production', undefined, { may: WIDER })).toBe('done');
});

describe('who approves', () => {
  test('nobody but the sponsor and the backup, in a session that IAM vouches for', async () => {
    const world = await asked();

    expect(await world.approve(EVE)).toMatchObject(refused('ReviewerInvalid', 'ada@example.com or li@example.com'));
    expect(await world.approve(ADA, {}, (await world.now()).present)).toMatchObject(refused('ReviewerInvalid'));
    expect((await world.ask({ kind: 'approve', digest: (await world.now()).approval!.digest, verdict: 'approve', reason: 'It is needed for the closing' }))?.output).toMatchObject(refused('ReviewerInvalid'));
    expect((await world.now()).approval?.approvals).toEqual([]);
    expect(await world.approve(LI)).toMatchObject(DONE);
    expect(await world.to('production')).toBe('done');
  });

  test('a sponsor whom the move itself declares can\'t approve it', async () => {
    const world = await inTest();
    await world.to('production', undefined, { sponsor: EVE });

    expect(await world.approve(EVE)).toMatchObject(refused('ReviewerInvalid'));
    expect(await world.approve(ADA)).toMatchObject(DONE);
    expect(await world.to('production', undefined, { sponsor: EVE })).toBe('done');
  });

  test('who asked can\'t approve, before or after asking; the other one can', async () => {
    const world = await inTest();
    expect(await world.request(ADA)).toMatchObject(DONE);
    expect(await world.details('approval-requested')).toMatchObject([{ askedBy: ADA, asksBackup: true, reason: expect.any(String) }]);

    expect(await world.approve(ADA)).toMatchObject(refused('OwnApproval', 'li@example.com approves'));
    expect(await world.to('production')).toMatch(/^ApprovalMissing/);
    expect(await world.approve(LI)).toMatchObject(DONE);
    expect(await world.request(LI)).toMatchObject(DONE);
    expect(await world.to('production')).toMatch(/^ApprovalMissing/);
    expect(world.stages()).toEqual(['test']);
    expect(await world.names()).not.toContain('moved');
    await world.check();
  });

  test('what was asked for by a person before the deployment is what the deployment declares', async () => {
    const world = await inTest();
    await world.request(EVE);
    await world.approve(ADA);

    expect(await world.to('production')).toBe('done');
  });

  test('two people where the stage says so, and not one person twice', async () => {
    const world = await asked({ twoReviewers: true });
    await world.approve(ADA);
    await world.approve(ADA);

    expect(await world.to('production')).toMatch(/^ApprovalMissing.*the approvals of 2 people.*it has 1/);
    expect(await world.approve(LI)).toMatchObject(DONE);
    expect(await world.to('production')).toBe('done');
    expect(await world.details('approval-used')).toMatchObject([{ by: [ADA, LI] }]);
  });

  test('on the page a sign-in is needed: the link of a mail is not enough', async () => {
    const world = await asked();

    expect(await world.approveOnPage(ADA, 'mail-link')).toMatchObject(refused('SignInNeeded'));
    expect(await world.approveOnPage(EVE, 'sign-in')).toMatchObject(refused('ReviewerInvalid'));
    expect(await world.approveOnPage(ADA, 'sign-in')).toMatchObject(DONE);
    expect(await world.details('approved')).toMatchObject([{ proof: 'sign-in', subject: 'a' }]);
    expect(await world.to('production')).toBe('done');
  });

  test('an approval of somebody who is not accountable any more counts for nothing', async () => {
    const world = await asked();
    await world.approve(LI);
    expect(await world.to('test', undefined, { backup: EVE })).toBe('done');

    expect(await world.to('production')).toMatch(/^ApprovalMissing/);
    expect(world.stages()).toEqual(['test']);
  });
});

test('an approval ends, and is asked for again', async () => {
  const world = await asked({}, { approvalSeconds: 2 * DAY_MS / 1000 });
  await world.approve(ADA);
  world.pass(2);

  expect(await world.to('production')).toMatch(/^ApprovalExpired/);
  expect(await world.to('production')).toMatch(/^ApprovalMissing/);
  expect((await world.names()).filter((name) => name === 'approval-requested')).toHaveLength(2);
  await world.approve(ADA);
  world.pass(1);
  expect(await world.to('production')).toBe('done');
});

test('declined: the reason is in the refusal, no deployment asks again, and a person can', async () => {
  const world = await asked();

  expect(await world.approve(LI, { verdict: 'decline', reason: 'The tests failed twice' })).toMatchObject(DONE);
  expect(await world.to('production')).toMatch(/^ApprovalDeclined.*li@example.com declined.*The tests failed twice/);
  expect(await world.approve(ADA)).toMatchObject(refused('NothingToApprove'));
  await world.check();
  expect(await world.request(EVE)).toMatchObject(DONE);
  expect(await world.approve(ADA)).toMatchObject(DONE);
  expect(await world.to('production')).toBe('done');
});

describe('a join', () => {
  test('needs an approval too, by those whom it declares; until then the agent is unknown', async () => {
    const world = new ApprovalWorld();

    expect(await world.to('production')).toMatch(/^ApprovalMissing/);
    expect(await world.names()).toEqual(['approval-requested']);
    expect(world.stages()).toEqual([]);
    expect(await world.fake.engine.ledger.fleet.list()).toEqual([]);
    expect(await world.approve(EVE)).toMatchObject(refused('ReviewerInvalid'));
    expect(await world.approve(ADA)).toMatchObject(DONE);
    expect(await world.to('production')).toBe('done');

    expect(await world.names()).toEqual(['approval-requested', 'approved', 'approval-used', 'joined']);
    expect(await world.details('joined')).toMatchObject([{ again: false }]);
    await world.check();
    await world.stack.destroy();
    await world.check();
    expect(await world.to('production')).toMatch(/^ApprovalMissing/);
    await world.check();
  });

  test('that was never approved leaves nothing behind that another one would need to remove', async () => {
    const world = new ApprovalWorld();
    await world.to('production');

    expect(await world.to('test')).toBe('done');
    expect((await world.now()).approval).toBeUndefined();
    await world.check();
  });
});

test.each(['delete', 'update', 'both'] as const)('a move that fails later is taken back without an approval (%s), which is used up', async (undo) => {
  const world = await asked();
  await world.approve(ADA);

  await world.to('production', undefined, { fails: true, undo });
  expect(world.stages()).toEqual(['test']);
  await world.check();
  expect(await world.to('production')).toMatch(/^ApprovalMissing/);
  await world.approve(ADA);
  expect(await world.to('production', undefined, { doubled: true })).toBe('done');
  await world.check();
});

test('a quarantine that is not confirmed fails the move, and it is taken back', async () => {
  const world = await asked();
  await world.approve(ADA);
  world.fake.iam.seesDenials = false;

  expect(await world.to('production')).toMatch(/^NotDenied/);
  world.fake.iam.seesDenials = true;
  await world.stack.recover();
  expect((await world.now()).declared.stage).toBe('test');
  expect((await world.now()).approval).toBeUndefined();
  await world.check();
});

test('changes in place and moves out of the stage need none', async () => {
  const world = await asked();
  await world.approve(ADA);
  await world.to('production');

  expect(await world.to('production', WIDER, { purpose: 'Matches and pays invoices' })).toBe('done');
  expect(await world.to('test')).toBe('done');
});

test('another role in the stage in which the agent is needs none, and from another stage it does', () => {
  const profile = { ...request('Create', 'Q').intent as Join }.declared.profile;
  const declared = { profile: { ...profile, requiresApproval: true } };
  const to = request('Update', 'Q', { at: 'Q', declared });
  const replaced = (begins: string) => ({ ...to, intent: { ...to.intent as Change, begins, principal: { ...principal('Q'), roleId: 'NEW' } } });
  const [inProduction, before] = ['Q', 'P'].map((name) => after(undefined, decide(undefined, request('Create', name), during('CREATE_IN_PROGRESS'))));
  const context = during('UPDATE_IN_PROGRESS', { reviews: DEFAULT_REVIEWS });

  expect(planOf(decide(inProduction, replaced('Q'), context)).transition).toBe('move');
  expect(refusalOf(decide(before, replaced('P'), context)).code).toBe('ApprovalMissing');
});

test('a registry without reviews lets nobody in', async () => {
  const world = await inTest();
  Object.assign(world.fake.engine.config.agenda, { review: undefined });

  expect(await world.to('production')).toMatch(/^ApprovalMissing.*has no AccessCertification/);
  expect(world.stages()).toEqual(['test']);
  expect(await world.names()).toEqual(['joined']);
});

describe('requests that are refused', () => {
  test.each([
    ['its stage needs none', 'staging', 'ApprovalNotNeeded'], ['no such stage', 'moon', 'ApprovalNotNeeded'], ['a name of every object', 'constructor', 'ApprovalNotNeeded'],
  ])('%s', async (_why, stage, code) => {
    const world = await inTest();
    expect(await world.request(EVE, stage)).toMatchObject(refused(code));
    expect(await world.names()).toEqual(['joined']);
  });

  test('without a reason, without a session that is vouched for, and of an agent that is unknown', async () => {
    const world = await inTest();
    expect(await world.request(EVE, 'production', 'x')).toMatchObject(refused('ReasonInvalid'));
    expect((await world.ask({ kind: 'request-approval', stage: 'production', reason: 'It is needed for the closing' }))?.output).toMatchObject(refused('ReviewerInvalid'));
    expect(await new ApprovalWorld().request(EVE)).toMatchObject(refused('AgentUnknown'));
    expect(await world.approve(ADA)).toMatchObject(refused('NothingToApprove'));
  });
});

test('an approval that is in the state alone is found by nhi verify', async () => {
  const world = await asked();
  const state = await world.now();
  const events = await world.fake.engine.ledger.events(PLACEMENT);
  const forged = { ...state.approval!, approvals: [{ by: ADA, relation: 'sponsor' as const, at: '2026-06-01T00:00:00Z', until: '2099-01-01T00:00:00Z' }] };

  expect(contradictionsOf(state, events)).toEqual([]);
  expect(contradictionsOf({ ...state, approval: forged }, events)).toMatchObject([{ reason: expect.stringContaining('ada@exampl') }]);
  expect(contradictionsOf({ ...state, approval: undefined }, events)).toMatchObject([{ reason: expect.stringContaining('approval is "none"') }]);
});

test('a delegate decides reviews, and approves no move: that is for those who are accountable', async () => {
  const world = await asked();
  const until = new Date(world.fake.now.getTime() + 30 * DAY_MS).toISOString();
  expect(await world.decide(ADA, { verdict: 'delegate', to: EVE, until })).toMatchObject(DONE);

  expect(await world.approve(EVE)).toEqual(refused('ReviewerInvalid', 'may not approve a move'));
  expect(await world.approveOnPage(EVE, 'sign-in')).toEqual(refused('ReviewerInvalid', 'may not approve a move'));
  expect(await world.approve(ADA)).toMatchObject(DONE);
  expect(await world.to('production')).toBe('done');
});

test('everybody who asked is remembered: another person\'s request wins the first one no right to approve', async () => {
  const world = await asked();
  expect(await world.request(ADA)).toMatchObject(DONE);
  expect(await world.request(LI)).toMatchObject(DONE);

  expect(await world.approve(ADA)).toEqual(refused('OwnApproval'));
  expect(await world.approve(LI)).toEqual(refused('OwnApproval'));
});
