import { Construct } from 'constructs';
import { IAgentRegistry } from './agent-registry-ref';
import { bucketName, requireRegistryName, topicId } from './registry-names';
import { AgentStage } from '../../core';
import { InvalidInputError } from '../../core/errors';
import { shown } from '../../core/shown';
import { named } from '../named';
import { requireProjectId } from '../project-id';
import { PubsubTopic, StorageBucket } from '../provider';

/** How a registry is found where it is not declared. */
export interface AgentRegistryReferenceProps {
  /** Id of the project that it lives in. */
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

/** What a registry is. */
export interface AgentRegistryProps extends AgentRegistryReferenceProps {
  /** Where the records are kept: a location of Cloud Storage, such as `EU` or `europe-west1`. */
  readonly location: string;

  /**
   * How long each record is kept, in days. Nobody can delete or overwrite it before, and nobody can shorten the time.
   *
   * @default 365
   */
  readonly retentionDays?: number;

  /**
   * Whether the retention is locked. Once it was, Google undoes it for nobody: the bucket can be deleted only when it is empty.
   *
   * @default true
   */
  readonly lockRetention?: boolean;
}

const BUILT_IN = [AgentStage.TEST, AgentStage.STAGING, AgentStage.PRODUCTION];
const LONGEST_RETENTION_DAYS = 36_500;
const DAY_SECONDS = 86_400;

/**
 * Where agents are recorded: a bucket whose objects can't be changed, and a topic that tells lifecycle events. There is no secret in either.
 */
export class AgentRegistry extends Construct implements IAgentRegistry {
  /**
   * A registry that another stack or app declares, found by name.
   *
   * @param scope scope of the construct
   * @param id id of the construct
   * @param props which registry
   */
  public static fromRegistryName(scope: Construct, id: string, props: AgentRegistryReferenceProps): IAgentRegistry {
    return new ReferencedRegistry(scope, id, props);
  }

  public readonly registryName: string;
  public readonly project: string;
  public readonly stages: AgentStage[];
  public readonly topicName: string;
  public readonly bucketName: string;

  constructor(scope: Construct, id: string, props: AgentRegistryProps) {
    super(scope, id);
    const names = namesOf(this, props);
    this.registryName = names.registryName;
    this.project = names.project;
    this.stages = names.stages;
    this.topicName = names.topicName;
    this.bucketName = names.bucketName;
    const days = props.retentionDays ?? 365;
    if (!Number.isInteger(days) || days < 1 || days > LONGEST_RETENTION_DAYS) {
      throw new InvalidInputError('RetentionInvalid', `${this.node.path}: retentionDays ${shown(days)} is not allowed: use a whole number from 1 to ${LONGEST_RETENTION_DAYS}`);
    }
    new PubsubTopic(this, 'Lifecycle', { project: this.project, name: topicId(this.registryName), labels: { 'agent-registry': this.registryName } });
    new StorageBucket(this, 'Records', {
      project: this.project,
      name: this.bucketName,
      location: props.location,
      labels: { 'agent-registry': this.registryName },
      uniformBucketLevelAccess: true,
      publicAccessPrevention: 'enforced',
      retentionPolicy: { retentionPeriod: days * DAY_SECONDS, isLocked: props.lockRetention ?? true },
    });
  }
}

class ReferencedRegistry extends Construct implements IAgentRegistry {
  public readonly registryName: string;
  public readonly project: string;
  public readonly stages: AgentStage[];
  public readonly topicName: string;
  public readonly bucketName: string;

  public constructor(scope: Construct, id: string, props: AgentRegistryReferenceProps) {
    super(scope, id);
    const names = namesOf(this, props);
    this.registryName = names.registryName;
    this.project = names.project;
    this.stages = names.stages;
    this.topicName = names.topicName;
    this.bucketName = names.bucketName;
  }
}

function namesOf(scope: Construct, props: AgentRegistryReferenceProps) {
  return named(scope, () => {
    const project = requireProjectId('project', props.project);
    const registryName = requireRegistryName(props.registryName ?? 'agents');
    return {
      project,
      registryName,
      stages: props.stages ?? BUILT_IN,
      topicName: `projects/${project}/topics/${topicId(registryName)}`,
      bucketName: bucketName(registryName, project),
    };
  });
}
