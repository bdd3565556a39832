import { ENTRIES } from './entries';
import { AgendaEntry } from './entry';
import { laterOf } from './instants';
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
  return entries.flatMap((entry) => {
    const at = dueOf(entry, state, settings);
    return at === undefined ? [] : [{ at, reason: entry.reason }];
  }).reduce<Pick<Due, 'at' | 'reason'> | undefined>((first, due) => (first === undefined || due.at < first.at ? due : first), undefined);
}

/** When an entry is due, and not before stacks that could not be read are looked at again. */
function dueOf({ observes, dueAt }: AgendaEntry, state: PlacementState, settings: AgendaSettings): string | undefined {
  const at = dueAt(state, settings);
  return at === undefined || observes !== 'stacks' ? at : laterOf(at, state.agenda?.stackWait?.until);
}

/** The entries that are due now, in the order in which they are done. */
export function dueNow(state: PlacementState, settings: AgendaSettings, now: Date): AgendaEntry[] {
  return ENTRIES.filter((entry) => {
    const at = dueOf(entry, state, settings);
    return at !== undefined && Date.parse(at) <= now.getTime();
  });
}

/** The teardown that has begun, or was postponed, as its entry does it now. Undefined if no teardown waits. */
export function waitingTeardown(state: PlacementState, settings: AgendaSettings, now: Date): AgendaEntry | undefined {
  const { agenda: { postponed, stackWait: _wait, ...agenda } = {}, trouble: _trouble, ...others } = state;
  const waits = postponed !== undefined || agenda.ending !== undefined;
  return waits ? dueNow({ ...others, agenda }, settings, now).find(({ reason, removes, observes }) => removes && observes === 'stacks' && reason !== 'forgotten') : undefined;
}

/** Computes what is due next with these settings. The ledger stores it with each write. */
export function dueWith(settings: AgendaSettings): (state: PlacementState) => Due | undefined {
  return (state) => nextDue(state, settings);
}
