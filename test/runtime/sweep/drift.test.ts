import * as fc from 'fast-check';
import { FakeSweeper, sweeperOf } from './sweeping';
import { nextCheck } from '../../../runtime/engine/agenda/drift';
import { AgendaSettings } from '../../../runtime/model/agenda-settings';
import { PlacementState } from '../../../runtime/model/placement-state';
import { LifecycleEvent } from '../../../src/core/lifecycle-event';
import { PLACEMENT } from '../engine/decision/requests';
import { DENY_ALL } from '../engine/fake-iam';
import { Killed } from '../engine/state-machine';
import { World } from '../engine/world';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../engine/mailbox')>('../engine/mailbox').responsesToMailbox());

const DAY_MS = 86_400_000;
const ADMIN = 'arn:aws:iam::aws:policy/AdministratorAccess';
const ONLY_TOLD: AgendaSettings = { warningSeconds: [], teardownAfterSeconds: 7 * 86_400, driftCheckSeconds: 86_400 };

let world: World;
async function begin(agenda: AgendaSettings = ONLY_TOLD): Promise<void> {
  world = new World({ agenda });
  await world.stack.deploy('test', { end: '2026-11-25T00:00:00Z' });
  await sweepIn(0.1);
}
beforeEach(() => begin());

const role = () => world.fake.iam.roles.get('invoice-bot-test')!;
const found = async () => (await world.state())?.agenda?.drift?.found;
interface Told { readonly appeared: string[]; readonly vanished: string[]; readonly changed: string[]; readonly advice: string }
const eventsOf = async (name: string) => (await world.fake.engine.ledger.events(PLACEMENT)).filter(({ type }: LifecycleEvent) => type.includes(`.${name}.`));
const told = async () => (await eventsOf('drift-found')).map(({ data }) => (data.unmapped as unknown as { details: Told }).details);

async function sweepIn(...days: number[]): Promise<void> {
  for (const day of days) {
    world.fake.now = new Date(world.fake.now.getTime() + day * DAY_MS);
    await sweeperOf(world).sweep();
  }
}

const GUARD = 'arn:aws:iam::111122223333:policy/agents/agents-guard-test';
// [what, change by hand, what is notified]
const CHANGES: [string, () => void, Partial<Told>][] = [
  ['an attached policy', () => role().attached.add(ADMIN), { appeared: [`attached policy ${ADMIN}`] }],
  ['an inline policy', () => role().inline.set('mine', '{"secret":1}'), { appeared: ['inline policy mine'] }],
  ['an inline policy with the name of the quarantine', () => role().inline.set('nhi-quarantine', '{}'), { appeared: ['inline policy nhi-quarantine'] }],
  ['an inline policy with the name of a guard that the role does not have', () => role().inline.set('guard', '{}'), { appeared: ['inline policy guard'] }],
  ['a denial by hand', () => role().attached.add(DENY_ALL), { appeared: [`attached policy ${DENY_ALL}`] }],
  ['a boundary', () => void (role().boundary = ADMIN), { appeared: [`permissions boundary ${ADMIN}`] }],
  ['another content of the access policy', () => role().inline.set('access', '{"Statement":[]}'), { changed: ['inline policy access'] }],
  ['no access policy', () => role().inline.delete('access'), { vanished: ['inline policy access'] }],
  ['a guard that was detached', () => role().attached.delete(GUARD), { vanished: ['attached policy agents-guard-test'] }],
  ['another trust policy', () => void (role().trust = '{"Statement":["open"]}'), { changed: ['trust policy'] }],
  ['another session duration', () => void (role().maxSessionSeconds = 43_200), { changed: ['maximum session duration'] }],
  ['another tag value', () => void (role().tags['agent:sponsor'] = 'AKIASECRET'), { changed: ['tag agent:sponsor'] }],
  ['a removed tag', () => void delete role().tags['agent:stage'], { vanished: ['tag agent:stage'] }],
  ['a reserved tag in another case', () => void (role().tags['Agent:Cost-Center'] = 'x'), { appeared: ['tag agent:cost-center'] }],
  ['an instance profile', () => void world.fake.iam.instanceProfiles.set('theirs', 'invoice-bot-test'), { appeared: ['instance profile theirs'] }],
  ['a role that was deleted', () => void world.fake.iam.roles.delete('invoice-bot-test'), { vanished: [expect.stringContaining('role arn:aws:iam::111122223333:role/agents/test/invoice-bot-test with the id AROA') as unknown as string] }],
  ['another role of that name', () => void world.fake.iam.roles.set('invoice-bot-test', { ...role(), roleId: 'AROAOTHER' }), { vanished: [expect.stringContaining('role ') as unknown as string] }],
];

