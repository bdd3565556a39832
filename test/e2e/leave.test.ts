import { GetInstanceProfileCommand, GetUserCommand } from '@aws-sdk/client-iam';
import { aws_ssm as ssm, Stack } from 'aws-cdk-lib';
import { agentApp, platform, PRODUCTION_TABLE, TEST_TABLE } from './harness/apps';
import { lookAtRole } from './harness/identities';
import { eventsOf, readTable } from './harness/ledger-items';
import { HANDMADE, makeByHand, makeForAnother, secretExists } from './harness/leftovers';
import { LocalAws } from './harness/local-aws';
import { finishTeardown } from '../../cli/finish';
import { certificatesOf, releaseLeavers, showPlacement, verifyPlacement } from '../../cli/verbs';

let aws: LocalAws;

beforeAll(async () => {
  aws = await LocalAws.start();
  await aws.deploy(platform({ massLeaverLimit: { count: 4 } }));
}, 120_000);

afterAll(() => aws.stop());

test('a leaver takes everything of its own along, and nothing else', async () => {
  const app = agentApp({ ownSecretNames: ['agents/invoice-bot/erp'] });
  await aws.deploy(app);
  const session = await aws.sessions.open('invoice-bot', 'test');
  await makeByHand(aws, 'invoice-bot');
  await makeForAnother(aws);
  expect(await aws.sessions.read(session, PRODUCTION_TABLE)).toBe('allowed');

  await aws.destroy(app);

  expect(await aws.statusOf('InvoiceBot')).toBeUndefined();
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('refused');
  expect(await lookAtRole(aws.iam, 'invoice-bot-test')).toBeUndefined();
  await expect(aws.iam.send(new GetUserCommand({ UserName: 'invoice-bot-debug' }))).rejects.toThrow(/cannot be found|not found/i);
  expect(await secretExists(aws, 'agents/invoice-bot/erp')).toBe(false);
  // The profile is somebody's resource: it stays, without the role.
  const { InstanceProfile: profile } = await aws.iam.send(new GetInstanceProfileCommand({ InstanceProfileName: 'debug' }));
  expect(profile?.Roles).toEqual([]);
  // Others' things, by path, tag or name.
  await expect(aws.iam.send(new GetUserCommand({ UserName: 'other-bot-debug' }))).resolves.toBeDefined();
  await expect(aws.iam.send(new GetUserCommand({ UserName: 'ada' }))).resolves.toBeDefined();
  expect(await secretExists(aws, 'shared/erp')).toBe(true);

  const [certificate] = await certificatesOf(aws.registry, 'invoice-bot');
  const ids = (part: 'found' | 'wiped') => certificate.wipers.flatMap((wiper) => wiper[part]);
  expect(ids('wiped')).toEqual(expect.arrayContaining(HANDMADE.map((part) => expect.stringContaining(part))));
  expect(ids('found').sort()).toEqual([...ids('wiped'), ...certificate.leftAlone.map(({ id }) => id)].sort());
  expect(certificate.leftAlone).toEqual([{ id: expect.stringContaining('shared/erp'), note: 'only tagged: look at it' }]);
}, 180_000);

test('of one that has left stay a tombstone, the chain and the certificate: no credential, no URL', async () => {
  expect(await eventsOf(aws.registry, 'invoice-bot')).toEqual(['joined', 'principal-retired', 'left']);
  expect(await showPlacement(aws.registry, 'invoice-bot')).toMatchObject({ status: 'left' });
  const placementItems = JSON.stringify((await readTable(aws.registry.table)).filter(({ pk }) => String(pk).startsWith('placement#')));
  expect(placementItems).toContain('invoice-bot');
  expect(placementItems).not.toMatch(/responseUrl|X-Amz-Signature|SecretAccessKey|"tags"/i);
}, 60_000);

