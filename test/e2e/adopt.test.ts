import { setTimeout as pause } from 'node:timers/promises';
import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import { adoptingApp, brokenAfter, createLegacyRole, LEGACY, openSession, wholeRole } from './harness/adopted';
import { instant, platform, TEST_TABLE } from './harness/apps';
import { lookAtRole } from './harness/identities';
import { eventsOf } from './harness/ledger-items';
import { LocalAws } from './harness/local-aws';
import { statusOf } from '../../runtime/model/placement-state';
import { askEngine } from '../../runtime/operator';
import { AdoptionRemoval, Expiry } from 'cdk-nhi-lifecycle';

const DENY_ALL = 'arn:aws:iam::aws:policy/AWSDenyAll';
const asking = { now: new Date(), tell: () => undefined, lookEveryMs: 20 };

let aws: LocalAws;

beforeAll(async () => {
  aws = await LocalAws.start();
  await aws.deploy(platform());
});

afterAll(() => aws.stop());

test('an adopted role keeps working, is guarded and ends, and a release gives it back as it was', async () => {
  await createLegacyRole(aws);
  const before = await wholeRole(aws.iam);
  const session = await openSession(aws);

  await aws.deploy(adoptingApp());
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('allowed');
  const adopted = await lookAtRole(aws.iam, LEGACY);
  expect(adopted?.attached.map((arn) => arn.split('/').at(-1))).toEqual(['agents-guard-production', 'agents-no-registry']);
  expect(adopted?.inline).toEqual(['nhi-expiry', 'tables']);
  expect(adopted?.tags).toMatchObject({ 'team': 'billing', 'agent:name': 'legacy-bot', 'agent:sponsor': 'ada.park@example.com' });

  await aws.deploy(adoptingApp({ onRemoval: AdoptionRemoval.RELEASE }));
  await aws.destroy(adoptingApp());
  expect(await wholeRole(aws.iam)).toEqual(before);
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('allowed');
  expect(await eventsOf(aws.registry, 'legacy-bot')).toEqual(['adopted', 'access-changed', 'released']);
});

test('a suspension cuts an adopted role and a resumption restores it; a leave denies it for good and leaves it to its owner', async () => {
  const before = await wholeRole(aws.iam);
  await aws.deploy(adoptingApp());
  const session = await openSession(aws);
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('allowed');
  const adopted = await wholeRole(aws.iam);

  expect(statusOf(await askEngine(aws.registry, 'legacy-bot', { kind: 'suspend', reason: 'Its key was seen in a public place' }, asking))).toBe('suspended');
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('refused');
  expect(await aws.sessions.read(await openSession(aws), TEST_TABLE)).toBe('refused');
  await askEngine(aws.registry, 'legacy-bot', { kind: 'resume', reason: 'The key was replaced' }, asking);
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('allowed');
  expect(await wholeRole(aws.iam)).toEqual(adopted);

  await aws.destroy(adoptingApp());
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('refused');
  await expect(openSession(aws)).rejects.toThrow(/AccessDenied|not authorized/);
  const left = await lookAtRole(aws.iam, LEGACY);
  // Nothing that keeps the owner's stack from deleting it, and all that its owner gave it.
  expect(left).toMatchObject({ boundary: DENY_ALL, attached: [], inline: ['tables'] });
  expect((await wholeRole(aws.iam) as { documents: unknown }).documents).toEqual((before as { documents: unknown }).documents);
  const { stdout } = await aws.nhi(['certificate', 'legacy-bot']);
  expect(stdout).toMatch(/role\/teams\/legacy-bot.*\n(.*\n)*.*the role was adopted: it is left to its owner/);
  expect(stdout).toMatch(/role\/legacy-bot\/inline-policy\/tables/);
  expect((await aws.nhi(['list'])).stdout).toMatch(/legacy-bot +left .*adopted/);
  // It can't come back by another adoption.
  await expect(aws.deploy(adoptingApp({ agentName: 'other-bot' }))).rejects.toThrow(/RoleAdopted: role .*legacy-bot is adopted by agent legacy-bot/);
});

test('a failed deployment, a second agent and a role of AWS change nothing of a role', async () => {
  await createLegacyRole(aws, 'second-bot');
  const role = (stack: Stack) => iam.Role.fromRoleArn(stack, 'Second', `arn:aws:iam::${aws.env.account}:role/teams/second-bot`);
  const before = await wholeRole(aws.iam, 'second-bot');
  const app = (agentName: string, more: Parameters<typeof adoptingApp>[0] = {}) => (
    adoptingApp({ agentName, stackName: agentName, roleOf: role, ...more }));

  await expect(aws.deploy(app('second-bot', { also: brokenAfter }))).rejects.toThrow(/nowhere|failed/i);
  expect(await wholeRole(aws.iam, 'second-bot')).toEqual(before);
  expect(await eventsOf(aws.registry, 'second-bot')).toEqual(['adopted', 'released']);
  await aws.destroy(app('second-bot'));

  await aws.deploy(app('second-bot'));
  const adopted = await wholeRole(aws.iam, 'second-bot');
  await expect(aws.deploy(app('third-bot'))).rejects.toThrow(/RoleAdopted: role .*second-bot is adopted by agent second-bot/);
  expect(await wholeRole(aws.iam, 'second-bot')).toEqual(adopted);
  expect((await aws.nhi(['show', 'second-bot'])).stdout).toMatch(/adopted +role as it was at .*; when its construct is removed, the agent leaves/);

  const edited = aws.deployEdited(app('fourth-bot'), (resources) => Object.values(resources).forEach((resource) => {
    const { Type: type, Properties: properties } = resource as unknown as { Type: string; Properties: Record<string, unknown> };
    Object.assign(properties, type === 'Custom::AgentLifecycle' ? { RoleName: 'agents-nhi-lifecycle-engine', RoleArn: `arn:aws:iam::${aws.env.account}:role/agents-nhi-lifecycle-engine` } : {});
  }));
  await expect(edited).rejects.toThrow(/RoleNotAdoptable: agent fourth-bot can't adopt role .*its name is that of a registry's own role/);
});

test('an adopted role does nothing after its end, and no one can assume it', async () => {
  await createLegacyRole(aws, 'ending-bot');
  const end = Date.now() + 40_000;
  await aws.deploy(adoptingApp({
    agentName: 'ending-bot',
    stackName: 'ending-bot',
    expires: Expiry.at(instant(40_000)),
    roleOf: (stack) => iam.Role.fromRoleArn(stack, 'Ending', `arn:aws:iam::${aws.env.account}:role/teams/ending-bot`),
  }));
  const session = await openSession(aws, 'teams/ending-bot');
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('allowed');
  await pause(end + 1_000 - Date.now());
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('refused');
  await expect(openSession(aws, 'teams/ending-bot')).rejects.toThrow(/AccessDenied|not authorized/);
});
