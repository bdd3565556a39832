import { BUCKET } from './bucket-holder';
import { DATASET } from './dataset-holder';
import { HolderKind, PolicyHolder } from './policy-holder';
import { standardKind } from './standard-holder';
import { InvalidInputError } from '../../../src/core/errors';
import { shown } from '../../../src/core/shown';

const PROJECT = '[a-z0-9][a-z0-9.:-]*';
// Never a dot first: a segment `..` would lead elsewhere.
const ID = '[\\w~+%-][\\w.~+%-]*';
const named = (...parts: string[]) => new RegExp(`^projects/${PROJECT}/${parts.join('/')}$`);

/** What a grant can be on: one line each. */
export const HOLDER_KINDS: Readonly<Record<string, HolderKind>> = {
  project: standardKind({ service: 'cloudresourcemanager', version: 'v3', pattern: new RegExp(`^projects/${PROJECT}$`), example: 'projects/acme', readsBy: 'POST' }),
  folder: standardKind({ service: 'cloudresourcemanager', version: 'v3', pattern: /^folders\/\d+$/, example: 'folders/123456789012', readsBy: 'POST' }),
  organization: standardKind({ service: 'cloudresourcemanager', version: 'v3', pattern: /^organizations\/\d+$/, example: 'organizations/123456789012', readsBy: 'POST' }),
  secret: standardKind({ service: 'secretmanager', version: 'v1', pattern: named('secrets', ID), example: 'projects/acme/secrets/erp', readsBy: 'GET' }),
  topic: standardKind({ service: 'pubsub', version: 'v1', pattern: named('topics', ID), example: 'projects/acme/topics/invoices', readsBy: 'GET' }),
  subscription: standardKind({ service: 'pubsub', version: 'v1', pattern: named('subscriptions', ID), example: 'projects/acme/subscriptions/invoices', readsBy: 'GET' }),
  cryptoKey: standardKind({
    service: 'cloudkms', version: 'v1', pattern: named('locations', ID, 'keyRings', ID, 'cryptoKeys', ID), example: 'projects/acme/locations/global/keyRings/r/cryptoKeys/k', readsBy: 'GET',
  }),
  runService: standardKind({ service: 'run', version: 'v2', pattern: named('locations', ID, 'services', ID), example: 'projects/acme/locations/europe-west1/services/erp', readsBy: 'GET' }),
  serviceAccount: standardKind({
    service: 'iam', version: 'v1', pattern: named('serviceAccounts', '[a-z0-9][a-z0-9.-]*@[a-z0-9.-]+'), example: 'projects/acme/serviceAccounts/x@acme.iam.gserviceaccount.com', readsBy: 'POST',
  }),
  bucket: BUCKET,
  dataset: DATASET,
};

/** Throws `ResourceKindUnknown` or `ResourceNameInvalid`. */
export function holderOf(kind: string, name: string): PolicyHolder {
  const known = Object.hasOwn(HOLDER_KINDS, kind) ? HOLDER_KINDS[kind] : undefined;
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
