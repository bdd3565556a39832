import { daysAgo, PROJECT, rowOf, rulesOf, shop } from './taken';
import { FakeGoogle } from '../../e2e/google/fake-google';

const EMAIL = `orders@${PROJECT}.iam.gserviceaccount.com`;
const NAME = `projects/${PROJECT}/serviceAccounts/${EMAIL}`;
const MEMBER = `serviceAccount:${EMAIL}`;
const POOL = 'projects/700000000000/locations/global/workloadIdentityPools/ci';

/** An account that is in use and has nothing wrong. */
function world(): FakeGoogle {
  const google = shop();
  google.inventory.addProject('acme-data');
  google.accounts.add(PROJECT, 'orders', {});
  google.accounts.add('acme-data', 'loader', {});
  google.inventory.used.set(EMAIL, daysAgo(3));
  return google;
}

type Change = (google: FakeGoogle) => unknown;

test('an account that is in use, with a role on its own project, has no finding', async () => {
  const google = world();
  google.policies.grant(`projects/${PROJECT}`, 'roles/pubsub.publisher', MEMBER);
  expect(rulesOf(await rowOf(google, EMAIL))).toEqual([]);
});

test.each<[string, Change, Change]>([
  ['NHI1 unused', ({ inventory }) => inventory.used.set(EMAIL, daysAgo(91)), ({ inventory }) => inventory.used.set(EMAIL, daysAgo(90))],
  ['NHI1 unused', ({ inventory }) => inventory.used.delete(EMAIL), ({ inventory }) => {
    inventory.used.delete(EMAIL);
    inventory.changedAt = daysAgo(10);
  }],
  ['NHI1 unused', ({ inventory }) => inventory.used.delete(EMAIL), ({ inventory }) => {
    inventory.used.delete(EMAIL);
    inventory.observedSince = daysAgo(10);
  }],
  ['NHI1 unused', ({ inventory }) => {
    inventory.denied.add('policyanalyzer.serviceAccountLastAuthenticationActivities.query');
    inventory.insights.push({ project: PROJECT, email: EMAIL });
  }, ({ inventory }) => {
    inventory.denied.add('policyanalyzer.serviceAccountLastAuthenticationActivities.query');
    inventory.insights.push({ project: PROJECT, email: EMAIL, state: 'DISMISSED' });
  }],
  ['NHI1 disabled-with-access', (google) => {
    google.accounts.byEmail(EMAIL)!.disabled = true;
    google.accounts.addKey(EMAIL, { validAfterTime: daysAgo(2) });
  }, (google) => (google.accounts.byEmail(EMAIL)!.disabled = true)],
  ['NHI1 inactive-key-kept', ({ accounts }) => accounts.addKey(EMAIL, { validAfterTime: daysAgo(2), disabled: true }), ({ accounts }) => accounts.addKey(EMAIL, { validAfterTime: daysAgo(2) })],
  ['NHI1 inactive-key-kept', ({ accounts }) => accounts.addKey(EMAIL, { validBeforeTime: daysAgo(2) }), ({ accounts }) => accounts.addKey(EMAIL, { validBeforeTime: '9999-12-31T23:59:59Z' })],
  ['NHI1 deleted-principal-trusted', ({ policies }) => policies.grant(NAME, 'roles/iam.serviceAccountTokenCreator', 'deleted:serviceAccount:old@acme-shop.iam.gserviceaccount.com?uid=7'),
    ({ policies }) => policies.grant(NAME, 'roles/iam.serviceAccountViewer', 'deleted:serviceAccount:old@acme-shop.iam.gserviceaccount.com?uid=7')],
  ['NHI2 key-leaked', ({ accounts }) => accounts.addKey(EMAIL, { disabled: true, disableReason: 'SERVICE_ACCOUNT_KEY_DISABLE_REASON_EXPOSED' }),
    ({ accounts }) => accounts.addKey(EMAIL, { disabled: true, disableReason: 'SERVICE_ACCOUNT_KEY_DISABLE_REASON_USER_INITIATED' })],
  ['NHI3 third-party', ({ policies }) => policies.grant(NAME, 'roles/iam.serviceAccountTokenCreator', 'serviceAccount:bot@vendor-prj.iam.gserviceaccount.com'),
    ({ policies }) => policies.grant(NAME, 'roles/iam.serviceAccountTokenCreator', 'serviceAccount:bot@acme-shop.iam.gserviceaccount.com')],
  ['NHI4 anyone-trusted', ({ policies }) => policies.grant(NAME, 'roles/iam.serviceAccountUser', 'allAuthenticatedUsers'), ({ policies }) => policies.grant(NAME, 'roles/iam.serviceAccountViewer', 'allAuthenticatedUsers')],
  ['NHI5 administrator', ({ policies }) => policies.grant(`projects/${PROJECT}`, 'roles/owner', MEMBER), ({ policies }) => policies.grant(`projects/${PROJECT}`, 'roles/viewer', MEMBER)],
  ['NHI5 becomes-others', ({ policies }) => policies.grant(`projects/${PROJECT}`, 'roles/iam.serviceAccountTokenCreator', MEMBER), ({ policies }) => policies.grant(`projects/${PROJECT}`, 'roles/iam.serviceAccountViewer', MEMBER)],
  ['NHI5 becomes-others', (google) => {
    google.inventory.roles.set('projects/acme-shop/roles/deploy', ['run.services.update', 'iam.serviceAccounts.actAs']);
    google.policies.grant(`projects/${PROJECT}`, 'projects/acme-shop/roles/deploy', MEMBER);
  }, (google) => {
    google.inventory.roles.set('projects/acme-shop/roles/deploy', ['run.services.update']);
    google.policies.grant(`projects/${PROJECT}`, 'projects/acme-shop/roles/deploy', MEMBER);
  }],
  ['NHI5 whole-service', ({ policies }) => policies.grant(`projects/${PROJECT}`, 'roles/storage.admin', MEMBER), ({ policies }) => policies.grant(`projects/${PROJECT}`, 'roles/storage.objectViewer', MEMBER)],
  ['NHI5 cross-project', ({ policies }) => policies.grant('projects/acme-data', 'roles/bigquery.dataViewer', MEMBER), ({ policies }) => policies.grant(`projects/${PROJECT}`, 'roles/bigquery.dataViewer', MEMBER)],
  ['NHI6 open-federation', ({ policies }) => policies.grant(NAME, 'roles/iam.workloadIdentityUser', `principalSet://iam.googleapis.com/${POOL}/*`),
    ({ policies }) => policies.grant(NAME, 'roles/iam.workloadIdentityUser', `principalSet://iam.googleapis.com/${POOL}/attribute.repository/acme/shop`)],
  ['NHI7 old-key', ({ accounts }) => accounts.addKey(EMAIL, { validAfterTime: daysAgo(91) }), ({ accounts }) => accounts.addKey(EMAIL, { validAfterTime: daysAgo(90) })],
  ['NHI9 shared', (google) => {
    google.inventory.resources.push(
      { project: PROJECT, assetType: 'run.googleapis.com/Service', name: '//run.googleapis.com/projects/acme-shop/locations/eu/services/api', data: { spec: { template: { spec: { serviceAccountName: EMAIL } } } } },
      { project: PROJECT, assetType: 'cloudfunctions.googleapis.com/Function', name: '//cloudfunctions.googleapis.com/projects/acme-shop/locations/eu/functions/mail', data: { serviceConfig: { serviceAccountEmail: EMAIL } } },
    );
  }, (google) => google.inventory.resources.push(
    { project: PROJECT, assetType: 'compute.googleapis.com/Instance', name: '//compute.googleapis.com/projects/acme-shop/zones/eu/instances/vm1', data: { serviceAccounts: [{ email: EMAIL }] } })],
  ['NHI10 person-and-machine', ({ policies }) => policies.grant(NAME, 'roles/iam.serviceAccountTokenCreator', 'user:ada@example.com'), ({ policies }) => policies.grant(NAME, 'roles/iam.serviceAccountViewer', 'user:ada@example.com')],
  ['NHI10 people-through-project', ({ policies }) => policies.grant(`projects/${PROJECT}`, 'roles/iam.serviceAccountUser', 'group:devs@example.com'), ({ policies }) => policies.grant(`projects/${PROJECT}`, 'roles/browser', 'group:devs@example.com')],
])('%s, and its twin without it', async (rule, wrong, right) => {
  const [bad, good] = [world(), world()];
  wrong(bad);
  right(good);
  const options = { projects: [PROJECT, 'acme-data'] };

  expect(rulesOf(await rowOf(bad, EMAIL, options))).toContain(rule);
  expect(rulesOf(await rowOf(good, EMAIL, options))).not.toContain(rule);
});

