import { StackContext } from '../../../runtime/engine/decision/context';
import { decide } from '../../../runtime/engine/decision/decide';
import { contradictionsOf } from '../../../runtime/evidence';
import { PlacementLedger } from '../../../runtime/ledger';
import { NOT_LOOKED } from '../../../runtime/model/drift';
import { Declared, PlacementState } from '../../../runtime/model/placement-state';
import { Decision } from '../../../runtime/model/plan';
import { Attend, LifecycleRequest, OfferTransfer, Renew, Resume, Suspend } from '../../../runtime/model/request';
import { LifecycleEvent } from '../../../src/core/lifecycle-event';
import { ACCESS, declaredFor, during, MINE, NOW, operatorRequest, OTHERS, PLACEMENT, planOf, request } from '../engine/decision/requests';
import { MemoryTable } from '../ledger/memory-table';

// The state that decisions make, beside the events that they tell.
const OPERATOR = 'arn:aws:iam::111122223333:user/ada';
const later = new Date('2026-11-01T00:00:00Z');
let table: MemoryTable;
let ledger: PlacementLedger;
let was: PlacementState;
let told: LifecycleEvent[];

async function apply(actor: string, decided: (before: PlacementState | undefined) => Decision): Promise<void> {
  const before = await ledger.state(PLACEMENT);
  const { note = {}, change = {}, events: planned } = planOf(decided(before));
  const { state: noted } = await ledger.commit(PLACEMENT, before, note, [], { registry: 'agents', time: NOW, actor });
  await ledger.commit(PLACEMENT, noted, change, planned, { registry: 'agents', time: NOW, actor });
  was = (await ledger.state(PLACEMENT))!;
  told = await ledger.events(PLACEMENT);
}
const declared = (kind: 'Create' | 'Update', name: string, changes: Partial<Declared> = {}) => apply(MINE.stackId, (state) => (
  decide(state, request(kind, name, { declared: changes, at: state?.present }), during(`${kind.toUpperCase()}_IN_PROGRESS`))));
const asked = (intent: OfferTransfer | Renew | Suspend | Resume) => (
  apply(OPERATOR, (state) => decide(state, operatorRequest(intent, OPERATOR), { now: later } as StackContext)));

const sponsor = { ...declaredFor('P').sponsor, backupEmail: 'zoe@example.com', costCenter: '4711' };
const exceptions = [{ actions: ['s3:*'], reason: 'Its vendor', until: '2026-12-01T00:00:00Z' }];

beforeEach(async () => {
  table = new MemoryTable();
  ledger = new PlacementLedger(table.table);
  await declared('Create', 'P', { transferTo: 'Others' });
});

const STEPS: [string, () => Promise<void>][] = [
  ['a join', async () => undefined],
  ['an update of everything', () => declared('Update', 'P', {
    sponsor, exceptions, purpose: 'Pays', ownSecrets: [], access: { ...ACCESS, guards: 'guards-2', trust: 'trust-2' },
  })],
  ['a sponsor without what it had', async () => {
    await declared('Update', 'P', { sponsor });
    await declared('Update', 'P');
  }],
  ['a move', () => declared('Update', 'Q', { sponsor, access: { ...ACCESS, policy: 'policy-2', guards: 'guards-2' } })],
  ['an offer and a renewal', async () => {
    await asked({ kind: 'offer-transfer', toStack: 'Theirs' });
    await asked({ kind: 'renew', until: '2026-12-01T00:00:00Z', reason: 'Its sponsor agreed' });
  }],
  ['a suspension', () => asked({ kind: 'suspend', reason: 'Its key was seen' })],
  ['a suspension that was lifted', async () => {
    await asked({ kind: 'suspend', reason: 'Its key was seen' });
    await asked({ kind: 'resume', reason: 'It has another' });
  }],
  ['an end that was notified and carried out', async () => {
    const settings = { warningSeconds: [], teardownAfterSeconds: 0 };
    const attend: LifecycleRequest<Attend> = { ...operatorRequest({ kind: 'finish' }, OPERATOR), intent: { kind: 'attend', mayRemove: true } };
    for (let step = 0; step < 2; step++) {
      await apply(OPERATOR, (state) => decide(state, attend, { now: later, stacks: [], held: ['invoice-bot-test'], undeleted: [], usage: { signals: [] }, drift: NOT_LOOKED, sponsors: new Map(), settings }));
    }
    expect(was).toMatchObject({ status: 'left', expired: { end: '2026-10-01T00:00:00Z' } });
  }],
  ['a sponsor who lapsed and was passed on', () => passOn()],
  ['a sponsor who was passed on, and another one in the code', async () => {
    await passOn();
    await declared('Update', 'P', { sponsor: { ...sponsor, accountableEmail: 'zoe@example.com', id: 'zoe@example.com', backupEmail: 'li@example.com' } });
    expect(was.succession).toBeUndefined();
  }],
  ['a principal that came to another stack', () => apply(OTHERS.stackId, (state) => decide(
    state, request('Update', 'P', { at: 'P', transferFrom: 'Mine', declared: { transferTo: 'Others' } }), during('UPDATE_IN_PROGRESS', {}, OTHERS)))],
];

