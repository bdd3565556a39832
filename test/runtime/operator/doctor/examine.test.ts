import { alarm, alarmPage, connectionWith, healthy, missing, PENDING, templateOf, TOPIC, TRAIL } from './healthy';
import { CHECKS, examine, Severity, worstOf } from '../../../../runtime/operator';
import { NOW } from '../../engine/decision/requests';
import { named } from '../../ledger/memory-table';

const LAMBDA = 'lambda 2015-03-31/functions/agents-nhi';
const examined = async (changes: Record<string, unknown> = {}) => examine(connectionWith({ ...healthy(), ...changes }), NOW);
const topicChannel = { Environment: { Variables: { NOTIFICATIONS: JSON.stringify({ channel: { kind: 'topic', topicArn: `${TOPIC}-digests` } }) } } };
const executions = (...all: object[]) => ({ executions: all });
const selectors = (value: object) => ({ 'cloudTrail GetEventSelectors eu-west-1': value });

test('of a healthy registry each check says ok, and nothing has a fix', async () => {
  const found = await examined();

  expect(found).toMatchObject({ registry: 'agents', account: '111122223333', region: 'eu-west-1', at: NOW.toISOString(), livingAgents: 7 });
  expect([...new Set(found.findings.map(({ check }) => check))]).toEqual(CHECKS.map(({ name }) => name));
  expect(found.findings.filter(({ severity, fix }) => severity !== 'ok' || fix !== undefined)).toEqual([]);
  expect(worstOf(found)).toBe('ok');
});

