import { randomUUID } from 'node:crypto';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { aws_secretsmanager as secretsmanager, Duration, Stack } from 'aws-cdk-lib';
import { agentApp, Build, platform } from './harness/apps';
import { invokedByHand } from './harness/by-hand';
import { eventsOf, readTable } from './harness/ledger-items';
import { LocalAws } from './harness/local-aws';
import { sweep } from './harness/sweep';
import { showPlacement } from '../../runtime/operator';
import { LIFECYCLE_RESOURCE_TYPE } from '../../src/contract/lifecycle-resource';
import { AccountServer, answer } from '../runtime/revokers/local-server';
import { ScimService } from '../runtime/revokers/scim-service';
import { MonthlyCost, Revoker } from 'cdk-nhi-lifecycle';

const SECRET = 'agents-nhi-revokers/idp';
const WHY = ['--reason', 'The vendor has confirmed it by mail'];
let aws: LocalAws;
let scim: ScimService;
let crm: AccountServer;

beforeAll(async () => {
  [aws, scim, crm] = await Promise.all([LocalAws.start(), new ScimService().start(), new AccountServer().start()]);
  scim.token = crm.token = 'T0KEN-of-third-parties';
  await aws.secrets.send(new CreateSecretCommand({ Name: SECRET, SecretString: JSON.stringify({ hosts: `${scim.host} ${crm.host}`, forAgents: '*-bot', token: scim.token }) }));
  await aws.deploy(platform({ revokerPrivateHosts: ['127.0.0.1'], agenda: { interval: Duration.days(1), revocationRetry: Duration.seconds(1) } }));
});

afterAll(async () => {
  await aws.stop();
  await Promise.all([scim, crm].map((server) => server[Symbol.asyncDispose]()));
});

/** An agent with access at both. */
function bot(agentName: string, stackName: string): Build {
  const secretOf = (stack: Stack): secretsmanager.ISecret => stack.node.tryFindChild('Secret') as secretsmanager.ISecret ?? secretsmanager.Secret.fromSecretNameV2(stack, 'Secret', SECRET);
  return agentApp({
    agentName,
    stackName,
    revokersIn: (stack) => [
      Revoker.scim('okta', { baseUrl: 'https://idp.example.com/scim/v2', secret: secretOf(stack), monthlyCost: MonthlyCost.of(12.5, 'EUR') }),
      Revoker.http('crm', {
        url: 'https://crm.example.com/accounts/{agentName}', verify: { url: 'https://crm.example.com/accounts/{agentName}' }, secret: secretOf(stack), headers: { authorization: 'Bearer {token}' }, monthlyCost: MonthlyCost.of(100),
      }),
    ],
  });
}

/** The construct accepts https only, and the servers of this test are on this machine and have no certificate. */
function deploy(build: Build): Promise<void> {
  return aws.deployEdited(build, (resources) => {
    const [lifecycle] = Object.values(resources).filter(({ Type }) => Type === LIFECYCLE_RESOURCE_TYPE);
    const [okta, api] = (lifecycle as unknown as { Properties: { Revokers: { Settings: Record<string, string> }[] } }).Properties.Revokers;
    okta.Settings.baseUrl = scim.baseUrl;
    api.Settings.url = api.Settings.verifyUrl = `${crm.origin}/accounts/{agentName}`;
  });
}

const nhi = async (...words: string[]): Promise<string> => (await aws.nhi(words)).stdout;

test('a suspension deactivates the user and a resumption activates it; cdk destroy removes all, and the certificate says so', async () => {
  scim.add('invoice-bot');
  scim.add('somebody');
  crm.accounts.add('invoice-bot').add('somebody');
  await deploy(bot('invoice-bot', 'InvoiceBot'));
  expect(await nhi('show', 'invoice-bot')).toMatch(/^outside +okta \(scim, 12\.50 EUR a month\)$/m);
  expect(await nhi('status')).toMatch(/paid a month +12\.50 EUR, 100\.00 USD/);

  await aws.nhi(['suspend', 'invoice-bot', '--yes', '--reason', 'Its key was seen in a public place']);
  expect(scim.users.map(({ active }) => active)).toEqual([false, true]);
  await aws.nhi(['resume', 'invoice-bot', '--yes', '--reason', 'The key was replaced']);
  expect(scim.users.map(({ active }) => active)).toEqual([true, true]);

  await aws.destroyByCommand(bot('invoice-bot', 'InvoiceBot'));
  expect(scim.users.map(({ userName }) => userName)).toEqual(['somebody']);
  expect([...crm.accounts]).toEqual(['somebody']);
  await aws.executionsDone();
  expect(await nhi('list')).toMatch(/^invoice-bot +left /m);
  const certificate = await nhi('certificate', 'invoice-bot');
  expect(certificate).toMatch(/okta \(scim, 12\.50 EUR a month\)\n +found active, and asked to revoke it\n +a look at .* saw that it is revoked/);
  expect(certificate).toContain('no longer paid: 100.00 USD a month');
  expect(await nhi('status')).toMatch(/no longer paid +12\.50 EUR, 100\.00 USD/);
  expect((await eventsOf(aws.registry, 'invoice-bot')).filter((name) => name === 'revocation-confirmed')).toHaveLength(2);
});

