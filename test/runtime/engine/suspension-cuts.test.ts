import { PLACEMENT } from './decision/requests';
import { Killed } from './state-machine';
import { World } from './world';
import { statusOf } from '../../../runtime/model/placement-state';
import { LifecycleEvent } from '../../../src/core/lifecycle-event';
import { OTHER_ROLE } from '../aws/cuts/agent';
import { named } from '../ledger/memory-table';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('./mailbox')>('./mailbox').responsesToMailbox());

const suspend = (world: World) => world.ask({ kind: 'suspend', reason: 'Its key was seen in a public place' });
const resume = (world: World) => world.ask({ kind: 'resume', reason: 'The key was replaced' });
const shown = async (world: World) => statusOf((await world.state())!);
const eventOf = async (world: World, name: string) => (await world.fake.engine.ledger.events(PLACEMENT)).filter(({ type }) => type.includes(`.${name}.`)).map(detailsOf);
const detailsOf = ({ data }: LifecycleEvent) => (data.unmapped as { details: Record<string, never> }).details;

/** An agent with compute of every kind, and somebody else's compute in the same stack. */
async function populated(): Promise<World> {
  const world = new World();
  await world.stack.deploy('production');
  const role = Object.values((await world.state())!.principals)[0].roleArn;
  const { compute } = world.fake;
  const [worker] = [compute.function('worker', role), compute.function('reserved', role, 7)];
  const others = compute.function('others', OTHER_ROLE, 3);
  compute.mappings.set('queue', { functionArn: worker, state: 'Enabled' });
  compute.mappings.set('others-queue', { functionArn: others, state: 'Enabled' });
  compute.rules.set('hourly', { targets: [{ Arn: worker }], state: 'ENABLED' });
  compute.schedule('nightly', role, 'arn:target');
  compute.start(compute.machine('flow', role), 'one');
  compute.runtimes.set('runtime', { role });
  const { virtual } = compute;
  virtual.family('bot', role);
  virtual.service('tasks', { cluster: 'main', family: 'bot', desired: 2 });
  virtual.task('alone', { cluster: 'main', family: 'bot' });
  virtual.instance('i-01', 'bot', role);
  world.fake.iam.instanceProfiles.set('bot', Object.values((await world.state())!.principals)[0].roleName);
  return world;
}
const OTHERS = ['others', 'others-queue'];

test('switches off everything that acts for the agent, confirms and dates each, and a resumption puts back each exactly', async () => {
  const world = await populated();
  const before = world.fake.compute.snapshot();
  expect(await suspend(world)).toMatchObject({ output: { answered: 'SUCCESS' } });

  expect(world.fake.compute.on()).toEqual(OTHERS);
  expect(await shown(world)).toBe('suspended');
  const { suspension } = (await world.state())!;
  expect(suspension?.cuts).toEqual([
    ...['access-keys', 'api-gateway-keys', 'roles-anywhere-profiles'].map((name) => ({ name, changes: [] })),
    { name: 'delegated-sessions', changes: [] }, { name: 'executions', changes: [{ id: expect.stringMatching(/flow:one$/), was: null }] },
    { name: 'functions', changes: [{ id: 'worker', was: 'none' }, { id: 'reserved', was: '7' }] }, { name: 'event-sources', changes: [{ id: 'queue', was: 'enabled' }] },
    { name: 'rules', changes: [{ id: 'hourly', was: 'enabled' }] }, { name: 'schedules', changes: [{ id: 'default/nightly', was: 'enabled' }] },
    { name: 'ecs-services', changes: [{ id: expect.stringMatching(/service\/main\/tasks$/), was: '2' }] },
    { name: 'ecs-tasks', changes: [{ id: expect.stringMatching(/task\/main\/alone$/), was: null }] },
    { name: 'instances', changes: [{ id: 'i-01', was: 'running' }] },
    { name: 'agent-runtimes', changes: [{ id: expect.stringMatching(/runtime\/runtime$/), was: 'none' }] },
    { name: 'third-parties', changes: [] },
  ].map((cut) => ({ ...cut, confirmedAt: expect.any(String) })));
  const [event] = await eventOf(world, 'suspended');
  expect(event).toMatchObject({ status: 'suspended', cuts: { 'functions': ['worker', 'reserved'], 'event-sources': ['queue'] }, confirmed: { rules: expect.any(String) }, rest: {} });

  await resume(world);
  expect(world.fake.compute.snapshot()).toEqual(before);
  expect(await shown(world)).toBe('active');
  expect(await eventOf(world, 'resumed')).toMatchObject([{ cuts: { functions: ['worker', 'reserved'] } }]);
  await world.check();
});

test('denies the principals before anything else is changed', async () => {
  const world = await populated();
  const order: string[] = [];
  world.fake.disturb((call, moment) => void (moment === 'before' && /:(Put|Update|Stop|Disable|Attach)/.test(call) && order.push(call)));
  await suspend(world);
  const writes = order.filter((call) => /^(iam|lambda|events:D|scheduler|states|agentcore)/.test(call));
  expect(writes[0]).toBe('iam:PutRolePermissionsBoundary');
  expect(writes.slice(0, 3).every((call) => call.startsWith('iam:'))).toBe(true);
  expect(writes.some((call) => call.startsWith('lambda:'))).toBe(true);
});

