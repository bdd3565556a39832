import { after, begun, declaredFor, during, planOf, refusalOf, request, SUSPENSION } from './requests';
import { decide } from '../../../../runtime/engine/decision/decide';
import { OwnCredential } from '../../../../runtime/model/own-credentials';
import { Declared, PlacementState } from '../../../../runtime/model/placement-state';
import { MOST_CREDENTIALS, MOST_FORMER_CREDENTIALS } from '../../../../src/contract/own-credentials';
import { ResidueKind } from '../../../../src/contract/residue';

const creating = during('CREATE_IN_PROGRESS');
const updating = during('UPDATE_IN_PROGRESS');
const deleting = during('DELETE_IN_PROGRESS');
const KEY: OwnCredential = { kind: 'api-gateway-key', name: 'agents_invoice-bot_test_erp' };
const PROFILE: OwnCredential = { kind: 'roles-anywhere-profile', name: 'agents_invoice-bot_test_scanner' };
const NEXT: OwnCredential = { ...PROFILE, name: 'agents_invoice-bot_production_scanner' };
const keysAllowed = { profile: { ...declaredFor('P').profile, longLivedKeysAllowed: true } };

const joining = (credentials: OwnCredential[], more: Partial<Declared> = {}) => request('Create', 'P', { declared: { credentials, ...more } });
const joinedWith = (...credentials: OwnCredential[]): PlacementState => (
  after(undefined, decide(undefined, joining(credentials, keysAllowed), creating)));
const movedWith = (from: OwnCredential[], to: OwnCredential[]): PlacementState => {
  const before = joinedWith(...from);
  return after(before, decide(before, request('Update', 'Q', { at: 'P', declared: { credentials: to, ...keysAllowed } }), updating));
};

describe('what an agent may declare', () => {
  test.each<[string, OwnCredential, Partial<Declared>, string | undefined]>([
    ['a key where stages allow long-lived keys', KEY, keysAllowed, undefined],
    ['a key where they don\'t', KEY, {}, 'LongLivedKeysForbidden'],
    ['a profile, which is not long-lived', PROFILE, {}, undefined],
    ['the key of another agent', { ...KEY, name: 'agents_other-bot_test_erp' }, keysAllowed, 'CredentialForeign'],
    ['the key of an agent whose name begins alike', { ...KEY, name: 'agents_invoice-bots_test_erp' }, keysAllowed, 'CredentialForeign'],
  ])('%s', (_what, credential, declared, code) => {
    const decision = decide(undefined, joining([credential], declared), creating);
    expect('refused' in decision ? decision.code : undefined).toBe(code);
  });

  test.each([[[ResidueKind.EKS], 'CredentialsOff'], [[ResidueKind.ROLES_ANYWHERE], undefined]])('in a registry that wipes %p', (wipes, code) => {
    const decision = decide(undefined, joining([PROFILE]), { ...creating, wipes: new Set(wipes) });
    expect('refused' in decision ? decision.code : undefined).toBe(code);
  });

  test('a suspended agent gets no new credential, and keeps those that it has', () => {
    const suspended = { ...joinedWith(PROFILE), suspension: SUSPENSION };
    const update = (...credentials: OwnCredential[]) => decide(suspended, request('Update', 'P', { at: 'P', declared: { credentials, ...keysAllowed } }), updating);
    expect(refusalOf(update(PROFILE, KEY)).code).toBe('AgentSuspended');
    expect(planOf(update(PROFILE)).transition).toBe('update');
  });

  test('a roll-back to a credential that the agent has is not refused, whatever the registry says now', () => {
    const update = (state: PlacementState) => decide(state, request('Update', 'P', { at: 'P', declared: { credentials: [KEY] } }), { ...updating, wipes: new Set() });
    expect(planOf(update(joinedWith(KEY))).transition).toBe('update');
    expect(refusalOf(update(joinedWith())).code).toBe('LongLivedKeysForbidden');
  });

  test('a roll-back is not refused for a credential, and denies again what was torn down', () => {
    const back = (state: PlacementState) => (
      decide(state, request('Update', 'P', { at: 'P', declared: { credentials: [PROFILE], ...keysAllowed } }), during('UPDATE_ROLLBACK_IN_PROGRESS')));
    expect(planOf(back({ ...joinedWith(KEY), suspension: SUSPENSION })).transition).toBe('update');
    const was = joinedWith(PROFILE);
    const gone: PlacementState = {
      ...was,
      status: 'left',
      suspension: SUSPENSION,
      expired: { end: was.declared.expiresAt, at: SUSPENSION.since, cause: 'offboard' },
      principals: { P: { ...was.principals.P, status: 'retired', awaitedBy: { id: 'c', sha256: 'd' } } },
    };
    expect(planOf(back(gone))).toMatchObject({ quarantine: ['P'] });
  });

  test('what it no longer declares counts as new, unless a roll-back needs it', () => {
    const dropped = after(joinedWith(PROFILE), decide(joinedWith(PROFILE), request('Update', 'P', { at: 'P', declared: { credentials: [], ...keysAllowed } }), updating));
    const again = (status: string) => decide({ ...dropped, suspension: SUSPENSION }, request('Update', 'P', { at: 'P', declared: { credentials: [PROFILE], ...keysAllowed } }), during(status));
    expect(refusalOf(again('UPDATE_IN_PROGRESS')).code).toBe('AgentSuspended');
    expect(planOf(again('UPDATE_ROLLBACK_IN_PROGRESS')).transition).toBe('update');
  });

  test('one of a former life counts as new', () => {
    const left = after(joinedWith(KEY), decide(joinedWith(KEY), request('Delete', 'P'), deleting));
    expect(refusalOf(decide(left, joining([KEY]), creating)).code).toBe('LongLivedKeysForbidden');
  });
});

