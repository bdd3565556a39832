import { InvalidInputError } from '../src/core/errors';
import { DEFAULT_REGISTRY_NAME } from '../src/core/name-forms';
import { shown } from '../src/core/shown';

/** Variables of the environment that help and the reference page name. The SDK's have its meaning. */
export const VARIABLES: Readonly<Record<string, string>> = {
  NHI_REGISTRY: `name of the registry, if --registry does not give it; without both: ${DEFAULT_REGISTRY_NAME}`,
  AWS_PROFILE: 'profile of the AWS configuration, if --profile does not give it; a profile is used rather than keys in the environment',
  AWS_REGION: 'region, if --region does not give it; also AWS_DEFAULT_REGION, then that of the profile',
  AWS_ACCESS_KEY_ID: 'with AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN: credentials; otherwise the standard chain of the AWS SDK applies (profile, single sign-on, credential process, web identity, container, instance)',
  AWS_ENDPOINT_URL: 'endpoint in the place of that of AWS; AWS_ENDPOINT_URL_<SERVICE> for one service, such as AWS_ENDPOINT_URL_DYNAMODB',
  GOOGLE_CLOUD_QUOTA_PROJECT: 'project whose quota an inventory of Google uses; some APIs demand it of a person\'s own login',
  NODE_EXTRA_CA_CERTS: 'file with the certificates of a private certificate authority; AWS_CA_BUNDLE is not read',
  NO_COLOR: 'if set and not empty: no colours; there are none outside of a terminal',
  XDG_CACHE_HOME: 'folder of caches, in which an interrupted inventory is kept; without it: ~/.cache',
};

/** The registry that the environment names, or the usual one. */
export function registryOfEnvironment({ NHI_REGISTRY: name = '' }: NodeJS.ProcessEnv): string {
  return name === '' ? DEFAULT_REGISTRY_NAME : name;
}

/** A region becomes a part of host names, of commands that are printed, and of code that is written. */
export const REGION = /^[a-z]{2,}(-[a-z0-9]{1,20}){1,5}$/;

/**
 * The region that the environment names. An empty variable names none.
 *
 * @throws InvalidInputError `RegionInvalid`
 */
export function regionOfEnvironment({ AWS_REGION: first = '', AWS_DEFAULT_REGION: second = '' }: NodeJS.ProcessEnv): string | undefined {
  const region = first || second;
  if (region !== '' && !REGION.test(region)) {
    throw new InvalidInputError('RegionInvalid', `the region ${shown(region)} of the environment is not allowed: set ${first === '' ? 'AWS_DEFAULT_REGION' : 'AWS_REGION'} to the name of a region, such as eu-west-1, or give --region`);
  }
  return region || undefined;
}
