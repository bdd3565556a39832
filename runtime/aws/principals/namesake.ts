import { PutRolePermissionsBoundaryCommand, RemoveRoleFromInstanceProfileCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { stripAndDelete } from './delete';
import { unlessGone } from './errors-of-iam';
import { IdentityContext } from './identity-context';
import { roleNamed } from './present';
import { profilesOf } from './profiles';
import { CLOSED_TRUST } from './terminate';
import { denyAllArn } from '../../../src/contract/policy-names';
import { RefusedError } from '../../../src/core/errors';
import { PrincipalRef } from '../../model/placement-state';

/** A role that has the name of one of the agent's principals but another id. */
export interface Namesake {
  readonly roleId: string;
  readonly roleArn: string;
  readonly path: string;
}

/**
 * Finds a role that has a principal's name but another id, because it was created by hand. Role names are unique in an account, whatever the path.
 */
export async function findNamesake(context: IdentityContext, { roleName }: PrincipalRef, known: readonly string[]): Promise<Namesake | undefined> {
  const role = await roleNamed(context, roleName);
  return role?.RoleId === undefined || known.includes(role.RoleId) ? undefined : { roleId: role.RoleId, roleArn: role.Arn ?? '', path: role.Path ?? '/' };
}

/**
 * Denies a namesake everything, closes its trust, removes its policies and deletes it.
 *
 * @throws RefusedError `PrincipalOutsideRegistry` for a role that is not under the registry's path: the engine changes no other roles
 */
export async function deleteNamesake(context: IdentityContext, { roleName: RoleName }: PrincipalRef, { roleArn, path }: Namesake): Promise<void> {
  if (!path.startsWith(context.registryPath)) {
    throw new RefusedError('PrincipalOutsideRegistry', `role ${roleArn} has the name of one of the agent's principals and is not under ${context.registryPath}: delete it or rename it`);
  }
  const { iam, partition } = context;
  await unlessGone(() => iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: denyAllArn(partition) })));
  await unlessGone(() => iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: CLOSED_TRUST })));
  await stripAndDelete(context, RoleName, async () => {
    for (const InstanceProfileName of await profilesOf(context, RoleName)) {
      await unlessGone(() => iam.send(new RemoveRoleFromInstanceProfileCommand({ RoleName, InstanceProfileName })));
    }
  });
}
