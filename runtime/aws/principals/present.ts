import { GetRoleCommand, Role } from '@aws-sdk/client-iam';
import { isGone } from './errors-of-iam';
import { IdentityContext } from './identity-context';
import { PrincipalRef } from '../../model/placement-state';

/** Returns the principals whose roles exist in IAM, by id. Makes one call for each name, however many principals had that name. */
export async function presentOf<P extends PrincipalRef>(context: IdentityContext, principals: readonly P[]): Promise<P[]> {
  const names = [...new Set(principals.map(({ roleName }) => roleName))];
  const roles = new Map(await Promise.all(names.map(async (name) => [name, await roleNamed(context, name)] as const)));
  return principals.filter(({ roleId, roleName }) => roles.get(roleName)?.RoleId === roleId);
}

export async function roleNamed({ iam }: IdentityContext, RoleName: string): Promise<Role | undefined> {
  try {
    return (await iam.send(new GetRoleCommand({ RoleName }))).Role;
  } catch (error) {
    if (isGone(error)) {
      return undefined;
    }
    throw error;
  }
}
