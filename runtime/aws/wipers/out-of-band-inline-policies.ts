import { DeleteRolePolicyCommand, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import { isInBandInline } from '../principals';
import { ofPrincipal, ofPrincipals, unlessOwners } from './of-principals';
import { allPages } from '../iam-pages';
import { Wiper } from './wiper';

/** Inline policies of a principal that neither its template nor the engine created. DeleteRole is refused while one remains. */
export const outOfBandInlinePolicies: Wiper = {
  name: 'out-of-band-inline-policies',
  ofAgent: false,
  source: 'the inline policies that IAM lists for the role',
  gaps: [],
  needs: [],
  list: (context, target) => ofPrincipals(context, target, async (principal) => {
    const { roleName } = principal;
    const names = await allPages(
      (Marker) => context.iam.send(new ListRolePoliciesCommand({ RoleName: roleName, Marker })), (page) => page.PolicyNames);
    return names.filter((name) => !isInBandInline(principal, name))
      .map((name) => unlessOwners(principal, { wiper: 'out-of-band-inline-policies', kind: 'inline-policy', id: `role/${roleName}/inline-policy/${name}`, actedOn: true }));
  }),
  wipe: (context, target, finding) => ofPrincipal(context, target, finding, ({ roleName }, what) =>
    context.iam.send(new DeleteRolePolicyCommand({ RoleName: roleName, PolicyName: what }))),
};
