import { Registry } from './registry';
import { renderFleet, renderJson, renderPlacement, renderVerdict } from '../../cli/render';
import { PlacementSummary } from '../../runtime/ledger';
import { statusAt } from '../../runtime/model/placement-state';
import { LifecycleEvent } from '../../src/core/lifecycle-event';
import { NOW } from '../runtime/engine/decision/requests';
import { leaving } from '../runtime/evidence/left';

const CALM: PlacementSummary = {
  account: '111122223333', agentName: 'a-bot', status: 'active', stage: 'test', sponsorId: 'ada@example.com', expiresAt: '2026-10-01T00:00:00Z', stackName: 'Mine',
};
const HOSTILE: [string, string][] = [
  ['escape', '\u001b[2J\u001b[1A'], ['line break', '\nevil-bot  active'], ['carriage return', '\rsafe'], ['8-bit escape', '\u009b2J'], ['backspace', '\b\b\b'],
  ['right-to-left override', '\u202e'], ['zero-width joiner', '\u200d'], ['null', '\u0000'], ['delete', '\u007f'], ['line separator', '\u2028'], ['tag characters', '\u{e0041}'],
];
const LINES = /[\n\u2028\u2029]/;
const UNSEEN = /(?!\n)[\p{C}\p{Zl}\p{Zp}]/u;

describe.each(HOSTILE)('%s in what came from outside can\'t move the cursor or fake a line', (_, hostile) => {
  test('in the fleet', () => {
    const shown = renderFleet([CALM, { ...CALM, sponsorId: `x${hostile}y`, stackName: hostile, agentName: hostile, stage: hostile, expiresAt: hostile }]);

    expect(shown.split(LINES)).toHaveLength(3);
    expect(shown).not.toMatch(UNSEEN);
    // The other columns stay aligned.
    expect(shown.split('\n')[1].indexOf('active')).toBe(shown.split('\n')[0].indexOf('status'));
  });

  test('in the trouble of one of the fleet', () => {
    const shown = renderFleet([{ ...CALM, trouble: { since: hostile, code: `x${hostile}y`, message: hostile, requestId: hostile } }, CALM]);

    expect(shown.split(LINES)).toHaveLength(3);
    expect(shown).not.toMatch(UNSEEN);
  });

  test('in an agent', () => {
    const state = leaving();
    const lines = renderPlacement(state, NOW).split(LINES).length;
    const sponsor = { ...state.declared.sponsor, accountableName: hostile, backupEmail: hostile };
    const exceptions = [{ actions: [hostile], reason: hostile, until: hostile }];
    const grants = [{ actions: [hostile], resources: [hostile], condition: hostile }];
    const access = { stages: [{ stage: hostile, digest: hostile, grants, omitted: 0 }], policy: '', trust: '', trusted: [hostile, hostile], guards: '', boundary: hostile };

    const shown = renderPlacement({
      ...state,
      declared: { ...state.declared, purpose: `x${hostile}y`, sponsor, exceptions, access, transferTo: hostile },
      owner: { ...state.owner, stackName: hostile },
      offeredTo: hostile,
      trouble: { since: hostile, code: hostile, message: hostile, requestId: hostile },
      renewal: { until: hostile, stage: hostile, reason: hostile, by: hostile, deployBy: hostile },
    }, NOW);

    // Two exceptions, two offers, and one each of trouble, renewal, boundary and trusted principals.
    expect(shown.split(LINES)).toHaveLength(lines + 8);
    expect(shown).not.toMatch(UNSEEN);
    expect(shown).toContain('purpose     x ');
  });

  test('in a chain', () => {
    const event = { type: `nhi.lifecycle.${hostile}.v1`, time: hostile, hash: hostile, data: { unmapped: { stage: hostile } } } as unknown as LifecycleEvent;

    const copied = [{ first: 1, last: 1, from: hostile, to: hostile }];
    const late = [{ sequence: 1, eventAt: hostile, copiedAt: hostile }];
    const chain = { intact: false, brokenAt: 0, reason: `its sequence is ${hostile}` } as const;
    const evidence = [{ key: `certificates/${hostile}`, verdict: 'unknown' as const }];
    const shown = renderVerdict({ agentName: 'a-bot', events: [event], chain, copies: { copied, late, pending: [] }, evidence });

    expect(shown.split(LINES)).toHaveLength(6);
    expect(shown).not.toMatch(UNSEEN);
  });

  test('in JSON, which says the same', () => {
    const data = { [`key${hostile}`]: hostile, calm: 'Größe 日本 😀' };

    const shown = renderJson(data);

    expect(shown.split(LINES)).toHaveLength(4);
    expect(shown).not.toMatch(UNSEEN);
    expect(shown).toContain('Größe 日本 😀');
    expect(JSON.parse(shown)).toEqual(data);
  });
});

test('what isn\'t ASCII is shown as it is', () => {
  expect(renderFleet([{ ...CALM, sponsorId: 'größe@例え.jp 😀' }])).toContain('größe@例え.jp 😀');
});

