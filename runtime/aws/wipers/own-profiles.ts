import { Wiper } from './wiper';
import { ResidueKind } from '../../../src/contract/residue';
import { ownOfKind } from '../../model/own-credentials';
import { allItems } from '../../pages';
import { unlessMissing } from '../cuts/missing';
import { PlainCalls } from '../plain-calls';

export interface Profile { readonly profileId: string; readonly name?: string; readonly enabled?: boolean; readonly roleArns?: string[] }
interface Page { readonly profiles?: Profile[]; readonly nextToken?: string }

const KIND = 'roles-anywhere-profile';
export const FIND_PROFILES = { sid: 'FindProfiles', actions: ['rolesanywhere:ListProfiles'], resources: ['*'], of: ResidueKind.ROLES_ANYWHERE };

/**
 * The agent's own profiles of IAM Roles Anywhere according to the ledger. A profile is disabled first: a deletion that fails then leaves none that gives sessions.
 * https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_DeleteProfile.html
 */
export const ownProfiles: Wiper = {
  name: 'own-profiles',
  ofAgent: false,
  residue: ResidueKind.ROLES_ANYWHERE,
  ends: KIND,
  source: 'profiles of IAM Roles Anywhere that the agent declares, by their reserved names; nothing is asked for an agent that declares none',
  gaps: ['profiles without the tag of the registry, which the engine can\'t delete'],
  needs: [
    FIND_PROFILES,
    {
      sid: 'EndOwnProfiles',
      actions: ['rolesanywhere:DisableProfile', 'rolesanywhere:EnableProfile', 'rolesanywhere:DeleteProfile'],
      resources: ['arn:{partition}:rolesanywhere:{region}:{account}:profile/*'],
      of: ResidueKind.ROLES_ANYWHERE,
      ofTagged: true,
    },
  ],
  async list({ calls }, { registry, agentName, ownCredentials }) {
    const names = ownOfKind(ownCredentials, KIND, registry, agentName).map(({ name }) => name);
    const profiles = names.length === 0 ? [] : await allProfiles(calls);
    return profiles.filter(({ name = '' }) => names.includes(name)).map(({ profileId, name }) => ({ wiper: 'own-profiles', kind: KIND, id: `${KIND}/${profileId}/${name}`, actedOn: true }));
  },
  wipe: ({ calls }, _target, { id }) => unlessMissing(async () => {
    const [, profileId] = id.split('/');
    await switchProfile(calls, profileId, false);
    await calls.rest('rolesanywhere', ['profile', profileId], undefined, { method: 'DELETE' });
  }),
};

export function allProfiles(calls: Pick<PlainCalls, 'rest'>): Promise<Profile[]> {
  return allItems(
    async (nextToken) => await calls.rest('rolesanywhere', ['profiles'], undefined, { query: { nextToken } }) as Page, (page) => page.profiles, (page) => page.nextToken);
}

export async function switchProfile(calls: Pick<PlainCalls, 'rest'>, profileId: string, enabled: boolean): Promise<void> {
  await calls.rest('rolesanywhere', ['profile', profileId, enabled ? 'enable' : 'disable'], undefined, { method: 'POST' });
}