/** What is changed of a healthy registry, and what the check then finds. */
test.each<[string, Record<string, unknown>, Severity, RegExp]>([
  ['version', { GetTemplate: templateOf('3') }, 'error', /schema version 3, this command 4/],
  ['version', { GetTemplate: templateOf('5') }, 'warning', /schema version 5/],
  ['version', { GetTemplate: templateOf('4', 'others') }, 'error', /does not say/],
  ['version', { GetTemplate: templateOf({ Ref: 'X' }) }, 'error', /does not say/],
  ['stack', { 'DescribeStacks arn:stack/Registry': { Stacks: [{ StackName: 'Registry', StackStatus: 'UPDATE_COMPLETE' }] } }, 'error', /protection of stack Registry is off/],
  ['stack', {
    'DescribeStacks arn:stack/Registry': { Stacks: [{ StackName: 'Registry', RootId: 'arn:stack/Root', StackStatus: 'UPDATE_COMPLETE', EnableTerminationProtection: true }] },
    'DescribeStacks arn:stack/Root': { Stacks: [{ StackName: 'Root', StackStatus: 'UPDATE_COMPLETE', EnableTerminationProtection: false }] },
  }, 'error', /protection of stack Root is off/],
  ['stack', { 'DescribeStacks arn:stack/Registry': { Stacks: [{ StackName: 'Registry', StackStatus: 'UPDATE_ROLLBACK_FAILED', EnableTerminationProtection: true }] } }, 'error', /UPDATE_ROLLBACK_FAILED/],
  ['sweeps', { 'scheduler schedules/agents-nhi-agenda': { State: 'DISABLED' } }, 'error', /is DISABLED/],
  ['sweeps', { 'scheduler schedules/agents-nhi-agenda': missing() }, 'error', /does not exist/],
  ['sweeps', { ListExecutions: executions({ status: 'SUCCEEDED', stopDate: new Date(NOW.getTime() - 3 * 3_600_000 - 1) }) }, 'error', /finished at 2026-05-31T20:59:59.999Z, and there should be one every 60 minutes/],
  ['sweeps', { ListExecutions: executions() }, 'error', /no sweep has finished/],
  ['sweeps', { ListExecutions: executions({ status: 'FAILED', name: 'bad' }, { status: 'SUCCEEDED', stopDate: NOW }) }, 'error', /ended as FAILED/],
  ['notifications', { [`${LAMBDA}-notifications/configuration`]: missing() }, 'warning', /notifies nobody/],
  ['notifications', { 'scheduler schedules/agents-nhi-digest': { State: 'DISABLED' } }, 'error', /agents-nhi-digest is DISABLED/],
  ['notifications', { 'scheduler schedules/agents-nhi-digest': missing() }, 'error', /agents-nhi-digest is missing/],
  ['notifications', { 'email v2/email/identities/example.com': { VerifiedForSendingStatus: false } }, 'error', /verified neither nhi@example.com nor example.com/],
  ['notifications', { 'email v2/email/identities/example.com': missing('NotFoundException') }, 'error', /verified neither/],
  ['notifications', { 'email v2/email/account': { ProductionAccessEnabled: false, SendingEnabled: true } }, 'error', /sandbox/],
  ['notifications', { 'email v2/email/account': { ProductionAccessEnabled: true, SendingEnabled: false } }, 'error', /does not let this account send/],
  ['notifications', { [`${LAMBDA}-notifications/configuration`]: topicChannel, [`sns ListSubscriptionsByTopic ${TOPIC}-digests`]: PENDING }, 'error', /alarms-digests, and nobody has confirmed/],
  ['alarms', { 'monitoring DescribeAlarms': alarmPage([]) }, 'error', /no alarm whose name begins with agents-nhi-/],
  ['alarms', { 'monitoring DescribeAlarms more': alarmPage([alarm('SweepOverdue', { actions: [] })]) }, 'error', /1 of 2 alarms tell nobody: agents-nhi-SweepOverdue/],
  ['alarms', { 'monitoring DescribeAlarms': alarmPage([alarm('SweepFailed', { enabled: false })]) }, 'error', /1 of 1 alarms tell nobody/],
  ['alarms', { 'monitoring DescribeAlarms': alarmPage([alarm('SweepHeld', { state: 'ALARM' })]) }, 'warning', /in alarm now: agents-nhi-SweepHeld/],
  ['alarms', { [`sns ListSubscriptionsByTopic ${TOPIC}`]: PENDING }, 'error', /nobody has confirmed/],
  ['sponsor directory', { [`${LAMBDA}-sponsors/configuration`]: missing() }, 'warning', /no directory of people/],
  ['sponsor directory', { [`${LAMBDA}-sponsors/invocations`]: [{ status: 'no-answer', evidence: 'the SCIM service: it responded 503' }] }, 'error', /does not answer: the SCIM service: it responded 503/],
  ['sponsor directory', { [`${LAMBDA}-sponsors/invocations`]: { errorMessage: 'Task timed out' } }, 'error', /failed: Task timed out/],
  ['sponsor directory', { [`${LAMBDA}-sponsors/invocations`]: null }, 'error', /it responded nothing/],
  ['sponsor directory', { [`${LAMBDA}-sponsors/invocations`]: [{ status: 'active' }] }, 'error', /which nobody has, is active/],
  ['CloudTrail', { 'cloudTrail DescribeTrails us-east-1': {}, 'cloudTrail DescribeTrails eu-west-1': {} }, 'error', /in us-east-1 and eu-west-1/],
  ['CloudTrail', { 'cloudTrail GetTrailStatus eu-west-1': { IsLogging: false } }, 'error', /no trail that is on/],
  ['CloudTrail', { 'cloudTrail DescribeTrails us-east-1': {}, 'cloudTrail DescribeTrails eu-west-1': { trailList: [{ ...TRAIL, IsMultiRegionTrail: false }] } }, 'error', /change something in us-east-1:/],
  ['CloudTrail', selectors({ EventSelectors: [{ IncludeManagementEvents: true, ReadWriteType: 'ReadOnly' }] }), 'error', /no trail/],
  ['CloudTrail', selectors({ EventSelectors: [{ IncludeManagementEvents: false, ReadWriteType: 'All' }] }), 'error', /no trail/],
  ['CloudTrail', selectors({ AdvancedEventSelectors: [{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }, { Field: 'readOnly', Equals: ['true'] }] }] }), 'error', /no trail/],
  ['CloudTrail', selectors({ AdvancedEventSelectors: [{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['Data'] }] }] }), 'error', /no trail/],
  ['evidence lock', { GetObjectLockConfiguration: { ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' } } }, 'warning', /not locked/],
  ['evidence lock', { GetObjectLockConfiguration: named('ObjectLockConfigurationNotFoundError') }, 'error', /no Object Lock/],
  ['dead letters', { sqs: { ApproximateNumberOfMessages: '3' } }, 'error', /has 3 events that failed/],
])('%s: with %j it is %s', async (check, changes, severity, seen) => {
  const found = await examined(changes);
  const bad = found.findings.filter((finding) => finding.severity !== 'ok');

  expect(bad).toEqual([{ check, severity, seen: expect.stringMatching(seen), fix: expect.any(String) }]);
  expect(worstOf(found)).toBe(severity);
});

test.each<[string, Record<string, unknown>]>([
  ['a mail address that is an identity itself', { 'email v2/email/identities/nhi@example.com': { VerifiedForSendingStatus: true }, 'email v2/email/identities/example.com': missing('NotFoundException') }],
  ['a topic with confirmed subscriptions', { [`${LAMBDA}-notifications/configuration`]: topicChannel, [`sns ListSubscriptionsByTopic ${TOPIC}-digests`]: healthy()[`sns ListSubscriptionsByTopic ${TOPIC}`] }],
  ['a registry that is too young for a sweep', { 'ListExecutions': executions(), 'scheduler schedules/agents-nhi-agenda': { State: 'ENABLED', ScheduleExpression: 'rate(60 minutes)', CreationDate: NOW.getTime() / 1000 - 60 } }],
  ['a trail with advanced selectors', selectors({ AdvancedEventSelectors: [{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] }] })],
])('%s is healthy too', async (_what, changes) => {
  expect((await examined(changes)).findings.filter(({ severity }) => severity !== 'ok')).toEqual([]);
});

