import { FORMS, PARTS } from './forms';

/** Where an agent can be granted a role: the kind of place for the constructs, and the value that the teardown receives. */
export type PlaceKind = 'project' | 'folder' | 'secret' | 'bucket' | 'topic' | 'subscription' | 'dataset' | 'cryptoKey' | 'runService';

/** How Google names the resources of a kind. */
export interface ResourceName {
  /** Has a group for each part that the provider needs separately. */
  readonly pattern: RegExp;
  readonly example: string;
}

const PROJECT = `(${PARTS.project})`;

function inProject(collection: string, id: string, exampleId: string): ResourceName {
  return { pattern: new RegExp(`^projects/${PROJECT}/${collection}/(${id})$`), example: `projects/acme-prod/${collection}/${exampleId}` };
}

/** The full names of each kind. In Terraform, projects and buckets are identified by their ids. */
export const RESOURCE_NAMES = {
  project: { pattern: new RegExp(`^projects/${PROJECT}$`), example: 'projects/acme' },
  bucket: { pattern: FORMS.bucket, example: 'acme-invoices' },
  folder: { pattern: /^folders\/(\d+)$/, example: 'folders/123456789012' },
  secret: inProject('secrets', '[A-Za-z0-9_-]{1,255}', 'erp'),
  topic: inProject('topics', '[A-Za-z][A-Za-z0-9._~+%-]{2,254}', 'invoices'),
  subscription: inProject('subscriptions', '[A-Za-z][A-Za-z0-9._~+%-]{2,254}', 'invoices'),
  dataset: inProject('datasets', '[A-Za-z0-9_]{1,1024}', 'ledger'),
  cryptoKey: {
    pattern: new RegExp(`^projects/${PROJECT}/locations/[a-z0-9-]+/keyRings/[\\w-]+/cryptoKeys/[\\w-]+$`),
    example: 'projects/acme-prod/locations/europe-west1/keyRings/agents/cryptoKeys/invoices',
  },
  runService: {
    pattern: new RegExp(`^projects/${PROJECT}/locations/([a-z0-9-]+)/services/([a-z][a-z0-9-]{0,61}[a-z0-9])$`),
    example: 'projects/acme-prod/locations/europe-west1/services/matcher',
  },
} as const satisfies Record<PlaceKind, ResourceName>;
