import { after, begun, during, MINE, namesOf, NOW, operatorRequest, OTHERS, planOf, principal, refusalOf, request, SUSPENSION, WITHOUT_DRIFT } from './requests';
import { AttendContext, nextDue } from '../../../../runtime/engine/agenda';
import { FinishContext } from '../../../../runtime/engine/decision/context';
import { decide } from '../../../../runtime/engine/decision/decide';
import { NOT_LOOKED } from '../../../../runtime/model/drift';
import { PlacementState, statusOf, Suspension } from '../../../../runtime/model/placement-state';
import { Decision, Plan } from '../../../../runtime/model/plan';
import { LifecycleRequest } from '../../../../runtime/model/request';

const OPERATOR = 'arn:aws:iam::111122223333:user/ada';
const REASON = 'Its vendor was breached';
const [creating, updating, deleting] = ['CREATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'DELETE_IN_PROGRESS'].map((status) => during(status));
const joined = (): PlacementState => after(undefined, decide(undefined, request('Create', 'P'), creating));
const moved = (): PlacementState => after(joined(), decide(joined(), request('Update', 'Q', { at: 'P' }), updating));
const leaving = (): PlacementState => begun(joined(), decide(joined(), request('Delete', 'P'), deleting));
const suspended = (changes: Partial<Suspension> = {}): PlacementState => ({ ...joined(), suspension: { ...SUSPENSION, by: 'arn:aws:iam::111122223333:user/li', ...changes } });

function offboard(state: PlacementState | undefined, found: Partial<FinishContext> & { status?: string } = {}, reason = REASON): Decision {
  const { status = 'UPDATE_COMPLETE', ...changes } = found;
  return decide(state, operatorRequest({ kind: 'offboard', reason }, OPERATOR), { now: NOW, stacks: [{ status, owner: MINE }], held: [principal('P').roleName], undeleted: [], ...changes });
}

/** After a teardown, with the role that the stack still has. */
const gone = (from = joined()): PlacementState => {
  const state = after(from, offboard(from));
  return { ...state, principals: { ...state.principals, P: { ...state.principals.P, awaitedBy: { id: 'c', sha256: 's' } } } };
};

test('everything is torn down and denied by every means; the role that the stack has is not deleted, and stays denied', () => {
  const plan = planOf(offboard(joined()));
  expect(plan).toMatchObject({
    transition: 'expire', quarantine: ['P'], byEveryMeans: true, wait: true, retire: ['P'], deletes: [], keepsDenied: ['P'], scope: 'agent', secrets: ['agents/invoice-bot/token'],
  });
  expect(plan.cuts).toBeUndefined();
  expect(namesOf(plan)).toEqual(['expired', 'principal-retired', 'left']);
  expect(plan.events.at(-1)).toMatchObject({ details: { offboardedBy: OPERATOR, reason: REASON } });
  expect(plan.events[0]).toMatchObject({ details: { cause: 'offboard', offboardedBy: OPERATOR, reason: REASON, stillInStack: ['invoice-bot-test'] } });
  expect(plan.noted).toMatchObject([{ name: 'suspended', details: { reason: REASON } }]);
  const offboarding = { since: NOW.toISOString(), by: OPERATOR, reason: REASON };
  expect(begun(joined(), plan)).toMatchObject({ status: 'leaving', offboarding, suspension: offboarding, agenda: { ending: `offboarded at ${NOW.toISOString()}` } });
  expect(gone()).toMatchObject({ status: 'left', offboarding, suspension: offboarding, expired: { cause: 'offboard' } });
  expect(statusOf(gone())).toBe('offboarded');
});

test.each(['CREATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'UPDATE_ROLLBACK_FAILED', 'DELETE_IN_PROGRESS', 'DELETE_FAILED', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'])('it does not wait for a stack that is %s', (status) => {
  expect(planOf(offboard(joined(), { status }))).toMatchObject({ transition: 'expire', retire: ['P'], deletes: [], keepsDenied: ['P'] });
});

describe('a role that no stack has', () => {
  test('is deleted while the stacks are at rest', () => {
    const plan = planOf(offboard(moved(), { held: ['invoice-bot-production'] }));
    expect(plan).toMatchObject({ retire: ['P', 'Q'], deletes: ['P'], keepsDenied: ['Q'] });
    expect(after(moved(), plan).principals.P.orphanSince).toBeUndefined();
  });

  test('is denied and left over while one is not: it may be about to delete or to restore the role', () => {
    const plan = planOf(offboard(moved(), { held: ['invoice-bot-production'], status: 'UPDATE_ROLLBACK_FAILED' }));
    expect(plan).toMatchObject({ retire: ['P', 'Q'], deletes: [], keepsDenied: ['P', 'Q'] });
    const { principals } = after(moved(), plan);
    expect([principals.P, principals.Q]).toMatchObject([{ status: 'retired', orphanSince: NOW.toISOString() }, { status: 'retired' }]);
    expect(principals.Q.orphanSince).toBeUndefined();
  });

  test('of a former principal is found as well', () => {
    const settled = after(moved(), decide(moved(), request('Delete', 'P'), during('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS')));
    const undeleted = [settled.principals.P];
    expect(planOf(offboard(settled, { undeleted, held: ['invoice-bot-production'] }))).toMatchObject({ retire: ['Q', 'P'], deletes: ['P'] });
    expect(namesOf(planOf(offboard(settled, { undeleted, held: ['invoice-bot-production'] })))).toEqual(['expired', 'principal-retired', 'orphan-found', 'left']);
  });
});

test('an adopted role is its owner\'s: it is denied, and neither deleted nor kept with policies that its owner does not know', () => {
  const adopted = { ...joined(), principals: { P: { ...joined().principals.P, reach: 'agents-nhi-reach-0123456789abcdef' } } };
  expect(planOf(offboard(adopted, { held: ['agents-nhi-reach-0123456789abcdef'] }))).toMatchObject({ retire: ['P'], deletes: [], keepsDenied: [] });
});

describe('a suspension', () => {
  test('by a person stays as it is', () => {
    const plan = planOf(offboard(suspended()));
    expect(plan.noted).toEqual([]);
    expect(after(suspended(), plan).suspension).toEqual(suspended().suspension);
  });

  test.each<[string, Partial<Suspension>]>([['a drill', { drill: true }], ['a missed review', { missedReview: 'r' }]])('of %s becomes the operator\'s, and keeps what it switched off', (_what, changes) => {
    const cuts = [{ name: 'functions' as const, changes: [{ id: 'f', was: '5' }] }];
    const plan = planOf(offboard(suspended({ ...changes, cuts })));
    expect(plan.noted).toMatchObject([{ name: 'suspended' }]);
    expect(after(suspended({ ...changes, cuts }), plan).suspension).toEqual({ since: NOW.toISOString(), by: OPERATOR, reason: REASON, cuts });
  });
});

test('too many leavers are denied, suspended and held back, and the response says how to continue', () => {
  const plan = planOf(offboard(joined(), { leaversExceeded: '21 agents leave within an hour, 20 may' }));
  expect(plan).toMatchObject({ transition: 'hold', quarantine: ['P'], byEveryMeans: true, retire: [], noted: [{ name: 'suspended' }] });
  expect(plan.failure).toEqual({ code: 'MassLeaverLimit', message: expect.stringMatching(/^21 agents leave.*run `nhi release-leavers`, then `nhi retry invoice-bot`$/) });
  expect(begun(joined(), plan)).toMatchObject({ status: 'leaving', offboarding: { by: OPERATOR }, suspension: { by: OPERATOR } });
});

test('a leave that has begun continues at the operator\'s word, and a second word does not replace the first', () => {
  expect(planOf(offboard(leaving()))).toMatchObject({ transition: 'expire', retire: ['P'] });
  const half = begun(joined(), offboard(joined()));
  const again = planOf(offboard(half, {}, 'Another reason than the first'));
  expect(again).toMatchObject({ transition: 'expire', noted: [] });
  expect(after(half, again).offboarding).toMatchObject({ reason: REASON });
});

test('what an operator consented to is about the principal that was shown: an agent that moved or joined again meanwhile is not torn down', () => {
  const asked = (shown: string) => decide(joined(), operatorRequest({ kind: 'offboard', reason: REASON, principal: shown }, OPERATOR), { now: NOW, stacks: [{ status: 'UPDATE_COMPLETE', owner: MINE }], held: [], undeleted: [] });

  expect(refusalOf(asked('AROAEARLIER'))).toMatchObject({ code: 'AgentChanged', message: expect.stringContaining('nhi offboard invoice-bot') });
  expect(planOf(asked('P'))).toMatchObject({ transition: 'expire', retire: ['P'] });
});

describe('is refused', () => {
  test.each<[string, PlacementState | undefined, string]>([
    ['for an agent that nobody knows', undefined, 'AgentUnknown'],
    ['for one that has left', after(joined(), decide(joined(), request('Delete', 'P'), deleting)), 'AlreadyLeft'],
    ['for one that was offboarded', gone(), 'AlreadyLeft'],
  ])('%s', (_what, state, code) => {
    expect(refusalOf(offboard(state)).code).toBe(code);
  });

  test.each(['', 'two\nlines', 'x'.repeat(1_001)])('with an invalid reason: %j', (reason) => {
    expect(refusalOf(offboard(joined(), {}, reason)).code).toBe('ReasonInvalid');
  });
});

describe('after it', () => {
  const text = /^agent invoice-bot was offboarded at 2026-06-01T00:00:00\.000Z by arn:aws:iam::111122223333:user\/ada \(Its vendor was breached\): remove the agent from the stack, or destroy the stack; if it is needed again, let a person run `nhi resume invoice-bot`, and deploy it after that$/;

  test.each<[string, Parameters<typeof request>]>([
    ['the same deployment', ['Update', 'P', { at: 'P' }]],
    ['a move', ['Update', 'Q', { at: 'P' }]],
    ['a join with the same role', ['Create', 'P']],
    ['a join with another role, as after a destruction', ['Create', 'S']],
  ])('%s is refused, and says what to do', (_what, asked) => {
    expect(refusalOf(decide(gone(), request(...asked), updating))).toMatchObject({ code: 'AgentOffboarded', message: expect.stringMatching(text) });
    const half = begun(joined(), offboard(joined()));
    expect(refusalOf(decide(half, request(...asked), updating)).code).toMatch(asked[0] === 'Create' && asked[1] === 'P' ? /PrincipalRetired/ : /AgentOffboarded/);
  });

  test('a join from another stack is refused too', () => {
    expect(refusalOf(decide(gone(), request('Create', 'S'), during('CREATE_IN_PROGRESS', {}, OTHERS))).code).toBe('AgentOffboarded');
  });

  test('a person resumes it; then a join with another role works, and nothing of the offboarding remains', () => {
    const resumed = after(gone(), decide(gone(), operatorRequest({ kind: 'resume', reason: 'It was the wrong one' }), { ...creating }));
    // Its role is still in the stack, so that stack has to release it first.
    expect(refusalOf(decide(resumed, request('Update', 'P', { at: 'P' }), updating)).message).toMatch(/if it is needed again, deploy it after that$/);
    const state = after(resumed, decide(resumed, request('Create', 'S'), creating));
    expect(state).toMatchObject({ status: 'active', present: 'S' });
    expect([state.offboarding, state.expired, state.suspension]).toEqual([undefined, undefined, undefined]);
  });

  test('a rollback denies and closes again what is left, by every means', () => {
    expect(decide(gone(), request('Update', 'P', { at: 'P' }), during('UPDATE_ROLLBACK_IN_PROGRESS'))).toMatchObject({ quarantine: ['P'], byEveryMeans: true, retire: ['P'], keepsDenied: ['P'], change: {} });
  });

  test('its stack releases the role', () => {
    expect(decide(gone(), request('Delete', 'P'), deleting)).toMatchObject({ transition: 'release', retire: ['P'], quarantine: [], events: [] });
  });

  test('the Delete of a stack completes what an offboarding did not, and the event still names the operator', () => {
    const half = begun(joined(), offboard(joined()));
    const plan = planOf(decide(half, request('Delete', 'P'), deleting));
    expect(plan).toMatchObject({ transition: 'leave', retire: ['P'] });
    expect(plan.events.at(-1)).toMatchObject({ name: 'left', details: { offboardedBy: OPERATOR } });
  });
});

describe('the agenda', () => {
  const half = (): PlacementState => begun(joined(), offboard(joined()));
  const attend = (state: PlacementState, now: string, changes: Partial<AttendContext> = {}): Plan => {
    const asked: LifecycleRequest = { requestId: 'sweep', registry: 'agents', placement: joined().placement, origin: { kind: 'schedule', arn: 'sweep' }, intent: { kind: 'attend', mayRemove: true } };
    return planOf(decide(state, asked, {
      now: new Date(now), stacks: [{ status: 'UPDATE_COMPLETE', owner: MINE }], held: ['invoice-bot-test'], undeleted: [], usage: { signals: [] }, drift: NOT_LOOKED, sponsors: new Map(), settings: WITHOUT_DRIFT, ...changes,
    } as never));
  };

  test('continues one that died, an hour later', () => {
    expect(nextDue(half(), WITHOUT_DRIFT)).toMatchObject({ at: '2026-06-01T01:00:00Z', reason: 'offboard' });
    const plan = attend(half(), '2026-06-01T01:00:00Z');
    expect(plan).toMatchObject({ transition: 'expire', retire: ['P'], byEveryMeans: true });
    expect(plan.noted).toBeUndefined();
    expect(plan.events.at(-1)).toMatchObject({ details: { offboardedBy: OPERATOR } });
  });

  test('continues one that failed, a day later', () => {
    const failed = { ...half(), trouble: { since: '2026-06-01T00:10:00.000Z', code: 'TeardownIncomplete', message: '', requestId: '' } };
    expect(nextDue(failed, WITHOUT_DRIFT)).toMatchObject({ at: '2026-06-02T00:10:00Z', reason: 'offboard' });
  });

  test('waits while too many agents leave, and that is notified once', () => {
    expect(attend(half(), '2026-06-01T01:00:00Z', { leaversExceeded: 'too many' })).toMatchObject({
      transition: 'attend', retire: [], change: { agenda: { postponed: { until: '2026-06-01T02:00:00Z', code: 'MassLeaverLimit' } } }, events: [{ name: 'transition-failed' }],
    });
  });

  test('has nothing to do once it is complete', () => {
    expect(nextDue(gone(), WITHOUT_DRIFT)).toBeUndefined();
  });

  test('finishes a role that was left over, a day later', () => {
    const from = moved();
    const state = after(from, offboard(from, { held: ['invoice-bot-production'], status: 'UPDATE_ROLLBACK_FAILED' }));
    const kept = { ...state, changedAt: NOW.toISOString(), principals: { ...state.principals, P: { ...state.principals.P, awaitedBy: { id: 'c', sha256: 's' } } } };
    expect(nextDue(kept, WITHOUT_DRIFT)).toMatchObject({ at: '2026-06-02T00:00:00Z', reason: 'forgotten' });
    const absent = { ...kept, principals: { ...kept.principals, P: { ...kept.principals.P, awaitedBy: undefined } } };
    expect(nextDue(absent, WITHOUT_DRIFT)).toBeUndefined();
  });
});