/** Passes the agent on to its backup, as two sweeps do. */
async function passOn(): Promise<void> {
  const attend: LifecycleRequest<Attend> = { ...operatorRequest({ kind: 'finish' }, OPERATOR), intent: { kind: 'attend', mayRemove: true } };
  const says = (email: string, status: 'active' | 'inactive') => [email, { email, status, evidence: '' }] as const;
  const sponsors = new Map([says('ada@example.com', 'inactive'), says('li@example.com', 'active')]);
  const settings = { warningSeconds: [], teardownAfterSeconds: 0, sponsorCheckSeconds: 60, defaultOwner: { ...sponsor, accountableEmail: 'ola@example.com' } };
  for (const now of ['2026-06-01T00:00:01Z', '2026-06-01T00:00:02Z'].map((instant) => new Date(instant))) {
    const context = { now, stacks: [], held: [], undeleted: [], usage: { signals: [] }, drift: NOT_LOOKED, sponsors, settings };
    await apply(OPERATOR, (state) => decide(state, attend, context));
  }
  expect(was).toMatchObject({ succession: { lapsed: 'ada@example.com', sponsor: { id: 'li@example.com' } } });
}

test.each(STEPS)('after %s contradicts nothing', async (_what, step) => {
  await step();

  expect(contradictionsOf(was, told)).toEqual([]);
});

const changed = (change: Partial<Declared>) => (state: PlacementState): PlacementState => ({ ...state, declared: { ...state.declared, ...change } });
const CHANGES: [string, (state: PlacementState) => PlacementState, string][] = [
  ['backup of the sponsor', (state) => changed({ sponsor: { ...state.declared.sponsor, backupEmail: 'eve@example.com' } })(state), 'its sponsor\'s backupEmail is "eve@example.com"'],
  ['name of the sponsor', (state) => changed({ sponsor: { ...state.declared.sponsor, name: 'Eve' } })(state), 'its sponsor\'s name is "Eve"'],
  ['cost center of the sponsor', (state) => changed({ sponsor: { ...state.declared.sponsor, costCenter: '1' } })(state), 'its sponsor\'s costCenter is "1"'],
  ['who took over', (state) => ({ ...state, succession: { lapsed: 'x', since: '', sponsor: { ...sponsor, id: 'eve@example.com' } } }), 'its succession is "'],
  ['purpose', changed({ purpose: 'Another' }), 'its purpose is "Another"'],
  ['own secrets', changed({ ownSecrets: ['agents/other-bot/token'] }), 'its own secrets is'],
  ['exceptions', changed({ exceptions: [{ actions: ['*'], reason: 'x', until: '2099-01-01T00:00:00Z' }] }), 'its exceptions is'],
  ['trust policy', changed({ access: { ...ACCESS, trust: 'trust-x' } }), 'its trust policy is "trust-x"'],
  ['permissions boundary', changed({ access: { ...ACCESS, boundary: 'arn:x' } }), 'its permissions boundary is "arn:x"'],
  ['access in a stage', changed({ access: { ...ACCESS, stages: [{ ...ACCESS.stages[0], digest: 'x' }] } }), 'its access in test is "x"'],
  ['access in a stage more', changed({ access: { ...ACCESS, stages: [...ACCESS.stages, { ...ACCESS.stages[0], stage: 'production' }] } }), 'its access in production is "test-1", and this event says "none"'],
  ['whole access, to nothing', ({ declared: { access: _, ...rest }, ...state }) => ({ ...state, declared: rest }), 'its access in test is "none"'],
  ['stack that may take it', changed({ transferTo: 'Mallory' }), 'its declared transfer is "Mallory"'],
  ['owner', (state) => ({ ...state, owner: { ...state.owner, stackName: 'Mallory' } }), 'its owner is "Mallory"'],
  ['stack of the owner', (state) => ({ ...state, owner: { ...state.owner, stackId: state.owner.stackId.replace(/stack\/[^/]+/, 'stack/Mallory') } }), 'the id of that stack is "arn:'],
  ['account of the owner\'s stack', (state) => ({ ...state, owner: { ...state.owner, stackId: state.owner.stackId.replace('111122223333', '444455556666') } }), 'the id of that stack is "arn:'],
  ['offer', (state) => ({ ...state, offeredTo: 'Mallory' }), 'its offer is "Mallory"'],
  ['end that was carried out', (state) => ({ ...state, expired: { end: '2020-01-01T00:00:00Z', at: 'x', cause: 'end' } }), 'its torn down end is "2020'],
  ['renewal', (state) => ({ ...state, renewal: { until: '2099-01-01', stage: 'test', reason: 'x', by: OPERATOR, deployBy: '2099-01-01' } }), 'its renewal is "until 2099'],
];

