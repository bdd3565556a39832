import { GoogleConfirmation, GoogleRegistry, proposeConfirmationOnGoogle, proposeRetryOnGoogle, ShownAgent } from '../runtime/google/registry';
import { PlacementState } from '../runtime/model/placement-state';
import { Asking, Connection, Proposal, proposeConfirmation, proposeRetry } from '../runtime/operator';

/** What operators do about access at third parties, on either cloud. */
export interface Revocations {
  /** On AWS this also repeats what else failed or waits. */
  proposeRetry(agentName: string, asking: Asking): Promise<Proposal<PlacementState | ShownAgent>>;
  proposeConfirmation(agentName: string, confirmation: GoogleConfirmation, asking: Asking): Promise<Proposal<PlacementState | ShownAgent>>;
}

export function revocationsOnAws(connection: Connection): Revocations {
  return {
    proposeRetry: (agentName, asking) => proposeRetry(connection, agentName, asking),
    proposeConfirmation: (agentName, confirmation, asking) => proposeConfirmation(connection, agentName, confirmation, asking),
  };
}

/** With the operator's own credentials: no engine runs on Google. */
export function revocationsOnGoogle(registry: GoogleRegistry): Revocations {
  return {
    proposeRetry: (agentName, { tell }) => proposeRetryOnGoogle(registry, agentName, tell),
    proposeConfirmation: (agentName, confirmation, { tell }) => proposeConfirmationOnGoogle(registry, agentName, confirmation, tell),
  };
}
