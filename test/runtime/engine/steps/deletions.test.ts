import { hashOfText } from '../../../../runtime/evidence';
import { named } from '../../ledger/memory-table';
import { Killed } from '../state-machine';
import { World } from '../world';

jest.mock('../../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../mailbox')>('../mailbox').responsesToMailbox());

let world: World;
beforeEach(async () => {
  world = new World();
  await world.stack.deploy('test');
});

/** The agent leaves, and CloudFormation does not delete its role. */
async function leaveRoleBehind(): Promise<string> {
  const { roleId } = world.stack.agent!;
  world.stack.keepsRoles = true;
  await world.stack.destroy();
  world.stack.keepsRoles = false;
  return roleId;
}

const stepsDuring = async (work: () => Promise<unknown>): Promise<string[]> => {
  const steps: string[] = [];
  world.fake.around = (step) => void steps.push(step);
  await work();
  world.fake.around = () => undefined;
  return steps;
};

describe('a role that no stack has', () => {
  test('and that a clean-up forgot is deleted by the leave, and the certificate says by whom', async () => {
    const former = world.stack.agent!.roleId;
    await world.stack.deploy('production', { cleanUp: 'dropped' });
    const present = world.stack.agent!.roleId;

    await world.stack.destroy();

    expect(world.fake.iam.roles.size).toBe(0);
    const [certificate] = world.certificates();
    expect(certificate.principals).toEqual([
      expect.objectContaining({ id: former, registryDeletionAt: expect.any(String), absentAt: expect.any(String) }),
      expect.objectContaining({ id: present, registryDeletionAt: null, absentAt: null }),
    ]);
    await world.check();
    // The name is free again.
    await world.stack.deploy('test');
    await world.check();
  });

  test('and that nobody deleted when its principal was retired is found and deleted by the leave', async () => {
    const former = world.stack.agent!.roleId;
    const role = { ...world.fake.iam.byId(former)! };
    await world.stack.deploy('production');
    // CloudFormation got the response that its principal is retired, and abandoned the role after that.
    world.fake.iam.roles.set(role.roleName, role);

    await world.stack.destroy();

    expect(world.fake.iam.roles.size).toBe(0);
    expect(world.certificates()[0].principals).toContainEqual(expect.objectContaining({ id: former, registryDeletionAt: expect.any(String) }));
    expect(await world.names()).toEqual(['joined', 'moved', 'principal-retired', 'principal-retired', 'orphan-found', 'left']);
    await world.check();
  });

  test('and that can\'t be deleted keeps the agent from leaving: it says which remains, and the next leave finishes', async () => {
    await world.stack.deploy('production', { cleanUp: 'dropped' });
    world.fake.disturb((call, moment) => {
      if (call === 'iam:DeleteRole' && moment === 'before') {
        throw named('AccessDenied', 'not this one');
      }
    });

    await world.stack.destroy();

    expect(world.stack.last?.Reason).toMatch(/^TeardownIncomplete: the teardown of agent invoice-bot is incomplete \(1 left\): role\/invoice-bot-test \(AccessDenied: not this one\)/);
    expect((await world.state())?.status).toBe('leaving');
    world.fake.disturb(() => undefined);
    await world.stack.destroy();
    expect((await world.state())?.status).toBe('left');
    await world.check();
  });

  test('is deleted only after it is recorded that it was there: a process that dies in between doesn\'t make it missing', async () => {
    const former = world.stack.agent!.roleId;
    await world.stack.deploy('production', { cleanUp: 'dropped' });
    let once = true;
    world.fake.disturb((call, moment) => {
      if (once && call === 'iam:DeleteRole' && moment === 'after') {
        once = false;
        throw new Killed();
      }
    });
    await world.stack.destroy();
    expect(once).toBe(false);
    expect(world.fake.iam.byId(former)).toBeUndefined();

    await world.stack.destroy();

    expect(world.certificates()[0].principals).toContainEqual(expect.objectContaining({
      id: former, missingSince: null, registryDeletionAt: expect.any(String), absentAt: expect.any(String), denied: expect.objectContaining({ by: ['permissions-boundary'] }),
    }));
    await world.check();
  });

  test('but one that a stack has is left to it', async () => {
    await world.stack.destroyAmidMove('production', true);

    expect(world.certificates()[0].principals.map(({ registryDeletionAt }) => registryDeletionAt)).toEqual([null, null]);
    await world.check();
    expect(world.deletions()[0].principals).toHaveLength(2);
  });

  test('is looked for without asking the stacks when there is only the one that CloudFormation deletes', async () => {
    const calls: string[] = [];
    let step = '';
    world.fake.around = (present) => void (step = present);
    world.fake.disturb((call, moment) => void (moment === 'before' && calls.push(`${step} ${call}`)));

    await world.stack.destroy();

    expect(calls).toContain('Begin cloudformation:DescribeStacks');
    // Wipers list what the agent's stacks have, of which the fake has three pages: once before they wipe, and once at the end.
    const listings = calls.filter((call) => call.includes('ListStackResources')).map((call) => call.split(' ')[0]);
    expect(listings).toEqual(['Wipe', 'Wipe', 'Wipe', 'Terminate', 'Terminate', 'Terminate']);
  });
});