test('a cut that fails is named with its reason and keeps no other from its work; done again, it is complete', async () => {
  const world = await populated();
  world.fake.disturb((call) => {
    if (call === 'scheduler:UpdateSchedule') {
      throw named('AccessDeniedException', 'with an explicit deny in a service control policy');
    }
    if (call === 'agentcore:GetAgentRuntime') {
      throw named('UnknownEndpoint', 'AgentCore is not in this region');
    }
  });
  expect(await suspend(world)).toMatchObject({ output: { answered: 'SUCCESS' } });
  expect(world.canAct()).toEqual([]);
  expect(world.fake.compute.on()).toEqual([...OTHERS, 'default/nightly', 'runtime']);
  expect(await shown(world)).toBe('suspended-partly');
  const [event] = await eventOf(world, 'suspended');
  expect(event).toMatchObject({
    status: 'suspended-partly',
    rest: { 'schedules': [expect.stringMatching(/^default\/nightly: .*service control policy/)], 'agent-runtimes': [expect.stringContaining('not in this region')] },
  });

  world.fake.disturb(() => undefined);
  await suspend(world);
  expect(world.fake.compute.on()).toEqual(OTHERS);
  expect(await shown(world)).toBe('suspended');
  // The chain called it partial, so the chain says that it is complete, once.
  expect(await world.names()).toEqual(['joined', 'suspended', 'suspension-completed']);
  expect(await eventOf(world, 'suspension-completed')).toMatchObject([{ status: 'suspended', rest: {}, confirmed: { schedules: expect.any(String) } }]);
  await suspend(world);
  await world.ask({ kind: 'reassert' });
  expect((await world.names()).filter((name) => name === 'suspension-completed')).toHaveLength(1);
  await world.check();
});

test('a suspension that stays partial is not told to be complete, and one that was complete is not told so again', async () => {
  const world = await populated();
  const broken = (call: string): void => {
    if (call === 'scheduler:UpdateSchedule') {
      throw named('AccessDeniedException');
    }
  };
  world.fake.disturb(broken);
  await suspend(world);
  await suspend(world);
  expect(await world.names()).toEqual(['joined', 'suspended']);
  world.fake.disturb(() => undefined);
  await resume(world);
  await suspend(world);
  expect(await world.names()).toEqual(['joined', 'suspended', 'resumed', 'suspended']);
});

test('what can\'t be denied is still cut off from what makes it act', async () => {
  const world = await populated();
  world.fake.disturb((call, moment) => {
    if (moment === 'before' && /iam:(PutRolePermissionsBoundary|AttachRolePolicy|PutRolePolicy)/.test(call)) {
      throw named('AccessDenied', 'not this one');
    }
  });
  expect(await suspend(world)).toMatchObject({ status: 'FAILED', output: { code: 'NotDenied' } });
  expect(world.fake.compute.on()).toEqual(OTHERS);
  expect(await shown(world)).toBe('suspending');
});

test('what somebody switches on during the suspension is switched off again by the engine, told once, and put back as it was at first', async () => {
  const world = await populated();
  const before = world.fake.compute.snapshot();
  await suspend(world);
  const { compute } = world.fake;
  compute.functions.get('reserved')!.reserved = 100;
  compute.rules.get('hourly')!.state = 'ENABLED';
  const [role] = [...world.fake.iam.roles.values()];
  role.boundary = undefined;

  await world.ask({ kind: 'reassert' });
  expect(compute.on()).toEqual(OTHERS);
  expect(role.boundary).toMatch(/AWSDenyAll/);
  expect(await eventOf(world, 'suspension-reasserted')).toEqual([{ lifted: [expect.stringMatching(/^permissions-boundary of arn:/), 'functions reserved', 'rules hourly'] }]);
  await world.ask({ kind: 'reassert' });
  expect(await world.names()).toEqual(['joined', 'suspended', 'suspension-reasserted']);
  await world.check();

  await resume(world);
  expect(compute.snapshot()).toEqual(before);
});

test('a reassertion that comes after the resumption changes nothing', async () => {
  const world = await populated();
  await suspend(world);
  await resume(world);
  const before = world.fake.compute.snapshot();
  expect(await world.ask({ kind: 'reassert' })).toMatchObject({ output: { answered: 'SUCCESS' } });
  expect(world.fake.compute.snapshot()).toEqual(before);
  expect(world.canAct()).not.toEqual([]);
});

