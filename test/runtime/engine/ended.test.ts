import { PLACEMENT } from './decision/requests';
import { mailbox } from './mailbox';
import { Killed } from './state-machine';
import { World } from './world';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('./mailbox')>('./mailbox').responsesToMailbox());

let world: World;
beforeEach(async () => {
  world = new World();
  await world.stack.deploy('test');
});

/** Kills the next execution when it begins a step, and returns it. */
async function killedAt(step: string, work: () => Promise<void>): Promise<string> {
  const before = new Set(world.fake.executions.keys());
  let once = true;
  world.fake.around = (operation) => {
    if (once && operation === step) {
      once = false;
      throw new Killed();
    }
  };
  await work();
  world.fake.around = () => undefined;
  return [...world.fake.executions.keys()].find((execution) => !before.has(execution))!;
}

/** Handles EventBridge's event of an execution that ended. Returns the response to CloudFormation. */
async function ended(execution: string): Promise<{ Status?: string; Reason?: string }> {
  mailbox.clear();
  const requestId = execution.slice('execution-'.length);
  await world.fake.step({ step: 'Fail', requestId, placement: PLACEMENT, execution, error: { Error: 'TransitionEnded', Cause: 'the execution ended as TIMED_OUT' } });
  const [response = {}] = [...mailbox.values()];
  return response;
}

const holder = (): Promise<string | undefined> => world.fake.engine.lock.holder(PLACEMENT);

test('one that held the lock is recorded as a failure, responded to, and its lock is released; told again, nothing happens', async () => {
  const execution = await killedAt('Quarantine', () => world.stack.destroy());
  expect(await holder()).toBe(execution);

  expect(await ended(execution)).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('TIMED_OUT') });
  expect(await world.names()).toEqual(['joined', 'transition-failed']);
  expect(await holder()).toBeUndefined();

  expect(await ended(execution)).toEqual({});
  expect(await world.names()).toEqual(['joined', 'transition-failed']);
});

test('one that had recorded its failure and died before it responded is responded to', async () => {
  const execution = await killedAt('Quarantine', () => world.stack.destroy());
  const trouble = { since: '', code: 'NotDenied', message: '', requestId: execution.slice('execution-'.length) };
  await world.fake.engine.ledger.commit(PLACEMENT, await world.state(), { trouble }, [], { registry: 'agents', actor: 'x', time: world.fake.now });

  expect(await ended(execution)).toMatchObject({ Status: 'FAILED' });
});

test('one that was still waiting for another transition is responded to, and recorded', async () => {
  await world.fake.engine.lock.acquire(PLACEMENT, 'another');
  world.fake.executions.set('another', 'RUNNING');
  const execution = await killedAt('Begin', () => world.stack.destroy());
  // CloudFormation has had no response yet, and waits.
  world.fake.stacks.set(world.stack.stackId!, 'DELETE_IN_PROGRESS');

  expect(await ended(execution)).toMatchObject({ Status: 'FAILED' });

  expect(await world.names()).toEqual(['joined', 'transition-failed']);
  expect(await holder()).toBe('another');
  expect(await ended(execution)).toEqual({});
});

test('one whose placement another execution has taken over is responded to, and nothing of it is recorded', async () => {
  const execution = await killedAt('Quarantine', () => world.stack.destroy());
  const { lock } = world.fake.engine;
  await lock.acquire(PLACEMENT, 'successor', execution);

  expect(await ended(execution)).toMatchObject({ Status: 'FAILED' });

  expect(await world.names()).toEqual(['joined']);
  expect(await holder()).toBe('successor');
});

test('one that had done and recorded everything, and died before it responded, is responded to with success', async () => {
  let once = true;
  world.fake.disturb((call, moment) => {
    if (once && call === 'events:PutEvents' && moment === 'before') {
      once = false;
      throw new Killed();
    }
  });
  await world.stack.destroy();
  expect((await world.state())?.status).toBe('left');
  world.fake.iam.roles.clear();

  expect(await ended([...world.fake.executions.keys()].at(-1)!)).toMatchObject({ Status: 'SUCCESS' });

  expect((await world.state())?.trouble).toBeUndefined();
  expect(await world.names()).toEqual(['joined', 'principal-retired', 'left', 'deletion-confirmed']);
});

test.each(['deploy', 'destroy'] as const)('one that has responded (%s) is not responded to again', async (work) => {
  const before = new Set(world.fake.executions.keys());
  await (work === 'deploy' ? world.stack.deploy('test', { sponsor: 'eve@example.com' }) : world.stack.destroy());
  await world.fake.resume();
  const [execution] = [...world.fake.executions.keys()].filter((one) => !before.has(one));
  const names = await world.names();
  // The watch after the response can end early too.
  world.fake.executions.set(execution, 'TIMED_OUT');

  expect(await ended(execution)).toEqual({});

  expect(await world.names()).toEqual(names);
});

test('one whose end Step Functions shows a moment after EventBridge tells it is responded to, and no alarm goes off', async () => {
  const execution = await killedAt('Quarantine', () => world.stack.destroy());
  world.fake.executions.set(execution, 'RUNNING');
  Object.assign(world.fake.engine, { pause: async () => void world.fake.executions.set(execution, 'TIMED_OUT') });
  expect(await ended(execution)).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('TIMED_OUT') });
  expect(world.fake.metrics).not.toContain('RequestUnconfirmed');
});

test('an event of one that came to its end, or that nobody knows, changes nothing', async () => {
  await world.stack.deploy('test', { sponsor: 'eve@example.com' });
  const [execution] = [...world.fake.executions.keys()].slice(-1);
  await expect(ended(execution)).rejects.toMatchObject({ code: 'StepNotDue' });
  await expect(ended('execution-of-nobody')).rejects.toMatchObject({ name: 'ExecutionDoesNotExist' });
});

test('one that was refused or failed, and has responded, is not responded to again', async () => {
  world.fake.iam.byId(world.stack.agent!.roleId)!.attached.add('arn:aws:iam::aws:policy/Stubborn');
  world.fake.disturb((call, moment) => {
    if (call === 'iam:DetachRolePolicy' && moment === 'before') {
      throw Object.assign(new Error('not this one'), { name: 'AccessDenied' });
    }
  });
  await world.stack.destroy();
  const names = await world.names();
  expect(names).toEqual(['joined', 'teardown-incomplete']);

  expect(await ended([...world.fake.executions.keys()].at(-1)!)).toEqual({});

  expect(await world.names()).toEqual(names);
});
