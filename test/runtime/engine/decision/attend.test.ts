import { after, begun, during, MINE, namesOf, NOW, owner, PLACEMENT, planOf, refusalOf, request, WITHOUT_DRIFT } from './requests';
import { AttendContext, nextDue } from '../../../../runtime/engine/agenda';
import { decide } from '../../../../runtime/engine/decision/decide';
import { NOT_LOOKED } from '../../../../runtime/model/drift';
import { PlacementState } from '../../../../runtime/model/placement-state';
import { Decision } from '../../../../runtime/model/plan';
import { Attend, LifecycleRequest } from '../../../../runtime/model/request';

const END = '2026-10-01T00:00:00Z';
const SWEEP = 'arn:aws:states:eu-west-1:111122223333:execution:agents-nhi-agenda:1';
// Used so rarely that its use is never judged here.
const joined = after(undefined, decide(undefined, request('Create', 'P', { declared: { expectedUseDays: 36_500 } }), during('CREATE_IN_PROGRESS')));
const told = (state: PlacementState = joined): PlacementState => ({ ...state, agenda: { warned: { end: END, secondsBefore: 0, at: '2026-10-01T00:00:00.000Z' } } });
const AFTER_ALL = new Date('2026-10-08T00:00:00Z');
let count = 0;

function attend(state: PlacementState | undefined, now: string | Date, changes: Partial<AttendContext> = {}, mayRemove = true): Decision {
  const asked: LifecycleRequest<Attend> = {
    requestId: `sweep-${++count}`, registry: 'agents', placement: PLACEMENT, origin: { kind: 'schedule', arn: SWEEP }, intent: { kind: 'attend', mayRemove },
  };
  const stack = { status: 'UPDATE_COMPLETE', owner: MINE };
  return decide(state, asked, { now: new Date(now), stacks: [stack], held: ['invoice-bot-test'], undeleted: [], usage: { signals: [] }, drift: NOT_LOOKED, sponsors: new Map(), settings: WITHOUT_DRIFT, ...changes });
}

describe('warnings', () => {
  test('one is an event with the end, who is notified, and what to do; told again, nothing happens', () => {
    const plan = planOf(attend(joined, '2026-09-01T00:00:00Z'));
    expect(plan).toMatchObject({
      transition: 'attend',
      quarantine: [],
      retire: [],
      events: [{
        name: 'expiry-near',
        key: `expiry-near/${END}/2592000`,
        details: { end: END, isReached: false, tornDownAt: '2026-10-08T00:00:00Z', sponsor: 'ada@example.com', backup: 'li@example.com', advice: expect.stringContaining('deploy') },
      }],
    });
    expect(planOf(attend(after(joined, plan), '2026-09-01T00:00:01Z'))).toMatchObject({ transition: 'attend', events: [], change: {} });
  });

  test('after a standstill only the most urgent one is sent', () => {
    const plan = planOf(attend(joined, '2026-09-29T00:00:00Z'));
    expect(plan.events).toMatchObject([{ key: `expiry-near/${END}/${7 * 86_400}` }]);
    expect(nextDue(after(joined, plan), WITHOUT_DRIFT)?.at).toBe('2026-09-30T00:00:00Z');
  });

  test('at the end the agent is notified as ended, with the time of its teardown', () => {
    expect(planOf(attend(joined, '2026-10-03T00:00:00Z')).events).toMatchObject([
      { name: 'expiry-near', key: `expiry-near/${END}/0`, details: { isReached: true, tornDownAt: '2026-10-10T00:00:00Z', advice: expect.stringContaining('nhi renew invoice-bot') } },
    ]);
  });

  test('another end starts again', () => {
    const extended = { ...told(), declared: { ...joined.declared, expiresAt: '2027-01-01T00:00:00Z' } };
    expect(planOf(attend(extended, '2026-12-02T00:00:00Z')).events).toMatchObject([{ key: 'expiry-near/2027-01-01T00:00:00Z/2592000' }]);
  });

  test.each([undefined, { placement: PLACEMENT, principals: {} } as unknown as PlacementState])('an agent that never joined has none: %j', (state) => {
    expect(attend(state, AFTER_ALL)).toMatchObject({ transition: 'none' });
  });
});

