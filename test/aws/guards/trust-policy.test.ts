import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import { policySizeOf } from '../../../src/aws/access-rules/quotas';
import { AgentRuntime } from '../../../src/aws/agent-runtime';
import { agentTrust } from '../../../src/aws/guards/trust-policy';
import { Expiry, Sponsor } from '../../../src/core';

const expiry = Expiry.on('2027-03-31');
const email = `${'a'.repeat(44)}@subsidiary.example`;
const longest = {
  agentName: 'a'.repeat(48),
  roleName: `${'a'.repeat(48)}-${'s'.repeat(15)}`,
  stageName: 's'.repeat(15),
  sponsor: Sponsor.person({ name: 'Ada Park', email, backupEmail: 'li.chen@example.com' }),
};

function trustOf(runtime: AgentRuntime, stack = new Stack()) {
  const { partition, region, account } = stack;
  const binding = runtime._bind(stack, { ...longest, partition, region, account });
  return { stack, document: agentTrust({ binding, expiry, scope: stack }) };
}

const runtimes: [string, AgentRuntime][] = [
  ['lambda', AgentRuntime.lambda({ vpc: true })],
  ['ecsTask', AgentRuntime.ecsTask()],
  ['ec2', AgentRuntime.ec2()],
  ['broker', AgentRuntime.broker({
    principal: new iam.ArnPrincipal(`arn:aws:iam::111122223333:role/platform/brokers/${'b'.repeat(64)}`), externalId: 'e'.repeat(64), sessionTagKeys: ['task', 'tenant', 'request'],
  })],
];

test.each(runtimes)('%s: within the quota with the longest names, in any partition', (_name, runtime) => {
  const { stack, document } = trustOf(runtime);
  expect(policySizeOf(stack.resolve(document))).toBeLessThanOrEqual(2048);
});

test.each(runtimes)('%s: nobody takes the role after the expiry, or with a reserved tag', (_name, runtime) => {
  const { stack, document } = trustOf(runtime);
  const statements = stack.resolve(document).Statement.filter((statement: { Effect: string }) => statement.Effect === 'Deny');
  expect(statements).toEqual([
    { Sid: 'DenyReservedTags', Effect: 'Deny', Principal: '*', Action: 'sts:TagSession', Condition: { 'ForAnyValue:StringLike': { 'aws:TagKeys': 'agent:*' } } },
    {
      Sid: 'DenyAfterExpiry',
      Effect: 'Deny',
      Principal: '*',
      Action: ['sts:AssumeRole', 'sts:AssumeRoleWithWebIdentity', 'sts:AssumeRoleWithSAML'],
      Condition: { DateGreaterThanEquals: { 'aws:CurrentTime': '2027-04-01T00:00:00Z' } },
    },
  ]);
});

test('TrustPolicyTooLong: fails when the conditions outgrow the quota, with the size', () => {
  const principal = new iam.ServicePrincipal('states.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceArn': 'x'.repeat(1700) } } });
  expect(() => trustOf(AgentRuntime.of({ principal }))).toThrow(expect.objectContaining({ code: 'TrustPolicyTooLong', message: expect.stringMatching(/has 2\d\d\d characters, IAM allows 2048/) }));
});
