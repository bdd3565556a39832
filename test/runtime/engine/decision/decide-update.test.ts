import { after, begun, declaredFor, during, namesOf, NOW, OTHERS, owner, planOf, refusalOf, request, SUSPENSION } from './requests';
import { decide } from '../../../../runtime/engine/decision/decide';
import { Declared, PlacementState } from '../../../../runtime/model/placement-state';
import { Decision } from '../../../../runtime/model/plan';
import { SponsorRecord } from '../../../../src/core/sponsor-record';

const updating = during('UPDATE_IN_PROGRESS');
const undoing = during('UPDATE_ROLLBACK_IN_PROGRESS');
const DAY_MS = 86_400_000;
const inDays = (days: number) => new Date(NOW.getTime() + days * DAY_MS).toISOString();
const inStage = (name: 'P' | 'Q'): PlacementState => after(undefined, decide(undefined, request('Create', name), during('CREATE_IN_PROGRESS')));
const moved = (from: 'P' | 'Q' = 'P', to: 'P' | 'Q' = 'Q'): PlacementState => after(inStage(from), decide(inStage(from), request('Update', to, { at: from }), updating));
const cutting = (): PlacementState => begun(inStage('P'), decide(inStage('P'), request('Update', 'Q', { at: 'P' }), updating));

describe('declared differently', () => {
  test.each<[string, Partial<SponsorRecord>, string, Record<string, unknown>]>([
    ['another sponsor', { id: 'eve@example.com' }, 'eve@example.com', { id: { from: 'ada@example.com', to: 'eve@example.com' } }],
    ['another backup', { backupEmail: 'mia@example.com' }, 'ada@example.com', { backupEmail: { from: 'li@example.com', to: 'mia@example.com' } }],
    ['a cost centre', { costCenter: 'CC-4' }, 'ada@example.com', { costCenter: { from: '', to: 'CC-4' } }],
  ])('%s is recorded, with before and after', (_what, changes, to, changed) => {
    const sponsor = { ...declaredFor('P').sponsor, ...changes };
    const plan = planOf(decide(inStage('P'), request('Update', 'P', { at: 'P', declared: { sponsor } }), updating));
    expect(plan.events).toEqual([expect.objectContaining({ name: 'sponsor-changed', details: { from: 'ada@example.com', to, changed } })]);
    expect(plan).toMatchObject({ quarantine: [], retire: [], answers: { roleId: 'P', stage: 'test' } });
  });

  test('another purpose is recorded', () => {
    const { events } = planOf(decide(inStage('P'), request('Update', 'P', { at: 'P', declared: { purpose: 'Something else' } }), updating));
    expect(events).toEqual([expect.objectContaining({ name: 'purpose-changed', roleId: 'P', details: { from: 'Matches invoices', to: 'Something else' } })]);
  });

  test.each([
    ['kept', 'arn:aws:iam::111122223333:policy/org'],
    ['removed', undefined],
  ])('a boundary that the code has %s is the one on record', (_what, declared) => {
    const joined = inStage('P');
    const before = { ...joined, principals: { P: { ...joined.principals.P, boundary: 'arn:aws:iam::111122223333:policy/org' } } };
    const update = request('Update', 'P', { at: 'P' });
    const { intent } = update;
    const changed = intent.kind === 'change' && declared !== undefined ? { ...update, intent: { ...intent, principal: { ...intent.principal, boundary: declared } } } : update;

    // As it is stored and read again between the steps.
    const stored = JSON.parse(JSON.stringify(decide(before, changed, updating))) as Decision;
    expect(after(before, stored).principals.P.boundary).toBe(declared);
  });

  test('what is as it was is no event', () => {
    expect(planOf(decide(inStage('P'), request('Update', 'P', { at: 'P' }), updating)).events).toEqual([]);
  });

  test.each([
    ['sooner', inDays(30)],
    ['later, within the tenure', inDays(180)],
  ])('the end comes %s', (_what, expiresAt) => {
    expect(namesOf(planOf(decide(inStage('P'), request('Update', 'P', { at: 'P', declared: { expiresAt } }), updating)))).toEqual(['expiry-changed']);
  });

  test('fails when it is extended beyond what the stage allows', () => {
    expect(refusalOf(decide(inStage('P'), request('Update', 'P', { at: 'P', declared: { expiresAt: inDays(181) } }), updating)).code).toBe('TenureExceeded');
  });

  test('fails when an expired agent is extended', () => {
    const later = { ...updating, now: new Date('2026-10-01T00:00:00Z') };
    const state = inStage('P');
    expect(refusalOf(decide(state, request('Update', 'P', { at: 'P', declared: { expiresAt: '2026-11-01T00:00:00Z' } }), later)).code).toBe('AgentExpired');
    const shortened = request('Update', 'P', { at: 'P', declared: { expiresAt: '2026-09-01T00:00:00Z' } });
    expect(planOf(decide(state, shortened, later)).transition).toBe('update');
  });

  test('going back to a longer end is allowed when CloudFormation takes an update back', () => {
    const expired = after(inStage('P'), decide(inStage('P'), request('Update', 'P', { at: 'P', declared: { expiresAt: inDays(-1) } }), updating));
    const back = request('Update', 'P', { at: 'P' });
    expect(planOf(decide(expired, back, undoing)).transition).toBe('update');
    expect(refusalOf(decide(expired, back, updating)).code).toBe('AgentExpired');
  });

  test('the quarantine of a suspended agent is asserted again, and only of a suspended one', () => {
    const update = request('Update', 'P', { at: 'P', declared: { purpose: 'Something else' } });
    expect(planOf(decide({ ...inStage('P'), suspension: SUSPENSION }, update, updating)).quarantine).toEqual(['P']);
    expect(planOf(decide(inStage('P'), update, updating)).quarantine).toEqual([]);
  });
});

