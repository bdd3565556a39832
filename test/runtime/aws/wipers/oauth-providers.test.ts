import { Account, throttledOnce } from './account';
import { oauthProviders } from '../../../../runtime/aws/wipers/oauth-providers';

const GRAPH = 'agents_invoice-bot_graph';
let account: Account;
beforeEach(() => (account = new Account()));
const exist = (...names: string[]): void => names.forEach((name) => account.providers.providers.add(name));
const idOf = (name: string): string => `oauth2-credential-provider/${name}`;

test('the agent\'s own providers are deleted, on every page, and not found by a second search', async () => {
  const own = [GRAPH, 'agents_invoice-bot_mail', 'agents_invoice-bot_files'];
  account.ownProvider(...own);
  exist(...own, 'a-first', 'zz-last');

  const { wiped, remains } = await account.run(oauthProviders);

  expect(wiped.map(({ id }) => id).sort()).toEqual([...own].sort().map(idOf));
  expect(remains).toEqual([]);
  expect([...account.providers.providers].sort()).toEqual(['a-first', 'zz-last']);
});

test('one that is still there after its deletion remains', async () => {
  account.ownProvider(GRAPH);
  exist(GRAPH);
  account.providers.kept.add(GRAPH);

  expect((await account.run(oauthProviders)).remains).toEqual([expect.objectContaining({ id: idOf(GRAPH), note: 'still there after it was wiped' })]);
});

test.each([
  ['another agent\'s', 'agents_other-bot_graph'],
  ['one whose agent\'s name only begins the same', 'agents_invoice-bot-2_graph'],
  ['another registry\'s', 'others_invoice-bot_graph'],
  ['an application\'s', 'graph'],
])('%s is reported and left alone, even if it is declared as the agent\'s own', async (_what, name) => {
  account.ownProvider(name, GRAPH);
  exist(name, GRAPH);

  const { wiped, remains, reportedOnly } = await account.run(oauthProviders);

  expect(reportedOnly).toEqual([expect.objectContaining({ id: idOf(name), actedOn: false, note: 'not under agents_invoice-bot_: left alone' })]);
  expect([wiped.map(({ id }) => id), remains, [...account.providers.providers]]).toEqual([[idOf(GRAPH)], [], [name]]);
});

test('one under the agent\'s name that nobody declared is reported, and stays', async () => {
  account.ownProvider(GRAPH);
  exist(GRAPH, 'agents_invoice-bot_made-by-hand');

  const { reportedOnly } = await account.run(oauthProviders);

  expect(reportedOnly).toEqual([expect.objectContaining({ id: idOf('agents_invoice-bot_made-by-hand'), note: expect.stringContaining('not declared') })]);
  expect([...account.providers.providers]).toEqual(['agents_invoice-bot_made-by-hand']);
});

test('one that a new declaration keeps is not touched', async () => {
  account.ownProvider(GRAPH);
  exist(GRAPH);

  expect(await oauthProviders.list(account.context, { ...account.target, ownProviders: [] })).toEqual([]);
});

test('for an agent that declares none AgentCore is not asked: it is not in every region', async () => {
  exist(GRAPH);

  expect(await account.found(oauthProviders)).toEqual([]);
  expect(account.providers.calls).toBe(0);
});

test('a provider that CloudFormation deleted in the meantime counts as wiped', async () => {
  account.ownProvider(GRAPH);
  exist(GRAPH);
  account.disturb((call, moment) => void (call.endsWith('DeleteOauth2CredentialProvider') && moment === 'before' && account.providers.providers.clear()));

  expect(await account.run(oauthProviders)).toMatchObject({ wiped: [{ id: idOf(GRAPH) }], remains: [] });
});

test.each(['bedrock-agentcore:DeleteOauth2CredentialProvider'])('%s that is throttled remains, and another attempt deletes it', async (operation) => {
  account.ownProvider(GRAPH);
  exist(GRAPH);
  account.disturb(throttledOnce(operation));

  expect((await account.run(oauthProviders)).remains).toEqual([expect.objectContaining({ id: idOf(GRAPH), note: 'ThrottlingException: Rate exceeded' })]);
  expect(await account.run(oauthProviders)).toMatchObject({ wiped: [{ id: idOf(GRAPH) }], remains: [] });
});

test('a listing that fails fails the wiper: nothing is reported deleted unseen', async () => {
  account.ownProvider(GRAPH);
  account.disturb(throttledOnce('bedrock-agentcore:ListOauth2CredentialProviders'));

  await expect(account.run(oauthProviders)).rejects.toThrow('Rate exceeded');
});

test('the engine may delete providers of its own registry only', () => {
  const [{ resources }] = oauthProviders.needs;
  expect(resources.filter((resource) => resource.includes('oauth2credentialprovider/'))).toEqual([expect.stringMatching(/oauth2credentialprovider\/\{registry\}_\*$/)]);
});
