import { BUCKET } from './bucket-holder';
import { DATASET } from './dataset-holder';
import { HolderKind, PolicyHolder } from './policy-holder';
import { standardKind } from './standard-holder';
import { PlaceKind, RESOURCE_NAMES } from '../../../src/contract/google';
import { InvalidInputError } from '../../../src/core/errors';
import { shown } from '../../../src/core/shown';

/** Kinds of resources that can have a grant. */
export const HOLDER_KINDS: Readonly<Record<PlaceKind, HolderKind>> = {
  project: standardKind({ service: 'cloudresourcemanager', version: 'v3', ...RESOURCE_NAMES.project, readsBy: 'POST', writeNeeds: 'resourcemanager.projects.setIamPolicy' }),
  organization: standardKind({ service: 'cloudresourcemanager', version: 'v3', ...RESOURCE_NAMES.organization, readsBy: 'POST', writeNeeds: 'resourcemanager.organizations.setIamPolicy' }),
  folder: standardKind({ service: 'cloudresourcemanager', version: 'v3', ...RESOURCE_NAMES.folder, readsBy: 'POST', writeNeeds: 'resourcemanager.folders.setIamPolicy' }),
  secret: standardKind({ service: 'secretmanager', version: 'v1', ...RESOURCE_NAMES.secret, readsBy: 'GET', writeNeeds: 'secretmanager.secrets.setIamPolicy' }),
  topic: standardKind({ service: 'pubsub', version: 'v1', ...RESOURCE_NAMES.topic, readsBy: 'GET', writeNeeds: 'pubsub.topics.setIamPolicy' }),
  subscription: standardKind({ service: 'pubsub', version: 'v1', ...RESOURCE_NAMES.subscription, readsBy: 'GET', writeNeeds: 'pubsub.subscriptions.setIamPolicy' }),
  cryptoKey: standardKind({ service: 'cloudkms', version: 'v1', ...RESOURCE_NAMES.cryptoKey, readsBy: 'GET', writeNeeds: 'cloudkms.cryptoKeys.setIamPolicy' }),
  runService: standardKind({ service: 'run', version: 'v2', ...RESOURCE_NAMES.runService, readsBy: 'GET', writeNeeds: 'run.services.setIamPolicy' }),
  runJob: standardKind({ service: 'run', version: 'v2', ...RESOURCE_NAMES.runJob, readsBy: 'GET', writeNeeds: 'run.jobs.setIamPolicy' }),
  repository: standardKind({ service: 'artifactregistry', version: 'v1', ...RESOURCE_NAMES.repository, readsBy: 'GET', writeNeeds: 'artifactregistry.repositories.setIamPolicy' }),
  spannerInstance: standardKind({ service: 'spanner', version: 'v1', ...RESOURCE_NAMES.spannerInstance, readsBy: 'POST', writeNeeds: 'spanner.instances.setIamPolicy' }),
  spannerDatabase: standardKind({ service: 'spanner', version: 'v1', ...RESOURCE_NAMES.spannerDatabase, readsBy: 'POST', writeNeeds: 'spanner.databases.setIamPolicy' }),
  // BigQuery has no conditions on tables, and so no version 3 of their policies: https://github.com/googleapis/python-bigquery/pull/144
  table: standardKind({ service: 'bigquery', version: 'bigquery/v2', ...RESOURCE_NAMES.table, readsBy: 'POST', writeNeeds: 'bigquery.tables.setIamPolicy', policyVersion: 1 }),
  bucket: BUCKET,
  dataset: DATASET,
};

/** @throws InvalidInputError `ResourceKindUnknown`, `ResourceNameInvalid` */
export function holderOf(kind: string, name: string): PolicyHolder {
  const known = Object.hasOwn(HOLDER_KINDS, kind) ? HOLDER_KINDS[kind as PlaceKind] : undefined;
  if (known === undefined) {
    throw new InvalidInputError('ResourceKindUnknown', `a resource is of the kind ${shown(kind)}; this teardown knows ${Object.keys(HOLDER_KINDS).join(', ')}`);
  }
  // A full resource name begins with the service's host.
  const relative = name.replace(/^\/\/[a-z]+\.googleapis\.com\//, '');
  if (!known.pattern.test(relative)) {
    throw new InvalidInputError('ResourceNameInvalid', `the ${kind} ${shown(name)} is not named as in ${shown(known.example)}`);
  }
  return known.holder(relative);
}
