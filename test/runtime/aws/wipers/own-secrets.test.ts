import { Account, throttledOnce } from './account';
import { ownSecrets } from '../../../../runtime/aws/wipers/own-secrets';
import { ownSecretPrefix } from '../../../../src/contract/role-names';

const TOKEN = 'agents/invoice-bot/token';
let account: Account;
beforeEach(() => (account = new Account()));
const names = (): string[] => [...account.secrets.secrets.keys()];

test('the agent\'s own secrets go for good: nothing is left to restore', async () => {
  account.own(TOKEN, 'agents/invoice-bot/deep/key', 'agents/invoice-bot/third');
  account.target.ownSecrets.forEach((name) => account.secrets.create(name));

  const { wiped, remains } = await account.run(ownSecrets);

  expect(wiped.map(({ id }) => id)).toEqual([`secret/${TOKEN}`, 'secret/agents/invoice-bot/deep/key', 'secret/agents/invoice-bot/third']);
  expect(remains).toEqual([]);
  expect(names()).toEqual([]);
});

test('replicas go first, as they keep a secret from being deleted', async () => {
  account.own(TOKEN);
  account.secrets.create(TOKEN, { replicas: ['us-east-1', 'eu-central-1'] });

  const { remains } = await account.run(ownSecrets);

  expect(remains).toEqual([]);
  expect(names()).toEqual([]);
});

test('one that waits for its deletion can still be restored, so it is found and deleted', async () => {
  account.own(TOKEN);
  account.secrets.create(TOKEN).scheduled = true;

  expect((await account.run(ownSecrets)).wiped.map(({ id }) => id)).toEqual([`secret/${TOKEN}`]);

  expect(names()).toEqual([]);
});

test.each([
  ['another agent\'s', 'agents/other-bot/token'],
  ['one whose agent\'s name only begins the same', 'agents/invoice-bot-2/token'],
  ['another registry\'s', 'other-agents/invoice-bot/token'],
  ['an application\'s', 'payments/database'],
  ['the bare prefix\'s namesake', 'agents/invoice-bot'],
])('%s secret is reported and left alone, also if the ledger names it as the agent\'s own', async (_, name) => {
  account.own(name, TOKEN);
  [name, TOKEN].forEach((secret) => account.secrets.create(secret));

  const { wiped, remains, reportedOnly } = await account.run(ownSecrets);

  expect(reportedOnly).toEqual([{ wiper: 'own-secrets', kind: 'secret', id: `secret/${name}`, actedOn: false, note: 'not under agents/invoice-bot/: left alone' }]);
  expect(wiped.map(({ id }) => id)).toEqual([`secret/${TOKEN}`]);
  expect(remains).toEqual([]);
  expect(names()).toEqual([name]);
});

test('a secret under the agent\'s prefix that the ledger doesn\'t know as its own stays', async () => {
  account.secrets.create('agents/invoice-bot/made-by-hand');

  expect(await account.run(ownSecrets)).toMatchObject({ found: [], wiped: [] });

  expect(names()).toEqual(['agents/invoice-bot/made-by-hand']);
});

test('a secret that was deleted before is not found, and wiping it again does nothing', async () => {
  account.own(TOKEN);
  account.secrets.create(TOKEN);
  const findings = await ownSecrets.list(account.context, account.target);
  account.secrets.secrets.delete(TOKEN);

  await ownSecrets.wipe(account.context, account.target, findings[0]);

  expect(findings).toHaveLength(1);
  expect(await account.found(ownSecrets)).toEqual([]);
});

test.each(['RemoveRegionsFromReplication', 'DeleteSecret'])('throttled at %s: it remains with the reason, the other goes, and a rerun finishes', async (operation) => {
  account.own(TOKEN, 'agents/invoice-bot/other');
  account.secrets.create(TOKEN, { replicas: ['us-east-1'] });
  account.secrets.create('agents/invoice-bot/other');
  account.disturb(throttledOnce(`secretsmanager:${operation}`));

  const first = await account.run(ownSecrets);
  const left = names();
  const second = await account.run(ownSecrets);

  expect(first.remains).toMatchObject([{ id: `secret/${TOKEN}`, note: 'ThrottlingException: Rate exceeded' }]);
  expect(left).toEqual([TOKEN]);
  expect(second.wiped.map(({ id }) => id)).toEqual([`secret/${TOKEN}`]);
  expect(names()).toEqual([]);
});

test('a throttled search does not count as a deletion', async () => {
  account.own(TOKEN);
  account.secrets.create(TOKEN);
  account.disturb(throttledOnce('secretsmanager:DescribeSecret'));

  await expect(account.run(ownSecrets)).rejects.toMatchObject({ name: 'ThrottlingException' });
  await account.run(ownSecrets);

  expect(names()).toEqual([]);
});

test('where own secrets are: under the registry\'s and the agent\'s name', () => {
  expect(ownSecretPrefix('agents', 'invoice-bot')).toBe('agents/invoice-bot/');
});
