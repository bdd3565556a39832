import { backOff, GoogleApi, isConflict, isGone } from '../api';
import { rolesOf, without } from './policy';
import { PolicyHolder } from './policy-holder';

/** The roles that are theirs on a holder; none on one that is gone. */
export async function rolesOn(api: GoogleApi, holder: PolicyHolder, isTheirs: (member: string) => boolean): Promise<string[]> {
  try {
    return rolesOf(await holder.read(api), isTheirs);
  } catch (error) {
    if (isGone(error)) {
      return [];
    }
    throw error;
  }
}

/**
 * Takes what is theirs out of a policy. It is read anew at each try: what somebody else wrote meanwhile must survive.
 */
export async function removeMembers(api: GoogleApi, holder: PolicyHolder, isTheirs: (member: string) => boolean): Promise<void> {
  for (let failed = 1; ; failed += 1) {
    try {
      const policy = await holder.read(api);
      if (rolesOf(policy, isTheirs).length > 0) {
        await holder.write(api, without(policy, isTheirs));
      }
      return;
    } catch (error) {
      if (isGone(error)) {
        return;
      }
      if (!isConflict(error) || !await backOff(api, failed)) {
        throw error;
      }
    }
  }
}
