import { SweepLedger } from '../../../runtime/ledger';
import { NOW } from '../../runtime/engine/decision/requests';
import { OPERATOR, Registry } from '../registry';

const LINES = ['111122223333/one-bot end', '111122223333/two-bot end'];
const WHY = ['--reason', 'The project is over'];

let registry: Registry;
let sweeps: SweepLedger;
let digest: string;
beforeEach(async () => {
  registry = new Registry();
  sweeps = new SweepLedger(registry.memory.table);
  digest = await sweeps.saveList(LINES, NOW);
  await sweeps.setHeld({ digest, agents: 2, allowed: 1, since: NOW.toISOString() });
});

const approvals = () => sweeps.approvals(NOW);

test('shows every agent of the list and its reason, then approves that very list in the operator\'s name', async () => {
  const { output, progress, exitCode } = await registry.nhi('approve-sweep', '--digest', digest, '--yes', ...WHY);

  expect(exitCode).toBe(0);
  expect(progress).toContain(`${LINES.map((line) => `  ${line}`).join('\n')}\n  list ${digest}; the approval ends after 7 days`);
  expect(output).toBe(`${OPERATOR} approved the list ${digest} of 2 agents: the next sweep works on them\n`);
  expect(await approvals()).toEqual([{ digest, by: OPERATOR, at: NOW.toISOString(), reason: 'The project is over' }]);
});

describe('approves nothing', () => {
  afterEach(async () => expect(await approvals()).toEqual([]));

  test('when another list is held back by now', async () => {
    expect(await registry.nhi('approve-sweep', '--digest', 'f'.repeat(64), '--yes', ...WHY)).toMatchObject({ exitCode: 1, failure: 'HeldListChanged' });
  });

  test('when somebody changed the rows of the list', async () => {
    await registry.memory.table.put({ pk: `agenda-list#${digest}`, sk: 'part#000000', lines: LINES.slice(1) });
    expect(await registry.nhi('approve-sweep', '--digest', digest, '--yes', ...WHY)).toMatchObject({ exitCode: 1, failure: 'HeldListChanged' });
  });

  test('when nothing is held back', async () => {
    await sweeps.clearHeld();
    expect(await registry.nhi('approve-sweep', '--digest', digest, '--yes', ...WHY)).toMatchObject({ exitCode: 1, failure: 'NothingHeld' });
  });

  test.each([
    ['--yes without a digest', ['--yes', ...WHY]],
    ['no digest at all', ['--digest', 'abc', ...WHY]],
    ['no reason', ['--digest', 'f'.repeat(64), '--yes']],
  ])('with %s, before AWS is asked', async (_what, words) => {
    expect(await registry.nhi('approve-sweep', ...words)).toMatchObject({ output: '', exitCode: 1, failure: expect.stringMatching(/^commander\./) });
    expect(registry.asked).toEqual([]);
  });
});

test('nhi list says that a sweep is held back, and nothing of it when none is', async () => {
  expect((await registry.nhi('list')).output).toContain('a sweep holds back 2 agents, 1 would be allowed: see nhi approve-sweep\n');
  await sweeps.clearHeld();
  expect((await registry.nhi('list')).output).toBe('no agents\n');
});
