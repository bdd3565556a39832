import { askEngine, Asking } from './ask-engine';
import { Connection } from './connection';
import { showPlacement } from './placements';
import { Proposal } from './proposal';
import { PlacementState, remaining } from '../model/placement-state';

/**
 * Reads an agent, and says which principals will be denied everything.
 *
 * @throws InvalidInputError `AgentUnknown`
 */
export async function proposeSuspension(
  connection: Connection, agentName: string, reason: string, asking: Asking,
): Promise<Proposal<PlacementState>> {
  const state = await showPlacement(connection, agentName);
  return {
    will: [
      `agent ${agentName} in account ${state.placement.account}: deny it everything until it is resumed`,
      ...remaining(state).map(({ roleArn, roleId }) => `  denied everything: ${roleArn} (${roleId})`),
    ],
    make: () => askEngine(connection, agentName, { kind: 'suspend', reason }, asking),
  };
}

/**
 * Reads a suspension, and says what a resumption restores.
 *
 * @throws InvalidInputError `AgentUnknown`
 */
export async function proposeResumption(
  connection: Connection, agentName: string, reason: string, asking: Asking,
): Promise<Proposal<PlacementState>> {
  const { suspension, placement } = await showPlacement(connection, agentName);
  return {
    will: [
      `agent ${agentName} in account ${placement.account}: let it work again`,
      ...(suspension === undefined ? [] : [`  it was suspended at ${suspension.since} by ${suspension.by}: ${suspension.reason}`]),
    ],
    make: () => askEngine(connection, agentName, { kind: 'resume', reason }, asking),
  };
}
