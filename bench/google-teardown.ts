import { FakeGoogle } from '../test/e2e/google/fake-google';
import { teardown, world } from '../test/runtime/google/world';

/**
 * Tears down an agent with access to six places, with and without items that people created by hand, and prints the number of calls to Google as
 * JSON.
 */
async function calls(byHand: boolean): Promise<number> {
  const { google, account, input, member } = world();
  if (byHand) {
    google.accounts.addKey(account.email);
    google.accounts.addKey(account.email);
    google.policies.grant('projects/acme-test', 'roles/byhand', member);
  }
  google.calls.length = 0;
  const { code } = await teardown(google as FakeGoogle, input);
  if (code !== 0) {
    throw new Error(`BenchFailed: the teardown ended with ${code}`);
  }
  return google.calls.length;
}

void Promise.all([calls(false), calls(true)]).then(([clean, byHand]) => console.log(JSON.stringify({ clean, byHand })));
