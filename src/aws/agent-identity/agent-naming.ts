import { InvalidInputError } from '../../core/errors';
import { shown } from '../../core/shown';
import { QUOTAS } from '../access-rules/quotas';

/** How an organisation wants its agents' roles named. */
export interface AgentNamingProps {
  /**
   * Root of the roles' path, without slashes at its ends: roles are under `/<pathRoot>/<stage>/`.
   *
   * @default - the registry's name
   */
  readonly pathRoot?: string;

  /**
   * What each role's name begins with.
   *
   * @default - nothing
   */
  readonly namePrefix?: string;
}

/**
 * How the roles of a registry's agents are named. Guards and the engine's own permissions follow from it, so it must be the same wherever the registry is used.
 */
export class AgentNaming {
  /** Path `/<registryName>/<stage>/`, name `<agentName>-<stage>`. */
  public static standard(): AgentNaming {
    return new AgentNaming({});
  }

  /**
   * Another path or prefix, as organisations mandate them.
   *
   * Fails with `NamingInvalid`.
   *
   * @param props what differs from the standard
   */
  public static of(props: AgentNamingProps): AgentNaming {
    return new AgentNaming(props);
  }

  private readonly pathRoot?: string;
  private readonly namePrefix: string;

  private constructor(props: AgentNamingProps) {
    if (props.pathRoot !== undefined && !/^[\w+=,.@-]+(?:\/[\w+=,.@-]+)*$/.test(props.pathRoot)) {
      throw new InvalidInputError('NamingInvalid', `path root ${shown(props.pathRoot)} is not allowed: use parts of [A-Za-z0-9_+=,.@-] with / between them`);
    }
    if (props.namePrefix !== undefined && !/^[\w+=,.@-]*$/.test(props.namePrefix)) {
      throw new InvalidInputError('NamingInvalid', `name prefix ${shown(props.namePrefix)} is not allowed: use [A-Za-z0-9_+=,.@-]`);
    }
    this.pathRoot = props.pathRoot;
    this.namePrefix = props.namePrefix ?? '';
  }

  /** Path that all of a registry's roles are under, with a slash at both ends. */
  public rootPath(registryName: string): string {
    return `/${this.pathRoot ?? registryName}/`;
  }

  /** Path of the roles of a stage, with a slash at both ends. */
  public rolePath(registryName: string, stageName: string): string {
    return `${this.rootPath(registryName)}${stageName}/`;
  }

  /**
   * Name of an agent's role in a stage.
   *
   * Fails with `RoleNameTooLong` beyond IAM's 64 characters.
   */
  public roleName(agentName: string, stageName: string): string {
    const name = `${this.namePrefix}${agentName}-${stageName}`;
    const { limit } = QUOTAS.roleNameLength;
    if (name.length > limit) {
      throw new InvalidInputError('RoleNameTooLong', `role name ${shown(name)} has ${name.length} characters, IAM allows ${limit}: use a shorter agent name`);
    }
    return name;
  }
}
