import { aws_bedrock as bedrock, aws_iam as iam, Lazy, Stack } from 'aws-cdk-lib';
import { ExceptionalAccess } from '../../../src/aws/access-rules';
import { AgentRuntime } from '../../../src/aws/agent-runtime';
import { ModelAccess } from '../../../src/aws/model-access';
import { Expiry } from '../../../src/core';
import { agent, codeOf, only, PRODUCTION, synthError, TEST } from '../agent-identity/agents';

const HAIKU = bedrock.FoundationModelIdentifier.ANTHROPIC_CLAUDE_3_HAIKU_20240307_V1_0;
const modelOf = (stack: Stack) => bedrock.FoundationModel.fromFoundationModelId(stack, 'Model', HAIKU);

interface Statement { Action: string[]; Resource: unknown; Condition?: Record<string, Record<string, unknown>> }

/** The statements of an agent in test that is granted access to models, with references written out as `<name>`. */
function granted(access: (stack: Stack) => ModelAccess, stage = TEST): Statement[] {
  const { stack, bot, template } = agent({ runtime: AgentRuntime.ec2() });
  access(stack).grant(bot.accessIn(stage));
  const [, ...statements] = only(template(), 'AWS::IAM::Policy').Properties.PolicyDocument.Statement as Statement[];
  return JSON.parse(JSON.stringify(statements, (_key, value: Record<string, any> | null) => value?.['Fn::Join']?.[1]
    .map((part: { Ref?: string } | string) => typeof part === 'string' ? part : `<${part.Ref?.replace('AWS::', '')}>`).join('') ?? value)) as Statement[];
}

test('a model is called by its ARN, and no other', () => {
  expect(granted((stack) => ModelAccess.invoke(modelOf(stack)))).toEqual([{
    Action: ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'],
    Effect: 'Allow',
    Resource: `arn:<Partition>:bedrock:eu-west-1::foundation-model/${HAIKU.modelId}`,
  }]);
});

test('access of another stage is recorded and renders nothing', () => {
  expect(granted((stack) => ModelAccess.invoke(modelOf(stack)), PRODUCTION)).toEqual([]);
});

describe('through a profile', () => {
  const profile = (props: Partial<Parameters<typeof ModelAccess.throughProfile>[0]> = {}) =>
    ModelAccess.throughProfile({ profileId: 'eu.anthropic.claude-sonnet-4-20250514-v1:0', regions: ['eu-west-1', 'eu-central-1'], ...props });

  test('the model is called in each of its regions, and through the profile only', () => {
    const [own, models] = granted(() => profile());
    const profileArn = 'arn:<Partition>:bedrock:<Region>:<AccountId>:inference-profile/eu.anthropic.claude-sonnet-4-20250514-v1:0';
    expect([own.Resource, own.Condition]).toEqual([profileArn, undefined]);
    expect(models.Resource).toEqual(['eu-central-1', 'eu-west-1'].map((region) => `arn:<Partition>:bedrock:${region}::foundation-model/anthropic.claude-sonnet-4-20250514-v1:0`));
    expect(models.Condition).toEqual({ ArnEquals: { 'bedrock:InferenceProfileArn': profileArn } });
  });

  test('a global profile reaches the model in the own region and in no named one', () => {
    const [, models] = granted(() => profile({ profileId: 'global.anthropic.claude-sonnet-4-20250514-v1:0', regions: undefined }));
    expect(models.Resource).toEqual(['<Region>', ''].map((region) => `arn:<Partition>:bedrock:${region}::foundation-model/anthropic.claude-sonnet-4-20250514-v1:0`));
    expect(JSON.stringify(models.Condition)).toContain('inference-profile/global.');
  });

  test('an application\'s profile has its models through it only', () => {
    const [own, models] = granted((stack) => ModelAccess.throughApplicationProfile({
      profile: new bedrock.CfnApplicationInferenceProfile(stack, 'Profile', { inferenceProfileName: 'invoices' }), models: [modelOf(stack)],
    }));
    expect(own.Resource).toEqual({ 'Fn::GetAtt': ['Profile', 'InferenceProfileArn'] });
    expect(models.Condition).toEqual({ ArnEquals: { 'bedrock:InferenceProfileArn': own.Resource } });
  });

  test.each([
    ['ProfileIdInvalid', { profileId: '*' }],
    ['ProfileIdInvalid', { profileId: 'eu.*' }],
    ['ProfileIdInvalid', { profileId: 'eu.anthropic.*' }],
    ['ProfileIdInvalid', { profileId: Lazy.string({ produce: () => '*' }) }],
    ['ProfileRegionsInvalid', { regions: [] }],
    ['ProfileRegionsInvalid', { regions: undefined }],
    ['ProfileRegionsInvalid', { regions: ['*'] }],
    ['ProfileRegionsInvalid', { regions: ['eu-west-1', 'eu-*'] }],
    ['ProfileRegionsInvalid', { profileId: 'global.anthropic.claude-sonnet-4-20250514-v1:0' }],
  ])('%s: fails for %j', (code, props) => {
    expect(codeOf(() => profile(props))).toBe(code);
  });
});

