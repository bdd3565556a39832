import { attend, sweeperOf } from './sweeping';
import { statusAt, statusOf } from '../../../runtime/model/placement-state';
import { PLACEMENT } from '../engine/decision/requests';
import { Killed } from '../engine/state-machine';
import { World } from '../engine/world';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../engine/mailbox')>('../engine/mailbox').responsesToMailbox());

let world: World;
beforeEach(async () => {
  world = new World();
  await world.stack.deploy('test');
});

async function sweepAt(...instants: string[]): Promise<void> {
  for (const instant of instants) {
    world.fake.now = new Date(instant);
    await sweeperOf(world).sweep();
  }
}
const UNTIL_TOLD = ['2026-09-01T00:00:01Z', '2026-09-24T00:00:01Z', '2026-09-30T00:00:01Z', '2026-10-01T00:00:01Z'];
const TORN_DOWN = ['expired', 'principal-retired', 'left'];

test('the way to the end: three warnings, the end, the teardown; the role stays in its stack, and nothing of it can act', async () => {
  await sweepAt('2026-08-01T00:00:00Z', ...UNTIL_TOLD, '2026-10-08T00:00:00Z');
  expect(await world.names()).toEqual(['joined', ...Array.from({ length: 4 }, () => 'expiry-near')]);

  await sweepAt('2026-10-08T00:00:02Z');
  expect(await world.names()).toEqual(['joined', ...Array.from({ length: 4 }, () => 'expiry-near'), ...TORN_DOWN]);
  expect(statusAt({ status: statusOf((await world.state())!), expiresAt: '2026-10-01T00:00:00Z' }, world.fake.now)).toBe('expired');
  expect(world.fake.iam.byId(world.stack.agent!.roleId)).toBeDefined();
  expect(world.canAct()).toEqual([]);
  // Its stack keeps the role on purpose: that is no orphan, and nothing watches it.
  await world.fake.resume();
  expect(world.fake.metrics).toEqual([]);

  await world.stack.destroy();
  await world.check();
  expect(statusOf((await world.state())!)).toBe('left');
  expect((await world.names()).at(-1)).toBe('deletion-confirmed');
});

test('removing the construct releases the role too; a role that CloudFormation keeps is an orphan then', async () => {
  await sweepAt(...UNTIL_TOLD, '2026-10-08T00:00:02Z');
  world.stack.keepsRoles = true;
  await world.stack.remove();
  await world.fake.resume();
  expect((await world.names()).at(-1)).toBe('orphan-found');
  expect(await world.state()).toMatchObject({ trouble: { code: 'RoleNotDeleted' } });
});

test('doubled sweeps tell and do everything once', async () => {
  world.fake.now = new Date('2026-09-01T00:00:01Z');
  const { fake } = sweeperOf(world);
  const [one, two] = [await fake.run(), await fake.run()];
  for (const item of [...one, ...two, ...one]) {
    await attend(world, item);
  }
  expect(await world.names()).toEqual(['joined', 'expiry-near']);
});

test('a sweep that comes after a standstill of months tells the end, and waits the whole delay before the teardown', async () => {
  await sweepAt('2027-03-01T00:00:00Z', '2027-03-02T00:00:00Z', '2027-03-07T23:59:00Z');
  expect(await world.names()).toEqual(['joined', 'expiry-near']);
  await sweepAt('2027-03-08T00:01:00Z');
  expect(await world.names()).toEqual(['joined', 'expiry-near', ...TORN_DOWN]);
});

test('the clock of the sweep may be 5 minutes ahead: the engine decides by its own', async () => {
  world.fake.now = new Date('2026-08-31T23:57:00Z');
  const { fake } = sweeperOf(world, { now: () => new Date('2026-09-01T00:02:00Z') });
  expect(await fake.run((item) => attend(world, item))).toHaveLength(1);
  expect(await world.names()).toEqual(['joined']);
  await sweepAt('2026-09-01T00:02:00Z');
  expect(await world.names()).toEqual(['joined', 'expiry-near']);
});

test('a renewal holds the teardown until it lapses, and a deployment within it continues', async () => {
  await sweepAt(...UNTIL_TOLD);
  world.fake.now = new Date('2026-10-07T00:00:00Z');
  await world.renew('2026-12-01T00:00:00Z');
  await sweepAt('2026-10-13T00:00:00Z');
  expect(await world.state()).toMatchObject({ status: 'active' });

  await world.stack.deploy('test', { end: '2026-12-01T00:00:00Z' });
  await sweepAt('2026-10-20T00:00:00Z');
  await world.check();
  expect(await world.state()).toMatchObject({ status: 'active', declared: { expiresAt: '2026-12-01T00:00:00Z' } });
});

