import { AgentAccount, OTHER_ROLE, ROLE } from './agent';
import { executions } from '../../../../runtime/aws/cuts/executions';

test('stops what runs with the agent\'s role, on every page, and nothing of others', async () => {
  const account = new AgentAccount();
  const { compute } = account;
  const [mine, other] = [compute.machine('mine', ROLE), compute.machine('other', OTHER_ROLE)];
  const running = ['a', 'b', 'c', 'd', 'e'].map((name) => compute.start(mine, name));
  const others = compute.start(other, 'z');
  expect(await account.cut(executions)).toEqual(running.map((id) => ({ id, was: null })));
  expect(compute.on()).toEqual([others]);
  expect(executions.restore).toBeUndefined();
});

test('an express workflow, whose executions Step Functions does not list, is passed over', async () => {
  const account = new AgentAccount();
  account.compute.machine('fast', ROLE, 'EXPRESS');
  expect(await account.on(executions)).toEqual([]);
});
