import { PLACEMENT } from './decision/requests';
import { DENY_ALL, FakeRole } from './fake-iam';
import { OPERATOR, World } from './world';
import { contradictionsOf } from '../../../runtime/evidence';
import { PlacementState, statusOf } from '../../../runtime/model/placement-state';
import { LifecycleRequest } from '../../../runtime/model/request';
import { requestIdOf } from '../../../src/contract/request-id';
import { named } from '../ledger/memory-table';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('./mailbox')>('./mailbox').responsesToMailbox());

const suspend = (world: World) => world.ask({ kind: 'suspend', reason: 'Its key was seen in a public place' });
const resume = (world: World) => world.ask({ kind: 'resume', reason: 'The key was replaced' });
const agentOf = (world: World): FakeRole => world.fake.iam.byId(world.stack.agent!.roleId)!;
const look = ({ boundary, inline, attached, trust }: FakeRole) => ({ boundary, trust, inline: [...inline], attached: [...attached] });
const shown = async (world: World) => statusOf((await world.state())!);

let world: World;
beforeEach(async () => {
  world = new World();
  await world.stack.deploy('production');
});

test('denies by boundary and by policy, cuts open sessions, and a resumption puts back exactly what was there', async () => {
  agentOf(world).boundary = 'arn:aws:iam::111122223333:policy/organisation';
  const before = look(agentOf(world));

  expect(await suspend(world)).toMatchObject({ output: { answered: 'SUCCESS' } });
  expect(look(agentOf(world))).toMatchObject({ boundary: DENY_ALL, attached: expect.arrayContaining([DENY_ALL]) });
  expect(agentOf(world).inline.get('nhi-quarantine')).toContain('aws:TokenIssueTime');
  expect(await shown(world)).toBe('suspended');
  expect(await world.state()).toMatchObject({ suspension: { by: OPERATOR, reason: 'Its key was seen in a public place' } });
  await world.check();

  expect(await resume(world)).toMatchObject({ output: { answered: 'SUCCESS' } });
  expect(look(agentOf(world))).toEqual(before);
  expect(await shown(world)).toBe('active');
  expect(await world.names()).toEqual(['joined', 'suspended', 'resumed']);
  await world.check();
});

test('stays in force when a hand takes a denial off: the other denies, and the next deployment puts it back', async () => {
  await suspend(world);
  agentOf(world).boundary = undefined;
  expect(world.canAct()).toEqual([]);
  agentOf(world).attached.delete(DENY_ALL);
  expect(world.canAct()).not.toEqual([]);

  await world.stack.deploy('production', { sponsor: 'eve@example.com' });
  expect(look(agentOf(world))).toMatchObject({ boundary: DENY_ALL, attached: expect.arrayContaining([DENY_ALL]) });
  await world.check();
});

test.each(['iam:PutRolePermissionsBoundary', 'iam:DetachRolePolicy', 'iam:DeleteRolePolicy', 'iam:GetRole'])('a resumption that fails at %s is not shown as suspended, whatever it has lifted; a suspension denies again', async (failing) => {
  agentOf(world).boundary = 'arn:aws:iam::111122223333:policy/organisation';
  await suspend(world);
  world.fake.disturb((call) => {
    if (call === failing) {
      throw named('AccessDenied', 'with an explicit deny in a service control policy');
    }
  });
  expect(await resume(world)).toMatchObject({ output: { answered: 'FAILED' } });
  expect([await shown(world), (await world.state())!.trouble?.code]).toEqual(['suspending', 'AccessDenied']);

  world.fake.disturb(() => undefined);
  await suspend(world);
  expect([await shown(world), world.canAct()]).toEqual(['suspended', []]);
  expect(await world.names()).toEqual(['joined', 'suspended', 'transition-failed']);
  await resume(world);
  expect([await shown(world), agentOf(world).boundary]).toEqual(['active', 'arn:aws:iam::111122223333:policy/organisation']);
  await world.check();
});

test('where the organisation forbids boundaries, the policy alone denies', async () => {
  world.fake.disturb((call, moment) => {
    if (call === 'iam:PutRolePermissionsBoundary' && moment === 'before') {
      throw named('AccessDenied', 'with an explicit deny in a service control policy');
    }
  });
  expect(await suspend(world)).toMatchObject({ output: { answered: 'SUCCESS' } });
  expect(world.canAct()).toEqual([]);
  expect(Object.values((await world.state())!.principals)).toMatchObject([{ denial: { by: ['attached-policy'] } }]);
});

