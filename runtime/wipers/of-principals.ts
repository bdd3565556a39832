import { PrincipalRef } from '../lifecycle/placement-state';
import { inspectPrincipal } from '../principal';
import { Finding, WiperContext, WipeTarget } from './wiper';
import { isGone, unlessGone } from '../principal/errors-of-iam';

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

/** Wipes a finding `role/<name>/<kind>/<what>` off the principal it is of; that it is gone already is as good. */
export async function ofPrincipal(
  context: WiperContext, target: WipeTarget, finding: Finding, wipe: (principal: PrincipalRef, what: string) => Promise<unknown>,
): Promise<void> {
  const [, roleName, , ...what] = finding.id.split('/');
  const namesakes = target.principals.filter((candidate) => candidate.roleName === roleName);
  if (namesakes.length === 0) {
    throw new Error(`${finding.id} is of no principal that is being torn down`);
  }
  for (const principal of namesakes) {
    // Looked at again: names are given anew, to the agent's next principal or to somebody else's role.
    if ((await inspectPrincipal(context, principal)).present) {
      await unlessGone(() => wipe(principal, what.join('/')));
    }
  }
}