test('as it was deployed, nothing is reported, however often it is checked', async () => {
  role().tags.team = 'any';
  role().trust = ' {} ';
  await sweepIn(1, 1, 1);
  expect(await world.names()).toEqual(['joined']);
  expect(await found()).toBeUndefined();
});

describe.each(CHANGES)('%s', (_what, change, difference) => {
  test('is reported once, with the difference, and clears itself when it is undone', async () => {
    const before = { ...role(), inline: new Map(role().inline), attached: new Set(role().attached), tags: { ...role().tags } };
    change();
    await sweepIn(1, 1, 1);
    expect(await told()).toMatchObject([{ appeared: [], vanished: [], changed: [], omitted: 0, sponsor: 'ada@example.com', ...difference }]);
    expect(await found()).toMatchObject(difference);
    expect((await sweeperOf(world).fake.sweeper.fleet.living())[0].driftSince).toBe((await found())!.since);
    expect(JSON.stringify([await world.state(), await told()])).not.toMatch(/secret|AKIASECRET/);

    world.fake.iam.roles.set('invoice-bot-test', before);
    world.fake.iam.instanceProfiles.clear();
    await sweepIn(1);
    expect(await found()).toBeUndefined();
    expect((await sweeperOf(world).fake.sweeper.fleet.living())[0].driftSince).toBeUndefined();
    expect(await told()).toHaveLength(1);
  });

  test('nothing is reported of a suspended agent', async () => {
    await world.ask({ kind: 'suspend', reason: 'This is an emergency' });
    change();
    await sweepIn(1, 1);
    expect(await told()).toEqual([]);
  });
});

test('what comes back after it was undone is reported again; what is left of a finding is not', async () => {
  role().attached.add(ADMIN);
  role().inline.set('mine', '{}');
  await sweepIn(1);
  role().inline.delete('mine');
  await sweepIn(1);
  expect(await told()).toHaveLength(1);
  expect(await found()).toMatchObject({ appeared: [`attached policy ${ADMIN}`] });
  role().inline.set('mine', '{}');
  await sweepIn(1);
  expect(await told()).toHaveLength(2);
});

test('a resumed agent is checked again: the registry\'s own denial is no drift, and what was added meanwhile is', async () => {
  await world.ask({ kind: 'suspend', reason: 'This is an emergency' });
  await sweepIn(1);
  await world.ask({ kind: 'resume', reason: 'The emergency is over' });
  await sweepIn(1);
  expect(await told()).toEqual([]);
  await world.ask({ kind: 'suspend', reason: 'This is an emergency' });
  role().attached.add(ADMIN);
  await sweepIn(1);
  await world.ask({ kind: 'resume', reason: 'The emergency is over' });
  await sweepIn(1);
  expect(await told()).toMatchObject([{ appeared: [`attached policy ${ADMIN}`], changed: [] }]);
});

test('another change of the same part is reported too', async () => {
  role().trust = '{"a":1}';
  await sweepIn(1);
  role().trust = '{"a":2}';
  await sweepIn(1);
  expect(await told()).toHaveLength(2);
});

