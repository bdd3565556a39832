import { IConstruct } from 'constructs';
import { AgentStage } from '../../core';

/** Where agents are recorded and their lifecycle is told. */
export interface IAgentRegistry extends IConstruct {
  /** Name of the registry. */
  readonly registryName: string;
  /** Id of the project that it lives in. */
  readonly project: string;
  /** The stages that agents may be in. */
  readonly stages: AgentStage[];
  /** Pub/Sub topic that tells lifecycle events: `projects/<project>/topics/<id>`. */
  readonly topicName: string;
  /** Name of the bucket that keeps the agents' records. */
  readonly bucketName: string;
}
