import { Fetch, Service } from './endpoint';
import { InvalidInputError, NhiError } from '../../../src/core/errors';
import { shown } from '../../../src/core/shown';

/** Returns an access token. With `renew` it returns a new one, because the last one was rejected. */
export type AccessTokens = (renew?: boolean) => Promise<string>;

export interface TokenParts {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly fetch: Fetch;
  readonly endpoint: (service: Service) => string;
  /** Runs gcloud and returns its standard output. Returns undefined if gcloud is missing or fails. */
  readonly gcloud: (args: readonly string[], environment: Readonly<Record<string, string>>) => Promise<string | undefined>;
}

const METADATA_URL = 'http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token';
const METADATA_MILLISECONDS = 3_000;
const EXCHANGE_MILLISECONDS = 30_000;
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

/**
 * The caller's own token, from the same sources as the Terraform provider, so that the teardown has the same identity: GOOGLE_OAUTH_ACCESS_TOKEN, a
 * named credentials file, the one of `gcloud auth application-default login`, the metadata server. The last source is the user who is logged in to
 * gcloud. gcloud reads the files. GOOGLE_IMPERSONATE_SERVICE_ACCOUNT applies to each of them.
 */
export function accessTokens(parts: TokenParts): AccessTokens {
  let held: Promise<string> | undefined;
  return (renew = false) => {
    if (held === undefined || renew) {
      held = ownToken(parts).then((token) => impersonated(parts, token));
    }
    return held;
  };
}

async function ownToken(parts: TokenParts): Promise<string> {
  const { environment, gcloud } = parts;
  const given = environment.GOOGLE_OAUTH_ACCESS_TOKEN?.trim();
  if (given) {
    return given;
  }
  const file = credentialsFile(environment);
  if (file !== undefined) {
    const ofFile = await gcloud(['auth', 'application-default', 'print-access-token'], { GOOGLE_APPLICATION_CREDENTIALS: file });
    if (!ofFile) {
      // Falling back to another identity would be dangerous.
      throw new NhiError('CredentialsUnreadable', `gcloud is missing or gave no token for the credentials file ${shown(file)}; install gcloud, or set GOOGLE_OAUTH_ACCESS_TOKEN`);
    }
    return ofFile;
  }
  const found = await gcloud(['auth', 'application-default', 'print-access-token'], {})
    || await fromMetadataServer(parts)
    || await gcloud(['auth', 'print-access-token'], {});
  if (!found) {
    throw new NhiError('CredentialsMissing',
      'no Google credentials: set GOOGLE_OAUTH_ACCESS_TOKEN or GOOGLE_APPLICATION_CREDENTIALS, run on Google Cloud, or log in with gcloud auth application-default login');
  }
  return found;
}

function credentialsFile(environment: TokenParts['environment']): string | undefined {
  // The provider would use this variable, so the teardown would have another identity.
  const other = ['GOOGLE_CLOUD_KEYFILE_JSON', 'GCLOUD_KEYFILE_JSON'].find((name) => environment[name]);
  if (!environment.GOOGLE_CREDENTIALS && other !== undefined) {
    throw new InvalidInputError('CredentialsUnsupported',
      `${other} is set, which the teardown does not take; name a file with GOOGLE_APPLICATION_CREDENTIALS instead, or better set GOOGLE_OAUTH_ACCESS_TOKEN to a short-lived token`);
  }
  const value = environment.GOOGLE_CREDENTIALS || environment.GOOGLE_APPLICATION_CREDENTIALS;
  if (value?.trim().startsWith('{')) {
    throw new InvalidInputError('CredentialsUnsupported',
      'GOOGLE_CREDENTIALS holds a key itself, which the teardown does not take; put it in a file and name that, or better set GOOGLE_OAUTH_ACCESS_TOKEN to a short-lived token');
  }
  return value || undefined;
}

async function fromMetadataServer({ fetch }: TokenParts): Promise<string | undefined> {
  try {
    const response = await fetch(METADATA_URL, { headers: { 'metadata-flavor': 'Google' }, signal: AbortSignal.timeout(METADATA_MILLISECONDS) });
    const { access_token: token } = await response.json() as { access_token?: unknown };
    return response.ok && typeof token === 'string' ? token : undefined;
  } catch {
    return undefined;
  }
}

async function impersonated({ environment, endpoint, fetch }: TokenParts, token: string): Promise<string> {
  const account = environment.GOOGLE_IMPERSONATE_SERVICE_ACCOUNT?.trim();
  if (!account) {
    return token;
  }
  const response = await fetch(`${endpoint('iamcredentials')}/v1/projects/-/serviceAccounts/${encodeURIComponent(account)}:generateAccessToken`, {
    method: 'POST',
    headers: { 'authorization': `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ scope: [SCOPE] }),
    redirect: 'error',
    signal: AbortSignal.timeout(EXCHANGE_MILLISECONDS),
  });
  const { accessToken } = await response.json() as { accessToken?: unknown };
  if (!response.ok || typeof accessToken !== 'string') {
    throw new NhiError('ImpersonationRefused', `Google answered ${response.status} when asked for a token of ${shown(account)}, named by GOOGLE_IMPERSONATE_SERVICE_ACCOUNT`);
  }
  return accessToken;
}