test.each([['roles/editor', true], ['roles/viewer', false]])('a default account with %s is one that all workloads without their own share: %s', async (role, found) => {
  const google = world();
  const { email } = google.accounts.addDefault(PROJECT, '700000000000-compute@developer.gserviceaccount.com');
  google.policies.grant(`projects/${PROJECT}`, role, `serviceAccount:${email}`);
  google.policies.grant(`projects/${PROJECT}`, role, MEMBER);
  const row = await rowOf(google, email);

  expect(rulesOf(row).includes('NHI5 default-account')).toBe(found);
  expect(row.madeBy).toEqual({ tool: 'Compute Engine', evidence: 'form of its address' });
  expect(rulesOf(await rowOf(google, EMAIL))).not.toContain('NHI5 default-account');
});

test.each<[string, string, boolean]>([['acme-prod', 'tester@acme-test', true], ['acme-prod', 'runner@acme-prod', false], ['acme-shop', 'tester@acme-test', false]])(
  'stages are mixed by the names: in %s, %s: %s', async (project, caller, found) => {
    const google = world();
    if (project !== PROJECT) {
      google.inventory.addProject(project);
    }
    const { email, name } = google.accounts.add(project, 'billing');
    google.policies.grant(name, 'roles/iam.serviceAccountTokenCreator', `serviceAccount:${caller}.iam.gserviceaccount.com`);
    expect(rulesOf(await rowOf(google, email, { projects: [project] })).includes('NHI8 stages-mixed')).toBe(found);
  });

