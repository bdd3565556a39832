import { ACCESS, after, declaredFor, during, operatorRequest, planOf, principal, refusalOf, request } from './requests';
import { decide } from '../../../../runtime/engine/decision/decide';
import { Declared, PlacementState } from '../../../../runtime/model/placement-state';
import { DEPRECATED_PROFILE } from '../../../../src/core/risk-profile';

const END = '2026-10-01T00:00:00Z';
const READ = { actions: ['dynamodb:GetItem', 'dynamodb:Query'], resources: ['<Invoices.Arn>'] };
const WRITE = { actions: ['dynamodb:PutItem'], resources: ['<Invoices.Arn>'] };
const TOO_LONG = { stage: 'deprecated', digest: 'long', grants: [], omitted: 3 };

/** The principal that an agent in production gets when it is deprecated. */
const DEPRECATED = principal('D', 'deprecated');

type Changes = Omit<Partial<Declared>, 'access'> & { readonly access?: Partial<NonNullable<Declared['access']>> };

function declared(stage: string, { access, ...changes }: Changes = {}): Declared {
  return declaredFor('P', {
    stage,
    expiresAt: END,
    exceptions: [{ actions: ['s3:*'], reason: 'Old reports', until: END }],
    delegates: ['child-bot'],
    access: {
      ...ACCESS,
      stages: [{ stage, digest: 'same', grants: [READ], omitted: 0 }],
      ...(stage === 'deprecated' ? { trustParts: { allows: ['lambda', 'states'], denies: ['after-end'] } } : {}),
      boundary: 'arn:aws:iam::111122223333:policy/limits',
      ...access,
    },
    profile: stage === 'deprecated' ? DEPRECATED_PROFILE : declaredFor('P').profile,
    ...changes,
  });
}

const inProduction = (changes?: Changes): PlacementState => after(undefined, decide(undefined, request('Create', 'P', { declared: declared('production', changes) }), during('CREATE_IN_PROGRESS')));

/** An update of the agent in production, or in DEPRECATED, that declares this for DEPRECATED. */
function update(state: PlacementState, changes?: Changes, status = 'UPDATE_IN_PROGRESS') {
  const asked = request('Update', 'D', { declared: declared('deprecated', changes), at: state.present });
  return decide(state, { ...asked, intent: { ...asked.intent, principal: DEPRECATED } } as typeof asked, during(status));
}

const deprecated = (): PlacementState => {
  const moved = after(inProduction(), update(inProduction()));
  return after(moved, decide(moved, request('Delete', 'P'), during('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS')));
};
const access = (...grants: object[]): Changes => ({ access: { stages: [{ stage: 'deprecated', digest: 'other', grants: grants as never, omitted: 0 }] } });

const WIDENED: [string, Changes, RegExp][] = [
  ['another grant', access(READ, WRITE), /would add: in deprecated: dynamodb:PutItem on <Invoices\.Arn>:/],
  ['a grant on more', access({ ...READ, resources: ['*'] }), /dynamodb:GetItem, dynamodb:Query on \*/],
  ['a grant for every stage', { access: { stages: [{ stage: 'deprecated', digest: 'same', grants: [READ], omitted: 0 }, { stage: '*', digest: 'x', grants: [WRITE], omitted: 0 }] } }, /in every stage: dynamodb:PutItem/],
  ['access that is not listed', { access: { stages: [TOO_LONG] } }, /access that is too long to be compared/],
  ['another caller', { access: { trusted: ['Service lambda.amazonaws.com', 'Service ecs-tasks.amazonaws.com'], trust: 'trust-2' } }, /the role may be assumed by Service ecs-tasks\.amazonaws\.com/],
  ['an agent that may call it', { access: { trusted: ['Agent archivist (invokes)', 'Service lambda.amazonaws.com'] } }, /may be assumed by Agent archivist/],
  ['an exception more', { exceptions: [{ actions: ['sqs:*'], reason: 'More', until: END }] }, /exception until .*: sqs:\*/],
  ['an exception for longer', { exceptions: [{ actions: ['s3:*'], reason: 'Old reports', until: '2026-10-02T00:00:00Z' }] }, /exception until 2026-10-02/],
  ['no boundary', { access: { boundary: undefined } }, /another permissions boundary, or none/],
  ['another boundary', { access: { boundary: 'arn:aws:iam::111122223333:policy/wide' } }, /another permissions boundary, or none/],
  ['another delegate', { delegates: ['child-bot', 'other-bot'] }, /would add: delegation to agent other-bot:/],
  ['a later end', { expiresAt: '2026-10-01T00:00:01Z' }, /the end 2026-10-01T00:00:01Z, after 2026-10-01T00:00:00Z/],
];

const NARROWED: [string, Changes][] = [
  ['the same', {}],
  ['a grant less', access({ ...READ, actions: ['dynamodb:GetItem'] })],
  ['no grant', { access: { stages: [] } }],
  ['a Deny more', access(READ, { ...WRITE, effect: 'Deny' })],
  ['an earlier end', { expiresAt: '2026-09-01T00:00:00Z' }],
  ['no exception', { exceptions: [] }],
  ['an exception for less', { exceptions: [{ actions: ['s3:GetObject'], reason: 'Only reads', until: '2026-09-01T00:00:00Z' }] }],
  ['the same delegate', { delegates: ['child-bot'] }],
  ['no delegate', { delegates: [] }],
  ['another purpose', { purpose: 'Ends' }],
  ['another reader of what it sends', { access: { trusted: ['Agent archivist (reads)', 'Service lambda.amazonaws.com'] } }],
];

