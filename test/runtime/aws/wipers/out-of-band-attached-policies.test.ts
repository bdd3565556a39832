import { Account, throttledOnce } from './account';
import { outOfBandAttachedPolicies } from '../../../../runtime/aws/wipers/out-of-band-attached-policies';
import { FakeRole } from '../../engine/fake-iam';

const GUARDS = ['guard-test', 'no-registry', 'no-sessions'].map((name) => `arn:aws:iam::111122223333:policy/agents/agents-${name}`);
const BY_HAND = ['arn:aws:iam::aws:policy/AdministratorAccess', 'arn:aws:iam::aws:policy/job-function/Billing', 'arn:aws:iam::111122223333:policy/ours'];
let account: Account;
let role: FakeRole;
beforeEach(() => {
  account = new Account();
  role = account.principal();
  BY_HAND.forEach((arn) => role.attached.add(arn));
});

test('what was attached by hand comes off, from all pages; the guards that its stage shares stay', async () => {
  const { wiped, remains } = await account.run(outOfBandAttachedPolicies);

  expect(wiped.map(({ id }) => id)).toEqual(BY_HAND.map((arn) => `role/invoice-bot-test/attached-policy/${arn}`));
  expect(remains).toEqual([]);
  expect([...role.attached]).toEqual(GUARDS);
});

test.each([
  ['the guard of another stage', 'arn:aws:iam::111122223333:policy/agents/agents-guard-production'],
  ['a policy of the guard\'s name outside the registry\'s path', 'arn:aws:iam::111122223333:policy/agents-guard-test'],
  ['a policy whose name only ends like the guard\'s', 'arn:aws:iam::111122223333:policy/x/agents/agents-guard-test'],
])('%s is no guard of this principal and comes off', async (_, arn) => {
  role.attached.add(arn);

  await account.run(outOfBandAttachedPolicies);

  expect([...role.attached]).toEqual(GUARDS);
});

test('one that somebody else has detached already counts as wiped', async () => {
  account.disturb((call, moment) => {
    if (call === 'iam:DetachRolePolicy' && moment === 'before') {
      role.attached.delete(BY_HAND[0]);
    }
  });

  expect(await account.run(outOfBandAttachedPolicies)).toMatchObject({ wiped: [{}, {}, {}], remains: [] });
});

test('throttled at one: that one remains with the reason, the others come off, and a rerun finishes', async () => {
  account.disturb(throttledOnce('iam:DetachRolePolicy'));

  const first = await account.run(outOfBandAttachedPolicies);
  const left = [...role.attached];
  await account.run(outOfBandAttachedPolicies);

  expect(first.remains).toMatchObject([{ id: `role/invoice-bot-test/attached-policy/${BY_HAND[0]}`, note: 'ThrottlingException: Rate exceeded' }]);
  expect(left).toEqual([...GUARDS, BY_HAND[0]]);
  expect([...role.attached]).toEqual(GUARDS);
});