test('twin: a renewal that nobody deploys lapses, and the agent is torn down', async () => {
  await sweepAt(...UNTIL_TOLD);
  world.fake.now = new Date('2026-10-07T00:00:00Z');
  await world.renew('2026-12-01T00:00:00Z');
  await sweepAt('2026-10-14T00:00:01Z');
  expect((await world.names()).slice(-3)).toEqual(TORN_DOWN);
});

test('a stack that is not at rest holds the teardown; told once, and done when it is at rest', async () => {
  await sweepAt(...UNTIL_TOLD);
  world.fake.stacks.set(world.stack.stackId!, 'UPDATE_ROLLBACK_FAILED');
  await sweepAt('2026-10-08T00:00:02Z', '2026-10-08T00:30:00Z', '2026-10-08T02:00:00Z');
  expect((await world.names()).filter((name) => name === 'transition-failed')).toHaveLength(1);
  expect(await world.state()).toMatchObject({ status: 'active', trouble: { code: 'StackNotAtRest', since: '2026-10-08T00:00:02.000Z' } });

  world.fake.stacks.set(world.stack.stackId!, 'UPDATE_ROLLBACK_COMPLETE');
  await sweepAt('2026-10-08T04:00:00Z');
  expect((await world.names()).slice(-3)).toEqual(TORN_DOWN);
  expect((await world.state())?.trouble).toBeUndefined();
});

test('a stack that stays failed is looked at after one hour, two, four, and so on, at most a day; a later one that is only busy is looked at after an hour', async () => {
  await sweepAt(...UNTIL_TOLD);
  const { stackId } = world.stack;
  world.fake.stacks.set(stackId!, 'UPDATE_ROLLBACK_FAILED');
  const began = Date.parse('2026-10-08T00:00:02Z');
  const looks: number[] = [];
  for (let hour = 0; hour <= 80; hour++) {
    const before = (await world.state())?.agenda?.postponed?.until;
    await sweepAt(new Date(began + hour * 3_600_000).toISOString());
    looks.push(...((await world.state())?.agenda?.postponed?.until === before ? [] : [hour]));
  }
  expect(looks).toEqual([0, 1, 3, 7, 15, 31, 55, 79]);
  expect((await world.names()).filter((name) => name === 'transition-failed')).toHaveLength(1);

  world.fake.stacks.set(stackId!, 'UPDATE_IN_PROGRESS');
  await sweepAt('2026-10-12T12:00:00Z');
  expect((await world.state())?.agenda?.postponed).toMatchObject({ until: '2026-10-12T13:00:00Z' });
});

test.each(['Begin', 'Quarantine', 'Wipe', 'Terminate', 'Settle'])('killed at %s, a later sweep finishes it, once', async (step) => {
  await sweepAt(...UNTIL_TOLD);
  let once = true;
  world.fake.around = (operation) => {
    if (once && operation === step) {
      once = false;
      throw new Killed();
    }
  };
  await sweepAt('2026-10-08T00:00:02Z');
  world.fake.around = () => undefined;
  await world.fake.tellEnded();
  await sweepAt('2026-10-08T02:00:00Z', '2026-10-10T00:00:00Z', '2026-10-11T00:00:00Z');
  expect((await world.names()).filter((name) => TORN_DOWN.includes(name))).toEqual(TORN_DOWN);
  expect(world.canAct()).toEqual([]);
  expect(await world.state()).toMatchObject({ status: 'left' });
});

test('a failed teardown is tried again a day later, not with each sweep', async () => {
  await sweepAt(...UNTIL_TOLD);
  world.fake.disturb((call, moment) => {
    if (call === 'iam:UpdateAssumeRolePolicy' && moment === 'before') {
      throw Object.assign(new Error('denied by the organisation'), { name: 'AccessDenied' });
    }
  });
  await sweepAt('2026-10-08T00:00:02Z', '2026-10-08T05:00:00Z', '2026-10-08T20:00:00Z');
  world.fake.disturb(() => undefined);
  expect((await world.names()).filter((name) => name === 'transition-failed')).toHaveLength(1);
  expect(await world.state()).toMatchObject({ status: 'leaving', trouble: { code: expect.any(String) } });

  await sweepAt('2026-10-09T02:00:00Z');
  expect((await world.names()).slice(-3)).toEqual(TORN_DOWN);
});

test('a suspended agent is notified and torn down too, and its suspension stays', async () => {
  await world.ask({ kind: 'suspend', reason: 'Its key was seen in a public place' });
  await sweepAt(...UNTIL_TOLD, '2026-10-08T00:00:02Z');
  expect((await world.names()).slice(-3)).toEqual(TORN_DOWN);
  expect(await world.state()).toMatchObject({ suspension: { reason: expect.any(String) }, placement: PLACEMENT });
});