describe('a check that could not be made', () => {
  test.each(CHECKS.map(({ name, needs }) => [name, needs] as const))('%s says so and names what it needs; it is never ok', async (name, needs) => {
    const { findings } = await examine(connectionWith({}), NOW);

    expect(findings.filter(({ check }) => check === name)).toEqual([{ check: name, severity: 'unknown', seen: expect.stringMatching(/^not checked: .*no /), fix: expect.stringContaining(needs.join(', ')) }]);
  });

  test('does not stop the others', async () => {
    const { findings } = await examined({ sqs: named('AccessDeniedException', 'no') });

    expect(findings.filter(({ severity }) => severity !== 'ok')).toMatchObject([{ check: 'dead letters', severity: 'unknown' }]);
    expect(findings.length).toBeGreaterThan(CHECKS.length - 1);
  });

  test.each<[string, Record<string, unknown>]>([
    ['an empty response of the queue', { sqs: {} }], ['a refused mail identity', { 'email v2/email/identities/nhi@example.com': named('AccessDeniedException') }],
    ['a refused schedule', { 'scheduler schedules/agents-nhi-agenda': named('AccessDeniedException') }], ['a refused function', { [`${LAMBDA}-sponsors/configuration`]: named('AccessDeniedException') }],
    ['a refused lock', { GetObjectLockConfiguration: named('AccessDenied') }], ['a refused trail', { 'cloudTrail GetTrailStatus eu-west-1': named('AccessDeniedException') }],
    ['a template that is not JSON', { GetTemplate: { TemplateBody: 'Resources:' } }],
  ])('%s is no finding about the registry', async (_what, changes) => {
    const found = await examined(changes);

    expect(found.findings.filter(({ severity }) => severity !== 'ok')).toMatchObject([{ severity: 'unknown' }]);
    expect(worstOf(found)).toBe('unknown');
  });

  test('is less than an error, and more than a warning', async () => {
    expect(worstOf(await examined({ 'sqs': {}, 'cloudTrail GetTrailStatus eu-west-1': { IsLogging: false } }))).toBe('error');
    expect(worstOf(await examined({ sqs: {}, [`${LAMBDA}-sponsors/configuration`]: missing() }))).toBe('unknown');
  });
});

test('a partition whose CloudTrail is not known here is not checked', async () => {
  const { findings } = await examine({ ...connectionWith(healthy()), partition: 'aws-cn' }, NOW);

  expect(findings.find(({ check }) => check === 'CloudTrail')).toMatchObject({ severity: 'unknown', seen: expect.stringContaining('aws-cn') });
});

test('a registry that can\'t be found fails at once, and nothing else is asked', async () => {
  const asked: string[] = [];
  const connection = connectionWith(healthy(), asked);
  const gone = { ...connection, ledger: { fleet: { count: async () => { throw missing(); } } } } as never;

  await expect(examine(gone, NOW)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  expect(asked).toEqual([]);
});

test('asks nothing that changes anything, and the stack once', async () => {
  const asked: string[] = [];
  await examine(connectionWith(healthy(), asked), NOW);

  expect(asked.filter((call) => !/^(Describe|Get|List|sqs|\S+ (Describe|Get|List|schedules\/|v2\/|\S+\/configuration|\S+agents-nhi-sponsors\/invocations))/.test(call))).toEqual([]);
  expect(asked.filter((call) => call === 'DescribeStackResources')).toHaveLength(1);
});
