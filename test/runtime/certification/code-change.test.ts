import { codeChange, linesOfDecision, sentencesOfDecision, ShownAccess } from '../../../runtime/certification';

const READS = { actions: ['s3:GetObject', 's3:PutObject'], resources: ['<Files.Arn>/*'] };
const ALL = { actions: ['s3:*', 'sqs:SendMessage'], resources: ['*'], condition: '{"Bool":{}}' };
const TABLE = { actions: ['dynamodb:GetItem'], resources: ['<Table.Arn>'] };
const NEVER = { effect: 'Deny' as const, actions: ['s3:PutObject'], resources: ['*'] };
const STAGES = [{ stage: 'production', grants: [ALL] }, { stage: '*', grants: [TABLE, NEVER] }, { stage: 'test', grants: [READS, NEVER] }];

test('a denied action is removed where it is declared, and a pattern that covers more is narrowed; the present stage comes first', () => {
  expect(codeChange(STAGES, 'test', ['s3:PutObject'])).toEqual({
    statements: [
      { stage: 'test', resources: ['<Files.Arn>/*'], remove: ['s3:PutObject'], narrow: [], keep: ['s3:GetObject'] },
      { stage: 'production', resources: ['*'], condition: '{"Bool":{}}', remove: [], narrow: ['s3:*'], keep: ['sqs:SendMessage'] },
    ],
    omitted: 0,
    isPartial: false,
  });
});

test('a denied service is removed with all its actions, without regard to case', () => {
  const { statements } = codeChange([{ stage: 'test', grants: [{ actions: ['S3:getobject'], resources: ['*'] }, ...STAGES[0].grants] }], 'test', ['s3:*']);
  expect(statements.map(({ remove, keep }) => [remove, keep])).toEqual([[['S3:getobject'], []], [['s3:*'], ['sqs:SendMessage']]]);
});

test('a statement that allows everything is narrowed', () => {
  expect(codeChange([{ stage: 'test', grants: [{ actions: ['*'], resources: ['*'] }] }], 'test', ['s3:*']).statements).toMatchObject([{ narrow: ['*'], remove: [] }]);
});

test('a part of the text is said to be one, and so is what is too long', () => {
  expect(codeChange([{ stage: 'test', grants: [READS], omitted: 3 }], 'test', ['s3:*']).isPartial).toBe(true);
  expect(codeChange([{ stage: 'test', grants: [READS], text: 'partly' }], 'test', ['s3:*']).isPartial).toBe(true);
  const many = Array.from({ length: 25 }, (_, index) => ({ actions: Array.from({ length: 40 }, (_each, action) => `s3:A${action}`), resources: [`<B${index}>`] }));
  const { statements, omitted } = codeChange([{ stage: 'test', grants: many }], 'test', ['s3:*']);
  expect([statements.length, omitted, statements[0].remove.length, statements[0].remove.at(-1)]).toEqual([20, 5, 31, 'and 10 more']);
});

describe('a decision', () => {
  const shown = (changes: Partial<ShownAccess> = {}): ShownAccess => ({
    stage: 'test',
    declared: STAGES.map((one) => ({ ...one, digest: '', text: 'known' })),
    construct: 'Billing/InvoiceBot',
    items: [{ granted: [READS, { ...READS, actions: ['s3:PutObject', 's3:DeleteObject'], source: 'policy of arn:aws:s3:::files' }] }],
    ...changes,
  } as never);

  test('to reduce shows the difference, the construct, and what other policies allow', () => {
    expect(linesOfDecision(shown(), { verdict: 'reduce', actions: ['s3:PutObject'] })).toEqual([
      'In the code of Billing/InvoiceBot:',
      '  accessIn(test), on <Files.Arn>/*',
      '-   s3:PutObject',
      '    s3:GetObject',
      '  accessIn(production), on * if {"Bool":{}}',
      '~   s3:* (it covers what is denied and more: name the actions that are needed)',
      '    sqs:SendMessage',
      'The registry knows what the code declares, and not in which line: look for the call that grants it.',
      'Outside of the code:',
      '  s3:PutObject is allowed by policy of arn:aws:s3:::files: remove it there',
    ]);
  });

  test('to reduce a whole statement removes the statement', () => {
    expect(linesOfDecision(shown(), { verdict: 'reduce', actions: ['dynamodb'] }).slice(1, 3)).toEqual(['- access in every stage, on <Table.Arn>', '-   dynamodb:GetItem']);
  });

  test('to reduce what no code declares says so', () => {
    expect(linesOfDecision(shown({ items: [], construct: undefined }), { verdict: 'reduce', actions: ['kms'] })).toEqual(['In the code of the agent:', '  nothing: no statement that the registry knows declares it']);
  });

  test('to ask for a change shows the statements of the services as they are', () => {
    expect(sentencesOfDecision(STAGES, 'test', { verdict: 'request-change', items: ['s3'] })).toEqual([
      'accessIn(test), on <Files.Arn>/*: now s3:GetObject, s3:PutObject', 'accessIn(production), on *: now s3:*, sqs:SendMessage',
    ]);
    expect(sentencesOfDecision(STAGES, 'test', { verdict: 'reduce', actions: ['s3:PutObject'] })).toEqual([
      'accessIn(test), on <Files.Arn>/*: remove s3:PutObject; keep s3:GetObject', 'accessIn(production), on *: narrow s3:*; keep sqs:SendMessage',
    ]);
  });

  test.each(['keep', 'restore', 'transfer', 'leave'] as const)('to %s changes no code', (verdict) => {
    expect(linesOfDecision(shown(), { verdict, items: ['s3'], actions: ['s3:*'] })).toEqual([]);
    expect(sentencesOfDecision(STAGES, 'test', { verdict, items: ['s3'], actions: ['s3:*'] })).toBeUndefined();
  });
});
