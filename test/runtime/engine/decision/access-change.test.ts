import { ACCESS, after, declaredFor, during, namesOf, planOf, request } from './requests';
import { accessChange } from '../../../../runtime/engine/decision/access-change';
import { decide } from '../../../../runtime/engine/decision/decide';
import { AccessRecord, Declared, GrantRecord, PlacementState } from '../../../../runtime/model/placement-state';

const updating = during('UPDATE_IN_PROGRESS');
const undoing = during('UPDATE_ROLLBACK_IN_PROGRESS');
const joined = (): PlacementState => after(undefined, decide(undefined, request('Create', 'P'), during('CREATE_IN_PROGRESS')));
const grants = (all: readonly GrantRecord[], digest = JSON.stringify(all), stage = 'test'): AccessRecord =>
  ({ ...ACCESS, stages: [{ stage, digest, grants: all, omitted: 0 }] });

interface Change {
  readonly changed: Record<string, { from: string; to: string }>;
  readonly widened: string[];
  readonly narrowed: string[];
  readonly omittedLines: number;
  readonly notCompared?: string[];
}

const changed = (from: Partial<Declared>, to: Partial<Declared>) => accessChange(declaredFor('P', from), declaredFor('P', to)) as Change | undefined;
const byGrants = (from: readonly GrantRecord[], to: readonly GrantRecord[]) => changed({ access: grants(from) }, { access: grants(to) })!;

const READ: GrantRecord = { actions: ['dynamodb:GetItem', 'dynamodb:Query'], resources: ['<Invoices.Arn>'] };

test('an agent joins with the digests of what it may do, so that its chain begins with them', () => {
  const [{ details }] = planOf(decide(undefined, request('Create', 'P'), during('CREATE_IN_PROGRESS'))).events;

  expect(details).toMatchObject({ access: { 'access in test': 'test-1', 'trust policy': 'trust-1', 'access policy': 'policy-1', 'guards': 'guards-1' } });
});

