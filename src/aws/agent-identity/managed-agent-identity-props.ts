import { aws_iam as iam, Duration } from 'aws-cdk-lib';
import { OwnSecret } from './own-secret';
import { AgentStage, Expiry, Sponsor } from '../../core';
import { Revoker } from '../../revokers/revoker';
import { ExceptionalAccess } from '../access-rules/exceptional-access';
import { AgentRuntime } from '../agent-runtime/agent-runtime';
import { ILifecycleRegistry } from '../lifecycle-registry/lifecycle-registry-ref';

/** What an agent is, who is accountable for it, and when it ends. */
export interface ManagedAgentIdentityProps {
  /** The agent's permanent name in its registry: 3-48 of [a-z0-9-]. */
  readonly agentName: string;

  /** What the agent is for, 1 to 256 characters. */
  readonly purpose: string;

  /**
   * What the agent runs on, and so who may assume its role.
   *
   * @default - the one in AgentDefaults; synthesis fails without either
   */
  readonly runtime?: AgentRuntime;

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
   * The stage of the agent. Changing it moves the agent.
   *
   * @default - the one in AgentDefaults; synthesis fails without either
   */
  readonly stage?: AgentStage;

  /**
   * The end of the agent: a fixed one, or one that reviews carry on (`Expiry.untilCertified()`). An expiry in the past or within 30 days is a warning at synthesis; the engine refuses to join, move or extend an expired agent.
   * One further ahead than the stage allows is an error, `TenureExceeded`.
   *
   * @default - the one in AgentDefaults; synthesis fails without either
   */
  readonly expires?: Expiry;

  /**
   * The organisation's own permissions boundary. A boundary that the app sets for all its roles (`iam.PermissionsBoundary.of(app)`, or CDK's `permissionsBoundary` of
   * a Stage or Stack) holds as well: synthesis fails with `BoundaryChanged` if it would replace this one by another. The engine puts exactly the deployed
   * boundary back after a denial. https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
   *
   * @default - the one in AgentDefaults, or else the app's, or none
   */
  readonly permissionsBoundary?: iam.IManagedPolicy;

  /**
   * Access that the agent may have although the access rules refuse it.
   *
   * @default - nothing
   */
  readonly accessExceptions?: ExceptionalAccess[];

  /**
   * Secrets that are the agent's own and are deleted when it leaves; their names begin with `<registryName>/<agentName>/`.
   *
   * @default - none
   */
  readonly ownSecrets?: OwnSecret[];

  /**
   * What the agent has outside of AWS, and how it is revoked when it leaves: up to 10. One that is removed here stays with the agent, and its leave revokes it.
   *
   * @default - none
   */
  readonly revokers?: Revoker[];

  /**
   * How often the agent is used at least, if that is less often than its stage demands (`maxIdle`), as for yearly closings or disaster recovery: whole days,
   * up to 366. The registry takes it as unused only after that time.
   *
   * @default - what AgentDefaults say, or else what the stage demands
   */
  readonly expectedUseAtLeastEvery?: Duration;

  /**
   * Name of the root stack that may take the agent over. Deploy this first, then declare the agent in the other stack with `transferFrom`, then remove it here.
   * Without it no other stack can take the agent over, unless an operator allows it (`nhi transfer`).
   *
   * @default - none
   */
  readonly transferTo?: string;

  /**
   * Name of the root stack that hands the agent over to this one. That stack must have offered the agent (`transferTo`), and the stage must change too:
   * the role of a stage has one name, and the other stack still has it. The stage may stay the same if the registry's naming generates the names of roles
   * (`AgentNaming.of({ generatedNames: true })`).
   *
   * @default - none; only the stack that joined an agent may change it
   */
  readonly transferFrom?: string;

  /**
   * The role that this agent adopted before (`ManagedAgentIdentity.adopt()`), while it moves to a role of its own. The engine retires the adopted role after compute has moved. Remove this
   * property, and the role, with a later deployment.
   *
   * @default - none
   */
  readonly replaces?: iam.IRole;
}
