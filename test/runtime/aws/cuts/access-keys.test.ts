import { AgentAccount } from './agent';
import { accessKeys } from '../../../../runtime/aws/cuts/access-keys';

test('makes the active keys of the agent\'s users inactive, and only those active again', async () => {
  const account = new AgentAccount();
  const { users } = account;
  ['own', 'invoice-bot-2'].forEach((name) => users.create(name));
  users.create('disputed', { agent: 'other-bot' });
  users.create('other', { path: '/agents/other-bot/', agent: 'other-bot' });
  const keys = ['own', 'own', 'own', 'invoice-bot-2', 'disputed', 'other'].map((name) => `${name}/${users.give(name, 'access-key')}`);
  const key = (id: string) => users.users.get(id.split('/')[0])!.parts['access-key'];
  key(keys[1]).set(keys[1].split('/')[1], 'Inactive');
  const states = () => keys.map((id) => key(id).get(id.split('/')[1]));
  const before = states();

  const changes = await account.cut(accessKeys);
  expect(changes.map(({ id }) => id)).toEqual([keys[0], keys[2], keys[3]]);
  expect(states()).toEqual(['Inactive', 'Inactive', 'Inactive', 'Inactive', 'Active', 'Active']);
  await account.restore(accessKeys, changes);
  expect(states()).toEqual(before);
});

test('a key that was deleted since is left alone', async () => {
  const account = new AgentAccount();
  account.users.create('own');
  account.users.give('own', 'access-key');
  const changes = await account.cut(accessKeys);
  account.users.users.delete('own');
  await expect(account.restore(accessKeys, changes)).resolves.toBeUndefined();
});

test('makes credentials for single services inactive, such as API keys of Bedrock, and only those active again that IAM has not ended', async () => {
  const account = new AgentAccount();
  const { users } = account;
  ['own', 'invoice-bot-2'].forEach((name) => users.create(name));
  users.create('other', { path: '/agents/other-bot/', agent: 'other-bot' });
  const given = ['own', 'own', 'own', 'invoice-bot-2', 'other'].map((name) => [name, users.give(name, 'service-specific-credential')] as const);
  const states = () => given.map(([name, id]) => users.users.get(name)!.parts['service-specific-credential'].get(id));
  const set = (index: number, status: string) => users.users.get(given[index][0])!.parts['service-specific-credential'].set(given[index][1], status);
  set(1, 'Inactive');
  set(2, 'Expired');
  const key = users.give('own', 'access-key');

  const changes = await account.cut(accessKeys);
  const named = ([name, id]: readonly [string, string]) => `${name}/service-specific-credential/${id}`;
  expect(changes.map(({ id }) => id)).toEqual([`own/${key}`, named(given[0]), named(given[3])]);
  expect(states()).toEqual(['Inactive', 'Inactive', 'Expired', 'Inactive', 'Active']);
  await account.restore(accessKeys, changes);
  expect(states()).toEqual(['Active', 'Inactive', 'Expired', 'Active', 'Active']);
});
