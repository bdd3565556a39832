import { AttachRolePolicyCommand, GetInstanceProfileCommand, GetUserCommand } from '@aws-sdk/client-iam';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { aws_ssm as ssm, Stack } from 'aws-cdk-lib';
import { agentApp, platform, PRODUCTION, PRODUCTION_TABLE, TEST_TABLE } from './harness/apps';
import { lookAtRole } from './harness/identities';
import { eventsOf, readTable } from './harness/ledger-items';
import { HANDMADE, makeByHand, makeForAnother, secretExists } from './harness/leftovers';
import { LocalAws } from './harness/local-aws';
import { CERTIFICATE } from '../../build/certificate-schema';
import { liftLeaverLimit } from '../../runtime/ledger';
import { askEngine, certificatesOf, showPlacement, verifyPlacement } from '../../runtime/operator';
import { MassLeaverLimit, OwnSecret } from 'cdk-nhi-lifecycle';

let aws: LocalAws;

beforeAll(async () => {
  aws = await LocalAws.start();
  await aws.deploy(platform({ massLeaverLimit: MassLeaverLimit.perHour({ agents: 6 }) }));
});

afterAll(() => aws.stop());

test('a leaver takes everything of its own along, and nothing else', async () => {
  const app = agentApp({ ownSecrets: [OwnSecret.named('agents/invoice-bot/erp')] });
  await aws.deploy(app);
  const session = await aws.sessions.open('invoice-bot', 'test');
  await makeByHand(aws, 'invoice-bot');
  await makeForAnother(aws);
  await aws.secrets.send(new CreateSecretCommand({ Name: 'agents/invoice-bot/undeclared', SecretString: 'x' }));
  expect(await aws.sessions.read(session, PRODUCTION_TABLE)).toBe('allowed');

  await aws.destroy(app);

  expect(await aws.statusOf('InvoiceBot')).toBeUndefined();
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('refused');
  expect(await lookAtRole(aws.iam, 'invoice-bot-test')).toBeUndefined();
  await expect(aws.iam.send(new GetUserCommand({ UserName: 'invoice-bot-debug' }))).rejects.toThrow(/cannot be found|not found/i);
  expect(await secretExists(aws, 'agents/invoice-bot/erp')).toBe(false);
  // The profile belongs to another owner: it stays, without the role.
  const { InstanceProfile: profile } = await aws.iam.send(new GetInstanceProfileCommand({ InstanceProfileName: 'debug' }));
  expect(profile?.Roles).toEqual([]);
  // Items of other owners, by path, tag or name.
  await expect(aws.iam.send(new GetUserCommand({ UserName: 'other-bot-debug' }))).resolves.toBeDefined();
  await expect(aws.iam.send(new GetUserCommand({ UserName: 'ada' }))).resolves.toBeDefined();
  expect(await secretExists(aws, 'shared/erp')).toBe(true);

  await aws.executionsDone();
  const { leaves: [{ certificate, deletion }] } = await certificatesOf(aws.registry, 'invoice-bot');
  expect(CERTIFICATE.safeParse(certificate).error).toBeUndefined();
  expect(certificate.receipt).toMatchObject({ effective: { basis: 'simulated' }, authorization: { requester: certificate.by } });
  const ids = (part: 'found' | 'wiped') => certificate.wipers.flatMap((wiper) => wiper[part]);
  expect(ids('wiped')).toEqual(expect.arrayContaining(HANDMADE.map((part) => expect.stringContaining(part))));
  expect(ids('found').sort()).toEqual([...ids('wiped'), ...certificate.leftAlone.map(({ id }) => id)].sort());
  expect(certificate.leftAlone).toEqual([
    { id: expect.stringContaining('shared/erp'), note: 'only tagged: look at it' },
    { id: 'secret/agents/invoice-bot/undeclared', note: expect.stringContaining('not declared') },
  ]);
  expect(await secretExists(aws, 'agents/invoice-bot/undeclared')).toBe(true);
  // CloudFormation deletes the role after the certificate was written. The second part confirms the deletion.
  const [{ id, absentAt }] = certificate.principals;
  expect(absentAt).toBeNull();
  expect(deletion).toMatchObject({ id: certificate.id, principals: [{ id, absentAt: expect.any(String) }] });
});

