import { Aws, aws_iam as iam, aws_sqs as sqs } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { agent, codeOf, only, PRODUCTION, synthError, TEST } from './agents';
import { ExceptionalAccess, ExceptionalAccessProps } from '../../../src/aws/access-rules';
import { AgentRuntime } from '../../../src/aws/agent-runtime';
import { Expiry } from '../../../src/core';

const UNTIL = Expiry.on('2999-01-01');
const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:invoices';
const exception = (props: Partial<ExceptionalAccessProps>) =>
  ExceptionalAccess.of({ actions: ['sqs:SendMessage'], reason: 'Migration of all queues', until: UNTIL, ...props });
const excepting = (...all: Partial<ExceptionalAccessProps>[]) => agent({ accessExceptions: all.map(exception) });
const allow = (props: iam.PolicyStatementProps) => new iam.PolicyStatement(props);
const accessOf = (template: ReturnType<typeof agent>['template']) => only(template(), 'AWS::IAM::Policy').Properties.PolicyDocument.Statement
  .filter(({ Effect }: { Effect: string }) => Effect === 'Allow');
const ENDS = { DateLessThan: { 'aws:CurrentTime': UNTIL.iso } };

test('a statement that it covers ends with it, on an exact ARN too; others don\'t end', () => {
  const { bot, template } = excepting({});
  bot.access.grantPrincipal.addToPrincipalPolicy(allow({ actions: ['sqs:SendMessage'], resources: [QUEUE] }));
  bot.access.grantPrincipal.addToPrincipalPolicy(allow({ actions: ['sqs:ReceiveMessage'], resources: [QUEUE] }));
  expect(accessOf(template)).toEqual([
    { Action: 'sqs:SendMessage', Effect: 'Allow', Resource: QUEUE, Condition: ENDS },
    { Action: 'sqs:ReceiveMessage', Effect: 'Allow', Resource: QUEUE },
  ]);
});

test('it ends nothing that its runtime needs', () => {
  const { template } = agent({ runtime: AgentRuntime.lambda(), accessExceptions: [exception({ actions: ['logs:PutLogEvents'] })] });
  expect(accessOf(template)).toMatchObject([{ Sid: 'RuntimeLogs' }]);
  expect(JSON.stringify(accessOf(template))).not.toContain('DateLessThan');
});

test('a statement that it splits has its Sid once', () => {
  const { bot, template } = excepting({});
  bot.access.grantPrincipal.addToPrincipalPolicy(allow({ sid: 'Queues', actions: ['sqs:SendMessage', 'xray:PutTraceSegments'], resources: ['*'] }));
  expect(accessOf(template).map(({ Sid, Action }: { Sid: string; Action: string }) => [Sid, Action])).toEqual([
    ['Queues', 'xray:PutTraceSegments'], ['QueuesExcepted', 'sqs:SendMessage'],
  ]);
});

test('two statements that one exception splits have their own Sids', () => {
  const { bot, template } = excepting({});
  for (const sid of ['One', 'Two']) {
    bot.access.grantPrincipal.addToPrincipalPolicy(allow({ sid, actions: ['sqs:SendMessage', 'xray:PutTraceSegments'], resources: ['*'], conditions: { StringEquals: { 'aws:SourceVpc': sid } } }));
  }
  const sids = accessOf(template).map(({ Sid }: { Sid: string }) => Sid);
  expect(new Set(sids).size).toBe(sids.length);
});

test.each([
  ['organizations:ListAccounts'], ['sqs:SetQueueAttributes'], ['iam:CreateUser'], ['sso:*'],
])('AccessExceptionWithoutEffect: fails for %s, which the guard denies to every agent', (action) => {
  expect(codeOf(() => excepting({ actions: ['sqs:SendMessage', action] }))).toBe('AccessExceptionWithoutEffect');
});

test('what the guard denies to every agent is refused with that reason, in whatever stage', () => {
  const { stack, bot } = agent();
  const queue = new sqs.Queue(stack, 'Queue');
  for (const stage of [TEST, PRODUCTION]) {
    expect(codeOf(() => queue.grant(bot.accessIn(stage), 'sqs:SetQueueAttributes'))).toBe('DeniedToAllAgents');
  }
  queue.grantSendMessages(bot.accessIn(TEST));
  expect(synthError(stack)).toBe('');
});

