import { Construct } from 'constructs';
import { ILifecycleRegistry } from './lifecycle-registry-ref';
import { requireStages } from './registry-shape';
import { requireBucketName, requireProjectId, requireRegistryName, topicName } from '../../contract/google';
import { AgentStage } from '../../core';
import { DEFAULT_REGISTRY_NAME } from '../../core/name-forms';
import { withPath } from '../../core/scope';

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

const BUILT_IN = [AgentStage.TEST, AgentStage.STAGING, AgentStage.PRODUCTION];

/**
 * A registry by its names. It creates no resource.
 *
 * @internal
 */
export class NamedRegistry extends Construct implements ILifecycleRegistry {
  public readonly registryName: string;
  public readonly project: string;
  public readonly stages: AgentStage[];
  public readonly topicName: string;
  public readonly bucketName: string;

  constructor(scope: Construct, id: string, props: LifecycleRegistryReferenceProps) {
    super(scope, id);
    const names = namesOf(this, props);
    this.registryName = names.registryName;
    this.project = names.project;
    this.stages = names.stages;
    this.topicName = names.topicName;
    this.bucketName = names.bucketName;
  }
}

function namesOf(scope: Construct, props: LifecycleRegistryReferenceProps) {
  return withPath(scope, () => {
    const project = requireProjectId('project', props.project);
    const registryName = requireRegistryName(props.registryName ?? DEFAULT_REGISTRY_NAME);
    return {
      project,
      registryName,
      stages: [...requireStages(props.stages ?? BUILT_IN)],
      topicName: topicName(registryName, project),
      bucketName: requireBucketName(registryName, project),
    };
  });
}
