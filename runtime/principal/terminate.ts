import { DeleteRolePolicyCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { unlessGone } from './errors-of-iam';
import { IdentityContext } from './identity-context';
import { QUARANTINE_POLICY } from './in-band';
import { inspectPrincipal } from './inspect';
import { PrincipalRef } from '../lifecycle/placement-state';

const CLOSED_TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Sid: 'Closed', Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
});

/**
 * The end of a principal before CloudFormation deletes its role: nobody may take it any more. The boundary that denies everything stays;
 * our own cut goes, as DeleteRole is refused while inline policies remain that CloudFormation doesn't know.
 */
export async function terminatePrincipal(context: IdentityContext, principal: PrincipalRef): Promise<void> {
  const found = await inspectPrincipal(context, principal);
  if (!found.present) {
    return;
  }
  const { roleName: RoleName } = principal;
  await unlessGone(() => context.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: CLOSED_TRUST })));
  await unlessGone(() => context.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: QUARANTINE_POLICY })));
}
