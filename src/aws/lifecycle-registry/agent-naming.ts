import { roleName, rolePath, rootPath } from '../../contract/role-names';
import { InvalidInputError } from '../../core/errors';
import { requireLiteral } from '../../core/literal';
import { shown } from '../../core/shown';
import { QUOTAS } from '../iam/quotas';

/** Rules for the names of the agents' roles. */
export interface AgentNamingProps {
  /**
   * Root of the roles' path, without slashes at its ends: roles are under `/<pathRoot>/<stage>/`.
   *
   * @default - the registry's name
   */
  readonly pathRoot?: string;

  /**
   * Prefix of each role's name.
   *
   * @default - no prefix
   */
  readonly namePrefix?: string;
}

/**
 * How the roles of a registry's agents are named. Guards and the engine's own permissions are built from it, so it must be the same in the registry and in each
 * reference to it.
 */
export class AgentNaming {
  /** Path `/<registryName>/<stage>/`, name `<agentName>-<stage>`. */
  public static standard(): AgentNaming {
    return new AgentNaming({});
  }

  /**
   * Sets another path or prefix, as organisations require them.
   *
   * Fails with `NamingInvalid`.
   *
   * @param props the differences from the standard
   */
  public static of(props: AgentNamingProps): AgentNaming {
    return new AgentNaming(props);
  }

  private readonly pathRoot?: string;
  /** @internal */
  public readonly _prefix: string;

  private constructor(props: AgentNamingProps) {
    if (props.pathRoot !== undefined && !/^[\w+=,.@-]+(?:\/[\w+=,.@-]+)*$/.test(requireLiteral('the path root', props.pathRoot))) {
      throw new InvalidInputError('NamingInvalid', `path root ${shown(props.pathRoot)} is not allowed: use parts of [A-Za-z0-9_+=,.@-] with / between them`);
    }
    if (props.namePrefix !== undefined && !/^[\w+=,.@-]*$/.test(requireLiteral('the name prefix', props.namePrefix))) {
      throw new InvalidInputError('NamingInvalid', `name prefix ${shown(props.namePrefix)} is not allowed: use [A-Za-z0-9_+=,.@-]`);
    }
    this.pathRoot = props.pathRoot;
    this._prefix = props.namePrefix ?? '';
  }

  /** Path that all of a registry's roles are under, with a slash at both ends. */
  public rootPath(registryName: string): string {
    return rootPath(registryName, this.pathRoot);
  }

  /** Path of the roles of a stage, with a slash at both ends. */
  public rolePath(registryName: string, stageName: string): string {
    return rolePath(this.rootPath(registryName), stageName);
  }

  /**
   * Name of an agent's role in a stage.
   *
   * Fails with `RoleNameTooLong` beyond IAM's 64 characters.
   */
  public roleName(agentName: string, stageName: string): string {
    const name = roleName(this._prefix, agentName, stageName);
    const { limit } = QUOTAS.roleNameLength;
    if (name.length > limit) {
      throw new InvalidInputError('RoleNameTooLong', `role name ${shown(name)} has ${name.length} characters, IAM allows ${limit}: use a shorter agent name`);
    }
    return name;
  }
}
