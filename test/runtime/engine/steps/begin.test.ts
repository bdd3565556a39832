import { takeLock } from '../../../../runtime/engine/steps/begin';
import { PLACEMENT } from '../decision/requests';
import { World } from '../world';

let world: World;
beforeEach(() => (world = new World()));

test.each<[string, string, boolean]>([
  ['runs', 'RUNNING', true],
  ['was stopped and waits to be redriven', 'PENDING_REDRIVE', true],
  ['failed', 'FAILED', false],
  ['timed out', 'TIMED_OUT', false],
])('the lock of an execution that %s (%s) is respected: %s', async (_what, status, respected) => {
  const { engine, executions } = world.fake;
  await engine.lock.acquire(PLACEMENT, 'holder');
  executions.set('holder', status as 'RUNNING');
  const taken = takeLock(engine, PLACEMENT, 'mine').then(() => 'taken', (error: { code: string }) => error.code);
  expect(await taken).toBe(respected ? 'PlacementBusy' : 'taken');
  expect(await engine.lock.holder(PLACEMENT)).toBe(respected ? 'holder' : 'mine');
});

test('the lock of an execution of which Step Functions does not know yet is respected; twin: of one that it no longer knows, it is taken', async () => {
  const { engine, executions } = world.fake;
  await engine.lock.acquire(PLACEMENT, 'holder');
  const late = { ...engine, pause: async () => void executions.set('holder', 'RUNNING') };
  await expect(takeLock(late, PLACEMENT, 'mine')).rejects.toMatchObject({ code: 'PlacementBusy' });
  expect(await engine.lock.holder(PLACEMENT)).toBe('holder');

  executions.delete('holder');
  await takeLock(engine, PLACEMENT, 'mine');
  expect(await engine.lock.holder(PLACEMENT)).toBe('mine');
});

test('a request under the key of another is refused, and what it asks for is not done', async () => {
  const stored = { request: { requestId: 'operator-suspend-1', registry: 'agents', placement: PLACEMENT, origin: { kind: 'operator', arn: 'arn:ada' }, intent: { kind: 'suspend', reason: 'x' } } };
  await world.fake.engine.requests.save(stored as never, world.fake.now);
  const row = world.fake.memory.items.get('request#operator-suspend-1|request')!;
  world.fake.memory.items.set('request#operator-suspend-2|request', { ...row, pk: 'request#operator-suspend-2' });
  const begin = (requestId: string) => world.fake.step({ step: 'Begin', requestId, placement: PLACEMENT, execution: `execution-${requestId}` });
  await expect(begin('operator-suspend-2')).rejects.toMatchObject({ code: 'RequestInvalid' });
  expect(await begin('operator-suspend-1')).toMatchObject({ refusal: { Error: 'AgentUnknown' } });
});

test('a request is begun in the name of its own execution and of no other: the lock is free for others after that', async () => {
  const stored = { request: { requestId: 'operator-suspend-1', registry: 'agents', placement: PLACEMENT, origin: { kind: 'operator', arn: 'arn:ada' }, intent: { kind: 'suspend', reason: 'x' } } };
  await world.fake.engine.requests.save(stored as never, world.fake.now);
  const begin = (execution: string) => world.fake.step({ step: 'Begin', requestId: 'operator-suspend-1', placement: PLACEMENT, execution });
  await expect(begin('execution-of-another-agent-that-runs')).rejects.toMatchObject({ code: 'RequestInvalid' });
  expect(await world.fake.engine.lock.holder(PLACEMENT)).toBeUndefined();
  expect(await begin('execution-operator-suspend-1')).toMatchObject({ refusal: { Error: 'AgentUnknown' } });
});
