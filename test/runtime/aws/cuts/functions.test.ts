import { AgentAccount, OTHER_ROLE, ROLE } from './agent';
import { functions } from '../../../../runtime/aws/cuts/functions';

test('gives each function that runs with the agent\'s role a concurrency of 0, and puts back what each had', async () => {
  const account = new AgentAccount();
  account.compute.function('plain', ROLE);
  account.compute.function('reserved', ROLE, 10);
  account.compute.function('off', ROLE, 0);
  account.compute.function('other', OTHER_ROLE, 5);
  const before = account.compute.snapshot();

  const changes = await account.cut(functions);

  // One that was off before isn't switched on by a resumption.
  expect(changes).toEqual([{ id: 'plain', was: 'none' }, { id: 'reserved', was: '10' }]);
  expect([...account.compute.functions].map(([name, { reserved }]) => [name, reserved])).toEqual([['plain', 0], ['reserved', 0], ['off', 0], ['other', 5]]);
  expect(await account.on(functions)).toEqual([]);

  await account.restore(functions, changes);
  expect(account.compute.snapshot()).toEqual(before);
});

test('leaves alone what somebody gave another concurrency since, and what is deleted', async () => {
  const account = new AgentAccount();
  account.compute.function('plain', ROLE);
  account.compute.function('deleted', ROLE);
  const changes = await account.cut(functions);
  account.compute.functions.get('plain')!.reserved = 3;
  account.compute.functions.delete('deleted');
  await account.restore(functions, changes);
  expect([...account.compute.functions.values()]).toEqual([{ role: ROLE, reserved: 3 }]);
});

test('asks Lambda only about the functions of the agent\'s stack', async () => {
  const account = new AgentAccount();
  account.compute.function('plain', ROLE);
  account.compute.function('unknown', ROLE);
  account.compute.elsewhere.add('unknown');
  expect(await account.on(functions)).toEqual(['plain']);
});
