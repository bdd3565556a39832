import { allProfiles, FIND_PROFILES, Profile } from './own-profiles';
import { isDeadArn, Wiper, WiperContext, WipeTarget } from './wiper';
import { ResidueKind } from '../../../src/contract/residue';
import { unlessMissing } from '../cuts/missing';

const PREFIX = 'roles-anywhere-profile/';

/**
 * Profiles of IAM Roles Anywhere that hand out a dead principal. Others may use the profile, so only the role is taken from its list.
 * https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_UpdateProfile.html
 */
export const rolesAnywhereProfiles: Wiper = {
  name: 'roles-anywhere-profiles',
  ofAgent: false,
  residue: ResidueKind.ROLES_ANYWHERE,
  source: 'the lists of roles of all profiles of IAM Roles Anywhere in the region',
  gaps: ['certificates, which the certificate authority revokes: without the role they reach nothing', 'other regions'],
  needs: [
    FIND_PROFILES,
    { sid: 'EditProfiles', actions: ['rolesanywhere:GetProfile', 'rolesanywhere:UpdateProfile'], resources: ['arn:{partition}:rolesanywhere:{region}:{account}:profile/*'], of: ResidueKind.ROLES_ANYWHERE },
  ],
  async list({ calls }, target) {
    return (await allProfiles(calls)).filter(({ roleArns = [] }) => roleArns.some((arn) => isDeadArn(target, arn)))
      .map(({ profileId }) => ({ wiper: 'roles-anywhere-profiles', kind: 'roles-anywhere-profile', id: `${PREFIX}${profileId}`, actedOn: true }));
  },
  wipe: (context, target, { id }) => unlessMissing(() => takeRoles(context, target, id.slice(PREFIX.length))),
};

async function takeRoles({ calls }: WiperContext, target: WipeTarget, profileId: string): Promise<void> {
  // Read again: the list is replaced as a whole, and others may have changed it since.
  const { profile: { roleArns = [] } } = await calls.rest('rolesanywhere', ['profile', profileId]) as { profile: Profile };
  const left = roleArns.filter((arn) => !isDeadArn(target, arn));
  if (left.length < roleArns.length) {
    await calls.rest('rolesanywhere', ['profile', profileId], { roleArns: left }, { method: 'PATCH' });
  }
}
