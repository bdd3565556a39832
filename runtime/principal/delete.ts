import {
  DeleteRoleCommand, DeleteRolePolicyCommand, DetachRolePolicyCommand, ListAttachedRolePoliciesCommand, ListRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import { unlessGone } from './errors-of-iam';
import { IdentityContext } from './identity-context';
import { inspectPrincipal } from './inspect';
import { RetryableError } from '../../src/core/errors';
import { PrincipalRef } from '../lifecycle/placement-state';
import { allPages } from '../wipers/pages';

/**
 * Deletes a terminated principal's role with the policies that are the template's own, as CloudFormation would have done. The boundary that denies everything stays until then.
 *
 * @throws RetryableError `PrincipalStillThere` while IAM still shows it
 */
export async function deletePrincipal(context: IdentityContext, principal: PrincipalRef): Promise<void> {
  if (!(await inspectPrincipal(context, principal)).present) {
    return;
  }
  const { iam } = context;
  const { roleName: RoleName } = principal;
  const inline = () => allPages((Marker) => iam.send(new ListRolePoliciesCommand({ RoleName, Marker })), (page) => page.PolicyNames);
  const attached = () => allPages((Marker) => iam.send(new ListAttachedRolePoliciesCommand({ RoleName, Marker })), (page) => page.AttachedPolicies);
  await unlessGone(async () => {
    for (const PolicyName of await inline()) {
      await unlessGone(() => iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })));
    }
    for (const { PolicyArn } of await attached()) {
      await unlessGone(() => iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })));
    }
    await iam.send(new DeleteRoleCommand({ RoleName }));
  });
  if ((await inspectPrincipal(context, principal)).present) {
    throw new RetryableError('PrincipalStillThere', `role ${principal.roleArn} was deleted, and IAM still shows it`);
  }
}
