import { Paint, paintFor, plain, Tone } from '../../cli/colours';
import { renderExamination } from '../../cli/render-doctor';
import { renderStatus } from '../../cli/render-status';
import { fleetStatus } from '../../runtime/operator';

const marked: Paint = (tone: Tone, text: string) => `<${tone}>${text}</>`;
const NOW = new Date('2026-06-01T00:00:00Z');

test.each<[string, boolean, NodeJS.ProcessEnv, boolean]>([
  ['a terminal', true, { TERM: 'xterm' }, true],
  ['a terminal of an unknown kind', true, {}, true],
  ['a pipe', false, { TERM: 'xterm', FORCE_COLOR: '1' }, false],
  ['NO_COLOR', true, { NO_COLOR: '1' }, false],
  ['an empty NO_COLOR, which changes nothing', true, { NO_COLOR: '' }, true],
  ['a terminal without colours', true, { TERM: 'dumb' }, false],
])('%s', (_what, isTerminal, env, isColoured) => {
  expect(paintFor(isTerminal, env)('bad', 'x')).toBe(isColoured ? '\u001b[31mx\u001b[39m' : 'x');
});

test('doctor: the label of each finding by its severity, and nothing else', () => {
  const findings = (['ok', 'warning', 'error', 'unknown'] as const).map((severity) => ({ check: 'x', severity, seen: 'ok ERROR', fix: 'ERROR' }));
  const examination = { registry: 'agents', account: '1', region: 'r', at: 't', livingAgents: 1, findings };

  expect([...renderExamination(examination, 40, marked).matchAll(/<(\w+)>(\w+)<\/>/g)].map(([, tone, text]) => [tone, text]))
    .toEqual([['good', 'ok'], ['warning', 'WARNING'], ['bad', 'ERROR'], ['warning', 'UNKNOWN']]);
  expect(renderExamination(examination, 40, marked).replace(/<[^>]*>/g, '')).toBe(renderExamination(examination, 40, plain));
});

test('status: the numbers that have a command beside them', () => {
  const agent = { account: '1', agentName: 'a-bot', stage: 'test', sponsorId: 'x', expiresAt: '2026-06-02T00:00:00Z', stackName: 'S', status: 'active' as const };
  const status = fleetStatus({ agents: [agent, { ...agent, agentName: 'b-bot', status: 'suspended' }], orphans: [] }, { endingWithinDays: 30, overdueAfterHours: 3 }, NOW);

  expect(renderStatus(status, undefined, marked).split('\n').filter((line) => line.includes('<')).map((line) => line.replace(/ {2,}/g, ' '))).toEqual([
    'ending in 30 days <warning>1</> a-bot 2026-06-02 nhi list --ending 30', 'suspended <warning>1</> b-bot suspended nhi show',
  ]);
});
