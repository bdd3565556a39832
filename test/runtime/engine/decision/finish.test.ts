import { after, begun, during, MINE, namesOf, NOW, operatorRequest, OTHERS, planOf, principal, refusalOf, request } from './requests';
import { FinishContext } from '../../../../runtime/engine/decision/context';
import { decide } from '../../../../runtime/engine/decision/decide';
import { Owner, PlacementState } from '../../../../runtime/model/placement-state';
import { Decision } from '../../../../runtime/model/plan';

const OPERATOR = 'arn:aws:iam::111122223333:user/ada';
const [creating, updating, deleting] = ['CREATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'DELETE_IN_PROGRESS'].map((status) => during(status));
const undoing = during('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
const role = (name: string): string => principal(name).roleName;

const joined = (): PlacementState => after(undefined, decide(undefined, request('Create', 'P'), creating));
/** A move from P in test to Q in production that is not completed. */
const moved = (): PlacementState => after(joined(), decide(joined(), request('Update', 'Q', { at: 'P' }), updating));
/** A leave that has begun and not finished. */
const leaving = (state: PlacementState): PlacementState => begun(state, decide(state, request('Delete', state.present), deleting));
/** P in test is an orphan: its clean-up was never sent, and the agent moved to R in staging. */
const orphaned = (): PlacementState => {
  const on = after(moved(), decide(moved(), request('Update', 'R', { at: 'Q' }), updating));
  return after(on, decide(on, request('Delete', 'Q'), during('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS')));
};
/** The move to Q was reverted, and the teardown of Q is not finished. */
const halfUndone = (): PlacementState => begun(moved(), decide(moved(), request('Delete', 'Q'), undoing));
const left = (): PlacementState => after(joined(), decide(joined(), request('Delete', 'P'), deleting));

function finish(state: PlacementState, held: string[], { statuses = ['UPDATE_COMPLETE'], undeleted = [], ...found }: Partial<Omit<FinishContext, 'undeleted'>> & { statuses?: string[]; undeleted?: string[] } = {}): Decision {
  const owners: Owner[] = [MINE, OTHERS];
  return decide(state, operatorRequest({ kind: 'finish' }, OPERATOR), {
    now: NOW,
    stacks: statuses.map((status, index) => ({ status, owner: owners[index] })),
    held: held.map(role),
    undeleted: undeleted.map((name) => state.principals[name]),
    ...found,
  });
}

test.each<[string, PlacementState, string[]]>([
  ['a leave that was begun', leaving(joined()), ['P']],
  ['a leave in the middle of a move', leaving(moved()), ['P', 'Q']],
  ['an agent whose construct went without a word', joined(), ['P']],
  ['a move of which nothing is there any more', moved(), ['P', 'Q']],
])('%s, of which no stack has anything, is finished as a leave', (_what, state, retire) => {
  for (const status of ['UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'DELETE_COMPLETE']) {
    const plan = planOf(finish(state, [], { statuses: [status] }));
    expect(plan).toMatchObject({ transition: 'leave', scope: 'agent', retire, quarantine: retire, restore: [], deletes: retire });
    expect(namesOf(plan)).toEqual([...retire.map(() => 'principal-retired'), 'left']);
    expect(after(state, plan).status).toBe('left');
  }
});

test.each<[string, PlacementState, string[], string[]]>([
  ['the principal that a move left behind', moved(), ['Q'], ['P']],
  ['an orphan of an earlier move', orphaned(), ['R'], ['P']],
])('%s is retired, and the agent stays as it is', (_what, state, held, retire) => {
  const plan = planOf(finish(state, held));
  expect(plan).toMatchObject({ transition: 'retire', scope: 'principal', retire, quarantine: retire, restore: [], wait: true, deletes: retire });
  expect(after(state, plan)).toMatchObject({ status: 'active', present: held[0], declared: { stage: state.declared.stage } });
  expect(after(state, plan).pending).toBeUndefined();
});

test('an undo whose clean-up was given up is finished: what the stack has again works, the other is retired', () => {
  const plan = planOf(finish(halfUndone(), ['P'], { statuses: ['UPDATE_ROLLBACK_COMPLETE'] }));
  expect(plan).toMatchObject({ transition: 'undo-move', retire: ['Q'], restore: ['P'], deletes: ['Q'] });
  expect(after(halfUndone(), plan)).toMatchObject({ status: 'active', present: 'P', declared: { stage: 'test' } });
});

test('roles of retired principals that nobody deleted go, and it is reported', () => {
  const settled = after(moved(), decide(moved(), request('Delete', 'P'), during('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS')));
  const plan = planOf(finish(settled, ['Q'], { undeleted: ['P'] }));
  expect(plan).toMatchObject({ retire: ['P'], quarantine: ['P'], wait: true, deletes: ['P'] });
  expect(plan.events).toEqual([expect.objectContaining({ name: 'orphan-found', roleId: 'P', details: { role: role('P'), foundBy: OPERATOR } })]);
  expect(planOf(finish(left(), [], { undeleted: ['P'] })).retire).toEqual(['P']);
});

test('whatever a stack has is neither denied nor deleted', () => {
  for (const state of [joined(), moved(), orphaned(), halfUndone()]) {
    for (const held of [['P'], ['Q'], ['R'], ['P', 'Q'], ['P', 'Q', 'R']]) {
      const decision = finish(state, held, { undeleted: held.filter((name) => state.principals[name]?.status === 'retired') });
      const touched = 'refused' in decision ? [] : [...decision.quarantine, ...decision.retire];
      expect(touched.filter((name) => held.includes(name))).toEqual([]);
    }
  }
});

test('nothing of a leaving agent is ever restored', () => {
  for (const state of [leaving(joined()), leaving(moved()), leaving(halfUndone())]) {
    for (const held of [[], ['P'], ['Q'], ['P', 'Q']]) {
      const decision = finish(state, held, { statuses: ['UPDATE_ROLLBACK_COMPLETE'] });
      expect('refused' in decision ? [] : decision.restore).toEqual([]);
    }
  }
});

test.each<[string, PlacementState, string[], string]>([
  ['an agent that its stack has', joined(), ['P'], 'NothingToFinish'],
  ['a move that its stack is in', moved(), ['P', 'Q'], 'NothingToFinish'],
  ['an agent that has left', left(), [], 'NothingToFinish'],
  ['a leaving agent that a stack still has', leaving(joined()), ['P'], 'StillInStack'],
])('fails for %s', (_what, state, held, code) => {
  expect(refusalOf(finish(state, held)).code).toBe(code);
});

test.each(['CREATE_IN_PROGRESS', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'DELETE_FAILED', 'UPDATE_ROLLBACK_FAILED', 'ROLLBACK_IN_PROGRESS', 'DELETE_IN_PROGRESS', 'REVIEW_IN_PROGRESS'])(
  'fails while a stack is %s, also that which handed the agent over', (status) => {
    expect(refusalOf(finish(leaving(joined()), [], { statuses: [status] }))).toMatchObject({ code: 'StackNotAtRest', message: expect.stringContaining('Mine') });
    expect(refusalOf(finish(leaving(joined()), [], { statuses: ['UPDATE_COMPLETE', status] }))).toMatchObject({ code: 'StackNotAtRest', message: expect.stringContaining('Others') });
  });

test.each(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'IMPORT_COMPLETE', 'IMPORT_ROLLBACK_COMPLETE', 'ROLLBACK_COMPLETE', 'DELETE_COMPLETE'])('a stack that is %s is at rest', (status) => {
  expect(planOf(finish(leaving(joined()), [], { statuses: [status] })).transition).toBe('leave');
});

test('too many leavers hold for it, too: it is denied, and no role goes', () => {
  const plan = planOf(finish(joined(), [], { undeleted: [], leaversExceeded: '5 leave, 3 may' }));
  expect(plan).toMatchObject({ transition: 'hold', quarantine: ['P'], retire: [], failure: { code: 'MassLeaverLimit' } });
  expect(plan.deletes).toBeUndefined();
});

test('an undo waits for IAM if it denies a role beside it that nobody deleted', () => {
  const state: PlacementState = { ...halfUndone(), principals: { ...halfUndone().principals, S: { ...principal('S', 'staging'), status: 'retired', cutBeforeGrant: true } } };
  const wait = (undeleted: string[]) => planOf(finish(state, ['P'], { statuses: ['UPDATE_ROLLBACK_COMPLETE'], undeleted })).wait;
  expect([wait([]), wait(['S'])]).toEqual([false, true]);
});
