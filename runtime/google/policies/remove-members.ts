import { backOff, GoogleApi, isConflict, isGone } from '../api';
import { rolesOf, without } from './policy';
import { PolicyHolder } from './policy-holder';

/** The roles of these members on a holder. Returns none if the holder doesn't exist. */
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
 * Removes the members from a policy. Each attempt reads the policy again, so that concurrent changes survive. Members that another client adds back
 * are removed again.
 */
export async function removeMembers(api: GoogleApi, holder: PolicyHolder, isTheirs: (member: string) => boolean): Promise<void> {
  for (let failed = 1; ; failed += 1) {
    try {
      const policy = await holder.read(api);
      if (rolesOf(policy, isTheirs).length === 0) {
        return;
      }
      await holder.write(api, without(policy, isTheirs));
      // A client that writes without an etag, as the provider does with datasets, may have read before our write and written after it. The policy is
      // read again until the members stay removed.
      if (rolesOf(await holder.read(api), isTheirs).length === 0 || !await backOff(api, failed)) {
        return;
      }
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
