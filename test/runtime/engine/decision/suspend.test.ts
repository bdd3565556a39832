import { after, begun, during, namesOf, NOW, operatorRequest, planOf, principal, refusalOf, request, SUSPENSION } from './requests';
import { decide } from '../../../../runtime/engine/decision/decide';
import { PlacementState, statusOf } from '../../../../runtime/model/placement-state';
import { Drill, EndDrill, Reassert, Resume, Suspend } from '../../../../runtime/model/request';
import { CUT_NAMES, CutName } from '../../../../src/contract/cuts';

const context = during('UPDATE_COMPLETE');
const suspend = () => operatorRequest<Suspend>({ kind: 'suspend', reason: 'Its key was seen in a public place' });
const resume = () => operatorRequest<Resume>({ kind: 'resume', reason: 'The key was replaced' });
const joined = (name = 'P') => after(undefined, decide(undefined, request('Create', name), during('CREATE_IN_PROGRESS')));
const moving = (from: 'P' | 'Q', to: 'P' | 'Q') => decide(joined(from), request('Update', to, { at: from }), during('UPDATE_IN_PROGRESS'));
const denied = (state: PlacementState): PlacementState => ({
  ...state,
  principals: Object.fromEntries(Object.entries(state.principals).map(([id, found]) => [id, {
    ...found, status: 'quarantined' as const, denial: { at: NOW.toISOString(), by: ['permissions-boundary' as const], confirmedAt: NOW.toISOString() },
  }])),
});
const suspended = (state: PlacementState = joined()) => denied(after(state, decide(state, suspend(), context)));

describe('a suspension', () => {
  test('is written down before anything is done, denies by every means at once, and is reported with its reason', () => {
    const plan = planOf(decide(joined(), suspend(), context));
    expect(plan).toMatchObject({ transition: 'suspend', quarantine: ['P'], byEveryMeans: true, wait: false, retire: [], restore: [] });
    expect(begun(joined(), plan).suspension).toEqual({
      since: NOW.toISOString(), by: 'arn:aws:iam::111122223333:user/ada', reason: 'Its key was seen in a public place', cuts: CUT_NAMES.map((name) => ({ name, changes: [] })),
    });
    expect(plan.cuts).toBe('apply');
    expect(plan.events).toMatchObject([{ name: 'suspended', roleId: 'P', details: { reason: 'Its key was seen in a public place' } }]);
  });

  test('denies every principal that a move has left', () => {
    expect(planOf(decide(begun(joined(), moving('P', 'Q')), suspend(), context)).quarantine).toEqual(['P', 'Q']);
    expect(planOf(decide(after(joined('Q'), moving('Q', 'P')), suspend(), context)).quarantine).toEqual(['Q', 'P']);
  });

  test('done again denies again, and keeps who asked first and why', () => {
    const state = suspended();
    const plan = planOf(decide(state, operatorRequest<Suspend>({ kind: 'suspend', reason: 'Another reason' }, 'arn:other'), context));
    expect(plan.quarantine).toEqual(['P']);
    expect(plan.events).toEqual([]);
    expect(after(state, plan).suspension).toEqual({ ...state.suspension, askedAgainAt: expect.any(String) });
  });

  test.each([['is unknown', undefined], ['has left', { ...joined(), status: 'left' as const }], ['is leaving', { ...joined(), status: 'leaving' as const }]])('fails when the agent %s', (_why, state) => {
    expect(refusalOf(decide(state, suspend(), context)).code).toBe('AgentUnknown');
  });

  test('shows as suspending until each principal and each cut is confirmed, then as suspended, or partly so when a cut failed', () => {
    const cut = (state: PlacementState, change: (name: CutName) => object): PlacementState => (
      { ...state, suspension: { ...state.suspension!, cuts: CUT_NAMES.map((name) => ({ name, changes: [], ...change(name) })) } });
    const begins = begun(joined(), decide(joined(), suspend(), context));
    expect(statusOf(joined())).toBe('active');
    expect(statusOf(begins)).toBe('suspending');
    expect(statusOf(denied(begins))).toBe('suspending');
    const all = cut(denied(begins), () => ({ confirmedAt: NOW.toISOString() }));
    expect(statusOf(all)).toBe('suspended');
    expect(statusOf(cut(denied(begins), (name) => name === 'rules' ? {} : { confirmedAt: NOW.toISOString() }))).toBe('suspending');
    expect(statusOf(cut(denied(begins), (name) => name === 'rules' ? { rest: ['r: AccessDenied'] } : { confirmedAt: NOW.toISOString() }))).toBe('suspended-partly');
    expect(statusOf(cut(begins, () => ({ rest: ['r: AccessDenied'] })))).toBe('suspending');
    // A suspension of an earlier version has no such cuts.
    expect(statusOf({ ...denied(begins), suspension: { ...begins.suspension!, cuts: undefined } })).toBe('suspended');
    expect(statusOf({ ...all, principals: { ...all.principals, Q: { ...principal('Q'), status: 'live', cutBeforeGrant: true } } })).toBe('suspending');
    expect(statusOf({ ...denied(begins), status: 'left' })).toBe('left');
    // A deleted principal can't act.
    expect(statusOf({ ...all, principals: { P: { ...begins.principals.P, missingSince: NOW.toISOString() } } })).toBe('suspended');
  });
});

