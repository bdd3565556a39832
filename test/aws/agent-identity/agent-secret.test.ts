import { aws_lambda as lambda, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { agentIn, codeOf, only, PRODUCTION, stackOf, synthError, TEST } from './agents';
import { AgentSecretProps } from '../../../src/aws/agent-identity';

function rotator(stack: Stack): lambda.Function {
  return new lambda.Function(stack, 'Rotate', { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = async () => undefined') });
}

function withSecret(props: Partial<AgentSecretProps> = {}) {
  const stack = stackOf();
  const bot = agentIn(stack);
  const secret = bot.secret('erp', { rotation: rotator(stack), ...props });
  return { stack, bot, secret, template: () => Template.fromStack(stack) };
}

test('the function rotates it, its value is generated, and the leave deletes it', () => {
  const template = withSecret({ rotateEvery: Duration.days(14) }).template();
  const secret = only(template, 'AWS::SecretsManager::Secret');

  expect(secret.Properties).toEqual({ Name: 'agents/invoice-bot/erp', GenerateSecretString: {} });
  expect(secret.DependsOn).toContain(only(template, 'Custom::AgentLifecycle').LogicalId);
  expect(only(template, 'AWS::SecretsManager::RotationSchedule').Properties).toMatchObject({
    SecretId: { Ref: secret.LogicalId },
    RotationLambdaARN: { 'Fn::GetAtt': [expect.stringContaining('Rotate'), 'Arn'] },
    RotationRules: { ScheduleExpression: 'rate(14 days)' },
  });
  expect(only(template, 'Custom::AgentLifecycle').Properties.OwnSecrets).toEqual(['agents/invoice-bot/erp']);
});

test('the agent reads it in the stage for which that is granted, and only there', () => {
  const readsIn = (stage: typeof TEST): boolean => {
    const { stack, bot, secret, template } = withSecret();
    secret.grantRead(bot.accessIn(stage));
    expect(synthError(stack)).toBe('');
    return JSON.stringify(only(template(), 'AWS::IAM::Policy', 'Access').Properties.PolicyDocument).includes('secretsmanager:GetSecretValue');
  };
  expect([readsIn(TEST), readsIn(PRODUCTION)]).toEqual([true, false]);
});

test.each<[string, () => unknown]>([
  ['AgentSecretNameInvalid', () => agentIn(stackOf()).secret('a/b', {} as never)],
  ['AgentSecretRotationInvalid', () => withSecret({ rotateEvery: Duration.days(91) })],
  ['AgentSecretRotationInvalid', () => withSecret({ rotateEvery: Duration.hours(25) })],
  ['WrongClass', () => withSecret({ rotation: undefined as never })],
  ['AgentSecretTwice', () => {
    const { stack, bot } = withSecret();
    bot.secret('erp', { rotation: stack.node.findChild('Rotate') as lambda.Function });
  }],
])('%s', (code, make) => {
  expect(codeOf(make)).toBe(code);
});

test.each([1, 90])('a rotation every %d days is allowed', (days) => {
  expect(codeOf(() => withSecret({ rotateEvery: Duration.days(days) }))).toBeUndefined();
});
