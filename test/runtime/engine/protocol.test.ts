import { CloudFormation } from './cloudformation';
import { Killed } from './state-machine';
import { World } from './world';
import { countLeaver, liftLeaverLimit } from '../../../runtime/ledger';
import { named } from '../ledger/memory-table';
import { PLACEMENT } from './decision/requests';
import { eventNameOf } from '../../../src/core/lifecycle-event';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('./mailbox')>('./mailbox').responsesToMailbox());

describe('one after another', () => {
  test('join, move, leave', async () => {
    const world = new World();
    await world.stack.deploy('test');
    await world.check();
    await world.stack.deploy('production');
    await world.check();
    await world.stack.destroy();
    await world.check();
    expect(await world.names()).toEqual(['joined', 'moved', 'principal-retired', 'principal-retired', 'left', 'deletion-confirmed']);
    expect(world.fake.iam.roles.size).toBe(0);
  });

  test('at a move the old principal is denied before the new one is answered for, and IAM is given its time', async () => {
    const world = new World();
    await world.stack.deploy('test');
    const old = world.stack.agent!.roleId;
    const before = world.fake.now.getTime();
    world.fake.around = (operation) => {
      if (operation === 'Settle') {
        expect(world.fake.iam.canAct(old)).toBe(false);
        expect(world.fake.now.getTime() - before).toBeGreaterThanOrEqual(65_000);
      }
    };
    await world.stack.deploy('production');
    expect.assertions(4);
  });

  test('from production, the old principal acts until clean-up', async () => {
    const world = new World();
    await world.stack.deploy('production');
    await world.stack.deploy('test', { cleanUp: 'dropped' });
    expect(world.canAct()).toHaveLength(2);
    await world.stack.deploy('staging');
    await world.check();
    expect(world.canAct()).toEqual([world.stack.agent!.roleId]);
    expect(await world.names()).toContain('orphan-found');
  });

  test.each(['delete', 'update', 'both'] as const)('a move whose later resource fails (told by %s): the old principal is as it was, its boundary too', async (undo) => {
    const world = new World();
    await world.stack.deploy('test');
    const role = world.fake.iam.byId(world.stack.agent!.roleId)!;
    role.boundary = 'arn:aws:iam::111122223333:policy/organisation';
    const before = structuredClone({ boundary: role.boundary, inline: role.inline });
    await world.stack.deploy('production', { fails: true, undo });
    await world.check();
    expect({ boundary: role.boundary, inline: role.inline }).toEqual(before);
    expect(await world.names()).toEqual(['joined', 'moved', 'move-undone', 'principal-retired']);
  });

  test.each([true, false])('a move half done and then the stack deleted, the old one first: %s', async (oldFirst) => {
    const world = new World();
    await world.stack.deploy('test');
    await world.stack.destroyAmidMove('production', oldFirst);
    await world.check();
    expect((await world.state())?.status).toBe('left');
    expect((await world.names()).filter((name) => name === 'left')).toHaveLength(1);
  });

  test('leftovers made by hand don\'t keep a role from being deleted', async () => {
    const world = new World();
    await world.stack.deploy('test');
    const role = world.fake.iam.byId(world.stack.agent!.roleId)!;
    role.inline.set('by-hand', '{}');
    // Its template has no policy of this name.
    role.inline.set('guard', '{}');
    role.attached.add('arn:aws:iam::aws:policy/AdministratorAccess');
    await world.stack.destroy();
    await world.check();
    const [certificate] = [...world.fake.certificates.values()];
    expect(certificate).toContain('inline-policy/by-hand');
    expect(certificate).toContain('inline-policy/guard');
    expect(certificate).toContain('AdministratorAccess');
  });

  test('a role that somebody created in the place of a deleted one is deleted, and the certificate claims no denial of the former one', async () => {
    const world = new World();
    await world.stack.deploy('test');
    const gone = world.stack.agent!.roleId;
    world.fake.iam.roles.delete('invoice-bot-test');
    const other = world.fake.iam.createRole('test');
    other.inline.set('allow-all', '{}');
    await world.stack.destroy();
    expect(world.fake.iam.roles.size).toBe(0);
    expect((await world.state())?.status).toBe('left');
    const certificate = world.certificates()[0];
    expect(certificate.principals).toMatchObject([{ id: gone, denied: null, missingSince: expect.any(String), absentAt: expect.any(String) }]);
    expect(certificate.wipers.find(({ wiper }) => wiper === 'namesakes')?.wiped).toEqual([`role/invoice-bot-test/namesake/${other.roleId}`]);
  });

  test('a role in the agent\'s place outside the registry\'s path is not changed, and keeps the agent from leaving', async () => {
    const world = new World();
    await world.stack.deploy('test');
    world.fake.iam.roles.delete('invoice-bot-test');
    const other = { ...world.fake.iam.createRole('test'), path: '/elsewhere/' };
    world.fake.iam.roles.set(other.roleName, other);
    await world.stack.destroy();
    expect(world.stack.last?.Reason).toMatch(/^TeardownIncomplete: .*namesake.*is not under \/agents\//);
    expect(world.fake.iam.roles.get(other.roleName)).toBe(other);
    expect(await world.state()).toMatchObject({ status: 'leaving', trouble: { code: 'TeardownIncomplete' } });
  });

  test('where boundaries are forbidden, a move and a leave deny by an attached policy, and the certificate says so', async () => {
    const world = new World();
    world.fake.disturb((call, moment) => {
      if (call === 'iam:PutRolePermissionsBoundary' && moment === 'before') {
        throw named('AccessDenied', 'denied by the organisation');
      }
    });
    await world.stack.deploy('test');
    await world.stack.deploy('production');
    await world.check();
    await world.stack.destroy();
    await world.check();
    const certificate = world.certificates()[0];
    expect(certificate.principals).toEqual([expect.objectContaining({ denied: expect.objectContaining({ by: ['attached-policy'] }) })]);
  });

  test('a leave whose principal can be denied by no means: what it holds is removed, and the failure is an event, a count and a state', async () => {
    const world = new World();
    await world.stack.deploy('test');
    const role = world.fake.iam.byId(world.stack.agent!.roleId)!;
    role.attached.add('arn:aws:iam::aws:policy/AdministratorAccess');
    world.fake.disturb((call, moment) => {
      if (['iam:PutRolePermissionsBoundary', 'iam:AttachRolePolicy', 'iam:PutRolePolicy'].includes(call) && moment === 'before') {
        throw named('AccessDenied', 'denied by the organisation');
      }
    });
    await world.stack.remove();
    expect(world.stack.status).toBe('UPDATE_COMPLETE');
    expect([...role.attached]).not.toContain('arn:aws:iam::aws:policy/AdministratorAccess');
    expect(world.stack.last?.Reason).toMatch(/^TeardownIncomplete: .*sessions.*denied by the organisation/);
    expect(await world.names()).toEqual(['joined', 'teardown-incomplete', 'teardown-incomplete', 'teardown-incomplete']);
    expect(world.fake.metrics).toContain('TransitionFailed');
    expect(await world.fake.engine.ledger.fleet.list()).toEqual([expect.objectContaining({ status: 'leaving', trouble: expect.objectContaining({ code: 'TeardownIncomplete' }) })]);
    world.fake.disturb(() => undefined);
    await world.finish();
    expect(await world.state()).toMatchObject({ status: 'left' });
    expect((await world.state())?.trouble).toBeUndefined();
  });

  test('a leave that can\'t finish is answered with what remains, and the next one finishes with the whole proof', async () => {
    const world = new World();
    await world.stack.deploy('test');
    const role = world.fake.iam.byId(world.stack.agent!.roleId)!;
    role.inline.set('first', '{}');
    role.attached.add('arn:aws:iam::aws:policy/Stubborn');
    world.fake.disturb((call, moment) => {
      if (call === 'iam:DetachRolePolicy' && moment === 'before') {
        throw named('AccessDenied', 'not this one');
      }
    });
    await world.stack.destroy();
    expect(world.stack.status).toBe('DELETE_FAILED');
    expect(world.stack.last?.Reason).toMatch(/^TeardownIncomplete: .*Stubborn \(AccessDenied: not this one\)/);
    expect(world.fake.metrics).toContain('TeardownIncomplete');
    expect((await world.state())?.status).toBe('leaving');
    expect(world.fake.certificates.size).toBe(0);
    world.fake.disturb(() => undefined);
    await world.stack.destroy();
    await world.check();
    const certificate = world.certificates()[0];
    expect(certificate.wipers.flatMap(({ wiped }) => wiped).join()).toMatch(/Stubborn.*first|first.*Stubborn/);
    expect(await world.names()).toEqual(['joined', 'teardown-incomplete', 'principal-retired', 'left', 'deletion-confirmed']);
  });

  test('a wiper that can\'t even look keeps no other from wiping, and what it can\'t see counts as remaining', async () => {
    const world = new World();
    await world.stack.deploy('test');
    const role = world.fake.iam.byId(world.stack.agent!.roleId)!;
    role.attached.add('arn:aws:iam::aws:policy/AdministratorAccess');
    world.fake.disturb((call) => {
      if (call === 'secretsmanager:ListSecrets') {
        throw named('AccessDeniedException', 'not listed');
      }
    });
    await world.stack.destroy();
    expect(world.stack.status).toBe('DELETE_FAILED');
    expect(world.stack.last?.Reason).toMatch(/^TeardownIncomplete: the teardown of agent invoice-bot is incomplete \(2 left\): tagged-only \(could not be looked at: AccessDeniedException: not listed\); undeclared-secrets \(/);
    expect([...role.attached]).not.toContain('arn:aws:iam::aws:policy/AdministratorAccess');
    expect(await world.names()).toEqual(['joined', 'teardown-incomplete']);
    world.fake.disturb(() => undefined);
    await world.stack.destroy();
    await world.check();
    expect(await world.names()).toContain('left');
  });

  test('what was found is kept before any of it is deleted: the proof has it even when the process dies in between', async () => {
    const world = new World();
    await world.stack.deploy('test');
    world.fake.iam.byId(world.stack.agent!.roleId)!.inline.set('by-hand', '{}');
    let once = true;
    world.fake.disturb((call, moment) => {
      if (once && call === 'iam:DeleteRolePolicy' && moment === 'after') {
        once = false;
        throw new Killed();
      }
    });
    await world.stack.destroy();
    expect(once).toBe(false);
    await world.stack.destroy();
    await world.check();
    expect([...world.fake.certificates.values()].join()).toContain('by-hand');
  });

  test('the boundary to put back is the first that was seen, whatever is done by hand meanwhile', async () => {
    const world = new World();
    await world.stack.deploy('test');
    const role = world.fake.iam.byId(world.stack.agent!.roleId)!;
    role.boundary = 'arn:aws:iam::111122223333:policy/organisation';
    let once = true;
    world.fake.around = (operation) => {
      if (once && operation === 'Settle') {
        once = false;
        role.boundary = undefined;
        throw new Killed();
      }
    };
    await world.stack.deploy('production', { doubled: true, fails: true });
    expect(once).toBe(false);
    expect(role.boundary).toBe('arn:aws:iam::111122223333:policy/organisation');
    await world.check();
  });

  test('what was recorded and not sent goes out with the next request, even one that does nothing', async () => {
    const world = new World();
    await world.stack.deploy('test');
    let once = true;
    world.fake.disturb((call) => {
      if (once && call === 'events:PutEvents' && [...world.fake.memory.items.values()].some(({ sk, event }) => sk.startsWith('event#') && JSON.stringify(event).includes('principal-retired'))) {
        once = false;
        throw new Killed();
      }
    });
    await world.stack.deploy('production', { doubled: true });
    expect(once).toBe(false);
    await world.check();
  });

  test('joining is refused while another stack holds the name, and the Delete that follows touches nothing', async () => {
    const world = new World();
    await world.stack.deploy('test');
    const calls = world.fake.iam.calls.length;
    const others = new CloudFormation(world.fake, 'Others');
    await others.deploy('staging');
    expect(others.stackId).toBeUndefined();
    expect(others.last).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: expect.stringMatching(/^refused\//) });
    expect(world.fake.logged.join()).toContain('NameTaken');
    expect(world.fake.iam.calls.slice(calls).filter((call) => !call.startsWith('GetRole '))).toEqual([]);
    await world.check();
  });

  test('more leavers than may: quarantined, held, and gone after an operator lifts the limit', async () => {
    const world = new World({ leaverLimit: { count: 0 } });
    await world.stack.deploy('test');
    await world.stack.destroy();
    expect(world.stack.last).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/^MassLeaverLimit: .*nhi release-leavers/) });
    expect(world.canAct()).toEqual([]);
    expect(await world.names()).toEqual(['joined', 'transition-failed']);
    expect(await world.state()).toMatchObject({ trouble: { code: 'MassLeaverLimit' } });
    const until = new Date(world.fake.now.getTime() + 3_600_000);
    await liftLeaverLimit(world.fake.memory.table, until, 'operator');
    await world.stack.destroy();
    await world.check();
    expect((await world.state())?.status).toBe('left');
    expect((await world.fake.engine.ledger.events(PLACEMENT)).find(({ type }) => eventNameOf(type) === 'left')).toMatchObject({ data: { unmapped: { details: { limitLiftedBy: 'operator', limitLiftedUntil: until.toISOString() } } } });
  });

  test('what was held back stays so in the next hour', async () => {
    const world = new World({ leaverLimit: { count: 1 } });
    await world.stack.deploy('test');
    const other = { placement: { account: '111122223333', agentName: 'other-bot' }, heldBack: false };
    await countLeaver(world.fake.memory.table, other, { count: 1 }, world.fake.now);
    await world.stack.destroy();
    world.fake.now = new Date(world.fake.now.getTime() + 3_600_000);
    await world.stack.destroy();
    expect(world.stack.last?.Reason).toMatch(/^MassLeaverLimit/);
  });

  test('access goes to nobody while IAM doesn\'t see the old principal as denied', async () => {
    const world = new World();
    await world.stack.deploy('test');
    world.fake.iam.seesDenials = false;
    world.fake.around = (operation) => {
      world.fake.iam.seesDenials ||= operation === 'Fail';
    };
    await world.stack.deploy('production');
    expect(world.fake.logged.join()).toContain('NotDenied');
    expect(await world.names()).toEqual(['joined', 'transition-failed', 'move-undone', 'principal-retired']);
    await world.check();
  });

  test('a transition waits for the one before it, and not for a dead one', async () => {
    const world = new World();
    await world.stack.deploy('test');
    await world.fake.engine.lock.acquire(PLACEMENT, 'execution-of-another');
    world.fake.executions.set('execution-of-another', 'RUNNING');
    await world.stack.destroy();
    expect(world.stack.last?.Reason).toMatch(/^PlacementBusy/);
    world.fake.executions.set('execution-of-another', 'TIMED_OUT');
    await world.stack.destroy();
    await world.check();
  });

  test('what can be read of the stack decides; unreadable, it is not guessed', async () => {
    const world = new World();
    await world.stack.deploy('test');
    world.fake.disturb((call) => {
      if (call === 'cloudformation:DescribeStacks') {
        throw named('Throttling', 'Rate exceeded');
      }
    });
    await world.stack.destroy();
    expect(world.stack.status).toBe('DELETE_FAILED');
    expect(world.stack.last?.Reason).toMatch(/^Throttling/);
    expect((await world.state())?.status).toBe('active');
    expect(world.fake.iam.byId(world.stack.agent!.roleId)?.boundary).toBeUndefined();
  });

  test('own secrets go, others stay', async () => {
    const world = new World();
    ['agents/invoice-bot/token', 'agents/other-bot/token'].forEach((name) => world.fake.secrets.add(name));
    await world.stack.deploy('test');
    const state = world.fake.memory.items.get('placement#111122223333#invoice-bot|state')!;
    (state.state as { declared: { ownSecrets: string[] } }).declared.ownSecrets = ['agents/invoice-bot/token', 'agents/other-bot/token'];
    await world.stack.destroy();
    expect([...world.fake.secrets]).toEqual(['agents/other-bot/token']);
    expect([...world.fake.certificates.values()][0]).toContain('left alone');
  });

  test('own credential providers go, others stay', async () => {
    const world = new World();
    const { providers } = world.fake.compute;
    ['agents_invoice-bot_graph', 'agents_other-bot_graph'].forEach((name) => providers.add(name));
    await world.stack.deploy('test');
    const state = world.fake.memory.items.get('placement#111122223333#invoice-bot|state')!;
    (state.state as { declared: { ownProviders: string[] } }).declared.ownProviders = ['agents_invoice-bot_graph', 'agents_other-bot_graph'];
    await world.stack.destroy();
    expect([...providers]).toEqual(['agents_other-bot_graph']);
    const [certificate] = [...world.fake.certificates.values()];
    expect(JSON.parse(certificate)).toMatchObject({
      wipers: expect.arrayContaining([expect.objectContaining({ wiper: 'oauth-providers', wiped: ['oauth2-credential-provider/agents_invoice-bot_graph'] })]),
      leftAlone: expect.arrayContaining([{ id: 'oauth2-credential-provider/agents_other-bot_graph', note: 'not under agents_invoice-bot_: left alone' }]),
    });
  });

  test('nothing secret is in the log or in the ledger\'s events', async () => {
    const world = new World();
    await world.stack.deploy('test');
    await world.stack.deploy('production');
    await world.stack.destroy();
    expect(world.fake.logged.length).toBeGreaterThan(0);
    expect(`${world.fake.logged.join()}${JSON.stringify(world.fake.published)}`).not.toContain('SIGNATURE');
  });
});