describe.each([['on its way into the stage', inProduction], ['in the stage', deprecated]])('an agent %s', (_where, state) => {
  test.each(WIDENED)('gets no %s', (_what, changes, message) => {
    expect(refusalOf(update(state(), changes))).toMatchObject({ code: 'AccessWidened', message: expect.stringMatching(message) as string });
  });

  test.each(NARROWED)('may have %s', (_what, changes) => {
    expect(planOf(update(state(), changes)).transition).toMatch(/^(move|update)$/);
  });
});

test('what was too long to be compared is taken over unchanged, and not changed', () => {
  const long = { access: { stages: [{ ...TOO_LONG, stage: 'production' }] } };
  expect(planOf(update(inProduction(long), { access: { stages: [TOO_LONG] } })).transition).toBe('move');
  expect(refusalOf(update(inProduction(long), { access: { stages: [{ ...TOO_LONG, digest: 'shorter' }] } })).code).toBe('AccessWidened');
});

test.each([
  ['a caller less', ['lambda'], ['after-end'], undefined],
  ['a Deny more', ['lambda', 'states'], ['after-end', 'tags'], undefined],
  ['a condition less', ['lambda-anywhere', 'states'], ['after-end'], 'AccessWidened'],
  ['a Deny less', ['lambda', 'states'], [], 'AccessWidened'],
])('in the stage, a trust policy with %s', (_what, allows, denies, code) => {
  const decision = update(deprecated(), { access: { trust: 'trust-2', trustParts: { allows, denies } } });
  expect('refused' in decision ? decision.code : undefined).toBe(code);
});

test('on the way into the stage the trust policy is the same, because nobody knows its parts', () => {
  expect(refusalOf(update(inProduction(), { access: { trust: 'trust-2' } }))).toMatchObject({ code: 'AccessWidened', message: expect.stringContaining('another trust policy') as string });
});

test('a roll-back brings back what was given up', () => {
  const narrowed = after(deprecated(), update(deprecated(), { access: { stages: [] } }));
  expect(refusalOf(update(narrowed)).code).toBe('AccessWidened');
  expect(planOf(update(narrowed, undefined, 'UPDATE_ROLLBACK_IN_PROGRESS')).transition).toBe('update');
});

test('nobody joins in the stage, for the first time or again; who is in it leaves, or moves out of it with other access', () => {
  const join = request('Create', 'D', { declared: declared('deprecated') });
  const joining = { ...join, intent: { ...join.intent, principal: DEPRECATED } } as typeof join;
  expect(refusalOf(decide(undefined, joining, during('CREATE_IN_PROGRESS'))).code).toBe('StageNotForJoin');
  const left: PlacementState = { ...deprecated(), status: 'left' };
  const again = { ...join, intent: { ...join.intent, principal: { ...DEPRECATED, roleId: 'E' } } } as typeof join;
  expect(refusalOf(decide(left, again, during('CREATE_IN_PROGRESS'))).code).toBe('StageNotForJoin');
  expect(refusalOf(decide({ ...deprecated(), status: 'leaving' }, again, during('CREATE_IN_PROGRESS'))).code).toBe('StageNotForJoin');
  expect(planOf(decide(deprecated(), request('Delete', 'D'), during('DELETE_IN_PROGRESS'))).transition).toBe('leave');
  const back = request('Update', 'Q', { declared: declared('production', { access: { stages: [{ stage: 'production', digest: 'more', grants: [READ, WRITE], omitted: 0 }] } }), at: 'D' });
  expect(planOf(decide(deprecated(), back, during('UPDATE_IN_PROGRESS'))).transition).toBe('move');
});

test('a refusal shows three lines of many, each cut', () => {
  const grants = [1, 2, 3, 4, 5].map((index) => ({ actions: [`sqs:Send${index}`], resources: [`<Queue${'x'.repeat(600)}${index}.Arn>`] }));
  const { message } = refusalOf(update(deprecated(), access(READ, ...grants)));
  expect(message).toMatch(/; and 2 more: leave that out/);
  expect(message.length).toBeLessThan(1_300);
});

test('an agent that has ended gets a later end by an operator\'s renewal only', () => {
  const now = new Date('2026-10-02T00:00:00Z');
  const until = '2026-10-20T00:00:00Z';
  const ended = deprecated();
  const asked = request('Update', 'D', { declared: declared('deprecated', { expiresAt: until }), at: 'D' });
  const later = { ...asked, intent: { ...asked.intent, principal: DEPRECATED } } as typeof asked;
  expect(refusalOf(decide(ended, later, { ...during('UPDATE_IN_PROGRESS'), now })).code).toBe('AgentExpired');
  const renewed = after(ended, decide(ended, operatorRequest({ kind: 'renew', until, reason: 'Its audit runs until then' }), { ...during('UPDATE_COMPLETE'), now }));
  expect(planOf(decide(renewed, later, { ...during('UPDATE_IN_PROGRESS'), now })).transition).toBe('update');
});
