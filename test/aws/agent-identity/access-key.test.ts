import { App, aws_dynamodb as dynamodb, aws_iam as iam, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { agentIn, codeOf, ENV, only, PRODUCTION, stackOf, STAGING, synthError, TEST } from './agents';
import { AgentAccessKeyProps, ManagedAgentIdentityProps } from '../../../src/aws/agent-identity';
import { LifecycleRegistry } from '../../../src/aws/lifecycle-registry';
import { AgentStage, Expiry } from '../../../src/core';

const UNTIL = Expiry.on('2998-12-31');
const WHY: AgentAccessKeyProps = { reason: 'The old archive takes nothing but a key pair', until: UNTIL };

function withKey(key: Partial<AgentAccessKeyProps> = {}, props: Partial<ManagedAgentIdentityProps> = {}) {
  const stack = stackOf();
  const bot = agentIn(stack, props);
  const made = bot.accessKey('archive', { ...WHY, ...key });
  const table = dynamodb.Table.fromTableName(stack, 'Table', 'invoices');
  table.grantReadData(bot.accessIn(TEST));
  table.grantWriteData(bot.accessIn(PRODUCTION));
  return { stack, bot, key: made, template: () => Template.fromStack(stack) };
}

const actionsOf = (statements: { Effect: string; Action: string | string[] }[]): string[] => statements.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => Action);

test('the user has what the agent has in its stage, until the exception ends, and may be no other identity', () => {
  const template = withKey().template();
  const user = only(template, 'AWS::IAM::User');
  const policy = only(template, 'AWS::IAM::ManagedPolicy', 'AccessKey');

  expect(user.Properties.Path).toBe('/agents/invoice-bot/');
  expect(JSON.stringify(user.Properties.ManagedPolicyArns)).toMatch(/agents-guard-test.*agents-no-registry.*agents-no-sessions/);
  expect(policy.Properties.Users).toEqual([{ Ref: user.LogicalId }]);
  const { Statement: statements } = policy.Properties.PolicyDocument;
  expect(statements[0]).toMatchObject({ Effect: 'Deny', Action: '*', Resource: '*', Condition: { DateGreaterThanEquals: { 'aws:CurrentTime': UNTIL.iso } } });
  expect(actionsOf(statements)).toContain('dynamodb:GetItem');
  // Of the other stage, nothing.
  expect(actionsOf(statements)).not.toContain('dynamodb:PutItem');
});

test('the engine receives the user, the secret and the times, and the template has no value', () => {
  const template = withKey({ rotateEvery: Duration.days(30) }).template();
  const user = only(template, 'AWS::IAM::User');
  const secret = only(template, 'AWS::SecretsManager::Secret');
  const { Properties: properties, DependsOn: dependsOn } = only(template, 'Custom::AgentLifecycle');

  expect(properties.AccessKeys).toEqual([{
    User: { Ref: user.LogicalId }, Secret: 'agents/invoice-bot/archive', RotateSeconds: String(30 * 86_400), GraceSeconds: String(7 * 86_400), Until: UNTIL.iso,
  }]);
  // A leave deletes it, and reports show the exception.
  expect(properties.OwnSecrets).toEqual(['agents/invoice-bot/archive']);
  expect(properties.Exceptions).toEqual([{ Actions: ['iam:CreateAccessKey'], Reason: WHY.reason, Until: UNTIL.iso }]);
  expect(secret.Properties).not.toHaveProperty('SecretString');
  expect(secret.Properties).not.toHaveProperty('GenerateSecretString');
  expect(template.findResources('AWS::IAM::AccessKey')).toEqual({});
  // The key is made after its user and secret, and works only after it was recorded.
  expect(dependsOn).toEqual(expect.arrayContaining([user.LogicalId, secret.LogicalId]));
  expect(only(template, 'AWS::IAM::ManagedPolicy', 'AccessKey').DependsOn).toContain(only(template, 'Custom::AgentLifecycle').LogicalId);
});

test('an agent without a key has none of this', () => {
  const stack = stackOf();
  agentIn(stack);
  const template = Template.fromStack(stack);

  expect(only(template, 'Custom::AgentLifecycle').Properties).not.toHaveProperty('AccessKeys');
  expect(template.findResources('AWS::IAM::User')).toEqual({});
});