test('keeps what was before in the evidence, and says what nobody can reach', async () => {
  const world = await populated();
  const [role] = [...world.fake.iam.roles.values()];
  role.boundary = 'arn:aws:iam::111122223333:policy/organisation';
  await suspend(world);
  const [[key, text]] = [...world.fake.snapshots];
  expect(key).toBe('snapshots/111122223333/invoice-bot/operator-suspend-1.json');
  expect(JSON.parse(text)).toMatchObject({ agentName: 'invoice-bot', principals: [{ roleId: role.roleId, boundary: 'arn:aws:iam::111122223333:policy/organisation', inline: { access: expect.any(String) } }] });
  expect(JSON.parse(text).principals[0].attached).not.toContain('arn:aws:iam::aws:policy/AWSDenyAll');
  const [event] = await eventOf(world, 'suspended');
  expect(event).toMatchObject({
    snapshot: { key, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    beyondReach: [expect.stringMatching(/AgentCore runtime runtime can't be listed/), expect.stringMatching(/valid for up to 3600 seconds/)],
  });
  expect((event.snapshot as { note?: string }).note).toBeUndefined();
});

test('tokens for declared audiences are said with their own seconds', async () => {
  const world = await populated();
  const [role] = [...world.fake.iam.roles.values()];
  const Condition = { 'ForAnyValue:StringNotEquals': { 'sts:IdentityTokenAudience': 'https://api.example.com' } };
  const limit = { 'ForAnyValue:StringEquals': { 'sts:IdentityTokenAudience': 'https://api.example.com' }, 'NumericGreaterThanIfExists': { 'sts:DurationSeconds': 300 } };
  role.inline.set('guard', JSON.stringify({
    Statement: [
      { Sid: 'DenySessions', Effect: 'Deny', Action: 'sts:AssumeRole*', Resource: '*' },
      { Sid: 'DenyTokens', Effect: 'Deny', Action: 'sts:GetWebIdentityToken', Resource: '*', Condition },
      { Sid: 'DenyLongTokens1', Effect: 'Deny', Action: 'sts:GetWebIdentityToken', Resource: '*', Condition: limit },
    ],
  }));
  const state = world.fake.memory.items.get('placement#111122223333#invoice-bot|state')!;
  const { principals } = state.state as { principals: Record<string, { ownGuard?: boolean }> };
  Object.values(principals).forEach((principal) => (principal.ownGuard = true));
  await suspend(world);
  const [{ beyondReach }] = await eventOf(world, 'suspended') as unknown as { beyondReach: string[] }[];
  expect(beyondReach).toContainEqual(expect.stringMatching(/issued-token\/https:\/\/api\.example\.com: .*accepted up to 300 seconds/));
  expect(beyondReach.join()).not.toContain('3600');
  expect(beyondReach.at(-1)).toMatch(/^other tokens .* as long as their issuer says$/);
});

test.each([['fails', () => Promise.reject(named('SlowDown', 'S3 is busy')), /could not be written: .*S3 is busy/], ['hangs', () => new Promise(() => undefined), /was not written within/]])('a snapshot that %s keeps nothing from being denied', async (_what, put, note) => {
  const world = await populated();
  const { s3 } = world.fake.engine;
  const send = s3.send.bind(s3) as (command: unknown) => Promise<unknown>;
  (s3 as { send: unknown }).send = (command: { input: { Key: string } }) => command.input.Key.startsWith('snapshots/') ? put() : send(command);
  await suspend(world);
  expect(await shown(world)).toBe('suspended');
  expect((await world.state())?.suspension?.snapshot).toMatchObject({ note: expect.stringMatching(note) });
});

describe('whichever call fails or is the last one of a process', () => {
  const callsOf = async (act: (world: World) => Promise<unknown>, prepared: () => Promise<World>): Promise<number> => {
    const world = await prepared();
    let calls = 0;
    world.fake.disturb(() => void (calls += 1));
    await act(world);
    return calls;
  };
  const suspendedWorld = async (): Promise<World> => {
    const world = await populated();
    await suspend(world);
    return world;
  };

  test('a suspension that is asked for again is complete, and a resumption puts back exactly what was there', async () => {
    const calls = await callsOf(suspend, populated);
    for (let at = 1; at <= calls; at++) {
      const world = await populated();
      const before = world.fake.compute.snapshot();
      let count = 0;
      world.fake.disturb(() => {
        // A dead process makes no further call.
        if (++count >= at) {
          throw new Killed();
        }
      });
      await suspend(world);
      world.fake.disturb(() => undefined);
      await world.fake.tellEnded();
      await suspend(world);
      expect([at, world.fake.compute.on(), world.canAct(), await shown(world)]).toEqual([at, OTHERS, [], 'suspended']);
      await resume(world);
      expect([at, world.fake.compute.snapshot()]).toEqual([at, before]);
      await world.check();
    }
  });

  test('a resumption that is asked for again is complete', async () => {
    const calls = await callsOf(resume, suspendedWorld);
    const before = (await populated()).fake.compute.snapshot();
    for (let at = 1; at <= calls; at++) {
      const world = await suspendedWorld();
      let count = 0;
      world.fake.disturb(() => {
        // A dead process makes no further call.
        if (++count >= at) {
          throw new Killed();
        }
      });
      await resume(world);
      world.fake.disturb(() => undefined);
      await world.fake.tellEnded();
      await resume(world);
      expect([at, world.fake.compute.snapshot(), await shown(world)]).toEqual([at, before, 'active']);
      await world.check();
    }
  });
});
