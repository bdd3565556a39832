import { ADA, DEFAULT_OWNER, DEPUTY, detailsOf, LI, OWNER, sponsoredWorld, sweepHours, WITH_DIRECTORY } from './sponsored';
import { attend, sweeperOf } from './sweeping';
import { renderPlacement } from '../../../cli/render';
import { contradictionsOf } from '../../../runtime/evidence';
import { Fleet } from '../../../runtime/ledger';
import { sponsorOf } from '../../../runtime/model/sponsor-of';
import { DirectoryStatus } from '../../../src/contract/sponsor-directory';
import { PLACEMENT } from '../engine/decision/requests';
import { FakeDirectory } from '../engine/fake-directory';
import { World } from '../engine/world';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../engine/mailbox')>('../engine/mailbox').responsesToMailbox());

let world: World;
beforeEach(async () => {
  world = sponsoredWorld();
});
afterEach(async () => {
  const state = await world.state();
  expect(state?.declared === undefined ? [] : contradictionsOf(state, await world.fake.engine.ledger.events(PLACEMENT))).toEqual([]);
});

const directory = (): FakeDirectory => world.fake.directory;
const says = (email: string, status: DirectoryStatus): void => void directory().people.set(email, status);
const accountable = async (): Promise<string> => sponsorOf((await world.state())!).accountableEmail;

describe('joining', () => {
  test('an active sponsor joins; an inactive one and an unknown one are refused with what the directory says', async () => {
    says(ADA, 'inactive');
    await world.stack.deploy('test');
    expect(world.stack.last).toMatchObject({ Status: 'SUCCESS' });
    expect(await world.state()).toBeUndefined();

    const refused = world.fake.logged.filter((line) => line.startsWith('refused'));
    expect(refused).toEqual([expect.stringContaining('SponsorInactive')]);
    says(ADA, 'unknown');
    await world.stack.deploy('test');
    expect(await world.state()).toBeUndefined();
    expect(world.canAct()).toEqual([]);

    says(ADA, 'active');
    await world.stack.deploy('test');
    expect(await world.state()).toMatchObject({ status: 'active', declared: { sponsor: { accountableEmail: ADA } } });
    await world.check();
  });

  test('a directory that does not answer lets nobody join; a registry without one asks nobody', async () => {
    directory().isDown = true;
    await world.stack.deploy('test');
    expect(await world.state()).toBeUndefined();
    expect(world.fake.metrics).toContain('SponsorDirectoryFailed');
    expect(world.fake.logged.join('\n')).toContain('SponsorUnverified');

    world = new World();
    directory().isDown = true;
    await world.stack.deploy('test');
    expect(await world.state()).toMatchObject({ status: 'active' });
    expect(directory().questions).toEqual([]);
  });

  test.each<[string, object]>([
    ['fails', { FunctionError: 'Unhandled', Payload: Buffer.from('[]') }],
    ['returns nothing', {}],
    ['returns no list', { Payload: Buffer.from('{}') }],
    ['says something of others', { Payload: Buffer.from(JSON.stringify([{ email: 'eve@example.com', status: 'active', evidence: '' }])) }],
    ['returns another status', { Payload: Buffer.from(JSON.stringify([{ email: ADA, status: 'ok', evidence: '' }])) }],
  ])('a function that %s is no answer', async (_what, instead) => {
    directory().instead = instead;
    await world.stack.deploy('test');
    expect(await world.state()).toBeUndefined();
    directory().instead = undefined;
    await world.stack.deploy('test');
    expect(await world.state()).toMatchObject({ status: 'active' });
  });

  test('a stage that demands two people refuses an inactive backup; another one joins, and the backup is notified on the agenda, once', async () => {
    says(LI, 'inactive');
    await world.stack.deploy('production');
    expect(await world.state()).toBeUndefined();
    expect(world.fake.logged.join('\n')).toContain('SponsorInactive');

    await world.stack.deploy('test');
    await sweepHours(world, 50);
    expect(await world.names()).toEqual(['joined', 'sponsor-lapsed']);
    expect(await detailsOf(world, 'sponsor-lapsed')).toEqual([{
      who: 'backup', lapsed: LI, status: 'inactive', evidence: `${LI} is inactive`, advice: 'declare an active person as the backup of agent invoice-bot, and deploy',
    }]);
    expect(await accountable()).toBe(ADA);
    expect(renderPlacement((await world.state())!, world.fake.now)).toMatch(/the backup is no active person since 2026/);

    says(LI, 'active');
    await sweepHours(world, 25);
    says(LI, 'inactive');
    await sweepHours(world, 25);
    expect(await world.names()).toEqual(['joined', 'sponsor-lapsed', 'sponsor-lapsed']);
  });
});

