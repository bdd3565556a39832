import * as fc from 'fast-check';
import { contextOf, joined, ORGANISATION, replaced } from './identity';
import { DenialAttempt, denyPrincipal, inspectPrincipal, isDeniedByUs, restorePrincipal } from '../../../../runtime/aws/principals';
import { DenialMeans, PrincipalRecord } from '../../../../runtime/model/placement-state';
import { NOW } from '../../engine/decision/requests';
import { DENY_ALL, FakeIam, FakeRole } from '../../engine/fake-iam';
import { named } from '../../ledger/memory-table';
import { refOf, throttledOnce } from '../wipers/account';

let iam: FakeIam;
beforeEach(() => (iam = new FakeIam()));
const quarantine = (role: FakeRole): Promise<DenialAttempt> => denyPrincipal(contextOf(iam), refOf(role), NOW);
const recordOf = (role: FakeRole, by: DenialMeans[] = ['permissions-boundary']): PrincipalRecord => (
  { ...refOf(role), status: 'quarantined', cutBeforeGrant: true, denial: { at: NOW.toISOString(), by } });
const restore = (role: FakeRole, boundary: string | null): Promise<void> => restorePrincipal(contextOf(iam), recordOf(role), boundary);

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

    await denyPrincipal({ ...contextOf(iam), partition: 'aws-cn' }, refOf(role), NOW);

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

  describe.each(['AccessDenied', 'AccessDeniedException', 'LimitExceededException', 'UnmodifiableEntityException'])('where the boundary is refused with %s', (refusal) => {
    const refuse = (...calls: string[]) => (iam.disturb = (call, moment) => {
      if (calls.includes(call) && moment === 'before') {
        throw named(refusal, 'not this one');
      }
    });

    test('the policy that denies everything is attached, and restoring detaches it', async () => {
      const role = joined(iam, ORGANISATION);
      refuse('iam:PutRolePermissionsBoundary');

      expect(await quarantine(role)).toEqual({ by: ['attached-policy'], failures: [`${refusal}: not this one`] });

      expect(role.attached).toContain(DENY_ALL);
      expect(iam.canAct(role.roleId)).toBe(false);
      expect(role.boundary).toBe(ORGANISATION);
      iam.disturb = () => undefined;
      await restorePrincipal(contextOf(iam), recordOf(role, ['attached-policy']), ORGANISATION);
      expect(role.attached).not.toContain(DENY_ALL);
      expect(iam.canAct(role.roleId)).toBe(true);
    });

    test('and so is the policy: an inline policy denies everything, as long as it is there, and restoring deletes it', async () => {
      const role = joined(iam, ORGANISATION);
      refuse('iam:PutRolePermissionsBoundary', 'iam:AttachRolePolicy');
      const found = { present: true, boundary: ORGANISATION } as const;
      const isDenied = (by: DenialMeans): Promise<boolean> => isDeniedByUs(contextOf(iam), recordOf(role, [by]), found);

      expect(await quarantine(role)).toEqual({ by: ['inline-policy'], failures: Array(2).fill(`${refusal}: not this one`) });

      expect(JSON.parse(role.inline.get('nhi-quarantine')!)).toEqual({
        Version: '2012-10-17', Statement: [{ Sid: 'DenyAll', Effect: 'Deny', Action: '*', Resource: '*' }],
      });
      expect(iam.canAct(role.roleId)).toBe(false);
      expect([await isDenied('inline-policy'), await isDenied('attached-policy')]).toEqual([true, false]);
      iam.disturb = () => undefined;
      await restorePrincipal(contextOf(iam), recordOf(role, ['inline-policy']), ORGANISATION);
      expect(iam.canAct(role.roleId)).toBe(true);
      expect([...role.inline.keys()]).toEqual(['access']);
      expect(await isDenied('inline-policy')).toBe(false);
    });

    test('and so is any inline policy: nothing denies, and the reasons are returned', async () => {
      const role = joined(iam);
      refuse('iam:PutRolePermissionsBoundary', 'iam:AttachRolePolicy', 'iam:PutRolePolicy');

      expect(await quarantine(role)).toEqual({ by: [], failures: Array(3).fill(`${refusal}: not this one`) });

      expect(iam.canAct(role.roleId)).toBe(true);
    });
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

  test('a policy that was attached before the process could note it is detached all the same', async () => {
    const role = joined(iam);
    role.attached.add(DENY_ALL);

    await restorePrincipal(contextOf(iam), recordOf(role, []), null);

    expect(iam.canAct(role.roleId)).toBe(true);
    expect([...role.attached]).not.toContain(DENY_ALL);
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

describe('whether what denied it still stands', () => {
  const stands = async (role: FakeRole, record = recordOf(role)): Promise<boolean> =>
    isDeniedByUs(contextOf(iam), record, await inspectPrincipal(contextOf(iam), record));

  test('the boundary that denies everything does, and one that somebody put back doesn\'t', async () => {
    const role = joined(iam, ORGANISATION);
    await quarantine(role);
    expect(await stands(role)).toBe(true);

    role.boundary = ORGANISATION;
    expect(await stands(role)).toBe(false);
  });

  test('the attached policy does, where the engine attached it, and one that somebody detached doesn\'t', async () => {
    const role = joined(iam, ORGANISATION);
    role.attached.add(DENY_ALL);
    expect(await stands(role, recordOf(role, ['attached-policy']))).toBe(true);
    // A denial by someone else's policy could be removed at any time.
    expect(await stands(role)).toBe(false);

    role.attached.delete(DENY_ALL);
    expect(await stands(role, recordOf(role, ['attached-policy']))).toBe(false);
  });

  test('that of another partition doesn\'t', async () => {
    const role = joined(iam, 'arn:aws-cn:iam::aws:policy/AWSDenyAll');

    expect(await stands(role)).toBe(false);
  });

  test('nothing denies a principal that was never denied, or no longer exists', async () => {
    const role = joined(iam, DENY_ALL);
    const { denial: _, ...never } = recordOf(role);
    expect(await stands(role, never)).toBe(false);

    iam.roles.clear();
    expect(await stands(role)).toBe(false);
  });
});

describe.each([
  ['quarantine', (role: FakeRole): Promise<unknown> => quarantine(role)],
  ['restore to a boundary', (role: FakeRole) => restore(role, ORGANISATION)],
  ['restore to none', (role: FakeRole) => restore(role, null)],
])('%s', (_, work) => {
  test('a role that no longer exists is no error', async () => {
    const role = joined(iam);
    iam.roles.clear();

    await expect(work(role)).resolves.not.toThrow();
  });

  test('a role that goes in between is no error', async () => {
    const role = joined(iam, DENY_ALL);
    iam.disturb = (call, moment) => {
      if (call === 'iam:GetRole' && moment === 'after') {
        iam.roles.clear();
      }
    };

    await expect(work(role)).resolves.not.toThrow();
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

test.each<[boolean, DenialMeans[]]>([
  [true, ['permissions-boundary', 'attached-policy']],
  [false, ['permissions-boundary']],
])('by every means: %s, denied by %j', async (everyMeans, by) => {
  const role = joined(iam);
  expect((await denyPrincipal(contextOf(iam), refOf(role), NOW, everyMeans)).by).toEqual(by);
  expect(role.attached.has(DENY_ALL)).toBe(everyMeans);
});
