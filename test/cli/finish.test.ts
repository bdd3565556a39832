import { Registry } from './registry';
import { named } from '../runtime/ledger/memory-table';

let registry: Registry;
beforeEach(async () => {
  registry = new Registry();
  await registry.join();
});

const answered = (answer: object) => ({ status: 'SUCCEEDED', output: JSON.stringify({ requestId: 'r', answer }) });
const requests = () => [...registry.memory.items.values()].filter(({ sk }) => sk === 'request').map(({ stored }) => stored as { request: Record<string, unknown> });

test('asks the engine in the operator\'s name, tells what goes on beside the data, and shows the agent as it is then', async () => {
  registry.looks = [named('ExecutionDoesNotExist'), { status: 'RUNNING' }, answered({ answered: 'SUCCESS' })];

  const { output, progress, exitCode } = await registry.nhi('finish', 'invoice-bot');

  expect(exitCode).toBe(0);
  expect(output).toMatch(/^agent {7}invoice-bot in account 111122223333\n/);
  expect(progress).toMatch(/^the engine tears down invoice-bot-test: arn:aws:states:eu-west-1:111122223333:execution:agents-lifecycle:invoice-bot-[0-9a-f]{24}\nstill at work\nstill at work\n$/);
  expect(requests()).toEqual([{ request: expect.objectContaining({ kind: 'Delete', operator: 'arn:aws:sts::111122223333:assumed-role/operator/ada' }) }]);
  expect(registry.started).toEqual([expect.objectContaining({ input: JSON.stringify({ requestId: requests()[0].request.requestId }) })]);
});

test('with --json the data is JSON, and progress is not among it', async () => {
  registry.looks = [{ status: 'RUNNING' }, answered({ answered: 'SUCCESS' })];

  expect(JSON.parse((await registry.nhi('--json', 'finish', 'invoice-bot')).output)).toMatchObject({ placement: { agentName: 'invoice-bot' } });
});

test('each try is another request', async () => {
  registry.looks = [answered({ answered: 'SUCCESS' })];

  await registry.nhi('finish', 'invoice-bot');
  await registry.nhi('finish', 'invoice-bot');

  expect(new Set(registry.started.map(({ name }) => name)).size).toBe(2);
});

test.each([
  ['the engine refuses', answered({ answered: 'FAILED', code: 'StillInStack', message: 'still there' }), 'StillInStack', 'still there'],
  ['something remains', { status: 'FAILED', error: 'TeardownIncomplete', cause: '{"errorMessage":"of agent invoice-bot remain 1: x"}' }, 'TeardownIncomplete', 'of agent invoice-bot remain 1: x'],
  ['its time was up', { status: 'TIMED_OUT' }, 'TIMED_OUT', ''],
])('fails when %s, with the engine\'s own code and reason', async (_what, look, failure, message) => {
  registry.looks = [look];

  expect(await registry.nhi('finish', 'invoice-bot')).toMatchObject({ exitCode: 1, failure, message: expect.stringContaining(message) });
});

test('fails when the execution never appears, and when there is no such agent', async () => {
  registry.looks = [named('ExecutionDoesNotExist')];

  expect(await registry.nhi('finish', 'invoice-bot')).toMatchObject({ exitCode: 1 });
  expect(await registry.nhi('finish', 'other-bot')).toMatchObject({ failure: 'AgentUnknown' });
});