test('a third party that refuses keeps the leaver open, visible and its name taken; once it recovers, the sweep finishes; a person may attest the rest', async () => {
  scim.add('order-bot');
  crm.accounts.add('order-bot');
  scim.before = ({ method }, response) => method !== 'GET' && answer(response, 503, 'T0KEN-of-third-parties');
  crm.before = ({ method }, response) => method === 'DELETE' && answer(response, 403);
  await deploy(bot('order-bot', 'OrderBot'));
  await aws.destroy(bot('order-bot', 'OrderBot'));
  expect(await aws.statusOf('OrderBot')).toBeUndefined();
  await aws.executionsDone();

  expect(await nhi('list')).toMatch(/^order-bot +revoking /m);
  expect(await nhi('status')).toMatch(/revocation open +1 +order-bot okta crm +nhi confirm/);
  expect(await nhi('show', 'order-bot')).toMatch(/^revocation +okta .*: OPEN since .*, 4 attempts, again at .*: it responded 503$/m);
  expect(await nhi('certificate', 'order-bot')).toContain('NOT CONFIRMED: it responded 503');
  await expect(deploy(bot('order-bot', 'OrderBot'))).rejects.toThrow(/RevocationsOpen: agent order-bot has left/);
  await expect(aws.destroy(platform())).rejects.toThrow(/RegistryInUse/);

  scim.before = undefined;
  await sweep(aws);
  await aws.executionsDone();
  expect(scim.users.map(({ userName }) => userName)).toEqual(['somebody']);
  expect(await nhi('show', 'order-bot')).toMatch(/^revocation +okta .*: confirmed at /m);
  expect(await nhi('list')).toMatch(/^order-bot +revoking /m);

  await aws.nhi(['confirm', 'order-bot', 'crm', '--yes', ...WHY]);
  expect(await nhi('list')).toMatch(/^order-bot +left /m);
  expect(await nhi('show', 'order-bot')).toMatch(/^revocation +crm .*: attested at .* by .*: The vendor has confirmed it by mail$/m);
  expect(crm.accounts.has('order-bot')).toBe(true);
  expect(await nhi('verify', 'order-bot')).toContain('the chain of order-bot is intact');
});

test('who invokes the function by hand has nothing revoked and reads nothing of the ledger, of an active agent or in a leave; the engine continues', async () => {
  scim.add('ledger-bot');
  crm.accounts.add('ledger-bot');
  crm.before = ({ method }, response) => method === 'DELETE' && answer(response, 403);
  await deploy(bot('ledger-bot', 'LedgerBot'));
  const { declared: { revokers = [] } } = await showPlacement(aws.registry, 'ledger-bot');
  const orders = (since?: string) => revokers.flatMap(({ id, kind, settings }) => (['look', 'suspend', 'resume', 'revoke'] as const).map((action) => (
    { action, registry: 'agents', account: aws.env.account, agentName: 'ledger-bot', revoker: id, kind, settings, ...(since === undefined ? {} : { since }) })));
  const byHand = async (payloads: readonly object[]): Promise<void> => {
    const before = [scim.received.length, crm.received.length, await readTable(aws.registry.table)];
    for (const payload of payloads) {
      expect(await invokedByHand(aws, 'agents-nhi-revokers', payload)).toMatch(/^AskUnknown: the engine does not ask that now/);
    }
    expect([scim.received.length, crm.received.length, await readTable(aws.registry.table)]).toEqual(before);
  };
  expect(orders()).toHaveLength(8);
  await byHand([...orders(), { ask: randomUUID() }, { ask: `${aws.env.account}#ledger-bot` }]);
  expect(scim.users.filter(({ active }) => active).map(({ userName }) => userName)).toContain('ledger-bot');

  await aws.destroy(bot('ledger-bot', 'LedgerBot'));
  await aws.executionsDone();
  const { revocations = [] } = await showPlacement(aws.registry, 'ledger-bot');
  expect(revocations.map(({ revoker: { id }, confirmed }) => [id, confirmed !== undefined])).toEqual([['okta', true], ['crm', false]]);
  crm.before = undefined;
  await byHand(orders(revocations[1].since));
  expect(crm.accounts.has('ledger-bot')).toBe(true);

  // A row that the function took before is of no use, and the engine's own question is carried out.
  await sweep(aws);
  await aws.executionsDone();
  expect(crm.accounts.has('ledger-bot')).toBe(false);
  expect(await nhi('list')).toMatch(/^ledger-bot +left /m);
  expect((await readTable(aws.registry.table)).filter(({ pk }) => String(pk).startsWith('ask#'))).toEqual([]);
});

test('the secret of the third parties is in no ledger, certificate, environment or output', async () => {
  const { Environment: environment } = await aws.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'agents-nhi-revokers' }));
  const texts = [
    JSON.stringify(await readTable(aws.registry.table)), JSON.stringify(environment), JSON.stringify(await showPlacement(aws.registry, 'order-bot')), await nhi('certificate', 'order-bot', '--json'),
    await nhi('certificate', 'invoice-bot', '--json'), await nhi('verify', 'order-bot', '--json'),
  ];
  expect(texts.filter((text) => text.includes('T0KEN'))).toEqual([]);
  expect(scim.received.every(({ headers }) => headers.authorization === 'Bearer T0KEN-of-third-parties')).toBe(true);
});
