import { DATASET, OWN_SECRET, PROJECT, SECRET, teardown, TOPIC, TWIN, world } from '../world';

const END = { title: 'nhi-expiry', expression: 'request.time < timestamp("2027-03-31T00:00:00Z")' };

describe('a teardown', () => {
  test('disables the account before it touches anything else', async () => {
    const { google, account, input } = world();
    google.accounts.addKey(account.email);
    await teardown(google, input);
    const writes = google.calls.map(({ what }) => what).filter((what) => /:disable|DELETE|setIamPolicy|PUT/.test(what));
    expect(writes[0]).toBe(`POST /v1/projects/${PROJECT}/serviceAccounts/${account.uniqueId}:disable`);
    expect(writes.length).toBeGreaterThan(1);
    expect(account.disabled).toBe(true);
  });

  test('wipes keys, HMAC keys, grants and own secrets, and says so', async () => {
    const { google, account, input, member } = world();
    google.accounts.addKey(account.email);
    google.accounts.addKey(account.email);
    for (let key = 0; key < 5; key += 1) {
      google.hmacKeys.add(PROJECT, account.email);
    }
    for (const place of ['projects/acme-test', 'folders/42', SECRET, TOPIC, 'buckets/acme-invoices', DATASET]) {
      google.policies.grant(place, 'roles/x.reader', member);
      google.policies.grant(place, 'roles/x.writer', member, END);
    }
    const { code, out, err } = await teardown(google, input);
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(google.tracesOf(account.email)).toEqual([account.name]);
    expect(google.accounts.keys.get(account.uniqueId)!.map(({ keyType }) => keyType)).toEqual(['SYSTEM_MANAGED']);
    expect(google.documents.has(OWN_SECRET)).toBe(false);
    expect(google.documents.has(SECRET)).toBe(true);
    expect(out).toContain('the account is disabled');
    expect(out).toContain('user-managed key key');
    expect(out).toContain(`grant roles/x.writer on ${DATASET}`);
    expect(out).toContain('nothing is left');
    // Google's own key is in each listing without the filter for users' keys.
    expect(google.calls.filter(({ status }) => status === 400)).toEqual([]);
  });

  test('wipes what a deleted account left, under whichever id', async () => {
    const { google, account, input, member } = world();
    google.policies.grant('projects/acme-test', 'roles/x.reader', member);
    google.policies.grant(SECRET, 'roles/x.reader', `deleted:${member}?uid=1`);
    google.handle({ method: 'DELETE', path: `/v1/${account.name}`, query: new URLSearchParams(), body: undefined }, 'operator-token', 'hand');
    expect(google.tracesOf(account.email)).toEqual([
      `deleted:${member}?uid=${account.uniqueId} has roles/x.reader on projects/acme-test`, `deleted:${member}?uid=1 has roles/x.reader on ${SECRET}`,
    ]);
    const { code, out } = await teardown(google, input);
    expect(code).toBe(0);
    expect(out).toContain('the account had already been deleted');
    expect(google.tracesOf(account.email)).toEqual([]);
  });

  test('leaves alone a later account that has the address', async () => {
    const { google, account, input, member } = world();
    google.policies.grant('projects/acme-test', 'roles/x.reader', member);
    google.handle({ method: 'DELETE', path: `/v1/${account.name}`, query: new URLSearchParams(), body: undefined }, 'operator-token', 'hand');
    const next = google.accounts.add(PROJECT, 'invoice-bot-test');
    google.policies.grant('projects/acme-test', 'roles/x.writer', member);
    google.accounts.addKey(next.email);
    google.hmacKeys.add(PROJECT, next.email);
    const { code, out } = await teardown(google, input);
    expect(code).toBe(0);
    expect(out).toContain(`another account (${next.uniqueId}) has the address now`);
    expect(next.disabled).toBe(false);
    expect(google.accounts.keys.get(next.uniqueId)).toHaveLength(2);
    expect(google.tracesOf(account.email)).toEqual([next.name, 'HMAC key GOOG1E1', `${member} has roles/x.writer on projects/acme-test`]);
  });

  test('leaves others as they are: members, bindings, conditions, audit settings, views', async () => {
    const { google, input, member } = world();
    const other = { role: 'roles/x.reader', members: [TWIN, member, 'user:ada.park@example.com'], condition: END };
    const auditConfigs = [{ service: 'allServices' }];
    const view = { view: { projectId: 'acme-test', datasetId: 'd', tableId: 't' } };
    for (const place of ['projects/acme-test', 'buckets/acme-invoices', DATASET]) {
      google.policies.set(place, { ...google.policies.of(place), version: 3, bindings: [other, { role: 'roles/x.owner', members: [TWIN] }] }, 409);
    }
    (google.policies.of('projects/acme-test')).auditConfigs = auditConfigs;
    google.datasets.views.set(DATASET, [view]);
    google.hmacKeys.add(PROJECT, TWIN.slice('serviceAccount:'.length));
    expect((await teardown(google, input)).code).toBe(0);
    for (const place of ['projects/acme-test', 'buckets/acme-invoices']) {
      expect(google.policies.of(place).bindings).toEqual([{ ...other, members: [TWIN, 'user:ada.park@example.com'] }, { role: 'roles/x.owner', members: [TWIN] }]);
    }
    expect(google.policies.of('projects/acme-test').auditConfigs).toEqual(auditConfigs);
    expect(google.policies.of(DATASET).bindings.flatMap(({ members, condition }) => [members, condition?.title])).toEqual([
      [TWIN], 'nhi-expiry', ['user:ada.park@example.com'], 'nhi-expiry', [TWIN], undefined,
    ]);
    expect(google.datasets.views.get(DATASET)).toEqual([view]);
    expect(google.hmacKeys.live()).toHaveLength(1);
  });

  test('writes no policy that has nothing of the account', async () => {
    const { google, input } = world();
    google.policies.grant('projects/acme-test', 'roles/x.reader', TWIN);
    await teardown(google, input);
    expect(google.calls.filter(({ what }) => what.includes('setIamPolicy') || what.startsWith('PUT'))).toEqual([]);
  });

  test('finds nothing more to do when it is run again', async () => {
    const { google, account, input, member } = world();
    google.accounts.addKey(account.email);
    google.policies.grant('projects/acme-test', 'roles/x.reader', member);
    await teardown(google, input);
    google.calls.length = 0;
    const { code, out } = await teardown(google, input);
    expect(code).toBe(0);
    expect(out).toContain('nothing else was there to wipe');
    expect(google.calls.every(({ what }) => what.startsWith('GET') || what.endsWith(':getIamPolicy'))).toBe(true);
  });
});
