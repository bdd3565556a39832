import { Construct } from 'constructs';
import { ILifecycleRegistry, LifecycleRegistryReferenceProps } from './lifecycle-registry-ref';
import { NamedRegistry } from './named-registry';
import { REGISTRY_LABEL, topicId } from '../../contract/google';
import { InvalidInputError } from '../../core/errors';
import { requireFlag } from '../../core/kind';
import { withPath } from '../../core/scope';
import { shown } from '../../core/shown';
import { IGoogleProvider } from '../google-provider';
import { requireBucketLocation } from '../locations';
import { PubsubTopic, StorageBucket } from '../provider';
import { requireProvider, useProvider } from '../use-provider';

/** Properties of a registry. */
export interface LifecycleRegistryProps extends LifecycleRegistryReferenceProps {
  /** Where the records are kept: a location of Cloud Storage, such as `EU` or `europe-west1`. */
  readonly location: string;

  /**
   * How long each record is kept, in days. No one can delete or overwrite it before, and no one can shorten the time.
   *
   * @default 365
   */
  readonly retentionDays?: number;

  /**
   * Whether the retention is locked. Google never removes such a lock: the bucket can be deleted only when it is empty.
   *
   * @default true
   */
  readonly lockRetention?: boolean;

  /**
   * The provider that manages bucket and topic, such as one with an alias.
   *
   * @default - the stack's provider without an alias
   */
  readonly provider?: IGoogleProvider;
}

const LONGEST_RETENTION_DAYS = 36_500;
const DAY_SECONDS = 86_400;

/** Records agents: a bucket whose objects can't be changed, and a topic for lifecycle events. Neither contains a secret. */
export class LifecycleRegistry extends NamedRegistry {
  /**
   * References a registry that another stack or app declares, by its name.
   *
   * @param scope scope of the construct
   * @param id id of the construct
   * @param props which registry
   */
  public static fromRegistryName(scope: Construct, id: string, props: LifecycleRegistryReferenceProps): ILifecycleRegistry {
    return new NamedRegistry(scope, id, props);
  }

  constructor(scope: Construct, id: string, props: LifecycleRegistryProps) {
    super(scope, id, props);
    const [location, isLocked, provider] = withPath(this, () => [
      requireBucketLocation('location', props.location), requireFlag('lockRetention', props.lockRetention, true), requireProvider(this, props.provider),
    ] as const);
    const days = props.retentionDays ?? 365;
    if (!Number.isInteger(days) || days < 1 || days > LONGEST_RETENTION_DAYS) {
      throw new InvalidInputError('RetentionInvalid', `${this.node.path}: retentionDays ${shown(days)} is not allowed: use a whole number from 1 to ${LONGEST_RETENTION_DAYS}`);
    }
    new PubsubTopic(this, 'Lifecycle', { project: this.project, name: topicId(this.registryName), labels: { [REGISTRY_LABEL]: this.registryName } });
    new StorageBucket(this, 'Records', {
      project: this.project,
      name: this.bucketName,
      location,
      labels: { [REGISTRY_LABEL]: this.registryName },
      uniformBucketLevelAccess: true,
      publicAccessPrevention: 'enforced',
      retentionPolicy: { retentionPeriod: days * DAY_SECONDS, isLocked },
    });
    useProvider(this, provider);
  }
}
