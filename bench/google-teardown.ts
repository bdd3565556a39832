import { FakeGoogle } from '../test/e2e/google/fake-google';
import { teardown, world } from '../test/runtime/google/world';

/**
 * Tears down an agent with access to six and to fifty places, with and without items that people created by hand, and prints the number of calls to
 * Google as JSON.
 */
async function calls({ byHand = false, places = 0 } = {}): Promise<number> {
  const { google, account, input, member } = world();
  const secrets = Array.from({ length: places }, (_, i) => `projects/acme-test/secrets/place-${i}`);
  secrets.forEach((name) => google.documents.add(name, 'google_secret_manager_secret'));
  if (byHand) {
    google.accounts.addKey(account.email);
    google.accounts.addKey(account.email);
    google.policies.grant('projects/acme-test', 'roles/byhand', member);
  }
  google.calls.length = 0;
  const resources = [...input.resources, ...secrets.map((name) => ({ kind: 'secret', name }))];
  const { code } = await teardown(google as FakeGoogle, { ...input, resources });
  if (code !== 0) {
    throw new Error(`BenchFailed: the teardown ended with ${code}`);
  }
  return google.calls.length;
}

void Promise.all([calls(), calls({ byHand: true }), calls({ places: 44 }), calls({ byHand: true, places: 44 })])
  .then(([clean, byHand, fifty, fiftyByHand]) => console.log(JSON.stringify({ clean, byHand, fifty, fiftyByHand })));
