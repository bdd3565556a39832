import { FakeRole } from './fake-iam';
import { RequestedRegistry } from '../../../runtime/aws/cloudformation';
import { AccessProperties, SCHEMA_VERSION } from '../../../src/contract/lifecycle-resource';
import { logicalIds } from '../../../src/contract/logical-ids';
import { PRODUCTION_PROFILE, STAGING_PROFILE, TEST_PROFILE } from '../../../src/core/risk-profile';

export const RESPONSE_URL = 'https://cloudformation-custom-resource-response-euwest1.s3.eu-west-1.amazonaws.com/answer?X-Amz-Signature=SECRETSIGNATURE';

/** What the stages of a registry demand. */
export const PROFILES = new Map([['test', TEST_PROFILE], ['staging', STAGING_PROFILE], ['production', PRODUCTION_PROFILE]]);

/** The registry that receives the requests. */
export const REGISTRY: RequestedRegistry = { name: 'agents', account: '111122223333', region: 'eu-west-1', path: '/agents/', namePrefix: '', generatedNames: false, stages: PROFILES };

const DIGEST = 'a'.repeat(64);

/** The access of an agent that may read one table in test. */
export const ACCESS: AccessProperties = {
  Stages: [{ Stage: 'test', Digest: DIGEST, Grants: [{ Actions: ['dynamodb:GetItem'], Resources: ['arn:aws:dynamodb:eu-west-1:111122223333:table/invoices'] }] }],
  Policy: DIGEST,
  Trust: DIGEST,
  Trusted: ['Service lambda.amazonaws.com'],
  Guards: DIGEST,
};

/** Properties as CloudFormation sends them: every scalar is a string. */
export function wireProperties(role: Pick<FakeRole, 'roleId' | 'roleName' | 'path'>, changes: Record<string, unknown> = {}): Record<string, unknown> {
  const stage = role.path.split('/')[2];
  return {
    ServiceToken: 'arn:aws:lambda:eu-west-1:111122223333:function:agents-nhi-lifecycle',
    ServiceTimeout: '3600',
    SchemaVersion: SCHEMA_VERSION,
    Registry: 'agents',
    AgentName: 'invoice-bot',
    Stage: stage,
    Purpose: 'Matches invoices',
    Sponsor: {
      Kind: 'person', Name: 'Ada', Email: 'ada@example.com', BackupEmail: 'li@example.com',
    },
    ExpiresAt: '2026-10-01T00:00:00Z',
    RoleName: role.roleName,
    RoleArn: `arn:aws:iam::111122223333:role${role.path}${role.roleName}`,
    RoleId: role.roleId,
    Access: ACCESS,
    ...changes,
  };
}

/** An event as the custom resource's function receives it. */
export function wireEvent(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    RequestType: 'Create',
    RequestId: 'cfn-1',
    StackId: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/Mine/1',
    LogicalResourceId: logicalIds('invoice-bot', 'test').lifecycle,
    ResourceType: 'Custom::AgentLifecycle',
    ResponseURL: RESPONSE_URL,
    ServiceToken: 'arn:aws:lambda:eu-west-1:111122223333:function:agents-nhi-lifecycle',
    ResourceProperties: wireProperties({ roleId: 'AROA000000000001', roleName: 'invoice-bot-test', path: '/agents/test/' }),
    ...changes,
  };
}
