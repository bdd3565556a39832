import { AgentGrant } from './agent-grant';
import { PlaceKind } from '../../contract/google';

/** Receives a grant from the construct that declares it. */
type AddGrant = (kind: PlaceKind, name: string, role: string) => AgentGrant;

/**
 * Grants access to an agent in given stages. If the agent is in one of them, each grant is an IAM member that ends with the agent. In other stages it
 * is recorded and renders nothing. What a method returns is something to depend on.
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
   * A role in all projects of an organization. The pipeline then needs a role that sets the organization's IAM policy.
   *
   * @param organization `organizations/<number>`
   * @param role predefined or custom role
   */
  public toOrganization(organization: string, role: string): AgentGrant {
    return this.add('organization', organization, role);
  }

  /**
   * A role in a whole project.
   *
   * @param project id of the project
   * @param role predefined or custom role
   */
  public toProject(project: string, role: string): AgentGrant {
    return this.add('project', project, role);
  }

  /**
   * A role in all projects of a folder.
   *
   * @param folder `folders/<number>`
   * @param role predefined or custom role
   */
  public toFolder(folder: string, role: string): AgentGrant {
    return this.add('folder', folder, role);
  }

  /**
   * A role on a secret of Secret Manager.
   *
   * @param secret `projects/<project>/secrets/<id>`
   * @param role predefined or custom role, such as `roles/secretmanager.secretAccessor`
   */
  public toSecret(secret: string, role: string): AgentGrant {
    return this.add('secret', secret, role);
  }

  /**
   * A role on a bucket of Cloud Storage. The bucket must have uniform bucket-level access, because Google rejects conditions otherwise.
   *
   * @param bucket name of the bucket
   * @param role predefined or custom role, such as `roles/storage.objectViewer`
   */
  public toBucket(bucket: string, role: string): AgentGrant {
    return this.add('bucket', bucket, role);
  }

  /**
   * A role on a topic of Pub/Sub. Google supports no conditions there: the grant ends when the account is disabled.
   *
   * @param topic `projects/<project>/topics/<id>`
   * @param role predefined or custom role, such as `roles/pubsub.publisher`
   */
  public toTopic(topic: string, role: string): AgentGrant {
    return this.add('topic', topic, role);
  }

  /**
   * A role on a subscription of Pub/Sub. Google supports no conditions there: the grant ends when the account is disabled.
   *
   * @param subscription `projects/<project>/subscriptions/<id>`
   * @param role predefined or custom role, such as `roles/pubsub.subscriber`
   */
  public toSubscription(subscription: string, role: string): AgentGrant {
    return this.add('subscription', subscription, role);
  }

  /**
   * A role on a dataset of BigQuery.
   *
   * @param dataset `projects/<project>/datasets/<id>`
   * @param role predefined or custom role, such as `roles/bigquery.dataViewer`
   */
  public toDataset(dataset: string, role: string): AgentGrant {
    return this.add('dataset', dataset, role);
  }

  /**
   * A role on a table or view of BigQuery. Google supports no conditions there: the grant ends when the account is disabled.
   *
   * @param table `projects/<project>/datasets/<id>/tables/<id>`; the ids of [A-Za-z0-9_-]
   * @param role predefined or custom role, such as `roles/bigquery.dataViewer`
   */
  public toTable(table: string, role: string): AgentGrant {
    return this.add('table', table, role);
  }

  /**
   * A role on a key of Cloud KMS.
   *
   * @param key `projects/<project>/locations/<location>/keyRings/<ring>/cryptoKeys/<id>`
   * @param role predefined or custom role, such as `roles/cloudkms.cryptoKeyDecrypter`
   */
  public toKey(key: string, role: string): AgentGrant {
    return this.add('cryptoKey', key, role);
  }

  /**
   * A role on a service of Cloud Run. It has no condition, because the provider would not find its own grant then: the grant ends when the account is
   * disabled.
   *
   * @param service `projects/<project>/locations/<location>/services/<name>`
   * @param role predefined or custom role, such as `roles/run.invoker`
   */
  public toRunService(service: string, role: string): AgentGrant {
    return this.add('runService', service, role);
  }

  /**
   * A role on a job of Cloud Run. It has no condition, because the provider would not find its own grant then: the grant ends when the account is
   * disabled.
   *
   * @param job `projects/<project>/locations/<location>/jobs/<name>`
   * @param role predefined or custom role, such as `roles/run.jobsExecutor`
   */
  public toRunJob(job: string, role: string): AgentGrant {
    return this.add('runJob', job, role);
  }

  /**
   * A role on a repository of Artifact Registry. It has no condition, because the provider would not find its own grant then: the grant ends when the
   * account is disabled.
   *
   * @param repository `projects/<project>/locations/<location>/repositories/<id>`
   * @param role predefined or custom role, such as `roles/artifactregistry.reader`
   */
  public toRepository(repository: string, role: string): AgentGrant {
    return this.add('repository', repository, role);
  }

  /**
   * A role on an instance of Spanner, with all its databases.
   *
   * @param instance `projects/<project>/instances/<id>`. The provider's own `id` of an instance is not such a name
   * @param role predefined or custom role, such as `roles/spanner.databaseReader`
   */
  public toSpannerInstance(instance: string, role: string): AgentGrant {
    return this.add('spannerInstance', instance, role);
  }

  /**
   * A role on a database of Spanner.
   *
   * @param database `projects/<project>/instances/<id>/databases/<id>`. The provider's own `id` of a database is not such a name
   * @param role predefined or custom role, such as `roles/spanner.databaseReader`
   */
  public toSpannerDatabase(database: string, role: string): AgentGrant {
    return this.add('spannerDatabase', database, role);
  }
}
