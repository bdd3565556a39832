import { ListedPlacement, OrphanLedger, OrphanRole } from '../ledger';
import { Connection } from './connection';
import { ShownStatus, statusAt } from '../model/placement-state';

export type { OrphanRole } from '../ledger';

const EVERY_STATUS: Readonly<Record<ShownStatus, true>> = {
  'active': true, 'suspending': true, 'suspended': true, 'suspended-partly': true, 'ended': true, 'leaving': true, 'expired': true, 'offboarded': true, 'left': true, 'released': true, 'revoking': true,
};

/** All statuses that an agent can have. */
export const STATUSES = Object.keys(EVERY_STATUS) as ShownStatus[];

/** A placement with its status as people see it. */
export interface ShownPlacement extends Omit<ListedPlacement, 'status'> {
  readonly status: ShownStatus;
}

/** Which agents of a fleet to list. All given conditions must match. */
export interface FleetFilter {
  readonly stage?: string;
  /** Id of the sponsor as the fleet shows it. Mail addresses are compared without regard to case. */
  readonly sponsor?: string;
  readonly status?: ShownStatus;
  /** Agents that have not left and end within this number of days, or have ended. */
  readonly ending?: number;
}

const DAY_MS = 86_400_000;

/** Reads the fleet, or, if `ending` is given, only the agents that end soon. */
export async function listFleet({ ledger: { fleet } }: Connection, filter: FleetFilter, now: Date): Promise<ShownPlacement[]> {
  const found = filter.ending === undefined ? await fleet.list() : await fleet.ending(new Date(now.getTime() + filter.ending * DAY_MS));
  return matching(found, filter, now);
}

/** The agents that a filter selects, with their status as people see it. `ending` is not looked at. */
export function matching(found: readonly ListedPlacement[], filter: FleetFilter, now: Date): ShownPlacement[] {
  return found.map((summary) => ({ ...summary, status: statusAt(summary, now) })).filter((agent) => matches(agent, filter));
}

/** Roles under the registry's path that belong to no agent, as the last check found them. */
export function listOrphans({ table }: Connection): Promise<OrphanRole[]> {
  return new OrphanLedger(table).told();
}

function matches({ stage, sponsorId, status }: ShownPlacement, filter: FleetFilter): boolean {
  return (filter.stage === undefined || stage === filter.stage)
    && (filter.sponsor === undefined || sponsorId.toLowerCase() === filter.sponsor.toLowerCase())
    && (filter.status === undefined || status === filter.status);
}
