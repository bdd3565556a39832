import { FACTS } from './facts';
import { PolicyDoor, ResourceTraits } from './schema';

const TYPES: Readonly<Record<string, ResourceTraits>> = {
  'artifact-registry-repository': documentOf('projects/{project}/locations/{location}/repositories/{repository_id}'),
  'artifact-registry-repository-iam-member': memberOn('projects/{project}/locations/{location}/repositories/{repository}', doorOfVersion1('v1')),
  'bigquery-dataset': documentOf('projects/{project}/datasets/{dataset_id}', { computed: { self_link: '{name}' } }),
  // A member of the dataset's access entries, identified by email address.
  'bigquery-dataset-access': {
    ...memberOn('projects/{project}/datasets/{dataset_id}', { read: 'GET /stand-in/datasets/{on}', write: 'POST /stand-in/datasets/{on}' }),
    name: 'projects/{project}/datasets/{dataset_id}/{role=}/{user_by_email=}',
  },
  'bigquery-dataset-iam-member': memberOn('projects/{project}/datasets/{dataset_id}', { read: 'GET /stand-in/datasets/{on}', write: 'POST /stand-in/datasets/{on}' }),
  'bigquery-table': documentOf('projects/{project}/datasets/{dataset_id}/tables/{table_id}'),
  // The real provider reads and writes version 1, because BigQuery has no conditions on tables.
  'bigquery-table-iam-member': memberOn('projects/{project}/datasets/{dataset_id}/tables/{table_id}', { ...door('bigquery/v2', 'POST'), version: 1 }),
  'cloud-run-service-iam-member': memberOn('projects/{project}/locations/{location}/services/{service}', doorOfVersion1('v1')),
  'cloud-run-v2-job': documentOf('projects/{project}/locations/{location}/jobs/{name}'),
  'cloud-run-v2-job-iam-member': memberOn('projects/{project}/locations/{location}/jobs/{name}', doorOfVersion1('v2')),
  'cloud-run-v2-service': documentOf('projects/{project}/locations/{location}/services/{name}', { computed: { uri: 'https://{name}.run.invalid' } }),
  'cloud-run-v2-service-iam-member': memberOn('projects/{project}/locations/{location}/services/{name}', doorOfVersion1('v2')),
  'cloud-scheduler-job': documentOf('projects/{project}/locations/{region}/jobs/{name}'),
  'eventarc-trigger': documentOf('projects/{project}/locations/{location}/triggers/{name}'),
  'firestore-database': documentOf('projects/{project}/databases/{name}'),
  'firestore-document': documentOf('projects/{project}/databases/{database}/documents/{collection}/{document_id}', { computed: { name: '{name}' } }),
  'folder-iam-member': memberOn('folders/{folder}', door('v3', 'POST')),
  'iam-deny-policy': documentOf('policies/{parent}/denypolicies/{name}'),
  'iam-workload-identity-pool': documentOf('projects/{project}/locations/global/workloadIdentityPools/{workload_identity_pool_id}', { computed: { name: '{name}', state: 'ACTIVE' } }),
  'iam-workload-identity-pool-provider': documentOf(
    'projects/{project}/locations/global/workloadIdentityPools/{workload_identity_pool_id}/providers/{workload_identity_pool_provider_id}',
    { computed: { name: '{name}', state: 'ACTIVE' } },
  ),
  'kms-crypto-key-iam-member': memberOn('{crypto_key_id=}', door('v1')),
  'logging-project-sink': documentOf('projects/{project}/sinks/{name}', { computed: { writer_identity: 'serviceAccount:sink@logs.invalid' } }),
  'monitoring-alert-policy': documentOf('projects/{project}/alertPolicies/{display_name}', { computed: { name: '{name}' } }),
  'org-policy-policy': documentOf('{name=}'),
  'organization-iam-member': memberOn('organizations/{org_id}', door('v3', 'POST')),
  'project-iam-audit-config': documentOf('{project}/audit_config/{service}'),
  'project-iam-custom-role': documentOf('projects/{project}/roles/{role_id}', { computed: { name: '{name}' } }),
  'project-iam-member': memberOn('projects/{project}', door('v3', 'POST')),
  'project-service': documentOf('{project}/{service}'),
  'pubsub-subscription': documentOf('projects/{project}/subscriptions/{name}'),
  'pubsub-subscription-iam-member': { ...memberOn('projects/{project}/subscriptions/{subscription}', door('v1')), needsProject: true },
  'pubsub-topic': documentOf('projects/{project}/topics/{name}'),
  'pubsub-topic-iam-member': memberOn('projects/{project}/topics/{topic}', door('v1')),
  'secret-manager-secret': documentOf('projects/{project}/secrets/{secret_id}', { computed: { name: '{name}' } }),
  'secret-manager-secret-iam-member': memberOn('projects/{project}/secrets/{secret_id}', door('v1')),
  'service-account': {
    name: 'projects/{project}/serviceAccounts/{account_id}@{project}.iam.gserviceaccount.com', forceNew: ['account_id', 'project'], optionalComputed: ['project'],
  },
  'service-account-iam-member': memberOn('{service_account_id=}', door('v1', 'POST')),
  'service-account-key': { name: '', forceNew: ['*'] },
  // The real provider takes no full name of an instance or a database.
  'spanner-database-iam-member': memberOn('projects/{project}/instances/{instance=}/databases/{database=}', door('v1', 'POST')),
  'spanner-instance-iam-member': memberOn('projects/{project}/instances/{instance=}', door('v1', 'POST')),
  'storage-bucket': documentOf('buckets/{name}', { computed: { self_link: '{name}', url: 'gs://{name}' } }),
  'storage-bucket-iam-member': memberOn('buckets/{bucket}', { read: 'GET /storage/v1/b/{bucket}/iam?optionsRequestedPolicyVersion=3', write: 'PUT /storage/v1/b/{bucket}/iam', bare: true }),
  'storage-bucket-object': documentOf('buckets/{bucket}/objects/{name}', { computed: { output_name: '{name}', self_link: '{name}' } }),
  'workflows-workflow': documentOf('projects/{project}/locations/{region}/workflows/{name}'),
};

