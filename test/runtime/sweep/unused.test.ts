import { sweeperOf } from './sweeping';
import { Answered } from '../../../runtime/engine/execution';
import { AgendaSettings } from '../../../runtime/model/agenda-settings';
import { statusOf } from '../../../runtime/model/placement-state';
import { PLACEMENT } from '../engine/decision/requests';
import { World } from '../engine/world';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../engine/mailbox')>('../engine/mailbox').responsesToMailbox());

const DAY = 86_400;
const ALL: AgendaSettings = {
  warningSeconds: [], teardownAfterSeconds: 7 * DAY, suspendUnusedAfterSeconds: 14 * DAY, removeUnusedAfterSeconds: 30 * DAY,
};
const ONLY_TOLD: AgendaSettings = { warningSeconds: [], teardownAfterSeconds: 7 * DAY };

let world: World;
async function begin(agenda: AgendaSettings): Promise<void> {
  world = new World({ agenda });
  await world.stack.deploy('test', { end: '2026-11-25T00:00:00Z' });
  role().createdAt = new Date('2026-06-01T00:00:00Z');
}
const role = () => world.fake.iam.byId(world.stack.agent!.roleId)!;
beforeEach(() => begin(ALL));

async function sweepAt(...days: string[]): Promise<void> {
  for (const day of days) {
    world.fake.now = new Date(day.length === 10 ? `${day}T00:00:05Z` : day);
    await sweeperOf(world).sweep();
  }
}
const found = async () => (await world.fake.engine.ledger.events(PLACEMENT)).filter(({ type }) => type.includes('zombie-found')).map(({ data }) => (data.unmapped as { details: object }).details);
const REMOVED = ['expired', 'principal-retired', 'left'];

