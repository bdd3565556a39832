import { PLACEMENT, principal, SUSPENSION } from '../../runtime/engine/decision/requests';
import { OPERATOR, Registry } from '../registry';

let registry: Registry;
beforeEach(async () => {
  registry = new Registry();
  await registry.join();
  registry.looks = [{ status: 'SUCCEEDED', output: JSON.stringify({ answered: 'SUCCESS' }) }];
});

const trouble = { since: '2026-06-01T00:00:00.000Z', code: 'TeardownIncomplete', message: 'user/x (no \u001b[1A)', requestId: 'r' };

test('says what failed and what remains, then asks the engine in the operator\'s name', async () => {
  await registry.change({ status: 'leaving', trouble, principals: { P: { status: 'retiring' } }, agenda: { postponed: { of: 'x', until: '2026-06-01T01:00:00Z', code: 'StackNotAtRest' } } });

  const { progress, exitCode } = await registry.run(['retry', 'invoice-bot', '--yes']);

  expect(exitCode).toBe(0);
  expect(progress?.split('\n').slice(0, 5)).toEqual([
    'agent invoice-bot in account 111122223333, leaving: do again what failed or waits',
    '  failed since 2026-06-01T00:00:00.000Z: TeardownIncomplete: user/x (no  [1A)',
    '  postponed until 2026-06-01T01:00:00Z: StackNotAtRest',
    '  its teardown has begun and is not complete',
    '  not retired yet, retiring: arn:aws:iam::111122223333:role/agents/test/invoice-bot-test (P)',
  ]);
  expect(registry.requests()).toEqual([expect.objectContaining({ requestId: expect.stringMatching(/^operator-retry-/), placement: PLACEMENT, origin: { kind: 'operator', arn: OPERATOR }, intent: { kind: 'retry' } })]);
});

test.each<[string, Parameters<Registry['change']>[0], string]>([
  ['a suspension', { suspension: { ...SUSPENSION, cuts: [{ name: 'functions', changes: [], rest: ['x: throttled'] }] } }, '  its suspension is not complete\n  still on: functions x: throttled\n'],
  ['a move', { principals: { Q: { ...principal('Q'), status: 'live', cutBeforeGrant: true } } }, '  not retired yet, live: arn:aws:iam::111122223333:role/agents/production/invoice-bot-production (Q)\n'],
  ['a role that is left over', { status: 'left', principals: { P: { status: 'retired', orphanSince: '2026-06-01T00:00:00Z', awaitedBy: { id: 'c', sha256: 's' } } } }, '  left over since 2026-06-01T00:00:00Z: arn:aws:iam::111122223333:role/agents/test/invoice-bot-test\n'],
])('says what is not complete of %s', async (_what, change, says) => {
  await registry.change(change);
  expect((await registry.run(['retry', 'invoice-bot', '--yes'])).progress).toContain(says);
});

test.each<[string, Parameters<Registry['change']>[0]]>([
  ['nothing failed', {}],
  ['it has left', { status: 'left', principals: { P: { status: 'retired' } } }],
])('fails with a code if %s: nobody is asked, and nothing is started', async (_what, change) => {
  await registry.change(change);
  expect(await registry.run(['retry', 'invoice-bot'], 'y')).toMatchObject({ exitCode: 1, failure: 'NothingToRetry', message: expect.stringContaining('see nhi show invoice-bot') });
  expect([registry.questions, registry.started]).toEqual([[], []]);
});

test('fails with the engine\'s own code and what remains', async () => {
  await registry.change({ trouble });
  registry.looks = [{ status: 'SUCCEEDED', output: JSON.stringify({ answered: 'FAILED', code: 'TeardownIncomplete', message: 'the teardown is incomplete (1 left): user/x' }) }];
  expect(await registry.run(['retry', 'invoice-bot', '--yes'])).toMatchObject({ exitCode: 1, failure: 'TeardownIncomplete', message: 'TeardownIncomplete: the teardown is incomplete (1 left): user/x; fix that, then run the command again' });
});
