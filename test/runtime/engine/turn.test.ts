import { PLACEMENT } from './decision/requests';
import { OPERATOR, World } from './world';
import { statusOf } from '../../../runtime/model/placement-state';
import { Intent, LifecycleRequest } from '../../../runtime/model/request';
import { requestIdOf } from '../../../src/contract/request-id';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('./mailbox')>('./mailbox').responsesToMailbox());

type Input = Record<string, unknown>;

let world: World;
beforeEach(async () => {
  world = new World();
  await world.stack.deploy('production');
});

const idOf = (kind: Intent['kind']): string => requestIdOf('operator', kind, 'by-hand');
const inputOf = (kind: Intent['kind'], step: string, more: Input = {}): Input => (
  { step, requestId: idOf(kind), placement: PLACEMENT, execution: `execution-${idOf(kind)}`, ...more });

/** Stores a request, as its caller does, and runs nothing. */
async function stored(intent: Intent): Promise<LifecycleRequest> {
  const request: LifecycleRequest = { requestId: idOf(intent.kind), registry: 'agents', placement: PLACEMENT, origin: { kind: 'operator', arn: OPERATOR }, intent };
  await world.fake.engine.requests.save({ request }, world.fake.now);
  return request;
}

/** What somebody tries each time before a step of the request runs, and what came of it by the step that was due. */
async function trying(intent: Intent, attempt: (due: string) => Input | undefined): Promise<Map<string, string>> {
  const outcomes = new Map<string, string>();
  let isTrying = false;
  world.fake.around = async (due) => {
    const input = isTrying ? undefined : attempt(due);
    if (input !== undefined) {
      isTrying = true;
      outcomes.set(due, await world.fake.step(input).then(() => 'done', ({ code }: { code: string }) => code));
      isTrying = false;
    }
  };
  const request = await stored(intent);
  expect((await world.fake.run(request))?.output).toMatchObject({ answered: 'SUCCESS' });
  world.fake.around = () => undefined;
  return outcomes;
}

const SUSPEND: Intent = { kind: 'suspend', reason: 'Its key was seen in a public place' };
const RESUME: Intent = { kind: 'resume', reason: 'The key was replaced' };
const SETTLING = { steps: ['Settle'], next: 'Settle', waitSeconds: 0, batches: [] };

