import { PLACEMENT } from '../../runtime/engine/decision/requests';
import { OPERATOR, Registry } from '../registry';

let registry: Registry;
beforeEach(async () => {
  registry = new Registry();
  await registry.join();
  registry.looks = [{ status: 'SUCCEEDED', output: JSON.stringify({ answered: 'SUCCESS' }) }];
});

test('asks the engine, in the operator\'s name, to keep the agent, after it said since when it is unused', async () => {
  await registry.change({ agenda: { unused: { since: '2026-05-01T00:00:00Z' } } });

  const { output, progress, exitCode } = await registry.nhi('keep', 'invoice-bot', '--reason', 'It runs once a quarter');

  expect(exitCode).toBe(0);
  expect(registry.requests()).toEqual([expect.objectContaining({
    placement: PLACEMENT, origin: { kind: 'operator', arn: OPERATOR }, intent: { kind: 'keep', reason: 'It runs once a quarter' },
  })]);
  expect(progress).toContain('known as unused since 2026-05-01T00:00:00Z');
  expect(output).toContain('unused      its sponsor was notified at 2026-05-01T00:00:00Z\n');
});

test('says so when nobody was notified', async () => {
  expect((await registry.nhi('keep', 'invoice-bot', '--reason', 'It runs once a quarter')).progress).toContain('nobody was notified that it is unused');
});

test('fails without a reason, before AWS is asked', async () => {
  expect(await registry.nhi('keep', 'invoice-bot')).toMatchObject({ output: '', exitCode: 1, failure: expect.any(String) });
  expect(registry.asked).toEqual([]);
});
