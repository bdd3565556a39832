import { reviewerOf } from '../../../runtime/certification';
import { PlacementState } from '../../../runtime/model/placement-state';
import { declaredFor } from '../engine/decision/requests';

const NOW = new Date('2026-10-01T00:00:00Z');
const state = { declared: declaredFor('P'), principals: { AROAOWN: {} } } as unknown as PlacementState;
const session = (sessionName: string, roleId = 'AROAREVIEWERS') => ({ roleId, sessionName, userId: `${roleId}:${sessionName}` });
const LI = {
  kind: 'person', name: 'li@example.com', email: 'li@example.com', accountableName: 'li@example.com', accountableEmail: 'li@example.com', backupEmail: 'ada@example.com', id: 'li@example.com',
} as const;

test.each([
  ['ada@example.com', 'sponsor'],
  ['Ada@Example.com', 'sponsor'],
  ['li@example.com', 'backup'],
  ['eve@example.com', undefined],
])('%s is %s', (name, relation) => {
  expect(reviewerOf(state, session(name), NOW)?.relation).toBe(relation);
});

test('the agent itself is nobody, whatever its session is called', () => {
  expect(reviewerOf(state, session('ada@example.com', 'AROAOWN'), NOW)).toBeUndefined();
});

test('after a lapse who took over is the sponsor, and the lapsed person decides nothing, not even as the backup of the new one', () => {
  const passedOn = { ...state, succession: { lapsed: 'ada@example.com', sponsor: LI, since: '2026-09-01T00:00:00Z' } };
  expect(reviewerOf(passedOn, session('li@example.com'), NOW)?.relation).toBe('sponsor');
  expect(reviewerOf(passedOn, session('Ada@example.com'), NOW)).toBeUndefined();
});
