import { PLACEMENT } from '../../runtime/engine/decision/requests';
import { OPERATOR, Registry } from '../registry';

let registry: Registry;
beforeEach(async () => {
  registry = new Registry();
  await registry.join();
  registry.looks = [{ status: 'SUCCEEDED', output: JSON.stringify({ answered: 'SUCCESS' }) }];
});

const WHY = ['--reason', 'Audit runs until August'];

test.each([
  ['2026-08-31', '2026-09-01T00:00:00Z'],
  ['2026-08-31T14:00:00+02:00', '2026-08-31T12:00:00Z'],
])('asks the engine, in the operator\'s name, to renew the agent until %s, and shows it as it is then', async (word, until) => {
  await registry.change({ renewal: { until, stage: 'test', reason: 'Audit runs until August', by: OPERATOR, deployBy: '2026-06-08T00:00:00.000Z' } });

  const { output, progress, exitCode } = await registry.nhi('renew', 'invoice-bot', '--until', word, ...WHY);

  expect(exitCode).toBe(0);
  expect(registry.requests()).toEqual([expect.objectContaining({
    placement: PLACEMENT, origin: { kind: 'operator', arn: OPERATOR }, intent: { kind: 'renew', until, reason: 'Audit runs until August' },
  })]);
  expect(registry.started).toHaveLength(1);
  expect(output).toContain(`renewed     until ${until}, if deployed before 2026-06-08T00:00:00.000Z, by ${OPERATOR}: Audit runs until August\n`);
  expect(progress).toMatch(/^agent invoice-bot, whose end is .*: allow its next deployment to declare an end no later than .*\nthe engine is at work: /);
});

describe('before AWS is asked', () => {
  afterEach(() => {
    expect(registry.asked).toEqual([]);
    expect(registry.started).toEqual([]);
  });

  test.each([
    ['no end', WHY],
    ['no reason', ['--until', '2026-08-31']],
    ['no date', ['--until', 'in a month', ...WHY]],
    ['a day that does not exist', ['--until', '2026-02-30', ...WHY]],
    ['an empty reason', ['--until', '2026-08-31', '--reason', ' ']],
    ['a reason of two lines', ['--until', '2026-08-31', '--reason', 'Audit runs\nuntil August']],
  ])('fails with %s', async (_what, words) => {
    expect(await registry.nhi('renew', 'invoice-bot', ...words)).toMatchObject({ output: '', exitCode: 1, failure: expect.any(String) });
  });
});

test.each([
  ['NotEnded', 'agent invoice-bot ends at 2026-10-01T00:00:00Z'],
  ['TenureExceeded', 'the end 2099-01-01T00:00:00Z is further ahead than stage test allows'],
])('fails when the engine refuses with %s, with its own code and reason', async (code, message) => {
  registry.looks = [{ status: 'SUCCEEDED', output: JSON.stringify({ answered: 'FAILED', code, message }) }];

  expect(await registry.nhi('renew', 'invoice-bot', '--until', '2026-08-31', ...WHY)).toMatchObject({ output: '', exitCode: 1, failure: code, message: expect.stringContaining(message) });
});

test('nhi list says that an agent past its end has ended, in JSON too; one before its end is active', async () => {
  await registry.join({ agentName: 'past-bot' });
  const state = await registry.ledger.state({ ...PLACEMENT, agentName: 'past-bot' });
  await registry.change({ declared: { ...state!.declared, expiresAt: '2026-06-01T00:00:00Z' } }, 'past-bot');

  const { output } = await registry.nhi('list');
  expect(output).toMatch(/^past-bot +ended /m);
  expect(output).toMatch(/^invoice-bot +active /m);
  const listed = JSON.parse((await registry.nhi('--json', 'list')).output) as { agentName: string; status: string }[];
  expect(Object.fromEntries(listed.map(({ agentName, status }) => [agentName, status]))).toEqual({ 'invoice-bot': 'active', 'past-bot': 'ended' });
  expect((await registry.nhi('show', 'past-bot')).output).toContain('status      ended\n');
});