test.each(STEPS)('after %s each change of the state alone is found out', async (_what, step) => {
  await step();

  for (const [what, change, reason] of CHANGES) {
    const reasons = contradictionsOf(change(was), told).map((one) => one.reason);
    expect({ what, reasons }).toEqual({ what, reasons: expect.arrayContaining([expect.stringContaining(reason)]) });
  }
});

test('who shortens the word of a renewal, or puts it in another\'s mouth, is found out', async () => {
  await asked({ kind: 'renew', until: '2026-12-01T00:00:00Z', reason: 'Its sponsor agreed' });

  for (const change of [{ until: '2027-01-01T00:00:00Z' }, { by: 'eve' }, { stage: 'production' }, { deployBy: '2027-01-01T00:00:00Z' }, { reason: 'x' }]) {
    expect(contradictionsOf({ ...was, renewal: { ...was.renewal!, ...change } }, told)).toHaveLength(1);
  }
  const { renewal: _, ...without } = was;
  expect(contradictionsOf(without, told)).toHaveLength(1);
});

test('who lifts a suspension, or changes its reason, in the state alone is found out', async () => {
  await asked({ kind: 'suspend', reason: 'Its key was seen' });
  const { suspension, ...without } = was;

  expect(contradictionsOf(without, told)).toMatchObject([{ reason: expect.stringContaining('not suspended, and this event says that it is') }]);
  expect(contradictionsOf({ ...was, suspension: { ...suspension!, reason: 'A test' } }, told)).toHaveLength(1);
  expect(contradictionsOf({ ...was, suspension: { ...suspension!, by: 'eve' } }, told)).toHaveLength(1);
});

test('own digests are compared until a move: its event does not say to what they changed', async () => {
  const forged = (state: PlacementState) => changed({ access: { ...state.declared.access!, guards: 'x', policy: 'y' } })(state);
  expect(contradictionsOf(forged(was), told)).toHaveLength(2);

  await declared('Update', 'Q', { access: { ...ACCESS, policy: 'policy-2', guards: 'guards-2' } });

  expect(contradictionsOf(forged(was), told)).toEqual([]);
});

test('the target of a move that has only begun is notified by no event yet; beside no move it is found out', async () => {
  const { note = {} } = planOf(decide(was, request('Update', 'Q', { at: 'P' }), during('UPDATE_IN_PROGRESS')));
  const { state: begun } = await ledger.commit(PLACEMENT, was, note, [], { registry: 'agents', actor: MINE.stackId, time: NOW });
  expect(Object.keys(begun.principals)).toEqual(['P', 'Q']);
  expect(contradictionsOf(begun, told)).toEqual([]);

  const { pending: _, ...without } = begun;

  expect(contradictionsOf(without, told)).toMatchObject([{ reason: expect.stringContaining('it has the principal Q, and no event does') }]);
});
