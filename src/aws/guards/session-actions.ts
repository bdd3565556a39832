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
