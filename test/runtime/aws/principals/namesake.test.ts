import { contextOf, joined, replaced } from './identity';
import { deleteNamesake, findNamesake, Namesake } from '../../../../runtime/aws/principals';
import { PrincipalRef } from '../../../../runtime/model/placement-state';
import { DENY_ALL, FakeIam, FakeRole } from '../../engine/fake-iam';
import { named } from '../../ledger/memory-table';
import { refOf, throttledOnce } from '../wipers/account';

let iam: FakeIam;
let own: PrincipalRef;
beforeEach(() => {
  iam = new FakeIam();
  own = refOf(joined(iam));
});
const find = (known = [own.roleId]) => findNamesake(contextOf(iam), own, known);

/** A role that was created by hand in the principal's place. */
function byHand(): FakeRole {
  const role = replaced(iam);
  ['one', 'two', 'three'].forEach((name) => {
    role.inline.set(name, '{}');
    role.attached.add(`arn:aws:iam::111122223333:policy/${name}`);
    iam.instanceProfiles.set(name, role.roleName);
  });
  iam.instanceProfiles.set('of-another', 'other-bot-test');
  return role;
}

describe('finding', () => {
  test('the principal itself is no namesake', async () => {
    expect(await find()).toBeUndefined();
  });

  test('a role of its name with another id is', async () => {
    const { roleId } = replaced(iam);

    expect(await find()).toEqual({ roleId, roleArn: own.roleArn, path: '/agents/test/' });
  });

  test('role names are unique whatever the path: one elsewhere stands in its place, too', async () => {
    const { roleId, roleName } = iam.roles.get('invoice-bot-test')!;
    iam.roles.set(roleName, { ...replaced(iam), path: '/' });

    expect(await find([roleId])).toMatchObject({ path: '/', roleArn: 'arn:aws:iam::111122223333:role/invoice-bot-test' });
  });

  test('another of the agent\'s principals under the same name does not count', async () => {
    const { roleId } = replaced(iam);

    expect(await find([own.roleId, roleId])).toBeUndefined();
    expect(await find([own.roleId, 'AROAANOTHER'])).toMatchObject({ roleId });
  });

  test('without a role of that name there is no namesake', async () => {
    iam.roles.clear();

    expect(await find()).toBeUndefined();
  });

  test('fails when IAM throttles: that is no deletion', async () => {
    iam.disturb = throttledOnce('iam:GetRole');

    await expect(find()).rejects.toMatchObject({ name: 'ThrottlingException' });
  });
});

describe('deleting', () => {
  let role: FakeRole;
  let namesake: Namesake;
  beforeEach(async () => {
    role = byHand();
    namesake = (await find())!;
  });
  const remove = (one = namesake): Promise<void> => deleteNamesake(contextOf(iam), own, one);

  test('it goes with its policies and out of its instance profiles, from all pages; others\' profiles stay full', async () => {
    await remove();

    expect(iam.roles.size).toBe(0);
    expect(Object.fromEntries(iam.instanceProfiles)).toEqual({ 'one': undefined, 'two': undefined, 'three': undefined, 'of-another': 'other-bot-test' });
  });

  test('it is denied everything and no one can assume it before anything is removed', async () => {
    iam.disturb = (call, moment) => {
      if (call === 'iam:DeleteRolePolicy' && moment === 'before') {
        throw named('ThrottlingException', 'Rate exceeded');
      }
    };

    await expect(remove()).rejects.toMatchObject({ name: 'ThrottlingException' });

    expect(role.boundary).toBe(DENY_ALL);
    expect(JSON.parse(role.trust)).toMatchObject({ Statement: [{ Effect: 'Deny', Action: 'sts:AssumeRole' }] });
    expect(iam.canAct(role.roleId)).toBe(false);
    expect([...role.inline.keys()]).toEqual(['access', 'one', 'two', 'three']);
  });

  test.each([
    'iam:PutRolePermissionsBoundary', 'iam:UpdateAssumeRolePolicy', 'iam:ListRolePolicies', 'iam:DeleteRolePolicy', 'iam:ListAttachedRolePolicies', 'iam:DetachRolePolicy',
    'iam:ListInstanceProfilesForRole', 'iam:RemoveRoleFromInstanceProfile', 'iam:DeleteRole',
  ])('fails when %s is throttled, and a rerun finishes', async (call) => {
    iam.disturb = throttledOnce(call);

    await expect(remove()).rejects.toMatchObject({ name: 'ThrottlingException' });
    expect(iam.roles.size).toBe(1);
    await remove();

    expect(iam.roles.size).toBe(0);
  });

  test('one that is deleted meanwhile, or was deleted before, is no error', async () => {
    iam.disturb = (call, moment) => {
      if (call === 'iam:ListRolePolicies' && moment === 'before') {
        iam.roles.clear();
      }
    };

    await expect(remove()).resolves.toBeUndefined();
    await expect(remove()).resolves.toBeUndefined();
  });

  test.each(['/', '/agentsX/', '/other/agents/'])('fails when it is under %s, outside the registry\'s path, and it is not touched', async (path) => {
    iam.roles.set(role.roleName, { ...role, path });
    const outside = (await find())!;
    const before = structuredClone(iam.roles);
    iam.calls.length = 0;

    await expect(remove(outside)).rejects.toMatchObject({
      code: 'PrincipalOutsideRegistry',
      reason: `role arn:aws:iam::111122223333:role${path}invoice-bot-test has the name of one of the agent's principals and is not under /agents/: delete it or rename it`,
    });

    expect(iam.roles).toEqual(before);
    expect(iam.calls).toEqual([]);
  });
});