test('a leave that can\'t finish says what remains, and the next cdk destroy finishes it', async () => {
  const app = agentApp({ stackName: 'Sticky', agentName: 'sticky-bot' });
  await aws.deploy(app);
  const session = await aws.sessions.open('sticky-bot', 'test');
  await makeByHand(aws, 'sticky-bot');
  const lift = await aws.deny(['iam:DeleteAccessKey'], ['*']);

  await expect(aws.destroy(app)).rejects.toThrow(/TeardownIncomplete/);

  expect(await aws.statusOf('Sticky')).toBe('DELETE_FAILED');
  const [reason] = (await aws.failuresOf('Sticky')).filter((text) => text.includes('TeardownIncomplete'));
  expect(reason).toMatch(/of agent sticky-bot remain .*user\/sticky-bot-debug\/access-key\/AKIA.*AccessDenied/);
  // Denied, and not reported as gone.
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('refused');
  expect(await lookAtRole(aws.iam, 'sticky-bot-test')).toBeDefined();
  expect(await showPlacement(aws.registry, 'sticky-bot')).toMatchObject({ status: 'leaving' });
  await expect(certificatesOf(aws.registry, 'sticky-bot')).rejects.toMatchObject({ code: 'CertificateMissing' });
  expect(await eventsOf(aws.registry, 'sticky-bot')).toEqual(['joined', 'teardown-incomplete']);

  await lift();
  await aws.destroy(app);

  expect(await aws.statusOf('Sticky')).toBeUndefined();
  expect(await lookAtRole(aws.iam, 'sticky-bot-test')).toBeUndefined();
  // What the first try wiped is in the certificate too.
  const [certificate] = await certificatesOf(aws.registry, 'sticky-bot');
  expect(certificate.wipers.flatMap(({ wiped }) => wiped)).toEqual(expect.arrayContaining([
    expect.stringContaining('access-key/AKIA'), expect.stringContaining('login-profile'), expect.stringContaining('AdministratorAccess'),
  ]));
}, 240_000);

test('a leave that CloudFormation gives up is finished by an operator, role and all', async () => {
  const also = (stack: Stack) => void new ssm.CfnParameter(stack, 'Stays', { type: 'String', value: 'x' });
  const stackName = 'GivenUp';
  await aws.deploy(agentApp({ stackName, agentName: 'forgotten-bot', also }));
  const session = await aws.sessions.open('forgotten-bot', 'test');
  const finish = () => finishTeardown(aws.registry, 'forgotten-bot', { now: new Date(), tell: () => undefined, lookEveryMs: 300 });
  await expect(finish()).rejects.toMatchObject({ code: 'NothingToFinish' });
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('allowed');

  await makeByHand(aws, 'forgotten-bot');
  const lift = await aws.deny(['iam:DeleteAccessKey'], ['*']);
  await aws.deploy(agentApp({ stackName, agentNames: [], also }));

  expect(await aws.statusOf(stackName)).toBe('UPDATE_COMPLETE');
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('refused');
  expect(await showPlacement(aws.registry, 'forgotten-bot')).toMatchObject({ status: 'leaving' });
  expect(await lookAtRole(aws.iam, 'forgotten-bot-test')).toBeDefined();
  await expect(finish()).rejects.toMatchObject({ code: 'TeardownIncomplete', message: expect.stringContaining('user/forgotten-bot-debug/access-key/') });

  await lift();
  expect(await finish()).toMatchObject({ status: 'left' });

  expect(await lookAtRole(aws.iam, 'forgotten-bot-test')).toBeUndefined();
  const [certificate] = await certificatesOf(aws.registry, 'forgotten-bot');
  expect(certificate).toMatchObject({ by: aws.registry.operator });
  expect(await verifyPlacement(aws.registry, 'forgotten-bot')).toMatchObject({ chain: { intact: true } });
  await expect(finish()).rejects.toMatchObject({ code: 'NothingToFinish' });
}, 240_000);

test('beyond the limit a leaver waits, quarantined, until an operator lets it go; the registry stays while it lives', async () => {
  const apps = ['first-bot', 'second-bot'].map((agentName) => agentApp({ stackName: agentName, agentName }));
  for (const app of apps) {
    await aws.deploy(app);
  }
  const session = await aws.sessions.open('second-bot', 'test');
  // Three have left within this hour.
  await aws.destroy(apps[0]);

  await expect(aws.destroy(apps[1])).rejects.toThrow(/MassLeaverLimit: 5 agents leave within an hour, 4 may; agent second-bot is quarantined and waits/);
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('refused');
  expect(await lookAtRole(aws.iam, 'second-bot-test')).toMatchObject({ boundary: 'arn:aws:iam::aws:policy/AWSDenyAll' });

  await expect(aws.destroy(platform({ massLeaverLimit: { count: 4 } }))).rejects.toThrow(/RegistryInUse: 1 agents live in this registry.*second-bot/);
  expect(await showPlacement(aws.registry, 'second-bot')).toMatchObject({ status: 'leaving' });

  await releaseLeavers(aws.registry, 60, new Date());
  await aws.destroy(apps[1]);
  expect(await lookAtRole(aws.iam, 'second-bot-test')).toBeUndefined();

  await aws.destroy(platform({ massLeaverLimit: { count: 4 } }));
  expect(await aws.statusOf('Platform')).toBeUndefined();
}, 300_000);
