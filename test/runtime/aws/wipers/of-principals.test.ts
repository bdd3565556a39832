import { Account } from './account';
import { instanceProfiles } from '../../../../runtime/aws/wipers/instance-profiles';
import { liveSessions } from '../../../../runtime/aws/wipers/live-sessions';
import { ofPrincipal } from '../../../../runtime/aws/wipers/of-principals';
import { outOfBandAttachedPolicies } from '../../../../runtime/aws/wipers/out-of-band-attached-policies';
import { outOfBandInlinePolicies } from '../../../../runtime/aws/wipers/out-of-band-inline-policies';
import { FakeRole } from '../../engine/fake-iam';

/** Adds one item of each kind to a role by hand. */
function byHand(account: Account, role: FakeRole): void {
  role.inline.set('by-hand', '{}');
  role.attached.add('arn:aws:iam::aws:policy/AdministratorAccess');
  account.roles.instanceProfiles.set('profile', role.roleName);
}

describe.each([liveSessions, outOfBandInlinePolicies, outOfBandAttachedPolicies, instanceProfiles])('$name', (wiper) => {
  test('somebody else\'s role that took a principal\'s name is not looked at', async () => {
    const account = new Account();
    account.principal();
    account.roles.roles.delete('invoice-bot-test');
    byHand(account, account.roles.createRole('test'));
    const before = account.snapshot();

    const report = await account.run(wiper);

    expect(report).toMatchObject({ found: [], wiped: [], remains: [] });
    expect(account.snapshot()).toEqual(before);
  });

  test('a role that takes the name between the look and the wipe is not touched', async () => {
    const account = new Account();
    byHand(account, account.principal());
    const [finding] = await wiper.list(account.context, account.target);
    account.roles.roles.delete('invoice-bot-test');
    byHand(account, account.roles.createRole('test'));
    const before = account.snapshot();

    await wiper.wipe(account.context, account.target, finding);

    expect(finding).toBeDefined();
    expect(account.snapshot()).toEqual(before);
  });

  test('twin: the agent\'s next principal under the name of one that no longer exists is wiped', async () => {
    const account = new Account();
    account.principal();
    account.roles.roles.delete('invoice-bot-test');
    byHand(account, account.principal());

    const report = await account.run(wiper);

    expect(report.wiped).toHaveLength(1);
    expect(report.remains).toEqual([]);
  });

  test('what was deleted before the wipe counts as wiped', async () => {
    const account = new Account();
    const role = account.principal();
    byHand(account, role);
    const [finding] = await wiper.list(account.context, account.target);
    role.inline.delete('by-hand');
    role.attached.clear();
    account.roles.instanceProfiles.clear();

    await expect(wiper.wipe(account.context, account.target, finding)).resolves.toBeUndefined();
  });

  test('each of several principals is looked at', async () => {
    const account = new Account();
    byHand(account, account.principal('test'));
    byHand(account, account.principal('production'));
    account.roles.instanceProfiles.set('another-profile', 'invoice-bot-test');

    const report = await account.run(wiper);

    expect(new Set(report.wiped.map(({ id }) => id.split('/')[1]))).toEqual(new Set(['invoice-bot-test', 'invoice-bot-production']));
  });

  test('a principal that goes between the look at it and the listing has nothing left', async () => {
    const account = new Account();
    byHand(account, account.principal());
    account.disturb((call, moment) => {
      if (call !== 'iam:GetRole' && moment === 'before') {
        account.roles.roles.clear();
      }
    });

    expect(await account.found(wiper)).toEqual([]);
  });

  test('fails when the registry was made to hold a principal outside its path', async () => {
    const account = new Account();
    byHand(account, account.principal());
    const outside = { ...account.target, principals: [{ ...account.target.principals[0], path: '/' }] };

    await expect(wiper.list(account.context, outside)).rejects.toMatchObject({ code: 'PrincipalOutsideRegistry' });
  });
});

test('fails when a finding is of none of the principals', async () => {
  const account = new Account();
  account.principal();
  const wiped: string[] = [];
  const finding = { wiper: 'x', kind: 'x', id: 'role/somebody/x/y', actedOn: true };

  await expect(ofPrincipal(account.context, account.target, finding, async (_, what) => wiped.push(what))).rejects.toThrow('of no principal that is being torn down');
  await ofPrincipal(account.context, account.target, { ...finding, id: 'role/invoice-bot-test/x/a/b' }, async (_, what) => wiped.push(what));

  expect(wiped).toEqual(['a/b']);
});
