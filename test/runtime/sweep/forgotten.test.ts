import { sweeperOf } from './sweeping';
import { World } from '../engine/world';
import { named } from '../ledger/memory-table';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../engine/mailbox')>('../engine/mailbox').responsesToMailbox());

const HOUR_MS = 3_600_000;
let world: World;
beforeEach(async () => {
  world = new World();
  await world.stack.deploy('test');
});

async function sweepAfter(hours: number): Promise<void> {
  world.fake.now = new Date(world.fake.now.getTime() + hours * HOUR_MS);
  await sweeperOf(world).sweep();
}
const refuseDetaching = () => world.fake.disturb((call, moment) => {
  if (call === 'iam:DetachRolePolicy' && moment === 'before') {
    throw named('AccessDenied', 'not this one');
  }
});

/** A removed construct whose teardown failed until CloudFormation abandoned it. */
async function givenUp(): Promise<void> {
  world.fake.iam.byId(world.stack.agent!.roleId)!.attached.add('arn:aws:iam::aws:policy/Stubborn');
  refuseDetaching();
  await world.stack.remove();
}

test('a leave that CloudFormation has given up is finished a day later, role and all, in the name of the sweep', async () => {
  await givenUp();
  world.fake.disturb(() => undefined);
  await sweepAfter(23);
  expect(await world.state()).toMatchObject({ status: 'leaving' });

  await sweepAfter(2);
  expect(await world.state()).toMatchObject({ status: 'left' });
  expect(world.fake.iam.roles.size).toBe(0);
  expect(world.certificates()[0].by).toMatch(/:execution:agents-nhi-agenda:/);
  await world.check();
});

test('what can\'t be wiped yet is tried again each day, not with each sweep', async () => {
  await givenUp();
  const before = (await world.names()).length;
  for (const hours of [25, 1, 1]) {
    await sweepAfter(hours);
  }
  expect((await world.names()).length).toBe(before + 1);
  world.fake.disturb(() => undefined);
  await sweepAfter(25);
  expect(await world.state()).toMatchObject({ status: 'left' });
});

test('a former principal that no clean-up reached is torn down, and the present one works on', async () => {
  await world.stack.deploy('production', { cleanUp: 'dropped' });
  expect(await world.state()).toMatchObject({ pending: { phase: 'moved' } });

  await sweepAfter(25);
  expect((await world.state())?.pending).toBeUndefined();
  expect([...world.fake.iam.roles.keys()]).toEqual(['invoice-bot-production']);
  expect(world.canAct()).toEqual([world.stack.agent!.roleId]);
});

test.each(['UPDATE_IN_PROGRESS', 'UPDATE_ROLLBACK_FAILED'])('nothing is done while the stack is %s', async (status) => {
  await world.stack.deploy('production', { cleanUp: 'dropped' });
  world.fake.stacks.set(world.stack.stackId!, status);
  await sweepAfter(25);
  expect(world.fake.iam.roles.size).toBe(2);
  expect(await world.state()).toMatchObject({ pending: { phase: 'moved' }, due: { reason: 'forgotten' } });
});

test('a role that a stack has is not touched', async () => {
  await world.stack.deploy('production', { cleanUp: 'dropped' });
  world.stack.held.add('invoice-bot-test');
  await sweepAfter(25);
  expect(world.fake.iam.roles.size).toBe(2);
});

test('a role that CloudFormation should have deleted is deleted, after the agent left', async () => {
  world.stack.keepsRoles = true;
  await world.stack.remove();
  await world.fake.resume();
  world.stack.held.clear();
  expect(await world.state()).toMatchObject({ status: 'left', trouble: { code: 'RoleNotDeleted' } });
  await sweepAfter(1);

  await sweepAfter(25);
  expect(world.fake.iam.roles.size).toBe(0);
  expect((await world.names()).at(-1)).toBe('deletion-confirmed');
  expect((await world.state())?.trouble).toBeUndefined();
  expect((await world.state())?.due).toBeUndefined();
});

test('an agent whose leave was held back is left to an operator', async () => {
  world = new World({ leaverLimit: { count: 0 } });
  await world.stack.deploy('test');
  await world.stack.destroy();
  world.stack.held.clear();
  world.fake.stacks.set(world.stack.stackId!, 'UPDATE_COMPLETE');
  await sweepAfter(25);
  expect(await world.state()).toMatchObject({ status: 'leaving', trouble: { code: 'MassLeaverLimit' } });
  expect(world.fake.iam.roles.size).toBe(1);
});
