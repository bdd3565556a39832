import { globMatches, globsMeet, hasWildcard } from './globs';
import { UNKNOWN } from './resource-text';

interface SensitiveActions {
  readonly does: string;
  readonly patterns: readonly string[];
}

const SENSITIVE: readonly SensitiveActions[] = [
  { does: 'administers identities', patterns: ['iam:*'] },
  { does: 'administers the organization', patterns: ['organizations:*'] },
  {
    does: 'lets another identity in',
    patterns: [
      'bedrock-agentcore:*CredentialProvider',
      'bedrock-agentcore:*WorkloadIdentity',
      'eks:*PodIdentityAssociation',
      'eks:AssociateAccessPolicy',
      'eks:CreateAccessEntry',
    ],
  },
  {
    does: 'hands out credentials',
    patterns: [
      'aws-external-anthropic:AssumeConsole',
      'bedrock-agentcore:GetWorkloadAccessTokenForUserId',
      'cloudwatch:AssumeAccessProfile',
      'cloudwatch:GetSpaceCredentials*',
      'codeartifact:GetAuthorizationToken',
      'cognito-identity:GetCredentialsForIdentity',
      'cognito-identity:GetOpenIdToken*',
      'connect:GetFederationToken*',
      'datazone:Get*Credentials',
      'deadline:Assume*Role*',
      'eks-auth:AssumeRoleForPodIdentity',
      'elasticmapreduce:GetClusterSessionCredentials',
      'elasticmapreduce:GetSessionEndpoint',
      'emr-containers:GetManagedEndpointSessionCredentials',
      'finspace-api:GetProgrammaticAccessCredentials',
      'gamelift:GetComputeAccess',
      'iot:AssumeRoleWithCertificate',
      'iq-permission:AssumePermissionRole',
      'lakeformation:GetTemporary*',
      'redshift-serverless:GetCredentials',
      'redshift:GetClusterCredentials*',
      's3:GetDataAccess',
      'signin:CreateOAuth2Token',
      'ssm:GetAccessToken',
      'ssm:RequestManagedInstanceRoleToken',
      'ssm:StartSession',
      'sso-oauth:CreateTokenWithIAM',
      'sts:*',
      'workmail:AssumeImpersonationRole',
    ],
  },
];

/** Calls of STS that give nothing away and know no resources. The first can't even be denied. */
const HARMLESS = ['sts:getcalleridentity', 'sts:getaccesskeyinfo', 'sts:decodeauthorizationmessage'];

/** Why an action is sensitive: the listed action that it is or covers, and what that does. */
export interface Sensitivity {
  readonly pattern: string;
  readonly does: string;
}

const BY_SERVICE = new Map<string, Sensitivity[]>();
for (const { does, patterns } of SENSITIVE) {
  for (const pattern of patterns) {
    const service = pattern.slice(0, pattern.indexOf(':'));
    BY_SERVICE.set(service, [...BY_SERVICE.get(service) ?? [], { pattern, does }]);
  }
}

/** What makes the action (`service:Name`, wildcards allowed in its name) sensitive, if anything does. */
export function sensitivityOf(action: string): Sensitivity | undefined {
  const text = action.toLowerCase();
  if (HARMLESS.includes(text)) {
    return undefined;
  }
  const patterns = BY_SERVICE.get(text.slice(0, Math.max(text.indexOf(':'), 0))) ?? [];
  return patterns.find(({ pattern }) => globsMeet(pattern.toLowerCase(), text));
}

/**
 * Whether the action is sensitive only in name on these resources: `s3:Get*` covers `s3:GetDataAccess`, which is asked of an access grants instance
 * (`arn:aws:s3:region:account:access-grants/default`), never of a bucket (no region, no account) or of what is below a named resource.
 */
export function isOutOfReach(action: string, resource: string): boolean {
  const text = action.toLowerCase();
  return hasWildcard(text) && globMatches('s3:*', text)
    && (/^arn:[^:]*:s3:::[^*?]/.test(resource) || resource.startsWith(`${UNKNOWN}/`));
}
