import { RemoveRoleFromInstanceProfileCommand } from '@aws-sdk/client-iam';
import { ofPrincipal, ofPrincipals, unlessOwners } from './of-principals';
import { profilesOf } from '../principals';
import { Wiper } from './wiper';

/** Instance profiles that contain a principal. The profile itself belongs to another owner and stays, empty. */
export const instanceProfiles: Wiper = {
  name: 'instance-profiles',
  ofAgent: false,
  source: 'the instance profiles that IAM lists for the role',
  gaps: [],
  needs: [
    // A deleted principal has no path. Without this statement IAM would deny the read instead of returning NoSuchEntity.
    { sid: 'LookForInstanceProfiles', actions: ['iam:ListInstanceProfilesForRole'], resources: ['arn:{partition}:iam::{account}:role/*'] },
    { sid: 'EmptyInstanceProfiles', actions: ['iam:RemoveRoleFromInstanceProfile'], resources: ['arn:{partition}:iam::{account}:instance-profile/*'] },
  ],
  list: (context, target) => ofPrincipals(context, target, async (principal) => (
    await profilesOf(context, principal.roleName)).map((name) => unlessOwners(principal, {
    wiper: 'instance-profiles', kind: 'instance-profile', id: `role/${principal.roleName}/instance-profile/${name}`, actedOn: true,
  }))),
  wipe: (context, target, finding) => ofPrincipal(context, target, finding, ({ roleName }, what) =>
    context.iam.send(new RemoveRoleFromInstanceProfileCommand({ RoleName: roleName, InstanceProfileName: what }))),
};
