import { NOTHING_TO_DO } from '../../../model/plan';
import { AgendaEntry } from '../entry';
import { instantAt } from '../instants';
import { firstReview, isAsked } from '../review-schedule';

/** Schedules the first review of an agent that joined before its registry reviewed access. */
export const reviewFirst: AgendaEntry = {
  reason: 'review-first',
  removes: false,
  dueAt: (state, { review: settings }) => (
    settings === undefined || state.review !== undefined || !isAsked(state) ? undefined : instantAt(Date.parse(state.joinedAt))),
  plan: (state, _request, { now, settings: { review: settings } }) => (
    { ...NOTHING_TO_DO, transition: 'attend', change: { review: firstReview(state, settings!, now) } }),
};