test('told with evidence, suspended, torn down, each after its own delay; its stack can be destroyed', async () => {
  await sweepAt('2026-06-20', '2026-06-30');
  expect(await world.names()).toEqual(['joined']);

  await sweepAt('2026-07-01', '2026-07-02');
  expect(await world.names()).toEqual(['joined', 'zombie-found']);
  expect(await found()).toMatchObject([{
    idleDays: 30,
    evidence: [
      { source: 'role last used', verdict: 'unused', evidence: 'no use within its tracking period' },
      { source: 'access keys last used', verdict: 'unused', evidence: 'the agent has no access keys' },
      { source: 'own secrets last accessed', verdict: 'unused', evidence: 'the agent has no secrets of its own' },
      { source: 'live compute', verdict: 'unused', evidence: 'nothing holds the role' },
      { source: 'service last accessed', verdict: 'unused', evidence: 'no use within its tracking period' },
    ],
    sponsor: 'ada@example.com',
    suspendedAt: '2026-07-15T00:00:05Z',
    advice: expect.stringContaining('nhi keep invoice-bot'),
  }]);
  expect(world.canAct()).toEqual([role().roleId]);

  await sweepAt('2026-07-14', '2026-07-15T00:00:04Z');
  expect(statusOf((await world.state())!)).toBe('active');
  await sweepAt('2026-07-16');
  expect(statusOf((await world.state())!)).toBe('suspended');
  expect(await world.state()).toMatchObject({ suspension: { reason: 'Unused for more than 30 days; its sponsor was notified at 2026-07-01T00:00:05.000Z', by: expect.stringContaining('agents-nhi-agenda') } });
  expect(world.canAct()).toEqual([]);

  await sweepAt('2026-08-14');
  expect(await world.names()).toEqual(['joined', 'zombie-found', 'suspended']);
  await sweepAt('2026-08-16');
  expect(await world.names()).toEqual(['joined', 'zombie-found', 'suspended', ...REMOVED]);
  expect(await world.state()).toMatchObject({ status: 'left', expired: { cause: 'unused' } });
  await world.stack.deploy('test', { purpose: 'Another' });
  expect(world.stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(world.canAct()).toEqual([]);

  await world.stack.destroy();
  await world.check();
});

test('without delays it is only told, once', async () => {
  await begin(ONLY_TOLD);
  await sweepAt('2026-07-01', '2026-07-20', '2026-08-20', '2026-10-01');
  expect(await world.names()).toEqual(['joined', 'zombie-found']);
});

test('suspended and no more, if nothing else is wanted', async () => {
  await begin({ ...ONLY_TOLD, suspendUnusedAfterSeconds: 0 });
  await sweepAt('2026-07-01', '2026-07-02', '2026-10-01');
  expect(await world.names()).toEqual(['joined', 'zombie-found', 'suspended']);
});

describe('one use is enough', () => {
  test.each<[string, () => void]>([
    ['of the role', () => void (role().lastUsedAt = new Date('2026-06-15T00:00:00Z'))],
    ['of one service, on a later page of IAM\'s report', () => void (world.fake.iam.accessed = [undefined, new Date('2026-01-01T00:00:00Z'), new Date('2026-06-15T00:00:00Z')])],
  ])('%s: it is looked at again when that use is too long ago', async (_what, use) => {
    use();
    await sweepAt('2026-07-01', '2026-07-02', '2026-07-14');
    expect(await world.names()).toEqual(['joined']);
    await sweepAt('2026-07-16');
    expect(await world.names()).toEqual(['joined', 'zombie-found']);
  });

  test('IAM\'s report is not made for a role that was used: IAM throttles it first', async () => {
    role().lastUsedAt = new Date('2026-06-15T00:00:00Z');
    await sweepAt('2026-07-01');
    expect(world.fake.iam.calls.filter((call) => call.includes('LastAccessed'))).toEqual([]);
  });

  test('between telling and suspension it clears the finding, which can be notified again later', async () => {
    await sweepAt('2026-07-01');
    role().lastUsedAt = new Date('2026-07-10T00:00:00Z');
    await sweepAt('2026-07-16');
    expect(await world.names()).toEqual(['joined', 'zombie-found']);
    expect((await world.state())?.agenda?.unused).toBeUndefined();
    await sweepAt('2026-08-10');
    expect(await world.names()).toEqual(['joined', 'zombie-found', 'zombie-found']);
  });
});

describe('unknown never suspends', () => {
  const fails = (call: string) => world.fake.iam.disturb = (name, moment) => {
    if (name === call && moment === 'before') {
      throw Object.assign(new Error('Rate exceeded'), { name: 'Throttling' });
    }
  };
  const SOURCES: [string, () => void][] = [
    ['users can\'t be listed', () => fails('iam:ListUsers')],
    ['a stack can\'t be read', () => world.fake.disturb((call) => {
      if (call === 'cloudformation:ListStackResources') {
        throw Object.assign(new Error('not authorized'), { name: 'AccessDenied' });
      }
    })],
    ['Access Analyzer does not answer', () => void (world.fake.compute.virtual.disturb = (call) => {
      if (call.startsWith('access-analyzer:')) {
        throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
      }
    })],
    ['an analyzer has not found the role unused', () => void world.fake.compute.virtual.analyzers.set('mine', { age: 30, findings: [] })],
    ['the role can\'t be read', () => fails('iam:GetRole')],
    ['IAM makes no report', () => fails('iam:GenerateServiceLastAccessedDetails')],
    ['IAM\'s report can\'t be read', () => fails('iam:GetServiceLastAccessedDetails')],
    ['IAM\'s report fails', () => void (world.fake.iam.accessed = 'FAILED')],
    ['IAM\'s report is never complete', () => void (world.fake.iam.looksUntilReport = 1_000)],
    ['IAM has another role of that name', () => void world.fake.iam.roles.set('invoice-bot-test', { ...role(), roleId: 'AROAOTHER' })],
    ['IAM does not say when the role was created', () => void (role().createdAt = undefined)],
  ];

  test.each(SOURCES)('nor is anybody told, while %s', async (_what, down) => {
    down();
    await sweepAt('2026-07-01', '2026-07-02', '2026-07-03');
    expect(await world.names()).toEqual(['joined']);
    expect(await world.state()).toMatchObject({ due: { reason: 'unused-check', at: '2026-07-04T00:00:05Z' } });
  });

  test.each(SOURCES)('an agent that was notified stays live while %s', async (_what, down) => {
    await sweepAt('2026-07-01');
    down();
    await sweepAt('2026-07-16', '2026-07-17T01:00:00Z', '2026-07-18T02:00:00Z');
    expect(await world.names()).toEqual(['joined', 'zombie-found']);
  });

  test('twin: a report that takes a while is waited for', async () => {
    world.fake.iam.looksUntilReport = 3;
    await sweepAt('2026-07-01');
    expect(await world.names()).toEqual(['joined', 'zombie-found']);
  });
});

test('what runs with its role keeps an agent from being unused, also if it makes no call', async () => {
  const { roleArn } = Object.values((await world.state())!.principals)[0];
  const { compute } = world.fake;
  const execution = compute.start(compute.machine('flow', roleArn), 'one');
  await sweepAt('2026-07-01', '2026-07-05');
  expect(await world.names()).toEqual(['joined']);
  compute.machines.forEach(({ executions }) => executions.set(execution, 'SUCCEEDED'));
  await sweepAt('2026-07-20', '2026-08-01');
  expect(await world.names()).toEqual(['joined', 'zombie-found']);
});

test('a role that is younger than the idle time is not judged, as after a move', async () => {
  role().createdAt = new Date('2026-06-25T00:00:00Z');
  await sweepAt('2026-07-01', '2026-07-24');
  expect(await world.names()).toEqual(['joined']);
  await sweepAt('2026-07-26');
  expect(await world.names()).toEqual(['joined', 'zombie-found']);
});

describe('somebody answers', () => {
  const keep = async () => ((await world.ask({ kind: 'keep', reason: 'It runs once a quarter' }))?.output ?? {}) as unknown as Answered;

  test('kept: nothing happens for another idle time, and the reason is recorded', async () => {
    await sweepAt('2026-07-01');
    expect(await keep()).toMatchObject({ answered: 'SUCCESS' });
    await sweepAt('2026-07-16', '2026-07-30');
    expect(await world.names()).toEqual(['joined', 'zombie-found', 'kept']);
    await sweepAt('2026-08-01');
    expect(await world.names()).toEqual(['joined', 'zombie-found', 'kept', 'zombie-found']);
  });

  test('resumed: it is not suspended again before another idle time has passed', async () => {
    await sweepAt('2026-07-01', '2026-07-16');
    expect(await keep()).toMatchObject({ answered: 'FAILED', code: 'AgentSuspended', message: expect.stringContaining('nhi resume invoice-bot') });
    await world.ask({ kind: 'resume', reason: 'It is needed after all' });
    expect(world.canAct()).toEqual([role().roleId]);
    await sweepAt('2026-07-30', '2026-08-14');
    expect(await world.names()).toEqual(['joined', 'zombie-found', 'suspended', 'resumed']);
    await sweepAt('2026-08-16');
    expect((await world.names()).at(-1)).toBe('zombie-found');
  });

  test.each([['too short', 'ReasonInvalid'], ['two\nlines of a reason', 'ReasonInvalid']])('not with the reason %j', async (reason, code) => {
    expect((await world.ask({ kind: 'keep', reason }))?.output).toMatchObject({ answered: 'FAILED', code });
  });

  test('not for an agent that is not there', async () => {
    await world.stack.destroy();
    await world.fake.resume();
    expect(await keep()).toMatchObject({ answered: 'FAILED', code: 'AgentUnknown' });
  });
});

test('an agent that somebody suspended is not judged: its denied calls are no life', async () => {
  await world.ask({ kind: 'suspend', reason: 'Its key was seen in a public place' });
  await sweepAt('2026-07-01', '2026-07-16', '2026-08-20');
  expect(await world.names()).toEqual(['joined', 'suspended']);
});