describe('deployments', () => {
  beforeEach(() => world.stack.deploy('test'));

  test('one that names the same people does not depend on the directory', async () => {
    const asked = directory().questions.length;
    directory().isDown = true;
    await world.stack.deploy('test', { purpose: 'Matches orders' });
    expect(world.stack.status).toBe('UPDATE_COMPLETE');
    expect(directory().questions).toHaveLength(asked);
  });

  test('another sponsor is looked up, and the roll-back to the former one is not', async () => {
    says('eve@example.com', 'unknown');
    await world.stack.deploy('test', { sponsor: 'eve@example.com' });
    expect(world.stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await accountable()).toBe(ADA);

    says('zoe@example.com', 'active');
    says(ADA, 'inactive');
    await world.stack.deploy('test', { sponsor: 'zoe@example.com', fails: true });
    expect(world.stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await accountable()).toBe(ADA);
    await world.stack.deploy('test', { sponsor: 'zoe@example.com' });
    expect(await accountable()).toBe('zoe@example.com');
    await world.check();
  });

  test('a move is looked up like a join', async () => {
    // An answer that somebody is active is used for 5 minutes.
    says(ADA, 'inactive');
    world.fake.now = new Date(world.fake.now.getTime() + 300_000);
    await world.stack.deploy('staging');
    expect(world.stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await world.state()).toMatchObject({ declared: { stage: 'test' } });
    says(ADA, 'active');
    await world.stack.deploy('staging');
    expect(await world.state()).toMatchObject({ declared: { stage: 'staging' } });
    await world.check();
  });
});