test('wider access is an event of the principal, with before and after and a difference in words', () => {
  const access = grants([{ ...READ, actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'] }], 'test-2');
  const { events, quarantine } = planOf(decide(joined(), request('Update', 'P', { at: 'P', declared: { access } }), updating));

  expect(quarantine).toEqual([]);
  expect(events).toEqual([{
    name: 'access-changed',
    stage: 'test',
    roleId: 'P',
    key: expect.stringMatching(/^access-changed\/request-\d+$/),
    details: {
      changed: { 'access in test': { from: 'test-1', to: 'test-2' } },
      widened: ['in test: dynamodb:PutItem on <Invoices.Arn>'],
      narrowed: [],
      omittedLines: 0,
    },
  }]);
});

test.each<[string, readonly GrantRecord[], readonly GrantRecord[], string[], string[]]>([
  ['less', [READ], [{ ...READ, actions: ['dynamodb:GetItem'] }], [], ['in test: dynamodb:Query on <Invoices.Arn>']],
  ['nothing', [READ], [], [], ['in test: dynamodb:GetItem, dynamodb:Query on <Invoices.Arn>']],
  ['another resource', [READ], [{ ...READ, resources: ['<Orders.Arn>'] }], ['in test: dynamodb:GetItem, dynamodb:Query on <Orders.Arn>'], ['in test: dynamodb:GetItem, dynamodb:Query on <Invoices.Arn>']],
  ['a pattern that covers what was there', [READ], [{ ...READ, actions: ['dynamodb:*'] }], ['in test: dynamodb:* on <Invoices.Arn>'], []],
  ['exact actions instead of a pattern', [{ ...READ, actions: ['dynamodb:*'] }], [READ], [], ['in test: dynamodb:* on <Invoices.Arn>']],
  ['a condition', [READ], [{ ...READ, condition: '{"Bool":{}}' }], [], ['in test: dynamodb:GetItem, dynamodb:Query on <Invoices.Arn>']],
  ['no condition', [{ ...READ, condition: '{"Bool":{}}' }], [READ], ['in test: dynamodb:GetItem, dynamodb:Query on <Invoices.Arn>'], []],
  ['a Deny', [READ], [READ, { effect: 'Deny', actions: ['dynamodb:Query'], resources: ['<Invoices.Arn>'] }], [], ['in test: dynamodb:Query on <Invoices.Arn>, which is denied']],
  ['no Deny', [{ effect: 'Deny', actions: ['dynamodb:Query'], resources: ['<Invoices.Arn>'] }], [], ['in test: dynamodb:Query on <Invoices.Arn>, which is denied no more'], []],
])('%s', (_what, from, to, widened, narrowed) => expect(byGrants(from, to)).toMatchObject({ widened, narrowed }));

test('dormant access counts, and what holds in every stage covers each', () => {
  const dormant = changed({}, { access: { ...ACCESS, stages: [...ACCESS.stages, { stage: 'production', digest: 'p', grants: [READ], omitted: 0 }] } });
  expect(dormant).toMatchObject({ changed: { 'access in production': { from: 'none', to: 'p' } }, widened: ['in production: dynamodb:GetItem, dynamodb:Query on <Invoices.Arn>'] });
  const everywhere = changed({}, { access: grants([READ], 'e', '*') });
  expect(everywhere).toMatchObject({ widened: ['in every stage: dynamodb:GetItem, dynamodb:Query on <Invoices.Arn>'], narrowed: [] });
  expect(Object.keys(everywhere!.changed)).toEqual(['access in every stage', 'access in test']);
});

const EXCEPTION = { actions: ['s3:*'], reason: 'Migration', until: '2026-09-01T00:00:00Z' };

test.each<[string, Partial<Declared>, Partial<Declared>, string, string[], string[]]>([
  ['an exception', {}, { exceptions: [EXCEPTION] }, 'exceptions', ['exception until 2026-09-01T00:00:00Z: s3:*: Migration'], []],
  ['an exception that was removed', { exceptions: [EXCEPTION] }, {}, 'exceptions', [], ['exception until 2026-09-01T00:00:00Z: s3:*: Migration']],
  ['another runtime', {}, { access: { ...ACCESS, trust: 'trust-2', trusted: ['Service ec2.amazonaws.com'] } }, 'trust policy',
    ['the role may be assumed by Service ec2.amazonaws.com'], ['the role may be assumed by Service lambda.amazonaws.com']],
  ['a boundary', {}, { access: { ...ACCESS, boundary: 'arn:org' } }, 'permissions boundary', [], []],
  ['a boundary that was removed', { access: { ...ACCESS, boundary: 'arn:org' } }, {}, 'permissions boundary', [], []],
  ['guards', {}, { access: { ...ACCESS, guards: 'guards-2' } }, 'guards', [], []],
  ['what an escape hatch changes', {}, { access: { ...ACCESS, policy: 'policy-2' } }, 'access policy', [], []],
  ['own secrets', {}, { ownSecrets: [] }, 'own secrets', [], []],
])('%s is reported', (_what, from, to, part, widened, narrowed) => {
  const event = changed(from, to);

  expect(event).toMatchObject({ changed: { [part]: { from: expect.any(String), to: expect.any(String) } }, widened, narrowed });
  expect(event!.changed[part].from).not.toBe(event!.changed[part].to);
});

test('what is as it was is no event, and what the ledger was never told is unlike anything', () => {
  expect(changed({}, {})).toBeUndefined();
  // Who reads what it sends can do nothing more.
  expect(changed({}, { access: { ...ACCESS, trusted: [...ACCESS.trusted, 'Agent archivist (reads)'] } })).toBeUndefined();
  expect(changed({ access: undefined }, {})).toMatchObject({ changed: { 'access in test': { from: 'none', to: 'test-1' } }, widened: expect.arrayContaining(['in test: dynamodb:GetItem, dynamodb:Query on <Invoices.Arn>']) });
});

describe('with a move', () => {
  const moving = (declared: Partial<Declared>) => decide(joined(), request('Update', 'Q', { at: 'P', declared }), updating);

  test('its own policy and guards are no change of scope', () => {
    expect(namesOf(planOf(moving({ access: { ...ACCESS, policy: 'policy-2', guards: 'guards-2' } })))).toEqual(['moved']);
  });

  test('a change of scope is reported, and again when the move is undone', () => {
    const wider = moving({ access: grants([{ ...READ, resources: ['*'] }], 'test-2') });
    expect(namesOf(planOf(wider))).toEqual(['moved', 'access-changed']);
    expect(namesOf(planOf(decide(after(joined(), wider), request('Update', 'P', { at: 'Q' }), undoing)))).toEqual(['move-undone', 'principal-retired', 'access-changed']);
  });
});

describe('is cut honestly', () => {
  test('lines that are left out are counted, and a long one says how long it is', () => {
    const many = Array.from({ length: 30 }, (_, index): GrantRecord => ({ actions: ['s3:GetObject'], resources: [`arn:aws:s3:::bucket-${index}/${'x'.repeat(600)}`] }));
    const { widened, omittedLines } = byGrants([], many);

    expect(widened).toHaveLength(20);
    expect(omittedLines).toBe(10);
    expect(widened[0]).toMatch(/^in test: s3:GetObject on arn:aws:s3:::bucket-0\/x+\.\.\. \(\d+ characters\)$/);
    expect(JSON.stringify(widened).length).toBeLessThan(20 * 500);
  });

  test.each<[string, AccessRecord]>([
    ['grants that the ledger does not have', { ...ACCESS, stages: [{ ...ACCESS.stages[0], digest: 'test-2', grants: [], omitted: 5 }] }],
    ['too many of them', grants([{ actions: Array.from({ length: 50 }, (_, index) => `s3:Get${index}`), resources: Array.from({ length: 50 }, (_, index) => `arn:${index}`) }])],
  ])('%s are not compared, and that is said', (_what, access) => {
    expect(changed({}, { access })).toMatchObject({ changed: { 'access in test': {} }, widened: [], narrowed: [], notCompared: ['test'] });
    expect(changed({}, { access: grants([]) })).not.toHaveProperty('notCompared');
  });
});
