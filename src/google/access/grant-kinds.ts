import { Construct } from 'constructs';
import { IamCondition } from './expiry-condition';
import { PlaceKind, RESOURCE_NAMES, ResourceName } from '../../contract/google';
import { partOf, TerraformResource } from '../cdktf';
import * as provider from '../provider';

/** What a grant is rendered from. */
interface GrantParts {
  readonly role: string;
  readonly member: string;
  readonly email: string;
  readonly condition: IamCondition;
}

/** A kind of resource on which a role can be granted. */
export interface GrantKind extends ResourceName {
  /** Name of the kind in errors. */
  readonly what: string;
  /** Whether the name may be a token. A token is passed to the provider unchanged, which accepts full names too. */
  readonly tokens: boolean;
  /** Attributes of the provider's resource that name it only within its project. Where `id` is one, no attribute is a full name. */
  readonly short: readonly string[];
  /** Whether Google and the provider support a condition there, so that the grant ends by itself. */
  readonly endsByItself: boolean;
  readonly render: (scope: Construct, id: string, name: string, parts: readonly string[], grant: GrantParts) => TerraformResource;
}

/**
 * All kinds. The key of an entry is the kind's name in the teardown program. Kinds with conditions:
 * https://cloud.google.com/iam/docs/resource-types-with-conditional-roles
 */
export const GRANT_KINDS = {
  organization: {
    what: 'organization',
    ...RESOURCE_NAMES.organization,
    tokens: false,
    short: [],
    endsByItself: true,
    render: (scope, id, _name, [orgId], { role, member, condition }) =>
      new provider.OrganizationIamMember(scope, id, { orgId, role, member, condition }),
  },
  project: {
    what: 'project',
    pattern: /^(.+)$/,
    example: 'acme-test',
    tokens: false,
    short: [],
    endsByItself: true,
    render: (scope, id, project, _parts, { role, member, condition }) =>
      new provider.ProjectIamMember(scope, id, { project, role, member, condition }),
  },
  folder: {
    what: 'folder',
    ...RESOURCE_NAMES.folder,
    tokens: false,
    short: [],
    endsByItself: true,
    render: (scope, id, folder, _parts, { role, member, condition }) =>
      new provider.FolderIamMember(scope, id, { folder, role, member, condition }),
  },
  secret: {
    what: 'secret',
    ...RESOURCE_NAMES.secret,
    tokens: true,
    short: ['secret_id'],
    endsByItself: true,
    render: (scope, id, name, [project, secretId = name], { role, member, condition }) =>
      new provider.SecretManagerSecretIamMember(scope, id, { project, secretId, role, member, condition }),
  },
  bucket: {
    what: 'bucket',
    ...RESOURCE_NAMES.bucket,
    tokens: true,
    short: [],
    endsByItself: true,
    render: (scope, id, bucket, _parts, { role, member, condition }) =>
      new provider.StorageBucketIamMember(scope, id, { bucket, role, member, condition }),
  },
  topic: {
    what: 'topic',
    ...RESOURCE_NAMES.topic,
    tokens: true,
    short: ['name'],
    endsByItself: false,
    render: (scope, id, name, [project, topic = name], { role, member }) =>
      new provider.PubsubTopicIamMember(scope, id, { project, topic, role, member }),
  },
  subscription: {
    what: 'subscription',
    ...RESOURCE_NAMES.subscription,
    tokens: true,
    short: ['name'],
    endsByItself: false,
    // The provider accepts a full name, but requires the project nevertheless.
    render: (scope, id, name, [project = partOf(name, 1), subscription = name], { role, member }) =>
      new provider.PubsubSubscriptionIamMember(scope, id, { project, subscription, role, member }),
  },
  dataset: {
    what: 'dataset',
    ...RESOURCE_NAMES.dataset,
    tokens: true,
    short: ['dataset_id'],
    endsByItself: true,
    // Not google_bigquery_dataset_iam_member: Google stores access entries there, and only this resource can write one with a condition. It takes no
    // full name.
    render: (scope, id, name, [project = partOf(name, 1), datasetId = partOf(name, 3)], { role, email, condition }) =>
      new provider.BigqueryDatasetAccess(scope, id, { project, datasetId, role, userByEmail: email, condition }),
  },
  table: {
    what: 'table',
    ...RESOURCE_NAMES.table,
    tokens: true,
    short: ['table_id'],
    endsByItself: false,
    render: (scope, id, name, [project = partOf(name, 1), datasetId = partOf(name, 3), tableId = partOf(name, 5)], { role, member }) =>
      new provider.BigqueryTableIamMember(scope, id, { project, datasetId, tableId, role, member }),
  },
  cryptoKey: {
    what: 'key',
    ...RESOURCE_NAMES.cryptoKey,
    tokens: true,
    short: ['name'],
    endsByItself: true,
    render: (scope, id, cryptoKeyId, _parts, { role, member, condition }) =>
      new provider.KmsCryptoKeyIamMember(scope, id, { cryptoKeyId, role, member, condition }),
  },
  runService: {
    what: 'Cloud Run service',
    ...RESOURCE_NAMES.runService,
    tokens: true,
    short: ['name'],
    endsByItself: false,
    // Google supports a condition, but the provider reads this policy in version 1, which hides conditions. It would not find its own grant.
    render: (scope, id, fullName, [project, location, name = fullName], { role, member }) =>
      new provider.CloudRunV2ServiceIamMember(scope, id, { project, location, name, role, member }),
  },
  runJob: {
    what: 'Cloud Run job',
    ...RESOURCE_NAMES.runJob,
    tokens: true,
    short: ['name'],
    endsByItself: false,
    render: (scope, id, fullName, [project, location, name = fullName], { role, member }) =>
      new provider.CloudRunV2JobIamMember(scope, id, { project, location, name, role, member }),
  },
  repository: {
    what: 'repository',
    ...RESOURCE_NAMES.repository,
    tokens: true,
    short: ['name', 'repository_id'],
    endsByItself: false,
    render: (scope, id, name, [project, location, repository = name], { role, member }) =>
      new provider.ArtifactRegistryRepositoryIamMember(scope, id, { project, location, repository, role, member }),
  },
  spannerInstance: {
    what: 'Spanner instance',
    ...RESOURCE_NAMES.spannerInstance,
    tokens: true,
    short: ['id', 'name'],
    endsByItself: true,
    render: (scope, id, name, [project = partOf(name, 1), instance = partOf(name, 3)], { role, member, condition }) =>
      new provider.SpannerInstanceIamMember(scope, id, { project, instance, role, member, condition }),
  },
  spannerDatabase: {
    what: 'Spanner database',
    ...RESOURCE_NAMES.spannerDatabase,
    tokens: true,
    short: ['id', 'name', 'instance'],
    endsByItself: true,
    render: (scope, id, name, [project = partOf(name, 1), instance = partOf(name, 3), database = partOf(name, 5)], { role, member, condition }) =>
      new provider.SpannerDatabaseIamMember(scope, id, { project, instance, database, role, member, condition }),
  },
} as const satisfies Record<PlaceKind, GrantKind>;
