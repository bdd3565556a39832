import { aws_iam as iam, Duration, Lazy, Stack } from 'aws-cdk-lib';
import { ExceptionalAccess } from '../../../src/aws/access-rules';
import { AgentRuntime } from '../../../src/aws/agent-runtime';
import { IdentityTokenProps, TokenAccess, TokenSigningAlgorithm } from '../../../src/aws/token-access';
import { Expiry } from '../../../src/core';
import { agent, codeOf, only, PRODUCTION, synthError, TEST } from '../agent-identity/agents';
import { allows, denies } from '../guards/evaluate';

const PARTNER = 'https://api.example.com';
const OTHER = 'https://other.example.com';
const GET_TOKEN = 'sts:GetWebIdentityToken';
const tokensFor = (props: Partial<IdentityTokenProps> = {}) => TokenAccess.forAudiences({ audiences: [PARTNER], ...props });

/** The access policy and the guard of an agent that is granted tokens. The guard is undefined if the agent has the shared one. */
function granted(accesses: TokenAccess[], stage = TEST) {
  const { stack, bot, template } = agent({ runtime: AgentRuntime.ec2() });
  accesses.forEach((access) => access.grant(bot.accessIn(stage)));
  const rendered = template();
  const [guard] = (only(rendered, 'AWS::IAM::Role').Properties.Policies ?? []) as { PolicyDocument: { Statement: Record<string, unknown>[] } }[];
  return { stack, access: only(rendered, 'AWS::IAM::Policy').Properties.PolicyDocument.Statement as Record<string, unknown>[], guard: guard?.PolicyDocument.Statement };
}

const request = (audiences = [PARTNER], seconds: string | null = '300', algorithm = 'ES384') => ({
  action: GET_TOKEN,
  resource: '*',
  context: {
    'sts:SigningAlgorithm': algorithm,
    ...(audiences.length === 0 ? {} : { 'sts:IdentityTokenAudience': audiences }),
    ...(seconds === null ? {} : { 'sts:DurationSeconds': seconds }),
  },
});

const WRONG: [string, ReturnType<typeof request>][] = [
  ['another audience', request([OTHER])],
  ['a further audience beside it', request([PARTNER, OTHER])],
  ['a longer duration', request([PARTNER], '301')],
  ['no duration, so that AWS\'s default would count', request([PARTNER], null)],
  ['another signature', request([PARTNER], '300', 'RS256')],
];

describe('a token for the declared audience, not longer than declared', () => {
  const { access, guard } = granted([tokensFor()]);

  test('is allowed, and the guard lets it through', () => {
    expect([allows(access, request()), denies(guard, request())]).toEqual([true, false]);
    expect(allows(access, request([PARTNER], '60'))).toBe(true);
  });

  test.each(WRONG)('%s is not allowed, and the guard denies it whatever else allows it', (_what, wrong) => {
    expect([allows(access, wrong), denies(guard, wrong)]).toEqual([false, true]);
  });

  test('without an audience in the request nothing is allowed', () => {
    expect(allows(access, request([]))).toBe(false);
  });

  test('tags, which become claims, are denied, and sessions of other roles as ever', () => {
    expect(denies(guard, { action: 'sts:TagGetWebIdentityToken', resource: '*' })).toBe(true);
    expect(denies(guard, { action: 'sts:AssumeRole', resource: 'arn:aws:iam::111122223333:role/other' })).toBe(true);
  });
});

test('an agent without tokens has the shared guard, which denies all of them', () => {
  const { guard, access } = granted([]);
  expect([guard, allows(access, request())]).toEqual([undefined, false]);
});

test('of several grants each audience has its own duration and signatures', () => {
  const { access, guard } = granted([
    tokensFor(), tokensFor({ audiences: [OTHER], maxDuration: Duration.hours(1), signingAlgorithm: TokenSigningAlgorithm.RS256 }),
  ]);
  const right = [request(), request([OTHER], '3600', 'RS256')];
  const wrong = [request([PARTNER], '3600'), request([PARTNER], '300', 'RS256'), request([OTHER], '300', 'ES384'), request([PARTNER, 'https://third.example.com'])];
  expect(right.map((one) => [allows(access, one), denies(guard, one)])).toEqual([[true, false], [true, false]]);
  expect(wrong.map((one) => [allows(access, one), denies(guard, one)])).toEqual(wrong.map(() => [false, true]));
});

test('of one audience in two grants the wider one holds', () => {
  const { access, guard } = granted([tokensFor(), tokensFor({ maxDuration: Duration.minutes(10), signingAlgorithm: TokenSigningAlgorithm.RS256 })]);
  const right = [request(), request([PARTNER], '600', 'RS256')];
  expect(right.map((one) => [allows(access, one), denies(guard, one)])).toEqual([[true, false], [true, false]]);
  expect(denies(guard, request([PARTNER], '601', 'RS256'))).toBe(true);
});

test('a token of another stage is recorded, and the guard of this stage denies it', () => {
  const { access, guard } = granted([tokensFor()], PRODUCTION);
  expect([allows(access, request()), guard]).toEqual([false, undefined]);
});

