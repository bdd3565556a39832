import { hash } from './account-id';

/**
 * Addresses in Terraform's state follow the agent's name: not the construct tree, so that renaming a construct makes no other identity, and not the stage,
 * so that a change of stage is a replacement, which Terraform does by destroying first.
 */
export function agentAddress(agentName: string): string {
  // Names have no underscores, so no two agents have one address.
  return `agent_${agentName.replaceAll('-', '_')}`;
}

/** The address of something that the agent has besides its account; what it is made of must say what it is. */
export function partAddress(agentName: string, part: string, ...madeOf: string[]): string {
  const readable = part.toLowerCase().replace(/[^a-z0-9]+/g, '_').slice(0, 40);
  return `${agentAddress(agentName)}_${readable}_${hash(JSON.stringify([agentName, part, ...madeOf]))}`;
}

/** The address of what wipes an agent's own secrets: only as it leaves, not as it moves. */
export function ownSecretsAddress(agentName: string): string {
  return partAddress(agentName, 'own_secrets');
}

/** The address of what tells the registry that an agent has left. */
export function leaverAddress(agentName: string): string {
  return partAddress(agentName, 'leaver');
}