test.each<[string, unknown]>([
  ['nothing', undefined], ['an object', {}], ['not a number', NaN], ['a few characters', 'x'], ['one that a terminal obeys', 'Its key was seen\u001b[2J'], ['two lines', 'Its key was seen\nin public'],
  ['a dynamic reference', 'Its key is {{resolve:secretsmanager:erp}}'], ['more than the ledger holds', 'x'.repeat(300_000)],
])('fails with %s for a reason', (_what, reason) => {
  expect(refusalOf(decide(joined(), operatorRequest<Suspend>({ kind: 'suspend', reason: reason as string }), context)).code).toBe('ReasonInvalid');
  expect(refusalOf(decide(suspended(), operatorRequest<Resume>({ kind: 'resume', reason: reason as string }), context)).code).toBe('ReasonInvalid');
});

describe('a resumption', () => {
  test('restores the present principal and is reported with both reasons', () => {
    const plan = planOf(decide(suspended(), resume(), context));
    expect(plan).toMatchObject({ transition: 'resume', restore: ['P'], quarantine: [], wait: false });
    expect(plan.events).toMatchObject([{ name: 'resumed', details: { reason: 'The key was replaced', suspendedBy: 'arn:aws:iam::111122223333:user/ada' } }]);
    expect(after(suspended(), plan)).not.toHaveProperty('suspension');
  });

  test('leaves denied what a move denies: the old principal of a stage that is cut first, and not of one that is kept', () => {
    expect(planOf(decide(suspended(after(joined('P'), moving('P', 'Q'))), resume(), context)).restore).toEqual(['Q']);
    expect(planOf(decide(suspended(after(joined('Q'), moving('Q', 'P'))), resume(), context)).restore).toEqual(['P', 'Q']);
  });

  test('restores both of a move that has not been granted yet', () => {
    expect(planOf(decide(suspended(begun(joined('P'), moving('P', 'Q'))), resume(), context)).restore).toEqual(['P', 'Q']);
  });

  test('of one that has left restores nothing, and lets it join again', () => {
    const left = after(suspended(), decide(suspended(), request('Delete', 'P'), during('DELETE_IN_PROGRESS')));
    expect(left).toMatchObject({ status: 'left', suspension: { reason: 'Its key was seen in a public place' } });
    const again = request('Create', 'R');
    expect(refusalOf(decide(left, again, during('CREATE_IN_PROGRESS')))).toMatchObject({ code: 'AgentSuspended', message: expect.stringContaining('nhi resume invoice-bot') });

    const plan = planOf(decide(left, resume(), context));
    expect(plan.restore).toEqual([]);
    expect(planOf(decide(after(left, plan), again, during('CREATE_IN_PROGRESS'))).transition).toBe('join');
  });

  test.each([['is unknown', undefined], ['is not suspended', joined()]])('fails when the agent %s', (_why, state) => {
    expect(refusalOf(decide(state, resume(), context)).code).toBe('NotSuspended');
  });
});

describe('a reassertion', () => {
  const reassert = operatorRequest<Reassert>({ kind: 'reassert' });

  test('of a suspended agent denies again by every means, and keeps who asked and why', () => {
    const state = suspended();
    const plan = planOf(decide(state, reassert, context));
    expect(plan).toMatchObject({ transition: 'reassert', quarantine: ['P'], byEveryMeans: true, cuts: 'apply', events: [] });
    expect(after(state, plan).suspension).toEqual(state.suspension);
  });

  test.each([['is unknown', undefined], ['is not suspended', joined()], ['has left', { ...suspended(), status: 'left' as const }]])('changes nothing of one that %s: it never suspends anybody', (_why, state) => {
    expect(planOf(decide(state, reassert, context))).toMatchObject({ transition: 'none', quarantine: [] });
  });
});

