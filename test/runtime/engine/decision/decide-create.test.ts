import { after, begun, declaredFor, during, MINE, namesOf, NOW, OTHERS, owner, planOf, refusalOf, request, operatorRequest, SUSPENSION } from './requests';
import { decide } from '../../../../runtime/engine/decision/decide';
import { PlacementState } from '../../../../runtime/model/placement-state';

const creating = during('CREATE_IN_PROGRESS');
const joined = () => after(undefined, decide(undefined, request('Create', 'P'), creating));
const left = () => after(joined(), decide(joined(), request('Delete', 'P'), during('DELETE_IN_PROGRESS')));
const DAY_MS = 86_400_000;
const inDays = (days: number) => new Date(NOW.getTime() + days * DAY_MS).toISOString();

describe('joining', () => {
  test('an unknown agent joins, and its stack owns it from then on', () => {
    const plan = planOf(decide(undefined, request('Create', 'P'), creating));
    expect(plan).toMatchObject({ transition: 'join', quarantine: [], retire: [], answers: { roleId: 'P', stage: 'test' }, change: { status: 'active', present: 'P', owner: MINE } });
    expect(namesOf(plan)).toEqual(['joined']);
    expect(joined().principals.P.status).toBe('live');
  });

  test('one that has left joins again with a new principal, and keeps the tombstones of the old', () => {
    const state = after(left(), decide(left(), request('Create', 'S'), creating));
    expect(state).toMatchObject({ status: 'active', present: 'S', principals: { P: { status: 'retired' }, S: { status: 'live' } } });
  });

  test('one that has left may join from any stack', () => {
    expect(after(left(), decide(left(), request('Create', 'S'), during('CREATE_IN_PROGRESS', {}, OTHERS))).owner).toEqual(OTHERS);
  });

  test.each([
    ['an end in the past', inDays(-1), 'AgentExpired'],
    ['an end this very instant', inDays(0), 'AgentExpired'],
    ['an end further ahead than the stage allows', inDays(181), 'TenureExceeded'],
  ])('fails when it has %s', (_what, expiresAt, code) => {
    expect(refusalOf(decide(undefined, request('Create', 'P', { declared: { expiresAt } }), creating)).code).toBe(code);
  });

  test.each([inDays(0.001), inDays(180)])('is allowed with the end %s', (expiresAt) => {
    expect(planOf(decide(undefined, request('Create', 'P', { declared: { expiresAt } }), creating)).transition).toBe('join');
  });
});

describe('a name that is taken', () => {
  test('fails when another stack holds the name', () => {
    const refusal = refusalOf(decide(joined(), request('Create', 'Q'), during('CREATE_IN_PROGRESS', {}, OTHERS)));
    expect(refusal.code).toBe('NameTaken');
    expect(refusal.message).toContain('Mine');
  });

  test('fails when a stack of the same name and another id asks while the owner exists', () => {
    expect(refusalOf(decide(joined(), request('Create', 'Q'), during('CREATE_IN_PROGRESS', { ownerIsGone: false }, owner('Mine', '2')))).code).toBe('NameTaken');
  });

  test('a stack made again under the same name takes over when the first exists no more', () => {
    const state = after(joined(), decide(joined(), request('Create', 'S'), during('CREATE_IN_PROGRESS', { ownerIsGone: true }, owner('Mine', '2'))));
    expect(state).toMatchObject({ present: 'S', owner: { stackId: owner('Mine', '2').stackId }, pending: { from: 'P', to: 'S' } });
  });

  test('fails when a stack of another name asks after the owner no longer exists', () => {
    expect(refusalOf(decide(joined(), request('Create', 'Q'), during('CREATE_IN_PROGRESS', { ownerIsGone: true }, OTHERS))).code).toBe('NameTaken');
  });

  const take = (state: PlacementState) => decide(state, request('Create', 'Q', { transferFrom: 'Mine' }), during('CREATE_IN_PROGRESS', {}, OTHERS));
  const offered = (transferTo: string): PlacementState => ({ ...joined(), declared: { ...joined().declared, transferTo } });

  test.each([
    ['its holder declares', offered('Others')],
    ['an operator named', after(joined(), decide(joined(), operatorRequest({ kind: 'offer-transfer', toStack: 'Others' }), creating))],
  ])('is handed over to the stack that %s', (_what, state) => {
    expect(after(state, take(state))).toMatchObject({ owner: OTHERS, present: 'Q', pending: { from: 'P', previousOwner: MINE } });
  });

  test('is handed over within its stage, where names are generated: the former principal is cut, and nothing is approved again', () => {
    const state = offered('Others');
    const decision = decide(state, request('Create', 'S', { transferFrom: 'Mine' }), during('CREATE_IN_PROGRESS', {}, OTHERS));
    expect(planOf(decision)).toMatchObject({ transition: 'move', quarantine: ['P'], wait: true, retire: [] });
    expect(after(state, decision)).toMatchObject({ owner: OTHERS, present: 'S', declared: { stage: 'test' }, pending: { from: 'P', to: 'S', previousOwner: MINE } });
  });

  test('an offer holds once', () => {
    const state = after(joined(), decide(joined(), operatorRequest({ kind: 'offer-transfer', toStack: 'Others' }), creating));
    expect(after(state, take(state)).offeredTo).toBeUndefined();
  });

  test.each([
    ['nobody offered it', joined()],
    ['its holder offers it to another stack', offered('Third')],
    ['an operator withdrew the offer', after(joined(), decide({ ...joined(), offeredTo: 'Others' }, operatorRequest({ kind: 'offer-transfer' }), creating))],
  ])('fails when %s: naming the holder takes nothing', (_what, state) => {
    expect(refusalOf(take(state))).toMatchObject({ code: 'TransferNotOffered', message: expect.stringContaining('transferTo') });
  });

  test('fails when it is handed over from a stack that does not hold it', () => {
    expect(refusalOf(decide(joined(), request('Create', 'Q', { transferFrom: 'Third' }), during('CREATE_IN_PROGRESS', {}, OTHERS))).code).toBe('NameTaken');
  });
});