test('a role on a project of another stage is named', async () => {
  const google = world();
  google.inventory.addProject('acme-test');
  google.inventory.addProject('acme-prod');
  const { email } = google.accounts.add('acme-test', 'billing');
  google.policies.grant('projects/acme-prod', 'roles/pubsub.publisher', `serviceAccount:${email}`);
  expect((await rowOf(google, email, { projects: ['acme-test', 'acme-prod'] })).findings).toContainEqual(
    expect.objectContaining({ rule: 'stages-mixed', detail: 'by the names, test reaches production: roles/pubsub.publisher on projects/acme-prod' }));
});

test('a role of all service accounts of the project is a role of each', async () => {
  const google = world();
  google.policies.grant(`projects/${PROJECT}`, 'roles/editor', 'principalSet://cloudresourcemanager.googleapis.com/projects/700000000000/type/ServiceAccount');
  expect(rulesOf(await rowOf(google, EMAIL))).toContain('NHI5 administrator');
});

test('a condition is shown, and does not lower the power', async () => {
  const google = world();
  google.policies.grant(`projects/${PROJECT}`, 'roles/iam.serviceAccountTokenCreator', MEMBER, { title: 'office', expression: 'request.time.getHours() < 18' });
  expect((await rowOf(google, EMAIL)).power).toMatchObject({ level: 'identities', statements: [{ allows: `roles/iam.serviceAccountTokenCreator on projects/${PROJECT} if request.time.getHours() < 18` }] });
});

test('a custom role that cannot be read is named, and counts as little', async () => {
  const google = world();
  google.inventory.denied.add('iam.roles.get');
  google.policies.grant(`projects/${PROJECT}`, 'projects/acme-shop/roles/deploy', MEMBER);
  expect((await rowOf(google, EMAIL)).power).toMatchObject({ level: 'limited', unread: ['projects/acme-shop/roles/deploy'] });
});
