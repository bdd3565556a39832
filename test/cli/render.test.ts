import { Registry } from './registry';
import { renderFleet, renderJson, renderPlacement, renderVerdict } from '../../cli/render';
import { PlacementSummary } from '../../runtime/ledger';
import { LifecycleEvent } from '../../src/core/lifecycle-event';
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
    // The columns of the rest stay where they are.
    expect(shown.split('\n')[1].indexOf('active')).toBe(shown.split('\n')[0].indexOf('status'));
  });

  test('in an agent', () => {
    const state = leaving();
    const lines = renderPlacement(state).split(LINES).length;
    const sponsor = { ...state.declared.sponsor, accountableName: hostile, backupEmail: hostile };
    const exceptions = [{ actions: [hostile], reason: hostile, until: hostile }];

    const shown = renderPlacement({
      ...state, declared: { ...state.declared, purpose: `x${hostile}y`, sponsor, exceptions }, owner: { ...state.owner, stackName: hostile },
    });

    expect(shown.split(LINES)).toHaveLength(lines + 2);
    expect(shown).not.toMatch(UNSEEN);
    expect(shown).toContain('purpose     x ');
  });

  test('in a chain', () => {
    const event = { type: `nhi.lifecycle.${hostile}.v1`, time: hostile, hash: hostile, data: { unmapped: { stage: hostile } } } as unknown as LifecycleEvent;

    const shown = renderVerdict({ agentName: 'a-bot', events: [event], chain: { intact: false, brokenAt: 0, reason: `its sequence is ${hostile}` } });

    expect(shown.split(LINES)).toHaveLength(3);
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

  expect(renderPlacement({ ...state, pending })).toContain('status      leaving, a move is not settled\n');
  expect(renderPlacement(state)).toContain('status      leaving\n');
});

test('the whole command: a hostile purpose in the ledger stays in its line', async () => {
  const registry = new Registry();
  await registry.join({ declared: { purpose: 'Matches\nstatus      left\u001b[1A' } });

  const { output } = await registry.nhi('show', 'invoice-bot');

  expect(output.match(/^status.*$/gm)).toEqual(['status      active']);
  expect(output).not.toContain('\u001b');
});
