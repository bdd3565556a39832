import { accountAt } from '../account';
import { GoogleApi, orGone } from '../api';
import { lastOutsideAccess } from '../revocations/outside-access';
import { requireNoneOpen } from '../revocations/record';
import { TeardownInput } from '../teardown-input';

/**
 * Refuses an account to an agent that joins again while its access outside of Google Cloud may still exist.
 *
 * @throws RefusedError `RevocationsOpen`, before anything was created
 */
export async function requireRevoked(api: GoogleApi, { agentName, account, records }: TeardownInput): Promise<void> {
  if (records === undefined || await accountAt(api, account) !== undefined) {
    return;
  }
  const bucket = records.bucket.name.replace(/^buckets\//, '');
  requireNoneOpen(agentName, await orGone(lastOutsideAccess(api, { bucket, placement: { account: account.project, agentName } })));
}
