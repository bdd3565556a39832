import { HOLDER_KINDS, holderOf } from '../../../../runtime/google/policies';
import { preflight, SECRET, teardown, TWIN, world } from '../world';

/** An agent with access to one place of a kind. The example of a bucket is its id, of which the place is made. */
function accessTo(kind: string, example: string) {
  const { google, input, member } = world();
  const place = holderOf(kind, example).name;
  if (!/^(?:projects|folders|organizations)\/[^/]+$/.test(place) && !google.documents.has(place)) {
    google.documents.add(place, kind);
  }
  return { google, member, place, input: { ...input, resources: [{ kind, name: example }] } };
}

const ENGINES = 'principal://agents.global.org-123456789012.system.id.goog/resources/aiplatform/projects/42/locations/europe-west1/reasoningEngines/';

test('an agent identity that is the agent loses its grants with the account, also a deleted one, and another engine keeps its own', async () => {
  const { google, input } = world();
  for (const member of [`${ENGINES}7`, `deleted:${ENGINES}7`, `${ENGINES}77`]) {
    google.policies.grant(SECRET, 'roles/x.reader', member);
  }
  const own = (await teardown(google, { ...input, principals: [`${ENGINES}7`] }));
  expect([own.code, own.err]).toEqual([0, '']);
  expect(google.policies.of(SECRET).bindings).toEqual([{ role: 'roles/x.reader', members: [`${ENGINES}77`] }]);
  // A principal that only is its broker is not the agent.
  await teardown(google, input);
  expect(google.policies.of(SECRET).bindings).toHaveLength(1);
});

test.each([['allUsers'], [`${ENGINES}*`], ['user:ada.park@example.com'], [7]])('TeardownInputInvalid: %s is no agent identity', async (principal) => {
  const { google, input } = world();
  expect(await teardown(google, { ...input, principals: [principal] })).toMatchObject({ code: 2, err: expect.stringMatching(/^TeardownInputInvalid: principals is /) });
});

test('a pool stays as long as the account, and what to do with a deleted one is said', async () => {
  const { google, input, account } = world();
  const { accountUniqueId: _unknown, ...after } = { ...input, projects: [], folders: [], resources: [], ownSecrets: [], pool: 'projects/acme-agents/locations/global/workloadIdentityPools/agent-x' };
  expect(await teardown(google, after)).toMatchObject({ code: 1, err: expect.stringMatching(/^AccountStillThere: .*undelete it .*and import it/) });
  google.handle({ method: 'DELETE', path: `/v1/${account.name}`, query: new URLSearchParams(), body: undefined }, 'operator-token', 'hand');
  expect((await teardown(google, after)).code).toBe(0);
  expect(await teardown(google, { ...after, pool: 'agent-x' })).toMatchObject({ code: 2, err: expect.stringMatching(/^TeardownInputInvalid: pool is /) });
});

describe.each(Object.entries(HOLDER_KINDS))('access to a %s', (kind, { example }) => {
  test('is wiped and checked again when the agent leaves, also of a deleted account, and another account keeps its own', async () => {
    const { google, member, place, input } = accessTo(kind, example);
    google.policies.grant(place, 'roles/x.reader', member);
    google.policies.grant(place, 'roles/x.reader', TWIN);
    google.policies.grant(place, 'roles/x.writer', `deleted:${member}?uid=1`);
    const { code, out, err } = await teardown(google, input);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain(`wiped grant roles/x.reader on ${place}`);
    expect(google.policies.of(place).bindings).toEqual([{ role: 'roles/x.reader', members: [TWIN] }]);
    const about = google.calls.map(({ what }) => what).filter((what) => what.includes(place.replace(/^buckets\//, '')));
    const last = about.map((what) => /setIamPolicy|^PUT|^PATCH/.test(what)).lastIndexOf(true);
    expect(last).toBeGreaterThan(0);
    // After the write itself was checked, the place is searched again.
    expect(about.length - 1 - last).toBeGreaterThan(1);
  });

  test('that can\'t be wiped fails the leave, and names the place', async () => {
    const { google, member, place, input } = accessTo(kind, example);
    google.policies.grant(place, 'roles/x.reader', member);
    google.fail({ matching: /setIamPolicy|^PUT \/storage\/v1\/b\/|^PATCH \/bigquery/, status: 403 });
    const { code, err } = await teardown(google, input);
    expect(code).toBe(1);
    expect(err).toContain(`grant roles/x.reader on ${place}`);
  });

  test('lets the agent join only with the permission to wipe it', async () => {
    const { google, place, input } = accessTo(kind, example);
    const { accountUniqueId: _unknown, ...joining } = input;
    expect((await preflight(google, joining)).code).toBe(0);
    const [permission] = holderOf(kind, example).writeNeeds;
    google.policies.denied.add(`${permission} on ${place}`);
    const { code, err } = await preflight(google, joining);
    // BigQuery tests no permissions on datasets.
    expect([code, err.includes('TeardownUnable: invoice-bot (test) could join'), err.includes(`${permission} on ${place}`)]).toEqual(kind === 'dataset' ? [0, false, false] : [1, true, true]);
  });
});
