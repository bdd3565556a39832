import { setTimeout as pause } from 'node:timers/promises';
import { UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { aws_secretsmanager as secretsmanager, Duration } from 'aws-cdk-lib';
import { agentApp, platform, PRODUCTION, TEST_TABLE } from './harness/apps';
import { eventsOf } from './harness/ledger-items';
import { LocalAws } from './harness/local-aws';
import { sweep } from './harness/sweep';
import { showPlacement } from '../../runtime/operator';
import { ScimServer, send } from '../runtime/sponsors/scim-server';
import { Sponsor, SponsorDirectory, SweepLimit } from 'cdk-nhi-lifecycle';

const [ADA, LI, OLA] = ['ada.park@example.com', 'li.chen@example.com', 'ola.nord@example.com'];
const TOKEN = 'T0KEN-of-the-directory';
let aws: LocalAws;
let directory: ScimServer;

beforeAll(async () => {
  [aws, directory] = await Promise.all([LocalAws.start(), ScimServer.start()]);
  directory.token = TOKEN;
  const { ARN: secretArn } = await aws.secrets.send(new CreateSecretCommand({ Name: 'idp-token', SecretString: TOKEN }));
  await aws.deploy(platform({
    agenda: { interval: Duration.days(1), sponsorCheck: Duration.seconds(1), limit: SweepLimit.of({ agents: 2, share: 1 }) },
    sponsorDirectory: (stack) => SponsorDirectory.scim({ baseUrl: 'https://idp.example.com/scim/v2', token: secretsmanager.Secret.fromSecretCompleteArn(stack, 'Token', secretArn!) }),
    defaultOwner: Sponsor.person({ name: 'Ola Nord', email: OLA, backupEmail: 'kim.roe@example.com' }),
  }));
  // The construct accepts https only. The server of this test is on this machine and has no certificate.
  const { Environment: environment } = await aws.lambda.send(new UpdateFunctionConfigurationCommand({
    FunctionName: 'agents-nhi-sponsors', Environment: { Variables: await variables({ SPONSOR_DIRECTORY: JSON.stringify({ kind: 'scim', baseUrl: directory.baseUrl, secretArn }) }) },
  }));
  expect(environment?.Variables?.SPONSOR_DIRECTORY).toContain('127.0.0.1');
});

afterAll(async () => {
  await aws.stop();
  await directory[Symbol.asyncDispose]();
});

async function variables(changes: Record<string, string>): Promise<Record<string, string>> {
  return { LEDGER_TABLE: 'agents-nhi-ledger', REGISTRY_NAME: 'agents', REGISTRY_PATH: '/agents/', PARTITION: 'aws', ...changes };
}

/** Who is active and who is not. Nobody else is in the directory. */
function people(active: readonly string[], inactive: readonly string[] = []): void {
  const users = [...active, ...inactive].map((email, index) => (
    { id: String(index), userName: email, emails: [{ value: email }], active: active.includes(email) }));
  directory.users.splice(0, Infinity, ...users);
}

/** Two sweeps, each after the next check is due. */
async function sweeps(times = 2): Promise<void> {
  for (let time = 0; time < times; time++) {
    await pause(2_100);
    await sweep(aws);
  }
}
const shown = async (): Promise<string> => (await aws.nhi(['show', 'invoice-bot'])).stdout;
const session = async (): Promise<string> => aws.sessions.read(await aws.sessions.open('invoice-bot', 'test'), TEST_TABLE);

test('an unknown, an inactive and an unverified sponsor can\'t join, and an active one can', async () => {
  people([]);
  await expect(aws.deploy(agentApp())).rejects.toThrow(/SponsorUnknown: the sponsor "ada\.park@example\.com" of agent invoice-bot is not in the directory of people/);
  people([], [ADA]);
  await expect(aws.deploy(agentApp())).rejects.toThrow(/SponsorInactive: .*SCIM user 0 is not active; declare an active person as sponsor and deploy again/);
  directory.instead = (_request, response) => send(response, 503, TOKEN);
  await expect(aws.deploy(agentApp())).rejects.toThrow(/SponsorUnverified: the directory of people did not answer .*: the SCIM service: it responded 503; nothing was changed/);
  directory.instead = undefined;
  people([ADA], [LI]);
  await expect(aws.deploy(agentApp({ stage: PRODUCTION }))).rejects.toThrow(/SponsorInactive: the backup "li\.chen@example\.com" .*stage production demands an active backup/);
  expect((await aws.nhi(['list'])).stdout).toContain('no agents');

  people([ADA, LI]);
  await aws.deploy(agentApp());
  expect(await session()).toBe('allowed');
  expect(directory.authorizations).toContain(`Bearer ${TOKEN}`);
});

test('a directory that is down changes nothing; a lapsed sponsor passes to the backup and then to the default owner, whatever is deployed', async () => {
  people([LI, OLA], [ADA]);
  directory.instead = (_request, response) => send(response, 503, '');
  await sweeps();
  expect(await eventsOf(aws.registry, 'invoice-bot')).toEqual(['joined']);
  expect(await shown()).toMatch(/the directory does not answer since .*: the SCIM service: it responded 503/);

  directory.instead = undefined;
  await sweeps();
  await sweep(aws);
  expect(await eventsOf(aws.registry, 'invoice-bot')).toEqual(['joined', 'sponsor-lapsed']);
  expect(await shown()).toMatch(new RegExp(`^sponsor +${LI} .*backup ${OLA}\n +took over at .*; the code still declares ${ADA}`, 'm'));
  expect((await aws.nhi(['list', '--sponsor', LI])).stdout).toMatch(/^invoice-bot +active /m);
  expect(await session()).toBe('allowed');

  await aws.deploy(agentApp({ purpose: 'Matches invoices of suppliers' }));
  expect(await showPlacement(aws.registry, 'invoice-bot')).toMatchObject({ succession: { lapsed: ADA, sponsor: { id: LI } } });
  await expect(aws.deploy(agentApp({ stage: PRODUCTION }))).rejects.toThrow(new RegExp(`SponsorInactive: .*${LI} took over and is accountable now`));

  people([OLA, 'kim.roe@example.com'], [ADA, LI]);
  await sweeps(3);
  expect(await shown()).toMatch(new RegExp(`^sponsor +Ola Nord \\(${OLA}\\)`, 'm'));
  expect((await eventsOf(aws.registry, 'invoice-bot')).filter((name) => name === 'sponsor-lapsed').length).toBeGreaterThanOrEqual(2);

  people([OLA, LI]);
  await aws.deploy(agentApp({ sponsor: Sponsor.person({ name: 'Ola Nord', email: OLA, backupEmail: LI }) }));
  const state = await showPlacement(aws.registry, 'invoice-bot');
  expect(state.succession).toBeUndefined();
  expect(state.declared.sponsor).toMatchObject({ accountableEmail: OLA });
  expect((await aws.nhi(['verify', 'invoice-bot'])).stdout).toContain('the chain of invoice-bot is intact');
});

test('the token is in no template, log of the ledger or output', async () => {
  const texts = [await shown(), JSON.stringify(await showPlacement(aws.registry, 'invoice-bot')), (await aws.nhi(['verify', 'invoice-bot', '--json'])).stdout];
  expect(texts.filter((text) => text.includes(TOKEN))).toEqual([]);
});
