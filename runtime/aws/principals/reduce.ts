import { DeleteRolePolicyCommand, GetRolePolicyCommand, PutRolePolicyCommand, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { inlineOf } from './attached';
import { unlessGone } from './errors-of-iam';
import { IdentityContext } from './identity-context';
import { inspectPrincipal } from './inspect';
import { reaching } from './reach';
import { REDUCTION_POLICY } from '../../../src/contract/policy-names';
import { RetryableError } from '../../../src/core/errors';
import { PrincipalRef } from '../../model/placement-state';

/**
 * Denies a principal some actions by an inline policy that no template has, and confirms it: IAM returns the very policy, and its simulator shows an explicit Deny for each of the
 * actions. Returns false if the role no longer exists.
 *
 * @throws RetryableError `NotReduced`
 */
export async function reducePrincipal(
  from: IdentityContext, principal: PrincipalRef, policy: string, probes: readonly string[],
): Promise<boolean> {
  const context = reaching(from, principal);
  if (!(await inspectPrincipal(context, principal)).present) {
    return false;
  }
  const { iam } = context;
  const { roleName: RoleName, roleArn } = principal;
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: REDUCTION_POLICY, PolicyDocument: policy }));
  const { PolicyDocument: written = '' } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: REDUCTION_POLICY }));
  if (decodeURIComponent(written) !== policy) {
    throw new RetryableError('NotReduced', `IAM returns another policy ${REDUCTION_POLICY} of ${roleArn} than was written`);
  }
  if (probes.length === 0) {
    return true;
  }
  const simulation = new SimulatePrincipalPolicyCommand({ PolicySourceArn: roleArn, ActionNames: [...probes] });
  const { EvaluationResults: results = [] } = await iam.send(simulation);
  const open = probes.filter((probe) => results.find(({ EvalActionName: name }) => name === probe)?.EvalDecision !== 'explicitDeny');
  if (open.length > 0) {
    throw new RetryableError('NotReduced', `principal ${roleArn} is not denied ${open.join(', ')}: IAM's policy simulator does not show the denial yet`);
  }
  return true;
}

/**
 * Removes the Deny of reviews from a principal.
 *
 * @throws RetryableError `NotReduced` while IAM still lists it
 */
export async function liftReduction(from: IdentityContext, principal: PrincipalRef): Promise<void> {
  const context = reaching(from, principal);
  const { roleName: RoleName, roleArn } = principal;
  if (!(await inspectPrincipal(context, principal)).present) {
    return;
  }
  await unlessGone(() => context.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: REDUCTION_POLICY })));
  if ((await inlineOf(context, RoleName)).includes(REDUCTION_POLICY)) {
    throw new RetryableError('NotReduced', `IAM still lists the policy ${REDUCTION_POLICY} of ${roleArn} after it was removed`);
  }
}
