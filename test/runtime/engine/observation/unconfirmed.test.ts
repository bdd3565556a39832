import { envelope, parseRequest } from '../../../../runtime/aws/cloudformation';
import { LIFECYCLE_RESOURCE_TYPE } from '../../../../src/contract/lifecycle-resource';
import { logicalIds } from '../../../../src/contract/logical-ids';
import { named } from '../../ledger/memory-table';
import { PLACEMENT } from '../decision/requests';
import { mailbox } from '../mailbox';
import { REGISTRY, wireEvent, wireProperties } from '../wire';
import { World } from '../world';

jest.mock('../../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../mailbox')>('../mailbox').responsesToMailbox());

const FORGED = 'arn:aws:cloudformation:eu-west-1:111122223333:stack/Mine/no-such-stack';
const THIEF = 'arn:aws:cloudformation:eu-west-1:111122223333:stack/Thief/1';
let world: World;

beforeEach(async () => {
  world = new World();
  await world.stack.deploy('test');
});

/** Sends a request about the agent as it is now, and returns the outcome. */
async function ask(changes: Record<string, unknown>): Promise<string | undefined> {
  const { agent } = world.stack;
  const event = wireEvent({
    RequestType: 'Delete', RequestId: 'hand-written', StackId: world.stack.stackId, PhysicalResourceId: agent?.physicalId, ResourceProperties: agent?.properties, ...changes,
  });
  await world.fake.run(parseRequest(envelope.parse(event), REGISTRY), world.fake.responseUrl);
  return mailbox.get('hand-written')?.Reason;
}

/** Nothing of the agent has changed, its chain has no new event, and its lock is free. */
async function expectUntouched(): Promise<void> {
  expect(await world.names()).toEqual(['joined']);
  expect((await world.state())?.trouble).toBeUndefined();
  await world.check();
}

/** The stack shows a resource with the agent's logical id during a Create, and a role that is not its own. */
function thief(): Record<string, unknown> {
  const role = { roleId: 'AROATHIEF00000001', roleName: 'invoice-bot-staging', path: '/agents/staging/' };
  const { lifecycle } = logicalIds('invoice-bot', 'staging');
  world.fake.stacks.set(THIEF, 'CREATE_IN_PROGRESS');
  world.fake.resources.set(`${THIEF}|${lifecycle}`, { type: LIFECYCLE_RESOURCE_TYPE, status: 'CREATE_IN_PROGRESS' });
  return { RequestType: 'Create', StackId: THIEF, PhysicalResourceId: undefined, ResourceProperties: wireProperties(role) };
}

test.each<[string, () => Record<string, unknown>, RegExp]>([
  ['of a stack that is not there', () => ({ StackId: FORGED }), /^RequestUnconfirmed: .*no-such-stack/],
  ['of a stack that is at rest', () => ({}), /^RequestUnconfirmed: .*CREATE_COMPLETE/],
  ['of another stack, with a role that is not its own', thief, /^PrincipalNotOfStack: /],
])('a request %s is refused, counted, and leaves no trace with the agent', async (_what, changes, reason) => {
  let holder: string | undefined = '';
  world.fake.around = (step) => {
    holder = step === 'Fail' ? String(world.fake.memory.under('placement#111122223333#invoice-bot').find(({ sk }) => sk === 'lock')?.execution) : holder;
  };

  expect(await ask(changes())).toMatch(reason);

  expect(world.fake.metrics).toEqual(['RequestUnconfirmed']);
  // Others could acquire the lock while the request was retried.
  expect(holder).toBe('undefined');
  await expectUntouched();
});

describe('while another transition is running', () => {
  const busy = async (): Promise<void> => {
    await world.fake.engine.lock.acquire(PLACEMENT, 'another');
    world.fake.executions.set('another', 'RUNNING');
  };
  const calm = async (): Promise<void> => world.fake.engine.lock.release(PLACEMENT, 'another');

  test.each<[string, () => Record<string, unknown>]>([
    ['of a stack that is not there', () => ({ StackId: FORGED })],
    ['of a stack that is not the owner', thief],
  ])('a request %s that waits in vain leaves no trace with the agent either', async (_what, changes) => {
    await busy();

    expect(await ask(changes())).toMatch(/^PlacementBusy/);

    await calm();
    await expectUntouched();
  });

  test('one of the owner is recorded, as every failure is', async () => {
    await busy();

    await world.stack.destroy();

    expect(world.stack.last?.Reason).toMatch(/^PlacementBusy/);
    expect(await world.names()).toEqual(['joined', 'transition-failed']);
    expect(await world.state()).toMatchObject({ trouble: { code: 'PlacementBusy' } });
  });
});

test('that CloudFormation could not be asked is recorded: an honest request has failed', async () => {
  world.fake.disturb((call) => {
    if (call === 'cloudformation:DescribeStacks') {
      throw named('Throttling', 'Rate exceeded');
    }
  });

  await world.stack.destroy();

  expect(await world.names()).toEqual(['joined', 'transition-failed']);
});
