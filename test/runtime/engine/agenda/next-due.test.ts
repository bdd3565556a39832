import { dueNow, nextDue } from '../../../../runtime/engine/agenda';
import { decide } from '../../../../runtime/engine/decision/decide';
import { AgendaSettings } from '../../../../runtime/model/agenda-settings';
import { PlacementState, Trouble } from '../../../../runtime/model/placement-state';
import { after, during, PLACEMENT, request, WITHOUT_DRIFT } from '../decision/requests';

const END = '2026-10-01T00:00:00Z';
// Used so rarely that its use is never judged here.
const joined = after(undefined, decide(undefined, request('Create', 'P', { declared: { expectedUseDays: 36_500 } }), during('CREATE_IN_PROGRESS')));
const warned = (secondsBefore: number, end = END, at = '2026-10-01T00:10:00.000Z'): Partial<PlacementState> => ({ agenda: { warned: { end, secondsBefore, at } } });
const DAY = 86_400;
const trouble: Trouble = { since: '2026-10-09T01:00:00.500Z', code: 'TeardownIncomplete', message: 'one user remains', requestId: 'r' };
const ending = { warned: { end: END, secondsBefore: 0, at: '2026-10-01T00:10:00.000Z' }, ending: END };
const renewal = { until: '2026-12-01T00:00:00Z', stage: 'test', reason: 'Its sponsor agreed', by: 'ada', deployBy: '2026-10-20T00:00:00.000Z' };

// [what, changes of the state, due instant, reason]
test.each<[string, Partial<PlacementState>, string, string]>([
  ['nobody was notified yet', {}, '2026-09-01T00:00:00Z', 'expiry-warning'],
  ['the first warning was sent', warned(30 * DAY), '2026-09-24T00:00:00Z', 'expiry-warning'],
  ['all warnings were sent', warned(DAY), END, 'expiry-warning'],
  ['a warning was sent about another end', warned(0, '2026-09-01T00:00:00Z'), '2026-09-01T00:00:00Z', 'expiry-warning'],
  ['the end was notified', warned(0), '2026-10-08T00:10:00Z', 'end'],
  ['the end was notified late: nobody loses time to object', warned(0, END, '2027-01-01T00:00:00.500Z'), '2027-01-08T00:00:01Z', 'end'],
  ['the agent was renewed', { ...warned(0), renewal }, '2026-10-20T00:00:00Z', 'end'],
  ['the agent was renewed in another stage', { ...warned(0), renewal: { ...renewal, stage: 'staging' } }, '2026-10-08T00:10:00Z', 'end'],
  ['the teardown was postponed', { agenda: { ...warned(0).agenda, postponed: { of: END, until: '2026-10-08T09:00:00Z', code: 'StackNotAtRest' } } }, '2026-10-08T09:00:00Z', 'end'],
  ['the teardown after another end was postponed', { agenda: { ...warned(0).agenda, postponed: { of: 'x', until: '2026-10-09T00:00:00Z', code: 'x' } } }, '2026-10-08T00:10:00Z', 'end'],
  ['it is suspended', { suspension: { since: END, by: 'ada', reason: 'x' } }, '2026-09-01T00:00:00Z', 'expiry-warning'],
  ['the teardown has begun', { status: 'leaving', agenda: ending }, '2026-10-08T00:10:00Z', 'end'],
  ['the teardown has failed', { status: 'leaving', agenda: ending, trouble }, '2026-10-10T01:00:01Z', 'end'],
  ['another failure, before the teardown, delays nothing', { ...warned(0), trouble }, '2026-10-08T00:10:00Z', 'end'],
])('due next when %s', (_what, changes, at, reason) => {
  expect(nextDue({ ...joined, ...changes }, WITHOUT_DRIFT)).toMatchObject({ at, reason });
});

test.each(['leaving', 'left'] as const)('nothing is due for an agent that is %s for another reason', (status) => {
  expect(nextDue({ ...joined, ...warned(0), status }, WITHOUT_DRIFT)).toBeUndefined();
});

test('an agent that was only noted before its join has nothing due', () => {
  expect(nextDue({ placement: PLACEMENT, principals: {} } as unknown as PlacementState, WITHOUT_DRIFT)).toBeUndefined();
});

test('without warnings, the end itself is notified nevertheless', () => {
  expect(nextDue(joined, { warningSeconds: [], teardownAfterSeconds: 0 })).toMatchObject({ at: END, reason: 'expiry-warning' });
});

test.each<[string, AgendaSettings, string[]]>([
  ['2026-09-01T00:00:00Z', WITHOUT_DRIFT, ['expiry-warning']],
  ['2026-08-31T23:59:59Z', WITHOUT_DRIFT, []],
  // However late: the end is notified before anything is torn down.
  ['2029-01-01T00:00:00Z', { warningSeconds: [], teardownAfterSeconds: 0 }, ['expiry-warning']],
])('what is due at %s, and not a second before', (now, settings, reasons) => {
  expect(dueNow(joined, settings, new Date(now)).map(({ reason }) => reason)).toEqual(reasons);
});

test('what removes is known besides what is due first, so that a sweep counts it in time', () => {
  const judged = { ...joined, declared: { ...joined.declared, expectedUseDays: 30 }, ...warned(0) };
  expect(nextDue(judged, WITHOUT_DRIFT)).toEqual({ at: '2026-07-01T00:00:00Z', reason: 'unused-check', removal: { at: '2026-10-08T00:10:00Z', reason: 'end' } });
});

test('an end that was not notified yet removes nothing, whatever warnings were sent', () => {
  expect(nextDue({ ...joined, ...warned(DAY) }, WITHOUT_DRIFT)).not.toHaveProperty('removal.at');
  expect(nextDue({ ...joined, ...warned(0) }, WITHOUT_DRIFT)).toMatchObject({ removal: { at: '2026-10-08T00:10:00Z' } });
});

test('a teardown after the end that is not finished is repeated by its own entry, and not as a forgotten leave', () => {
  const leaving: PlacementState = { ...joined, status: 'leaving', changedAt: '2026-09-01T00:00:00Z' };
  expect(nextDue(leaving, WITHOUT_DRIFT)).toMatchObject({ at: '2026-09-02T00:00:00Z', reason: 'forgotten' });
  expect(nextDue({ ...leaving, agenda: ending }, WITHOUT_DRIFT)).toMatchObject({ at: '2026-10-08T00:10:00Z', reason: 'end' });
});
