import { DeleteScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { agentApp, instant, platform, PRODUCTION } from './harness/apps';
import { makeByHand } from './harness/leftovers';
import { LocalAws } from './harness/local-aws';
import { sweep } from './harness/sweep';
import { Examination, FleetStatus } from '../../runtime/operator';
import { Expiry } from '../../src/core';

const DAY_MS = 86_400_000;

let aws: LocalAws;

beforeAll(async () => {
  aws = await LocalAws.start();
  await aws.deploy(platform());
});

afterAll(() => aws.stop());

async function examined(): Promise<{ readonly status: number; readonly findings: readonly string[] }> {
  const { status, stdout } = await aws.nhi(['doctor', '--json']);
  return { status, findings: (JSON.parse(stdout) as Examination).findings.map(({ check, severity }) => `${check}: ${severity}`) };
}

test('nhi doctor: what a registry for development lacks, and then what somebody deleted', async () => {
  await sweep(aws);
  const before = await examined();

  // The emulator finds no stack by one of its resources, and no queue by its URL at AWS.
  expect(before).toEqual({
    status: 2,
    findings: [
      'version: unknown', 'stack: unknown', 'sweeps: ok', 'notifications: warning', 'alarms: error', 'sponsor directory: warning', 'CloudTrail: error', 'evidence lock: warning', 'dead letters: unknown',
    ],
  });
  const { iam: { config: { credentials } }, endpoint, env: { region } } = aws;
  await new SchedulerClient({ endpoint, region, credentials }).send(new DeleteScheduleCommand({ Name: 'agents-nhi-agenda' }));

  expect((await examined()).findings).toEqual(before.findings.map((finding) => (finding === 'sweeps: ok' ? 'sweeps: error' : finding)));
  expect((await aws.nhi(['doctor'])).stdout).toMatch(/^ERROR {4}sweeps: the schedule agents-nhi-agenda does not exist: .*\n {9}fix: /m);
});

test('nhi status: who is suspended, who ends soon, and a teardown that could not finish', async () => {
  const ends = Expiry.at(instant(10 * DAY_MS));
  await aws.deploy(agentApp());
  await aws.deploy(agentApp({ stackName: 'Ending', agentName: 'ending-bot', expires: ends, stage: PRODUCTION }));
  await aws.deploy(agentApp({ stackName: 'Bad', agentName: 'bad-bot' }));
  const sticky = agentApp({ stackName: 'Sticky', agentName: 'sticky-bot' });
  await aws.deploy(sticky);
  expect(await aws.nhi(['suspend', 'bad-bot', '--reason', 'It was seen in a finding', '--yes'])).toMatchObject({ status: 0 });
  await makeByHand(aws, 'sticky-bot');
  const lift = await aws.deny(['iam:DeleteAccessKey'], ['*']);
  await expect(aws.destroy(sticky)).rejects.toThrow(/TeardownIncomplete/);

  const { status, stdout } = await aws.nhi(['status', '--json']);
  const found = JSON.parse(stdout) as FleetStatus;
  expect(status).toBe(0);
  expect(found).toMatchObject({
    living: 4,
    statuses: [{ name: 'active', agents: 2 }, { name: 'leaving', agents: 1 }, { name: 'suspended', agents: 1 }],
    stages: [{ name: 'test', agents: 3 }, { name: 'production', agents: 1 }],
    sponsors: [{ name: 'ada.park@example.com', agents: 4 }],
  });
  // No sweep runs here. When a check of drift is due depends on the clock.
  expect(found.concerns.overdue).toMatchObject([{ agentName: 'ending-bot', reason: 'expiry-warning' }]);
  const { due: _due, overdue: _overdue, ...others } = found.concerns;
  expect(Object.fromEntries(Object.entries(others).filter(([, agents]) => agents.length > 0))).toEqual({
    'ending': [{ agentName: 'ending-bot', detail: ends.iso }],
    'suspended': [{ agentName: 'bad-bot', detail: 'suspended' }],
    'teardown-incomplete': [{ agentName: 'sticky-bot', detail: 'TeardownIncomplete' }],
  });
  expect((await aws.nhi(['status'])).stdout).toMatch(/^teardown incomplete +1 +sticky-bot TeardownIncomplete +nhi retry$/m);

  await lift();
  await aws.destroy(sticky);
  expect((await aws.nhi(['status'])).stdout).toMatch(/^teardown incomplete +0$/m);
  expect((await aws.nhi(['resume', 'bad-bot', '--reason', 'It was a false alarm', '--yes']))).toMatchObject({ status: 0 });
  expect((JSON.parse((await aws.nhi(['status', '--json'])).stdout) as FleetStatus)).toMatchObject({ living: 3, departed: 1, concerns: { 'suspended': [], 'teardown-incomplete': [] } });
});
