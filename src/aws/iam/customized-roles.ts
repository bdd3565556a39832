import { aws_iam as iam, Token } from 'aws-cdk-lib';
import { InvalidInputError } from '../../core/errors';

/**
 * Whether `iam.Role.customizeRoles()` applies to a role. CDK then leaves the role out of the template, or (with `preventSynthesis: false`) keeps it there without what is
 * granted to it, and everything that refers to it gets the name of another role. A role that is not customized has no literal name: it refers to its resource.
 * https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_iam-readme.html#customizing-role-creation
 */
function isCustomizedRole(role: iam.Role): boolean {
  return role.node.defaultChild === undefined || !Token.isUnresolved(role.roleName);
}

/**
 * Checks that the template has the role.
 *
 * @param path where the error is
 * @param what what is not created otherwise, and what to do
 * @throws InvalidInputError `RolesCustomized`
 */
export function requireCreated(role: iam.Role, path: string, what: string): void {
  if (isCustomizedRole(role)) {
    throw new InvalidInputError('RolesCustomized', `${path}: Role.customizeRoles() keeps ${what}`);
  }
}
