import { agentApp, broken, platform, PRODUCTION, PRODUCTION_TABLE, TEST_TABLE } from './harness/apps';
import { lookAtRole } from './harness/identities';
import { eventsOf } from './harness/ledger-items';
import { LocalAws } from './harness/local-aws';
import { showPlacement } from '../../runtime/operator';

const TEST_ROLE = 'arn:aws:iam::111122223333:role/agents/test/*';

let aws: LocalAws;

beforeAll(async () => {
  aws = await LocalAws.start();
  await aws.deploy(platform());
});

afterAll(() => aws.stop());

test('when a later resource fails, the old principal works again and the new one no longer exists', async () => {
  const app = { stackName: 'LaterFails', agentName: 'later-bot' };
  await aws.deploy(agentApp(app));
  const session = await aws.sessions.open('later-bot', 'test');

  await expect(aws.deploy(agentApp({ ...app, stage: PRODUCTION, also: broken }))).rejects.toThrow(/Broken/);

  expect(await aws.statusOf('LaterFails')).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('allowed');
  expect(await aws.sessions.read(await aws.sessions.open('later-bot', 'test'), TEST_TABLE)).toBe('allowed');
  expect(await lookAtRole(aws.iam, 'later-bot-test')).toMatchObject({ inline: ['access'] });
  expect(await lookAtRole(aws.iam, 'later-bot-test')).not.toHaveProperty('boundary');
  expect(await lookAtRole(aws.iam, 'later-bot-production')).toBeUndefined();
  expect(await showPlacement(aws.registry, 'later-bot')).toMatchObject({ status: 'active', declared: { stage: 'test' } });
  expect(await eventsOf(aws.registry, 'later-bot')).toEqual(['joined', 'moved', 'move-undone', 'principal-retired']);

  // The next attempt succeeds from that state.
  await aws.deploy(agentApp({ ...app, stage: PRODUCTION }));
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('refused');
  expect(await aws.sessions.read(await aws.sessions.open('later-bot', 'production'), PRODUCTION_TABLE)).toBe('allowed');
});

test('when Lifecycle itself fails half-way, the old principal works again and the new one no longer exists', async () => {
  const app = { stackName: 'LifecycleFails', agentName: 'half-bot' };
  await aws.deploy(agentApp(app));
  const session = await aws.sessions.open('half-bot', 'test');
  // The boundary is replaced, and then the simulation that confirms it is denied.
  const lift = await aws.deny(['iam:SimulatePrincipalPolicy'], [TEST_ROLE]);

  await expect(aws.deploy(agentApp({ ...app, stage: PRODUCTION }))).rejects.toThrow(/AccessDenied/);

  await lift();
  expect(await aws.statusOf('LifecycleFails')).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('allowed');
  expect(await lookAtRole(aws.iam, 'half-bot-test')).not.toHaveProperty('boundary');
  expect(await lookAtRole(aws.iam, 'half-bot-production')).toBeUndefined();
  expect(await showPlacement(aws.registry, 'half-bot')).toMatchObject({ status: 'active', declared: { stage: 'test' } });
  expect(await eventsOf(aws.registry, 'half-bot')).toEqual(['joined', 'transition-failed', 'move-undone', 'principal-retired']);
});

test('a move that is left half done, neither made nor taken back: the stack is deleted and nothing stays', async () => {
  const app = { stackName: 'Stuck', agentName: 'stuck-bot' };
  await aws.deploy(agentApp(app));
  const session = await aws.sessions.open('stuck-bot', 'test');
  // The quarantine fails, and so does its reversal.
  const lift = await aws.deny(['iam:SimulatePrincipalPolicy', 'iam:DeleteRolePermissionsBoundary'], [TEST_ROLE]);
  await expect(aws.deploy(agentApp({ ...app, stage: PRODUCTION }))).rejects.toThrow(/AccessDenied/);
  expect(await aws.statusOf('Stuck')).toBe('UPDATE_ROLLBACK_FAILED');
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('refused');
  await lift();

  await aws.destroy(agentApp(app));

  expect(await aws.statusOf('Stuck')).toBeUndefined();
  expect(await lookAtRole(aws.iam, 'stuck-bot-test')).toBeUndefined();
  expect(await lookAtRole(aws.iam, 'stuck-bot-production')).toBeUndefined();
  expect(await showPlacement(aws.registry, 'stuck-bot')).toMatchObject({ status: 'left' });
  await aws.executionsDone();
  expect((await eventsOf(aws.registry, 'stuck-bot')).slice(-2)).toEqual(['left', 'deletion-confirmed']);
});
