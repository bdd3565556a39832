import { mailbox } from '../mailbox';
import { World } from '../world';

jest.mock('../../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../mailbox')>('../mailbox').responsesToMailbox());

const MEANS = ['iam:PutRolePermissionsBoundary', 'iam:AttachRolePolicy', 'iam:PutRolePolicy'];
const forbid = (world: World, ...actions: string[]): void => actions.forEach((action) => world.fake.iam.forbidden.set(action, { EvalDecision: 'explicitDeny' }));
const lastAnswer = () => [...mailbox.values()].at(-1) as unknown as { Status: string; Reason?: string };
let world: World;
beforeEach(() => {
  mailbox.clear();
  world = new World();
});

test('an agent whose principal nothing could deny does not join, and nothing of it stays', async () => {
  forbid(world, ...MEANS);

  await world.stack.deploy('test');

  expect([...mailbox.values()].map((answer) => (answer as unknown as { Reason?: string }).Reason ?? '').join()).toMatch(
    /QuarantineForbidden: the engine could not quarantine agent invoice-bot: .*role\/agents\/test\/invoice-bot-test everything\. iam:PutRolePermissionsBoundary: denied by .*; iam:AttachRolePolicy: .*; iam:PutRolePolicy: .* then deploy again/);
  expect(await world.state()).toBeUndefined();
  expect(world.fake.iam.roles.size).toBe(0);
});

test.each([[[] as string[]], [MEANS.slice(0, 1)], [MEANS.slice(0, 2)]])('twin: with %j forbidden it joins, as another means is left', async (actions) => {
  forbid(world, ...actions);

  await world.stack.deploy('test');

  expect(lastAnswer().Status).toBe('SUCCESS');
  await world.check();
  expect((await world.state())?.status).toBe('active');
});

test('nor does it move to a principal that nothing could deny: it stays as it was, and moves once that is allowed', async () => {
  await world.stack.deploy('test');
  const before = world.stack.agent!.roleId;
  forbid(world, ...MEANS);

  await world.stack.deploy('production');

  expect(await world.state()).toMatchObject({ present: before, declared: { stage: 'test' } });
  expect(world.canAct()).toEqual([before]);
  world.fake.iam.forbidden.clear();
  await world.stack.deploy('production');
  await world.check();
  expect((await world.state())?.declared.stage).toBe('production');
});

test('one that has joined is updated, taken back and torn down all the same, without a question', async () => {
  await world.stack.deploy('test');
  forbid(world, ...MEANS);
  world.fake.iam.asked.length = 0;

  await world.stack.deploy('test', { sponsor: 'eve@example.com' });
  await world.check();
  await world.stack.destroy();

  await world.check();
  expect((await world.state())?.status).toBe('left');
  expect(world.fake.iam.asked).toEqual([]);
});

test('where boundary and attaching are forbidden, an inline policy denies at a move, and goes with the role', async () => {
  await world.stack.deploy('test');
  const old = world.stack.agent!.roleId;
  forbid(world, ...MEANS.slice(0, 2));
  world.fake.disturb((call, moment) => {
    if (MEANS.slice(0, 2).includes(call) && moment === 'before') {
      throw Object.assign(new Error('the organisation forbids it'), { name: 'AccessDenied' });
    }
  });

  await world.stack.deploy('production');

  expect((await world.state())?.principals[old]).toMatchObject({ status: 'retired', denial: { by: ['inline-policy'], confirmedAt: expect.any(String) } });
  expect(world.fake.iam.byId(old)).toBeUndefined();
  world.fake.disturb(() => undefined);
  await world.check();
});