test('a move that CloudFormation can still undo is said', () => {
  const state = leaving();
  const pending = { from: 'P', to: 'Q', phase: 'moved' as const, previous: state.declared, previousOwner: state.owner };

  expect(renderPlacement({ ...state, pending }, NOW)).toContain('status      leaving, a move is not settled\n');
  expect(renderPlacement(state, NOW)).toContain('status      leaving\n');
});

test('an agent past its end has ended, whatever else it was only if that says more', () => {
  const later = new Date(CALM.expiresAt);
  const statuses = (status: PlacementSummary['status']) => [NOW, later].map((now) => statusAt({ ...CALM, status }, now));

  expect(statuses('active')).toEqual(['active', 'ended']);
  expect(statuses('suspended')).toEqual(['suspended', 'suspended']);
  expect(statuses('left')).toEqual(['left', 'left']);
  expect(renderPlacement({ ...leaving(), status: 'active' }, later)).toContain('status      ended\n');
  expect(renderPlacement({ ...leaving(), status: 'active' }, NOW)).toContain('status      active\n');
});

test('what the agent may do is shown stage by stage, and what the ledger does not keep by number', () => {
  const grants = [
    { actions: ['dynamodb:GetItem', 'dynamodb:Query'], resources: ['<Invoices.Arn>'] },
    { effect: 'Deny' as const, actions: ['s3:GetObject'], resources: ['arn:aws:s3:::erp/*'], condition: '{"Bool":{"aws:SecureTransport":"false"}}' },
  ];
  const stages = [{ stage: '*', digest: '', grants: [], omitted: 0 }, { stage: 'test', digest: '', grants, omitted: 3 }];
  const access = { stages, policy: '', trust: '', trusted: ['Service lambda.amazonaws.com'], guards: '', boundary: 'arn:aws:iam::111122223333:policy/org' };
  const state = leaving();

  expect(renderPlacement({ ...state, declared: { ...state.declared, access } }, NOW).split('\n').slice(-7)).toEqual([
    'assumed by  Service lambda.amazonaws.com',
    'boundary    arn:aws:iam::111122223333:policy/org',
    'access in every stage',
    'access in test',
    '  dynamodb:GetItem, dynamodb:Query on <Invoices.Arn>',
    '  Deny s3:GetObject on arn:aws:s3:::erp/* if {"Bool":{"aws:SecureTransport":"false"}}',
    '  and 3 more, which the ledger does not keep: see the template',
  ]);
});

test('the tokens that outlive a denial are shown with their seconds, for the stage that the agent is in', () => {
  const condition = JSON.stringify({ 'ForAllValues:StringEquals': { 'sts:IdentityTokenAudience': ['https://a.example.com', 'https://b.example.com'] }, 'NumericLessThanEquals': { 'sts:DurationSeconds': 300 } });
  const state = leaving();
  const shown = (stage: string) => {
    const stages = [{ stage, digest: '', grants: [{ actions: ['sts:GetWebIdentityToken'], resources: ['*'], condition }], omitted: 0 }];
    return renderPlacement({ ...state, declared: { ...state.declared, access: { stages, policy: '', trust: '', trusted: [], guards: '' } } }, NOW).match(/^tokens.*$/gm);
  };

  expect(shown(state.declared.stage)).toEqual(['tokens      for https://a.example.com, https://b.example.com: accepted up to 300 seconds after the agent is denied']);
  expect(shown('elsewhere')).toBeNull();
});

test('the whole command: a hostile purpose in the ledger stays in its line', async () => {
  const registry = new Registry();
  await registry.join({ declared: { purpose: 'Matches\nstatus      left\u001b[1A' } });

  const { output } = await registry.nhi('show', 'invoice-bot');

  expect(output.match(/^status.*$/gm)).toEqual(['status      active']);
  expect(output).not.toContain('\u001b');
});

test('an agent shows which credentials are too old, and which of those that it no longer declares may still exist', () => {
  const state = leaving();
  const key = { kind: 'api-gateway-key', name: 'agents_invoice-bot_test_erp', since: '2026-01-01T00:00:00.000Z' } as const;
  const shown = (credentials: typeof state.credentials) => renderPlacement({ ...state, credentials }, NOW).split('\n').filter((line) => line.startsWith('credential'));
  expect(shown([key])).toEqual([]);
  expect(shown([{ ...key, toldAt: '2026-04-01T00:00:00.000Z' }, { ...key, name: `${key.name}_0`, droppedAt: '2026-03-01T00:00:00.000Z' }])).toEqual([
    'credential  agents_invoice-bot_test_erp (api-gateway-key) is TOO OLD: in use since 2026-01-01T00:00:00.000Z, its sponsor was notified at 2026-04-01T00:00:00.000Z',
    'credential  agents_invoice-bot_test_erp_0 (api-gateway-key) is no longer declared since 2026-03-01T00:00:00.000Z, and was not seen to be deleted yet',
  ]);
});
