import { AgentAccount, OTHER_ROLE, ROLE } from './agent';
import { eventSources } from '../../../../runtime/aws/cuts/event-sources';

function populated(): AgentAccount {
  const account = new AgentAccount();
  const [mine, other] = [account.compute.function('mine', ROLE), account.compute.function('other', OTHER_ROLE)];
  for (const [id, functionArn, state] of [['a', mine, 'Enabled'], ['b', mine, 'Enabled'], ['c', mine, 'Enabled'], ['alias', `${mine}:live`, 'Enabled'], ['off', mine, 'Disabled'], ['others', other, 'Enabled']]) {
    account.compute.mappings.set(id, { functionArn, state });
  }
  return account;
}
const states = ({ compute }: AgentAccount) => Object.fromEntries([...compute.mappings].map(([id, { state }]) => [id, state]));

test('disables the mappings of the agent\'s functions, also those of an alias and those that no stack has, and enables them again', async () => {
  const account = populated();
  account.compute.elsewhere.add('a');
  const before = states(account);
  const changes = await account.cut(eventSources);
  expect(changes.map(({ id }) => id).sort()).toEqual(['a', 'alias', 'b', 'c']);
  expect(states(account)).toEqual({ a: 'Disabled', b: 'Disabled', c: 'Disabled', alias: 'Disabled', off: 'Disabled', others: 'Enabled' });
  await account.restore(eventSources, changes);
  expect(states(account)).toEqual(before);
});

test('a mapping that is being disabled counts as off', async () => {
  const account = populated();
  account.compute.mappings.forEach((mapping) => (mapping.state = 'Disabling'));
  expect(await account.on(eventSources)).toEqual([]);
});

test('leaves alone what was deleted since', async () => {
  const account = populated();
  const changes = await account.cut(eventSources);
  account.compute.mappings.delete('b');
  await account.restore(eventSources, changes);
  expect(states(account)).toMatchObject({ a: 'Enabled', c: 'Enabled' });
});