test('an exception for the same action opens all audiences until its end, and the declared ones end with it', () => {
  const { bot, template } = agent({
    runtime: AgentRuntime.ec2(),
    accessExceptions: [ExceptionalAccess.of({ actions: [GET_TOKEN], resources: ['*'], reason: 'A trial with a partner', until: Expiry.on('2027-01-31') })],
  });
  tokensFor().grant(bot.accessIn(TEST));
  bot.accessIn(TEST).grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement({ actions: [GET_TOKEN], resources: ['*'] }));
  const [{ PolicyDocument: guard }] = only(template(), 'AWS::IAM::Role').Properties.Policies;
  const at = (time: string, one = request([OTHER])) => denies(guard.Statement, { ...one, context: { ...one.context, 'aws:CurrentTime': time } });
  expect([at('2027-01-01T00:00:00Z'), at('2027-02-01T00:00:00Z'), at('2027-02-01T00:00:00Z', request())]).toEqual([false, true, true]);
});

describe('statements by hand', () => {
  const add = (conditions: Record<string, Record<string, unknown>> | undefined, actions = [GET_TOKEN]) => {
    const { bot } = agent({ runtime: AgentRuntime.ec2() });
    return codeOf(() => bot.accessIn(TEST).grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement({ actions, resources: ['*'], conditions })));
  };
  const whole = {
    'ForAllValues:StringEquals': { 'sts:IdentityTokenAudience': [PARTNER] },
    'Null': { 'sts:IdentityTokenAudience': 'false' },
    'NumericLessThanEquals': { 'sts:DurationSeconds': 300 },
    'StringEquals': { 'sts:SigningAlgorithm': 'ES384' },
  };
  const without = (operator: keyof typeof whole) => Object.fromEntries(Object.entries(whole).filter(([name]) => name !== operator));

  test('with the same conditions it is the same', () => {
    expect(add(whole)).toBeUndefined();
  });

  test.each<[string, Record<string, Record<string, unknown>> | undefined]>([
    ['no condition', undefined],
    ['no audience', without('ForAllValues:StringEquals')],
    ['a token without audience', without('Null')],
    ['no duration', without('NumericLessThanEquals')],
    ['no signature', without('StringEquals')],
    ['AWS\'s example, which allows a further audience', { ...without('ForAllValues:StringEquals'), 'ForAnyValue:StringEquals': { 'sts:IdentityTokenAudience': [PARTNER] } }],
    ['an audience that the session chooses', { ...whole, 'ForAllValues:StringEquals': { 'sts:IdentityTokenAudience': ['${aws:PrincipalTag/aud}'] } }],
  ])('%s is refused', (_what, conditions) => {
    expect(add(conditions)).toBe('SensitiveActionNeedsExactArn');
  });

  test.each<[string, string[]]>([
    ['a further action', [GET_TOKEN, 'sts:TagGetWebIdentityToken']],
    ['a pattern', ['sts:GetWeb*']],
  ])('%s is refused', (_what, actions) => {
    expect(add(whole, actions)).toBe('SensitiveActionNeedsExactArn');
  });

  test('the error says what to use', () => {
    const { stack, bot } = agent({ runtime: AgentRuntime.ec2() });
    expect(() => bot.accessIn(TEST).grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement({ actions: [GET_TOKEN], resources: ['*'] })))
      .toThrow(/grant sts:GetWebIdentityToken with TokenAccess\.forAudiences/);
    expect(synthError(stack)).toBe('');
  });
});

test.each<[string, Partial<IdentityTokenProps>, string]>([
  ['no audience', { audiences: [] }, 'AudienceInvalid'],
  ['a wildcard', { audiences: ['https://*.example.com'] }, 'AudienceInvalid'],
  ['a policy variable', { audiences: ['${aws:userid}'] }, 'AudienceInvalid'],
  ['an empty audience', { audiences: [''] }, 'AudienceInvalid'],
  ['a token', { audiences: [Lazy.string({ produce: () => PARTNER })] }, 'AudienceInvalid'],
  ['more audiences than AWS takes', { audiences: Array.from({ length: 11 }, (_one, index) => `https://${index}.example.com`) }, 'AudienceInvalid'],
  ['a text instead of a list', { audiences: PARTNER as unknown as string[] }, 'AudienceInvalid'],
  ['a short duration', { maxDuration: Duration.seconds(59) }, 'TokenDurationInvalid'],
  ['a long duration', { maxDuration: Duration.seconds(3_601) }, 'TokenDurationInvalid'],
  ['a part of a second', { maxDuration: Duration.millis(60_500) }, 'TokenDurationInvalid'],
  ['a number', { maxDuration: 300 as unknown as Duration }, 'TokenDurationInvalid'],
  ['another signature', { signingAlgorithm: 'none' as TokenSigningAlgorithm }, 'SigningAlgorithmInvalid'],
])('%s is refused', (_what, props, code) => {
  expect(codeOf(() => tokensFor(props))).toBe(code);
});

test('the limits themselves are right', () => {
  expect(codeOf(() => [Duration.seconds(60), Duration.hours(1)].map((maxDuration) => tokensFor({ maxDuration })))).toBeUndefined();
});

test('the longest guard is within what a role may have', () => {
  const { stack } = granted([tokensFor({ audiences: Array.from({ length: 10 }, (_one, index) => `https://${index}.${'a'.repeat(60)}.example.com`) })]);
  expect(synthError(Stack.of(stack))).toBe('');
});
