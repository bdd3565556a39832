import { askEngine, Asking } from './ask-engine';
import { Connection } from './connection';
import { showPlacement } from './placements';
import { Proposal } from './proposal';
import { PlacementState } from '../model/placement-state';
import { ConfirmRevocation } from '../model/request';
import { openRevocations } from '../model/revocation';

/**
 * Reads an agent, and says what is open at the third party.
 *
 * @throws InvalidInputError `AgentUnknown`
 */
export async function proposeConfirmation(
  connection: Connection, agentName: string, { revoker, reason }: Omit<ConfirmRevocation, 'kind'>, asking: Asking,
): Promise<Proposal<PlacementState>> {
  const state = await showPlacement(connection, agentName);
  const open = openRevocations(state).find((one) => one.revoker.id === revoker);
  return {
    will: [
      `agent ${agentName} in account ${state.placement.account}: record that you attest that its access at ${revoker} no longer exists; the registry does not check again`,
      `  ${open === undefined ? 'no revocation of it is open' : `open since ${open.since}, ${open.attempts} attempts: ${open.note ?? 'not tried yet'}`}`,
    ],
    make: () => askEngine(connection, agentName, { kind: 'confirm-revocation', revoker, reason }, asking),
  };
}
