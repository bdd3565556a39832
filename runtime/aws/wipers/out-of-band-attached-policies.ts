import { DetachRolePolicyCommand } from '@aws-sdk/client-iam';
import { attachedTo, isInBandAttached } from '../principals';
import { ofPrincipal, ofPrincipals, unlessOwners } from './of-principals';
import { Wiper } from './wiper';

/** Managed policies on a principal that its template did not attach. DeleteRole is refused while one is attached. */
export const outOfBandAttachedPolicies: Wiper = {
  name: 'out-of-band-attached-policies',
  ofAgent: false,
  source: 'the policies that IAM lists as attached to the role',
  gaps: [],
  needs: [],
  list: (context, target) => ofPrincipals(context, target, async (principal) => {
    const { roleName } = principal;
    return (await attachedTo(context, roleName))
      .filter((arn) => !isInBandAttached(context, principal, arn))
      .map((arn) => unlessOwners(principal, { wiper: 'out-of-band-attached-policies', kind: 'attached-policy', id: `role/${roleName}/attached-policy/${arn}`, actedOn: true }));
  }),
  wipe: (context, target, finding) => ofPrincipal(context, target, finding, ({ roleName }, what) =>
    context.iam.send(new DetachRolePolicyCommand({ RoleName: roleName, PolicyArn: what }))),
};
