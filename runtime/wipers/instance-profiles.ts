import { ListInstanceProfilesForRoleCommand, RemoveRoleFromInstanceProfileCommand } from '@aws-sdk/client-iam';
import { ofPrincipal, ofPrincipals } from './of-principals';
import { allPages } from './pages';
import { Wiper } from './wiper';

/** Instance profiles that hold a principal. The profile itself is somebody's resource and stays, empty. */
export const instanceProfiles: Wiper = {
  name: 'instance-profiles',
  ofAgent: false,
  list: (context, target) => ofPrincipals(context, target, async ({ roleName }) => {
    const profiles = await allPages(
      (Marker) => context.iam.send(new ListInstanceProfilesForRoleCommand({ RoleName: roleName, Marker })), (page) => page.InstanceProfiles);
    return profiles.map(({ InstanceProfileName: name }) => (
      { wiper: 'instance-profiles', kind: 'instance-profile', id: `role/${roleName}/instance-profile/${name}`, actedOn: true }));
  }),
  wipe: (context, target, finding) => ofPrincipal(context, target, finding, ({ roleName }, what) =>
    context.iam.send(new RemoveRoleFromInstanceProfileCommand({ RoleName: roleName, InstanceProfileName: what }))),
};
