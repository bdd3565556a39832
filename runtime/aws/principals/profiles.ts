import { ListInstanceProfilesForRoleCommand } from '@aws-sdk/client-iam';
import { allPages } from '../iam-pages';
import { IdentityContext } from './identity-context';

/** Names of the instance profiles that have a role. */
export async function profilesOf({ iam }: IdentityContext, RoleName: string): Promise<string[]> {
  const profiles = await allPages(
    (Marker) => iam.send(new ListInstanceProfilesForRoleCommand({ RoleName, Marker })), (page) => page.InstanceProfiles);
  return profiles.map(({ InstanceProfileName: name = '' }) => name);
}
