import { ACCESS, after, begun, during, MINE, namesOf, OTHERS, planOf, refusalOf, request, SUSPENSION } from './requests';
import { decide } from '../../../../runtime/engine/decision/decide';
import { isHeldBack, PlacementState } from '../../../../runtime/model/placement-state';

const updating = during('UPDATE_IN_PROGRESS');
const deleting = during('DELETE_IN_PROGRESS');
const cleaningUp = during('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
const cleaningUpAfterUndo = during('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
const undoingCreate = during('ROLLBACK_IN_PROGRESS');

const joined = (): PlacementState => after(undefined, decide(undefined, request('Create', 'P'), during('CREATE_IN_PROGRESS')));
const moved = (): PlacementState => after(joined(), decide(joined(), request('Update', 'Q', { at: 'P' }), updating));
const left = (): PlacementState => after(joined(), decide(joined(), request('Delete', 'P'), deleting));

describe('what nobody knows', () => {
  test.each([
    ['an unknown agent', undefined],
    ['an agent with another principal', joined()],
    ['a principal that is retired', after(moved(), decide(moved(), request('Update', 'P', { at: 'Q' }), during('UPDATE_ROLLBACK_IN_PROGRESS')))],
  ])('%s: answered, nothing touched', (_what, state) => {
    expect(planOf(decide(state, request('Delete', 'Q'), deleting))).toMatchObject({ transition: 'none', quarantine: [], retire: [], events: [] });
  });

  test('a tombstone: answered, nothing touched', () => {
    expect(planOf(decide(left(), request('Delete', 'P'), deleting)).transition).toBe('none');
  });

  test('the Delete after a refused Create leaves the holder of the name alone', () => {
    const plan = planOf(decide(joined(), request('Delete', 'P', { neverJoined: true }), deleting));
    expect(plan).toMatchObject({ transition: 'none' });
  });
});

describe('leaving', () => {
  test.each([
    ['the stack is destroyed', deleting],
    ['the construct is removed', cleaningUp],
    ['the stack that made it is taken back', undoingCreate],
    ['the update that made it is taken back', cleaningUpAfterUndo],
  ])('%s', (_what, circumstances) => {
    const plan = planOf(decide(joined(), request('Delete', 'P'), circumstances));
    expect(plan).toMatchObject({
      transition: 'leave', note: { status: 'leaving' }, quarantine: ['P'], wait: true, retire: ['P'], scope: 'agent', secrets: ['agents/invoice-bot/token'],
    });
    expect(namesOf(plan)).toEqual(['principal-retired', 'left']);
    expect(after(joined(), plan)).toMatchObject({ status: 'left', principals: { P: { status: 'retired' } } });
  });

  test('takes the credential providers that the agent declares', () => {
    const owning = after(undefined, decide(undefined, request('Create', 'P', { declared: { ownProviders: ['agents_invoice-bot_graph'] } }), during('CREATE_IN_PROGRESS')));
    expect(planOf(decide(owning, request('Delete', 'P'), deleting)).providers).toEqual(['agents_invoice-bot_graph']);
    expect(planOf(decide(joined(), request('Delete', 'P'), deleting)).providers).toBeUndefined();
  });

  test('the event of a principal says which tokens outlive it, and for how long', () => {
    const condition = JSON.stringify({ 'ForAllValues:StringEquals': { 'sts:IdentityTokenAudience': 'https://api.example.com' }, 'NumericLessThanEquals': { 'sts:DurationSeconds': 300 } });
    const stages = [{ stage: 'test', digest: 'test-1', grants: [{ actions: ['sts:GetWebIdentityToken'], resources: ['*'], condition }], omitted: 0 }];
    const state = after(undefined, decide(undefined, request('Create', 'P', { declared: { access: { ...ACCESS, stages } } }), during('CREATE_IN_PROGRESS')));
    const retired = (of: PlacementState) => planOf(decide(of, request('Delete', 'P'), deleting)).events.find(({ name }) => name === 'principal-retired')?.details;
    expect(retired(state)).toEqual({ outlivingTokens: [{ audiences: ['https://api.example.com'], seconds: 300 }] });
    expect(retired(joined())).toBeUndefined();
  });

  test.each(['P', 'Q'])('with a move not settled, the Delete of %s takes both, and nothing is restored', (which) => {
    const plan = planOf(decide(moved(), request('Delete', which), deleting));
    expect(plan).toMatchObject({ transition: 'leave', quarantine: ['P', 'Q'], retire: ['P', 'Q'], restore: [], change: { pending: null } });
    const other = which === 'P' ? 'Q' : 'P';
    expect(planOf(decide(after(moved(), plan), request('Delete', other), deleting)).transition).toBe('none');
  });

  test('with a move half done, all goes as well', () => {
    const cutting = begun(joined(), decide(joined(), request('Update', 'Q', { at: 'P' }), updating));
    expect(planOf(decide(cutting, request('Delete', 'P'), deleting)).retire).toEqual(['P', 'Q']);
  });

  test('after a halt the next Delete continues with what is left of it', () => {
    const halted = begun(joined(), decide(joined(), request('Delete', 'P'), deleting));
    expect(halted).toMatchObject({ status: 'leaving', principals: { P: { status: 'retiring' } } });
    expect(planOf(decide(halted, request('Delete', 'P'), deleting))).toMatchObject({ transition: 'leave', retire: ['P'] });
  });

  test('a suspended agent may leave', () => {
    expect(planOf(decide({ ...joined(), suspension: SUSPENSION }, request('Delete', 'P'), deleting)).transition).toBe('leave');
  });
});

describe('clean-up', () => {
  test('of the old principal settles the move', () => {
    const plan = planOf(decide(moved(), request('Delete', 'P'), cleaningUp));
    expect(plan).toMatchObject({ transition: 'retire', quarantine: ['P'], retire: ['P'], scope: 'principal' });
    expect(namesOf(plan)).toEqual(['principal-retired']);
    expect(plan.secrets).toBeUndefined();
    const settled = after(moved(), plan);
    expect(settled).toMatchObject({ status: 'active', present: 'Q', principals: { P: { status: 'retired' }, Q: { status: 'live' } } });
    expect(settled.pending).toBeUndefined();
  });

  test('of the new principal after a failed update means that the move is undone', () => {
    const plan = planOf(decide(moved(), request('Delete', 'Q'), cleaningUpAfterUndo));
    expect(plan).toMatchObject({ transition: 'undo-move', quarantine: ['Q'], restore: ['P'], retire: ['Q'] });
    expect(after(moved(), plan)).toMatchObject({ status: 'active', present: 'P', principals: { P: { status: 'live' }, Q: { status: 'retired' } } });
  });

  test('of what a forgotten move left behind retires it alone', () => {
    const onwards = after(moved(), decide(moved(), request('Update', 'R', { at: 'Q' }), updating));
    expect(planOf(decide(onwards, request('Delete', 'P'), cleaningUp))).toMatchObject({ transition: 'retire', retire: ['P'] });
    expect(after(onwards, decide(onwards, request('Delete', 'P'), cleaningUp)).pending).toMatchObject({ from: 'Q', to: 'R' });
  });

  describe('of nested stacks, while their root continues', () => {
    const nested = (status: string, rootStatus: string) => {
      const { stack, ...others } = during(status);
      return { ...others, stack: { ...stack, rootStatus } };
    };

    test('one that goes after its agent moved to another retires what it still had', () => {
      expect(planOf(decide(moved(), request('Delete', 'P'), nested('DELETE_IN_PROGRESS', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS')))).toMatchObject({ transition: 'retire', retire: ['P'] });
    });

    test.each([
      ['is taken back', 'ROLLBACK_IN_PROGRESS', 'UPDATE_IN_PROGRESS'],
      ['goes again', 'DELETE_IN_PROGRESS', 'UPDATE_ROLLBACK_IN_PROGRESS'],
    ])('one that took the agent over and %s undoes the move', (_what, status, root) => {
      expect(planOf(decide(moved(), request('Delete', 'Q'), nested(status, root)))).toMatchObject({ transition: 'undo-move', restore: ['P'], retire: ['Q'] });
    });

    test('one that goes with its agent takes it along, and so does its root', () => {
      expect(planOf(decide(joined(), request('Delete', 'P'), nested('DELETE_IN_PROGRESS', 'UPDATE_IN_PROGRESS'))).transition).toBe('leave');
      expect(planOf(decide(moved(), request('Delete', 'Q'), nested('DELETE_IN_PROGRESS', 'DELETE_IN_PROGRESS'))).transition).toBe('leave');
    });
  });

  test('fails when access has not gone over yet', () => {
    const cutting = begun(joined(), decide(joined(), request('Update', 'Q', { at: 'P' }), updating));
    expect(refusalOf(decide(cutting, request('Delete', 'P'), cleaningUp)).code).toBe('MoveUnfinished');
  });
});

describe('from another stack', () => {
  const theirs = (status: string) => during(status, {}, OTHERS);

  test('fails when it does not own the principal', () => {
    const refusal = refusalOf(decide(joined(), request('Delete', 'P'), theirs('DELETE_IN_PROGRESS')));
    expect(refusal).toMatchObject({ code: 'NotOwner', message: expect.stringContaining('Mine') });
  });

  test('fails when the agent was offered to it: a Delete hands nothing over', () => {
    expect(refusalOf(decide(offered(), request('Delete', 'P'), theirs('DELETE_IN_PROGRESS'))).code).toBe('NotOwner');
  });

  const offered = (): PlacementState => ({ ...joined(), declared: { ...joined().declared, transferTo: 'Others' } });
  const handedOver = (): PlacementState =>
    after(offered(), decide(offered(), request('Create', 'Q', { transferFrom: 'Mine' }), theirs('CREATE_IN_PROGRESS')));

  test('the one that gave the agent away within its stage releases its principal alone', () => {
    const within = after(offered(), decide(offered(), request('Create', 'S', { transferFrom: 'Mine' }), theirs('CREATE_IN_PROGRESS')));
    const plan = planOf(decide(within, request('Delete', 'P'), cleaningUp));
    expect(plan).toMatchObject({ transition: 'retire', retire: ['P'] });
    expect(after(within, plan)).toMatchObject({ status: 'active', present: 'S', owner: OTHERS, principals: { S: { status: 'live' }, P: { status: 'retired' } } });
  });

  test.each([['cleans up', cleaningUp], ['is deleted', deleting]])('the one that gave the agent away releases its principal when it %s', (_what, circumstances) => {
    const plan = planOf(decide(handedOver(), request('Delete', 'P'), circumstances));
    expect(plan).toMatchObject({ transition: 'retire', retire: ['P'] });
    expect(after(handedOver(), plan)).toMatchObject({ status: 'active', present: 'Q', owner: OTHERS });
  });

  test('fails when the one that gave the agent away deletes what is no more its own', () => {
    expect(refusalOf(decide(handedOver(), request('Delete', 'Q'), deleting)).code).toBe('NotOwner');
  });

  test('a new owner that is taken back before the old one let go gives the agent back', () => {
    const back = after(handedOver(), decide(handedOver(), request('Delete', 'Q'), theirs('ROLLBACK_IN_PROGRESS')));
    expect(back).toMatchObject({ status: 'active', present: 'P', owner: MINE, principals: { P: { status: 'live' }, Q: { status: 'retired' } } });
  });
});

describe('more leavers than the registry allows', () => {
  const tooMany = during('DELETE_IN_PROGRESS', { leaversExceeded: '21 agents leave within an hour, 20 may' });

  test('the agent is quarantined and held, and the response says how to continue', () => {
    const plan = planOf(decide(joined(), request('Delete', 'P'), tooMany));
    expect(plan).toMatchObject({ transition: 'hold', quarantine: ['P'], retire: [], events: [], failure: { code: 'MassLeaverLimit', message: expect.stringContaining('nhi release-leavers') } });
    expect(after(joined(), plan)).toMatchObject({ status: 'leaving', principals: { P: { status: 'quarantined' } } });
    expect(isHeldBack(after(joined(), plan))).toBe(true);
  });

  test('once lifted, the next Delete finishes', () => {
    const held = after(joined(), decide(joined(), request('Delete', 'P'), tooMany));
    expect(planOf(decide(held, request('Delete', 'P'), deleting)).transition).toBe('leave');
  });

  test('a leave that has begun is not one that is held', () => {
    expect(isHeldBack(begun(joined(), decide(joined(), request('Delete', 'P'), deleting)))).toBe(false);
    expect(isHeldBack(joined())).toBe(false);
  });

  test('retirements are no leavers', () => {
    expect(planOf(decide(moved(), request('Delete', 'P'), { ...cleaningUp, leaversExceeded: 'too many' })).transition).toBe('retire');
  });
});

test('a leave that has begun is not reverted by the rollback of the move', () => {
  const leaving = begun(moved(), decide(moved(), request('Delete', 'P'), deleting));
  expect(planOf(decide(moved(), request('Delete', 'Q'), cleaningUpAfterUndo)).transition).toBe('undo-move');
  expect(planOf(decide(leaving, request('Delete', 'Q'), cleaningUpAfterUndo))).toMatchObject({ transition: 'leave', restore: [] });
});

test.each<['P' | 'Q', 'P' | 'Q', boolean]>([['P', 'Q', false], ['Q', 'P', true]])('the undo of a move from %s to %s waits for IAM: %s, as the stage of the new principal says', (from, to, wait) => {
  const state = after(undefined, decide(undefined, request('Create', from), during('CREATE_IN_PROGRESS')));
  const on = after(state, decide(state, request('Update', to, { at: from }), updating));
  expect(planOf(decide(on, request('Delete', to), cleaningUpAfterUndo))).toMatchObject({ transition: 'undo-move', wait });
});
