import { aws_iam as iam, aws_kms as kms, aws_sns as sns, Stack } from 'aws-cdk-lib';
import { agentIn, codeOf, ENV, PRODUCTION, stackOf, synthError, TEST } from './agents';
import { ManagedAgentIdentity } from '../../../src/aws/agent-identity';
import { LifecycleRegistry } from '../../../src/aws/lifecycle-registry';

const arn = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:${ENV.account}:${resource}`;

type Parts = { key: kms.IKey; topic: sns.ITopic };
const MADE = (platform: Stack): Parts => ({ key: new kms.Key(platform, 'Key'), topic: new sns.Topic(platform, 'Alarms') });
const NAMED = (platform: Stack): Parts => ({
  key: kms.Key.fromKeyArn(platform, 'Key', arn('kms', 'key/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f')), topic: sns.Topic.fromTopicArn(platform, 'Alarms', arn('sns', 'alarms')),
});

function fleet(partsOf: (platform: Stack) => Parts): Parts & { stack: Stack; bot: ManagedAgentIdentity } {
  const stack = stackOf();
  const platform = new Stack(stack.node.root, 'Platform', { env: ENV });
  const parts = partsOf(platform);
  const registry = new LifecycleRegistry(platform, 'Agents', { encryptionKey: parts.key, alarmTopic: parts.topic });
  return { stack, bot: agentIn(stack, { registry }), ...parts };
}
const refusal = (bot: ManagedAgentIdentity, action: string, resource: string, stage = TEST) => codeOf(() =>
  bot.accessIn(stage).grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement({ actions: [action], resources: [resource] })));

describe.each([['made in the app', MADE], ['named by their ARNs', NAMED]])('key and topic of the registry, %s', (_how, partsOf) => {
  test.each(['kms:ScheduleKeyDeletion', 'kms:DisableKey', 'kms:UpdateAlias', 'sns:DeleteTopic', 'sns:Subscribe'])('refused: %s', (action) => {
    const { bot, key, topic } = fleet(partsOf);
    const resource = action.startsWith('kms') ? key.keyArn : topic.topicArn;

    expect([refusal(bot, action, resource), refusal(bot, action, resource, PRODUCTION)]).toEqual(['RegistryWithinReach', 'RegistryWithinReach']);
  });

  test('their use is allowed', () => {
    const { bot, key, topic, stack } = fleet(partsOf);
    bot.accessIn(TEST).grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement({
      actions: ['kms:Decrypt', 'kms:GenerateDataKey*', 'kms:ReEncryptFrom'], resources: [key.keyArn],
    }));
    topic.grantPublish(bot.accessIn(TEST));

    expect(synthError(stack)).toBe('');
  });
});

test('another key and another topic may be administered', () => {
  const { bot, stack } = fleet(MADE);

  expect(refusal(bot, 'kms:DisableKey', new kms.Key(stack, 'Own').keyArn)).toBeUndefined();
  expect(refusal(bot, 'kms:ScheduleKeyDeletion', arn('kms', 'key/0a1c'))).toBeUndefined();
  expect(refusal(bot, 'sns:DeleteTopic', arn('sns', 'invoices'))).toBeUndefined();
});
