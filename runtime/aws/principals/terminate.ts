import { DeleteRolePolicyCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { detachGuards } from './adoption';
import { inlineOf } from './attached';
import { unlessGone } from './errors-of-iam';
import { IdentityContext } from './identity-context';
import { inspectPrincipal } from './inspect';
import { detachDenyAll } from './quarantine';
import { reaching } from './reach';
import { DELEGATION_CUTS } from '../../../src/contract/delegation';
import { denyAllArn, QUARANTINE_POLICY, REDUCTION_POLICY } from '../../../src/contract/policy-names';
import { isAdopted, PrincipalRecord } from '../../model/placement-state';

export const CLOSED_TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Sid: 'Closed', Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
});

/**
 * Closes a principal's trust before its role is deleted, so that no one can assume it. A boundary that denies everything stays. Policies that the
 * engine added are removed, because CloudFormation doesn't know them and DeleteRole is refused while a role has policies. Returns false if the role
 * did not exist.
 *
 * @param keepsDenied leaves all policies that deny, because no one deletes the role soon
 */
export async function terminatePrincipal(from: IdentityContext, principal: PrincipalRecord, keepsDenied = false): Promise<boolean> {
  const context = reaching(from, principal);
  const found = await inspectPrincipal(context, principal);
  if (!found.present) {
    return false;
  }
  const { iam } = context;
  const { roleName: RoleName } = principal;
  await unlessGone(() => iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: CLOSED_TRUST })));
  if (isAdopted(principal)) {
    // Its owner's stack can't delete the role while the guards are attached.
    await detachGuards(context, principal);
    if (found.boundary !== denyAllArn(context.partition)) {
      // No one deletes the role now, so the policies that deny it everything stay.
      return true;
    }
  }
  if (keepsDenied) {
    return true;
  }
  await unlessGone(() => iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: QUARANTINE_POLICY })));
  await unlessGone(() => iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: REDUCTION_POLICY })));
  await unlessGone(async () => {
    for (const PolicyName of (await inlineOf(context, RoleName)).filter((name) => name.startsWith(DELEGATION_CUTS))) {
      await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
    }
  });
  return detachDenyAll(context, RoleName);
}
