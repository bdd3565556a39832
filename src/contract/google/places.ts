import { FORMS, PARTS } from './forms';

/** Where an agent can be granted a role: the kind of place for the constructs, and the value that the teardown receives. */
export type PlaceKind =
  | 'organization' | 'folder' | 'project' | 'secret' | 'bucket' | 'topic' | 'subscription' | 'dataset' | 'table' | 'cryptoKey' | 'runService' | 'runJob'
  | 'repository' | 'spannerInstance' | 'spannerDatabase';

/** How Google names the resources of a kind. */
export interface ResourceName {
  /** Has a group for each part that the provider needs separately. */
  readonly pattern: RegExp;
  readonly example: string;
}

const PROJECT = `(${PARTS.project})`;
const LOCATION = '([a-z0-9-]+)';
const RUN_NAME = '([a-z][a-z0-9-]{0,61}[a-z0-9])';
const DATASET = '[A-Za-z0-9_]{1,1024}';
// https://cloud.google.com/spanner/docs/reference/rest/v1/projects.instances/create and .../databases/create
const SPANNER_INSTANCE = '[a-z][a-z0-9-]{0,62}[a-z0-9]';
const SPANNER_DATABASE = '[a-z][a-z0-9_-]{0,28}[a-z0-9]';

function inProject(collection: string, id: string, exampleId: string): ResourceName {
  return { pattern: new RegExp(`^projects/${PROJECT}/${collection}/(${id})$`), example: `projects/acme-prod/${collection}/${exampleId}` };
}

function inLocation(collection: string, id: string, exampleId: string): ResourceName {
  return {
    pattern: new RegExp(`^projects/${PROJECT}/locations/${LOCATION}/${collection}/${id}$`), example: `projects/acme-prod/locations/europe-west1/${collection}/${exampleId}`,
  };
}

/** The full names of each kind. In Terraform, projects and buckets are identified by their ids. */
export const RESOURCE_NAMES = {
  project: { pattern: new RegExp(`^projects/${PROJECT}$`), example: 'projects/acme' },
  bucket: { pattern: FORMS.bucket, example: 'acme-invoices' },
  organization: { pattern: /^organizations\/(\d+)$/, example: 'organizations/123456789012' },
  folder: { pattern: /^folders\/(\d+)$/, example: 'folders/123456789012' },
  secret: inProject('secrets', '[A-Za-z0-9_-]{1,255}', 'erp'),
  topic: inProject('topics', '[A-Za-z][A-Za-z0-9._~+%-]{2,254}', 'invoices'),
  subscription: inProject('subscriptions', '[A-Za-z][A-Za-z0-9._~+%-]{2,254}', 'invoices'),
  dataset: inProject('datasets', DATASET, 'ledger'),
  // BigQuery also allows other letters and spaces, which this leaves out.
  table: { pattern: new RegExp(`^projects/${PROJECT}/datasets/(${DATASET})/tables/([A-Za-z0-9_-]{1,1024})$`), example: 'projects/acme-prod/datasets/ledger/tables/invoices' },
  cryptoKey: {
    pattern: new RegExp(`^projects/${PROJECT}/locations/[a-z0-9-]+/keyRings/[\\w-]+/cryptoKeys/[\\w-]+$`),
    example: 'projects/acme-prod/locations/europe-west1/keyRings/agents/cryptoKeys/invoices',
  },
  runService: inLocation('services', RUN_NAME, 'matcher'),
  runJob: inLocation('jobs', RUN_NAME, 'matcher'),
  repository: inLocation('repositories', '([a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)', 'images'),
  spannerInstance: inProject('instances', SPANNER_INSTANCE, 'ledger'),
  spannerDatabase: {
    pattern: new RegExp(`^projects/${PROJECT}/instances/(${SPANNER_INSTANCE})/databases/(${SPANNER_DATABASE})$`),
    example: 'projects/acme-prod/instances/ledger/databases/invoices',
  },
} as const satisfies Record<PlaceKind, ResourceName>;
