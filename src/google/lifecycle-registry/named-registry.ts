import { Construct } from 'constructs';
import { ILifecycleRegistry, LifecycleRegistryReferenceProps } from './lifecycle-registry-ref';
import { requireDenyScope, requireSearch, requireStages, requireTokenHours } from './registry-shape';
import { requireBucketName, requireProjectId, requireRegistryName, topicName } from '../../contract/google';
import { AgentStage } from '../../core';
import { DEFAULT_REGISTRY_NAME } from '../../core/name-forms';
import { withPath } from '../../core/scope';

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
  public readonly denyScope?: string;
  public readonly longestTokenHours?: number;
  public readonly searchScope?: string;
  public readonly wipedProjects?: string[];

  constructor(scope: Construct, id: string, props: LifecycleRegistryReferenceProps) {
    super(scope, id);
    const names = namesOf(this, props);
    this.registryName = names.registryName;
    this.project = names.project;
    this.stages = names.stages;
    this.topicName = names.topicName;
    this.bucketName = names.bucketName;
    this.denyScope = names.denyScope;
    this.longestTokenHours = names.longestTokenHours;
    this.searchScope = names.searchScope;
    this.wipedProjects = names.wipedProjects;
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
      denyScope: requireDenyScope(props.denyScope),
      longestTokenHours: requireTokenHours(props.longestTokenHours),
      ...requireSearch(props),
    };
  });
}
