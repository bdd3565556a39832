import { ENTRIES } from './entries';
import { AgendaEntry } from './entry';
import { AgendaSettings } from '../../model/agenda-settings';
import { Due, PlacementState } from '../../model/placement-state';

/**
 * What is due next for an agent, from its state alone. Of two that are due at the same instant, the first one of `ENTRIES` is returned. Pure: the instant
 * is stored with the agent, so a sweep finds it without reading the agent.
 */
export function nextDue(state: PlacementState, settings: AgendaSettings): Due | undefined {
  if (state.declared === undefined) {
    return undefined;
  }
  const removal = firstOf(ENTRIES.filter(({ removes }) => removes), state, settings);
  const other = firstOf(ENTRIES.filter(({ removes }) => !removes), state, settings);
  const due = firstOf(ENTRIES, state, settings);
  if (due === undefined) {
    return undefined;
  }
  const waits = other !== undefined && due.reason === removal?.reason;
  return { ...due, ...(removal === undefined ? {} : { removal }), ...(waits ? { besidesAt: other.at } : {}) };
}

function firstOf(entries: readonly AgendaEntry[], state: PlacementState, settings: AgendaSettings): Pick<Due, 'at' | 'reason'> | undefined {
  return entries.flatMap(({ reason, dueAt }) => {
    const at = dueAt(state, settings);
    return at === undefined ? [] : [{ at, reason }];
  }).reduce<Pick<Due, 'at' | 'reason'> | undefined>((first, due) => (first === undefined || due.at < first.at ? due : first), undefined);
}

/** The entries that are due now, in the order in which they are done. */
export function dueNow(state: PlacementState, settings: AgendaSettings, now: Date): AgendaEntry[] {
  return ENTRIES.filter(({ dueAt }) => {
    const at = dueAt(state, settings);
    return at !== undefined && Date.parse(at) <= now.getTime();
  });
}

/** The teardown that has begun, or was postponed, as its entry does it now. Undefined if no teardown waits. */
export function waitingTeardown(state: PlacementState, settings: AgendaSettings, now: Date): AgendaEntry | undefined {
  const { agenda: { postponed, ...agenda } = {}, trouble: _trouble, ...others } = state;
  const waits = postponed !== undefined || agenda.ending !== undefined;
  return waits ? dueNow({ ...others, agenda }, settings, now).find(({ reason, removes, observes }) => removes && observes === 'stacks' && reason !== 'forgotten') : undefined;
}

/** Computes what is due next with these settings. The ledger stores it with each write. */
export function dueWith(settings: AgendaSettings): (state: PlacementState) => Due | undefined {
  return (state) => nextDue(state, settings);
}