test('one principal that can\'t be denied keeps no other live, and the agent shows as suspending, with the reason', async () => {
  await world.stack.deploy('test', { cleanUp: 'dropped' });
  const [old] = [...world.fake.iam.roles.values()].filter(({ roleId }) => roleId !== world.stack.agent!.roleId);
  expect(world.canAct()).toHaveLength(2);
  // Calls identify the role by name, so no denial of the old role works.
  const send = world.fake.iam.send.bind(world.fake.iam);
  const refusing = jest.spyOn(world.fake.iam, 'send').mockImplementation(async (command) => {
    if (/^(PutRolePermissionsBoundary|AttachRolePolicy|PutRolePolicy)/.test(command.constructor.name) && command.input.RoleName === old.roleName) {
      throw named('AccessDenied', 'not this one');
    }
    return send(command);
  });

  expect(await suspend(world)).toMatchObject({ status: 'FAILED', output: { code: 'NotDenied', message: expect.stringContaining(old.roleName) } });
  expect(world.canAct()).toEqual([old.roleId]);
  expect(await shown(world)).toBe('suspending');
  expect((await world.state())?.trouble).toMatchObject({ code: 'NotDenied' });

  refusing.mockRestore();
  expect(await suspend(world)).toMatchObject({ output: { answered: 'SUCCESS' } });
  expect(world.canAct()).toEqual([]);
  expect(await shown(world)).toBe('suspended');
  expect((await world.state())?.trouble).toBeUndefined();
});

test('leaving while suspended works, and joining again needs a resumption', async () => {
  await suspend(world);
  await world.stack.destroy();
  expect((await world.state())?.status).toBe('left');

  await world.stack.deploy('test');
  expect(world.stack.agent).toBeUndefined();
  expect(world.fake.iam.roles.size).toBe(0);
  expect((await world.state())?.status).toBe('left');

  await resume(world);
  await world.stack.deploy('test');
  await world.check();
  expect(await shown(world)).toBe('active');
});

test('a suspension that somebody takes out of the ledger is found by its event, until it was resumed', async () => {
  await suspend(world);
  const { suspension: _, ...without } = (await world.state())!;
  const events = () => world.fake.engine.ledger.events(PLACEMENT);
  expect(contradictionsOf(without as PlacementState, await events())).toMatchObject([{ at: 1, reason: expect.stringContaining('it is not suspended, and this event says that it is') }]);
  expect(contradictionsOf((await world.state())!, await events())).toEqual([]);

  await resume(world);
  expect(contradictionsOf((await world.state())!, await events())).toEqual([]);
});

