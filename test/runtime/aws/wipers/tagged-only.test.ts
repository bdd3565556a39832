import { Account, throttledOnce } from './account';
import { arnOf } from './fake-secrets';
import { taggedOnly } from '../../../../runtime/aws/wipers/tagged-only';

const TAGS = { 'agent:name': 'invoice-bot' };
let account: Account;
beforeEach(() => (account = new Account()));

test('secrets that carry the agent\'s name are reported, from all pages, and all of them stay', async () => {
  const names = ['payments/database', 'somewhere/else', 'agents/invoice-bot/by-hand', 'd', 'e'];
  names.forEach((name) => account.secrets.create(name, { tags: TAGS }));
  const before = account.snapshot();

  const { found, wiped, remains, reportedOnly } = await account.run(taggedOnly);

  expect(reportedOnly).toEqual(names.map((name) => ({ wiper: 'tagged-only', kind: 'secret', id: arnOf(name), actedOn: false, note: 'only tagged: look at it' })));
  expect(found).toEqual(reportedOnly);
  expect([...wiped, ...remains]).toEqual([]);
  expect(account.snapshot()).toEqual(before);
});

test('what carries another\'s name, a similar tag or is known as the agent\'s own is not reported; what is tagged beside it is', async () => {
  account.own('agents/invoice-bot/token');
  account.secrets.create('agents/invoice-bot/token', { tags: TAGS });
  account.secrets.create('another', { tags: { 'agent:name': 'other-bot' } });
  account.secrets.create('similar', { tags: { 'agent:name-of-old': 'invoice-bot' } });
  account.secrets.create('longer', { tags: { 'agent:name': 'invoice-bot-2' } });
  account.secrets.create('untagged');
  account.secrets.create('tagged', { tags: TAGS });

  expect(await account.found(taggedOnly)).toEqual([arnOf('tagged')]);
});

test('the key of the tag counts without regard to case, its value as it is', async () => {
  account.secrets.create('lower', { tags: TAGS });
  account.secrets.create('mixed', { tags: { 'Agent:Name': 'invoice-bot' } });
  account.secrets.create('upper', { tags: { 'AGENT:NAME': 'invoice-bot' } });
  account.secrets.create('value', { tags: { 'Agent:Name': 'Invoice-Bot' } });
  account.secrets.create('another', { tags: { 'Agent:Name': 'other-bot' } });

  expect(await account.found(taggedOnly)).toEqual(['lower', 'mixed', 'upper'].map(arnOf));
});

test('asked to wipe, it refuses, and nothing is touched', async () => {
  account.secrets.create('tagged', { tags: TAGS });
  const [finding] = await taggedOnly.list(account.context, account.target);
  const before = account.snapshot();

  await expect(taggedOnly.wipe(account.context, account.target, { ...finding, actedOn: true })).rejects.toThrow('never wiped');

  expect(account.snapshot()).toEqual(before);
});

test('throttled: the error surfaces, and a rerun reports', async () => {
  account.secrets.create('tagged', { tags: TAGS });
  account.disturb(throttledOnce('secretsmanager:ListSecrets'));

  await expect(account.run(taggedOnly)).rejects.toMatchObject({ name: 'ThrottlingException' });

  expect((await account.run(taggedOnly)).reportedOnly).toHaveLength(1);
});

test('resources of any service that carry the tag are reported, from all pages, and each once', async () => {
  const arns = ['arn:aws:sqs:eu-west-1:111122223333:a', 'arn:aws:s3:::b', 'arn:aws:dynamodb:eu-west-1:111122223333:table/c'];
  arns.forEach((arn) => account.services.tagged.set(arn, { key: 'agent:name', value: 'invoice-bot' }));
  account.services.tagged.set('arn:aws:sqs:eu-west-1:111122223333:other', { key: 'agent:name', value: 'other-bot' });
  // The agent's role has the tag, and other wipers look at it. A secret is found by both ways.
  account.services.tagged.set('arn:aws:iam::111122223333:policy/agents/test/x', { key: 'agent:name', value: 'invoice-bot' });
  account.secrets.create('tagged', { tags: TAGS });
  account.services.tagged.set(arnOf('tagged'), { key: 'agent:name', value: 'invoice-bot' });

  const { reportedOnly } = await account.run(taggedOnly);

  expect(reportedOnly.map(({ id }) => id)).toEqual([arnOf('tagged'), ...arns]);
  expect(new Set(reportedOnly.map(({ note }) => note))).toEqual(new Set(['only tagged: look at it']));
});
