import { after, begun, during, MINE, namesOf, NOW, operatorRequest, planOf, refusalOf, request, SUSPENSION, WITHOUT_DRIFT } from './requests';
import { AttendContext } from '../../../../runtime/engine/agenda';
import { decide } from '../../../../runtime/engine/decision/decide';
import { NOT_LOOKED } from '../../../../runtime/model/drift';
import { PlacementState } from '../../../../runtime/model/placement-state';
import { Decision } from '../../../../runtime/model/plan';

const END = '2026-10-01T00:00:00Z';
const [creating, updating, deleting] = ['CREATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'DELETE_IN_PROGRESS'].map((status) => during(status));
const joined = (): PlacementState => after(undefined, decide(undefined, request('Create', 'P'), creating));
const moved = (): PlacementState => after(joined(), decide(joined(), request('Update', 'Q', { at: 'P' }), updating));
const leaving = (): PlacementState => begun(joined(), decide(joined(), request('Delete', 'P'), deleting));
const trouble = (code: string): PlacementState['trouble'] => ({ since: NOW.toISOString(), code, message: `this is ${code}`, requestId: 'r' });
const ended = (agenda: PlacementState['agenda'] = {}): PlacementState => ({ ...joined(), agenda: { warned: { end: END, secondsBefore: 0, at: `${END.slice(0, -1)}.000Z` }, ...agenda } });
const AFTER_ALL = new Date('2026-10-08T00:00:00Z');

function context(changes: Partial<AttendContext> & { status?: string } = {}): AttendContext {
  const { status = 'UPDATE_COMPLETE', ...found } = changes;
  return {
    now: NOW, stacks: [{ status, owner: MINE }], held: ['invoice-bot-test'], undeleted: [], usage: { signals: [] }, drift: NOT_LOOKED, sponsors: new Map(), settings: WITHOUT_DRIFT, ...found,
  };
}

function retry(state: PlacementState | undefined, changes: Parameters<typeof context>[0] = {}): Decision {
  return decide(state, operatorRequest({ kind: 'retry' }), context(changes));
}

describe('a teardown', () => {
  test('of an offboarding continues, as its first operator asked for it', () => {
    const half = begun(joined(), decide(joined(), operatorRequest({ kind: 'offboard', reason: 'Its vendor was breached' }, 'first'), context()));
    expect(planOf(retry(half))).toMatchObject({ transition: 'expire', retire: ['P'], byEveryMeans: true, note: { offboarding: { by: 'first' } } });
  });

  test('that waits because a stack was not at rest begins at once when it is', () => {
    const waiting = ended({ postponed: { of: END, until: '2026-10-09T00:00:00Z', code: 'StackNotAtRest' } });
    expect(planOf(retry(waiting, { now: AFTER_ALL }))).toMatchObject({ transition: 'expire', retire: ['P'] });
    expect(refusalOf(retry(waiting, { now: AFTER_ALL, status: 'UPDATE_ROLLBACK_FAILED' }))).toMatchObject({ code: 'StackNotAtRest', message: expect.stringContaining('UPDATE_ROLLBACK_FAILED') });
    expect(refusalOf(retry(waiting, { now: AFTER_ALL, status: 'UPDATE_IN_PROGRESS' })).code).toBe('StackNotAtRest');
    expect(refusalOf(retry(waiting, { now: AFTER_ALL, leaversExceeded: 'too many' })).code).toBe('MassLeaverLimit');
  });

  test('that failed does not wait for a day', () => {
    const failed = { ...ended({ ending: END }), status: 'leaving' as const, trouble: trouble('TeardownIncomplete') };
    expect(planOf(retry(failed, { now: AFTER_ALL }))).toMatchObject({ transition: 'expire', change: { expired: { cause: 'end' } } });
  });

  test('that is not due yet is not begun by it', () => {
    expect(refusalOf(retry(ended(), { now: new Date('2026-10-07T23:59:59Z') })).code).toBe('NothingToRetry');
    // What was neither begun nor postponed is the sweep's, also when it is due.
    expect(refusalOf(retry(ended(), { now: AFTER_ALL })).code).toBe('NothingToRetry');
  });

  test.each(['DELETE_FAILED', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_FAILED'])('that a stack began and did not complete is completed, and the role waits for its stack (%s)', (status) => {
    const plan = planOf(retry(leaving(), { status }));
    expect(plan).toMatchObject({ transition: 'expire', retire: ['P'], deletes: [], keepsDenied: ['P'], change: { expired: { cause: 'leave' } } });
    expect(namesOf(plan)).toEqual(['expired', 'principal-retired', 'left']);
    // Otherwise no sweep would look after it if it fails again.
    expect(begun(leaving(), plan).agenda?.ending).toBeUndefined();
    const gone = after(leaving(), plan);
    const awaited = { ...gone, principals: { P: { ...gone.principals.P, awaitedBy: { id: 'c', sha256: 's' } } } };
    expect(decide(awaited, request('Delete', 'P'), deleting)).toMatchObject({ transition: 'release' });
    expect(refusalOf(decide(awaited, request('Update', 'P', { at: 'P' }), updating)).message).toContain('was leaving');
  });

  test('that CloudFormation asks for right now is not', () => {
    expect(refusalOf(retry(leaving(), { status: 'DELETE_IN_PROGRESS' }))).toMatchObject({ code: 'StackNotAtRest', message: expect.stringContaining('wait for it') });
  });

  test('that the limit on leavers holds back stays held back', () => {
    expect(planOf(retry(leaving(), { leaversExceeded: 'too many' }))).toMatchObject({ transition: 'hold', failure: { code: 'MassLeaverLimit' } });
  });
});

describe('what CloudFormation gave up', () => {
  test('is finished', () => {
    expect(planOf(retry(moved(), { held: ['invoice-bot-production'] }))).toMatchObject({ transition: 'retire', retire: ['P'], deletes: ['P'] });
  });

  test('is not while its stack is not at rest', () => {
    expect(refusalOf(retry(moved(), { held: ['invoice-bot-production'], status: 'UPDATE_ROLLBACK_FAILED' })).code).toBe('StackNotAtRest');
  });

  test('does not let a living agent leave: that is for nhi finish', () => {
    expect(refusalOf(retry(moved(), { held: [] })).code).toBe('NothingToRetry');
    expect(refusalOf(retry(joined(), { held: [] })).code).toBe('NothingToRetry');
  });
});

describe('a denial', () => {
  test('of a suspension that is not complete is repeated', () => {
    expect(planOf(retry({ ...joined(), suspension: SUSPENSION }))).toMatchObject({ transition: 'reassert', quarantine: ['P'], byEveryMeans: true, cuts: 'apply', restore: [] });
  });

  test('of a suspension is repeated after a resumption that failed, which is for those who may resume', () => {
    const confirmed = { P: { ...joined().principals.P, denial: { at: SUSPENSION.since, by: ['permissions-boundary' as const], confirmedAt: SUSPENSION.since } } };
    const state = { ...joined(), principals: confirmed, suspension: { ...SUSPENSION, cuts: [] }, trouble: trouble('NotRestored') };
    expect(planOf(retry(state))).toMatchObject({ transition: 'reassert', restore: [] });
    expect(refusalOf(retry({ ...state, trouble: undefined })).code).toBe('NothingToRetry');
  });

  test('of a review is repeated', () => {
    const reduction = { denied: [{ action: 's3:*', by: 'ada', at: NOW.toISOString(), reviewId: 'r' }] } as unknown as PlacementState['reduction'];
    expect(planOf(retry({ ...joined(), reduction, trouble: trouble('NotReduced') }))).toMatchObject({ transition: 'reassert', reduce: ['P'] });
    expect(refusalOf(retry({ ...joined(), reduction })).code).toBe('NothingToRetry');
  });
});

describe('is refused', () => {
  test.each<[string, PlacementState | undefined, string, RegExp]>([
    ['for an agent that nobody knows', undefined, 'AgentUnknown', /no agent invoice-bot/],
    ['for one of which nothing failed', joined(), 'NothingToRetry', /is active, and nothing of it has failed or waits/],
    ['for a deployment that failed', { ...joined(), trouble: trouble('SponsorInvalid') }, 'NothingToRetry', /its trouble SponsorInvalid is not of a teardown or a suspension: this is SponsorInvalid/],
    ['for one that has left', after(joined(), decide(joined(), request('Delete', 'P'), deleting)), 'NothingToRetry', /is left, and nothing/],
    ['for one that is torn down and in its stack', after(joined(), decide(joined(), operatorRequest({ kind: 'offboard', reason: 'Its vendor was breached' }), context())), 'NothingToRetry', /its teardown is complete; remove it from its stack/],
  ])('%s', (_what, state, code, message) => {
    expect(refusalOf(retry(state))).toMatchObject({ code, message: expect.stringMatching(message) });
  });
});
