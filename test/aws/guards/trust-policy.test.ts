import { aws_eks as eks, aws_iam as iam, aws_rolesanywhere as rolesanywhere, Stack } from 'aws-cdk-lib';
import { AgentRuntime } from '../../../src/aws/agent-runtime';
import { agentTrustStatements } from '../../../src/aws/guards/trust-policy';
import { policySizeOf } from '../../../src/aws/iam/quotas';
import { reservedTagKeys } from '../../../src/contract/tags';
import { Expiry, Sponsor } from '../../../src/core';

const expiry = Expiry.on('2027-03-31');
const email = `${'a'.repeat(44)}@subsidiary.example`;
const longest = {
  agentName: 'a'.repeat(48),
  stageName: 's'.repeat(15),
  tagPrefix: 'agent:',
  sponsor: Sponsor.person({ name: 'Ada Park', email, backupEmail: 'li.chen@example.com' }),
  expires: expiry,
};

function trustOf(runtime: AgentRuntime, tagPrefix = 'agent:') {
  const stack = new Stack();
  const { partition, region, account } = stack;
  const binding = runtime._bind(stack, { ...longest, partition, region, account });
  return { stack, document: new iam.PolicyDocument({ statements: agentTrustStatements(binding.trust, expiry, tagPrefix) }) };
}

const runtimes: [string, AgentRuntime][] = [
  ['lambda', AgentRuntime.lambda({ vpc: true })],
  ['ecsTask', AgentRuntime.ecsTask()],
  ['ec2', AgentRuntime.ec2()],
  ['bedrockAgentCore', AgentRuntime.bedrockAgentCore()],
  ['eksPodIdentity', AgentRuntime.eksPodIdentity({
    cluster: eks.Cluster.fromClusterAttributes(new Stack(), 'Cluster', { clusterName: 'c'.repeat(100) }), namespace: 'n'.repeat(63), serviceAccount: 's'.repeat(63),
  })],
  ['eksServiceAccount', AgentRuntime.eksServiceAccount({
    issuer: `oidc.eks.ap-southeast-1.amazonaws.com/id/${'A'.repeat(32)}`, namespace: 'n'.repeat(63), serviceAccount: 's'.repeat(63),
  })],
  ['githubActions', AgentRuntime.githubActions({
    repository: `${'o'.repeat(39)}/${'r'.repeat(100)}`, repositoryId: '9'.repeat(10), ownerId: '9'.repeat(10), environment: 'e'.repeat(100),
  })],
  ['rolesAnywhere', AgentRuntime.rolesAnywhere({
    trustAnchor: rolesanywhere.CfnTrustAnchor.fromTrustAnchorArn(new Stack(), 'Anchor', `arn:aws:rolesanywhere:eu-west-1:111122223333:trust-anchor/${'0'.repeat(36)}`), subject: 's'.repeat(64),
  })],
  ['broker', AgentRuntime.broker({
    principal: new iam.ArnPrincipal(`arn:aws:iam::111122223333:role/platform/brokers/${'b'.repeat(64)}`), externalId: 'e'.repeat(64), sessionTagKeys: ['task', 'tenant', 'request'],
  })],
];

test.each(runtimes)('%s: within the quota with the longest names, in any partition', (_name, runtime) => {
  const { stack, document } = trustOf(runtime, `${'p'.repeat(31)}:`);
  expect(policySizeOf(stack.resolve(document))).toBeLessThanOrEqual(2048);
});

test.each(runtimes)('%s: nobody assumes the role after the expiry, or with a reserved tag', (_name, runtime) => {
  const { stack, document } = trustOf(runtime);
  const statements = stack.resolve(document).Statement.filter((statement: { Effect: string }) => statement.Effect === 'Deny');
  expect(statements).toEqual([
    { Sid: 'DenyReservedTags', Effect: 'Deny', Principal: '*', Action: 'sts:TagSession', Condition: { 'ForAnyValue:StringEqualsIgnoreCase': { 'aws:TagKeys': reservedTagKeys('agent:') } } },
    {
      Sid: 'DenyAfterExpiry',
      Effect: 'Deny',
      Principal: '*',
      Action: ['sts:AssumeRole', 'sts:AssumeRoleWithWebIdentity', 'sts:AssumeRoleWithSAML'],
      Condition: { DateGreaterThanEquals: { 'aws:CurrentTime': '2027-04-01T00:00:00Z' } },
    },
  ]);
});
