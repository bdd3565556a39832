import { GetRoleCommand } from '@aws-sdk/client-iam';
import { isGone } from './errors-of-iam';
import { IdentityContext } from './identity-context';
import { RefusedError } from '../../../src/core/errors';
import { isAdopted, PrincipalRef } from '../../model/placement-state';

export type Inspection =
  | { readonly present: false }
  | { readonly present: true; readonly boundary: string | null };

/**
 * Inspects a principal's role. If the role of that name has another id, the principal no longer exists. The other role is not touched.
 *
 * @throws RefusedError `PrincipalOutsideRegistry` for a role that isn't under the registry's path and was not adopted
 */
export async function inspectPrincipal(context: IdentityContext, principal: PrincipalRef): Promise<Inspection> {
  if (!isAdopted(principal) && !principal.path.startsWith(context.registryPath)) {
    throw new RefusedError('PrincipalOutsideRegistry', `role ${principal.roleArn} is not under ${context.registryPath}: the engine changes no other roles`);
  }
  try {
    const { Role: role } = await context.iam.send(new GetRoleCommand({ RoleName: principal.roleName }));
    if (role?.RoleId !== principal.roleId || role.Path !== principal.path) {
      return { present: false };
    }
    return { present: true, boundary: role.PermissionsBoundary?.PermissionsBoundaryArn ?? null };
  } catch (error) {
    if (isGone(error)) {
      return { present: false };
    }
    throw error;
  }
}