describe('the end', () => {
  test('everything is torn down, and the role that the stack has is not deleted', () => {
    const plan = planOf(attend(told(), AFTER_ALL));
    expect(plan).toMatchObject({ transition: 'expire', quarantine: ['P'], retire: ['P'], deletes: [], keepsDenied: ['P'], scope: 'agent', secrets: ['agents/invoice-bot/token'], wait: true });
    expect(namesOf(plan)).toEqual(['expired', 'principal-retired', 'left']);
    expect(plan.events[0]).toMatchObject({ details: { end: END, stillInStack: ['invoice-bot-test'] } });
    expect(after(told(), plan)).toMatchObject({ status: 'left', expired: { end: END, at: AFTER_ALL.toISOString() } });
    expect(after(told(), plan).agenda).toBeUndefined();
  });

  test('a role that no stack has is deleted', () => {
    expect(planOf(attend(told(), AFTER_ALL, { held: [] }))).toMatchObject({ deletes: ['P'], keepsDenied: [], events: [{ details: { stillInStack: [] } }, {}, {}] });
  });

  test('roles left over from before are deleted with it, except those of a stack', () => {
    const old = { ...joined.principals.P, roleId: 'OLD', roleName: 'invoice-bot-old', status: 'retired' as const };
    const state = { ...told(), principals: { ...joined.principals, OLD: old } };
    expect(planOf(attend(state, AFTER_ALL, { undeleted: [old] })).deletes).toEqual(['OLD']);
    expect(planOf(attend(state, AFTER_ALL, { undeleted: [old], held: ['invoice-bot-test', 'invoice-bot-old'] })).deletes).toEqual([]);
  });

  test.each([
    ['a second before', told(), '2026-10-07T23:59:59Z', true],
    ['when the sweep may remove nobody', told(), AFTER_ALL, false],
  ])('nothing is done %s', (_when, state, now, mayRemove) => {
    expect(attend(state, now, {}, mayRemove)).toMatchObject({ transition: 'attend', retire: [], events: [], change: {} });
  });

  test('one that was begun and not finished continues', () => {
    const half = begun(told(), attend(told(), AFTER_ALL));
    expect(half).toMatchObject({ status: 'leaving', agenda: { ending: END } });
    expect(planOf(attend(half, AFTER_ALL))).toMatchObject({ transition: 'expire', retire: ['P'] });
  });

  test.each(['UPDATE_ROLLBACK_FAILED', 'DELETE_FAILED', 'ROLLBACK_FAILED'])('waits while a stack is %s, and that is notified once', (status) => {
    const plan = planOf(attend(told(), AFTER_ALL, { stacks: [{ status, owner: MINE }] }));
    expect(plan).toMatchObject({
      retire: [],
      change: { agenda: { postponed: { of: END, until: '2026-10-08T01:00:00Z', code: 'StackNotAtRest' } }, trouble: { code: 'StackNotAtRest', since: AFTER_ALL.toISOString(), message: expect.stringContaining('Mine') } },
      events: [{ name: 'transition-failed', key: `transition-failed/end/${END}/StackNotAtRest/${AFTER_ALL.toISOString()}` }],
    });
    const later = planOf(attend(after(told(), plan), '2026-10-08T01:00:00Z', { stacks: [{ status, owner: MINE }] }));
    expect(later).toMatchObject({ change: { agenda: { postponed: { until: '2026-10-08T03:00:00Z', times: 2 } }, trouble: { since: AFTER_ALL.toISOString() } }, events: [] });
  });

  test('waits while a deployment runs, which is no trouble', () => {
    const plan = planOf(attend(told(), AFTER_ALL, { stacks: [{ status: 'UPDATE_IN_PROGRESS', owner: owner('Mine') }] }));
    expect(plan).toMatchObject({ events: [], change: { agenda: { postponed: { code: 'StackNotAtRest' } } } });
    expect(plan.change).not.toHaveProperty('trouble');
    expect(nextDue(after(told(), plan), WITHOUT_DRIFT)).toMatchObject({ at: '2026-10-08T01:00:00Z', reason: 'end' });
  });

  test('waits while too many agents leave', () => {
    expect(planOf(attend(told(), AFTER_ALL, { leaversExceeded: '21 agents leave within an hour, 20 may' }))).toMatchObject({
      retire: [], quarantine: [], change: { agenda: { postponed: { code: 'MassLeaverLimit' } }, trouble: { message: expect.stringContaining('21 agents leave') } },
    });
  });
});

