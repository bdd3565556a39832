import { askEngine, Asking } from './ask-engine';
import { Connection } from './connection';
import { showPlacement } from './placements';
import { Proposal } from './proposal';
import { PlacementState } from '../model/placement-state';
import { Renew } from '../model/request';

/**
 * Reads an agent that has ended, and says which later end its next deployment may declare.
 *
 * @throws InvalidInputError `AgentUnknown`
 */
export async function proposeRenewal(
  connection: Connection, agentName: string, { until, reason }: Omit<Renew, 'kind'>, asking: Asking,
): Promise<Proposal<PlacementState>> {
  const { declared } = await showPlacement(connection, agentName);
  return {
    will: [`agent ${agentName}, whose end is ${declared.expiresAt}: allow its next deployment to declare an end no later than ${until}; until then it stays denied`],
    make: () => askEngine(connection, agentName, { kind: 'renew', until, reason }, asking),
  };
}
