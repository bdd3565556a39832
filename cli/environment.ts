import { DEFAULT_REGISTRY_NAME } from '../src/core/name-forms';

/** Variables of the environment that help and the reference page name. The SDK's have its meaning. */
export const VARIABLES: Readonly<Record<string, string>> = {
  NHI_REGISTRY: `name of the registry, if --registry does not give it; without both: ${DEFAULT_REGISTRY_NAME}`,
  AWS_PROFILE: 'profile of the AWS configuration, if --profile does not give it; a profile is used rather than keys in the environment',
  AWS_REGION: 'region, if --region does not give it; also AWS_DEFAULT_REGION, then that of the profile',
  AWS_ACCESS_KEY_ID: 'with AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN: credentials; otherwise the standard chain of the AWS SDK applies (profile, single sign-on, credential process, web identity, container, instance)',
  AWS_ENDPOINT_URL: 'endpoint in the place of that of AWS; AWS_ENDPOINT_URL_<SERVICE> for one service, such as AWS_ENDPOINT_URL_DYNAMODB',
  NODE_EXTRA_CA_CERTS: 'file with the certificates of a private certificate authority; AWS_CA_BUNDLE is not read',
  NO_COLOR: 'if set and not empty: no colours; there are none outside of a terminal',
  XDG_CACHE_HOME: 'folder of caches, in which an interrupted inventory is kept; without it: ~/.cache',
};

/** The registry that the environment names, or the usual one. */
export function registryOfEnvironment({ NHI_REGISTRY: name = '' }: NodeJS.ProcessEnv): string {
  return name === '' ? DEFAULT_REGISTRY_NAME : name;
}
