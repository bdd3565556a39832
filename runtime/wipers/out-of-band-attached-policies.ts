import { DetachRolePolicyCommand, ListAttachedRolePoliciesCommand } from '@aws-sdk/client-iam';
import { isSharedGuard } from '../principal';
import { unlessGone } from '../principal/errors-of-iam';
import { ofPrincipals, principalOf } from './of-principals';
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
  async wipe(context, target, finding) {
    const { principal, what } = principalOf(target, finding);
    await unlessGone(() => context.iam.send(new DetachRolePolicyCommand({ RoleName: principal.roleName, PolicyArn: what })));
  },
};
