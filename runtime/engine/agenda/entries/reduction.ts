import { unreduced } from '../../../certification';
import { NOTHING_TO_DO } from '../../../model/plan';
import { AGAIN_AFTER_MS } from '../drift';
import { AgendaEntry } from '../entry';
import { instantAt } from '../instants';

/** Writes the Deny of reviews again where it was not seen to work, as after a step that failed. */
export const reduction: AgendaEntry = {
  reason: 'reduction',
  removes: false,
  dueAt: (state) => {
    const { status, pending, trouble, changedAt, joinedAt } = state;
    return status !== 'active' || pending !== undefined || unreduced(state).length === 0 ? undefined
      : instantAt(trouble === undefined ? Date.parse(changedAt ?? joinedAt) : Date.parse(trouble.since) + AGAIN_AFTER_MS);
  },
  plan: (state) => ({ ...NOTHING_TO_DO, transition: 'reduce', reduce: unreduced(state), change: {} }),
};