test('of one that has left stay a tombstone, the chain and the certificate: no credential, no URL', async () => {
  expect(await eventsOf(aws.registry, 'invoice-bot')).toEqual(['joined', 'principal-retired', 'left', 'deletion-confirmed']);
  expect(await showPlacement(aws.registry, 'invoice-bot')).toMatchObject({ status: 'left' });
  expect((await verifyPlacement(aws.registry, 'invoice-bot', new Date())).evidence.map(({ verdict }) => verdict)).toEqual(['intact', 'intact']);
  const placementItems = JSON.stringify((await readTable(aws.registry.table)).filter(({ pk }) => String(pk).startsWith('placement#')));
  expect(placementItems).toContain('invoice-bot');
  expect(placementItems).not.toMatch(/responseUrl|X-Amz-Signature|SecretAccessKey|"tags"/i);
});

test('a leave that can\'t finish says what remains, and the next cdk destroy finishes it', async () => {
  const app = agentApp({ stackName: 'Sticky', agentName: 'sticky-bot' });
  await aws.deploy(app);
  const session = await aws.sessions.open('sticky-bot', 'test');
  await makeByHand(aws, 'sticky-bot');
  const lift = await aws.deny(['iam:DeleteAccessKey'], ['*']);

  await expect(aws.destroy(app)).rejects.toThrow(/TeardownIncomplete/);

  expect(await aws.statusOf('Sticky')).toBe('DELETE_FAILED');
  const [reason] = (await aws.failuresOf('Sticky')).filter((text) => text.includes('TeardownIncomplete'));
  expect(reason).toMatch(/of agent sticky-bot is incomplete .*user\/sticky-bot-debug\/access-key\/AKIA.*AccessDenied/);
  // The session is denied, and not reported as wiped.
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
  const { leaves: [{ certificate }] } = await certificatesOf(aws.registry, 'sticky-bot');
  expect(certificate.wipers.flatMap(({ wiped }) => wiped)).toEqual(expect.arrayContaining([
    expect.stringContaining('access-key/AKIA'), expect.stringContaining('login-profile'), expect.stringContaining('AdministratorAccess'),
  ]));
});

test('a leave that CloudFormation gives up is finished by an operator, role and all', async () => {
  const also = (stack: Stack) => void new ssm.CfnParameter(stack, 'Stays', { type: 'String', value: 'x' });
  const stackName = 'GivenUp';
  await aws.deploy(agentApp({ stackName, agentName: 'forgotten-bot', also }));
  const session = await aws.sessions.open('forgotten-bot', 'test');
  const finish = () => askEngine(aws.registry, 'forgotten-bot', { kind: 'finish' }, { now: new Date(), tell: () => undefined, lookEveryMs: 300 });
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
  const { leaves: [{ certificate }] } = await certificatesOf(aws.registry, 'forgotten-bot');
  expect(certificate).toMatchObject({ by: aws.registry.operator });
  expect(await verifyPlacement(aws.registry, 'forgotten-bot', new Date())).toMatchObject({ chain: { intact: true } });
  await expect(finish()).rejects.toMatchObject({ code: 'NothingToFinish' });
});

test('a role that the clean-up of a move gave up is deleted with the leave, and the certificate says so', async () => {
  const app = { stackName: 'Moved', agentName: 'moved-bot' };
  await aws.deploy(agentApp(app));
  const session = await aws.sessions.open('moved-bot', 'test');
  const { present: former } = await showPlacement(aws.registry, 'moved-bot');
  await aws.iam.send(new AttachRolePolicyCommand({ RoleName: 'moved-bot-test', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }));
  const lift = await aws.deny(['iam:DetachRolePolicy'], ['*']);
  await aws.deploy(agentApp({ ...app, stage: PRODUCTION }));
  expect(await aws.statusOf('Moved')).toBe('UPDATE_COMPLETE');
  expect(await lookAtRole(aws.iam, 'moved-bot-test')).toBeDefined();
  await lift();

  await aws.destroy(agentApp({ ...app, stage: PRODUCTION }));
  await aws.executionsDone();

  expect(await aws.statusOf('Moved')).toBeUndefined();
  expect(await lookAtRole(aws.iam, 'moved-bot-test')).toBeUndefined();
  expect(await lookAtRole(aws.iam, 'moved-bot-production')).toBeUndefined();
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('refused');
  const { leaves: [{ certificate, deletion }] } = await certificatesOf(aws.registry, 'moved-bot');
  expect(certificate.principals).toEqual([
    expect.objectContaining({ id: former, registryDeletionAt: expect.any(String), absentAt: expect.any(String) }),
    expect.objectContaining({ stage: 'production', registryDeletionAt: null, absentAt: null }),
  ]);
  expect(deletion?.principals).toHaveLength(1);
});

