import { Cut } from './cut';
import { unlessMissing } from './missing';
import { ownOfKind } from '../../model/own-credentials';
import { allProfiles, ownProfiles, switchProfile } from '../wipers/own-profiles';

/** The agent's own profiles of IAM Roles Anywhere are disabled, so that its certificate opens no sessions. The role of open ones is denied. */
export const rolesAnywhereProfiles: Cut = {
  name: 'roles-anywhere-profiles',
  needs: ownProfiles.needs,
  async find({ calls, registry }, { target: { agentName, credentials } }) {
    const names = ownOfKind(credentials, 'roles-anywhere-profile', registry, agentName).map(({ name }) => name);
    const profiles = names.length === 0 ? [] : await allProfiles(calls);
    return profiles.filter(({ name = '' }) => names.includes(name)).map(({ profileId, name, enabled }) => ({ id: `${name}/${profileId}`, isCut: enabled === false, was: 'enabled' }));
  },
  apply: ({ calls }, id) => unlessMissing(() => switchProfile(calls, id.split('/')[1], false)),
  restore: ({ calls }, { id }) => unlessMissing(() => switchProfile(calls, id.split('/')[1], true)),
};
