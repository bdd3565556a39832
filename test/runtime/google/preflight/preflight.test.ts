import { DATASET, OWN_SECRET, preflight, SECRET, TOPIC, world } from '../world';

const RECORDS = { bucket: 'acme-invoices', topic: TOPIC };

const { accountUniqueId: _unknown, ...INPUT } = world().input;

test('passes where all that the teardown does is allowed, and changes nothing', async () => {
  const { google } = world();
  expect(await preflight(google, INPUT)).toMatchObject({ code: 0, out: expect.stringMatching(/^invoice-bot \(test\): these credentials can tear it down, in \d+ places$/) });
  expect(google.calls.every(({ what }) => what.startsWith('GET') || what.endsWith(':testIamPermissions'))).toBe(true);
});

test.each([
  'iam.serviceAccounts.disable on projects/acme-agents', 'iam.serviceAccounts.update on projects/acme-agents', 'iam.serviceAccountKeys.delete on projects/acme-agents',
  'storage.hmacKeys.delete on projects/acme-agents', 'resourcemanager.projects.setIamPolicy on projects/acme-test', 'resourcemanager.folders.setIamPolicy on folders/42',
  `secretmanager.secrets.setIamPolicy on ${SECRET}`, `pubsub.topics.setIamPolicy on ${TOPIC}`, 'storage.buckets.setIamPolicy on buckets/acme-invoices',
  `secretmanager.secrets.delete on ${OWN_SECRET}`,
])('TeardownUnable: without %s no agent joins', async (permission) => {
  const { google } = world();
  google.policies.denied.add(permission);
  const { code, err } = await preflight(google, INPUT);
  expect(code).toBe(1);
  expect(err).toMatch(/^TeardownUnable: invoice-bot \(test\) could join, but .* nothing was made: /);
  expect(err).toContain(`: ${permission}. Give`);
});

test.each([
  'storage.objects.create on buckets/acme-invoices', 'storage.objects.get on buckets/acme-invoices', 'storage.objects.list on buckets/acme-invoices',
  `pubsub.topics.publish on ${TOPIC}`,
])('TeardownUnable: without %s no agent joins a registry, and one without a registry joins', async (permission) => {
  const { google } = world();
  google.policies.denied.add(permission);

  const { code, err } = await preflight(google, { ...INPUT, records: RECORDS });

  expect(code).toBe(1);
  expect(err).toContain(`or record it, so nothing was made: ${permission}. Give`);
  expect((await preflight(google, INPUT)).code).toBe(0);
});

test('passes where events can be recorded, and where the registry is not there yet', async () => {
  const { google } = world();

  expect(await preflight(google, { ...INPUT, records: RECORDS })).toMatchObject({ code: 0, out: expect.stringMatching(/ places, and record it$/) });
  expect((await preflight(google, { ...INPUT, records: { bucket: 'acme-new', topic: `${TOPIC}-new` } })).code).toBe(0);
});

test.each([{}, null, 7, { bucket: 'acme-invoices' }, { topic: TOPIC }])('TeardownInputInvalid: records of %j', async (records) => {
  expect(await preflight(world().google, { ...INPUT, records })).toMatchObject({ err: expect.stringMatching(/^TeardownInputInvalid: records is /) });
});

test('TeardownUnable: names all that is missing, and what can\'t be reached', async () => {
  const { google } = world();
  google.policies.denied.add(`pubsub.topics.setIamPolicy on ${TOPIC}`);
  google.fail({ matching: /^GET \/bigquery/, status: 403 });
  const { err } = await preflight(google, INPUT);
  expect(err).toContain(`pubsub.topics.setIamPolicy on ${TOPIC}; ${DATASET} can't be reached (GoogleRefused`);
});

test('passes over what is not there yet: the same apply may make it', async () => {
  const { google } = world();
  const resources = [{ kind: 'secret', name: `${SECRET}-new` }, { kind: 'bucket', name: 'acme-new' }, { kind: 'dataset', name: `${DATASET}_new` }];
  expect((await preflight(google, { ...INPUT, resources, ownSecrets: [`${OWN_SECRET}-new`] })).code).toBe(0);
});

test('CredentialsMissing: credentials that only the provider has let no agent join', async () => {
  const { google } = world();
  expect(await preflight(google, INPUT, { GOOGLE_OAUTH_ACCESS_TOKEN: undefined })).toMatchObject({ code: 1, err: expect.stringMatching(/^CredentialsMissing: /) });
  expect(google.calls.filter(({ what }) => !what.includes('computeMetadata'))).toEqual([]);
});
