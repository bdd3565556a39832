import { AgendaRecord, PlacementState } from '../../model/placement-state';

/** How many days an agent may be unused: what its stage allows, or longer if its code says that it is used less often. */
export function idleDaysOf({ declared: { profile, expectedUseDays = 0 } }: PlacementState): number | undefined {
  // A profile that was stored before the agenda existed has no such limit. The agent's next deployment brings it.
  const { maxIdleDays } = profile as { maxIdleDays?: number };
  return maxIdleDays === undefined ? undefined : Math.max(maxIdleDays, expectedUseDays);
}

/** The record without the finding that the agent is unused. */
export function withoutUnused({ unused: _finding, ...rest }: AgendaRecord = {}): AgendaRecord {
  return rest;
}
