import { CONCERNS, Concern, FleetFacts, fleetStatus, ShownPlacement } from '../../../runtime/operator';
import { NOW } from '../engine/decision/requests';

const agent = (agentName: string, changes: Partial<ShownPlacement> = {}): ShownPlacement => ({
  account: '111122223333', agentName, status: 'active', stage: 'test', sponsorId: 'ada@example.com', expiresAt: '2026-10-01T00:00:00Z', stackName: 'Mine', ...changes,
});
const trouble = (code: string) => ({ since: '2026-05-30T00:00:00.000Z', code, message: 'x', requestId: 'r' });
const PERIODS = { endingWithinDays: 30, overdueAfterHours: 3 };
const statusOf = (agents: readonly ShownPlacement[], facts: Partial<FleetFacts> = {}) => fleetStatus({ agents, orphans: [], ...facts }, PERIODS, NOW);

/** NOW is 2026-06-01T00:00:00Z. */
test.each<[Concern, Partial<ShownPlacement>, string, Partial<ShownPlacement>]>([
  ['waits-for-release', { status: 'leaving', trouble: trouble('MassLeaverLimit') }, '2026-05-30T00:00:00.000Z', { status: 'leaving' }],
  ['review-missed', { review: { id: 'r', deadline: '2026-05-20T00:00:00Z', missed: true } }, '2026-05-20T00:00:00Z', { review: { id: 'r', deadline: '2026-06-20T00:00:00Z', missed: false } }],
  ['review-open', { review: { id: 'r', deadline: '2026-06-20T00:00:00Z', missed: false } }, '2026-06-20T00:00:00Z', {}],
  ['ending', { expiresAt: '2026-07-01T00:00:00Z' }, '2026-07-01T00:00:00Z', { expiresAt: '2026-07-01T00:00:01Z' }],
  ['ending', { certifiedUntil: '2026-06-02T00:00:00Z' }, '2026-06-02T00:00:00Z', { status: 'suspended', expiresAt: '2026-06-02T00:00:00Z' }],
  ['ended', { status: 'ended', expiresAt: '2026-05-31T00:00:00Z' }, '2026-05-31T00:00:00Z', { status: 'left', expiresAt: '2026-05-31T00:00:00Z' }],
  ['expired', { status: 'expired' }, 'stack Mine', { status: 'left' }],
  ['suspended', { status: 'suspended' }, 'suspended', {}],
  ['suspended', { status: 'suspending' }, 'suspending', { status: 'leaving' }],
  ['suspended', { status: 'suspended-partly' }, 'suspended-partly', { status: 'ended' }],
  ['unused', { unusedSince: '2026-05-01T00:00:00Z' }, '2026-05-01T00:00:00Z', {}],
  ['teardown-incomplete', { status: 'leaving', trouble: trouble('TeardownIncomplete') }, 'TeardownIncomplete', { trouble: trouble('AccessDenied') }],
  ['teardown-incomplete', { status: 'left', trouble: trouble('RoleNotDeleted') }, 'RoleNotDeleted', { status: 'left' }],
  ['other-trouble', { trouble: trouble('AccessDenied') }, 'AccessDenied', { status: 'leaving', trouble: trouble('MassLeaverLimit') }],
  ['other-trouble', { trouble: trouble('MassLeaverLimit') }, 'MassLeaverLimit', { trouble: trouble('TeardownIncomplete') }],
  ['drift', { driftSince: '2026-05-02T00:00:00Z' }, '2026-05-02T00:00:00Z', {}],
  ['old-credentials', { oldCredentials: ['agents_b-bot_test_erp', 'agents_b-bot_test_crm'] }, 'agents_b-bot_test_erp agents_b-bot_test_crm', {}],
])('%s: %j is one with %s, %j is not', (concern, one, detail, none) => {
  const { concerns } = statusOf([agent('b-bot', one), agent('a-bot', none)]);

  expect(concerns[concern]).toEqual([{ agentName: 'b-bot', detail }]);
});

const HELD = { digest: 'd'.repeat(64), agents: 1, allowed: 0, since: '2026-05-31T00:00:00.000Z' };
const LEAVES = { at: '2026-05-31T20:00:00Z', reason: 'unused-remove' } as const;
const dueConcerns = (due: ShownPlacement['due'], facts: Partial<FleetFacts> = {}) => {
  const { concerns } = statusOf([agent('a-bot', { due })], facts);
  return Object.fromEntries((['due-held', 'overdue', 'due'] as const).flatMap((concern) => concerns[concern].map(({ detail, reason }) => [concern, [reason, detail]])));
};

