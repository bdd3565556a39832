/** How the roles of a registry's agents are named. */
export interface RoleNaming {
  readonly namePrefix: string;
  /** Whether CloudFormation generates the names. */
  readonly generatedNames: boolean;
}

/** Where a role is in IAM. Its name is absent if CloudFormation generates it. */
export interface RolePlace {
  readonly path: string;
  readonly roleName?: string;
}

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

/**
 * Place of an agent's role in a stage. If the name is generated, the path names the agent: it is fixed with the role, so policies elsewhere can name the agent
 * by it, and a role can be found without its tags.
 */
export function rolePlace({ namePrefix, generatedNames }: RoleNaming, root: string, agentName: string, stageName: string): RolePlace {
  const path = rolePath(root, stageName);
  return generatedNames ? { path: `${path}${agentName}/` } : { path, roleName: roleName(namePrefix, agentName, stageName) };
}

/** The agent that a role under the root is of, by its path or its name. Undefined if they name none. */
export function agentOfRole(namePrefix: string, root: string, path: string, name: string): string | undefined {
  const [, ofPath] = (path.startsWith(root) ? /^[^/]+\/([^/]+)\/$/.exec(path.slice(root.length)) : undefined) ?? [];
  // A stage's name has no hyphen, so the last one is between the agent's name and the stage.
  return ofPath ?? (name.startsWith(namePrefix) ? /^(.+)-[a-z0-9]+$/.exec(name.slice(namePrefix.length))?.[1] : undefined);
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
