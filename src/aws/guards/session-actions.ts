import { globsMeet } from '../access-rules/globs';

/**
 * Everything that hands out credentials or a token beyond the agent's own session: another role's, a federated one, a bearer token that outlives it.
 */
export const SESSION_ACTIONS = [
  'codeartifact:GetAuthorizationToken',
  'cognito-identity:GetCredentialsForIdentity',
  'cognito-identity:GetOpenIdToken*',
  'eks-auth:AssumeRoleForPodIdentity',
  'lakeformation:GetTemporary*',
  'redshift-serverless:GetCredentials',
  'redshift:GetClusterCredentials*',
  's3:GetDataAccess',
  'ssm:GetAccessToken',
  'ssm:RequestManagedInstanceRoleToken',
  'ssm:StartSession',
  'sts:AssumeRole*',
  'sts:AssumeRoot',
  'sts:GetDelegatedAccessToken',
  'sts:GetFederationToken',
  'sts:GetServiceBearerToken',
  'sts:GetSessionToken',
  'sts:GetWebIdentityToken',
  'sts:SetContext',
  'sts:TagGetWebIdentityToken',
];

/** By service: nearly all actions that are granted are of services that mint no sessions. */
const BY_SERVICE = new Map<string, string[]>();
for (const pattern of SESSION_ACTIONS.map((action) => action.toLowerCase())) {
  const service = pattern.slice(0, pattern.indexOf(':'));
  BY_SERVICE.set(service, [...BY_SERVICE.get(service) ?? [], pattern]);
}

/** Whether an action, wildcards allowed, is or covers one that mints a session. */
export function mintsSession(action: string): boolean {
  const text = action.toLowerCase();
  const service = text.slice(0, Math.max(text.indexOf(':'), 0));
  const patterns = /^[a-z0-9-]+$/.test(service) ? BY_SERVICE.get(service) ?? [] : [...BY_SERVICE.values()].flat();
  return patterns.some((pattern) => globsMeet(pattern, text));
}
