import { setTimeout as pause } from 'node:timers/promises';
import { EventBridgeClient, ListTargetsByRuleCommand, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { DeleteRolePermissionsBoundaryCommand, DetachRolePolicyCommand } from '@aws-sdk/client-iam';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { aws_events as events, Duration } from 'aws-cdk-lib';
import { agentApp, platform, TEST_TABLE } from './harness/apps';
import { eventsOf } from './harness/ledger-items';
import { LocalAws } from './harness/local-aws';
import { statusOf } from '../../runtime/model/placement-state';
import { askEngine, showPlacement } from '../../runtime/operator';
import { LifecycleRegistry } from 'cdk-nhi-lifecycle';

const ROLE = 'invoice-bot-test';
const asking = { now: new Date(), tell: () => undefined, lookEveryMs: 20 };

let aws: LocalAws;
let bus: EventBridgeClient;

beforeAll(async () => {
  aws = await LocalAws.start();
  const build = platform();
  await aws.deploy((app, env) => {
    build(app, env);
    const registry = app.node.findAll().find((one): one is LifecycleRegistry => one instanceof LifecycleRegistry)!;
    registry.suspendOn('Compromise', { eventPattern: { source: ['corp.detector'] }, agent: '$.detail.principal' });
    registry.drill({ schedule: events.Schedule.rate(Duration.days(7)), agentName: 'canary-bot' });
  });
  await aws.deploy(agentApp());
  bus = new EventBridgeClient({ endpoint: aws.endpoint, region: aws.env.region, credentials: { accessKeyId: aws.env.account, secretAccessKey: 'test' } });
});

afterAll(() => aws.stop());

const send = (Source: string, DetailType: string, detail: object) => bus.send(
  new PutEventsCommand({ Entries: [{ Source, DetailType, Detail: JSON.stringify(detail) }] }));
const shown = async (agentName = 'invoice-bot') => statusOf(await showPlacement(aws.registry, agentName));

async function until(status: string): Promise<void> {
  for (let looks = 0; looks < 200 && await shown() !== status; looks++) {
    await pause(100);
  }
  expect(await shown()).toBe(status);
}

test('an event that names somebody else suspends nobody; one that names the agent suspends it', async () => {
  const { account } = aws.env;
  const session = await aws.sessions.open('invoice-bot', 'test');
  for (const principal of [`arn:aws:iam::444455556666:role/agents/test/${ROLE}`, `arn:aws:iam::${account}:role/${ROLE}`, 'admin', '']) {
    await send('corp.detector', 'Leak', { principal });
  }
  await send('other.source', 'Leak', { principal: `arn:aws:iam::${account}:role/agents/test/${ROLE}` });
  await pause(3_000);
  expect(await shown()).toBe('active');
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('allowed');

  await send('corp.detector', 'Leak', { principal: `arn:aws:sts::${account}:assumed-role/${ROLE}/session` });
  await until('suspended');
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('refused');
  expect((await showPlacement(aws.registry, 'invoice-bot')).suspension).toMatchObject({
    by: `arn:aws:events:${aws.env.region}:${account}:rule/agents-nhi-suspend-on-Compromise`, reason: expect.stringMatching(/^Event [\w-]+ matched the rule Compromise$/),
  });
});

test('a denial that somebody removes is put back at once, by CloudTrail\'s event of the call', async () => {
  await aws.iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName: ROLE }));
  await aws.iam.send(new DetachRolePolicyCommand({ RoleName: ROLE, PolicyArn: 'arn:aws:iam::aws:policy/AWSDenyAll' }));
  // Sessions of the second of the denial are cut by a policy of their own.
  await pause(1_100);
  expect(await aws.sessions.read(await aws.sessions.open('invoice-bot', 'test'), TEST_TABLE)).toBe('allowed');

  // The emulator records no calls, and refuses events of AWS's sources from anyone, as EventBridge does. So the test hands the event that CloudTrail
  // would send to the rule's target.
  const { Targets: targets = [] } = await bus.send(new ListTargetsByRuleCommand({ Rule: 'agents-nhi-suspension-reassert' }));
  await aws.lambda.send(new InvokeCommand({
    FunctionName: targets[0].Arn,
    Payload: Buffer.from(JSON.stringify({
      'source': 'aws.iam',
      'detail-type': 'AWS API Call via CloudTrail',
      'account': aws.env.account,
      'detail': {
        eventID: 'c1',
        eventSource: 'iam.amazonaws.com',
        eventName: 'DetachRolePolicy',
        requestParameters: { roleName: ROLE },
        userIdentity: { sessionContext: { sessionIssuer: { arn: `arn:aws:iam::${aws.env.account}:role/admin` } } },
      },
    })),
  }));
  for (let looks = 0; looks < 100 && !(await eventsOf(aws.registry, 'invoice-bot')).includes('suspension-reasserted'); looks++) {
    await pause(100);
  }
  expect(await eventsOf(aws.registry, 'invoice-bot')).toEqual(['joined', 'suspended', 'suspension-reasserted']);
  expect(await aws.sessions.read(await aws.sessions.open('invoice-bot', 'test'), TEST_TABLE)).toBe('refused');
  await askEngine(aws.registry, 'invoice-bot', { kind: 'resume', reason: 'It was a false alarm' }, asking);
  expect(await aws.sessions.read(await aws.sessions.open('invoice-bot', 'test'), TEST_TABLE)).toBe('allowed');
});

test('a drill suspends the canary and resumes it, and its time is on record', async () => {
  await aws.deploy(agentApp({ stackName: 'Canary', agentName: 'canary-bot' }));
  const { Payload: payload } = await aws.lambda.send(new InvokeCommand({ FunctionName: 'agents-nhi-suspension-drill', Payload: Buffer.from('{"drill":"canary-bot"}') }));
  const { latencyMs } = JSON.parse(Buffer.from(payload!).toString()) as { latencyMs: number };
  expect(latencyMs).toBeGreaterThan(0);
  expect(await shown('canary-bot')).toBe('active');
  expect(await eventsOf(aws.registry, 'canary-bot')).toEqual(['joined', 'suspended', 'resumed']);
});

test('all of a sponsor are suspended by one command, and resumed', async () => {
  const all = ['--all-of-sponsor', 'ada.park@example.com', '--yes'];
  const suspended = await aws.nhi(['suspend', ...all, '--reason', 'Her laptop was stolen']);
  expect(suspended).toMatchObject({ status: 0, stdout: expect.stringMatching(/canary-bot +suspended\s+invoice-bot +suspended|invoice-bot +suspended\s+canary-bot +suspended/) });
  expect(suspended.stderr).toMatch(/2 agents of registry agents .*: suspend each/);
  expect(await aws.nhi(['resume', ...all, '--reason', 'It was found again'])).toMatchObject({ status: 0 });
  expect([await shown(), await shown('canary-bot')]).toEqual(['active', 'active']);
});