describe('a step of a transition that runs, which somebody invokes by hand', () => {
  test.each(['Restore', 'Reduce', 'Clean', 'Terminate', 'Wipe', 'Return', 'Adopt', 'Revoke', 'Watch', 'Settle', 'Refuse', 'Fail'])('%s is not done if it is not its turn, and the suspension comes to its end', async (step) => {
    const outcomes = await trying(SUSPEND, (due) => (due === 'Cut' ? inputOf('suspend', step, { progress: SETTLING, error: { Error: 'Invented', Cause: 'by hand' } }) : undefined));
    expect([...outcomes]).toEqual([['Cut', 'StepNotDue']]);
    expect(statusOf((await world.state())!)).toBe('suspended');
    expect(world.canAct()).toEqual([]);
    expect(world.fake.metrics).toContain('RequestUnconfirmed');
    expect(await world.names()).toEqual(['joined', 'suspended']);
  });

  test('twin: the step that is due can be repeated and changes nothing of the outcome', async () => {
    const outcomes = await trying(SUSPEND, (due) => (due === 'Cut' || due === 'Settle' ? inputOf('suspend', due, { progress: SETTLING }) : undefined));
    expect(outcomes.get('Cut')).toBe('done');
    expect(statusOf((await world.state())!)).toBe('suspended');
    expect(await world.names()).toEqual(['joined', 'suspended']);
  });

  test('is not done in the name of another execution', async () => {
    const outcomes = await trying(SUSPEND, (due) => (due === 'Cut' ? inputOf('suspend', 'Cut', { execution: 'execution-of-another' }) : undefined));
    expect([...outcomes]).toEqual([['Cut', 'StepNotDue']]);
  });

  test('does what the ledger says is left to do, and not what its caller says', async () => {
    await stored(SUSPEND);
    await world.fake.step(inputOf('suspend', 'Begin'));
    expect(await world.fake.step(inputOf('suspend', 'Quarantine', { progress: { ...SETTLING, steps: ['Quarantine', 'Settle'], next: 'Quarantine' } }))).toMatchObject({ next: 'Cut', steps: ['Cut', 'Settle'] });
  });

  test('whose result was lost returns it again and does nothing', async () => {
    await stored(SUSPEND);
    await world.fake.step(inputOf('suspend', 'Begin'));
    const first = await world.fake.step(inputOf('suspend', 'Quarantine'));
    const { version } = (await world.state())!;
    expect(await world.fake.step(inputOf('suspend', 'Quarantine'))).toEqual(JSON.parse(JSON.stringify(first)));
    expect((await world.state())!.version).toBe(version);
  });

  test.each([['Refuse', RESUME], ['Settle', SUSPEND]] as const)('that responded and whose result was lost (%s) returns it again, though it has released the agent', async (last, intent) => {
    await stored(intent);
    let next = 'Begin';
    for (; next !== last; next = ((await world.fake.step(inputOf(intent.kind, next))) as { next: string }).next) {
      world.fake.now = new Date(world.fake.now.getTime() + 65_000);
    }
    const first = await world.fake.step(inputOf(intent.kind, last));
    await world.fake.engine.lock.acquire(PLACEMENT, 'successor');
    const { version } = (await world.state())!;
    expect(await world.fake.step(inputOf(intent.kind, last))).toEqual(JSON.parse(JSON.stringify(first)));
    expect((await world.state())!.version).toBe(version);
  });

  test.each([['Refuse', RESUME], ['Settle', SUSPEND]] as const)('that has not responded (%s) is not done once another execution has taken over the agent', async (last, intent) => {
    await stored(intent);
    let next = 'Begin';
    for (; next !== last; next = ((await world.fake.step(inputOf(intent.kind, next))) as { next: string }).next) {
      world.fake.now = new Date(world.fake.now.getTime() + 65_000);
    }
    await world.fake.engine.lock.acquire(PLACEMENT, 'successor', `execution-${idOf(intent.kind)}`);
    const { version } = (await world.state())!;
    await expect(world.fake.step(inputOf(intent.kind, last))).rejects.toMatchObject({ code: 'StepNotDue' });
    expect((await world.state())!.version).toBe(version);
  });

  test('is not done by a request that lost the agent to another one', async () => {
    await trying(SUSPEND, () => undefined);
    await stored(RESUME);
    await world.fake.step(inputOf('resume', 'Begin'));
    await world.fake.engine.lock.acquire(PLACEMENT, 'successor', `execution-${idOf('resume')}`);
    await expect(world.fake.step(inputOf('resume', 'Restore'))).rejects.toMatchObject({ code: 'StepNotDue' });
    expect(world.canAct()).toEqual([]);

    await world.fake.engine.lock.acquire(PLACEMENT, `execution-${idOf('resume')}`, 'successor');
    await world.fake.step(inputOf('resume', 'Restore'));
    expect(world.canAct()).not.toEqual([]);
  });

  test('does not begin before the denial has spread, and begins after that', async () => {
    await stored({ kind: 'offboard', reason: 'It is not needed' });
    await world.fake.step(inputOf('offboard', 'Begin'));
    await world.fake.step(inputOf('offboard', 'Quarantine'));
    const wipe = (): Promise<unknown> => world.fake.step(inputOf('offboard', 'Wipe', { batch: { name: 'principals', wipers: [] } }));
    await expect(wipe()).rejects.toMatchObject({ code: 'StepNotDue' });
    world.fake.now = new Date(world.fake.now.getTime() + 65_000);
    await expect(wipe()).resolves.toMatchObject({ batch: 'principals' });
  });

  test('runs the wipers of the plan, whichever somebody names', async () => {
    await stored({ kind: 'offboard', reason: 'It is not needed' });
    await world.fake.step(inputOf('offboard', 'Begin'));
    await world.fake.step(inputOf('offboard', 'Quarantine'));
    world.fake.now = new Date(world.fake.now.getTime() + 65_000);
    await expect(world.fake.step(inputOf('offboard', 'Wipe', { batch: { name: 'invented', wipers: ['own-secrets'] } }))).resolves.toMatchObject({ batch: '' });
    expect(world.fake.memory.under(`work#${idOf('offboard')}`).map(({ sk }) => sk)).not.toContain('report#invented');
  });
});

test('an execution that fails is recorded with the error that Step Functions has, and no other', async () => {
  world.fake.disturb((call, moment) => {
    if (call.startsWith('iam:Put') && moment === 'before') {
      throw Object.assign(new Error('not this one'), { name: 'AccessDenied' });
    }
  });
  world.fake.around = (due) => {
    if (due === 'Quarantine') {
      throw Object.assign(new Error('the real reason'), { name: 'RealReason' });
    }
  };
  await world.fake.run(await stored(SUSPEND));
  expect((await world.state())?.trouble).toMatchObject({ code: 'RealReason', message: 'the real reason' });
});