test('a role that stays after its agent has left is reported, keeps its name taken, and an operator deletes it', async () => {
  const app = agentApp({ stackName: 'Retained', agentName: 'retained-bot' });
  // Synthesis rejects this, so the template is edited instead.
  await aws.deployEdited(app, (resources) => Object.values(resources).filter(({ Type }) => Type === 'AWS::IAM::Role').forEach((role) => {
    role.DeletionPolicy = 'Retain';
  }));
  const session = await aws.sessions.open('retained-bot', 'test');

  await aws.destroy(app);
  await aws.executionsDone();

  expect(await aws.statusOf('Retained')).toBeUndefined();
  expect(await lookAtRole(aws.iam, 'retained-bot-test')).toBeDefined();
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('refused');
  expect(await eventsOf(aws.registry, 'retained-bot')).toEqual(['joined', 'principal-retired', 'left', 'orphan-found']);
  const listed = (await aws.registry.ledger.fleet.list()).find(({ agentName }) => agentName === 'retained-bot');
  expect(listed).toMatchObject({ status: 'left', trouble: { code: 'RoleNotDeleted', message: expect.stringContaining('run `nhi finish retained-bot`') } });
  expect((await certificatesOf(aws.registry, 'retained-bot')).leaves[0].deletion).toBeUndefined();
  await expect(aws.deploy(app)).rejects.toThrow(/retained-bot-test.*already exists|already exists.*retained-bot-test/i);

  await askEngine(aws.registry, 'retained-bot', { kind: 'finish' }, { now: new Date(), tell: () => undefined, lookEveryMs: 300 });

  expect(await lookAtRole(aws.iam, 'retained-bot-test')).toBeUndefined();
  expect((await certificatesOf(aws.registry, 'retained-bot')).leaves[0].deletion?.principals).toHaveLength(1);
  expect(await showPlacement(aws.registry, 'retained-bot')).not.toHaveProperty('trouble');
}, 420_000);

test('beyond the limit a leaver waits, quarantined, until an operator lets it go; the registry stays while it lives', async () => {
  const apps = ['first-bot', 'second-bot'].map((agentName) => agentApp({ stackName: agentName, agentName }));
  for (const app of apps) {
    await aws.deploy(app);
  }
  const session = await aws.sessions.open('second-bot', 'test');
  // Five agents have left within this hour.
  await aws.destroy(apps[0]);

  await expect(aws.destroy(apps[1])).rejects.toThrow(/MassLeaverLimit: 7 agents leave within an hour, 6 may; agent second-bot is quarantined and waits/);
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('refused');
  expect(await lookAtRole(aws.iam, 'second-bot-test')).toMatchObject({ boundary: 'arn:aws:iam::aws:policy/AWSDenyAll' });

  await expect(aws.destroy(platform({ massLeaverLimit: MassLeaverLimit.perHour({ agents: 6 }) }))).rejects.toThrow(/RegistryInUse: 1 agents live in this registry.*second-bot/);
  expect(await showPlacement(aws.registry, 'second-bot')).toMatchObject({ status: 'leaving' });

  await liftLeaverLimit(aws.registry.table, new Date(Date.now() + 3_600_000), aws.registry.operator);
  await aws.destroy(apps[1]);
  expect(await lookAtRole(aws.iam, 'second-bot-test')).toBeUndefined();

  await aws.destroy(platform({ massLeaverLimit: MassLeaverLimit.perHour({ agents: 6 }) }));
  expect(await aws.statusOf('Platform')).toBeUndefined();
});
