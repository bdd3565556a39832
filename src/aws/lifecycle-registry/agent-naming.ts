import { ENVIRONMENT } from '../../contract/environment';
import { roleName, RoleNaming, RolePlace, rolePath, rolePlace, rootPath } from '../../contract/role-names';
import { DEFAULT_TAG_PREFIX } from '../../contract/tags';
import { InvalidInputError } from '../../core/errors';
import { requireLiteral } from '../../core/literal';
import { shown } from '../../core/shown';
import { QUOTAS } from '../iam/quotas';

/** Rules for the names of the agents' roles and for their tags. */
export interface AgentNamingProps {
  /**
   * Root of the roles' path, without slashes at its ends: roles are under `/<pathRoot>/<stage>/`. At most 440 characters.
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

  /**
   * Prefix of the keys of the roles' tags: 2-32 of [A-Za-z0-9-_.:/], beginning with a letter or digit and ending with one of `-_.:/`. Agents can't set tags with
   * it. AWS reserves `aws:`.
   *
   * @default - agent:
   */
  readonly tagPrefix?: string;

  /**
   * Lets CloudFormation generate the names of the roles, where an organisation forbids explicit names. The roles are under `/<pathRoot>/<stage>/<agentName>/`
   * then, so guards and the engine's permissions cover them as before. Their ARNs are known only in the agents' own stacks; elsewhere
   * `ManagedAgentIdentity.fromAgentName()` names an agent by its path. `namePrefix` does not apply.
   *
   * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html
   *
   * @default false
   */
  readonly generatedNames?: boolean;
}

/** IAM allows 512 characters for a path. The rest is for the stage and the agent. https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
const LONGEST_ROOT = 440;

/** Only AWS creates roles under these. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html */
const PATHS_OF_AWS = /^(aws-reserved|aws-service-role)(\/|$)/;

/** Without characters that a policy's pattern would read as another, so that a guard denies exactly these keys. */
const TAG_PREFIX = /^[A-Za-z0-9][\w.:/-]{0,30}[-_.:/]$/;

/**
 * How the roles of a registry's agents are named and tagged. Guards and the engine's own permissions are built from it, so it must be the same in the registry and in
 * each reference to it. Choose it before the first agent joins: with another path, name or prefix, the agents' next deployments move them to new roles.
 */
export class AgentNaming {
  /** Path `/<registryName>/<stage>/`, name `<agentName>-<stage>`, tags `agent:...`. */
  public static standard(): AgentNaming {
    return new AgentNaming({});
  }

  /**
   * Sets other names, as organisations require them.
   *
   * Fails with `NamingInvalid`.
   *
   * @param props the differences from the standard
   */
  public static of(props: AgentNamingProps): AgentNaming {
    return new AgentNaming(props);
  }

  /** @internal */
  public readonly _tagPrefix: string;

  private readonly pathRoot?: string;
  private readonly names: RoleNaming;

  private constructor(props: AgentNamingProps) {
    const { pathRoot, namePrefix, tagPrefix, generatedNames = false } = props;
    requireForm('path root', pathRoot, /^[\w+=,.@-]+(?:\/[\w+=,.@-]+)*$/, 'use parts of [A-Za-z0-9_+=,.@-] with / between them');
    if (pathRoot !== undefined && (pathRoot.length > LONGEST_ROOT || PATHS_OF_AWS.test(pathRoot))) {
      throw new InvalidInputError('NamingInvalid',
        `path root ${shown(pathRoot)} is not allowed: use at most ${LONGEST_ROOT} characters, and neither aws-reserved nor aws-service-role, where only AWS creates roles`);
    }
    requireForm('name prefix', namePrefix, /^[\w+=,.@-]*$/, 'use [A-Za-z0-9_+=,.@-]');
    requireForm('tag prefix', tagPrefix, TAG_PREFIX, 'use 2-32 of [A-Za-z0-9-_.:/], beginning with a letter or digit and ending with one of -_.:/');
    if (tagPrefix !== undefined && /^aws:/i.test(tagPrefix)) {
      throw new InvalidInputError('NamingInvalid', `tag prefix ${shown(tagPrefix)} is not allowed: AWS reserves tags that begin with aws: in any case; use one of your organisation`);
    }
    if (generatedNames && namePrefix !== undefined && namePrefix !== '') {
      throw new InvalidInputError('NamingInvalid', `name prefix ${shown(namePrefix)} has no effect on generated names: leave out namePrefix or generatedNames`);
    }
    this.pathRoot = pathRoot;
    this.names = { namePrefix: namePrefix ?? '', generatedNames };
    this._tagPrefix = tagPrefix ?? DEFAULT_TAG_PREFIX;
  }

  /** Path that all of a registry's roles are under, with a slash at both ends. */
  public rootPath(registryName: string): string {
    return rootPath(registryName, this.pathRoot);
  }

  /** Path of the roles of a stage, with a slash at both ends. Roles with generated names are each under a path of the agent below it. */
  public rolePath(registryName: string, stageName: string): string {
    return rolePath(this.rootPath(registryName), stageName);
  }

  /**
   * Name of an agent's role in a stage.
   *
   * Fails with `RoleNameTooLong` beyond IAM's 64 characters, and with `RoleNameGenerated` if CloudFormation generates the names.
   */
  public roleName(agentName: string, stageName: string): string {
    if (this.names.generatedNames) {
      throw new InvalidInputError('RoleNameGenerated', `CloudFormation generates the name of the role of agent ${shown(agentName)}: it is known only at deployment; name the agent by its path`);
    }
    const name = roleName(this.names.namePrefix, agentName, stageName);
    const { limit } = QUOTAS.roleNameLength;
    if (name.length > limit) {
      throw new InvalidInputError('RoleNameTooLong', `role name ${shown(name)} has ${name.length} characters, IAM allows ${limit}: use a shorter agent name`);
    }
    return name;
  }

  /**
   * Path and name of an agent's role in a stage. Fails as `roleName` does for names that are not generated.
   *
   * @internal
   */
  public _placeOf(registryName: string, agentName: string, stageName: string): RolePlace {
    const place = rolePlace(this.names, this.rootPath(registryName), agentName, stageName);
    return place.roleName === undefined ? place : { ...place, roleName: this.roleName(agentName, stageName) };
  }

  /**
   * Whether CloudFormation generates the names.
   *
   * @internal
   */
  public get _generated(): boolean {
    return this.names.generatedNames;
  }

  /**
   * The variables by which those of the registry's functions know it that find agents by their roles.
   *
   * @internal
   */
  public _environment(): Record<string, string> {
    const { namePrefix, generatedNames } = this.names;
    return { [ENVIRONMENT.namePrefix]: namePrefix, ...(generatedNames ? { [ENVIRONMENT.generatedNames]: 'true' } : {}) };
  }

  /**
   * The variable by which all of the registry's functions know the tags' prefix.
   *
   * @internal
   */
  public _tagEnvironment(): Record<string, string> {
    return this._tagPrefix === DEFAULT_TAG_PREFIX ? {} : { [ENVIRONMENT.tagPrefix]: this._tagPrefix };
  }
}

function requireForm(what: string, value: string | undefined, form: RegExp, allowed: string): void {
  if (value !== undefined && !form.test(requireLiteral(`the ${what}`, value))) {
    throw new InvalidInputError('NamingInvalid', `${what} ${shown(value)} is not allowed: ${allowed}`);
  }
}