describe('moving', () => {
  test('the old principal is cut first where its stage says so, and the new id is answered', () => {
    const plan = planOf(decide(inStage('P'), request('Update', 'Q', { at: 'P' }), updating));
    expect(plan).toMatchObject({
      transition: 'move', quarantine: ['P'], wait: true, retire: [], answers: { roleId: 'Q', stage: 'production' }, note: { pending: { from: 'P', to: 'Q', phase: 'cutting' } },
    });
    expect(namesOf(plan)).toEqual(['moved']);
    expect(moved()).toMatchObject({ present: 'Q', pending: { phase: 'moved' }, principals: { P: { status: 'quarantined' }, Q: { status: 'live' } } });
  });

  test('the old principal works until compute has moved where its stage says so', () => {
    const plan = planOf(decide(inStage('Q'), request('Update', 'P', { at: 'Q' }), updating));
    expect(plan).toMatchObject({ quarantine: [], wait: false });
    expect(moved('Q', 'P').principals.Q.status).toBe('live');
  });

  test('a sponsor that changes with the move is recorded, and again when the move is undone', () => {
    const sponsor = { ...declaredFor('Q').sponsor, id: 'eve@example.com' };
    const move = decide(inStage('P'), request('Update', 'Q', { at: 'P', declared: { sponsor } }), updating);
    expect(namesOf(planOf(move))).toEqual(['moved', 'sponsor-changed']);
    expect(namesOf(planOf(decide(after(inStage('P'), move), request('Update', 'P', { at: 'Q' }), undoing)))).toEqual(['move-undone', 'principal-retired', 'sponsor-changed']);
  });

  test('asked again before it was done, it is done', () => {
    expect(planOf(decide(cutting(), request('Update', 'Q', { at: 'P' }), updating))).toMatchObject({ transition: 'move', quarantine: ['P'], change: { pending: { from: 'P', to: 'Q' } } });
  });

  test('asked again after it was done, it is answered again', () => {
    expect(planOf(decide(moved(), request('Update', 'Q', { at: 'P' }), updating))).toMatchObject({ transition: 'update', quarantine: [], events: [], answers: { roleId: 'Q', stage: 'production' } });
  });

  test('what an earlier move left behind does not stay live', () => {
    const plan = planOf(decide(moved('Q', 'P'), request('Update', 'R', { at: 'P' }), updating));
    expect(plan.quarantine).toEqual(['P', 'Q']);
    expect(plan.events.map(({ name, roleId }) => [name, roleId])).toEqual([['orphan-found', 'Q'], ['moved', 'R']]);
  });

  test('begins at the old principal when CloudFormation has given the last move up', () => {
    const state = after(moved(), decide(moved(), request('Update', 'R', { at: 'P' }), updating));
    expect(state).toMatchObject({ present: 'R', pending: { from: 'P', to: 'R' }, principals: { P: { status: 'quarantined' }, Q: { status: 'quarantined' } } });
  });

  test.each([
    ['expired', { expiresAt: inDays(-1) }, 'AgentExpired'],
    ['bound for an end too far ahead', { expiresAt: inDays(400) }, 'TenureExceeded'],
  ])('fails when it is %s', (_what, declared, code) => {
    expect(refusalOf(decide(inStage('P'), request('Update', 'Q', { at: 'P', declared }), updating)).code).toBe(code);
  });

  test('fails when an expired agent would be extended by moving', () => {
    const later = { ...updating, now: new Date('2026-10-01T00:00:00Z') };
    expect(refusalOf(decide(inStage('P'), request('Update', 'Q', { at: 'P', declared: { expiresAt: '2026-11-01T00:00:00Z' } }), later)).code).toBe('AgentExpired');
  });

  test('fails when it is suspended', () => {
    expect(refusalOf(decide({ ...inStage('P'), suspension: SUSPENSION }, request('Update', 'Q', { at: 'P' }), updating)).code).toBe('AgentSuspended');
  });

  test('fails when the target was retired', () => {
    const back = after(moved(), decide(moved(), request('Update', 'P', { at: 'Q' }), undoing));
    expect(refusalOf(decide(back, request('Update', 'Q', { at: 'P' }), updating)).code).toBe('PrincipalRetired');
  });

  test('fails when it begins at a principal that is not the present one', () => {
    expect(refusalOf(decide(inStage('P'), request('Update', 'Q', { at: 'R' }), updating)).code).toBe('StaleUpdate');
  });

  test('fails when a late copy of an earlier update would undo a later move', () => {
    const settled = after(moved(), decide(moved(), request('Delete', 'P'), during('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS')));
    const onwards = after(settled, decide(settled, request('Update', 'R', { at: 'Q' }), updating));
    expect(refusalOf(decide(onwards, request('Update', 'Q', { at: 'P' }), updating)).code).toBe('StaleUpdate');
    expect(planOf(decide(onwards, request('Update', 'Q', { at: 'R' }), undoing)).transition).toBe('undo-move');
  });
});

