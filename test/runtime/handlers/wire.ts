import { FakeRole } from './fake-iam';
import { PRODUCTION_PROFILE, STAGING_PROFILE, TEST_PROFILE } from '../../../src/core/risk-profile';

export const RESPONSE_URL = 'https://cloudformation-custom-resource-response-euwest1.s3.eu-west-1.amazonaws.com/answer?X-Amz-Signature=SECRETSIGNATURE';

/** What the stages of a registry demand. */
export const PROFILES = new Map([['test', TEST_PROFILE], ['staging', STAGING_PROFILE], ['production', PRODUCTION_PROFILE]]);

/** Properties as CloudFormation sends them: every scalar a text. */
export function wireProperties(role: Pick<FakeRole, 'roleId' | 'roleName' | 'path'>, changes: Record<string, unknown> = {}): Record<string, unknown> {
  const stage = role.path.split('/')[2];
  return {
    ServiceToken: 'arn:aws:lambda:eu-west-1:111122223333:function:agents-lifecycle',
    ServiceTimeout: '3600',
    SchemaVersion: '1',
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
    GuardDigest: 'd'.repeat(64),
    ...changes,
  };
}

/** An event as the custom resource's function gets it. */
export function wireEvent(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    RequestType: 'Create',
    RequestId: 'cfn-1',
    StackId: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/Mine/1',
    LogicalResourceId: 'AgentInvoiceBotLifecycle',
    ResourceType: 'Custom::AgentLifecycle',
    ResponseURL: RESPONSE_URL,
    ServiceToken: 'arn:aws:lambda:eu-west-1:111122223333:function:agents-lifecycle',
    ResourceProperties: wireProperties({ roleId: 'AROA000000000001', roleName: 'invoice-bot-test', path: '/agents/test/' }),
    ...changes,
  };
}
