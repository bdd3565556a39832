import { EvaluationResult, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { PrincipalRef } from '../lifecycle/placement-state';
import { isGone } from './errors-of-iam';
import { IdentityContext } from './identity-context';

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
    return results.length === PROBES.length && results.every(deniedExplicitly);
  } catch (error) {
    if (isGone(error)) {
      return true;
    }
    throw error;
  }
}

function deniedExplicitly(result: EvaluationResult): boolean {
  return result.EvalDecision === 'explicitDeny' || result.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary === false;
}
