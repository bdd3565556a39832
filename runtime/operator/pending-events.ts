import { isSoon } from '../evidence';
import { PlacementLedger } from '../ledger';
import { PlacementState } from '../model/placement-state';

/**
 * Numbers of the events of an agent that the engine may not have copied to the evidence yet. That the state lists an event as not sent is not enough: anyone who can write the table
 * could excuse a missing copy by it for ever, and a transition ends within an hour.
 */
export async function pendingEvents(ledger: PlacementLedger, state: PlacementState | undefined, now: Date): Promise<number[]> {
  // A person with access to the table can give the state any form.
  return !Array.isArray(state?.unsent) ? []
    : (await ledger.unsent(state)).filter((event) => isSoon(String(event.time), now)).map(({ sequence }) => Number(sequence));
}
