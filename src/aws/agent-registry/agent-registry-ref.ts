import { IConstruct } from 'constructs';
import { AgentStage } from '../../core';
import { AgentNaming } from '../agent-identity/agent-naming';

/**
 * A registry of agents: what an agent's construct needs of it. Everything follows from its name; no stack exports are involved.
 */
export interface IAgentRegistry extends IConstruct {
  /** Name of the registry, unique in the account. */
  readonly registryName: string;

  /** ARN of the function that answers the `Custom::AgentLifecycle` resource of each agent (its service token). */
  readonly lifecycleFunctionArn: string;

  /** How the agents' roles are named. */
  readonly naming: AgentNaming;

  /** The stages agents may be in. */
  readonly stages: AgentStage[];

  /** ARN of the managed policy with the explicit Denies for agents that may take or pass on no other identity. */
  readonly noSessionsPolicyArn: string;

  /**
   * ARN of the managed policy with the explicit Denies that hold for all agents of a stage.
   *
   * @param stage the stage
   */
  guardPolicyArn(stage: AgentStage): string;

  /**
   * IAM path of the principals of a stage, with a leading and a trailing slash.
   *
   * @param stageName name of the stage
   */
  rolePath(stageName: string): string;
}
