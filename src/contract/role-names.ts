/** Path of all roles and users of a registry, with a slash at both ends. */
export function rootPath(registryName: string, pathRoot: string | undefined): string {
  return `/${pathRoot ?? registryName}/`;
}

/** Path of the roles of a stage, with a slash at both ends. */
export function rolePath(root: string, stageName: string): string {
  return `${root}${stageName}/`;
}

/** Name of an agent's role in a stage. A stage's name has no hyphen, so no two pairs of agent and stage share a name. */
export function roleName(namePrefix: string, agentName: string, stageName: string): string {
  return `${namePrefix}${agentName}-${stageName}`;
}

/** Path reserved for an agent's IAM users, with a slash at both ends. Every user under it belongs to the agent. */
export function userPath(root: string, agentName: string): string {
  return `${root}${agentName}/`;
}

/** Prefix of the names of an agent's own secrets. A secret with another name is not its own. */
export function ownSecretPrefix(registryName: string, agentName: string): string {
  return `${registryName}/${agentName}/`;
}

/**
 * Prefix of the names of an agent's own OAuth2 credential providers in AgentCore, which allow no slash. Names of registries and agents have no underscore.
 */
export function ownProviderPrefix(registryName: string, agentName: string): string {
  return `${registryName}_${agentName}_`;
}