describe('a request', () => {
  const asking = (key: string, change: Partial<LifecycleRequest> = {}): LifecycleRequest => ({
    requestId: key, registry: 'agents', placement: PLACEMENT, origin: { kind: 'operator', arn: OPERATOR }, intent: { kind: 'resume', reason: 'An honest reason' }, ...change,
  });
  const ownKey = requestIdOf('operator', 'resume', 'a');

  test.each<[string, LifecycleRequest]>([
    ['to resume under the key of one to suspend', asking(requestIdOf('operator', 'suspend', 'a'))],
    ['of an operator under the key of one of CloudFormation', asking(requestIdOf('cloudformation', 'resume', 'a'))],
    ['of CloudFormation under the key of an operator\'s', asking(requestIdOf('operator', 'resume', 'b'), { origin: { kind: 'cloudformation', stackId: 'arn', logicalResourceId: 'L', eventId: 'e' } })],
  ])('%s is refused and changes nothing; others continue', async (_what, request) => {
    await suspend(world);
    const before = await world.state();
    expect((await world.fake.run(request))?.status).not.toBe('SUCCEEDED');
    expect(world.canAct()).toEqual([]);
    expect(await world.state()).toEqual(before);

    expect((await world.fake.run(asking(ownKey)))?.output).toMatchObject({ answered: 'SUCCESS' });
    expect(world.canAct()).not.toEqual([]);
  });

  test('comes without a decision: what is stored beside it is not what the engine decided', async () => {
    await suspend(world);
    const request = asking(requestIdOf('operator', 'suspend', 'forged'), { intent: { kind: 'suspend', reason: 'An honest reason' } });
    const roleId = world.stack.agent!.roleId;
    const plan = { transition: 'resume', quarantine: [], restore: [roleId], wait: false, retire: [], change: { suspension: null }, events: [] };
    for (const [sk, item] of Object.entries({ plan: { plan }, answered: {} })) {
      await world.fake.memory.table.put({ pk: `request#${request.requestId}`, sk, ...item });
    }

    expect((await world.fake.run(request))?.output).toMatchObject({ answered: 'SUCCESS' });
    expect(world.canAct()).toEqual([]);
    expect(await world.state()).toMatchObject({ suspension: { by: OPERATOR } });
  });

  test('is no longer one when its day is over, also while the table still has it', async () => {
    await suspend(world);
    const request = asking(ownKey);
    await world.fake.engine.requests.save({ request }, world.fake.now);
    world.fake.now = new Date(world.fake.now.getTime() + 86_400_000);

    await expect(world.fake.step({ step: 'Begin', requestId: ownKey, placement: PLACEMENT, execution: 'late' } as never)).rejects.toMatchObject({ code: 'RequestUnknown' });
    expect(world.canAct()).toEqual([]);
  });

  test('that has ended is not done again, by any caller: a resumption of before doesn\'t lift a later suspension', async () => {
    await suspend(world);
    const old = asking(requestIdOf('operator', 'resume', 'old'));
    await world.fake.run(old);
    await suspend(world);

    const again = { step: 'Begin', requestId: old.requestId, placement: PLACEMENT, execution: 'another' };
    await expect(world.fake.step(again as never)).rejects.toMatchObject({ code: 'RequestEnded' });
    expect(world.canAct()).toEqual([]);
    expect(await world.fake.engine.lock.holder(PLACEMENT)).toBeUndefined();
  });

  const PROGRESS = { steps: [], next: 'Done', waitSeconds: 0, batches: [] };

  test.each(['Quarantine', 'Cut', 'Restore', 'Reduce', 'Revoke', 'Clean', 'Wipe', 'Terminate', 'Adopt', 'Return'])(
    'that has ended is not done again by its step %s, which anybody may invoke who may invoke the function', async (step) => {
      await suspend(world);
      const old = asking(requestIdOf('operator', 'resume', 'old'));
      await world.fake.run(old);
      await suspend(world);
      const before = await world.state();

      const byHand = { step, requestId: old.requestId, placement: PLACEMENT, execution: `execution-${old.requestId}`, progress: PROGRESS };
      await expect(world.fake.step(byHand as never)).rejects.toMatchObject({ code: 'RequestEnded' });
      expect(world.canAct()).toEqual([]);
      expect(await world.state()).toEqual(before);
    });

  test('that has ended is not recorded again by its last step, which repeats its result only', async () => {
    await suspend(world);
    const old = asking(requestIdOf('operator', 'resume', 'old'));
    const result = await world.fake.run(old);
    await suspend(world);
    const before = await world.state();

    const byHand = (step: string, more: object) => world.fake.step({ step, requestId: old.requestId, placement: PLACEMENT, execution: `execution-${old.requestId}`, ...more } as never);
    expect(await byHand('Settle', { progress: PROGRESS })).toMatchObject({ next: 'Done', answer: result?.output });
    await expect(byHand('Refuse', { error: { Error: 'Invented', Cause: 'by hand' } })).rejects.toMatchObject({ code: 'RequestEnded' });
    await expect(byHand('Fail', { error: { Error: 'Invented', Cause: 'by hand' } })).rejects.toMatchObject({ code: 'StepNotDue' });
    expect(world.canAct()).toEqual([]);
    expect(await world.state()).toEqual(before);
    expect(await world.fake.engine.lock.holder(PLACEMENT)).toBeUndefined();
  });

  test('that runs is restored by its step: the twin of one that has ended', async () => {
    await suspend(world);
    expect(world.canAct()).toEqual([]);
    await world.fake.run(asking(requestIdOf('operator', 'resume', 'now')));
    expect(world.canAct()).not.toEqual([]);
  });

  test('that was refused is not decided again later', async () => {
    const early = asking(requestIdOf('operator', 'resume', 'early'));
    expect((await world.fake.run(early))?.output).toMatchObject({ code: 'NotSuspended' });
    await suspend(world);
    await expect(world.fake.step({ step: 'Begin', requestId: early.requestId, placement: PLACEMENT, execution: 'another' } as never)).rejects.toMatchObject({ code: 'RequestEnded' });
  });

  test('for one agent that is started as another\'s is refused', async () => {
    await world.fake.engine.requests.save({ request: asking(ownKey, { placement: { ...PLACEMENT, agentName: 'other-bot' } }) }, world.fake.now);
    await expect(world.fake.step({ step: 'Begin', requestId: ownKey, placement: PLACEMENT, execution: 'e' } as never)).rejects.toMatchObject({ code: 'RequestInvalid' });
    expect(await world.fake.engine.lock.holder(PLACEMENT)).toBeUndefined();
  });
});