/** Directories under `@cdktf/provider-google/lib`, each with what its declarations lack. */
export const RESOURCES: Readonly<Record<string, ResourceTraits>> = Object.fromEntries(Object.entries(TYPES).map(([module, traits]) => {
  const { forceNew = [], ...facts } = FACTS[module] ?? {};
  return [module, { ...traits, ...facts, forceNew: [...traits.forceNew, ...forceNew] }];
}));

/** Stored as it is written. A change of the attributes in its name replaces it. */
function documentOf(name: string, more: Partial<ResourceTraits> = {}): ResourceTraits {
  return { name, forceNew: [...name.matchAll(/\{(\w+)=?\}/g)].map(([, attribute]) => attribute), optionalComputed: ['project'], ...more };
}

/** A member of a binding, read and written in the policy of `on` as the real provider does. */
function memberOn(on: string, policy: PolicyDoor): ResourceTraits {
  const put = (text: string) => text.replace('{on}', on);
  return { name: `${on}/{role=}/{member=}`, forceNew: ['*'], optionalComputed: ['project', 'location'], policy: { ...policy, read: put(policy.read), write: put(policy.write) } };
}

/** The real provider doesn't request version 3 from Cloud Run, so it sees none of its conditions. */
function doorOfVersion1(version: string): PolicyDoor {
  const { read, write } = door(version);
  return { read: read.replace(/\?.*$/, ''), write };
}

function door(version: string, readsBy: 'GET' | 'POST' = 'GET'): PolicyDoor {
  const query = readsBy === 'GET' ? '?options.requestedPolicyVersion=3' : '';
  return { read: `${readsBy} /${version}/{on}:getIamPolicy${query}`, write: `POST /${version}/{on}:setIamPolicy` };
}
