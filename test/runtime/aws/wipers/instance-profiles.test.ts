import { Account, throttledOnce } from './account';
import { instanceProfiles } from '../../../../runtime/aws/wipers/instance-profiles';

const OURS = ['web', 'worker', 'batch'];
let account: Account;
beforeEach(() => {
  account = new Account();
  const { roleName } = account.principal();
  OURS.forEach((name) => account.roles.instanceProfiles.set(name, roleName));
  account.roles.instanceProfiles.set('somebody-else', 'other-bot-test');
});
const holders = (): Record<string, string | undefined> => Object.fromEntries(account.roles.instanceProfiles);

test('the principal comes out of all its profiles, on all pages; profiles stay, and others\' stay full', async () => {
  const { wiped, remains } = await account.run(instanceProfiles);

  expect(wiped.map(({ id }) => id)).toEqual(OURS.map((name) => `role/invoice-bot-test/instance-profile/${name}`));
  expect(remains).toEqual([]);
  expect(holders()).toEqual({ 'web': undefined, 'worker': undefined, 'batch': undefined, 'somebody-else': 'other-bot-test' });
});

test('a profile that was deleted or holds another role by now counts as wiped', async () => {
  account.disturb((call, moment) => {
    if (call === 'iam:RemoveRoleFromInstanceProfile' && moment === 'before') {
      account.roles.instanceProfiles.delete('web');
      account.roles.instanceProfiles.set('worker', 'other-bot-test');
    }
  });

  expect(await account.run(instanceProfiles)).toMatchObject({ wiped: [{}, {}, {}], remains: [] });

  expect(holders().worker).toBe('other-bot-test');
});

test('throttled at one: that one remains with the reason, and a rerun finishes', async () => {
  account.disturb(throttledOnce('iam:RemoveRoleFromInstanceProfile'));

  const first = await account.run(instanceProfiles);
  const left = holders();
  await account.run(instanceProfiles);

  expect(first.remains).toMatchObject([{ id: 'role/invoice-bot-test/instance-profile/web', note: 'ThrottlingException: Rate exceeded' }]);
  expect(left.web).toBe('invoice-bot-test');
  expect(holders().web).toBeUndefined();
});
