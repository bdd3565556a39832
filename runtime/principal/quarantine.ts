import { DeleteRolePermissionsBoundaryCommand, DeleteRolePolicyCommand, PutRolePermissionsBoundaryCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { isLimit, unlessGone } from './errors-of-iam';
import { IdentityContext } from './identity-context';
import { denyAllArn, QUARANTINE_POLICY } from './in-band';
import { inspectPrincipal } from './inspect';
import { PrincipalRef } from '../lifecycle/placement-state';

/**
 * Denies a principal everything, reversibly: the boundary becomes AWSDenyAll, and sessions from before `cutAt` are denied by a policy of their own.
 * The second is for the day when the boundary is taken off by mistake; that there is no room for it doesn't matter.
 */
export async function quarantinePrincipal(context: IdentityContext, principal: PrincipalRef, cutAt: Date): Promise<void> {
  const found = await inspectPrincipal(context, principal);
  if (!found.present) {
    return;
  }
  const { roleName: RoleName } = principal;
  await unlessGone(() => context.iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: denyAllArn(context) })));
  try {
    const PolicyDocument = cutOfSessions(cutAt);
    await unlessGone(() => context.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: QUARANTINE_POLICY, PolicyDocument })));
  } catch (error) {
    if (!isLimit(error)) {
      throw error;
    }
  }
}

/** Takes the quarantine off again, so that running compute recovers. The cut goes last: until then only new sessions work. */
export async function restorePrincipal(context: IdentityContext, principal: PrincipalRef, originalBoundary: string | null): Promise<void> {
  const found = await inspectPrincipal(context, principal);
  if (!found.present) {
    return;
  }
  const { roleName: RoleName } = principal;
  if (originalBoundary !== null) {
    await unlessGone(() => context.iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: originalBoundary })));
  } else if (found.boundary !== null) {
    await unlessGone(() => context.iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName })));
  }
  await unlessGone(() => context.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: QUARANTINE_POLICY })));
}

function cutOfSessions(cutAt: Date): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{
      Sid: 'DenyOlderSessions',
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { DateLessThan: { 'aws:TokenIssueTime': cutAt.toISOString() } },
    }],
  });
}
