import { PlaceKind } from '../../contract/google';

/** Receives a grant from the construct that declares it. */
type AddGrant = (kind: PlaceKind, name: string, role: string) => void;

/**
 * Grants access to an agent in given stages. If the agent is in one of them, each grant is an IAM member that ends with the agent. In other stages it
 * is recorded and renders nothing.
 *
 * Each method fails with `PrimitiveRole`, `AdminRole`, `OwnerRole`, `IdentityRole`, `ServiceAgentRole`, `RunsAsOthers` or `RoleInvalid` for a role
 * that no agent may have, and with `ResourceNameInvalid` or `ProjectIdInvalid` for an invalid name.
 */
export class AgentAccess {
  /** @internal */
  public static _of(add: AddGrant): AgentAccess {
    return new AgentAccess(add);
  }

  private constructor(private readonly add: AddGrant) {}

  /**
   * A role in a whole project.
   *
   * @param project id of the project
   * @param role predefined or custom role
   */
  public toProject(project: string, role: string): void {
    this.add('project', project, role);
  }

  /**
   * A role in all projects of a folder.
   *
   * @param folder `folders/<number>`
   * @param role predefined or custom role
   */
  public toFolder(folder: string, role: string): void {
    this.add('folder', folder, role);
  }

  /**
   * A role on a secret of Secret Manager.
   *
   * @param secret `projects/<project>/secrets/<id>`
   * @param role predefined or custom role, such as `roles/secretmanager.secretAccessor`
   */
  public toSecret(secret: string, role: string): void {
    this.add('secret', secret, role);
  }

  /**
   * A role on a bucket of Cloud Storage. The bucket must have uniform bucket-level access, because Google rejects conditions otherwise.
   *
   * @param bucket name of the bucket
   * @param role predefined or custom role, such as `roles/storage.objectViewer`
   */
  public toBucket(bucket: string, role: string): void {
    this.add('bucket', bucket, role);
  }

  /**
   * A role on a topic of Pub/Sub. Google supports no conditions there: the grant ends when the account is disabled.
   *
   * @param topic `projects/<project>/topics/<id>`
   * @param role predefined or custom role, such as `roles/pubsub.publisher`
   */
  public toTopic(topic: string, role: string): void {
    this.add('topic', topic, role);
  }

  /**
   * A role on a subscription of Pub/Sub. Google supports no conditions there: the grant ends when the account is disabled.
   *
   * @param subscription `projects/<project>/subscriptions/<id>`
   * @param role predefined or custom role, such as `roles/pubsub.subscriber`
   */
  public toSubscription(subscription: string, role: string): void {
    this.add('subscription', subscription, role);
  }

  /**
   * A role on a dataset of BigQuery.
   *
   * @param dataset `projects/<project>/datasets/<id>`
   * @param role predefined or custom role, such as `roles/bigquery.dataViewer`
   */
  public toDataset(dataset: string, role: string): void {
    this.add('dataset', dataset, role);
  }

  /**
   * A role on a key of Cloud KMS.
   *
   * @param key `projects/<project>/locations/<location>/keyRings/<ring>/cryptoKeys/<id>`
   * @param role predefined or custom role, such as `roles/cloudkms.cryptoKeyDecrypter`
   */
  public toKey(key: string, role: string): void {
    this.add('cryptoKey', key, role);
  }

  /**
   * A role on a service of Cloud Run. It has no condition, because the provider would not find its own grant then: the grant ends when the account is
   * disabled.
   *
   * @param service `projects/<project>/locations/<location>/services/<name>`
   * @param role predefined or custom role, such as `roles/run.invoker`
   */
  public toRunService(service: string, role: string): void {
    this.add('runService', service, role);
  }
}