describe('asked again', () => {
  test('the same principal is answered again and nothing happens twice', () => {
    const plan = planOf(decide(joined(), request('Create', 'P'), creating));
    expect(plan).toMatchObject({ answers: { roleId: 'P', stage: 'test' }, quarantine: [], retire: [], events: [] });
  });

  test('another principal of the same stack is a move', () => {
    expect(planOf(decide(joined(), request('Create', 'Q'), creating)).transition).toBe('move');
  });

  test('fails when an expired agent would come back to life as a move', () => {
    const expired = { ...joined(), declared: declaredFor('P', { expiresAt: inDays(-1) }) };
    expect(refusalOf(decide(expired, request('Create', 'Q'), creating)).code).toBe('AgentExpired');
  });

  test('fails when a principal that was retired would come back', () => {
    expect(refusalOf(decide(left(), request('Create', 'P'), creating)).code).toBe('PrincipalRetired');
  });

  test('fails when a suspended agent would get another principal', () => {
    expect(refusalOf(decide({ ...joined(), suspension: SUSPENSION }, request('Create', 'Q'), creating)).code).toBe('AgentSuspended');
  });
});

describe('after a leave that came to a halt', () => {
  const halted = () => begun(joined(), decide(joined(), request('Delete', 'P'), during('DELETE_IN_PROGRESS')));

  test('the leave is finished before the agent joins again', () => {
    const plan = planOf(decide(halted(), request('Create', 'S', { declared: { ownSecrets: ['agents/invoice-bot/other'] } }), creating));
    expect(plan).toMatchObject({ transition: 'join', quarantine: ['P'], retire: ['P'], wait: true, scope: 'agent', secrets: ['agents/invoice-bot/token'] });
    expect(namesOf(plan)).toEqual(['principal-retired', 'left', 'joined']);
  });

  test('what was torn down is that of the sponsor who was accountable then, and is noted before anything is done', () => {
    const sponsor = { ...declaredFor('S').sponsor, id: 'eve@example.com' };
    const plan = planOf(decide(halted(), request('Create', 'S', { declared: { sponsor } }), creating));
    expect(plan.note).toEqual({ principals: { P: { status: 'retiring' } } });
    expect(plan.events.map(({ name, sponsorId }) => [name, sponsorId])).toEqual([['principal-retired', 'ada@example.com'], ['left', 'ada@example.com'], ['joined', undefined]]);
  });

  test('beyond the limit of leavers the join waits until an operator releases the leave', () => {
    const refusal = refusalOf(decide(halted(), request('Create', 'S'), { ...creating, leaversExceeded: '21 agents leave within an hour, 20 may' }));
    expect(refusal).toMatchObject({ code: 'MassLeaverLimit', message: expect.stringMatching(/^21 agents leave .*nhi release-leavers/) });
    // An agent that has not left doesn't count as a leaver.
    expect(planOf(decide(undefined, request('Create', 'S'), { ...creating, leaversExceeded: 'too many' })).transition).toBe('join');
  });

  test('secrets that the new declaration names are kept', () => {
    expect(planOf(decide(halted(), request('Create', 'S'), creating)).secrets).toEqual([]);
  });

  test('fails when the principal that is being torn down would join', () => {
    expect(refusalOf(decide(halted(), request('Create', 'P'), creating)).code).toBe('PrincipalRetired');
  });
});