describe('taken back', () => {
  test.each([
    ['after it was done', () => moved(), 'Q'],
    ['while it was begun', () => cutting(), 'P'],
  ])('%s, the old principal works again and the new one is retired', (_when, state, at) => {
    const plan = planOf(decide(state(), request('Update', 'P', { at }), undoing));
    expect(plan).toMatchObject({ transition: 'undo-move', quarantine: ['Q'], retire: ['Q'], scope: 'principal', answers: { roleId: 'P', stage: 'test' } });
    expect(after(state(), plan)).toMatchObject({ status: 'active', present: 'P', principals: { P: { status: 'live' }, Q: { status: 'retired' } }, declared: { stage: 'test' } });
    expect(after(state(), plan).pending).toBeUndefined();
  });

  test('what was cut is restored', () => {
    expect(planOf(decide(moved(), request('Update', 'P', { at: 'Q' }), undoing)).restore).toEqual(['P']);
  });

  test('what was never cut needs no restoring', () => {
    expect(planOf(decide(moved('Q', 'P'), request('Update', 'Q', { at: 'P' }), undoing)).restore).toEqual([]);
  });

  test('an agent that was suspended meanwhile is not restored', () => {
    const plan = planOf(decide({ ...moved(), suspension: SUSPENSION }, request('Update', 'P', { at: 'Q' }), undoing));
    expect(plan.restore).toEqual([]);
    expect(after({ ...moved(), suspension: SUSPENSION }, plan).principals.P.status).toBe('quarantined');
  });

  test('twice, the second changes nothing', () => {
    const once = after(moved(), decide(moved(), request('Update', 'P', { at: 'Q' }), undoing));
    expect(planOf(decide(once, request('Update', 'P', { at: 'Q' }), undoing))).toMatchObject({ events: [], quarantine: [], restore: [], retire: [], answers: { roleId: 'P', stage: 'test' } });
  });

  test('without a rollback, what is declared now counts, by the rules of extension', () => {
    const back = (expiresAt: string) => decide(moved(), request('Update', 'P', { at: 'Q', declared: { expiresAt } }), updating);
    expect(after(moved(), back(inDays(30))).declared.expiresAt).toBe(inDays(30));
    expect(refusalOf(back(inDays(181))).code).toBe('TenureExceeded');
  });

  test.each([
    ['an agent that nobody knows', undefined],
    ['an agent that is leaving', { ...inStage('P'), status: 'leaving' as const }],
  ])('of %s is answered, as a refusal would leave the stack stuck; going forward it is refused', (_what, state) => {
    expect(planOf(decide(state, request('Update', 'P', { at: 'P' }), undoing))).toMatchObject({ transition: 'none', answers: { roleId: 'P', stage: 'test' } });
    expect(refusalOf(decide(state, request('Update', 'P', { at: 'P' }), updating)).code).toBe('AgentUnknown');
  });
});

