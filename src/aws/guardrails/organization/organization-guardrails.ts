import { aws_organizations as organizations } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { namesOfRegistries } from './names-of-registries';
import { resourceControlStatements, serviceControlStatements } from './service-control-policy';
import { InvalidInputError } from '../../../core/errors';
import { requireList } from '../../../core/kind';
import { requireLiteral } from '../../../core/literal';
import { withPath } from '../../../core/scope';
import { shown } from '../../../core/shown';
import { QUOTAS } from '../../iam/quotas';
import { AgentNaming } from '../../lifecycle-registry';

/** Properties of an organization's guardrails. */
export interface OrganizationGuardrailsProps {
  /** The root, organizational units or accounts to which the policies are attached, such as `ou-abcd-11111111`. */
  readonly targetIds: string[];

  /** Id of the organization, such as `o-a1b2c3d4e5`. */
  readonly organizationId: string;

  /** ARNs of the roles that deploy agents, such as `arn:aws:iam::*:role/cdk-hnb659fds-cfn-exec-role-*`. Anyone who may assume them is let through. */
  readonly deployerArns: string[];

  /**
   * ARNs of roles that may do everything, for emergencies.
   *
   * @default - none: then only the management account can
   */
  readonly breakGlassArns?: string[];

  /**
   * ARNs of IAM users that may be created and have keys, such as `arn:aws:iam::*:user/legacy/*`. Users of agents, under the registry's path, need not be named: the deployment
   * roles and the engine may create them.
   *
   * @default - none
   */
  readonly userArns?: string[];

  /**
   * Name of the registries in the accounts. For registries of several names, create the guardrails several times.
   *
   * @default agents
   */
  readonly registryName?: string;

  /**
   * How the registries name the agents' roles.
   *
   * @default AgentNaming.standard()
   */
  readonly naming?: AgentNaming;
}

const TARGET = /^(r-[0-9a-z]{4,32}|\d{12}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})$/;
/** At least a part of the name is literal. */
const ARN_OF = { role: /^arn:[\w*-]+:iam::(\d{12}|\*):role\/[\w+=,.@/-][\w+=,.@/*-]*$/, user: /^arn:[\w*-]+:iam::(\d{12}|\*):user\/[\w+=,.@/-][\w+=,.@/*-]*$/ };

/**
 * Policies of AWS Organizations that leave the agents of all accounts to their registries: nobody but the deployment roles and the engines changes them, takes boundaries off, or
 * creates IAM users and keys. Belongs in a stack of the management account, or of the delegated administrator of Organizations.
 *
 * Policies do not bind the management account. Attempts are announced by a `GuardrailAlarm` in each account.
 */
export class OrganizationGuardrails extends Construct {
  /** The service control policy. */
  public readonly serviceControlPolicy: organizations.CfnPolicy;
  /** The resource control policy. */
  public readonly resourceControlPolicy: organizations.CfnPolicy;

  /**
   * Fails with `GuardrailsInvalid`, `GuardrailPolicyTooLong`, and the errors of a registry's name.
   */
  constructor(scope: Construct, id: string, props: OrganizationGuardrailsProps) {
    super(scope, id);
    const names = namesOfRegistries(this, props.registryName, props.naming);
    const targetIds = this.texts('targetIds', props.targetIds, TARGET, 'use ids such as r-a1b2, ou-a1b2-c3d4e5f6 or 111122223333');
    const roles = 'use ARNs of roles such as arn:aws:iam::*:role/deployer-*, which name a part of the role at least';
    const deployers = this.texts('deployerArns', props.deployerArns, ARN_OF.role, roles);
    if (targetIds.length === 0 || deployers.length === 0) {
      throw this.invalid(`${targetIds.length === 0 ? 'targetIds' : 'deployerArns'} is empty`, targetIds.length === 0 ? 'name where the policies apply' : 'name the roles that deploy, or nobody could deploy an agent');
    }
    const [organizationId] = this.texts('organizationId', [props.organizationId], /^o-[a-z0-9]{10,32}$/, 'use the id of the organization, such as o-a1b2c3d4e5');
    const breakGlass = this.texts('breakGlassArns', props.breakGlassArns, ARN_OF.role, roles);
    const users = this.texts('userArns', props.userArns, ARN_OF.user, 'use ARNs of users such as arn:aws:iam::*:user/legacy/*');

    const policy = (part: string, type: string, statements: object[]): organizations.CfnPolicy => {
      const content = { Version: '2012-10-17', Statement: statements };
      const { limit } = QUOTAS.organizationPolicySize;
      const size = JSON.stringify(content).length;
      if (size > limit) {
        throw new InvalidInputError('GuardrailPolicyTooLong', `${this.node.path}: the ${part} has ${size} characters, AWS Organizations allows ${limit}: name fewer roles and users, with patterns for several`);
      }
      return new organizations.CfnPolicy(this, part, {
        name: `${names.prefix}${part === 'ServiceControl' ? 'only-lifecycle' : 'in-organization'}`,
        description: `Agents of the registries ${names.registryName}: ${part === 'ServiceControl' ? 'changed by their lifecycle only' : 'used within the organization only'}`,
        type,
        content,
        targetIds,
      });
    };
    this.serviceControlPolicy = policy('ServiceControl', 'SERVICE_CONTROL_POLICY', serviceControlStatements(names, { deployers, breakGlass, users }));
    this.resourceControlPolicy = policy('ResourceControl', 'RESOURCE_CONTROL_POLICY', resourceControlStatements(names, organizationId));
  }

  private texts(what: string, values: string[] | undefined, form: RegExp, fix: string): string[] {
    return withPath(this, () => requireList(what, values)).map((value) => {
      if (!form.test(withPath(this, () => requireLiteral(what, value)))) {
        throw this.invalid(`${what} has ${shown(value)}`, fix);
      }
      return value;
    });
  }

  private invalid(problem: string, fix: string): InvalidInputError {
    return new InvalidInputError('GuardrailsInvalid', `${this.node.path}: ${problem}: ${fix}`);
  }
}
