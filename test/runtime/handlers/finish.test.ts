import { ExecutionResult } from './state-machine';
import { OPERATOR, World } from './world';
import { liftLeaverLimit } from '../../../runtime/ledger';
import { Answered } from '../../../runtime/steps';
import { named } from '../ledger/memory-table';

jest.mock('../../../runtime/custom-resource/response', () => ({
  ...jest.requireActual<object>('../../../runtime/custom-resource/response'),
  sendAnswer: async (_url: URL, answer: { RequestId: string }) => {
    jest.requireActual<typeof import('./mailbox')>('./mailbox').mailbox.set(answer.RequestId, answer as never);
    return 'taken';
  },
}));

const answerOf = (result: ExecutionResult | undefined): Answered => result?.output?.answer as Answered;
const refuseDetaching = (world: World) => world.fake.disturb((call, moment) => {
  if (call === 'iam:DetachRolePolicy' && moment === 'before') {
    throw named('AccessDenied', 'not this one');
  }
});

/** A construct removed, and its teardown failed until CloudFormation gave it up. */
async function givenUp(): Promise<World> {
  const world = new World();
  await world.stack.deploy('test');
  world.fake.iam.byId(world.stack.agent!.roleId)!.attached.add('arn:aws:iam::aws:policy/Stubborn');
  refuseDetaching(world);
  await world.stack.remove();
  expect(world.stack.status).toBe('UPDATE_COMPLETE');
  expect((await world.state())?.status).toBe('leaving');
  expect(world.fake.iam.roles.size).toBe(1);
  return world;
}

test('finishes a leave that CloudFormation has given up: role and all, with the proof, in the operator\'s name', async () => {
  const world = await givenUp();
  world.fake.disturb(() => undefined);

  expect(answerOf(await world.finish())).toMatchObject({ answered: 'SUCCESS' });

  expect((await world.state())?.status).toBe('left');
  expect(world.fake.iam.roles.size).toBe(0);
  const certificate = JSON.parse([...world.fake.certificates.values()][0]) as { by: string; claims: string[]; wipers: { wiped: string[] }[] };
  expect(certificate.by).toBe(OPERATOR);
  expect(certificate.claims.join()).toContain('its role was deleted');
  expect(certificate.wipers.flatMap(({ wiped }) => wiped).join()).toContain('Stubborn');
  await world.check();
  // The name is free again.
  await world.stack.deploy('test');
  await world.check();
});

test('what still can\'t be wiped is said, nothing is deleted, and the next try goes on', async () => {
  const world = await givenUp();

  expect(await world.finish()).toMatchObject({ status: 'FAILED', output: { error: { Error: 'TeardownIncomplete', Cause: expect.stringContaining('Stubborn') } } });
  expect(world.fake.iam.roles.size).toBe(1);
  expect((await world.state())?.status).toBe('leaving');

  world.fake.disturb(() => undefined);
  expect(answerOf(await world.finish())).toMatchObject({ answered: 'SUCCESS' });
  expect(world.fake.iam.roles.size).toBe(0);
});

test('retires a principal that a move left behind, and leaves the agent as it is', async () => {
  const world = new World();
  await world.stack.deploy('production');
  await world.stack.deploy('test', { cleanUp: 'dropped' });
  expect(world.canAct()).toHaveLength(2);

  expect(answerOf(await world.finish())).toMatchObject({ answered: 'SUCCESS' });

  expect(world.canAct()).toEqual([world.stack.agent!.roleId]);
  expect([...world.fake.iam.roles.keys()]).toEqual(['invoice-bot-test']);
  expect(await world.state()).toMatchObject({ status: 'active', present: world.stack.agent!.roleId });
  expect((await world.state())?.pending).toBeUndefined();
});

test('deletes the role that a clean-up forgot of an agent that has left, so that its name is free', async () => {
  const world = new World();
  await world.stack.deploy('test');
  await world.stack.deploy('production', { cleanUp: 'dropped' });
  await world.stack.destroy();
  expect((await world.state())?.status).toBe('left');
  expect([...world.fake.iam.roles.keys()]).toEqual(['invoice-bot-test']);

  expect(answerOf(await world.finish())).toMatchObject({ answered: 'SUCCESS' });

  expect(world.fake.iam.roles.size).toBe(0);
  await world.check();
  await world.stack.deploy('test');
  await world.check();
});

test('an agent that its stack still has is refused, and goes on', async () => {
  const world = new World();
  await world.stack.deploy('test');

  expect(answerOf(await world.finish())).toMatchObject({ answered: 'FAILED', code: 'NothingToFinish', message: expect.stringContaining("invoice-bot-test is its stack's") });

  expect(world.canAct()).toEqual([world.stack.agent!.roleId]);
  await world.check();
});

test.each(['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'DELETE_IN_PROGRESS', 'DELETE_FAILED', 'UPDATE_ROLLBACK_FAILED'])('while the stack is %s it is CloudFormation\'s', async (status) => {
  const world = await givenUp();
  world.fake.disturb(() => undefined);
  world.fake.stacks.set(world.stack.stackId!, status);

  expect(answerOf(await world.finish())).toMatchObject({ answered: 'FAILED', code: 'StackNotAtRest', message: expect.stringContaining(status) });
  expect(world.fake.iam.roles.size).toBe(1);
});

test.each(['remembered', 'forgotten'])('an agent whose stack is gone and %s leaves', async (how) => {
  const world = new World();
  await world.stack.deploy('test');
  const { stackId } = world.stack;
  // Deleted with the agent's resources retained: the engine was never asked.
  world.stack.agent = undefined;
  if (how === 'remembered') {
    world.fake.stacks.set(stackId!, 'DELETE_COMPLETE');
  } else {
    world.fake.stacks.delete(stackId!);
  }

  expect(answerOf(await world.finish())).toMatchObject({ answered: 'SUCCESS' });

  expect((await world.state())?.status).toBe('left');
  expect(world.fake.iam.roles.size).toBe(0);
});

test('of an agent that has left nothing is left to finish', async () => {
  const world = new World();
  await world.stack.deploy('test');
  await world.stack.destroy();

  expect(answerOf(await world.finish())).toMatchObject({ answered: 'FAILED', code: 'NothingToFinish' });
  expect(await world.names()).toEqual(['joined', 'principal-retired', 'left']);
});

test('a role that took the name since is not touched', async () => {
  const world = await givenUp();
  world.fake.disturb(() => undefined);
  world.fake.iam.roles.clear();
  const other = world.fake.iam.createRole('test');
  const before = structuredClone({ ...other });

  expect(answerOf(await world.finish())).toMatchObject({ answered: 'SUCCESS' });

  expect({ ...other }).toEqual(before);
  expect((await world.state())?.status).toBe('left');
});

test('the limit of leavers holds for operators, too', async () => {
  const world = new World({ leaverLimit: { count: 0 } });
  await world.stack.deploy('test');
  world.stack.agent = undefined;
  world.fake.stacks.set(world.stack.stackId!, 'DELETE_COMPLETE');

  expect(answerOf(await world.finish())).toMatchObject({ answered: 'FAILED', code: 'MassLeaverLimit' });
  expect(world.canAct()).toEqual([]);
  expect(world.fake.iam.roles.size).toBe(1);

  await liftLeaverLimit(world.fake.memory.table, new Date(world.fake.now.getTime() + 60_000), OPERATOR);
  expect(answerOf(await world.finish())).toMatchObject({ answered: 'SUCCESS' });
  expect(world.fake.iam.roles.size).toBe(0);
});
