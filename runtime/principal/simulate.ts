import { EvaluationResult, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { isGone } from './errors-of-iam';
import { IdentityContext } from './identity-context';
import { denyAllArn } from './in-band';
import { inspectPrincipal } from './inspect';
import { PrincipalRef } from '../lifecycle/placement-state';

// Any would do: a Deny on everything is either there or not. Reading actions of services that each account has.
const PROBES = ['s3:ListAllMyBuckets', 'dynamodb:ListTables', 'sts:AssumeRole'];

/**
 * Whether IAM's simulator says that the principal is denied by what the quarantine put there. An implicit denial proves nothing:
 * a principal without access has it too.
 */
export async function isSimulatedAsDenied(context: IdentityContext, principal: PrincipalRef): Promise<boolean> {
  try {
    const { EvaluationResults: results = [] } = await context.iam.send(new SimulatePrincipalPolicyCommand({
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

// True for an explicit Deny of the boundary, and for one that merely doesn't allow: an organisation's own boundary may well not allow the probes.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_PermissionsBoundaryDecisionDetail.html
function isOutsideBoundary({ PermissionsBoundaryDecisionDetail: detail }: EvaluationResult): boolean {
  return detail?.AllowedByPermissionsBoundary === false;
}

async function isBoundedByDenyAll(context: IdentityContext, principal: PrincipalRef): Promise<boolean> {
  const found = await inspectPrincipal(context, principal);
  return !found.present || found.boundary === denyAllArn(context);
}
