import { askEngine, Asking } from './ask-engine';
import { Connection } from './connection';
import { showPlacement } from './placements';
import { Proposal } from './proposal';
import { PlacementState } from '../model/placement-state';

/**
 * Reads an agent, and says since when it is known as unused.
 *
 * @throws InvalidInputError `AgentUnknown`
 */
export async function proposeKeeping(connection: Connection, agentName: string, reason: string, asking: Asking): Promise<Proposal<PlacementState>> {
  const { agenda, placement } = await showPlacement(connection, agentName);
  return {
    will: [
      `agent ${agentName} in account ${placement.account}: it is still needed, so its use is judged again after its longest idle time`,
      `  ${agenda?.unused === undefined ? 'nobody was notified that it is unused' : `known as unused since ${agenda.unused.since}`}`,
    ],
    make: () => askEngine(connection, agentName, { kind: 'keep', reason }, asking),
  };
}
