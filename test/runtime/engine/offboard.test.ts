import { AdoptingStack } from './adopting';
import { PLACEMENT } from './decision/requests';
import { FakeEngine } from './fake-engine';
import { DENY_ALL, FakeRole } from './fake-iam';
import { Killed } from './state-machine';
import { OPERATOR, World } from './world';
import { statusOf } from '../../../runtime/model/placement-state';
import { requestIdOf } from '../../../src/contract/request-id';
import { named } from '../ledger/memory-table';

jest.mock('../../../runtime/aws/cloudformation/response', () => ({
  ...jest.requireActual<object>('../../../runtime/aws/cloudformation/response'),
  sendResponse: async (_url: URL, answer: { RequestId: string }) => {
    jest.requireActual<typeof import('./mailbox')>('./mailbox').mailbox.set(answer.RequestId, answer as never);
    return 'taken';
  },
}));

const REASON = 'Its vendor was breached';
const BY_HAND = 'arn:aws:iam::aws:policy/AdministratorAccess';
const offboard = (world: World) => world.ask({ kind: 'offboard', reason: REASON });
const resume = (world: World) => world.ask({ kind: 'resume', reason: 'It was the wrong agent' });
const agentOf = (world: World): FakeRole => world.fake.iam.byId(world.stack.agent!.roleId)!;
const code = async (asked: ReturnType<World['ask']>) => (await asked)?.output?.code;

let world: World;
beforeEach(async () => {
  world = new World();
  await world.stack.deploy('production');
});

test('tears a running agent down without a deployment; its certificate and its chain name the operator', async () => {
  expect(world.canAct()).toEqual([agentOf(world).roleId]);
  agentOf(world).attached.add(BY_HAND);

  expect(await offboard(world)).toMatchObject({ output: { answered: 'SUCCESS' } });

  expect(world.canAct()).toEqual([]);
  expect(agentOf(world)).toMatchObject({ boundary: DENY_ALL, trust: expect.stringContaining('"Sid":"Closed"') });
  expect([agentOf(world).attached.has(DENY_ALL), agentOf(world).attached.has(BY_HAND)]).toEqual([true, false]);
  expect(await world.names()).toEqual(['joined', 'suspended', 'expired', 'principal-retired', 'left']);
  expect(world.certificates()).toMatchObject([{ by: OPERATOR, principals: [{ denied: { by: ['permissions-boundary', 'attached-policy'] }, absentAt: null }] }]);
  expect(statusOf((await world.state())!)).toBe('offboarded');
  await world.check();
});

test('its stack deletes the role later, whatever was attached to it meanwhile, and the certificate gets its second part', async () => {
  await offboard(world);
  agentOf(world).attached.add(BY_HAND);

  await world.stack.destroy();

  expect(world.stack.status).toBeUndefined();
  expect(world.fake.iam.roles.size).toBe(0);
  await world.check();
  expect(world.deletions()).toHaveLength(1);
  expect(statusOf((await world.state())!)).toBe('left');
});

test('twin: without the release, CloudFormation could not delete the role', async () => {
  await offboard(world);
  expect(() => world.fake.iam.deleteRole(agentOf(world).roleId)).toThrow(/DeleteConflict|AWSDenyAll/);
});