describe('how many former ones are remembered', () => {
  const generation = (number: number): OwnCredential[] => Array.from({ length: MOST_CREDENTIALS }, (_, index) => ({ ...PROFILE, name: `${PROFILE.name}-${index}_${number}` }));
  const next = (state: PlacementState, credentials: OwnCredential[], context = updating) => decide(
    state, request('Update', 'P', { at: 'P', declared: { credentials, ...keysAllowed } }), context as typeof updating,
  );
  const full = [2, 3].reduce((state, number) => after(state, next(state, generation(number))), joinedWith(...generation(1)));

  test('as many as the ledger has room for, and no new one before some of them are deleted', () => {
    const state = after(full, next(full, []));
    expect(state.credentials!.filter(({ droppedAt }) => droppedAt !== undefined)).toHaveLength(MOST_FORMER_CREDENTIALS + MOST_CREDENTIALS);
    expect(refusalOf(next(full, generation(4)))).toMatchObject({ code: 'CredentialsExceeded', message: expect.stringContaining('has 60 former credentials') });
    expect(refusalOf(next(state, [PROFILE])).code).toBe('CredentialsExceeded');
    expect(planOf(next({ ...state, credentials: state.credentials!.slice(20) }, [PROFILE])).transition).toBe('update');
  });

  test('those of a kind that the registry no longer wipes stand in the way of nothing, because nobody looks for them', () => {
    const wipes = new Set([ResidueKind.API_GATEWAY_KEYS]);
    expect(planOf(next(full, [KEY], { ...updating, wipes })).transition).toBe('update');
    expect(refusalOf(next(full, [PROFILE], { ...updating, wipes })).code).toBe('CredentialsOff');
    expect(refusalOf(next(full, [KEY], { ...updating, wipes: new Set([...wipes, ResidueKind.ROLES_ANYWHERE]) })).code).toBe('CredentialsExceeded');
  });

  test('a roll-back goes through', () => {
    expect(planOf(next(full, generation(4), during('UPDATE_ROLLBACK_IN_PROGRESS'))).transition).toBe('update');
  });
});