describe('after the end', () => {
  const gone = (): PlacementState => {
    const state = after(told(), attend(told(), AFTER_ALL));
    return { ...state, principals: { P: { ...state.principals.P, awaitedBy: { id: 'c', sha256: 's' } } } };
  };
  const later = { declared: { expiresAt: '2026-12-01T00:00:00Z' } };
  const now = new Date('2026-10-09T00:00:00Z');

  test.each([
    ['an update', request('Update', 'P', { at: 'P', ...later })],
    ['a move', request('Update', 'Q', { at: 'P', ...later })],
    ['a join with the same role', request('Create', 'P', later)],
  ])('%s is notified that it has ended and what to do', (_what, asked) => {
    expect(refusalOf(decide(gone(), asked, during('UPDATE_IN_PROGRESS', { now })))).toMatchObject({
      code: 'AgentExpired', message: expect.stringMatching(/ended at 2026-10-01T00:00:00Z, and the registry tore it down at .*remove the agent from the stack, or destroy the stack/),
    });
  });

  test('one that was unused is notified so', () => {
    const state = { ...gone(), expired: { end: END, at: NOW.toISOString(), cause: 'unused' as const } };
    expect(refusalOf(decide(state, request('Update', 'P', { at: 'P' }), during('UPDATE_IN_PROGRESS', { now }))).message).toMatch(/^agent invoice-bot was unused, and the registry tore it down/);
  });

  test('the rollback of such an update succeeds, gives nothing back, and denies and closes again what the deployment may have lifted', () => {
    const plan = planOf(decide(gone(), request('Update', 'P', { at: 'P' }), during('UPDATE_ROLLBACK_IN_PROGRESS', { now })));
    expect(plan).toMatchObject({ quarantine: ['P'], byEveryMeans: true, retire: ['P'], keepsDenied: ['P'], restore: [], events: [], change: {}, answers: { roleId: 'P' } });
  });

  test.each(['DELETE_IN_PROGRESS', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'])('its stack releases the role, in %s', (status) => {
    const plan = planOf(decide(gone(), request('Delete', 'P'), during(status, { now })));
    // What others attached to the role since, and what denies it, would keep CloudFormation from deleting it.
    expect(plan).toMatchObject({ transition: 'release', quarantine: [], retire: ['P'], scope: 'principal', events: [] });
    expect(plan.keepsDenied).toBeUndefined();
  });

  test('twin: a role of an agent that left as others do is not released again by a repeated Delete', () => {
    const { expired: _none, ...left } = gone();
    expect(decide(left, request('Delete', 'P'), during('DELETE_IN_PROGRESS', { now }))).toMatchObject({ transition: 'none' });
  });

  test('a release of a role that is known to be deleted is nothing to do', () => {
    const state = gone();
    const absent = { ...state, principals: { P: { ...state.principals.P, awaitedBy: undefined, absentAt: now.toISOString() } } };
    expect(decide(absent, request('Delete', 'P'), during('DELETE_IN_PROGRESS', { now }))).toMatchObject({ transition: 'none' });
  });

  test('another role joins again, and nothing of the end remains', () => {
    const state = after(gone(), decide(gone(), request('Create', 'Q', later), during('CREATE_IN_PROGRESS', { now })));
    expect(state).toMatchObject({ status: 'active', present: 'Q' });
    expect([state.expired, state.agenda]).toEqual([undefined, undefined]);
    expect(NOW < now).toBe(true);
  });
});