test('no deployment brings it back, not even one that CloudFormation begins by writing trust and boundary, and its stack is not stuck', async () => {
  await offboard(world);
  const acting: string[][] = [];
  world.fake.around = () => void acting.push(world.canAct());

  for (const course of [{}, { sponsor: 'eve@example.com', rewrites: true }]) {
    await world.stack.deploy('production', course);
    expect(world.stack.failure).toMatch(/AgentOffboarded: agent invoice-bot was offboarded at .* \(Its vendor was breached\): remove the agent from the stack/);
    expect(world.stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  }

  expect(acting.length).toBeGreaterThan(0);
  expect(acting.flat()).toEqual([]);
  expect(agentOf(world)).toMatchObject({ boundary: DENY_ALL, trust: expect.stringContaining('"Sid":"Closed"') });
  await world.check();
  await world.stack.destroy();
  await world.check();
  expect(world.fake.iam.roles.size).toBe(0);
});

test('the unchanged template does not let it join again after its stack was destroyed; a person\'s resumption does', async () => {
  await offboard(world);
  await world.stack.destroy();

  await world.stack.deploy('production');
  expect(world.stack.agent).toBeUndefined();
  expect(world.fake.iam.roles.size).toBe(0);
  expect(world.stack.failure).toMatch(/AgentOffboarded.*nhi resume invoice-bot/);

  expect(await resume(world)).toMatchObject({ output: { answered: 'SUCCESS' } });
  await world.stack.deploy('production');
  expect(world.canAct()).toEqual([agentOf(world).roleId]);
  await world.check();
});

test('in the middle of a move both principals end, and the clean-up of the old one works', async () => {
  await world.stack.deploy('test', { cleanUp: 'dropped' });
  expect(world.canAct()).toHaveLength(2);

  await offboard(world);
  expect(world.canAct()).toEqual([]);
  // The clean-up had given the old one up, so the registry deleted it.
  expect([...world.fake.iam.roles.keys()]).toEqual(['invoice-bot-test']);
  await world.stack.destroy();
  await world.check();
  expect(world.fake.iam.roles.size).toBe(0);
});

test('a suspended agent and one that has ended are offboarded as well', async () => {
  await world.ask({ kind: 'suspend', reason: 'Something is odd' });
  world.fake.now = new Date('2026-11-01T00:00:00Z');
  expect(await offboard(world)).toMatchObject({ output: { answered: 'SUCCESS' } });
  expect(await world.names()).toEqual(['joined', 'suspended', 'expired', 'principal-retired', 'left']);
  expect((await world.state())?.suspension?.reason).toBe('Something is odd');
  await world.stack.destroy();
  await world.check();
});

test('twice: the second is refused and changes nothing', async () => {
  await offboard(world);
  const before = await world.state();
  expect(await code(offboard(world))).toBe('AlreadyLeft');
  expect(await world.state()).toEqual(before);
  await world.check();
});

test.each(['offboarding', 'the Delete'])('while CloudFormation deletes the stack, one waits for the other: %s first', async (first) => {
  const works = first === 'offboarding' ? [offboard(world), world.stack.destroy()] : [world.stack.destroy(), offboard(world)];
  await Promise.all(works);
  await world.fake.resume();

  expect(world.fake.iam.roles.size).toBe(0);
  expect(world.stack.stuck).toBe(false);
  expect((await world.state())?.status).toBe('left');
  expect((await world.names()).filter((name) => name === 'left')).toHaveLength(1);
  await world.check();
});

test('too many leavers are denied and held back until they are released, and then retried', async () => {
  world = new World({ leaverLimit: { count: 0 } });
  await world.stack.deploy('production');

  expect(await offboard(world)).toMatchObject({ output: { code: 'MassLeaverLimit' } });
  expect(world.canAct()).toEqual([]);
  expect(statusOf((await world.state())!)).toBe('leaving');
  await world.stack.deploy('production');
  expect(world.stack.failure).toContain('AgentOffboarded');
  expect(await code(world.ask({ kind: 'retry' }))).toBe('MassLeaverLimit');

  await world.fake.memory.table.put({ pk: 'registry', sk: 'leaver-limit', until: '2027-01-01T00:00:00.000Z' });
  expect(await world.ask({ kind: 'retry' })).toMatchObject({ output: { answered: 'SUCCESS' } });
  expect(world.certificates()).toMatchObject([{ by: OPERATOR }]);
  await world.stack.destroy();
  await world.check();
});

test('what could not be removed keeps it incomplete and denied; a retry completes it, with one certificate', async () => {
  agentOf(world).attached.add(BY_HAND);
  world.fake.disturb((call, moment) => {
    if (call === 'iam:DetachRolePolicy' && moment === 'before') {
      throw named('AccessDenied', 'not this one');
    }
  });
  expect(await offboard(world)).toMatchObject({ output: { code: 'TeardownIncomplete' } });
  expect(world.canAct()).toEqual([]);
  expect((await world.state())?.trouble?.code).toBe('TeardownIncomplete');
  world.fake.disturb(() => undefined);

  expect(await world.ask({ kind: 'retry' })).toMatchObject({ output: { answered: 'SUCCESS' } });
  expect((await world.state())?.trouble).toBeUndefined();
  expect(await code(world.ask({ kind: 'retry' }))).toBe('NothingToRetry');
  await world.stack.destroy();
  await world.check();
});

test('what a stack could not delete, a retry tears down; the stack is deleted after that', async () => {
  agentOf(world).attached.add(BY_HAND);
  world.fake.disturb((call, moment) => {
    if (call === 'iam:DetachRolePolicy' && moment === 'before') {
      throw named('AccessDenied', 'not this one');
    }
  });
  await world.stack.destroy();
  expect(world.stack.status).toBe('DELETE_FAILED');
  world.fake.disturb(() => undefined);

  expect(await world.ask({ kind: 'retry' })).toMatchObject({ output: { answered: 'SUCCESS' } });
  expect(statusOf((await world.state())!)).toBe('expired');
  await world.stack.destroy();
  await world.check();
  expect(world.fake.iam.roles.size).toBe(0);
});

test('an execution that dies before or after any of its steps is completed by the agenda, and nothing is reported twice', async () => {
  let steps = 0;
  world.fake.around = () => void steps++;
  await offboard(world);
  expect(steps).toBeGreaterThan(4);
  for (let dies = 1; dies <= steps; dies++) {
    world = new World();
    await world.stack.deploy('production');
    let step = 0;
    world.fake.around = () => {
      if (++step === dies) {
        throw new Killed();
      }
    };
    await offboard(world);
    world.fake.around = () => undefined;
    await world.fake.tellEnded();
    if ((await world.state())?.status === 'leaving') {
      world.fake.now = new Date(world.fake.now.getTime() + 2 * 86_400_000);
      await world.fake.run({ requestId: requestIdOf('schedule', 'attend', String(dies)), registry: 'agents', placement: PLACEMENT, origin: { kind: 'schedule', arn: 'sweep' }, intent: { kind: 'attend', mayRemove: true } });
    } else if ((await world.state())?.status === 'active') {
      await offboard(world);
    }
    expect([dies, (await world.state())?.status, world.canAct()]).toEqual([dies, 'left', []]);
    expect(world.certificates()).toMatchObject([{ by: OPERATOR }]);
    await world.stack.destroy();
    await world.check();
    expect((await world.names()).filter((name) => name !== 'transition-failed')).toEqual(['joined', 'suspended', 'expired', 'principal-retired', 'left', 'deletion-confirmed']);
  }
});

test('an adopted role is denied and left to its owner, and its stack can be destroyed', async () => {
  const fake = new FakeEngine();
  const role = fake.iam.createOwned('legacy-bot');
  const stack = new AdoptingStack(fake, role);
  await stack.create();

  const asked = await fake.run({ requestId: requestIdOf('operator', 'offboard', 'a'), registry: 'agents', placement: PLACEMENT, origin: { kind: 'operator', arn: OPERATOR }, intent: { kind: 'offboard', reason: REASON } });

  expect(asked).toMatchObject({ output: { answered: 'SUCCESS' } });
  expect(role).toMatchObject({ boundary: DENY_ALL, trust: expect.stringContaining('"Sid":"Closed"') });
  expect(await stack.update({ Purpose: 'Something else' })).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('AgentOffboarded') });
  expect(role.boundary).toBe(DENY_ALL);
  expect(await stack.remove('DELETE_IN_PROGRESS')).toMatchObject({ Status: 'SUCCESS' });
  expect(fake.iam.roles.has('legacy-bot')).toBe(true);
  expect(role.boundary).toBe(DENY_ALL);
  expect(await stack.events()).toEqual(['adopted', 'suspended', 'expired', 'principal-retired', 'left']);
});
