import { contextOf, joined, ORGANISATION, replaced } from './identity';
import { inspectPrincipal } from '../../../../runtime/aws/principals';
import { FakeIam } from '../../engine/fake-iam';
import { named } from '../../ledger/memory-table';
import { refOf } from '../wipers/account';

let iam: FakeIam;
beforeEach(() => (iam = new FakeIam()));

test('a principal that is there is present, with its boundary or none', async () => {
  expect(await inspectPrincipal(contextOf(iam), refOf(joined(iam)))).toEqual({ present: true, boundary: null });

  iam.roles.get('invoice-bot-test')!.boundary = ORGANISATION;

  expect(await inspectPrincipal(contextOf(iam), refOf(iam.roles.get('invoice-bot-test')!))).toEqual({ present: true, boundary: ORGANISATION });
});

test('a role that IAM doesn\'t know counts as deleted', async () => {
  const ref = refOf(joined(iam));
  iam.roles.clear();

  expect(await inspectPrincipal(contextOf(iam), ref)).toEqual({ present: false });
});

test('another role of the same name is not the principal, which counts as deleted', async () => {
  const ref = refOf(joined(iam));
  const other = replaced(iam);

  expect(await inspectPrincipal(contextOf(iam), ref)).toEqual({ present: false });
  expect(await inspectPrincipal(contextOf(iam), refOf(other))).toMatchObject({ present: true });
});

test('the same id under another path than the ledger knows counts as deleted', async () => {
  const ref = refOf(joined(iam));

  expect(await inspectPrincipal(contextOf(iam), { ...ref, path: '/agents/elsewhere/' })).toEqual({ present: false });
});

test.each(['/', '/agents-of-others/', '/other/agents/', ''])('fails when the principal\'s path is %j, outside the registry\'s', async (path) => {
  const role = joined(iam);
  iam.roles.set(role.roleName, { ...role, path });

  await expect(inspectPrincipal(contextOf(iam), { ...refOf(role), path })).rejects.toMatchObject({
    code: 'PrincipalOutsideRegistry', reason: `role ${refOf(role).roleArn} is not under /agents/: the engine changes no other roles`,
  });
});

test.each(['/agents/', '/agents/test/', '/agents/eu/test/'])('a path %s is under the registry\'s', async (path) => {
  const role = joined(iam);
  iam.roles.set(role.roleName, { ...role, path });

  expect(await inspectPrincipal(contextOf(iam), { ...refOf(role), path })).toMatchObject({ present: true });
});

test('fails when IAM throttles: that is no deletion', async () => {
  const ref = refOf(joined(iam));
  iam.disturb = () => {
    throw named('ThrottlingException', 'Rate exceeded');
  };

  await expect(inspectPrincipal(contextOf(iam), ref)).rejects.toMatchObject({ name: 'ThrottlingException' });
});
