import { Account, throttledOnce } from './account';
import { outOfBandInlinePolicies } from '../../../../runtime/aws/wipers/out-of-band-inline-policies';
import { FakeRole } from '../../engine/fake-iam';

let account: Account;
let role: FakeRole;
beforeEach(() => {
  account = new Account();
  role = account.principal();
  role.inline.set('nhi-quarantine', '{}');
  ['by-hand-1', 'by-hand-2', 'by-hand-3'].forEach((name) => role.inline.set(name, '{}'));
});

test('what was put by hand goes, from all pages; what the template and the engine made stays', async () => {
  const { wiped, remains } = await account.run(outOfBandInlinePolicies);

  expect(wiped.map(({ id }) => id)).toEqual(['by-hand-1', 'by-hand-2', 'by-hand-3'].map((name) => `role/invoice-bot-test/inline-policy/${name}`));
  expect(remains).toEqual([]);
  expect([...role.inline.keys()]).toEqual(['access', 'nhi-quarantine']);
});

test('one that somebody else has deleted already counts as wiped', async () => {
  account.disturb((call, moment) => {
    if (call === 'iam:DeleteRolePolicy' && moment === 'before') {
      role.inline.delete('by-hand-1');
    }
  });

  expect(await account.run(outOfBandInlinePolicies)).toMatchObject({ wiped: [{}, {}, {}], remains: [] });
});

test('throttled at one: that one remains with the reason, the others go, and a rerun finishes', async () => {
  account.disturb(throttledOnce('iam:DeleteRolePolicy'));

  const first = await account.run(outOfBandInlinePolicies);
  const left = [...role.inline.keys()];
  const second = await account.run(outOfBandInlinePolicies);

  expect(first.wiped.map(({ id }) => id.split('/').at(-1))).toEqual(['by-hand-2', 'by-hand-3']);
  expect(first.remains).toMatchObject([{ id: 'role/invoice-bot-test/inline-policy/by-hand-1', note: 'ThrottlingException: Rate exceeded' }]);
  expect(left).toContain('by-hand-1');
  expect(second.wiped.map(({ id }) => id.split('/').at(-1))).toEqual(['by-hand-1']);
  expect([...role.inline.keys()]).toEqual(['access', 'nhi-quarantine']);
});

test('throttled while listing: the error surfaces and nothing is claimed; a rerun finishes', async () => {
  account.disturb(throttledOnce('iam:ListRolePolicies'));

  await expect(account.run(outOfBandInlinePolicies)).rejects.toMatchObject({ name: 'ThrottlingException' });
  await account.run(outOfBandInlinePolicies);

  expect([...role.inline.keys()]).toEqual(['access', 'nhi-quarantine']);
});
