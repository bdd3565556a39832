import { PLACEMENT } from '../decision/requests';
import { World } from '../world';

jest.mock('../../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../mailbox')>('../mailbox').responsesToMailbox());

test('what was found is in the ledger before anything is deleted, so that a dead process leaves a record of it', async () => {
  const world = new World();
  await world.stack.deploy('test');
  const role = world.fake.iam.roles.get('invoice-bot-test')!;
  role.inline.set('added-by-hand', '{}');
  let findings: string | undefined;
  world.fake.disturb((call, moment) => {
    if (call === 'iam:DeleteRolePolicy' && moment === 'before' && role.inline.has('added-by-hand')) {
      findings ??= JSON.stringify([...world.fake.memory.items.values()].filter((row) => JSON.stringify(row).includes('out-of-band-inline-policies')));
    }
  });
  await world.stack.destroy();
  expect(findings).toContain('role/invoice-bot-test/inline-policy/added-by-hand');
  expect((await world.state())?.placement).toEqual(PLACEMENT);
});

test('a role that the engine deleted itself was last seen when it was there, also if the step is repeated', async () => {
  const world = new World();
  await world.stack.deploy('test');
  const [roleId] = world.canAct();
  // CloudFormation forgets the agent: the engine deletes the role itself.
  world.fake.rolesOf = () => [];
  let once = true;
  const terminated: string[] = [];
  world.fake.around = (step) => {
    world.fake.now = new Date(world.fake.now.getTime() + 3_600_000);
    if (step === 'Terminate') {
      terminated.push(world.fake.now.toISOString());
    }
  };
  world.fake.disturb((call, moment) => {
    if (once && call === 'iam:DeleteRole' && moment === 'after') {
      once = false;
      throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });
    }
  });
  await world.finish();
  await world.fake.resume();
  expect(terminated).toHaveLength(2);
  expect((await world.state())?.principals[roleId]).toMatchObject({ verifiedAt: terminated[0], status: 'retired' });
});
