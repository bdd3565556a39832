import { contextOf, joined, replaced } from './identity';
import { quarantinePrincipal, terminatePrincipal } from '../../../runtime/principal';
import { DENY_ALL, FakeIam, FakeRole } from '../handlers/fake-iam';
import { NOW } from '../lifecycle/requests';
import { refOf, throttledOnce } from '../wipers/account';

let iam: FakeIam;
let role: FakeRole;
beforeEach(async () => {
  iam = new FakeIam();
  role = joined(iam);
  role.trust = '{"Statement":[{"Effect":"Allow"}]}';
  await quarantinePrincipal(contextOf(iam), refOf(role), NOW);
});
const terminate = (ref = refOf(role)): Promise<void> => terminatePrincipal(contextOf(iam), ref);

test('nobody may take it any more, and the boundary that denies all stays', async () => {
  await terminate();

  expect(JSON.parse(role.trust)).toEqual({ Version: '2012-10-17', Statement: [{ Sid: 'Closed', Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }] });
  expect(role.boundary).toBe(DENY_ALL);
});

test('the engine\'s own cut goes, as it would keep CloudFormation from deleting the role; what the template made stays', async () => {
  expect(() => iam.deleteRole(role.roleId)).toThrow('nhi-quarantine');

  await terminate();

  expect([...role.inline.keys()]).toEqual(['access']);
  iam.deleteRole(role.roleId);
  expect(iam.roles.size).toBe(0);
});

test('twice is once', async () => {
  await terminate();
  const once = structuredClone({ ...role });

  await terminate();

  expect({ ...role }).toEqual(once);
});

test.each(['iam:UpdateAssumeRolePolicy', 'iam:DeleteRolePolicy'])('fails when %s is throttled, and a rerun finishes', async (call) => {
  iam.disturb = throttledOnce(call);

  await expect(terminate()).rejects.toMatchObject({ name: 'ThrottlingException' });
  await terminate();

  expect(role.trust).toContain('Closed');
  expect(role.inline.has('nhi-quarantine')).toBe(false);
});

test('a role that is gone, or goes in between, is no error', async () => {
  iam.disturb = (call, moment) => {
    if (call === 'iam:GetRole' && moment === 'after') {
      iam.roles.clear();
    }
  };

  await expect(terminate()).resolves.toBeUndefined();
  await expect(terminate()).resolves.toBeUndefined();
});

test('somebody else\'s role of the same name is not touched', async () => {
  const other = replaced(iam);
  other.inline.set('nhi-quarantine', '{}');
  const before = structuredClone({ ...other });

  await terminate();

  expect({ ...other }).toEqual(before);
});

test('fails when the role is outside the registry, and it is not touched', async () => {
  const outside = { ...role, path: '/' };
  iam.roles.set(role.roleName, outside);
  const before = structuredClone(outside);

  await expect(terminate(refOf(outside))).rejects.toMatchObject({ code: 'PrincipalOutsideRegistry' });

  expect(outside).toEqual(before);
});
