import { isMemberOf, removeMembers, rolesOn } from '../policies';
import { look } from './look';
import { Wiper, WipeTarget } from './wiper';

const KIND = 'grant';

/** Whatever binds the account, deleted or not, on what the app declared. */
export const grants: Wiper = {
  name: 'grants',
  list: (api, target) => look(KIND, target.holders, ({ name }) => name, async (holder) => {
    const roles = await rolesOn(api, holder, theirs(target));
    return [...new Set(roles)].map((role) => ({ kind: KIND, id: `${role} on ${holder.name}` }));
  }),
  async wipe(api, target, { id }) {
    // All of its roles go in one write: the second finding of a holder finds nothing more to do.
    const holder = target.holders.find(({ name }) => id.endsWith(` on ${name}`));
    if (holder !== undefined) {
      await removeMembers(api, holder, theirs(target));
    }
  },
};

function theirs({ account, state }: WipeTarget): (member: string) => boolean {
  return isMemberOf({ email: account.email, ownsAddress: state !== 'replaced' });
}