describe('after the response', () => {
  test('the role is watched until it is deleted; the second part of the certificate and an event say when', async () => {
    const { roleId } = world.stack.agent!;
    await world.stack.destroy();
    expect(await world.names()).toEqual(['joined', 'principal-retired', 'left']);
    expect(await world.fake.engine.lock.holder({ account: '111122223333', agentName: 'invoice-bot' })).toBeUndefined();

    expect(await stepsDuring(() => world.fake.resume())).toEqual(['Watch']);

    const [certificate] = world.certificates();
    const [first] = [...world.fake.certificates.values()];
    expect(world.deletions()).toEqual([{
      kind: 'decommission-certificate-part-2',
      version: 1,
      id: certificate.id,
      registry: 'agents',
      agentName: 'invoice-bot',
      account: '111122223333',
      certificateSha256: hashOfText(first),
      principals: [{ arn: 'arn:aws:iam::111122223333:role/agents/test/invoice-bot-test', id: roleId, absentAt: world.fake.now.toISOString() }],
      recordedAt: world.fake.now.toISOString(),
      chainHead: expect.stringMatching(/^[0-9a-f]{64}$/),
    }]);
    expect(await world.names()).toEqual(['joined', 'principal-retired', 'left', 'deletion-confirmed']);
    expect([...world.fake.executions.values()].every((status) => status === 'SUCCEEDED')).toBe(true);
    expect((await world.state())?.principals[roleId]).toMatchObject({ absentAt: expect.any(String) });
    await world.check();
  });

  test('a role that stays is watched for twenty minutes at most, and then it is an event, a count and a trouble that the list shows', async () => {
    const roleId = await leaveRoleBehind();
    const before = world.fake.now.getTime();

    const steps = await stepsDuring(() => world.fake.resume());

    expect(new Set(steps)).toEqual(new Set(['Watch']));
    expect(steps.length).toBeLessThanOrEqual(8);
    expect((world.fake.now.getTime() - before) / 60_000).toBeLessThanOrEqual(20);
    expect(world.deletions()).toEqual([]);
    expect(await world.names()).toEqual(['joined', 'principal-retired', 'left', 'orphan-found']);
    expect(world.fake.metrics).toEqual(['OrphanFound']);
    expect(await world.fake.engine.ledger.fleet.list()).toEqual([expect.objectContaining({
      status: 'left', trouble: expect.objectContaining({ code: 'RoleNotDeleted', message: expect.stringMatching(/invoice-bot-test.*run `nhi finish invoice-bot`/) }),
    })]);
    expect(world.fake.iam.canAct(roleId)).toBe(false);
    await world.check();

    await world.finish();

    expect(world.fake.iam.roles.size).toBe(0);
    expect(world.deletions()[0].principals.map(({ id }) => id)).toEqual([roleId]);
    expect((await world.state())?.trouble).toBeUndefined();
    expect(await world.names()).toContain('deletion-confirmed');
    await world.check();
  });

  test('a role that goes at last, after it was reported, is confirmed by an operator\'s finish', async () => {
    const roleId = await leaveRoleBehind();
    await world.fake.resume();
    world.fake.iam.roles.clear();

    await world.finish();

    expect(world.deletions()[0].principals.map(({ id }) => id)).toEqual([roleId]);
    expect(await world.state()).not.toHaveProperty('trouble');
    await world.check();
  });

  test('what an operator finishes meanwhile is not recorded twice', async () => {
    await world.stack.destroy();

    await world.finish();
    expect(await world.names()).toEqual(['joined', 'principal-retired', 'left', 'deletion-confirmed']);

    await world.check();
    expect(await world.names()).toEqual(['joined', 'principal-retired', 'left', 'deletion-confirmed']);
  });

  test('the agent may join again with another role while the former one is watched, and each is reported by its own id', async () => {
    const former = world.stack.agent!.roleId;
    await world.stack.destroy();

    await world.stack.deploy('test');
    const { roleId } = world.stack.agent!;
    expect(await world.state()).toMatchObject({ status: 'active', present: roleId });
    await world.check();

    expect(world.deletions().map(({ principals }) => principals.map(({ id }) => id))).toEqual([[former]]);
    expect(await world.names()).toEqual(['joined', 'principal-retired', 'left', 'joined', 'deletion-confirmed']);
    expect(await world.state()).toMatchObject({ status: 'active', present: roleId });
    expect(world.canAct()).toEqual([roleId]);
  });

  test('a role that was left over stays trouble when the agent joins again in another stage, whatever succeeds then', async () => {
    await leaveRoleBehind();
    await world.fake.resume();

    await world.stack.deploy('production');
    await world.stack.deploy('production', { sponsor: 'eve@example.com' });

    expect(await world.state()).toMatchObject({ status: 'active', trouble: { code: 'RoleNotDeleted' } });
    await world.finish();
    expect((await world.state())?.trouble).toBeUndefined();
    expect([...world.fake.iam.roles.keys()]).toEqual(['invoice-bot-production']);
    await world.check();
  });

  test.each([['is gone by then', false], ['is not', true]])('an execution that is stopped while it watches: a role that %s is recorded as it is', async (_what, stays) => {
    await (stays ? leaveRoleBehind() : world.stack.destroy());
    world.fake.around = (step) => {
      if (step === 'Watch') {
        throw new Killed();
      }
    };
    await world.fake.resume();
    world.fake.around = () => undefined;
    expect(await world.names()).toEqual(['joined', 'principal-retired', 'left']);

    await world.fake.tellEnded();

    expect(await world.names()).toEqual(['joined', 'principal-retired', 'left', stays ? 'orphan-found' : 'deletion-confirmed']);
    await world.check();
    await world.fake.tellEnded();
    expect(await world.names()).toHaveLength(4);
  });

  test('a watch that can\'t record is a failed execution, responds no second time, and what it saw is recorded once it can be', async () => {
    await world.stack.destroy();
    const last = world.stack.last;
    let calm = false;
    world.fake.disturb((call) => {
      if (!calm && call === 's3:PutObject') {
        throw named('SlowDown', 'try later');
      }
    });
    world.fake.around = (step) => {
      calm ||= step === 'Fail';
    };

    await world.fake.resume();

    expect([...world.fake.executions.values()].at(-1)).toBe('FAILED');
    expect(world.stack.last).toBe(last);
    await world.check();
    expect(world.deletions()).toHaveLength(1);
  });

  test('a certificate that was written before the process died counts: what it says was there is confirmed by its second part', async () => {
    const { roleId } = world.stack.agent!;
    let once = true;
    world.fake.disturb((call, moment) => {
      if (once && call === 's3:PutObject' && moment === 'after') {
        once = false;
        throw new Killed();
      }
    });
    await world.stack.remove();
    expect(world.certificates()[0].principals).toEqual([expect.objectContaining({ id: roleId, absentAt: null })]);

    await world.finish();

    expect(world.certificates()).toHaveLength(1);
    expect(world.deletions()[0].principals.map(({ id }) => id)).toEqual([roleId]);
    expect(await world.names()).toContain('deletion-confirmed');
    await world.check();
  });

  test('a leave that found no role, or deleted them all, has nothing to watch', async () => {
    world.fake.iam.roles.clear();

    expect(await stepsDuring(() => world.stack.destroy())).not.toContain('Watch');

    await world.check();
    expect(world.certificates()[0].principals).toEqual([expect.objectContaining({ absentAt: expect.any(String), missingSince: expect.any(String) })]);
    expect(world.deletions()).toEqual([]);
  });
});
