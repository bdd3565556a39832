import { Construct } from 'constructs';
import { IamCondition } from './expiry-condition';
import { PlaceKind, RESOURCE_NAMES, ResourceName } from '../../contract/google';
import { partOf, TerraformResource } from '../cdktf';
import {
  BigqueryDatasetAccess, CloudRunV2ServiceIamMember, FolderIamMember, KmsCryptoKeyIamMember, ProjectIamMember, PubsubSubscriptionIamMember,
  PubsubTopicIamMember,
  SecretManagerSecretIamMember, StorageBucketIamMember,
} from '../provider';

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
  /** Whether Google and the provider support a condition there, so that the grant ends by itself. */
  readonly endsByItself: boolean;
  readonly render: (scope: Construct, id: string, name: string, parts: readonly string[], grant: GrantParts) => TerraformResource;
}

/**
 * All kinds. The key of an entry is the kind's name in the teardown program. Kinds with conditions:
 * https://cloud.google.com/iam/docs/resource-types-with-conditional-roles
 */
export const GRANT_KINDS = {
  project: {
    what: 'project',
    pattern: /^(.+)$/,
    example: 'acme-test',
    tokens: false,
    endsByItself: true,
    render: (scope, id, project, _parts, { role, member, condition }) => new ProjectIamMember(scope, id, { project, role, member, condition }),
  },
  folder: {
    what: 'folder',
    ...RESOURCE_NAMES.folder,
    tokens: false,
    endsByItself: true,
    render: (scope, id, folder, _parts, { role, member, condition }) =>
      new FolderIamMember(scope, id, { folder, role, member, condition }),
  },
  secret: {
    what: 'secret',
    ...RESOURCE_NAMES.secret,
    tokens: true,
    endsByItself: true,
    render: (scope, id, name, [project, secretId = name], { role, member, condition }) =>
      new SecretManagerSecretIamMember(scope, id, { project, secretId, role, member, condition }),
  },
  bucket: {
    what: 'bucket',
    ...RESOURCE_NAMES.bucket,
    tokens: true,
    endsByItself: true,
    render: (scope, id, bucket, _parts, { role, member, condition }) => new StorageBucketIamMember(scope, id, { bucket, role, member, condition }),
  },
  topic: {
    what: 'topic',
    ...RESOURCE_NAMES.topic,
    tokens: true,
    endsByItself: false,
    render: (scope, id, name, [project, topic = name], { role, member }) =>
      new PubsubTopicIamMember(scope, id, { project, topic, role, member }),
  },
  subscription: {
    what: 'subscription',
    ...RESOURCE_NAMES.subscription,
    tokens: true,
    endsByItself: false,
    // The provider accepts a full name, but requires the project nevertheless.
    render: (scope, id, name, [project = partOf(name, 1), subscription = name], { role, member }) =>
      new PubsubSubscriptionIamMember(scope, id, { project, subscription, role, member }),
  },
  dataset: {
    what: 'dataset',
    ...RESOURCE_NAMES.dataset,
    tokens: false,
    endsByItself: true,
    // Not google_bigquery_dataset_iam_member: Google stores access entries there, and only this resource can write one with a condition.
    render: (scope, id, _name, [project, datasetId], { role, email, condition }) =>
      new BigqueryDatasetAccess(scope, id, { project, datasetId, role, userByEmail: email, condition }),
  },
  cryptoKey: {
    what: 'key',
    ...RESOURCE_NAMES.cryptoKey,
    tokens: true,
    endsByItself: true,
    render: (scope, id, cryptoKeyId, _parts, { role, member, condition }) =>
      new KmsCryptoKeyIamMember(scope, id, { cryptoKeyId, role, member, condition }),
  },
  runService: {
    what: 'Cloud Run service',
    ...RESOURCE_NAMES.runService,
    tokens: true,
    endsByItself: false,
    // Google supports a condition, but the provider reads this policy in version 1, which hides conditions. It would not find its own grant.
    render: (scope, id, fullName, [project, location, name = fullName], { role, member }) =>
      new CloudRunV2ServiceIamMember(scope, id, { project, location, name, role, member }),
  },
} as const satisfies Record<PlaceKind, GrantKind>;