describe('from another stack', () => {
  const theirs = (status: string) => during(status, {}, OTHERS);

  test('fails when it does not own the agent', () => {
    expect(refusalOf(decide(inStage('P'), request('Update', 'P', { at: 'P' }), theirs('UPDATE_IN_PROGRESS'))).code).toBe('NotOwner');
  });

  test('what it takes back is answered, and nothing is touched', () => {
    expect(planOf(decide(inStage('P'), request('Update', 'P', { at: 'P' }), theirs('UPDATE_ROLLBACK_IN_PROGRESS')))).toMatchObject({ transition: 'none', events: [] });
  });

  test('it owns the agent from when it names the owner before it, who has offered it', () => {
    const offered = { ...inStage('P'), offeredTo: 'Others' };
    const take = request('Update', 'P', { at: 'P', transferFrom: 'Mine' });
    expect(after(offered, decide(offered, take, theirs('UPDATE_IN_PROGRESS'))).owner).toEqual(OTHERS);
    expect(refusalOf(decide(inStage('P'), take, theirs('UPDATE_IN_PROGRESS'))).code).toBe('TransferNotOffered');
  });

  test('the same name with another id only once the first no longer exists', () => {
    const again = (ownerIsGone: boolean) => decide(inStage('P'), request('Update', 'P', { at: 'P' }), during('UPDATE_IN_PROGRESS', { ownerIsGone }, owner('Mine', '2')));
    expect(refusalOf(again(false)).code).toBe('NotOwner');
    expect(planOf(again(true)).transition).toBe('update');
  });
});

describe('a roll-back', () => {
  const keyed = { accessKeys: [{ userName: 'agents_invoice-bot_erp', rotationDays: 30 }] } as unknown as Partial<Declared>;
  const revoking = (count: number): Partial<Declared> => ({ revokers: Array.from({ length: count }, (_, index) => ({ id: `crm${index}`, kind: 'http', settings: { url: `https://crm${index}.example.com/`, subject: `bot-${index}` } })) }) as Partial<Declared>;

  test.each<[string, Partial<Declared>, Partial<Declared>, string]>([
    ['of a long-lived key that its stage forbids', {}, keyed, 'LongLivedKeysForbidden'],
    ['of more revokers than are kept', revoking(11), {}, 'RevokersExceeded'],
  ])('%s is not refused; a deployment is', (_what, before, declared, code) => {
    const state = after(undefined, decide(undefined, request('Create', 'P', { declared: before }), during('CREATE_IN_PROGRESS')));
    const changing = (status: string) => decide(state, request('Update', 'P', { at: 'P', declared }), during(status));
    expect(changing('UPDATE_IN_PROGRESS')).toMatchObject({ refused: true, code });
    expect(changing('UPDATE_ROLLBACK_IN_PROGRESS')).toMatchObject({ transition: 'update' });
  });
});
