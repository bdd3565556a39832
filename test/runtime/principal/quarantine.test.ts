import * as fc from 'fast-check';
import { contextOf, joined, ORGANISATION, replaced } from './identity';
import { inspectPrincipal, quarantinePrincipal, restorePrincipal } from '../../../runtime/principal';
import { DENY_ALL, FakeIam, FakeRole } from '../handlers/fake-iam';
import { named } from '../ledger/memory-table';
import { NOW } from '../lifecycle/requests';
import { refOf, throttledOnce } from '../wipers/account';

let iam: FakeIam;
beforeEach(() => (iam = new FakeIam()));
const quarantine = (role: FakeRole): Promise<void> => quarantinePrincipal(contextOf(iam), refOf(role), NOW);
const restore = (role: FakeRole, boundary: string | null): Promise<void> => restorePrincipal(contextOf(iam), refOf(role), boundary);

describe('quarantine', () => {
  test('the boundary denies everything, and sessions from before the cut are denied by a policy of their own', async () => {
    const role = joined(iam, ORGANISATION);

    await quarantine(role);

    expect(iam.canAct(role.roleId)).toBe(false);
    expect(role.boundary).toBe(DENY_ALL);
    expect(JSON.parse(role.inline.get('nhi-quarantine')!)).toEqual({
      Version: '2012-10-17',
      Statement: [{
        Sid: 'DenyOlderSessions', Effect: 'Deny', Action: '*', Resource: '*', Condition: { DateLessThan: { 'aws:TokenIssueTime': NOW.toISOString() } },
      }],
    });
    expect([...role.inline.keys()]).toEqual(['access', 'nhi-quarantine']);
  });

  test('the policy is that of the partition', async () => {
    const role = joined(iam);

    await quarantinePrincipal({ ...contextOf(iam), partition: 'aws-cn' }, refOf(role), NOW);

    expect(role.boundary).toBe('arn:aws-cn:iam::aws:policy/AWSDenyAll');
  });

  test.each(['LimitExceededException', 'LimitExceeded'])('that the role has no room for the cut (%s) doesn\'t matter: the boundary denies', async (limit) => {
    const role = joined(iam);
    iam.disturb = (call) => {
      if (call === 'iam:PutRolePolicy') {
        throw named(limit, 'Maximum policy size of 10240 bytes exceeded');
      }
    };

    await quarantine(role);

    expect(role.boundary).toBe(DENY_ALL);
    expect(role.inline.has('nhi-quarantine')).toBe(false);
  });

  test.each(['iam:PutRolePermissionsBoundary', 'iam:PutRolePolicy'])('fails when %s is throttled, and a rerun finishes', async (call) => {
    const role = joined(iam);
    iam.disturb = throttledOnce(call);

    await expect(quarantine(role)).rejects.toMatchObject({ name: 'ThrottlingException' });
    await quarantine(role);

    expect(role.boundary).toBe(DENY_ALL);
    expect(role.inline.has('nhi-quarantine')).toBe(true);
  });

  test('fails when the boundary itself is over a limit: then nothing denies', async () => {
    const role = joined(iam);
    iam.disturb = (call) => {
      if (call === 'iam:PutRolePermissionsBoundary') {
        throw named('LimitExceededException');
      }
    };

    await expect(quarantine(role)).rejects.toMatchObject({ name: 'LimitExceededException' });
  });
});

describe('restore', () => {
  test.each([ORGANISATION, undefined])('the boundary %s that was found is put back, and the cut goes', async (boundary) => {
    const role = joined(iam, boundary);
    const before = structuredClone({ ...role, boundary });
    const found = await inspectPrincipal(contextOf(iam), refOf(role));
    await quarantine(role);

    await restore(role, found.present ? found.boundary : 'not there');

    expect(iam.canAct(role.roleId)).toBe(true);
    expect({ ...role }).toEqual(before);
  });

  test('one that was never quarantined stays as it is', async () => {
    const role = joined(iam);
    const before = structuredClone({ ...role });

    await restore(role, null);

    expect({ ...role }).toEqual(before);
  });

  test.each(['iam:PutRolePermissionsBoundary', 'iam:DeleteRolePolicy'])('fails when %s is throttled, and a rerun finishes', async (call) => {
    const role = joined(iam, ORGANISATION);
    await quarantine(role);
    iam.disturb = throttledOnce(call);

    await expect(restore(role, ORGANISATION)).rejects.toMatchObject({ name: 'ThrottlingException' });
    await restore(role, ORGANISATION);

    expect(role.boundary).toBe(ORGANISATION);
    expect(role.inline.has('nhi-quarantine')).toBe(false);
  });
});

describe.each([
  ['quarantine', quarantine],
  ['restore to a boundary', (role: FakeRole) => restore(role, ORGANISATION)],
  ['restore to none', (role: FakeRole) => restore(role, null)],
])('%s', (_, work) => {
  test('a role that is gone is no error', async () => {
    const role = joined(iam);
    iam.roles.clear();

    await expect(work(role)).resolves.toBeUndefined();
  });

  test('a role that goes in between is no error', async () => {
    const role = joined(iam, DENY_ALL);
    iam.disturb = (call, moment) => {
      if (call === 'iam:GetRole' && moment === 'after') {
        iam.roles.clear();
      }
    };

    await expect(work(role)).resolves.toBeUndefined();
  });

  test('somebody else\'s role of the same name is not touched', async () => {
    const role = joined(iam);
    const other = replaced(iam);
    other.boundary = 'arn:aws:iam::111122223333:policy/of-others';
    other.inline.set('nhi-quarantine', '{}');
    const before = structuredClone({ ...other });

    await work(role);

    expect({ ...other }).toEqual(before);
  });

  test('fails when the role is outside the registry, and it is not touched', async () => {
    const role = joined(iam);
    const outside = { ...role, path: '/' };
    iam.roles.set(role.roleName, outside);
    const before = structuredClone(outside);

    await expect(work(outside)).rejects.toMatchObject({ code: 'PrincipalOutsideRegistry' });

    expect(outside).toEqual(before);
  });
});

test('law: in whatever order and however often they are done, the last one counts', async () => {
  await fc.assert(fc.asyncProperty(fc.constantFrom(null, ORGANISATION), fc.array(fc.boolean(), { minLength: 1 }), async (boundary, quarantines) => {
    iam = new FakeIam();
    const role = joined(iam, boundary ?? undefined);

    for (const one of quarantines) {
      await (one ? quarantine(role) : restore(role, boundary));
    }

    expect(iam.canAct(role.roleId)).toBe(!quarantines.at(-1));
    expect(role.boundary ?? null).toBe(quarantines.at(-1) ? DENY_ALL : boundary);
    expect(role.inline.has('nhi-quarantine')).toBe(quarantines.at(-1));
  }), { numRuns: 50 });
});