test.each<[string, ShownPlacement['due'], object]>([
  ['nothing is ever due', undefined, {}],
  ['it is due in a second', { at: '2026-06-01T00:00:01Z', reason: 'drift' }, {}],
  ['it is due now', { at: '2026-06-01T00:00:00Z', reason: 'drift' }, { due: ['drift', '2026-06-01T00:00:00Z'] }],
  ['it is due for less than three hours', { at: '2026-05-31T21:00:01Z', reason: 'drift' }, { due: ['drift', '2026-05-31T21:00:01Z'] }],
  ['it is due for three hours', { at: '2026-05-31T21:00:00Z', reason: 'drift' }, { overdue: ['drift', '2026-05-31T21:00:00Z'] }],
  ['a removal is due, and no sweep is held back', { ...LEAVES, removal: LEAVES }, { overdue: ['unused-remove', LEAVES.at] }],
])('what is due: %s', (_, due, shown) => {
  expect(dueConcerns(due)).toEqual(shown);
});

test.each<[string, ShownPlacement['due'], object]>([
  ['the removal alone is held', { ...LEAVES, removal: LEAVES }, { 'due-held': ['unused-remove', LEAVES.at] }],
  ['what is due beside it is not', { ...LEAVES, removal: LEAVES, besidesAt: '2026-05-31T23:00:00Z' }, { 'due-held': ['unused-remove', LEAVES.at], 'due': [undefined, '2026-05-31T23:00:00Z'] }],
  ['what comes due beside it later is not due', { ...LEAVES, removal: LEAVES, besidesAt: '2026-06-01T00:00:01Z' }, { 'due-held': ['unused-remove', LEAVES.at] }],
  ['what was due before it is not', { at: '2026-05-31T19:00:00Z', reason: 'drift', removal: LEAVES }, { 'due-held': ['unused-remove', LEAVES.at], 'overdue': ['drift', '2026-05-31T19:00:00Z'] }],
  ['a removal that is not due is not', { at: '2026-05-31T23:00:00Z', reason: 'drift', removal: { at: '2026-06-01T00:00:01Z', reason: 'end' } }, { due: ['drift', '2026-05-31T23:00:00Z'] }],
  ['what suspends and removes nothing is not', { at: '2026-05-31T23:00:00Z', reason: 'drift' }, { due: ['drift', '2026-05-31T23:00:00Z'] }],
])('what a sweep holds back: %s', (_, due, shown) => {
  expect(dueConcerns(due, { held: HELD })).toEqual(shown);
});

test('an agent of which all is well is of no concern', () => {
  const { concerns } = statusOf([agent('a-bot'), agent('b-bot', { status: 'left' })]);

  expect(Object.keys(concerns)).toEqual([...CONCERNS]);
  expect(Object.values(concerns).flat()).toEqual([]);
});

test('the earliest comes first, as instants and not as texts', () => {
  const { concerns: { ending } } = statusOf([
    agent('a-bot', { expiresAt: '2026-06-03T00:00:00Z' }), agent('c-bot', { expiresAt: '2026-06-02T00:00:00.500Z' }), agent('b-bot', { expiresAt: '2026-06-02T00:00:00Z' }),
  ]);

  expect(ending.map(({ agentName }) => agentName)).toEqual(['b-bot', 'c-bot', 'a-bot']);
});

test('counts living agents by status, stage and sponsor, the largest number first; departed ones only as a number', () => {
  const status = statusOf([
    agent('a-bot'), agent('b-bot', { stage: 'production', sponsorId: 'li@example.com' }), agent('c-bot', { stage: 'production', status: 'suspended' }),
    agent('d-bot', { status: 'left', stage: 'old' }), agent('e-bot', { status: 'expired' }), agent('f-bot', { status: 'released' }),
  ]);

  expect(status).toMatchObject({
    at: '2026-06-01T00:00:00.000Z',
    living: 3,
    departed: 3,
    statuses: [{ name: 'active', agents: 2 }, { name: 'suspended', agents: 1 }],
    stages: [{ name: 'production', agents: 2 }, { name: 'test', agents: 1 }],
    sponsors: [{ name: 'ada@example.com', agents: 2 }, { name: 'li@example.com', agents: 1 }],
  });
});