test('whatever somebody attaches, state and event stay small', async () => {
  for (let index = 0; index < 60; index++) {
    role().inline.set(`p${index}${'x'.repeat(400)}`, '{}');
  }
  await sweepIn(1);
  const [one] = await told() as unknown as { appeared: string[]; omitted: number }[];
  expect(one).toMatchObject({ appeared: { length: 10 }, omitted: 50 });
  expect(JSON.stringify(one).length).toBeLessThan(4_000);
});

describe('deployments', () => {
  test('one that writes the role ends a finding about what it wrote', async () => {
    role().trust = '{"a":1}';
    await sweepIn(1);
    await world.stack.deploy('test', { end: '2026-11-25T00:00:00Z', purpose: 'Another purpose' });
    await sweepIn(0.1);
    expect(await found()).toBeUndefined();
  });

  test('one that does not touch the role accepts nothing', async () => {
    role().trust = '{"a":1}';
    await sweepIn(1);
    // The ledger sees another declaration, and CloudFormation left the role alone.
    const written = world.fake.written.get('invoice-bot-test')!;
    await world.stack.deploy('test', { end: '2026-11-25T00:00:00Z', may: ['dynamodb:Query'] });
    world.fake.written.set('invoice-bot-test', written);
    role().trust = '{"a":1}';
    await sweepIn(0.1, 1);
    expect(await found()).toMatchObject({ changed: ['trust policy'] });
    expect(await told()).toHaveLength(1);
  });

  test.each(['UPDATE_IN_PROGRESS', 'UPDATE_ROLLBACK_FAILED'])('while its stack is %s nothing is compared; later it is', async (status) => {
    role().attached.add(ADMIN);
    world.fake.stacks.set(world.stack.stackId!, status);
    await sweepIn(1, 0.1);
    expect(await told()).toEqual([]);
    world.fake.stacks.set(world.stack.stackId!, 'UPDATE_COMPLETE');
    await sweepIn(0.1);
    expect(await told()).toHaveLength(1);
  });

  test('a stack that was written a moment ago settles first', async () => {
    role().attached.add(ADMIN);
    world.fake.now = new Date(world.fake.now.getTime() + DAY_MS);
    world.fake.written.set('invoice-bot-test/access', new Date(world.fake.now.getTime() - 30_000));
    await sweepIn(0);
    expect(await told()).toEqual([]);
    await sweepIn(1 / 24 / 60 + 0.001);
    expect(await told()).toHaveLength(1);
  });

  test('a move ends what was known of the former principal', async () => {
    role().attached.add(ADMIN);
    await sweepIn(1);
    await world.stack.deploy('staging', { end: '2026-11-25T00:00:00Z' });
    await sweepIn(0.1, 1);
    expect(await found()).toBeUndefined();
    expect(await told()).toHaveLength(1);
  });
});

test.each(['iam:GetRole', 'iam:GetRolePolicy', 'iam:ListRolePolicies', 'iam:ListAttachedRolePolicies', 'iam:ListInstanceProfilesForRole', 'cloudformation:DescribeStacks', 'cloudformation:ListStackResources'])('unknown changes nothing: %s fails', async (call) => {
  const fails = () => world.fake.disturb((name, moment) => {
    if (name === call && moment === 'before') {
      throw Object.assign(new Error('Rate exceeded'), { name: 'Throttling' });
    }
  });
  role().attached.add(ADMIN);
  fails();
  await sweepIn(1, 0.1);
  world.fake.disturb(() => undefined);
  expect(await told()).toEqual([]);
  await sweepIn(0.1);
  expect(await told()).toHaveLength(1);

  role().attached.delete(ADMIN);
  fails();
  await sweepIn(1);
  world.fake.disturb(() => undefined);
  expect(await found()).toMatchObject({ appeared: [`attached policy ${ADMIN}`] });
  await sweepIn(0.1);
  expect(await found()).toBeUndefined();
});