test('grantRead() lets a principal read the secret, and no other one', () => {
  const { stack, key, template } = withKey();
  const reader = new iam.Role(stack, 'Archive', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') });
  key.grantRead(reader);

  const { Statement: [statement] } = only(template(), 'AWS::IAM::Policy', 'Archive').Properties.PolicyDocument;
  expect(statement).toMatchObject({ Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'], Resource: { Ref: expect.stringContaining('AccessKeyarchiveSecret') } });
});

test('the organisation\'s boundary is the user\'s too', () => {
  const permissionsBoundary = iam.ManagedPolicy.fromAwsManagedPolicyName('PowerUserAccess');
  expect(JSON.stringify(only(withKey({}, { permissionsBoundary }).template(), 'AWS::IAM::User').Properties.PermissionsBoundary)).toContain('PowerUserAccess');
});

describe('refused', () => {
  test.each<[string, Partial<AgentAccessKeyProps>, string]>([
    ['no reason', { reason: undefined as never }, 'TextRequired'],
    ['a reason that says nothing', { reason: 'legacy' }, 'AccessExceptionInvalid'],
    ['no end', { until: undefined as never }, 'WrongClass'],
    ['an end after the agent\'s', { until: Expiry.on('2999-04-01') }, 'AccessExceptionOutlivesAgent'],
    ['a rotation of more than 90 days', { rotateEvery: Duration.hours(90 * 24 + 1) }, 'AccessKeyRotationInvalid'],
    ['a rotation of less than a day', { rotateEvery: Duration.hours(23) }, 'AccessKeyRotationInvalid'],
    ['parts of an hour', { rotateEvery: Duration.minutes(24 * 60 + 1) }, 'AccessKeyRotationInvalid'],
    ['a grace that the next rotation would meet', { rotateEvery: Duration.days(3), grace: Duration.days(1) }, 'AccessKeyRotationInvalid'],
  ])('%s', (_what, key, code) => {
    expect(codeOf(() => withKey(key))).toBe(code);
  });

  test.each([{ rotateEvery: Duration.days(90) }, { rotateEvery: Duration.days(1), grace: Duration.hours(7) }, { until: Expiry.on('2999-03-31') }])('but not %o', (key) => {
    expect(codeOf(() => withKey(key))).toBeUndefined();
  });

  test.each(['', 'A', '1', 'a/b', 'a'.repeat(33), 'x_y', undefined as unknown as string])('AccessKeyNameInvalid: %p', (name) => {
    expect(codeOf(() => agentIn(stackOf()).accessKey(name, WHY))).toBe('AccessKeyNameInvalid');
  });

  test('AccessKeyTwice, and not two of different names', () => {
    const bot = agentIn(stackOf());
    bot.accessKey('archive', WHY);
    bot.accessKey('mail', WHY);
    expect(codeOf(() => bot.accessKey('archive', WHY))).toBe('AccessKeyTwice');
  });

  test('TooManyAccessKeys: the sixth', () => {
    const bot = agentIn(stackOf());
    ['a', 'b', 'c', 'd', 'e'].forEach((name) => bot.accessKey(name, WHY));
    expect(codeOf(() => bot.accessKey('f', WHY))).toBe('TooManyAccessKeys');
  });

  test.each([[STAGING, 'LongLivedKeysForbidden'], [PRODUCTION, 'LongLivedKeysForbidden'], [TEST, undefined]])('LongLivedKeysForbidden in the stage %#', (stage: AgentStage, code) => {
    expect(codeOf(() => agentIn(stackOf(), { stage }).accessKey('archive', WHY))).toBe(code);
  });

  test.each([[undefined, 'AccessKeysOff'], [false, 'AccessKeysOff'], [true, undefined]])('AccessKeysOff: the registry of the app has accessKeys %p', (accessKeys, code) => {
    const stack = stackOf();
    const registry = LifecycleRegistry.development(new Stack(stack.node.root as App, 'Platform', { env: ENV }), 'Agents', { accessKeys });
    expect(codeOf(() => agentIn(stack, { registry }).accessKey('archive', WHY))).toBe(code);
  });

  test('AccessKeyTooLarge: access that fits into no managed policy', () => {
    const { stack, bot } = withKey();
    for (let index = 0; index < 60; index++) {
      bot.access.grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement({
        actions: ['s3:GetObject'], resources: [`arn:aws:s3:::${'b'.repeat(50)}${index}/*`], conditions: { StringEquals: { 'aws:RequestedRegion': `eu-west-${index}` } },
      }));
    }
    expect(synthError(stack)).toContain('AccessKeyTooLarge');
    expect(synthError(withKey().stack)).toBe('');
  });
});

describe('the engine\'s role', () => {
  const statements = (accessKeys?: boolean): Record<string, { Effect: string; Action: string[]; Resource?: string[]; NotResource?: string[] }> => {
    const stack = stackOf();
    LifecycleRegistry.development(stack, 'Agents', { accessKeys });
    const found: Record<string, object> = {};
    const collect = (value: unknown): void => {
      if (typeof value === 'object' && value !== null) {
        const { Sid: sid } = value as { Sid?: string };
        if (sid !== undefined && /AccessKeys$|NeverGrant|BesidesKeys/.test(sid)) {
          found[sid] = value;
        }
        Object.values(value).forEach(collect);
      }
    };
    collect(Template.fromStack(stack).toJSON());
    return found as never;
  };

  test('makes keys and writes secrets only in a registry that was asked to', () => {
    expect(Object.keys(statements())).toEqual(['NeverGrant']);
    expect(statements().NeverGrant.Action).toContain('iam:Create*');
    const { MakeAccessKeys: make, WriteAccessKeys: write, NeverGrant: never, NeverCreateBesidesKeys: besides } = statements(true);
    const users = JSON.stringify(make.Resource);
    expect([make.Action, users]).toEqual(['iam:CreateAccessKey', expect.stringContaining('111122223333:user/agents/*')]);
    expect(write.Action).toEqual(['secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage']);
    expect(JSON.stringify(write.Resource)).toContain(':secretsmanager:eu-west-1:111122223333:secret:agents/*');
    expect(never.Action).toEqual(expect.arrayContaining(['iam:CreateLoginProfile', 'iam:CreateServiceSpecificCredential', 'iam:CreateUser', 'iam:PutUserPolicy']));
    expect([besides.Effect, besides.Action, JSON.stringify(besides.NotResource)]).toEqual(['Deny', 'iam:Create*', expect.stringContaining('111122223333:user/agents/*')]);
    expect(JSON.parse(users)).not.toBe('*');
  });
});
