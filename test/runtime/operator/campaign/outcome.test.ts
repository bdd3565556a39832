import { broughtForward, isDecided, outcomeOf } from '../../../../runtime/certification/campaign';
import { AttendContext } from '../../../../runtime/engine/agenda/entry';
import { decideBringForward } from '../../../../runtime/engine/decision/bring-forward';
import { decide } from '../../../../runtime/engine/decision/decide';
import { NOT_LOOKED } from '../../../../runtime/model/drift';
import { PlacementState } from '../../../../runtime/model/placement-state';
import { NOTHING_TO_DO } from '../../../../runtime/model/plan';
import { BringForward, LifecycleRequest } from '../../../../runtime/model/request';
import { DEFAULT_REVIEWS, OpenReview } from '../../../../runtime/model/review';
import { after, during, PLACEMENT, request, SUSPENSION, WITHOUT_DRIFT } from '../../engine/decision/requests';

const OPENED = '2026-07-01T00:00:00.000Z';
const NOW = new Date('2026-07-10T00:00:00Z');
const BEFORE = '2026-06-20T00:00:00.000Z';
const SINCE = '2026-07-05T00:00:00.000Z';
const joined = after(undefined, decide(undefined, request('Create', 'P'), during('CREATE_IN_PROGRESS')));
const open: OpenReview = {
  id: '2026-07-02T00:00:00Z', causes: ['campaign'], deadline: '2026-07-16T00:00:00Z', decisions: [], shown: { key: 'k', sha256: 's', at: OPENED, declaration: 'd', items: [] },
};

test.each<[string, Partial<PlacementState> | undefined, string]>([
  ['nothing in the ledger', undefined, 'unknown'],
  ['nobody has told the engine', {}, 'undelivered'],
  ['brought forward for something else', { review: { forward: { at: SINCE, causes: ['moved'] } } }, 'undelivered'],
  ['brought forward', { review: { forward: { at: SINCE, causes: ['moved', 'campaign'] } } }, 'waiting'],
  ['open', { review: { open } }, 'asked'],
  ['open with a decision', { review: { open: { ...open, decisions: [{ verdict: 'keep', items: {}, by: 'x', relation: 'sponsor', at: SINCE }] } } }, 'partly-decided'],
  ['open past its deadline', { review: { open: { ...open, deadline: '2026-07-09T00:00:00Z' } } }, 'overdue'],
  ['suspended because of it', { review: { open: { ...open, missedAt: SINCE } }, suspension: SUSPENSION }, 'overdue'],
  ['suspended for another reason', { review: { open }, suspension: SUSPENSION }, 'suspended'],
  ['certified before', { review: { certifiedAt: BEFORE } }, 'undelivered'],
  ['certified since', { review: { certifiedAt: SINCE } }, 'kept'],
  ['certified since, and open again', { review: { certifiedAt: SINCE, open } }, 'kept'],
  ['certified since with a reduction of before', { review: { certifiedAt: SINCE }, reduction: { denied: [{ action: 's3:*', by: 'x', at: BEFORE }], effects: {} } }, 'kept'],
  ['certified since with a reduction', { review: { certifiedAt: SINCE }, reduction: { denied: [{ action: 's3:*', by: 'x', at: SINCE }], effects: {} } }, 'reduced'],
  ['leaving', { status: 'leaving' }, 'leaving'],
  ['left', { status: 'left' }, 'left'],
  ['joined again since', { joinedAt: SINCE, review: { open } }, 'left'],
  ['past its end', { declared: { ...joined.declared, expiresAt: '2026-07-08T00:00:00Z' } }, 'ended'],
])('an agent with %s', (_what, state, outcome) => {
  const joinedBefore = state === undefined ? undefined : { ...joined, joinedAt: BEFORE, ...state };
  expect(outcomeOf(joinedBefore, OPENED, NOW)).toBe(outcome);
});

test('nothing but a decision or a leave counts as decided', () => {
  expect((['kept', 'reduced', 'left'] as const).every(isDecided)).toBe(true);
  expect((['asked', 'overdue', 'waiting', 'suspended', 'ended', 'leaving', 'partly-decided', 'undelivered', 'unknown'] as const).some(isDecided)).toBe(false);
});

describe('the engine', () => {
  const settings = { ...WITHOUT_DRIFT, review: DEFAULT_REVIEWS };
  const finish = { now: NOW, stacks: [], held: [], undeleted: [] };
  const context: AttendContext = { ...finish, usage: { signals: [] }, drift: NOT_LOOKED, sponsors: new Map(), settings };
  const asked = (intent: Partial<BringForward> = {}): LifecycleRequest<BringForward> => ({
    requestId: 'operator-bring-forward-1', registry: 'agents', placement: PLACEMENT, origin: { kind: 'operator', arn: 'x' }, intent: { kind: 'bring-forward', campaign: '2026-q3', openedAt: OPENED, ...intent },
  });

  test('brings a review forward once, and keeps the deadline of one that is open', () => {
    const plan = decideBringForward(joined, asked(), context);
    expect(plan).toMatchObject({ transition: 'attend', change: { review: { forward: { at: NOW.toISOString(), causes: ['campaign'] } } }, events: [] });
    expect(decideBringForward(after(joined, plan), asked(), context)).toBe(NOTHING_TO_DO);
    expect(decideBringForward({ ...joined, review: { certifiedAt: SINCE } }, asked(), context)).toBe(NOTHING_TO_DO);
    const { deadline } = open;
    expect(decideBringForward({ ...joined, review: { open: { ...open, causes: ['moved'] } } }, asked(), context)).toMatchObject({ change: { review: { open: { deadline, causes: ['moved', 'campaign'] } } } });
    expect(broughtForward({ ...joined, review: { forward: { at: BEFORE, causes: ['moved'] } } }, OPENED, NOW)).toEqual({ forward: { at: BEFORE, causes: ['moved', 'campaign'] } });
  });

  test.each<[string, PlacementState | undefined, Partial<BringForward>, Partial<AttendContext>, string]>([
    ['an agent that it does not know', undefined, {}, {}, 'AgentUnknown'],
    ['one that has left', { ...joined, status: 'left' }, {}, {}, 'AgentUnknown'],
    ['a registry without reviews', joined, {}, { settings: WITHOUT_DRIFT }, 'AgentUnknown'],
    ['an opening that is still to come', joined, { openedAt: '2026-07-11T00:00:00Z' }, {}, 'CampaignInvalid'],
    ['an opening that is no instant', joined, { openedAt: 'x' }, {}, 'CampaignInvalid'],
    ['a name that can be none', joined, { campaign: '../x' }, {}, 'CampaignInvalid'],
  ])('refuses %s', (_what, state, intent, changes, code) => {
    expect(decideBringForward(state, asked(intent), { ...context, ...changes })).toMatchObject({ refused: true, code });
  });
});
