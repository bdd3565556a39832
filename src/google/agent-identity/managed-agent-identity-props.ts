import { AgentKey } from './agent-key';
import { AgentStage, Expiry, Sponsor } from '../../core';
import { Revoker } from '../../revokers/revoker';
import { AgentRuntime } from '../agent-runtime/agent-runtime';
import { IGoogleProvider } from '../google-provider';
import { ILifecycleRegistry } from '../lifecycle-registry/lifecycle-registry-ref';

/** What an agent is, who is accountable for it, and when it ends. */
export interface ManagedAgentIdentityProps {
  /** The agent's permanent name: 3-48 of [a-z0-9-]. */
  readonly agentName: string;

  /** What the agent is for, 1 to 256 characters. */
  readonly purpose: string;

  /**
   * What the agent runs on, and so who may act as its account.
   *
   * @default - the one in AgentDefaults; synthesis fails without either
   */
  readonly runtime?: AgentRuntime;

  /**
   * Id of the project that contains the agent's account, preferably one only for agents.
   *
   * @default - the one in AgentDefaults; synthesis fails without either
   */
  readonly project?: string;

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
   * The end of the agent. An end in the past is a warning at synthesis, because the access has ended by then. One further ahead than the stage allows is
   * an error, `TenureExceeded`.
   *
   * @default - the one in AgentDefaults; synthesis fails without either
   */
  readonly expires?: Expiry;

  /**
   * The registry that the agent joins.
   *
   * @default - the one in AgentDefaults; without either, only Google's audit log records the agent
   */
  readonly registry?: ILifecycleRegistry;

  /**
   * Region of the jobs that end the agent.
   *
   * @default - the one in AgentDefaults, or else the provider's
   */
  readonly region?: string;

  /**
   * The provider that manages the agent's resources, such as one with an alias that impersonates an account of the agents' project. The programs that
   * Terraform starts don't use it: they take their credentials from the environment. Keep it in the stack until the agent has left.
   *
   * @default - the one in AgentDefaults, or else the stack's provider without an alias
   */
  readonly provider?: IGoogleProvider;

  /**
   * User-managed keys, for a runtime that can neither be attached nor federated. Only for stages whose profile allows long-lived keys.
   *
   * @default - none
   */
  readonly keys?: AgentKey[];

  /**
   * Secrets that are the agent's own and are deleted when it leaves (not when it moves): `projects/<project>/secrets/<id>`.
   *
   * @default - none
   */
  readonly ownSecrets?: string[];

  /**
   * What the agent has outside of Google Cloud, and how it is revoked when the agent leaves: `Revoker.http`, `oauth2`, `scim` or `human`, up to ten. A move revokes none of it. Needs a registry.
   *
   * @default - none
   */
  readonly revokers?: Revoker[];
}
