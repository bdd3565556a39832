import { aws_iam as iam, aws_lambda as lambda, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { agent, agentIn, codeOf, stackOf, synthError, TEST } from './agents';
import { ManagedAgentIdentity } from '../../../src/aws/agent-identity';
import { AgentRuntime } from '../../../src/aws/agent-runtime';

const TABLE = 'arn:aws:dynamodb:eu-west-1:111122223333:table/invoices';

function grant(bot: ManagedAgentIdentity, actions: string[], resourceArns: string[]): void {
  iam.Grant.addToPrincipal({ grantee: bot.accessIn(TEST), actions, resourceArns });
}

function said(actions: string[], resourceArns: string[]): string {
  try {
    grant(agent().bot, actions, resourceArns);
    return '';
  } catch (error) {
    return String(error);
  }
}

describe('what is refused', () => {
  test('is named whole, however much it is: it must be split off', () => {
    const actions = Array.from({ length: 40 }, (_, index) => `s3:GetObject${'*'.repeat(index + 1)}`);
    const message = said(actions, ['*']).split('Statement:')[0];

    expect(actions.filter((action) => !message.includes(`"${action} (`))).toEqual([]);
    expect(message).not.toMatch(/ more\b/);
  });

  test.each(['iam:ListRoles', 'iam:ListUsers', 'sts:GetSessionToken'])('%s is not to be given an ARN that can\'t exist', (action) => {
    expect(said([action], ['*'])).toMatch(new RegExp(`AWS knows no resources of "${action}", so nothing can narrow it: leave it out, or except it`));
    expect(said([action], ['*'])).not.toContain('whole ARN');
  });

  test('for what has an ARN the error says to name it; twin: what has none', () => {
    expect(said(['iam:GetRole'], ['*'])).toMatch(/name each resource by its whole ARN/);
    expect(said(['iam:GetRole'], ['*'])).not.toContain('AWS knows no resources');
    expect(said(['iam:GetRole', 'iam:ListRoles'], ['*'])).toMatch(/whole ARN.*AWS knows no resources of "iam:ListRoles"/);
  });
});

describe('an action that AWS doesn\'t have', () => {
  const warned = (stack: Stack): number => Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('AWS had no action')).length;

  test.each([
    ['dynamodb:GetItems', 'dynamodb:GetItems when this version was released: did you mean dynamodb:GetItem\\?'],
    ['dynamodb:getitms', 'did you mean dynamodb:GetItem\\?'],
    ['dynamodb:Frobnicate', 'check its spelling'],
    ['dynamodbb:GetItem', 'check its spelling'],
    ['dynamodb:Frob*', 'check its spelling'],
  ])('%s is granted and told, once', (action, message) => {
    const { stack, bot } = agent();
    grant(bot, [action], [TABLE]);
    grant(bot, [action], [`${TABLE}2`]);

    Annotations.fromStack(stack).hasWarning('/Own/Bot', Match.stringLikeRegexp(message));
    expect(warned(stack)).toBe(1);
  });

  test.each(['dynamodb:GetItem', 'DynamoDB:getitem', 'dynamodb:Get*'])('%s is one', (action) => {
    const { stack, bot } = agent();
    grant(bot, [action], [TABLE]);

    expect(warned(stack)).toBe(0);
  });

  test('a Deny of what AWS may have one day is nobody\'s mistake', () => {
    const { stack, bot } = agent();
    bot.role.addToPrincipalPolicy(new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ['dynamodb:GetItems'], resources: ['*'] }));

    expect(warned(stack)).toBe(0);
  });
});

describe('a managed policy', () => {
  const insights = (stack: Stack, role: iam.IRole): lambda.Function => new lambda.Function(stack, 'Function', {
    role,
    code: lambda.Code.fromInline('exports.handler = async () => 1;'),
    handler: 'index.handler',
    runtime: lambda.Runtime.NODEJS_22_X,
    insightsVersion: lambda.LambdaInsightsVersion.VERSION_1_0_135_0,
  });

  test('is refused by its whole name, with the way out', () => {
    const stack = stackOf();
    const bot = agentIn(stack, { runtime: AgentRuntime.lambda() });

    expect(() => insights(stack, bot.role)).toThrow(/managed policy CloudWatchLambdaInsightsExecutionRolePolicy would bypass .* role\.withoutPolicyUpdates\(\)$/);
  });

  test('by the way out, the function has the role, and no policy but the agent\'s own', () => {
    const stack = stackOf();
    const bot = agentIn(stack, { runtime: AgentRuntime.lambda() });
    insights(stack, bot.role.withoutPolicyUpdates());

    expect(synthError(stack)).toBe('');
    const template = Template.fromStack(stack);
    const role = Object.keys(template.findResources('AWS::IAM::Role'));
    expect(role).toHaveLength(1);
    template.hasResource('AWS::Lambda::Function', { Properties: { Role: { 'Fn::GetAtt': [role[0], 'Arn'] } }, DependsOn: Match.arrayWith([Match.stringLikeRegexp('Lifecycle')]) });
    expect(JSON.stringify(template.findResources('AWS::IAM::Role'))).not.toContain('CloudWatchLambdaInsights');
  });
});

describe('an access policy that is too long', () => {
  const flag = '@aws-cdk/aws-iam:minimizePolicies';
  const synthesized = (on: boolean): string => {
    const stack = stackOf(undefined, { context: { [flag]: on } });
    const bot = agentIn(stack);
    // No two of them can be merged.
    for (let index = 0; index < 500; index++) {
      bot.role.addToPrincipalPolicy(new iam.PolicyStatement({ sid: `S${index}`, actions: ['dynamodb:GetItem'], resources: [`${TABLE}${'x'.repeat(60)}${index}`] }));
    }
    return synthError(stack);
  };

  test('names CDK\'s flag that shortens it, where it is off', () => {
    expect(synthesized(false)).toMatch(/AccessPolicyTooLong: .*: set the feature flag @aws-cdk\/aws-iam:minimizePolicies in cdk\.json, which merges statements; or grant fewer resources/);
    expect(synthesized(true)).toMatch(/AccessPolicyTooLong: .*: grant fewer resources/);
    expect(synthesized(true)).not.toContain('minimizePolicies');
  });
});

test('what is missing is said without the syntax of one language', () => {
  expect(codeOf(() => agentIn(stackOf(), { sponsor: undefined }))).toBe('SponsorMissing');
  expect(() => agentIn(stackOf(), { sponsor: undefined })).toThrow('Own/Bot: sponsor is missing: give it here or in AgentDefaults; no default could be right');
});
