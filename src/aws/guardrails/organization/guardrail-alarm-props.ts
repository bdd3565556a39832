import { aws_events as events } from 'aws-cdk-lib';
import { AgentNaming } from '../../lifecycle-registry';

/** Properties of the alarms. */
export interface GuardrailAlarmProps {
  /** The targets that receive each attempt, such as `new targets.SnsTopic(topic)`, or the bus of a security account. */
  readonly targets: events.IRuleTarget[];

  /**
   * Name of the registry in the account.
   *
   * @default agents
   */
  readonly registryName?: string;

  /**
   * How the registry names the agents' roles.
   *
   * @default AgentNaming.standard()
   */
  readonly naming?: AgentNaming;
}
