import { after, during, NOW, operatorRequest, PLACEMENT, planOf, refusalOf, request, SUSPENSION } from './requests';
import { decide } from '../../../../runtime/engine/decision/decide';
import { Declared, PlacementState } from '../../../../runtime/model/placement-state';

const DAY_MS = 86_400_000;
const inDays = (days: number) => new Date(NOW.getTime() + days * DAY_MS).toISOString().replace('.000Z', 'Z');
const updating = during('UPDATE_IN_PROGRESS');
const inStage = (declared: Partial<Declared> = {}): PlacementState =>
  after(undefined, decide(undefined, request('Create', 'P', { declared }), during('CREATE_IN_PROGRESS', { now: new Date('2026-05-01T00:00:00Z') })));
const ended = (): PlacementState => inStage({ expiresAt: inDays(-1) });
const renewing = (changes: { until?: string; reason?: string } = {}) => operatorRequest({ kind: 'renew', until: inDays(60), reason: 'Audit runs until August', ...changes });
const renewed = (changes = {}): PlacementState => after(ended(), decide(ended(), renewing(changes), updating));
const extending = (expiresAt: string, name: 'P' | 'Q' = 'P') => request('Update', name, { at: 'P', declared: { expiresAt } });

test('an operator\'s word is recorded with who and why, and touches nothing', () => {
  const plan = planOf(decide(ended(), renewing(), updating));

  expect(plan).toMatchObject({ transition: 'renew', quarantine: [], restore: [], retire: [] });
  expect(plan.note).toBeUndefined();
  expect(plan.events).toEqual([{
    name: 'renewed',
    stage: 'test',
    roleId: 'P',
    details: { ended: inDays(-1), until: inDays(60), reason: 'Audit runs until August', deployBy: new Date(NOW.getTime() + 7 * DAY_MS).toISOString() },
    key: expect.stringMatching(/^renewed\/request-\d+$/),
  }]);
  const { renewal, ...others } = renewed();
  expect(others).toEqual(ended());
  expect(renewal).toEqual({
    until: inDays(60), stage: 'test', reason: 'Audit runs until August', by: 'arn:aws:iam::111122223333:user/ada', deployBy: new Date(NOW.getTime() + 7 * DAY_MS).toISOString(),
  });
});

test('after it a deployment may declare a later end, and no other deployment may', () => {
  expect(refusalOf(decide(ended(), extending(inDays(60)), updating)).code).toBe('AgentExpired');
  const plan = planOf(decide(renewed(), extending(inDays(60)), updating));
  expect(plan).toMatchObject({ transition: 'update', events: [{ name: 'expiry-changed', details: { from: inDays(-1), to: inDays(60) } }] });
  expect(after(renewed(), plan).declared.expiresAt).toBe(inDays(60));
});

test('a deployment that was taken back may be done again', () => {
  const extended = after(renewed(), decide(renewed(), extending(inDays(60)), updating));
  const back = after(extended, decide(extended, extending(inDays(-1)), during('UPDATE_ROLLBACK_IN_PROGRESS')));

  expect(planOf(decide(back, extending(inDays(60)), updating)).transition).toBe('update');
});

test.each<[string, () => PlacementState, () => ReturnType<typeof extending>, Date, string]>([
  ['a later end than was agreed', renewed, () => extending(inDays(61)), NOW, 'RenewalExceeded'],
  ['too late', renewed, () => extending(inDays(60)), new Date(NOW.getTime() + 7 * DAY_MS), 'AgentExpired'],
  ['a move', renewed, () => extending(inDays(60), 'Q'), NOW, 'AgentExpired'],
  ['another stage since', () => ({ ...renewed(), renewal: { ...renewed().renewal!, stage: 'production' } }), () => extending(inDays(60)), NOW, 'AgentExpired'],
  ['an end that is past', () => renewed({ until: inDays(1) }), () => extending(inDays(1)), new Date(NOW.getTime() + 2 * DAY_MS), 'AgentExpired'],
])('it opens no more than was agreed: %s', (_what, state, update, now, code) => {
  expect(refusalOf(decide(state(), update(), { ...updating, now })).code).toBe(code);
});

test('until the last instant it holds', () => {
  expect(planOf(decide(renewed(), extending(inDays(60)), { ...updating, now: new Date(NOW.getTime() + 7 * DAY_MS - 1) })).transition).toBe('update');
});

test.each([
  ['no agent', undefined, {}, 'AgentUnknown'],
  ['an agent that left', { ...ended(), status: 'left' as const }, {}, 'AgentUnknown'],
  ['an agent that is leaving', { ...ended(), status: 'leaving' as const }, {}, 'AgentUnknown'],
  ['an agent that has not ended', inStage({ expiresAt: inDays(1) }), {}, 'NotEnded'],
  ['an end that is past', ended(), { until: inDays(0) }, 'RenewalInvalid'],
  ['no end', ended(), { until: 'tomorrow' }, 'RenewalInvalid'],
  ['no reason', ended(), { reason: ' ' }, 'RenewalInvalid'],
  ['a reason that a terminal obeys', ended(), { reason: 'Audit runs\u001b[2J until August' }, 'RenewalInvalid'],
  ['an end further ahead than the stage allows', ended(), { until: inDays(181) }, 'TenureExceeded'],
])('fails with %s', (_what, state, changes, code) => expect(refusalOf(decide(state, renewing(changes), updating)).code).toBe(code));

test('the longest that the stage allows is allowed, and a suspended agent stays suspended', () => {
  expect(planOf(decide(ended(), renewing({ until: inDays(180) }), updating)).transition).toBe('renew');
  const suspended: PlacementState = { ...ended(), suspension: SUSPENSION };
  const state = after(suspended, decide(suspended, renewing(), updating));
  expect(state.suspension).toEqual(SUSPENSION);
  expect(planOf(decide(state, extending(inDays(60)), updating)).quarantine).toEqual(['P']);
});

test('a renewal ends with the agent: an agent that joins again under the name has none', () => {
  const left = after(renewed(), decide(renewed(), request('Delete', 'P'), during('DELETE_IN_PROGRESS')));
  expect(left).toMatchObject({ status: 'left' });
  expect(left.renewal).toBeUndefined();
  const again = { ...left, renewal: renewed().renewal };
  expect(after(again, decide(again, request('Create', 'S'), during('CREATE_IN_PROGRESS'))).renewal).toBeUndefined();
});

test('the refusal says what to do, in the words of the warning and of the guide', () => {
  const advice = `let it leave, or let an operator run \`nhi renew ${PLACEMENT.agentName} --until <date> --reason <text>\`, then deploy it with an end no later than that`;

  expect(refusalOf(decide(ended(), extending(inDays(60)), updating)).message).toContain(advice);
  expect(refusalOf(decide(ended(), extending(inDays(-1), 'Q'), updating)).message).toContain(advice);
});
