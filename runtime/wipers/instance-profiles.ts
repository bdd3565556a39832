import { ListInstanceProfilesForRoleCommand, RemoveRoleFromInstanceProfileCommand } from '@aws-sdk/client-iam';
import { unlessGone } from '../principal/errors-of-iam';
import { ofPrincipals, principalOf } from './of-principals';
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
  async wipe(context, target, finding) {
    const { principal, what } = principalOf(target, finding);
    await unlessGone(() => context.iam.send(new RemoveRoleFromInstanceProfileCommand({ RoleName: principal.roleName, InstanceProfileName: what })));
  },
};
