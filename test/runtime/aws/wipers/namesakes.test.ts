import { Account, refOf, throttledOnce } from './account';
import { namesakes } from '../../../../runtime/aws/wipers/namesakes';
import { FakeRole } from '../../engine/fake-iam';

let account: Account;
beforeEach(() => (account = new Account()));

const replace = (stage?: string): FakeRole => account.replace(stage);
const names = (): string[] => [...account.roles.roles.keys()];

test('a role in the place of a principal is found and deleted', async () => {
  account.principal();
  const { roleId } = replace();

  const { found, wiped, remains } = await account.run(namesakes);

  expect(found).toEqual([{ wiper: 'namesakes', kind: 'namesake', id: `role/invoice-bot-test/namesake/${roleId}`, actedOn: true }]);
  expect(wiped).toEqual(found);
  expect(remains).toEqual([]);
  expect(names()).toEqual([]);
});

test('twin: the principals themselves are none, and stay', async () => {
  account.principal('test');
  account.principal('production');
  const before = account.snapshot();

  expect(await account.run(namesakes)).toMatchObject({ found: [], wiped: [], remains: [] });

  expect(account.snapshot()).toEqual(before);
});

test('nor is the agent\'s next principal under the name of one before: it is known', async () => {
  account.principal();
  account.roles.roles.delete('invoice-bot-test');
  const next = refOf(account.roles.createRole('test'));

  expect(await namesakes.list(account.context, { ...account.target, known: [...account.target.known, next.roleId] })).toEqual([]);
  expect(await namesakes.list(account.context, account.target)).toHaveLength(1);
});

test('places that are not among the principals that are torn down are looked at as well', async () => {
  account.principal();
  const { roleId } = replace();

  const found = await namesakes.list(account.context, { ...account.target, principals: [] });

  expect(found.map(({ id }) => id)).toEqual([`role/invoice-bot-test/namesake/${roleId}`]);
  expect(await namesakes.list(account.context, { ...account.target, places: [] })).toEqual([]);
});

test('two principals that had the same name are one place', async () => {
  account.principal();
  replace();
  const [place] = account.target.places;

  expect(await namesakes.list(account.context, { ...account.target, places: [place, { ...place, roleId: 'AROAOFOLD' }] })).toHaveLength(1);
});

test('each place is looked at', async () => {
  account.principal('test');
  account.principal('production');
  replace('test');
  replace('production');

  expect((await account.run(namesakes)).wiped).toHaveLength(2);

  expect(names()).toEqual([]);
});

test('of another agent nothing is touched', async () => {
  account.principal();
  replace();
  account.roles.roles.set('other-bot-test', { ...account.roles.roles.get('invoice-bot-test')!, roleName: 'other-bot-test', roleId: 'AROAOFANOTHER' });

  await account.run(namesakes);

  expect(names()).toEqual(['other-bot-test']);
});

test('one outside the registry\'s path remains, with the reason, and is not touched', async () => {
  account.principal();
  const role = replace();
  account.roles.roles.set(role.roleName, { ...role, path: '/' });
  const before = account.snapshot();

  const { wiped, remains } = await account.run(namesakes);

  expect(wiped).toEqual([]);
  expect(remains).toMatchObject([{ id: `role/invoice-bot-test/namesake/${role.roleId}`, note: expect.stringMatching(/^PrincipalOutsideRegistry: .*delete it or rename it$/) }]);
  expect(account.snapshot()).toEqual(before);
});

test('one that disappears between the look and the wipe counts as wiped', async () => {
  account.principal();
  replace();
  const [finding] = await namesakes.list(account.context, account.target);
  account.roles.roles.clear();

  await expect(namesakes.wipe(account.context, account.target, finding)).resolves.toBeUndefined();
});

test('another that takes its place between the look and the wipe is not touched by that wipe, and found by the next look', async () => {
  account.principal();
  replace();
  const [finding] = await namesakes.list(account.context, account.target);
  const { roleId } = replace();
  const before = account.snapshot();

  await namesakes.wipe(account.context, account.target, finding);

  expect(account.snapshot()).toEqual(before);
  expect(await account.found(namesakes)).toEqual([`role/invoice-bot-test/namesake/${roleId}`]);
});

test('throttled in between: it remains with the reason, and a rerun finishes', async () => {
  account.principal();
  replace();
  account.disturb(throttledOnce('iam:DeleteRole'));

  const first = await account.run(namesakes);
  const second = await account.run(namesakes);

  expect(first.remains).toMatchObject([{ note: 'ThrottlingException: Rate exceeded' }]);
  expect(second.remains).toEqual([]);
  expect(names()).toEqual([]);
});
