import { Aws, aws_iam as iam, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { agent, agentIn, codeOf, ENV, PRODUCTION, synthError, TEST } from './agents';
import { ExceptionalAccess } from '../../../src/aws/access-rules';
import { ManagedAgentIdentity } from '../../../src/aws/agent-identity';
import { Expiry } from '../../../src/core';

const stackArn = (name: string, account = ENV.account) => `arn:aws:cloudformation:eu-west-1:${account}:stack/${name}/*`;
const roleArn = (name: string) => `arn:aws:iam::${ENV.account}:role/${name}-${ENV.account}-eu-west-1`;
const refusal = (bot: ManagedAgentIdentity, action: string, resource: string, stage = TEST) => codeOf(() =>
  bot.accessIn(stage).grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement({ actions: [action], resources: [resource] })));

test.each([
  ['cloudformation:UpdateStack', stackArn('Own')],
  ['cloudformation:CreateChangeSet', stackArn('Own').replace('*', '0a1b')],
  ['cloudformation:ExecuteChangeSet', stackArn('Own')],
  ['cloudformation:Update*', stackArn('Own')],
  ['cloudformation:DeleteStack', stackArn('Own')],
  ['cloudformation:SetStackPolicy', stackArn('Own')],
  ['cloudformation:DeleteStack', stackArn('O*')],
  ['cloudformation:UpdateStack', stackArn('Second')],
  ['sts:AssumeRole', roleArn('cdk-hnb659fds-deploy-role')],
  ['sts:AssumeRole', roleArn('cdk-own-cfn-exec-role')],
  ['sts:AssumeRole', roleArn('cdk-own-file-publishing-role')],
  ['iam:PassRole', roleArn('cdk-own-cfn-exec-role')],
])('refused, in whatever stage: %s on %s', (action, resource) => {
  const { stack, bot } = agent();
  agentIn(new Stack(stack.node.root, 'Second', { env: ENV }), { agentName: 'second-bot' });

  expect([refusal(bot, action, resource), refusal(bot, action, resource, PRODUCTION)]).toEqual(['DeploymentWithinReach', 'DeploymentWithinReach']);
});

test('refused: its own stack by id or by name', () => {
  const { stack, bot } = agent();
  const byName = `arn:aws:cloudformation:eu-west-1:${ENV.account}:stack/${Aws.STACK_NAME}/*`;

  expect(refusal(bot, 'cloudformation:UpdateStack', stack.stackId)).toBe('DeploymentWithinReach');
  expect(refusal(bot, 'cloudformation:UpdateStack', byName)).toBe('DeploymentWithinReach');
});

test('a stack that it may change is the only one that its guard doesn\'t deny', () => {
  const { stack, bot } = agent();
  refusal(bot, 'cloudformation:UpdateStack', stackArn('Invoices'));

  const [guard] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Role')).flatMap(({ Properties }) => Properties.Policies ?? []);
  const deny = guard.PolicyDocument.Statement.find(({ Sid }: { Sid?: string }) => Sid === 'DenyStackChanges');
  expect(deny).toMatchObject({ Effect: 'Deny', NotResource: stackArn('Invoices') });
});

test('found at the end, when another agent is declared later', () => {
  const { stack, bot } = agent();
  expect(refusal(bot, 'cloudformation:UpdateStack', stackArn('Later'))).toBeUndefined();
  agentIn(new Stack(stack.node.root, 'Later', { env: ENV }), { agentName: 'second-bot' });

  expect(synthError(stack)).toContain('DeploymentWithinReach: Own/Bot: ');
});

test.each([
  ['cloudformation:DescribeStacks', stackArn('Own')],
  ['cloudformation:SignalResource', stackArn('Own')],
  ['cloudformation:UpdateStack', stackArn('Invoices')],
  ['cloudformation:UpdateStack', stackArn('Own', '444455556666')],
  ['sts:AssumeRole', roleArn('cdk-hnb659fds-lookup-role')],
  ['sts:AssumeRole', roleArn('deploy-role')],
  ['sts:AssumeRole', roleArn('cdk-reader')],
])('allowed: %s on %s', (action, resource) => {
  const { stack, bot } = agent();

  expect(refusal(bot, action, resource)).toBeUndefined();
  expect(synthError(stack)).toBe('');
});

test('an exception is the way, for its time', () => {
  const { stack, bot } = agent();
  bot.addAccessException(ExceptionalAccess.of({
    actions: ['cloudformation:UpdateStack'], resources: [stackArn('Own')], reason: 'Scales its own stack', until: Expiry.on('2998-01-01'),
  }));

  expect(refusal(bot, 'cloudformation:UpdateStack', stackArn('Own'))).toBeUndefined();
  expect(synthError(stack)).toBe('');
  expect(bot.declaredAccess).toMatchObject([{ exceptionReason: 'Scales its own stack' }]);
});
