import { PlacementState } from '../../../model/placement-state';
import { NOTHING_TO_DO } from '../../../model/plan';
import { openRevocations } from '../../../model/revocation';
import { AgendaEntry } from '../entry';
import { instantAt } from '../instants';

/** Tries again what third parties have not confirmed, until they do or a person attests it, and continues the certificate of what is confirmed. */
export const revocation: AgendaEntry = {
  reason: 'revocation',
  removes: false,
  dueAt: (state) => {
    const times = [
      ...openRevocations(state).map(({ tryAt, since }) => Date.parse(tryAt ?? since)),
      // The execution that confirmed the last of them died before it continued the certificate.
      ...uncertified(state).map((at) => Date.parse(at)),
    ];
    return times.length === 0 ? undefined : instantAt(Math.min(...times));
  },
  plan: () => ({ ...NOTHING_TO_DO, transition: 'revoke', revoke: true, change: {} }),
};

/** When revocations were confirmed that a certificate still lists as open, if no other one of it is open. */
function uncertified({ revocations = [] }: PlacementState): string[] {
  const waiting = new Set(openRevocations({ revocations }).flatMap(({ openIn = [] }) => openIn.map(({ id }) => id)));
  return revocations.flatMap(({ confirmed, openIn = [] }) => (
    confirmed !== undefined && openIn.some(({ id }) => !waiting.has(id)) ? [confirmed.at] : []));
}