describe('a drill', () => {
  const [drill, endDrill] = [operatorRequest<Drill>({ kind: 'drill' }), operatorRequest<EndDrill>({ kind: 'end-drill', latencyMs: 420 })];
  const drilled = () => denied(after(joined(), decide(joined(), drill, context)));

  test('suspends as a person does, says so, and ends itself', () => {
    expect(drilled().suspension).toMatchObject({ drill: true });
    expect(planOf(decide(joined(), drill, context))).toMatchObject({ quarantine: ['P'], byEveryMeans: true, cuts: 'apply', events: [{ name: 'suspended', details: { drill: true } }] });
    const plan = planOf(decide(drilled(), endDrill, context));
    expect(plan).toMatchObject({ restore: ['P'], cuts: 'restore', events: [{ name: 'resumed', details: { drill: true, latencyMs: 420 } }] });
    expect(after(drilled(), plan)).not.toHaveProperty('suspension');
  });

  test('neither begins nor ends with an agent that somebody suspended in earnest, also during the drill', () => {
    expect(refusalOf(decide(suspended(), drill, context)).code).toBe('AgentSuspended');
    expect(refusalOf(decide(suspended(), endDrill, context)).code).toBe('NotSuspended');
    const state = drilled();
    const earnest = after(state, decide(state, suspend(), context));
    expect(earnest.suspension).toMatchObject({ reason: 'Its key was seen in a public place', cuts: state.suspension!.cuts });
    expect(earnest.suspension).not.toHaveProperty('drill');
    expect(namesOf(planOf(decide(state, suspend(), context)))).toEqual(['suspended']);
    expect(refusalOf(decide(earnest, endDrill, context)).code).toBe('NotSuspended');
  });

  test.each([['is unknown', undefined], ['has left', { ...joined(), status: 'left' as const }]])('of an agent that %s is refused', (_why, state) => {
    expect(refusalOf(decide(state, drill, context)).code).toBe('AgentUnknown');
    expect(refusalOf(decide(state, endDrill, context)).code).toBe('NotSuspended');
  });
});

describe('a deployment of a suspended agent', () => {
  const updating = during('UPDATE_IN_PROGRESS');

  test('is recorded, and denies again by every means', () => {
    const plan = planOf(decide(suspended(), request('Update', 'P', { at: 'P', declared: { expiresAt: '2026-09-01T00:00:00Z' } }), updating));
    expect(plan).toMatchObject({ transition: 'update', quarantine: ['P'], byEveryMeans: true });
    expect(namesOf(plan)).toEqual(['expiry-changed']);
    expect(planOf(decide(joined(), request('Update', 'P', { at: 'P' }), updating))).not.toHaveProperty('byEveryMeans');
  });

  test('with another boundary has that one put back by a resumption; with the same one, the one that was found', () => {
    const state = suspended();
    const found = { ...state, principals: { P: { ...state.principals.P, originalBoundary: 'arn:aws:iam::111122223333:policy/found' } } };
    const update = request('Update', 'P', { at: 'P' });
    expect(after(found, decide(found, update, updating)).principals.P.originalBoundary).toBe('arn:aws:iam::111122223333:policy/found');

    const other = { ...update, intent: { ...update.intent, principal: { ...principal('P'), boundary: 'arn:aws:iam::111122223333:policy/new' } } } as typeof update;
    expect(after(found, decide(found, other, updating)).principals.P.originalBoundary).toBe('arn:aws:iam::111122223333:policy/new');
  });

  test('is refused where it would bring another principal, also one whose move was begun before', () => {
    expect(refusalOf(decide(suspended(), request('Update', 'Q', { at: 'P' }), updating)).code).toBe('AgentSuspended');
    expect(refusalOf(decide(suspended(begun(joined(), moving('P', 'Q'))), request('Update', 'Q', { at: 'P' }), updating)).code).toBe('AgentSuspended');
  });

  test('that takes a move back leaves the old principal denied', () => {
    const state = suspended(after(joined('Q'), moving('Q', 'P')));
    const plan = planOf(decide(state, request('Update', 'Q', { at: 'P' }), during('UPDATE_ROLLBACK_IN_PROGRESS')));
    expect(plan).toMatchObject({ transition: 'undo-move', restore: [], quarantine: ['Q', 'P'], retire: ['P'], byEveryMeans: true });
    expect(after(state, plan)).toMatchObject({ present: 'Q', suspension: SUSPENSION, principals: { Q: { status: 'quarantined' } } });
  });

  test('may remove it: it leaves', () => {
    expect(planOf(decide(suspended(), request('Delete', 'P'), during('DELETE_IN_PROGRESS'))).transition).toBe('leave');
  });
});

test('the end of the suspension of an agent that has left restores nothing, and switches nothing on', () => {
  const plan = planOf(decide({ ...suspended(), status: 'left' }, resume(), context));
  expect(plan).toMatchObject({ transition: 'resume', restore: [], change: { suspension: null } });
  expect(plan).not.toHaveProperty('cuts');
  expect(planOf(decide(suspended(), resume(), context)).cuts).toBe('restore');
});

test('a suspension in earnest keeps what a drill has switched off, so that its end switches it on again', () => {
  const cuts = CUT_NAMES.map((name) => ({ name, changes: name === 'functions' ? [{ id: 'matcher', was: '5' }] : [] }));
  const drilled: PlacementState = { ...suspended(), suspension: { ...SUSPENSION, drill: true, cuts: cuts as never } };
  expect(planOf(decide(drilled, suspend(), context)).note?.suspension).toMatchObject({ reason: 'Its key was seen in a public place', cuts });
});
