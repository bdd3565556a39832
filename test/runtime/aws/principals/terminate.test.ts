import { contextOf, joined, replaced } from './identity';
import { denyPrincipal, terminatePrincipal } from '../../../../runtime/aws/principals';
import { NOW } from '../../engine/decision/requests';
import { DENY_ALL, FakeIam, FakeRole } from '../../engine/fake-iam';
import { refOf, throttledOnce } from '../wipers/account';

let iam: FakeIam;
let role: FakeRole;
beforeEach(async () => {
  iam = new FakeIam();
  role = joined(iam);
  role.trust = '{"Statement":[{"Effect":"Allow"}]}';
  await denyPrincipal(contextOf(iam), refOf(role), NOW);
});
const terminate = (ref = refOf(role)): Promise<boolean> => terminatePrincipal(contextOf(iam), { ...ref, status: 'retiring', cutBeforeGrant: true });

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

test('the Denies for sessions of other agents go as well', async () => {
  role.inline.set('nhi-cut-payer', '{}');
  role.inline.set('nhi-cut-archiver', '{}');

  await terminate();

  expect([...role.inline.keys()]).toEqual(['access']);
});

test('the policy that the engine attached to deny everything is detached, as it would keep the role from being deleted', async () => {
  role.attached.add(DENY_ALL);

  await terminate();

  expect(role.attached).not.toContain(DENY_ALL);
  expect(role.attached.size).toBeGreaterThan(0);
});

test('twice is once', async () => {
  await terminate();
  const once = structuredClone({ ...role });

  await terminate();

  expect({ ...role }).toEqual(once);
});

test.each(['iam:UpdateAssumeRolePolicy', 'iam:DeleteRolePolicy', 'iam:ListAttachedRolePolicies', 'iam:DetachRolePolicy'])('fails when %s is throttled, and a rerun finishes', async (call) => {
  role.attached.add(DENY_ALL);
  iam.disturb = throttledOnce(call);

  await expect(terminate()).rejects.toMatchObject({ name: 'ThrottlingException' });
  await terminate();

  expect(role.trust).toContain('Closed');
  expect(role.inline.has('nhi-quarantine')).toBe(false);
  expect(role.attached).not.toContain(DENY_ALL);
});

test('a role that was deleted, before or in between, is no error', async () => {
  iam.disturb = (call, moment) => {
    if (call === 'iam:GetRole' && moment === 'after') {
      iam.roles.clear();
    }
  };

  await expect(terminate()).resolves.toBe(false);
  await expect(terminate()).resolves.toBe(false);
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