describe('removal', () => {
  beforeEach(() => begin({ ...ONLY_TOLD, removeDrift: true }));

  test('policies that were added by hand are reported, then removed, then the finding clears; nothing else is touched', async () => {
    role().attached.add(ADMIN);
    role().inline.set('mine', '{}');
    role().inline.set('nhi-quarantine', '{}');
    role().attached.add(DENY_ALL);
    role().trust = '{"a":1}';
    await sweepIn(1);
    expect(role().attached.has(ADMIN)).toBe(true);
    expect((await told())[0].advice).toContain('removed with the next sweep');
    await sweepIn(0.01);
    expect(role().attached.has(ADMIN)).toBe(false);
    expect([...role().inline.keys()].sort()).toEqual(['access', 'nhi-quarantine']);
    expect(role().attached.has(DENY_ALL)).toBe(true);
    expect(role().trust).toBe('{"a":1}');
    expect((await eventsOf('drift-removed')).map(({ data }) => (data.unmapped as { details: object }).details)).toEqual([{ removed: ['inline policy mine', `attached policy ${ADMIN}`], remains: [] }]);
    await sweepIn(0.01, 1);
    expect(await found()).toMatchObject({ appeared: [`attached policy ${DENY_ALL}`, 'inline policy nhi-quarantine'], changed: ['trust policy'], removable: { inline: [], attached: [] } });
    expect(await told()).toHaveLength(1);
  });

  test('without the setting nothing is removed', async () => {
    await begin();
    role().attached.add(ADMIN);
    await sweepIn(1, 0.01, 1);
    expect(role().attached.has(ADMIN)).toBe(true);
  });

  test('what IAM refuses to remove is recorded and tried again; nothing is said to be removed', async () => {
    role().attached.add(ADMIN);
    await sweepIn(1);
    world.fake.disturb((name, moment) => {
      if (name === 'iam:DetachRolePolicy' && moment === 'before') {
        throw Object.assign(new Error('denied by the organisation'), { name: 'AccessDenied' });
      }
    });
    await sweepIn(0.01, 0.01);
    world.fake.disturb(() => undefined);
    expect(await eventsOf('drift-removed')).toEqual([]);
    expect(await found()).toMatchObject({ notRemoved: [expect.stringContaining('denied by the organisation')] });
    await sweepIn(0.1, 0.1, 0.1);
    expect(role().attached.has(ADMIN)).toBe(false);
    expect(await found()).toBeUndefined();
  });

  test('what was added after it was announced is announced first', async () => {
    role().attached.add(ADMIN);
    await sweepIn(1);
    role().inline.set('mine', '{}');
    await sweepIn(0.01);
    expect(role().attached.has(ADMIN)).toBe(true);
    expect(await told()).toHaveLength(2);
    await sweepIn(0.01);
    expect([...role().inline.keys()]).toEqual(['access']);
  });

  test('nothing is removed while a deployment runs', async () => {
    role().attached.add(ADMIN);
    await sweepIn(1);
    world.fake.stacks.set(world.stack.stackId!, 'UPDATE_IN_PROGRESS');
    await sweepIn(0.01, 0.01);
    expect(role().attached.has(ADMIN)).toBe(true);
  });

  test('killed in the middle, a later sweep finishes it, and it is recorded once', async () => {
    role().attached.add(ADMIN);
    await sweepIn(1);
    world.fake.around = (step) => {
      if (step === 'Clean') {
        world.fake.around = () => undefined;
        throw new Killed();
      }
    };
    await sweepIn(0.01);
    await world.fake.tellEnded();
    await sweepIn(0.01, 0.01);
    expect(role().attached.has(ADMIN)).toBe(false);
    expect(await eventsOf('drift-removed')).toHaveLength(1);
  });
});

