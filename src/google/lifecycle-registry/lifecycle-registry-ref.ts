import { IConstruct } from 'constructs';
import { AgentStage } from '../../core';

/** Where agents and their lifecycle events are recorded. */
export interface ILifecycleRegistry extends IConstruct {
  /** Name of the registry. */
  readonly registryName: string;
  /** Id of the project that contains it. */
  readonly project: string;
  /** The stages that agents may be in. */
  readonly stages: AgentStage[];
  /** Pub/Sub topic for lifecycle events: `projects/<project>/topics/<id>`. */
  readonly topicName: string;
  /** Name of the bucket with the agents' records. */
  readonly bucketName: string;
}

/** Identifies a registry that is declared elsewhere. */
export interface LifecycleRegistryReferenceProps {
  /** Id of the project that contains it. */
  readonly project: string;

  /**
   * Name of the registry.
   *
   * @default agents
   */
  readonly registryName?: string;

  /**
   * The stages that agents may be in.
   *
   * @default - test, staging and production
   */
  readonly stages?: AgentStage[];
}
