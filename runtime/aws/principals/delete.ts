import { DeleteRoleCommand, DeleteRolePolicyCommand, DetachRolePolicyCommand, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import { attachedTo } from './attached';
import { unlessGone } from './errors-of-iam';
import { IdentityContext } from './identity-context';
import { inspectPrincipal } from './inspect';
import { RetryableError } from '../../../src/core/errors';
import { PrincipalRef } from '../../model/placement-state';
import { allPages } from '../iam-pages';

/**
 * Deletes a terminated principal's role and its template's own policies, as CloudFormation would have done. The boundary that denies everything stays
 * until the role is deleted.
 *
 * @throws RetryableError `PrincipalStillThere` while IAM still returns the role
 */
export async function deletePrincipal(context: IdentityContext, principal: PrincipalRef): Promise<void> {
  if (!(await inspectPrincipal(context, principal)).present) {
    return;
  }
  await stripAndDelete(context, principal.roleName);
  if ((await inspectPrincipal(context, principal)).present) {
    throw new RetryableError('PrincipalStillThere', `role ${principal.roleArn} was deleted, and IAM still shows it`);
  }
}

/** Removes all policies of a role, whatever created them, and deletes the role. `first` removes anything else that blocks the deletion. */
export async function stripAndDelete(context: IdentityContext, RoleName: string, first = async (): Promise<void> => undefined): Promise<void> {
  const { iam } = context;
  await unlessGone(async () => {
    await first();
    for (const PolicyName of await allPages((Marker) => iam.send(new ListRolePoliciesCommand({ RoleName, Marker })), (page) => page.PolicyNames)) {
      await unlessGone(() => iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })));
    }
    for (const PolicyArn of await attachedTo(context, RoleName)) {
      await unlessGone(() => iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })));
    }
    await iam.send(new DeleteRoleCommand({ RoleName }));
  });
}