test('the checks of a large fleet are spread over the interval, and each is after now and within it', () => {
  const now = new Date('2026-06-01T12:34:56.789Z');
  const minutes = new Map<string, number>();
  for (let index = 0; index < 10_000; index++) {
    const at = nextCheck({ placement: { account: '111122223333', agentName: `bot-${index}` } } as PlacementState, 86_400, now);
    expect(Date.parse(at)).toBeGreaterThan(now.getTime());
    expect(Date.parse(at)).toBeLessThanOrEqual(now.getTime() + DAY_MS);
    minutes.set(at.slice(0, 16), (minutes.get(at.slice(0, 16)) ?? 0) + 1);
  }
  // About 7 a minute, if they are spread evenly.
  expect(Math.max(...minutes.values())).toBeLessThan(30);
});

describe('laws', () => {
  type Kind = 'attach' | 'detach' | 'trust' | 'deploy' | 'suspend' | 'resume' | 'destroy' | 'sweep' | 'fault';
  const kind = fc.constantFrom<Kind>('attach', 'attach', 'detach', 'trust', 'deploy', 'suspend', 'resume', 'destroy', 'sweep', 'sweep', 'sweep', 'sweep', 'fault');

  test('whatever is changed, deployed, suspended and swept, doubled or with faults: told once, and nothing about a suspended or departed agent', async () => {
    let seen = 0;
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(kind, fc.boolean()), { minLength: 8, maxLength: 25 }), async (operations) => {
      await begin();
      for (const [one, doubled] of operations) {
        const before = (await told()).length;
        const { suspension, status } = (await world.state())!;
        switch (one) {
          case 'attach': world.fake.iam.roles.get('invoice-bot-test')?.attached.add(ADMIN); break;
          case 'detach': world.fake.iam.roles.get('invoice-bot-test')?.attached.delete(ADMIN); break;
          case 'trust': if (world.fake.iam.roles.has('invoice-bot-test') && suspension === undefined) { role().trust = `{"a":${Math.floor(world.fake.now.getTime() / 1000) % 7}}`; } break;
          case 'deploy': await world.stack.deploy('test', { end: '2026-11-25T00:00:00Z', purpose: `Purpose ${world.fake.now.getTime()}`, doubled }); break;
          case 'suspend': await world.ask({ kind: 'suspend', reason: 'This is an emergency' }); break;
          case 'resume': await world.ask({ kind: 'resume', reason: 'The emergency is over' }); break;
          case 'destroy': if (doubled) { world.fake.iam.roles.get('invoice-bot-test')?.attached.delete(ADMIN); await world.stack.destroy(); await world.fake.resume(); } break;
          case 'fault': world.fake.iam.disturb = (name) => { if (name === 'iam:ListAttachedRolePolicies') { throw Object.assign(new Error('x'), { name: 'Throttling' }); } }; await sweepIn(0.5); world.fake.iam.disturb = () => undefined; break;
          case 'sweep': await sweepIn(0.5, ...(doubled ? [0] : [])); break;
        }
        const news = (await told()).length - before;
        seen += news;
        expect(news).toBeLessThanOrEqual(1);
        expect(one === 'sweep' || news === 0).toBe(true);
        expect(suspension === undefined && status === 'active' ? 0 : news).toBe(0);
      }
      // Once nothing changes any more, what is known is what there is, and it is not told again.
      await world.ask({ kind: 'resume', reason: 'The emergency is over' });
      await sweepIn(1, 1);
      const count = (await told()).length;
      await sweepIn(1, 1);
      expect(await told()).toHaveLength(count);
      if (world.stack.agent !== undefined) {
        const state = await found();
        expect(state?.appeared ?? []).toEqual(role().attached.has(ADMIN) ? [`attached policy ${ADMIN}`] : []);
      }
    }), { numRuns: 60 });
    expect(seen).toBeGreaterThan(5);
  });
});

