import { isMemberOf, removeMembers, rolesOn } from '../policies';
import { look } from './look';
import { Wiper, WipeTarget } from './wiper';

const NAME = 'grants';

/** All bindings of the account and of the agent's other principals, deleted or not, on the resources that the app declared. */
export const grants: Wiper = {
  name: NAME,
  source: 'the IAM policies of the resources on which the app declares access for the account',
  gaps: ['policies of resources on which the app declares nothing'],
  list: ({ api }, target) => look({ wiper: NAME, kind: 'grant' }, target.holders, ({ name }) => name, async (holder) => {
    const roles = await rolesOn(api, holder, theirs(target));
    return [...new Set(roles)].map((role) => `${role} on ${holder.name}`);
  }),
  async wipe({ api }, target, { id }) {
    // One write removes all roles on a holder. Its further findings then have nothing left to remove.
    const holder = target.holders.find(({ name }) => id.endsWith(` on ${name}`));
    if (holder !== undefined) {
      await removeMembers(api, holder, theirs(target));
    }
  },
};

function theirs({ account, state, principals }: WipeTarget): (member: string) => boolean {
  return isMemberOf({ email: account.email, ownsAddress: state !== 'replaced', principals });
}
