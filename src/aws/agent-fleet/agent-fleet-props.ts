import { Stack } from 'aws-cdk-lib';
import { AgentStage } from '../../core';
import { AgentRuntime } from '../agent-runtime/agent-runtime';

/** The code that the rows of a fleet name. Rows hold names and no policies. */
export interface AgentFleetProps {
  /**
   * The stacks of the fleet, by the name that rows use in the column `stack`. All are of one account: a fleet has each agent once.
   *
   * What the agents of a stack have in common is set with `AgentDefaults.of(stack)`, the registry for example.
   */
  readonly stacks: { [name: string]: Stack };

  /**
   * Names of the stacks over which agents are spread whose row names no stack. The stack follows from the agent's name and these names alone, so that another row moves no agent. Another list
   * of names does move agents, which the engine refuses: state the stack in their rows first.
   *
   * @default - the only stack; with several stacks every row must name its own
   */
  readonly spreadOver?: string[];

  /**
   * The most agents of a stack, 1 to 166. An agent has three resources and CloudFormation allows 500 in a stack, the compute of the agents included.
   *
   * @default 150
   */
  readonly agentsPerStack?: number;

  /**
   * Names that rows may use in the column `access`. Give the agents of a name their access with `withAccess()`.
   *
   * @default - none
   */
  readonly access?: string[];

  /**
   * Runtimes that rows may name in the column `runtime`, beside the kinds that need nothing else, such as `lambda`.
   *
   * @default - none
   */
  readonly runtimes?: { [name: string]: AgentRuntime };

  /**
   * Your own stages, which rows may name in the column `stage`, beside test, staging and production.
   *
   * @default - none
   */
  readonly stages?: AgentStage[];

  /**
   * Further columns of your own, which `cell()` returns.
   *
   * @default - none; other columns are refused
   */
  readonly ownColumns?: string[];
}