test('AccessExceptionOutlivesAgent: fails when it ends after its agent', () => {
  expect(codeOf(() => excepting({ until: Expiry.on('2999-04-01') }))).toBe('AccessExceptionOutlivesAgent');
  expect(codeOf(() => excepting({ until: Expiry.on('2999-03-31') }))).toBeUndefined();
});

describe('warns', () => {
  const warned = (stack: ReturnType<typeof agent>['stack'], text: string) =>
    Annotations.fromStack(stack).findWarning('/Own/Bot', Match.stringLikeRegexp(text)).length;

  test('of one that is past', () => {
    expect(warned(excepting({ until: Expiry.on('2020-01-01') }).stack, 'ended at 2020')).toBe(1);
    expect(warned(excepting({}).stack, 'ended at')).toBe(0);
  });

  test('of what it names and no statement has, unless a stage to come has it', () => {
    const { stack, bot } = excepting({ actions: ['sqs:SendMessage', 'sqs:PurgeQueue', 'sqs:DeleteQueue'] });
    bot.accessIn(TEST).grantPrincipal.addToPrincipalPolicy(allow({ actions: ['sqs:SendMessage'], resources: ['*'] }));
    bot.accessIn(PRODUCTION).grantPrincipal.addToPrincipalPolicy(allow({ actions: ['sqs:PurgeQueue'], resources: ['*'] }));
    expect(synthError(stack)).toBe('');
    expect(warned(stack, 'names sqs:DeleteQueue, which no statement has')).toBe(1);
  });

  test.each<[string, string[], string[], string[]]>([
    ['of a resource that no statement names', [QUEUE, `${QUEUE}-2`], [QUEUE], [`names ${QUEUE}-2, which no statement has`]],
    ['of a pattern that is wider than its statements', ['arn:aws:sqs:eu-west-1:111122223333:*'], [QUEUE], ['covers .*, and statements need only .*invoices']],
    ['not of a pattern that a statement has', ['arn:aws:sqs:eu-west-1:111122223333:*'], [QUEUE, 'arn:aws:sqs:eu-west-1:111122223333:*'], []],
    ['not of a pattern for what is known only at deployment', ['arn:aws:sqs:*:111122223333:q-*'], [`arn:aws:sqs:${Aws.REGION}:111122223333:q-*`], []],
  ])('%s', (_what, excepted, resources, warnings) => {
    const { stack, bot } = excepting({ resources: excepted });
    bot.access.grantPrincipal.addToPrincipalPolicy(allow({ actions: ['sqs:SendMessage'], resources }));
    expect(synthError(stack)).toBe('');
    expect(warned(stack, 'access exception')).toBe(warnings.length);
    warnings.forEach((text) => expect(warned(stack, text)).toBe(1));
  });

  test('of nothing when all is used', () => {
    const { stack, bot } = excepting({});
    bot.access.grantPrincipal.addToPrincipalPolicy(allow({ actions: ['sqs:SendMessage'], resources: ['*'] }));
    expect(synthError(stack)).toBe('');
    expect(warned(stack, 'access exception')).toBe(0);
  });
});

test('patterns that are narrow in each statement are refused when all of them together are wide', () => {
  const given = (...actions: string[]) => {
    const { bot, stack } = agent();
    for (const action of actions) {
      bot.access.grantPrincipal.addToPrincipalPolicy(allow({ actions: [action], resources: ['arn:aws:s3:::invoices', 'arn:aws:s3:::invoices/*'] }));
    }
    return synthError(stack);
  };
  expect(given('s3:Put*')).toBe('');
  expect(given('s3:Put*', 's3:Delete*', 's3:Create*')).toContain('ActionPatternWide: Own/Bot: ');
});

test('for some resources it excuses no others', () => {
  const { bot } = excepting({ resources: ['arn:aws:sqs:eu-west-1:111122223333:*'] });
  const send = (resource: string) => codeOf(() => bot.access.grantPrincipal.addToPrincipalPolicy(allow({ actions: ['sqs:SendMessage'], resources: [resource] })));
  expect([send('arn:aws:sqs:eu-west-1:111122223333:*'), send('*')]).toEqual([undefined, 'ResourceStar']);
});
