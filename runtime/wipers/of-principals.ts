import { PrincipalRef } from '../lifecycle/placement-state';
import { inspectPrincipal } from '../principal';
import { isGone } from '../principal/errors-of-iam';
import { Finding, WiperContext, WipeTarget } from './wiper';

/** Looks at each principal that is still there; what goes in between has nothing left. */
export async function ofPrincipals(
  context: WiperContext, target: WipeTarget, look: (principal: PrincipalRef) => Promise<Finding[]>,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const principal of target.principals) {
    if (!(await inspectPrincipal(context, principal)).present) {
      continue;
    }
    try {
      findings.push(...await look(principal));
    } catch (error) {
      if (!isGone(error)) {
        throw error;
      }
    }
  }
  return findings;
}

/** The last part of a finding's id and the principal it is of: `role/<name>/<kind>/<what>`. */
export function principalOf(target: WipeTarget, finding: Finding): { principal: PrincipalRef; what: string } {
  const [, roleName, , ...what] = finding.id.split('/');
  const principal = target.principals.find((candidate) => candidate.roleName === roleName);
  if (principal === undefined) {
    throw new Error(`${finding.id} is of no principal that is being torn down`);
  }
  return { principal, what: what.join('/') };
}
