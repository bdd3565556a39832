import { Account } from './account';
import { credentialsLeft, leaveCredentials, OTHERS_CREDENTIALS } from './residue';
import { Wiper } from '../../../../runtime/aws/wipers';
import { agentCore } from '../../../../runtime/aws/wipers/agent-core';
import { apiGatewayKeys } from '../../../../runtime/aws/wipers/api-gateway-keys';
import { namedCredentials } from '../../../../runtime/aws/wipers/named-credentials';
import { ownProfiles } from '../../../../runtime/aws/wipers/own-profiles';
import { userPoolClients } from '../../../../runtime/aws/wipers/user-pool-clients';
import { named } from '../../ledger/memory-table';

const WIPERS: [wiper: Wiper, id: string][] = [
  [apiGatewayKeys, 'api-gateway-key/key-0/agents_invoice-bot_test_erp'],
  [userPoolClients, 'user-pool-client/eu-west-1_own/client-0/agents_invoice-bot_test_erp'],
  [ownProfiles, 'roles-anywhere-profile/profile-0/agents_invoice-bot_test_erp'],
];
const EACH = WIPERS.map(([wiper, id]) => [wiper.name, wiper, id] as const);

let account: Account;
beforeEach(() => {
  account = new Account();
  leaveCredentials(account);
});

test.each(EACH)('%s: what the ledger knows is deleted and searched again, and what only has such a name stays', async (_name, wiper, id) => {
  const before = credentialsLeft(account);
  const { wiped, remains } = await account.run(wiper);

  expect(wiped.map((finding) => finding.id)).toEqual([id]);
  expect(remains).toEqual([]);
  expect(credentialsLeft(account)).toEqual(before.filter((name, index) => name !== 'agents_invoice-bot_test_erp' || index !== before.indexOf(name)));
});

test.each(EACH)('%s: no service is asked for an agent that declares none', async (_name, wiper) => {
  account.credentials.length = 0;
  expect(await wiper.list(account.context, account.target)).toEqual([]);
  expect(account.services.called).toEqual([]);
});

test.each(EACH)('%s: a declaration of another agent\'s credential deletes nothing', async (_name, wiper) => {
  account.credentials.splice(0, account.credentials.length, ...account.credentials.flatMap((one) => OTHERS_CREDENTIALS.filter((name) => !name.startsWith('agents_invoice-bot_')).map((name) => ({ ...one, name }))));
  const before = account.snapshot();
  const { found } = await account.run(wiper);
  expect(found).toEqual([]);
  expect(account.snapshot()).toEqual(before);
});

test.each(EACH.filter(([, wiper]) => wiper !== userPoolClients))('%s: if it can\'t be deleted it is switched off, and remains with the reason', async (_name, wiper) => {
  account.disturb((call, moment) => {
    if (call.includes(':DELETE ') && moment === 'before') {
      throw named('AccessDeniedException', 'no');
    }
  });
  const { wiped, remains } = await account.run(wiper);
  expect(wiped).toEqual([]);
  expect(remains).toMatchObject([{ note: expect.stringContaining('AccessDeniedException') }]);
  expect(account.services.off.size).toBe(1);
});

test('tokens that a client got are named with their time, also after its deletion', async () => {
  const { reportedOnly } = await account.run(userPoolClients);
  expect(reportedOnly).toMatchObject([{ id: 'machine-token/eu-west-1_own/agents_invoice-bot_test_erp', note: expect.stringContaining('900 seconds') }]);
});

test('a user pool that was deleted holds nothing', async () => {
  account.services.pools.clear();
  expect((await account.run(userPoolClients)).found.filter(({ actedOn }) => actedOn)).toEqual([]);
});

test('what is declared is not reported as undeclared, and what only has such a name is', async () => {
  account.declared.own.set('AWS::Cognito::UserPool', ['eu-west-1_own']);
  const { reportedOnly } = await account.run(namedCredentials);
  expect(reportedOnly.map(({ id }) => id)).toEqual(['api-key/key-1/agents_invoice-bot_test_erp_2', 'user-pool-client/eu-west-1_own/client-1/agents_invoice-bot_test_erp_2']);
});

test('a provider of API keys in AgentCore is deleted if the ledger has it, and one of nearly the same name is reported', async () => {
  const { others } = account.providers;
  account.credentials.push({ kind: 'api-key-provider', name: 'agents_invoice-bot_weather' });
  ['agents_invoice-bot_weather', 'agents_invoice-bot_weather_2', 'agents_other-bot_weather'].forEach((name) => others.ListApiKeyCredentialProviders.add(name));
  const { wiped, reportedOnly } = await account.run(agentCore);
  expect(wiped.map(({ id }) => id)).toEqual(['api-key-credential-provider/agents_invoice-bot_weather']);
  expect(reportedOnly.map(({ id }) => id)).toEqual(['api-key-credential-provider/agents_invoice-bot_weather_2']);
  expect([...others.ListApiKeyCredentialProviders]).toEqual(['agents_invoice-bot_weather_2', 'agents_other-bot_weather']);
});

test('no value of a key is asked for', async () => {
  const answers: unknown[] = [];
  const { calls } = account.context;
  (account.context as { calls: unknown }).calls = {
    rest: async (...args: Parameters<typeof calls.rest>) => {
      answers.push(await calls.rest(...args));
      return answers.at(-1);
    },
  };
  await apiGatewayKeys.list(account.context, account.target);
  expect(JSON.stringify(answers)).toContain('key-0');
  expect(JSON.stringify(answers)).not.toContain('value-of-');
});
