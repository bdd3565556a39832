import * as fc from 'fast-check';
import { dueNow, nextDue } from '../../../../runtime/engine/agenda';
import { decide } from '../../../../runtime/engine/decision/decide';
import { AgendaSettings } from '../../../../runtime/model/agenda-settings';
import { PlacementState } from '../../../../runtime/model/placement-state';
import { applyChange } from '../../../../runtime/model/plan';
import { DEFAULT_REVIEWS } from '../../../../runtime/model/review';
import { after, during, PLACEMENT, planOf, request, WITHOUT_DRIFT } from '../decision/requests';

const DAY_MS = 86_400_000;
const INTERVAL_MS = 90 * DAY_MS;
const WINDOW_MS = DEFAULT_REVIEWS.deadlineSeconds * 1000;
const REVIEWS: AgendaSettings = { ...WITHOUT_DRIFT, review: DEFAULT_REVIEWS };
/** When the AccessCertification was added, and the first sweep after it. */
const ADDED = Date.parse('2027-06-01T00:00:00Z');

/** Of a registry without reviews: used so rarely that nothing else is ever due. */
const OLD = after(undefined, decide(undefined, request('Create', 'P', { declared: { expectedUseDays: 36_500 } }), during('CREATE_IN_PROGRESS')));

function agent(agentName: string, joinedAt: number): PlacementState {
  return { ...OLD, placement: { ...PLACEMENT, agentName }, joinedAt: new Date(joinedAt).toISOString(), declared: { ...OLD.declared, expiresAt: '2030-01-01T00:00:00Z' } };
}

/** The state after the first sweep that found reviews. */
function found(state: PlacementState, now = ADDED): PlacementState {
  const entry = dueNow(state, REVIEWS, new Date(now)).find(({ reason }) => reason === 'review-first')!;
  return applyChange(state, planOf(entry.plan(state, {} as never, { now: new Date(now), settings: REVIEWS } as never)).change!);
}

const openedAt = (state: PlacementState): number => {
  const { at, reason } = nextDue(state, REVIEWS)!;
  expect(reason).toBe('review');
  return Date.parse(at);
};

test('the overdue reviews of an old fleet are opened at different moments of the time that reviewers have for one', () => {
  const days = Array.from({ length: 1_400 }, (_, index) => openedAt(found(agent(`bot-${index}`, ADDED - 2 * INTERVAL_MS))))
    .map((at) => Math.floor((at - ADDED) / DAY_MS));

  const counts = Array.from({ length: 14 }, (_, day) => days.filter((one) => one === day).length);
  // 100 of them on each day on average.
  expect(Math.min(...counts)).toBeGreaterThan(60);
  expect(Math.max(...counts)).toBeLessThan(140);
});

test('law: whenever an agent joined, its first review is opened by its interval, or, if that was over already, within one deadline from the first sweep', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 3 * INTERVAL_MS }), fc.integer({ min: 0, max: 10 * DAY_MS }), fc.stringMatching(/^[a-z]{3,20}$/), (age, late, name) => {
    const now = ADDED + late;
    const state = agent(name, ADDED - age);
    const at = openedAt(found(state, now));
    const regular = ADDED - age + INTERVAL_MS;

    expect(openedAt(found(state, now))).toBe(at);
    if (regular > now) {
      expect(at).toBe(Math.ceil(regular / 1000) * 1000);
    } else {
      expect(at).toBeGreaterThan(now);
      expect(at).toBeLessThanOrEqual(now + WINDOW_MS + 1000);
    }
  }));
});

test('a second look changes nothing of it', () => {
  expect(dueNow(found(agent('bot', ADDED - 2 * INTERVAL_MS)), REVIEWS, new Date(ADDED)).map(({ reason }) => reason)).toEqual([]);
});

test('an agent that joins a registry with reviews is asked about at its interval, however late the sweep comes', () => {
  const joined = after(undefined, decide(undefined, request('Create', 'P', { declared: { expectedUseDays: 36_500 } }), during('CREATE_IN_PROGRESS', { reviews: DEFAULT_REVIEWS })));
  expect(joined.review).toEqual({ since: joined.joinedAt });
  expect(nextDue(joined, REVIEWS)).toMatchObject({ reason: 'review', at: '2026-08-30T00:00:00Z' });
  expect(dueNow(joined, REVIEWS, new Date(Date.parse(joined.joinedAt) + 100 * DAY_MS)).map(({ reason }) => reason)).toEqual(['expiry-warning', 'review']);
});

test('what brings a review forward, such as a campaign, does not wait for that moment', () => {
  const state = found(agent('bot', ADDED - 2 * INTERVAL_MS));
  const forward = { ...state, review: { ...state.review, forward: { at: new Date(ADDED).toISOString(), causes: ['campaign' as const] } } };
  expect(nextDue(forward, REVIEWS)).toMatchObject({ reason: 'review', at: new Date(ADDED).toISOString().replace('.000Z', 'Z') });
});

test('without reviews nothing is scheduled', () => {
  expect(dueNow(agent('bot', ADDED - 2 * INTERVAL_MS), WITHOUT_DRIFT, new Date(ADDED))).toEqual([]);
});
