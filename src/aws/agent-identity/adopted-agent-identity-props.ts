import { aws_iam as iam, Duration } from 'aws-cdk-lib';
import { AgentStage, Expiry, Sponsor } from '../../core';
import { Revoker } from '../../revokers/revoker';
import { ILifecycleRegistry } from '../lifecycle-registry/lifecycle-registry-ref';

/** What happens to an adopted role when its agent's construct is removed. */
export enum AdoptionRemoval {
  /** The agent leaves. The role is denied everything for good, and no one can assume it. Its owner deletes it. */
  LEAVE = 'leave',

  /**
   * The role is given back as it was before: exactly what the adoption added is taken from it. Deploy it once with this value, then remove the construct. An agent that has ended, is
   * suspended, or was denied something by a review leaves all the same.
   */
  RELEASE = 'release',
}

/** A role that exists, and the agent that it becomes. */
export interface AdoptedAgentIdentityProps {
  /**
   * The role: one that this app creates, or one by `iam.Role.fromRoleArn()` that others created in the same account. Its trust, its policies and its deletion remain its owner's.
   *
   * Roles of AWS, of IAM Identity Center, of the CDK's bootstrap stack, of a registry, and roles that are an agent's already are refused (`RoleNotAdoptable`, `RoleAdopted`).
   */
  readonly role: iam.IRole;

  /** The agent's permanent name in its registry: 3-48 of [a-z0-9-]. */
  readonly agentName: string;

  /** What the agent is for, 1 to 256 characters. */
  readonly purpose: string;

  /**
   * The registry that the agent joins.
   *
   * @default - the one in AgentDefaults; synthesis fails without either
   */
  readonly registry?: ILifecycleRegistry;

  /**
   * The person or team that is accountable for the agent.
   *
   * @default - the one in AgentDefaults; synthesis fails without either
   */
  readonly sponsor?: Sponsor;

  /**
   * The stage of the agent, whose guard and demands apply. An adopted role can't move: for another stage the agent needs a role of its own.
   *
   * @default - the one in AgentDefaults; synthesis fails without either
   */
  readonly stage?: AgentStage;

  /**
   * The end of the agent, as for `ManagedAgentIdentity`.
   *
   * @default - the one in AgentDefaults; synthesis fails without either
   */
  readonly expires?: Expiry;

  /**
   * What happens to the role when this construct is removed.
   *
   * @default AdoptionRemoval.LEAVE
   */
  readonly onRemoval?: AdoptionRemoval;

  /**
   * What the agent has outside of AWS, and how it is revoked when it leaves: up to 10. A role that is given back keeps it.
   *
   * @default - none
   */
  readonly revokers?: Revoker[];

  /**
   * How often the agent is used at least, if that is less often than its stage demands: whole days, up to 366.
   *
   * @default - what the stage demands
   */
  readonly expectedUseAtLeastEvery?: Duration;
}
