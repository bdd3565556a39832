import { leaverLimitLifted, liftLeaverLimit, PlacementSummary } from '../ledger';
import { Asking } from './ask-engine';
import { Connection } from './connection';
import { Proposal } from './proposal';

export interface LeaversReleased {
  /** When the limit applies again. */
  readonly until: string;
  readonly operator: string;
  /** Agents that the limit held back. */
  readonly waiting: readonly string[];
}

/** Until when the limit is lifted, and by whom. Undefined if it applies. */
export function liftedLimit({ table }: Connection, now: Date): ReturnType<typeof leaverLimitLifted> {
  return leaverLimitLifted(table, now);
}

/** Whether the limit on leavers holds back the agent's leave. */
export function waitsForRelease({ status, trouble }: { readonly status: string; readonly trouble?: PlacementSummary['trouble'] }): boolean {
  return status === 'leaving' && trouble?.code === 'MassLeaverLimit';
}

/** Finds the agents that are held back, and says until when the limit on leavers will be lifted. */
export async function proposeRelease(connection: Connection, minutes: number, { now }: Asking): Promise<Proposal<LeaversReleased>> {
  const { table, ledger, operator, registry } = connection;
  const fleet = await ledger.fleet.list();
  const waiting = fleet.filter(waitsForRelease).map(({ agentName }) => agentName);
  const until = new Date(now.getTime() + minutes * 60_000);
  return {
    will: [
      `registry ${registry}: lift the limit of leavers until ${until.toISOString()}; until then any number of agents may leave, not only those who wait`,
      waiting.length === 0 ? '  no agent waits' : `  ${waiting.length} wait: ${waiting.join(', ')}`,
    ],
    make: async () => {
      await liftLeaverLimit(table, until, operator);
      return { until: until.toISOString(), operator, waiting };
    },
  };
}