describe('orphans', () => {
  const events = (fake: FakeSweeper) => fake.sent as unknown as { roleId: string }[];
  const orphanSweep = async () => {
    const { fake } = sweeperOf(world);
    await fake.run();
    return events(fake);
  };
  const pass = (hours: number) => void (world.fake.now = new Date(world.fake.now.getTime() + hours * 3_600_000));
  const strange = (name: string, path = '/agents/test/') => world.fake.iam.roles.set(name, { ...role(), roleId: `AROA${name}`, roleName: name, path, createdAt: world.fake.now });

  test('a role without an agent is reported once, at least an hour after it was found; a deleted one is forgotten', async () => {
    for (const name of ['ghost-bot-test', 'no_name', 'invoice-bot-staging']) {
      strange(name);
    }
    strange('elsewhere-test', '/others/');
    pass(25);
    expect(await orphanSweep()).toEqual([]);
    pass(0.5);
    expect(await orphanSweep()).toEqual([]);
    pass(0.6);
    expect((await orphanSweep()).map(({ roleId }) => roleId).sort()).toEqual(['AROAghost-bot-test', 'AROAinvoice-bot-staging', 'AROAno_name']);
    pass(25);
    expect(await orphanSweep()).toEqual([]);
    const { fake } = sweeperOf(world);
    expect((await fake.sweeper.orphans.told()).map(({ roleId }) => roleId)).toHaveLength(3);
    ['ghost-bot-test', 'no_name', 'invoice-bot-staging'].forEach((name) => world.fake.iam.roles.delete(name));
    pass(25);
    await orphanSweep();
    expect(await fake.sweeper.orphans.told()).toEqual([]);
  });

  test('a role younger than an hour is left out: its agent may be joining', async () => {
    pass(25);
    strange('ghost-bot-test');
    await orphanSweep();
    expect(world.fake.memory.under('agenda').filter(({ sk }) => sk.startsWith('orphan#'))).toEqual([]);
  });

  test('another role with the name of an agent\'s principal is reported', async () => {
    world.fake.iam.roles.set('invoice-bot-test', { ...role(), roleId: 'AROAOTHER', createdAt: new Date(0) });
    pass(25);
    await orphanSweep();
    pass(1.1);
    expect(await orphanSweep()).toMatchObject([{ roleId: 'AROAOTHER' }]);
  });

  test('a role with a generated name is its agent\'s by its path, and by the ledger', async () => {
    const own = role();
    world.fake.iam.roles.delete('invoice-bot-test');
    world.fake.iam.roles.set('Mine-Agent-1', { ...own, roleName: 'Mine-Agent-1', path: '/agents/test/invoice-bot/' });
    strange('Mine-Agent-2', '/agents/test/invoice-bot/');
    strange('Mine-Agent-3', '/agents/test/ghost-bot/');
    strange('Mine-Agent-4', '/agents/');
    pass(25);
    await orphanSweep();
    pass(1.1);
    expect((await orphanSweep()).map(({ roleId }) => roleId).sort()).toEqual(['AROAMine-Agent-2', 'AROAMine-Agent-3', 'AROAMine-Agent-4']);
  });

  test('the bus refuses: it is sent again, and not recorded before', async () => {
    strange('ghost-bot-test');
    pass(25);
    await orphanSweep();
    pass(1.1);
    const { fake } = sweeperOf(world);
    fake.refusesEvents = true;
    await expect(fake.run()).rejects.toMatchObject({ code: 'EventsNotSent' });
    expect(await orphanSweep()).toHaveLength(1);
  });

  test('IAM does not answer: nothing is forgotten, and the next sweep checks again', async () => {
    strange('ghost-bot-test');
    pass(25);
    await orphanSweep();
    pass(1.1);
    await orphanSweep();
    pass(25);
    world.fake.iam.disturb = (name) => { if (name === 'iam:ListRoles') { throw Object.assign(new Error('x'), { name: 'Throttling' }); } };
    await expect(orphanSweep()).rejects.toMatchObject({ name: 'Throttling' });
    world.fake.iam.disturb = () => undefined;
    expect(await sweeperOf(world).fake.sweeper.orphans.told()).toHaveLength(1);
    expect(await orphanSweep()).toEqual([]);
  });
});
