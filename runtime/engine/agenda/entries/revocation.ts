import { NOTHING_TO_DO } from '../../../model/plan';
import { openRevocations } from '../../../model/revocation';
import { AgendaEntry } from '../entry';
import { instantAt } from '../instants';

/** Tries again what third parties have not confirmed. It continues until they do, or until a person attests it. */
export const revocation: AgendaEntry = {
  reason: 'revocation',
  removes: false,
  dueAt: (state) => {
    const times = openRevocations(state).map(({ tryAt, since }) => Date.parse(tryAt ?? since));
    return times.length === 0 ? undefined : instantAt(Math.min(...times));
  },
  plan: () => ({ ...NOTHING_TO_DO, transition: 'revoke', revoke: true, change: {} }),
};
