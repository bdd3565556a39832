import { PlacementState } from '../../../model/placement-state';
import { NOTHING_TO_DO } from '../../../model/plan';
import { AgendaEntry } from '../entry';
import { instantAt } from '../instants';

/** Makes, rotates and deletes the access keys of an agent. A suspended agent's keys stay as the suspension left them. */
export const rotation: AgendaEntry = {
  reason: 'rotation',
  removes: false,
  dueAt: (state) => {
    const { status, suspension } = state;
    const dues = status === 'active' && suspension === undefined ? duesOf(state) : [];
    return dues.length === 0 ? undefined : dues.reduce((one, other) => (one < other ? one : other));
  },
  plan: () => ({ ...NOTHING_TO_DO, transition: 'attend', change: {}, rotates: true }),
};

function duesOf({ declared, accessKeys: records = {}, changedAt, joinedAt }: PlacementState): string[] {
  const { accessKeys = [] } = declared;
  const atOnce = instantAt(Date.parse(changedAt ?? joinedAt));
  const withdrawn = Object.keys(records).some((userName) => !accessKeys.some((key) => key.userName === userName));
  return [
    ...accessKeys.flatMap(({ userName }) => (records[userName] === undefined ? [atOnce] : records[userName].nextAt ?? [])),
    ...(withdrawn ? [atOnce] : []),
  ];
}
