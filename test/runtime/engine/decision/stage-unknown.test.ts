import { after, declaredFor, during, planOf, refusalOf, request } from './requests';
import { decide } from '../../../../runtime/engine/decision/decide';
import { PlacementState } from '../../../../runtime/model/placement-state';
import { PRODUCTION_PROFILE } from '../../../../src/core/risk-profile';

/** A request for a stage that the registry doesn't define, as the registry's handler reads it. */
const dropped = { knownStages: ['production'], declared: { profile: PRODUCTION_PROFILE } };
const joined = (): PlacementState => after(undefined, decide(undefined, request('Create', 'P'), during('CREATE_IN_PROGRESS')));
const moved = (): PlacementState => after(joined(), decide(joined(), request('Update', 'Q', { at: 'P' }), during('UPDATE_IN_PROGRESS')));

test('nobody joins or moves to a stage that the registry doesn\'t have', () => {
  expect(refusalOf(decide(undefined, request('Create', 'P', dropped), during('CREATE_IN_PROGRESS')))).toMatchObject({
    code: 'StageUnknown', message: 'the registry agents has no stage test: use production, or add it to the registry\'s stages and deploy the registry first',
  });
  expect(refusalOf(decide(joined(), request('Update', 'R', { ...dropped, at: 'P' }), during('UPDATE_IN_PROGRESS'))).code).toBe('StageUnknown');
});

test('an agent of such a stage can leave, and be updated, by what the stage demanded when it came', () => {
  expect(planOf(decide(joined(), request('Delete', 'P', dropped), during('DELETE_IN_PROGRESS'))).transition).toBe('leave');
  const updated = after(joined(), decide(joined(), request('Update', 'P', { ...dropped, at: 'P' }), during('UPDATE_IN_PROGRESS')));
  expect(updated.declared.profile).toEqual(declaredFor('P').profile);
});

test('a move out of it that fails is taken back', () => {
  const plan = planOf(decide(moved(), request('Update', 'P', { ...dropped, at: 'Q' }), during('UPDATE_ROLLBACK_IN_PROGRESS')));
  expect(plan).toMatchObject({ transition: 'undo-move', restore: ['P'] });
  expect(after(moved(), plan).declared.profile).toEqual(declaredFor('P').profile);
});
