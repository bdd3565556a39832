import { Outcome, Registry } from './registry';
import { LifecycleEvent } from '../../src/core/lifecycle-event';

let registry: Registry;
beforeEach(async () => {
  registry = new Registry();
  await registry.join({ drifts: 4 });
});
const verify = (...words: string[]): Promise<Outcome> => registry.nhi(...words, 'verify', 'invoice-bot');

test('an intact chain: exit code 0, its events and its last hash', async () => {
  const { output, exitCode } = await verify();
  const events = await registry.ledger.events({ account: '111122223333', agentName: 'invoice-bot' });

  expect(exitCode).toBe(0);
  expect(output.split('\n')).toEqual([
    'event        when                      stage  hash',
    ...events.map(({ hash }, index) => `${index === 0 ? 'joined     ' : 'drift-found'}  2026-06-01T00:00:00.000Z  test   ${hash.slice(0, 12)}`),
    `the chain of invoice-bot is intact: 5 events, last hash ${events[4].hash}`,
    '',
  ]);
});

test.each<[string, number, ((event: LifecycleEvent) => object | null) | 'delete', number]>([
  ['whose content was changed', 3, (event) => ({ ...event, time: '2026-01-01T00:00:00.000Z' }), 3],
  ['that was deleted from the middle', 3, 'delete', 3],
  ['that was deleted from the end', 5, 'delete', 5],
  ['that was deleted from the beginning', 1, 'delete', 1],
  ['without a type', 2, ({ type: _, ...event }) => event, 2],
  ['without data', 2, ({ data: _, ...event }) => event, 2],
  ['whose data say nothing of a stage', 2, (event) => ({ ...event, data: null }), 2],
  ['whose type is no type', 2, (event) => ({ ...event, type: 42 }), 2],
  ['without a hash', 2, ({ hash: _, ...event }) => event, 2],
  ['that is empty', 2, () => ({}), 2],
  ['that is no event', 2, () => null, 2],
])('a chain with an event %s: exit code 2, and where it is broken', async (_, sequence, change, brokenAt) => {
  registry.tamper(sequence, change);

  const { output, exitCode, failure } = await verify();

  expect(failure).toBeUndefined();
  expect(exitCode).toBe(2);
  expect(output).toMatch(new RegExp(`^THE CHAIN OF invoice-bot IS BROKEN at event ${brokenAt}: .+$`, 'm'));
  expect(output).not.toContain('is intact');
});

test('a broken chain as JSON: exit code 2 as well', async () => {
  registry.tamper(3, 'delete');

  const { output, exitCode } = await verify('--json');

  expect(exitCode).toBe(2);
  expect(JSON.parse(output)).toMatchObject({ chain: { intact: false, brokenAt: 2 } });
});

test('fails when the ledger has no such agent: nothing to verify is not intact', async () => {
  expect(await registry.nhi('verify', 'other-bot')).toMatchObject({ output: '', exitCode: 1, failure: 'AgentUnknown' });
});
