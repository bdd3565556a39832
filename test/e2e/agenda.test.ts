import { setTimeout as pause } from 'node:timers/promises';
import { Duration } from 'aws-cdk-lib';
import { agentApp, instant, platform, PRODUCTION, TEST_TABLE } from './harness/apps';
import { lookAtRole } from './harness/identities';
import { eventsOf } from './harness/ledger-items';
import { LocalAws } from './harness/local-aws';
import { sweep } from './harness/sweep';
import { showPlacement } from '../../runtime/operator';
import { Expiry } from '../../src/core';
import { SweepLimit } from 'cdk-nhi-lifecycle';

const ROLE = 'invoice-bot-test';
const WARNING_SECONDS = 3_600;
const DAY_MS = 86_400_000;

let aws: LocalAws;

beforeAll(async () => {
  aws = await LocalAws.start();
  await aws.deploy(platform({
    agenda: {
      interval: Duration.days(1),
      warnings: [Duration.seconds(WARNING_SECONDS)],
      teardownAfter: Duration.seconds(0),
      limit: SweepLimit.of({ agents: 2, share: 1 }),
    },
  }));
});

afterAll(() => aws.stop());

const until = (end: number): Promise<void> => pause(Math.max(0, end - Date.now()) + 1_100);

test('an agent is warned of once before its end, and once at its end; then it is torn down, the next deployment is notified, and cdk destroy works', async () => {
  const end = Date.now() + 25_000;
  const expires = Expiry.at(new Date(end).toISOString());
  await aws.deploy(agentApp({ expires }));
  const session = await aws.sessions.open('invoice-bot', 'test');
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('allowed');

  await Promise.all([sweep(aws), sweep(aws)]);
  await sweep(aws);
  expect(await eventsOf(aws.registry, 'invoice-bot')).toEqual(['joined', 'expiry-near']);
  expect(await showPlacement(aws.registry, 'invoice-bot')).toMatchObject({ status: 'active', due: { reason: 'expiry-warning', at: expires.iso } });

  await until(end);
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('refused');
  await sweep(aws);
  expect(await eventsOf(aws.registry, 'invoice-bot')).toEqual(['joined', 'expiry-near', 'expiry-near']);
  await pause(1_100);
  await sweep(aws);

  expect(await eventsOf(aws.registry, 'invoice-bot')).toEqual(['joined', 'expiry-near', 'expiry-near', 'expired', 'principal-retired', 'left']);
  expect(await showPlacement(aws.registry, 'invoice-bot')).toMatchObject({ status: 'left', expired: { end: expires.iso } });
  expect((await aws.nhi(['list'])).stdout).toMatch(/^invoice-bot +expired /m);
  // Its stack still has the role, which no one can assume.
  expect(await lookAtRole(aws.iam, ROLE)).toBeDefined();
  await expect(aws.sessions.open('invoice-bot', 'test')).rejects.toThrow();

  await expect(aws.deploy(agentApp({ expires: Expiry.at(instant(30 * DAY_MS)) }))).rejects.toThrow(/AgentExpired: agent invoice-bot ended at .*remove the agent from the stack/);
  expect(await aws.statusOf('InvoiceBot')).toBe('UPDATE_ROLLBACK_COMPLETE');
  await expect(aws.sessions.open('invoice-bot', 'test')).rejects.toThrow();

  await aws.destroy(agentApp({ expires }));
  expect(await aws.statusOf('InvoiceBot')).toBeUndefined();
  expect(await lookAtRole(aws.iam, ROLE)).toBeUndefined();
  await aws.executionsDone();
  expect(await eventsOf(aws.registry, 'invoice-bot')).toEqual(expect.arrayContaining(['left', 'deletion-confirmed']));
  expect((await aws.nhi(['list'])).stdout).toMatch(/^invoice-bot +left /m);

  await aws.deploy(agentApp());
  expect(await aws.sessions.read(await aws.sessions.open('invoice-bot', 'test'), TEST_TABLE)).toBe('allowed');
});

test('more ends at once than the limit allows: none is torn down until an operator approves that list', async () => {
  const agentNames = ['one-bot', 'two-bot', 'three-bot'];
  const end = Date.now() + 25_000;
  const app = agentApp({ stackName: 'Many', agentNames, expires: Expiry.at(new Date(end).toISOString()), stage: PRODUCTION });
  await aws.deploy(app);
  await until(end);
  await sweep(aws);
  await pause(1_100);
  await sweep(aws);
  await sweep(aws);

  const statuses = async () => Promise.all(agentNames.map(async (name) => (await showPlacement(aws.registry, name)).status));
  expect(await statuses()).toEqual(['active', 'active', 'active']);
  expect((await aws.nhi(['list'])).stdout).toContain('a sweep holds back 3 agents, 2 would be allowed');

  const why = ['--reason', 'The project is over'];
  const shown = await aws.nhi(['approve-sweep', ...why]);
  expect(shown.stderr).toContain('one-bot end');
  const [, digest] = /list ([0-9a-f]{64})/.exec(shown.stderr)!;
  expect((await aws.nhi(['approve-sweep', '--digest', 'f'.repeat(64), '--yes', ...why])).stderr).toContain('HeldListChanged');
  await sweep(aws);
  expect(await statuses()).toEqual(['active', 'active', 'active']);

  expect((await aws.nhi(['approve-sweep', '--digest', digest, '--yes', ...why])).status).toBe(0);
  await sweep(aws);
  expect(await statuses()).toEqual(['left', 'left', 'left']);
  expect((await aws.nhi(['list'])).stdout).not.toContain('holds back');
  await aws.destroy(app);
});
