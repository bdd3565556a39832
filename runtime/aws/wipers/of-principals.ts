import { isAdopted, PrincipalRef } from '../../model/placement-state';
import { Finding } from '../../wiping';
import { inspectPrincipal } from '../principals';
import { WiperContext, WipeTarget } from './wiper';
import { isGone, unlessGone } from '../principals/errors-of-iam';

/** Searches each principal that still exists. A principal that is deleted during the search has no findings. */
export async function ofPrincipals(
  context: WiperContext, target: Pick<WipeTarget, 'principals'>, look: (principal: PrincipalRef) => Promise<Finding[]>,
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

/** Wipes a finding `role/<name>/<kind>/<what>` from its principal. Ignores NoSuchEntity. */
export async function ofPrincipal(
  context: WiperContext, target: WipeTarget, finding: Finding, wipe: (principal: PrincipalRef, what: string) => Promise<unknown>,
): Promise<void> {
  const [, roleName, , ...what] = finding.id.split('/');
  const namesakes = target.principals.filter((candidate) => candidate.roleName === roleName);
  if (namesakes.length === 0) {
    throw new Error(`${finding.id} is of no principal that is being torn down`);
  }
  for (const principal of namesakes) {
    // The principal is inspected again: names get reused, by the agent's next principal or by another owner's role.
    if ((await inspectPrincipal(context, principal)).present) {
      await unlessGone(() => wipe(principal, what.join('/')));
    }
  }
}

/** A finding on an adopted role is its owner's, and only reported. */
export function unlessOwners(principal: PrincipalRef, finding: Finding): Finding {
  return isAdopted(principal) ? { ...finding, actedOn: false, note: 'belongs to the owner of the adopted role, which is denied everything and which no one can assume' } : finding;
}
