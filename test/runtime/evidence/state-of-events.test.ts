import { contradictionsOf } from '../../../runtime/evidence';
import { PlacementLedger } from '../../../runtime/ledger';
import { PlacementState } from '../../../runtime/model/placement-state';
import { PlannedEvent } from '../../../runtime/model/plan';
import { LifecycleEvent } from '../../../src/core/lifecycle-event';
import { declaredFor, MINE, NOW, PLACEMENT, principal } from '../engine/decision/requests';
import { MemoryTable } from '../ledger/memory-table';

const CONTEXT = { registry: 'agents', actor: 'stack', time: NOW };
const SPONSOR = { ...declaredFor('P').sponsor, id: 'eve@example.com' };
const joined: PlannedEvent = { name: 'joined', stage: 'test', roleId: 'P', details: { expires: '2026-10-01T00:00:00Z', purpose: 'Matches invoices' }, key: 'joined' };
const record = (name: string) => ({ ...principal(name), status: 'live' as const, cutBeforeGrant: false });
let events: LifecycleEvent[];
let state: PlacementState;

/** An agent that joined in test, moved to production, got another sponsor and end, was offered, and whose first principal was retired. */
beforeAll(async () => {
  const ledger = new PlacementLedger(new MemoryTable().table);
  const declared = declaredFor('P');
  const { state: first } = await ledger.commit(PLACEMENT, undefined, {
    status: 'active', present: 'P', principals: { P: record('P') }, owner: MINE, declared, joinedAt: NOW.toISOString(),
  }, [joined], CONTEXT);
  const after = { ...declaredFor('Q'), sponsor: SPONSOR, expiresAt: '2026-11-01T00:00:00Z' };
  await ledger.commit(PLACEMENT, first, { present: 'Q', principals: { P: { status: 'retired' }, Q: record('Q') }, declared: after, offeredTo: 'Others' }, [
    { name: 'moved', stage: 'production', roleId: 'Q', key: 'moved' },
    { name: 'sponsor-changed', stage: 'production', roleId: 'Q', details: { from: 'ada@example.com', to: SPONSOR.id }, key: 'sponsor' },
    { name: 'expiry-changed', stage: 'production', roleId: 'Q', details: { from: declared.expiresAt, to: after.expiresAt }, key: 'expiry' },
    { name: 'transfer-offered', stage: 'production', roleId: 'Q', details: { from: '', to: 'Others' }, key: 'offer' },
    { name: 'principal-retired', stage: 'test', roleId: 'P', key: 'retired' },
  ], CONTEXT);
  events = await ledger.events(PLACEMENT);
  state = (await ledger.state(PLACEMENT))!;
});
const found = (changed: PlacementState) => contradictionsOf(changed, events);

test('a state that is what its events made of it contradicts nothing', () => {
  expect(events).toHaveLength(6);
  expect(found(state)).toEqual([]);
});

test.each<[string, (state: PlacementState) => PlacementState]>([
  ['suspension, which is written before it is told', (was) => ({ ...was, suspension: { since: '', by: '', reason: '' } })],
  ['status, to be leaving', (was) => ({ ...was, status: 'leaving' })],
  ['time of the join, by as long as a join takes', (was) => ({ ...was, joinedAt: new Date(NOW.getTime() - 3_600_000).toISOString() })],
  ['trouble', (was) => ({ ...was, trouble: { since: '', code: 'X', message: '', requestId: '' } })],
  ['principal, quarantined', (was) => ({ ...was, principals: { ...was.principals, Q: { ...was.principals.Q, status: 'quarantined' } } })],
])('what no event tells may change: %s', (_what, change) => {
  expect(found(change(state))).toEqual([]);
});

test.each<[string, (state: PlacementState) => PlacementState, number, string]>([
  ['sponsor', (was) => ({ ...was, declared: { ...was.declared, sponsor: { ...SPONSOR, id: 'mallory@example.com' } } }), 1, 'its sponsor is "mallory@example.com", and this event says "eve@example.com"'],
  ['end', (was) => ({ ...was, declared: { ...was.declared, expiresAt: '2099-01-01T00:00:00Z' } }), 3, 'its end is "2099-01-01T00:00:00Z", and this event says "2026-11-01T00:00:00Z"'],
  ['stage', (was) => ({ ...was, declared: { ...was.declared, stage: 'test' } }), 1, 'its stage is "test", and this event says "production"'],
  ['present principal', (was) => ({ ...was, present: 'P' }), 1, 'its present principal is "P", and this event says "Q"'],
  ['status', (was) => ({ ...was, status: 'left' }), 0, 'its status is "left", and this event says "not left"'],
  ['role of a principal', (was) => ({ ...was, principals: { ...was.principals, Q: { ...was.principals.Q, roleArn: 'arn:aws:iam::111122223333:role/agents/x' } } }), 1, 'its principal Q is'],
  ['name of a principal\'s role', (was) => ({ ...was, principals: { ...was.principals, Q: { ...was.principals.Q, roleName: 'x' } } }), 1, 'the role of its principal Q is "'],
  ['path of a retired role', (was) => ({ ...was, principals: { ...was.principals, P: { ...was.principals.P, path: '/x/' } } }), 0, 'the role of its principal P is "/x/'],
  ['time of the join, to put off reviews', (was) => ({ ...was, joinedAt: new Date(NOW.getTime() + 3_600_001).toISOString() }), 0, 'it joined at "'],
  ['time of the join, to none', (was) => ({ ...was, joinedAt: 'x' }), 0, 'it joined at "x"'],
  ['list of principals', ({ principals: { P: _, ...principals }, ...was }) => ({ ...was, principals }), 0, 'its principal P is "unknown"'],
  ['status of a retired principal', (was) => ({ ...was, principals: { ...was.principals, P: { ...was.principals.P, status: 'live' } } }), 5, 'its principal P is "live", and this event says "retired"'],
  ['status of a live principal', (was) => ({ ...was, principals: { ...was.principals, Q: { ...was.principals.Q, status: 'retired' } } }), 5, 'its principal Q was retired, and no event does'],
  ['offer', (was) => ({ ...was, offeredTo: 'Mallory' }), 4, 'its offer is "Mallory", and this event says "Others"'],
  ['offer, to none', ({ offeredTo: _, ...was }) => was, 4, 'its offer is "none", and this event says "Others"'],
  ['purpose', (was) => ({ ...was, declared: { ...was.declared, purpose: 'Pays invoices' } }), 0, 'its purpose is "Pays invoices", and this event says "Matches invoices"'],
  ['renewal', (was) => ({ ...was, renewal: { until: '2099-01-01T00:00:00Z', stage: 'test', reason: 'x', by: 'eve', deployBy: '2099-01-01T00:00:00Z' } }), 0, 'its renewal is "until 2099'],
  ['list of principals, by one more', (was) => ({ ...was, principals: { ...was.principals, X: record('X') } }), 5, 'it has the principal X, and no event does'],
  ['count of events', (was) => ({ ...was, sequence: 5 }), 5, 'counts 5 events, there are 6'],
])('who changes the %s alone is found out, by the event that says otherwise', (_what, change, at, reason) => {
  expect(found(change(state))).toEqual(expect.arrayContaining([{ at, reason: expect.stringContaining(reason) }]));
});

test('a state beside no events at all contradicts them, and nothing fails', () => {
  expect(contradictionsOf(state, []).map(({ at }) => at)).toContain(0);
  expect(contradictionsOf(state, [{}, { type: 1, data: null }] as never).length).toBeGreaterThan(0);
});
