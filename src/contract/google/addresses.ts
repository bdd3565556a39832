import { shortHash } from './account-names';

/**
 * The agent's address in Terraform's state. It contains the agent's name but not the construct tree, so that renaming a construct doesn't create
 * another identity. It doesn't contain the stage, so that a change of stage is a replacement, in which Terraform destroys first.
 */
export function agentAddress(agentName: string): string {
  // Agent names contain no underscores, so no two agents have the same address.
  return `agent_${agentName.replaceAll('-', '_')}`;
}

/** The address of a resource that the agent has besides its account. `madeOf` must identify it within the agent. */
export function partAddress(agentName: string, part: string, ...madeOf: string[]): string {
  const readable = part.toLowerCase().replace(/[^a-z0-9]+/g, '_').slice(0, 40);
  return `${agentAddress(agentName)}_${readable}_${shortHash(JSON.stringify([agentName, part, ...madeOf]))}`;
}

/** The address of the resource that wipes an agent's own secrets, only when the agent leaves, not when it moves. */
export function ownSecretsAddress(agentName: string): string {
  return partAddress(agentName, 'own_secrets');
}

/** The address of the resource that notifies the registry that an agent has left. */
export function leaverAddress(agentName: string): string {
  return partAddress(agentName, 'leaver');
}