test('ModelMissing: fails without a model', () => {
  expect(codeOf(() => ModelAccess.invoke())).toBe('ModelMissing');
  expect(codeOf(() => ModelAccess.invoke(undefined as unknown as bedrock.IModel))).toBe('ModelMissing');
});

describe('EveryModel', () => {
  const code = (resource: string, action = 'bedrock:InvokeModel', conditions?: Record<string, Record<string, string>>) => {
    const { bot } = agent();
    const statement = new iam.PolicyStatement({ actions: [action], resources: [resource], conditions });
    return codeOf(() => bot.access.grantPrincipal.addToPrincipalPolicy!(statement));
  };

  test.each([
    ['*'],
    ['arn:aws:bedrock:*::foundation-model/*'],
    ['arn:aws:bedrock:eu-west-1::foundation-model/*'],
    ['arn:aws:bedrock:*:111122223333:inference-profile/*'],
    ['arn:aws:bedrock:eu-west-1:111122223333:application-inference-profile/*'],
    ['arn:aws:bedrock:eu-west-1:111122223333:*'],
    ['arn:aws:bedrock:*::foundation-model/a*'],
    ['arn:aws:bedrock:*::foundation-model/*claude*'],
    ['arn:aws:bedrock:*::foundation-model/?*.*'],
    ['arn:aws:bedrock:*::foundation-model/${aws:PrincipalTag/model}'],
    ['arn:aws:bedrock:eu-west-1:111122223333:inference-profile/eu.*'],
    ['arn:aws:bedrock:eu-west-1:111122223333:inference-profile/*.*'],
  ])('an agent that may call %s is refused', (resource) => {
    expect([code(resource), code(resource, 'bedrock:InvokeModelWithResponseStream'), code(resource, 'bedrock:InvokeModel*')]).toEqual(Array(3).fill('EveryModel'));
  });

  test('one model, the models of one provider, and every model through one profile are accepted', () => {
    expect(code('arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0')).toBeUndefined();
    expect(code('arn:aws:bedrock:*::foundation-model/anthropic.*')).toBeUndefined();
    const through = { ArnEquals: { 'bedrock:InferenceProfileArn': 'arn:aws:bedrock:eu-west-1:111122223333:inference-profile/eu.anthropic.claude' } };
    expect(code('arn:aws:bedrock:*::foundation-model/*', 'bedrock:InvokeModel', through)).toBeUndefined();
  });

  test.each([
    ['the versions of one model', 'arn:aws:bedrock:*::foundation-model/anthropic.claude-3-haiku-*'],
    ['one model in every region', 'arn:aws:bedrock:*::foundation-model/amazon.nova-pro-v1:0'],
    ['the profiles of a model in every geography', 'arn:aws:bedrock:eu-west-1:111122223333:inference-profile/*.anthropic.claude-3-haiku-20240307-v1:0'],
    ['the profiles of a provider in a geography', 'arn:aws:bedrock:eu-west-1:111122223333:inference-profile/eu.anthropic.*'],
  ])('%s are accepted', (_what, resource) => {
    expect(code(resource)).toBeUndefined();
  });

  test('a batch job of any model is refused, and one of a model accepted', () => {
    const job = 'bedrock:CreateModelInvocationJob';
    expect([code('arn:aws:bedrock:*::foundation-model/*', job), code('arn:aws:bedrock:*::foundation-model/amazon.nova-pro-v1:0', job)]).toEqual(['EveryModel', undefined]);
  });

  test('on the endpoint for OpenAI\'s interfaces a condition names the model, whatever the project', () => {
    const inference = 'bedrock-mantle:CreateInference';
    const project = 'arn:aws:bedrock-mantle:eu-west-1:111122223333:project/default';
    const named = (model: string) => ({ StringEquals: { 'bedrock-mantle:Model': model } });
    const like = (model: string) => ({ StringLike: { 'bedrock-mantle:Model': model } });
    expect([code(project, inference), code('*', inference), code(project, inference, like('*')), code(project, inference, { StringNotEquals: { 'bedrock-mantle:Model': 'openai.gpt' } })])
      .toEqual(Array(4).fill('EveryModel'));
    expect([code(project, inference, named('openai.gpt-5.6-luna')), code('*', inference, named('openai.gpt-5.6-luna')), code(project, inference, like('openai.gpt-*'))]).toEqual([undefined, undefined, undefined]);
  });

  test('an exception allows it for a reason and a time', () => {
    const { stack, bot } = agent({
      accessExceptions: [ExceptionalAccess.of({ actions: ['bedrock:InvokeModel'], reason: 'It compares all models of the region', until: Expiry.on('2999-01-31') })],
    });
    bot.access.grantPrincipal.addToPrincipalPolicy!(new iam.PolicyStatement({ actions: ['bedrock:InvokeModel'], resources: ['arn:aws:bedrock:eu-west-1::foundation-model/*'] }));
    expect(synthError(stack)).toBe('');
  });
});
