import { contextOf, joined, replaced } from './identity';
import { deletePrincipal, denyPrincipal } from '../../../../runtime/aws/principals';
import { NOW } from '../../engine/decision/requests';
import { FakeIam, FakeRole } from '../../engine/fake-iam';
import { refOf, throttledOnce } from '../wipers/account';

let iam: FakeIam;
let role: FakeRole;
beforeEach(async () => {
  iam = new FakeIam();
  role = joined(iam);
  role.inline.set('one-more-page', '{}');
  await denyPrincipal(contextOf(iam), refOf(role), NOW);
});
const remove = (ref = refOf(role)): Promise<void> => deletePrincipal(contextOf(iam), ref);

test('the role goes, with all its policies', async () => {
  await remove();

  expect(iam.roles.size).toBe(0);
});

test.each(['iam:ListRolePolicies', 'iam:DeleteRolePolicy', 'iam:DetachRolePolicy', 'iam:DeleteRole'])('fails when %s is throttled, and a rerun finishes', async (call) => {
  iam.disturb = throttledOnce(call);

  await expect(remove()).rejects.toMatchObject({ name: 'ThrottlingException' });
  await remove();

  expect(iam.roles.size).toBe(0);
});

test('fails while something other than a policy still holds it: nothing is reported deleted', async () => {
  iam.instanceProfiles.set('debug', role.roleName);

  await expect(remove()).rejects.toMatchObject({ name: 'DeleteConflictException' });

  expect(iam.roles.size).toBe(1);
});

test('fails while IAM still shows it', async () => {
  iam.disturb = (call, moment) => {
    if (call === 'iam:DeleteRole' && moment === 'after') {
      iam.roles.set(role.roleName, role);
    }
  };

  await expect(remove()).rejects.toMatchObject({ code: 'PrincipalStillThere' });
});

test('a role that is deleted in between, or was deleted before, is no error', async () => {
  iam.disturb = (call, moment) => {
    if (call === 'iam:ListRolePolicies' && moment === 'before') {
      iam.roles.clear();
    }
  };

  await expect(remove()).resolves.toBeUndefined();
  await expect(remove()).resolves.toBeUndefined();
});

test('somebody else\'s role of the same name is not touched', async () => {
  const other = replaced(iam);
  const before = structuredClone({ ...other });

  await remove();

  expect({ ...iam.roles.get(role.roleName)! }).toEqual(before);
});
