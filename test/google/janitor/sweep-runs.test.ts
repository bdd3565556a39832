import { Raised, runWorkflow } from './workflow';
import { sweepWorkflow } from '../../../src/google/janitor/sweep-workflow';
import { FakeGoogle } from '../../e2e/google/fake-google';

const PROJECT = 'acme-agents';
const ENDED = '2026-09-30T00:00:00Z';
const LATER = '2026-12-31T00:00:00Z';

/** Three agents: two past their end, one before it. Each has a key and an HMAC key, and so has an account of which the sweep knows nothing. */
function world() {
  const google = new FakeGoogle();
  const [gone, also, living, stranger] = ['gone-bot', 'also-gone-bot', 'living-bot', 'stranger'].map((id) => {
    const account = google.accounts.add(PROJECT, id);
    google.accounts.addKey(account.email);
    google.hmacKeys.add(PROJECT, account.email);
    return account;
  });
  // Terraform turns the doubled dollar signs into single ones.
  const source = sweepWorkflow([[gone, ENDED], [also, ENDED], [living, LATER]].map(([account, expires]) => (
    { account: (account as typeof gone).name, expires: expires as string }))).replaceAll('$${', '${');
  const sweep = () => runWorkflow(source, (method, url, query, body) => (
    google.handle({ method, path: new URL(url).pathname, query: new URLSearchParams(query), body }, FakeGoogle.OPERATOR_TOKEN, 'sweep')), google.now);
  const stateOf = ({ email, uniqueId }: typeof gone) => ({
    disabled: google.accounts.byId(uniqueId)?.disabled,
    keys: google.accounts.keys.get(uniqueId)!.filter(({ keyType }) => keyType === 'USER_MANAGED').length,
    hmac: google.hmacKeys.keys.filter(({ serviceAccountEmail }) => serviceAccountEmail === email).map(({ state }) => state),
  });
  return { google, gone, also, living, stranger, sweep, stateOf };
}

const WIPED = { disabled: true, keys: 0, hmac: ['DELETED'] };
const WHOLE = { disabled: false, keys: 1, hmac: ['ACTIVE'] };

test('the sweep disables agents past their end and deletes their keys and HMAC keys; others keep theirs', () => {
  const { gone, also, living, stranger, sweep, stateOf } = world();
  sweep();
  expect([gone, also, living, stranger].map(stateOf)).toEqual([WIPED, WIPED, WHOLE, WHOLE]);
});

test('an HMAC key that somebody made inactive is deleted without another change of its state', () => {
  const { google, gone, sweep, stateOf } = world();
  google.hmacKeys.keys[0].state = 'INACTIVE';
  sweep();
  expect(stateOf(gone)).toEqual(WIPED);
  expect(google.calls.filter(({ what }) => what.startsWith('PUT') && what.includes('GOOG1E1'))).toEqual([]);
});

test('twice is as once, and an agent without keys is no failure', () => {
  const { google, gone, sweep, stateOf } = world();
  sweep();
  const before = google.calls.length;
  sweep();
  expect(stateOf(gone)).toEqual(WIPED);
  expect(google.calls.slice(before).filter(({ what }) => /^(PUT|DELETE)/.test(what))).toEqual([]);
});

test('an HMAC key of another account in the response is left alone', () => {
  const { google, gone, stranger, sweep, stateOf } = world();
  const handle = google.handle.bind(google);
  // A filter that the service passes over returns all keys of the project.
  google.handle = (request, ...rest) => handle(request.path.endsWith('/hmacKeys') ? { ...request, query: new URLSearchParams() } : request, ...rest);
  google.hmacKeys.keys.splice(1, 2);
  sweep();
  expect([stateOf(gone), stateOf(stranger)]).toEqual([WIPED, WHOLE]);
});

test.each([
  ['disabling', /also-gone|gone-bot@.*:disable$/, { disabled: false, keys: 1, hmac: ['ACTIVE'] }],
  ['listing keys', /gone-bot@[^/]*\/keys$/, { disabled: true, keys: 1, hmac: ['ACTIVE'] }],
  ['deleting a key', /^DELETE .*\/keys\/key\d+$/, { disabled: true, keys: 1, hmac: ['ACTIVE'] }],
  ['listing HMAC keys', /hmacKeys$/, { disabled: true, keys: 0, hmac: ['ACTIVE'] }],
  ['making an HMAC key inactive', /^PUT .*hmacKeys/, { disabled: true, keys: 0, hmac: ['ACTIVE'] }],
  ['deleting an HMAC key', /^DELETE .*hmacKeys/, { disabled: true, keys: 0, hmac: ['INACTIVE'] }],
])('%s fails once: the other agent is swept all the same, the execution fails and names the agent, and the next one finishes', (_what, matching, left) => {
  const { google, gone, also, living, sweep, stateOf } = world();
  google.fail({ matching, status: 403, times: 1 });
  let raised: unknown;
  try {
    sweep();
  } catch (error) {
    raised = error;
  }
  expect(raised).toBeInstanceOf(Raised);
  const [failure, ...others] = JSON.parse((raised as Raised).value as string) as string[];
  expect([others, failure]).toEqual([[], expect.stringMatching(new RegExp(`^${gone.name}: .*"code":403`))]);
  expect([gone, also, living].map(stateOf)).toEqual([left, WIPED, WHOLE]);
  sweep();
  expect([gone, also, living].map(stateOf)).toEqual([WIPED, WIPED, WHOLE]);
});
