import { PROGRAM_ENVIRONMENT } from '../../../src/contract/google';
import { InvalidInputError } from '../../../src/core/errors';
import { shown } from '../../../src/core/shown';

/** The Google APIs that are called, each by the first label of its host. */
export type Service =
  | 'artifactregistry' | 'bigquery' | 'cloudasset' | 'cloudkms' | 'cloudresourcemanager' | 'iam' | 'iamcredentials' | 'policyanalyzer' | 'pubsub' | 'recommender' | 'run'
  | 'secretmanager' | 'spanner' | 'storage';

/** How a service is called: `globalThis.fetch` in production. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Base URLs of the services: Google's, or those of a fake on this machine. */
export function endpointFrom(override: string | undefined): (service: Service) => string {
  if (override === undefined || override === '') {
    return (service) => `https://${service}.googleapis.com`;
  }
  const url = URL.canParse(override) ? new URL(override) : undefined;
  // Only loopback addresses are accepted: a person who can set a variable in the pipeline must not be able to redirect its token.
  if (url === undefined || url.protocol !== 'http:' || !LOOPBACK.has(url.hostname) || url.username !== '' || url.pathname !== '/') {
    throw new InvalidInputError('EndpointNotAllowed',
      `${PROGRAM_ENVIRONMENT.endpoint} is ${shown(override)}; it is for tests, and takes only http://127.0.0.1:<port>, http://localhost:<port> or http://[::1]:<port>`);
  }
  return () => url.origin;
}