describe('a sponsor who lapses', () => {
  beforeEach(async () => {
    await world.stack.deploy('test');
    await sweepHours(world, 2);
  });

  test('is found at the next check, confirmed at the next sweep, and the backup takes over; that is reported once', async () => {
    says(ADA, 'inactive');
    await sweepHours(world, 26);

    expect(await world.names()).toEqual(['joined', 'sponsor-lapsed']);
    expect(await detailsOf(world, 'sponsor-lapsed')).toEqual([{
      who: 'sponsor',
      lapsed: ADA,
      status: 'inactive',
      evidence: `${ADA} is inactive`,
      sponsor: { kind: 'person', name: LI, email: LI, accountableName: LI, accountableEmail: LI, backupEmail: OWNER, id: LI },
      rotate: [],
      omittedSecrets: 0,
      advice: `declare ${LI} or another active person as the sponsor of agent invoice-bot and deploy; rotate the secrets that ${ADA} may have seen`,
    }]);
    const state = (await world.state())!;
    expect(state).toMatchObject({ status: 'active', declared: { sponsor: { accountableEmail: ADA } }, succession: { lapsed: ADA, sponsor: { id: LI } } });
    expect((await new Fleet(world.fake.memory.table).living())[0]).toMatchObject({ sponsorId: LI });
    expect(renderPlacement(state, world.fake.now)).toMatch(new RegExp(`sponsor {5}${LI} \\(${LI}\\), backup ${OWNER}\n {2}took over at .*; the code still declares ${ADA}, no active person`));
    expect(world.canAct()).toEqual([world.stack.agent!.roleId]);
    await sweepHours(world, 60);
    expect(await world.names()).toEqual(['joined', 'sponsor-lapsed']);
    await world.check();
  });

  test('then the backup lapses too: the default owner takes over, and after it its own backup; then nobody, which is reported once', async () => {
    [ADA, LI].forEach((one) => says(one, 'inactive'));
    await sweepHours(world, 26);
    expect(await accountable()).toBe(OWNER);
    expect((await world.state())!.succession!.sponsor).toEqual({ ...DEFAULT_OWNER, costCenter: undefined });
    says(OWNER, 'unknown');
    await sweepHours(world, 50);
    expect(await accountable()).toBe(DEPUTY);
    says(DEPUTY, 'unknown');
    await sweepHours(world, 100);
    expect(await accountable()).toBe(DEPUTY);
    const told = await detailsOf(world, 'sponsor-lapsed');
    expect(told.filter(({ who }) => who === 'sponsor').map(({ lapsed, sponsor }) => [lapsed, (sponsor as { id: string } | undefined)?.id])).toEqual([[ADA, OWNER], [OWNER, DEPUTY], [DEPUTY, undefined]]);
    expect(told.at(-1)).toMatchObject({ advice: expect.stringContaining('nobody is accountable for agent invoice-bot') });
    expect(renderPlacement((await world.state())!, world.fake.now)).toContain('nobody can take over');

    // Somebody is active again: nothing is passed back, and there is no event.
    says(DEPUTY, 'active');
    await sweepHours(world, 50);
    expect(renderPlacement((await world.state())!, world.fake.now)).not.toContain('nobody can take over');
    expect((await detailsOf(world, 'sponsor-lapsed')).length).toBe(told.length);
  });

  test('is passed on to the default owner as it is declared, also as the backup of the backup', async () => {
    says(ADA, 'inactive');
    await sweepHours(world, 26);
    expect((await world.state())!.succession!.sponsor).toMatchObject({ id: LI, backupEmail: OWNER });
    says(LI, 'inactive');
    await sweepHours(world, 27);
    expect((await world.state())!.succession!.sponsor).toEqual({ ...DEFAULT_OWNER, costCenter: undefined });
  });

  test('is passed on even if the check is due in each sweep', async () => {
    world = sponsoredWorld({ agenda: { ...WITH_DIRECTORY, sponsorCheckSeconds: 60 } });
    await world.stack.deploy('test');
    says(ADA, 'inactive');
    await sweepHours(world, 3);
    expect(await accountable()).toBe(LI);
  });

  test('and is active again before it is confirmed: nothing is reported', async () => {
    says(ADA, 'inactive');
    const found = async (): Promise<boolean> => (await world.state())!.agenda?.sponsor?.lapse !== undefined;
    for (let hour = 0; hour < 30 && !await found(); hour++) {
      await sweepHours(world, 1);
    }
    expect(await found()).toBe(true);
    says(ADA, 'active');
    await sweepHours(world, 1);
    expect(await found()).toBe(false);
    expect(await world.names()).toEqual(['joined']);
  });

  test('stays passed on whatever is deployed with the old sponsor, until the code names another active person', async () => {
    says(ADA, 'inactive');
    await sweepHours(world, 26);
    expect(await accountable()).toBe(LI);

    await world.stack.deploy('test', { purpose: 'Matches orders' });
    expect(world.stack.status).toBe('UPDATE_COMPLETE');
    expect(await accountable()).toBe(LI);
    await world.stack.deploy('test', { fails: true, purpose: 'Other' });
    expect(await accountable()).toBe(LI);
    says(ADA, 'active');
    await world.stack.deploy('test', { purpose: 'Again' });
    expect(await accountable()).toBe(LI);
    says(ADA, 'inactive');

    // Touching the entry of the lapsed sponsor, or moving with it, is refused and says who took over.
    await world.stack.deploy('test', { backup: 'zoe@example.com' });
    expect(world.stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    await world.stack.deploy('staging');
    expect(world.stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await accountable()).toBe(LI);

    await world.stack.deploy('test', { sponsor: LI, backup: 'zoe@example.com' });
    expect(world.stack.status).toBe('UPDATE_COMPLETE');
    expect(await world.state()).toMatchObject({ declared: { sponsor: { accountableEmail: LI, backupEmail: 'zoe@example.com' } } });
    expect((await world.state())!.succession).toBeUndefined();
    expect(await detailsOf(world, 'sponsor-changed')).toMatchObject([{ tookOver: LI, to: LI }]);

    says(ADA, 'active');
    await world.stack.deploy('test', { sponsor: ADA });
    expect(await accountable()).toBe(ADA);
    await world.check();
  });

  test('a roll-back to the lapsed sponsor is found at the next sweep, and passed on again', async () => {
    says(ADA, 'inactive');
    await sweepHours(world, 26);
    await world.stack.deploy('test', { sponsor: 'zoe@example.com', fails: true });
    expect(await accountable()).toBe(ADA);
    await sweepHours(world, 2);
    expect(await accountable()).toBe(LI);
  });

  test('whatever the case: the directory knows Ada, and a deployment that writes ADA changes nobody', async () => {
    says(ADA, 'inactive');
    await sweepHours(world, 26);
    await world.stack.deploy('test', { sponsor: 'Ada@Example.com' });
    expect(world.stack.status).toBe('UPDATE_COMPLETE');
    expect(await accountable()).toBe(LI);
  });

  test('of a suspended agent is passed on, and the agent stays suspended', async () => {
    await world.ask({ kind: 'suspend', reason: 'This is an emergency' });
    says(ADA, 'inactive');
    await sweepHours(world, 26);
    expect(await accountable()).toBe(LI);
    expect(world.canAct()).toEqual([]);
    expect(await world.state()).toMatchObject({ suspension: { reason: 'This is an emergency' } });
    await world.ask({ kind: 'resume', reason: 'The emergency is over' });
    expect(await accountable()).toBe(LI);
  });

  test('of an ended agent is passed on until the teardown; a departed agent is not looked up', async () => {
    world.fake.now = new Date('2026-10-01T00:00:01Z');
    says(ADA, 'inactive');
    await sweepHours(world, 30);
    expect(await world.names()).toEqual(expect.arrayContaining(['expiry-near', 'sponsor-lapsed']));
    await world.stack.destroy();
    const asked = directory().questions.length;
    await sweepHours(world, 50);
    expect(directory().questions).toHaveLength(asked);

    // Another life begins with who is declared.
    says('zoe@example.com', 'active');
    await world.stack.deploy('test', { sponsor: 'zoe@example.com', end: '2027-01-01T00:00:00Z' });
    expect(await accountable()).toBe('zoe@example.com');
    expect((await world.state())!.succession).toBeUndefined();
  });

  test('doubled sweeps, and late ones, tell and pass on once', async () => {
    says(ADA, 'inactive');
    for (let hour = 0; hour < 26; hour++) {
      await sweepHours(world, 1);
      const { fake } = sweeperOf(world);
      const items = [...await fake.run(), ...await fake.run()];
      for (const item of [...items, ...items]) {
        await attend(world, item);
      }
    }
    expect(await world.names()).toEqual(['joined', 'sponsor-lapsed']);
  });
});

describe('a directory that does not answer', () => {
  beforeEach(async () => {
    await world.stack.deploy('test');
    await sweepHours(world, 2);
    says(ADA, 'inactive');
    directory().isDown = true;
  });

  test('changes nothing, is counted, shown with its reason, and asked again every hour', async () => {
    world.fake.metrics.splice(0);
    await sweepHours(world, 30);
    expect(await world.names()).toEqual(['joined']);
    expect(await accountable()).toBe(ADA);
    expect(world.fake.metrics).toContain('SponsorDirectoryFailed');
    const state = (await world.state())!;
    const shown = renderPlacement(state, world.fake.now);
    expect(shown).toMatch(/the directory does not answer since 2026-\S+: the SCIM service: it responded 503/);
    const { since } = state.agenda!.sponsor!.unanswered!;
    const asked = directory().questions.length;
    await sweepHours(world, 5);
    expect(directory().questions).toHaveLength(asked + 5);
    expect((await world.state())!.agenda!.sponsor!.unanswered!.since).toBe(since);

    directory().isDown = false;
    await sweepHours(world, 3);
    expect(await accountable()).toBe(LI);
    expect(renderPlacement((await world.state())!, world.fake.now)).not.toContain('does not answer');
  });

  test('between the finding and its confirmation, or about the backup alone, changes nothing either', async () => {
    directory().isDown = false;
    for (let hour = 0; hour < 30 && (await world.state())!.agenda?.sponsor?.lapse === undefined; hour++) {
      await sweepHours(world, 1);
    }
    const silent = (email: string, status: string) => ({ email, status, evidence: 'evidence' });
    directory().instead = { Payload: Buffer.from(JSON.stringify([silent(ADA, 'inactive'), silent(LI, 'no-answer')])) };
    await sweepHours(world, 5);
    expect(await accountable()).toBe(ADA);
    directory().instead = undefined;
    await sweepHours(world, 2);
    expect(await accountable()).toBe(LI);
  });
});

test('a registry whose directory was removed looks nobody up, and who took over stays', async () => {
  await world.stack.deploy('test');
  says(ADA, 'inactive');
  await sweepHours(world, 27);
  const { sponsorCheckSeconds: _none, defaultOwner: _nobody, ...agenda } = WITH_DIRECTORY;
  Object.assign(world.fake.engine.config, { agenda, sponsorFunction: undefined });
  const asked = directory().questions.length;
  says(LI, 'inactive');
  await sweepHours(world, 50, { settings: agenda });
  expect(directory().questions).toHaveLength(asked);
  expect(await accountable()).toBe(LI);
});

describe('a directory that reports nonsense', () => {
  const none = { limit: { count: 0 } };
  beforeEach(async () => {
    await world.stack.deploy('test');
    await sweepHours(world, 2);
    says(ADA, 'unknown');
  });

  test('passes on nobody beyond the limit of a sweep until an operator approves the list', async () => {
    await sweepHours(world, 30, none);
    expect(await world.names()).toEqual(['joined']);
    expect(await accountable()).toBe(ADA);
    const { fake } = sweeperOf(world, none);
    await fake.run();
    expect(fake.metrics).toContain('SweepHeld');
    const held = (await fake.sweeps.held())!;
    expect(await fake.sweeps.list(held.digest)).toEqual(['111122223333/invoice-bot sponsor-lapsed']);

    await fake.sweeps.approve({ digest: held.digest, by: 'ada', at: '', reason: 'They left' }, world.fake.now);
    await sweepHours(world, 1, none);
    expect(await accountable()).toBe(LI);
  });

  test('is looked up again while the list is held back, and what it takes back is forgotten', async () => {
    await sweepHours(world, 30, none);
    says(ADA, 'active');
    await sweepHours(world, 25, none);
    expect((await world.state())!.agenda!.sponsor!.lapse).toBeUndefined();
    const { fake } = sweeperOf(world, none);
    await fake.run();
    expect(await fake.sweeps.held()).toBeUndefined();
    expect(await world.names()).toEqual(['joined']);
  });

  test('an approval that comes after it is right again passes on nobody', async () => {
    await sweepHours(world, 26, none);
    const { fake } = sweeperOf(world, none);
    await fake.run();
    const { digest } = (await fake.sweeps.held())!;
    says(ADA, 'active');
    await fake.sweeps.approve({ digest, by: 'ada', at: '', reason: 'They left' }, world.fake.now);
    await sweepHours(world, 1, none);
    expect(await accountable()).toBe(ADA);
    expect(await world.names()).toEqual(['joined']);
  });
});
