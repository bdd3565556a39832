interface CredentialVending {
  readonly why: string;
  readonly patterns: readonly string[];
}

/**
 * Every action that issues credentials or a token beyond the agent's own session. Synthesis requires exact ARNs for these, and the guard denies them
 * elsewhere. A test searches the whole data set for further ones.
 */
const CREDENTIAL_VENDING: readonly CredentialVending[] = [
  {
    why: 'AWS credentials of another role or user',
    patterns: [
      'aws-external-anthropic:AssumeConsole',
      'cloudwatch:AssumeAccessProfile',
      'cloudwatch:GetSpaceCredentials*',
      'cognito-identity:GetCredentialsForIdentity',
      'datazone:Get*Credentials',
      'deadline:Assume*Role*',
      'eks-auth:AssumeRoleForPodIdentity',
      'finspace-api:GetProgrammaticAccessCredentials',
      'gamelift:GetComputeA*',
      'gamelift:RequestUploadCredentials',
      'glue:GlueNotebookRefreshCredentials',
      'iot:AssumeRoleWithCertificate',
      'iq-permission:AssumePermissionRole',
      'lakeformation:GetTemporary*',
      'lightsail:CreateBucketAccessKey',
      'lightsail:GetBucketAccessKeys',
      's3:GetDataAccess',
      'ssm:GetAccessToken',
      'ssm:RequestManagedInstanceRoleToken',
      'ssm:StartSession',
      'sts:AssumeRole*',
      'sts:AssumeRoot',
      'sts:GetDelegatedAccessToken',
      'sts:GetFederationToken',
      'sts:GetSessionToken',
      'sts:SetContext',
      'workmail:AssumeImpersonationRole',
    ],
  },
  {
    why: 'a token that outsiders accept, and that no Deny recalls',
    patterns: [
      'bedrock-agentcore:GetResource*Token',
      'bedrock-agentcore:GetResourceApiKey',
      'bedrock-agentcore:GetWorkloadAccessToken*',
      'codeartifact:GetAuthorizationToken',
      'codeconnections:Get*Token',
      'codestar-connections:Get*Token',
      'cognito-identity:GetOpenIdToken*',
      'events:RetrieveConnectionCredentials',
      'license-manager:CreateToken',
      'license-manager:GetAccessToken',
      'q:CreateScimAccessToken',
      'signin:CreateOAuth2Token',
      'sso-oauth:CreateTokenWithIAM',
      'sts:GetServiceBearerToken',
      'sts:GetWebIdentityToken',
      'sts:TagGetWebIdentityToken',
    ],
  },
  {
    why: 'a login to a database',
    patterns: [
      'lightsail:GetRelationalDatabaseMasterUserPassword',
      'redshift-serverless:GetCredentials',
      'redshift-serverless:GetIdentityCenterAuthToken',
      'redshift:GetClusterCredentials*',
      'redshift:GetIdentityCenterAuthToken',
    ],
  },
  {
    why: 'a login to an application or a machine',
    patterns: [
      'aidevops:CreateAccessToken',
      'airflow:Create*Token',
      'appsync:CreateApiKey',
      'athena:CreatePresignedNotebookUrl',
      'cloud9:CreateEnvironmentToken',
      'connect:*FederationToken*',
      'connect:AdminGetEmergencyAccessToken',
      'datazone:GetIamPortalLoginUrl',
      'ec2:GetPasswordData',
      'elasticmapreduce:*PresignedUrl',
      'elasticmapreduce:GetClusterSessionCredentials',
      'elasticmapreduce:GetSessionEndpoint',
      'emr-containers:GetManagedEndpointSessionCredentials',
      'grafana:CreateWorkspace*Key',
      'grafana:CreateWorkspace*Token',
      'kinesisanalytics:CreateApplicationPresignedUrl',
      'lambda:CreateMicrovm*AuthToken',
      'route53globalresolver:CreateAccessToken',
      'route53globalresolver:GetAccessToken',
      'sagemaker:CreatePartnerAppPresignedUrl',
      'sagemaker:CreatePresigned*Url',
    ],
  },
];

export const CREDENTIAL_ACTIONS: readonly string[] = CREDENTIAL_VENDING.flatMap(({ patterns }) => patterns).sort();
