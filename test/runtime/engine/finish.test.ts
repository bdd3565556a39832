import { ExecutionResult } from './state-machine';
import { OPERATOR, World } from './world';
import { Answered } from '../../../runtime/engine/execution';
import { liftLeaverLimit } from '../../../runtime/ledger';
import { named } from '../ledger/memory-table';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('./mailbox')>('./mailbox').responsesToMailbox());

const answerOf = (result: ExecutionResult | undefined): Answered => result?.output as unknown as Answered;
const refuseDetaching = (world: World) => world.fake.disturb((call, moment) => {
  if (call === 'iam:DetachRolePolicy' && moment === 'before') {
    throw named('AccessDenied', 'not this one');
  }
});

/** A removed construct whose teardown failed until CloudFormation abandoned it. */
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
  const certificate = world.certificates()[0];
  expect(certificate.by).toBe(OPERATOR);
  expect(certificate.principals).toEqual([expect.objectContaining({ registryDeletionAt: expect.any(String), absentAt: expect.any(String), denied: expect.objectContaining({ by: ['permissions-boundary'] }) })]);
  expect(certificate.wipers.flatMap(({ wiped }) => wiped).join()).toContain('Stubborn');
  await world.check();
  // The name is free again.
  await world.stack.deploy('test');
  await world.check();
});

test('what still can\'t be wiped is said, nothing is deleted, and the next try continues', async () => {
  const world = await givenUp();

  expect(await world.finish()).toMatchObject({ status: 'FAILED', output: { code: 'TeardownIncomplete', message: expect.stringContaining('Stubborn') } });
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

test('deletes the role that CloudFormation did not delete of an agent that has left, so that its name is free, and confirms it', async () => {
  const world = new World();
  await world.stack.deploy('test');
  world.stack.keepsRoles = true;
  await world.stack.destroy();
  await world.fake.resume();
  world.stack.keepsRoles = false;
  expect((await world.state())).toMatchObject({ status: 'left', trouble: { code: 'RoleNotDeleted' } });
  expect([...world.fake.iam.roles.keys()]).toEqual(['invoice-bot-test']);

  expect(answerOf(await world.finish())).toMatchObject({ answered: 'SUCCESS' });

  expect(world.fake.iam.roles.size).toBe(0);
  await world.check();
  await world.stack.deploy('test');
  await world.check();
});

test('an agent that its stack still has is refused, and keeps working', async () => {
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

test.each(['remembered', 'forgotten'])('an agent whose stack no longer exists and %s leaves', async (how) => {
  const world = new World();
  await world.stack.deploy('test');
  const { stackId } = world.stack;
  // The stack was deleted with the agent's resources retained, so the engine received no request.
  world.stack.agent = undefined;
  world.stack.held.clear();
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
  await world.fake.resume();

  expect(answerOf(await world.finish())).toMatchObject({ answered: 'FAILED', code: 'NothingToFinish' });
  expect(await world.names()).toEqual(['joined', 'principal-retired', 'left', 'deletion-confirmed']);
});

test('a role that somebody created in the place of a principal is deleted, also when the agent has left', async () => {
  const world = await givenUp();
  world.fake.disturb(() => undefined);
  world.fake.iam.roles.clear();
  world.fake.iam.createRole('test');

  expect(answerOf(await world.finish())).toMatchObject({ answered: 'SUCCESS' });
  expect((await world.state())?.status).toBe('left');
  expect(world.fake.iam.roles.size).toBe(0);

  world.fake.iam.createRole('test').inline.set('allow-all', '{}');
  expect(answerOf(await world.finish())).toMatchObject({ answered: 'SUCCESS' });
  expect(world.fake.iam.roles.size).toBe(0);
  expect(await world.names()).toContain('orphan-found');
  expect(answerOf(await world.finish())).toMatchObject({ answered: 'FAILED', code: 'NothingToFinish' });
});

test('the limit of leavers holds for operators, too', async () => {
  const world = new World({ leaverLimit: { count: 0 } });
  await world.stack.deploy('test');
  world.stack.agent = undefined;
  world.stack.held.clear();
  world.fake.stacks.set(world.stack.stackId!, 'DELETE_COMPLETE');

  expect(answerOf(await world.finish())).toMatchObject({ answered: 'FAILED', code: 'MassLeaverLimit' });
  expect(world.canAct()).toEqual([]);
  expect(world.fake.iam.roles.size).toBe(1);

  await liftLeaverLimit(world.fake.memory.table, new Date(world.fake.now.getTime() + 60_000), OPERATOR);
  expect(answerOf(await world.finish())).toMatchObject({ answered: 'SUCCESS' });
  expect(world.fake.iam.roles.size).toBe(0);
});
