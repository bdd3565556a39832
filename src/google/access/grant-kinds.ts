import { Construct } from 'constructs';
import { IamCondition } from './expiry-condition';
import { GrantKindName } from './grant-kind-name';
import { TerraformResource } from '../cdktf';
import {
  BigqueryDatasetAccess, CloudRunV2ServiceIamMember, FolderIamMember, KmsCryptoKeyIamMember, ProjectIamMember, PubsubSubscriptionIamMember,
  PubsubTopicIamMember,
  SecretManagerSecretIamMember, StorageBucketIamMember,
} from '../provider';

/** What a grant is rendered from. */
export interface GrantParts {
  readonly role: string;
  readonly member: string;
  readonly email: string;
  readonly condition: IamCondition;
}

/** What can be granted on. */
export interface GrantKind {
  /** As errors call it. */
  readonly what: string;
  /** Names with groups for what the provider wants separately. */
  readonly pattern: RegExp;
  readonly example: string;
  /** Whether the name may be a token: then it is handed to the provider whole, which takes full names too. */
  readonly tokens: boolean;
  /** Whether Google and the provider take a condition there, so that the grant ends by itself. */
  readonly endsByItself: boolean;
  readonly render: (scope: Construct, id: string, name: string, parts: readonly string[], grant: GrantParts) => TerraformResource;
}

const P = '((?:[a-z0-9.-]+:)?[a-z][a-z0-9-]+)';
const inProject = (collection: string, id: string) => new RegExp(`^projects/${P}/${collection}/(${id})$`);

/** One entry a kind; its name is what the teardown program calls it. Which take conditions: https://cloud.google.com/iam/docs/resource-types-with-conditional-roles */
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
    pattern: /^folders\/(\d+)$/,
    example: 'folders/123456789012',
    tokens: false,
    endsByItself: true,
    render: (scope, id, folder, _parts, { role, member, condition }) =>
      new FolderIamMember(scope, id, { folder, role, member, condition }),
  },
  secret: {
    what: 'secret',
    pattern: inProject('secrets', '[A-Za-z0-9_-]{1,255}'),
    example: 'projects/acme-prod/secrets/erp',
    tokens: true,
    endsByItself: true,
    render: (scope, id, name, [project, secretId = name], { role, member, condition }) =>
      new SecretManagerSecretIamMember(scope, id, { project, secretId, role, member, condition }),
  },
  bucket: {
    what: 'bucket',
    pattern: /^([a-z0-9][a-z0-9._-]{1,220}[a-z0-9])$/,
    example: 'acme-invoices',
    tokens: true,
    endsByItself: true,
    render: (scope, id, bucket, _parts, { role, member, condition }) => new StorageBucketIamMember(scope, id, { bucket, role, member, condition }),
  },
  topic: {
    what: 'topic',
    pattern: inProject('topics', '[A-Za-z][A-Za-z0-9._~+%-]{2,254}'),
    example: 'projects/acme-prod/topics/invoices',
    tokens: true,
    endsByItself: false,
    render: (scope, id, name, [project, topic = name], { role, member }) =>
      new PubsubTopicIamMember(scope, id, { project, topic, role, member }),
  },
  subscription: {
    what: 'subscription',
    pattern: inProject('subscriptions', '[A-Za-z][A-Za-z0-9._~+%-]{2,254}'),
    example: 'projects/acme-prod/subscriptions/invoices',
    tokens: true,
    endsByItself: false,
    render: (scope, id, name, [project, subscription = name], { role, member }) =>
      new PubsubSubscriptionIamMember(scope, id, { project, subscription, role, member }),
  },
  dataset: {
    what: 'dataset',
    pattern: inProject('datasets', '[A-Za-z0-9_]{1,1024}'),
    example: 'projects/acme-prod/datasets/ledger',
    tokens: false,
    endsByItself: true,
    // Not google_bigquery_dataset_iam_member: Google keeps access entries there, and only this resource writes one with a condition.
    render: (scope, id, _name, [project, datasetId], { role, email, condition }) =>
      new BigqueryDatasetAccess(scope, id, { project, datasetId, role, userByEmail: email, condition }),
  },
  cryptoKey: {
    what: 'key',
    pattern: new RegExp(`^projects/${P}/locations/[a-z0-9-]+/keyRings/[\\w-]+/cryptoKeys/[\\w-]+$`),
    example: 'projects/acme-prod/locations/europe-west1/keyRings/agents/cryptoKeys/invoices',
    tokens: true,
    endsByItself: true,
    render: (scope, id, cryptoKeyId, _parts, { role, member, condition }) =>
      new KmsCryptoKeyIamMember(scope, id, { cryptoKeyId, role, member, condition }),
  },
  runService: {
    what: 'Cloud Run service',
    pattern: new RegExp(`^projects/${P}/locations/([a-z0-9-]+)/services/([a-z][a-z0-9-]{0,61}[a-z0-9])$`),
    example: 'projects/acme-prod/locations/europe-west1/services/matcher',
    tokens: true,
    endsByItself: false,
    // Google would take a condition, but the provider reads this policy in version 1, which hides conditions: it would lose its own grant.
    render: (scope, id, fullName, [project, location, name = fullName], { role, member }) =>
      new CloudRunV2ServiceIamMember(scope, id, { project, location, name, role, member }),
  },
} as const satisfies Record<GrantKindName, GrantKind>;
