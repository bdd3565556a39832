import { aws_secretsmanager as secretsmanager, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { agentIn, codeOf, only, stackOf } from './agents';
import { OwnSecret } from '../../../src/aws/agent-identity';

const NAME = 'agents/invoice-bot/token';
const ARN = `arn:aws:secretsmanager:eu-west-1:111122223333:secret:${NAME}-AbCdEf`;

test.each<[string, (stack: Stack) => OwnSecret]>([
  ['a name', () => OwnSecret.named(NAME)],
  ['a secret of the app with a literal name', (stack) => OwnSecret.of(new secretsmanager.Secret(stack, 'Secret', { secretName: NAME }))],
  ['one imported by its name', (stack) => OwnSecret.of(secretsmanager.Secret.fromSecretNameV2(stack, 'Secret', NAME))],
  ['one imported by its ARN', (stack) => OwnSecret.of(secretsmanager.Secret.fromSecretCompleteArn(stack, 'Secret', ARN))],
])('%s is what the engine deletes', (_what, make) => {
  const stack = stackOf();
  const secret = make(stack);
  agentIn(stack, { ownSecrets: [secret] });

  expect(secret.secretName).toBe(NAME);
  expect(only(Template.fromStack(stack), 'Custom::AgentLifecycle').Properties.OwnSecrets).toEqual([NAME]);
});

test('OwnSecretNameUnknown: fails when the name is generated', () => {
  const stack = stackOf();

  expect(codeOf(() => OwnSecret.of(new secretsmanager.Secret(stack, 'Secret')))).toBe('OwnSecretNameUnknown');
});

test.each(['agents/other-bot/token', 'token', 'agents/invoice-bot', `x${NAME}`])('OwnSecretElsewhere: fails when it is called %j', (name) => {
  expect(codeOf(() => agentIn(stackOf(), { ownSecrets: [OwnSecret.named(name)] }))).toBe('OwnSecretElsewhere');
});

test('fails when the name is a token', () => {
  const stack = stackOf();

  expect(codeOf(() => agentIn(stack, { ownSecrets: [OwnSecret.named(new secretsmanager.Secret(stack, 'Secret').secretName)] }))).toBe('LiteralRequired');
});
