import { Account, throttledOnce } from './account';
import { undeclaredSecrets } from '../../../../runtime/aws/wipers/undeclared-secrets';

const ids = (...names: string[]): string[] => names.map((name) => `secret/${name}`);
let account: Account;
beforeEach(() => (account = new Account()));

test('what lies under the agent\'s prefix and nobody declared is reported, from all pages, and stays', async () => {
  const names = ['agents/invoice-bot/a', 'agents/invoice-bot/deep/b', 'agents/invoice-bot/c'];
  names.forEach((name) => account.secrets.create(name));
  const before = account.snapshot();

  const { reportedOnly, wiped, remains } = await account.run(undeclaredSecrets);

  expect(reportedOnly.map(({ id }) => id)).toEqual(ids(...names));
  expect(reportedOnly[0]).toEqual({
    wiper: 'undeclared-secrets', kind: 'secret', id: 'secret/agents/invoice-bot/a', actedOn: false, note: 'under agents/invoice-bot/, and not declared in ownSecrets: look at it',
  });
  expect([...wiped, ...remains]).toEqual([]);
  expect(account.snapshot()).toEqual(before);
});

test('what is declared, and what only begins the same, is not', async () => {
  account.own('agents/invoice-bot/declared');
  ['agents/invoice-bot/declared', 'agents/invoice-bot-2/a', 'agents/invoice-bot', 'other/agents/invoice-bot/a', 'agents/other-bot/a'].forEach((name) => account.secrets.create(name));
  account.secrets.create('agents/invoice-bot/undeclared');

  expect(await account.found(undeclaredSecrets)).toEqual(ids('agents/invoice-bot/undeclared'));
});

test('one that waits for its deletion can be restored, so it is reported', async () => {
  account.secrets.create('agents/invoice-bot/a').scheduled = true;

  expect(await account.found(undeclaredSecrets)).toEqual(ids('agents/invoice-bot/a'));
});

test('asked to wipe, it refuses', async () => {
  account.secrets.create('agents/invoice-bot/a');
  const [finding] = await undeclaredSecrets.list(account.context, account.target);

  await expect(undeclaredSecrets.wipe(account.context, account.target, { ...finding, actedOn: true })).rejects.toThrow('never wiped');
});

test('throttled: the error surfaces, and a rerun reports', async () => {
  account.secrets.create('agents/invoice-bot/a');
  account.disturb(throttledOnce('secretsmanager:ListSecrets'));

  await expect(account.run(undeclaredSecrets)).rejects.toMatchObject({ name: 'ThrottlingException' });
  expect((await account.run(undeclaredSecrets)).reportedOnly).toHaveLength(1);
});
