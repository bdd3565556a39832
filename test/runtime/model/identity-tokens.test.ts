import { aws_iam as iam } from 'aws-cdk-lib';
import { declaredIn, declaredProperties } from '../../../runtime/model/declared-properties';
import { identityTokensOf } from '../../../runtime/model/identity-tokens';
import { AccessRecord, GrantRecord } from '../../../runtime/model/placement-state';
import { AgentRuntime } from '../../../src/aws/agent-runtime';
import { TokenAccess } from '../../../src/aws/token-access';
import { PRODUCTION_PROFILE } from '../../../src/core/risk-profile';
import { agent, only, PRODUCTION, TEST } from '../../aws/agent-identity/agents';

const PARTNER = 'https://api.example.com';

/** The record that the engine keeps of what an agent's template declares. */
function recordOf(audiences: string[], stage = TEST): AccessRecord {
  const { bot, template } = agent({ runtime: AgentRuntime.ec2() });
  TokenAccess.forAudiences({ audiences }).grant(bot.accessIn(stage));
  iam.Grant.addToPrincipal({ grantee: bot.accessIn(stage), actions: ['s3:GetObject'], resourceArns: ['arn:aws:s3:::invoices/new.pdf'] });
  const { RoleName: _role, RoleArn: _arn, RoleId: _id, ServiceToken: _token, ServiceTimeout: _timeout, ...properties } = only(template(), 'Custom::AgentLifecycle').Properties;
  return declaredIn(declaredProperties.parse(properties), PRODUCTION_PROFILE).access!;
}

test('the record says for whom an agent may get tokens, and for how many seconds', () => {
  expect(identityTokensOf(recordOf([PARTNER]), 'test')).toEqual([{ audiences: [PARTNER], seconds: 300 }]);
});

test('those of another stage are that stage\'s', () => {
  const record = recordOf([PARTNER], PRODUCTION);
  expect([identityTokensOf(record, 'test'), identityTokensOf(record, 'production')]).toEqual([[], [{ audiences: [PARTNER], seconds: 300 }]]);
});

test('a condition that is too long for the ledger counts as AWS\'s longest duration', () => {
  const many = Array.from({ length: 10 }, (_one, index) => `https://${index}.${'a'.repeat(60)}.example.com`);
  expect(identityTokensOf(recordOf(many), 'test')).toEqual([{ audiences: ['not listed in the ledger'], seconds: 3_600 }]);
});

test.each<[string, Partial<GrantRecord>, number]>([
  ['an exception without conditions counts as the longest duration', {}, 1],
  ['what is denied is no token', { effect: 'Deny' }, 0],
  ['other access is no token', { actions: ['s3:GetObject'] }, 0],
])('%s', (_what, grant, count) => {
  const grants = [{ actions: ['sts:GetWebIdentityToken'], resources: ['*'], ...grant }];
  const record: AccessRecord = { stages: [{ stage: '*', digest: '', grants, omitted: 0 }], policy: '', trust: '', trusted: [], guards: '' };
  expect(identityTokensOf(record, 'test')).toEqual(Array(count).fill({ audiences: ['not listed in the ledger'], seconds: 3_600 }));
});

test('an agent whose access was never recorded has none', () => {
  expect(identityTokensOf(undefined, 'test')).toEqual([]);
});