describe('since when it is known', () => {
  const LATER = { ...updating, now: new Date('2026-06-02T00:00:00Z') };
  const LAST = { ...updating, now: new Date('2026-06-03T00:00:00Z') };
  const [FIRST_AT, LATER_AT] = ['2026-06-01T00:00:00.000Z', '2026-06-02T00:00:00.000Z'];
  const update = (state: PlacementState, credentials: OwnCredential[], context: typeof LATER) => after(state, decide(
    state, request('Update', 'P', { at: 'P', declared: { credentials, ...keysAllowed } }), context,
  ));

  test('since its first declaration, whatever is declared besides it, and another generation since its own', () => {
    const [erp, next] = [KEY, { ...KEY, name: `${KEY.name}_2` }];
    const later = update(joinedWith(erp, PROFILE), [next, PROFILE], LATER);
    const profile = { ...PROFILE, since: FIRST_AT };
    expect(later.credentials).toEqual([{ ...next, since: LATER_AT }, profile, { ...erp, since: FIRST_AT, droppedAt: LATER_AT }]);
    expect(update(later, [next, PROFILE], LAST).credentials).toEqual(later.credentials);
    const back = update(later, [erp, PROFILE], LAST);
    expect(back.credentials).toEqual([{ ...erp, since: FIRST_AT }, profile, { ...next, since: LATER_AT, droppedAt: LAST.now.toISOString() }]);
  });

  test('a client of another user pool is another one, and one whose tokens live longer is the same', () => {
    const client: OwnCredential = { kind: 'user-pool-client', name: 'agents_invoice-bot_test_crm', userPool: 'eu-west-1_a', tokenSeconds: 300 };
    const [longer, moved] = [{ ...client, tokenSeconds: 600 }, { ...client, userPool: 'eu-west-1_b' }];
    expect(update(joinedWith(client), [longer], LATER).credentials).toEqual([{ ...longer, since: FIRST_AT }]);
    const later = update(joinedWith(client), [moved], LATER);
    expect(later.credentials).toEqual([{ ...moved, since: LATER_AT }, { ...client, since: FIRST_AT, droppedAt: LATER_AT }]);
  });

  test('an agent without any has no record', () => {
    expect([joinedWith().credentials, update(joinedWith(), [], LATER).credentials]).toEqual([undefined, undefined]);
  });
});

describe('what is deleted', () => {
  test('a leave takes all that the ledger knows, of a move that is not settled too', () => {
    expect(planOf(decide(joinedWith(KEY, PROFILE), request('Delete', 'P'), deleting)).credentials).toEqual([KEY, PROFILE]);
    expect(planOf(decide(movedWith([KEY, PROFILE], [NEXT]), request('Delete', 'Q'), deleting)).credentials).toEqual([NEXT, KEY, PROFILE]);
    expect(planOf(decide(joinedWith(), request('Delete', 'P'), deleting)).credentials).toBeUndefined();
  });

  test('a settled move takes those of the former stage only', () => {
    const settling = decide(movedWith([KEY, PROFILE], [NEXT, KEY]), request('Delete', 'P'), during('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'));
    expect(planOf(settling)).toMatchObject({ transition: 'retire', credentials: [PROFILE] });
  });

  test('an undone move takes those of the new stage only', () => {
    const undoing = decide(movedWith([KEY, PROFILE], [NEXT, KEY]), request('Update', 'P', { at: 'Q', declared: { credentials: [KEY, PROFILE] } }), during('UPDATE_ROLLBACK_IN_PROGRESS'));
    expect(planOf(undoing)).toMatchObject({ transition: 'undo-move', credentials: [NEXT] });
  });

  test('a leave that is finished by a new join keeps what is declared again', () => {
    const halted = begun(joinedWith(KEY, PROFILE), decide(joinedWith(KEY, PROFILE), request('Delete', 'P'), deleting));
    const again = decide(halted, request('Create', 'Q', { declared: { credentials: [PROFILE], ...keysAllowed } }), creating);
    expect(planOf(again).credentials).toEqual([KEY]);
  });
});
