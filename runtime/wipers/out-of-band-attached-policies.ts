import { DetachRolePolicyCommand, ListAttachedRolePoliciesCommand } from '@aws-sdk/client-iam';
import { isSharedGuard } from '../principal';
import { ofPrincipal, ofPrincipals } from './of-principals';
import { allPages } from './pages';
import { Wiper } from './wiper';

/** Managed policies on a principal beside its shared guard. DeleteRole is refused while one is attached. */
export const outOfBandAttachedPolicies: Wiper = {
  name: 'out-of-band-attached-policies',
  ofAgent: false,
  list: (context, target) => ofPrincipals(context, target, async (principal) => {
    const { roleName } = principal;
    const attached = await allPages(
      (Marker) => context.iam.send(new ListAttachedRolePoliciesCommand({ RoleName: roleName, Marker })), (page) => page.AttachedPolicies);
    return attached.map(({ PolicyArn: arn = '' }) => arn)
      .filter((arn) => !isSharedGuard(context, principal, arn))
      .map((arn) => ({ wiper: 'out-of-band-attached-policies', kind: 'attached-policy', id: `role/${roleName}/attached-policy/${arn}`, actedOn: true }));
  }),
  wipe: (context, target, finding) => ofPrincipal(context, target, finding, ({ roleName }, what) =>
    context.iam.send(new DetachRolePolicyCommand({ RoleName: roleName, PolicyArn: what }))),
};
