import { EvaluationResult, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { isGone } from './errors-of-iam';
import { IdentityContext } from './identity-context';
import { inspectPrincipal } from './inspect';
import { reaching } from './reach';
import { denyAllArn } from '../../../src/contract/policy-names';
import { PrincipalRef } from '../../model/placement-state';

// Any actions would do, because a Deny on everything is either present or not. These read from services that each account has.
const PROBES = ['s3:ListAllMyBuckets', 'dynamodb:ListTables', 'sts:AssumeRole'];

/**
 * Whether IAM's simulator shows that the quarantine's own policy denies the principal. An implicit denial proves nothing, because a principal without
 * access has it too.
 */
export async function isSimulatedAsDenied(context: IdentityContext, principal: PrincipalRef): Promise<boolean> {
  try {
    const { EvaluationResults: results = [] } = await reaching(context, principal).iam.send(new SimulatePrincipalPolicyCommand({
      PolicySourceArn: principal.roleArn,
      ActionNames: PROBES,
    }));
    if (results.length !== PROBES.length || !results.every((result) => isExplicit(result) || isOutsideBoundary(result))) {
      return false;
    }
    return results.every(isExplicit) || await isBoundedByDenyAll(context, principal);
  } catch (error) {
    if (isGone(error)) {
      return true;
    }
    throw error;
  }
}

function isExplicit({ EvalDecision: decision }: EvaluationResult): boolean {
  return decision === 'explicitDeny';
}

// True if the boundary denies explicitly, and also if it merely doesn't allow: an organisation's own boundary may not allow the probed actions.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_PermissionsBoundaryDecisionDetail.html
function isOutsideBoundary({ PermissionsBoundaryDecisionDetail: detail }: EvaluationResult): boolean {
  return detail?.AllowedByPermissionsBoundary === false;
}

async function isBoundedByDenyAll(context: IdentityContext, principal: PrincipalRef): Promise<boolean> {
  const found = await inspectPrincipal(context, principal);
  return !found.present || found.boundary === denyAllArn(context.partition);
}
