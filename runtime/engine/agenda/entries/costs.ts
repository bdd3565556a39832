import { COST_LOOKUP } from '../../../../src/contract/costs';
import { placementKey } from '../../../../src/core/lifecycle-event';
import { costsAfter, costTagsOf, tagText } from '../../../model/cost-lookup';
import { NOTHING_TO_DO } from '../../../model/plan';
import { revokersOf } from '../../../model/revocation';
import { AgendaEntry } from '../entry';
import { instantAt, laterOf, nextMoment } from '../instants';

/** Looks up what access outside of AWS costs, after it is declared and then regularly. AWS charges for each look. */
export const costLookup: AgendaEntry = {
  reason: 'cost-lookup',
  removes: false,
  observes: 'costs',
  dueAt: (state, { looksUpCosts }) => {
    const tags = state.status === 'active' && looksUpCosts === true ? costTagsOf(revokersOf(state)) : [];
    if (tags.length === 0) {
      return undefined;
    }
    const { changedAt, joinedAt, agenda: { costs } = {} } = state;
    const isNew = tags.some((tag) => costs?.seen[tagText(tag)] === undefined);
    return costs === undefined ? instantAt(Date.parse(changedAt ?? joinedAt)) : isNew ? soonest(costs.at) : costs.nextAt;
  },
  plan: (state, _request, { now, costs = new Map() }) => {
    const at = now.toISOString();
    const nextAt = laterOf(nextMoment(placementKey(state.placement), COST_LOOKUP.everySeconds, now), soonest(at));
    const after = costsAfter(state.agenda?.costs, costTagsOf(revokersOf(state)), costs, { at, nextAt });
    return { ...NOTHING_TO_DO, transition: 'attend', change: { agenda: { ...state.agenda, costs: after } } };
  },
};

function soonest(askedAt: string): string {
  return instantAt(Date.parse(askedAt) + COST_LOOKUP.leastSeconds * 1000);
}
