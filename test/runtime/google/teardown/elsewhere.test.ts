import { AccountCertificate } from '../../../../runtime/google/proof';
import { Life } from '../life';
import { preflight, SECRET } from '../world';

const SCOPE = 'organizations/42';
const beyond = (...wipedProjects: string[]) => ({ beyond: { scope: SCOPE, wipedProjects } });

/** An agent with hand-made grants in a project, on a bucket and a secret of another project, and on a repository, all undeclared. */
async function scattered(): Promise<Life> {
  const life = new Life();
  const { inventory, policies, documents } = life.google;
  ['acme-agents', 'acme-test', 'acme-prod', 'acme-data'].forEach((id) => inventory.addProject(id));
  documents.add('projects/acme-prod/secrets/vault', 'secret');
  documents.add('buckets/acme-lake', 'bucket');
  documents.add('projects/acme-data/repositories/images', 'repository');
  inventory.bucketProjects.set('acme-lake', 'acme-data').set('acme-invoices', 'acme-test');
  await life.join();
  policies.grant('projects/acme-prod', 'roles/viewer', life.member);
  policies.grant('projects/acme-prod/secrets/vault', 'roles/secretmanager.secretAccessor', life.member);
  policies.grant('projects/acme-prod/secrets/vault', 'roles/secretmanager.secretAccessor', 'user:ada.park@example.com');
  policies.grant('buckets/acme-lake', 'roles/storage.objectViewer', life.member);
  policies.grant('projects/acme-data/repositories/images', 'roles/artifactregistry.reader', life.member);
  policies.grant(SCOPE, 'roles/browser', life.member);
  // Declared.
  policies.grant(SECRET, 'roles/byhand', life.member);
  policies.grant('buckets/acme-invoices', 'roles/byhand', life.member);
  return life;
}

async function certificateOf(life: Life): Promise<AccountCertificate> {
  life.deleteAccount();
  expect((await life.leave()).code).toBe(0);
  expect(await life.nhi('verify', 'invoice-bot')).toMatchObject({ code: 0 });
  return life.objects<AccountCertificate>('certificates/').at(-1)![1];
}

const rolesOf = ({ google, account }: Life) => google.tracesOf(account.email).filter((trace) => trace.includes(' has ')).map((trace) => trace.replace(/^.* has /, '')).sort();
const elsewhere = ({ wipers }: AccountCertificate) => wipers.find(({ wiper }) => wiper === 'grants elsewhere');

test('grants outside of the declared places are removed in the projects that the registry allows, and reported elsewhere', async () => {
  const life = await scattered();
  expect((await life.teardown('', beyond('acme-prod'))).code).toBe(0);
  expect(rolesOf(life)).toEqual(['roles/artifactregistry.reader on projects/acme-data/repositories/images', 'roles/browser on organizations/42', 'roles/storage.objectViewer on buckets/acme-lake']);
  expect(life.google.policies.of('projects/acme-prod/secrets/vault').bindings.flatMap(({ members }) => members)).toEqual(['user:ada.park@example.com']);
  const certificate = await certificateOf(life);
  expect(elsewhere(certificate)).toMatchObject({ wiped: ['roles/viewer on projects/acme-prod', 'roles/secretmanager.secretAccessor on projects/acme-prod/secrets/vault'] });
  expect(certificate.leftAlone).toEqual([
    { id: 'roles/storage.objectViewer on buckets/acme-lake', note: 'found by Cloud Asset; the registry does not allow teardowns to change project acme-data' },
    { id: expect.stringMatching(/^roles\/artifactregistry.reader on \/\/artifactregistry\.googleapis\.com\/projects\/\d+\/repositories\/images$/), note: expect.stringContaining('a teardown does not change policies of this kind') },
    { id: 'roles/browser on organizations/42', note: 'found by Cloud Asset; the registry does not allow teardowns to change policies outside of projects' },
  ]);
  expect(certificate.receipt?.notSearched).toEqual([]);
  // A declared place is the other wiper's, whichever name Cloud Asset has for it.
  expect(elsewhere(certificate)?.found.filter((id) => id.includes('erp') || id.includes('invoices'))).toEqual([]);
});

test('without a declared scope nothing else is searched', async () => {
  const life = await scattered();
  expect((await life.teardown()).code).toBe(0);
  expect(rolesOf(life)).toHaveLength(5);
  expect(life.google.calls.some(({ what }) => what.includes('searchAllIamPolicies'))).toBe(false);
  expect(elsewhere(await certificateOf(life))).toBeUndefined();
});

test.each([['a search that is not allowed', 403], ['one that fails again and again', 500]])('%s keeps no agent from leaving, and the certificate says that it was not made', async (_what, status) => {
  const life = await scattered();
  life.google.fail({ matching: /searchAllIamPolicies/, status });
  expect((await life.teardown('', beyond('acme-prod'))).code).toBe(0);
  const certificate = await certificateOf(life);
  expect(certificate.receipt?.notSearched).toEqual([expect.stringMatching(/^organizations\/42: Google(Refused|Unavailable): GET cloudasset /)]);
  expect(certificate.leftAlone).toEqual([]);
  expect((await life.nhi('certificate', 'invoice-bot')).out).toContain('not searched\n  organizations/42: Google');
});

test('all pages are read, and a throttled one is read again', async () => {
  const life = await scattered();
  life.google.inventory.most = 1;
  life.google.fail({ matching: /searchAllIamPolicies/, status: 429, times: 2 });
  expect((await life.teardown('', beyond('acme-prod', 'acme-data'))).code).toBe(0);
  expect(rolesOf(life)).toEqual(['roles/artifactregistry.reader on projects/acme-data/repositories/images', 'roles/browser on organizations/42']);
  expect(life.google.calls.filter(({ what, status }) => what.includes('searchAllIamPolicies') && status === 200).length).toBeGreaterThan(6);
});

test('what Cloud Asset still shows after it was removed does not remain', async () => {
  const life = await scattered();
  life.google.inventory.indexed = new Map([...life.google.policies.all()].map(([name, policy]) => [name, structuredClone(policy)]));
  expect((await life.teardown('', beyond('acme-prod'))).code).toBe(0);
  const certificate = await certificateOf(life);
  expect(elsewhere(certificate)?.wiped).toHaveLength(2);
  expect(certificate.leftAlone).toHaveLength(3);
});

test('what may be removed and can\'t be keeps the account, and is named; the next run removes it', async () => {
  const life = await scattered();
  life.google.fail({ matching: /^POST .*secrets\/vault:setIamPolicy/, status: 403 });
  expect(await life.teardown('', beyond('acme-prod'))).toMatchObject({ code: 1, err: expect.stringMatching(/TeardownIncomplete: 1 thing remains[^]*secretAccessor on projects\/acme-prod\/secrets\/vault: GoogleRefused/) });
  life.google.heal();
  expect((await life.teardown('', beyond('acme-prod'))).code).toBe(0);
});

test('a project whose id can\'t be read is not changed: its name could be any', async () => {
  const life = await scattered();
  life.google.inventory.denied.add('resourcemanager.projects.get');
  expect((await life.teardown('', beyond('acme-prod'))).code).toBe(0);
  expect(rolesOf(life)).toContain('roles/viewer on projects/acme-prod');
  expect((await certificateOf(life)).leftAlone).toContainEqual({ id: expect.stringMatching(/^roles\/viewer on projects\/\d+$/), note: expect.stringContaining('found by Cloud Asset; the registry does not allow') });
});

test('a policy that can\'t be read is reported as Cloud Asset has it', async () => {
  const life = await scattered();
  life.google.fail({ matching: /^GET .*acme-lake\/iam/, status: 403 });
  expect((await life.teardown('', beyond('acme-data'))).code).toBe(0);
  expect((await certificateOf(life)).leftAlone).toContainEqual({ id: 'roles/storage.objectViewer on buckets/acme-lake', note: expect.stringContaining('its policy could not be read: GoogleRefused') });
});

test('another account whose address contains this one is not touched', async () => {
  const life = await scattered();
  life.google.accounts.add('acme-prod', 'x-invoice-bot-test');
  life.google.policies.grant('projects/acme-prod', 'roles/editor', 'serviceAccount:x-invoice-bot-test@acme-prod.iam.gserviceaccount.com');
  expect((await life.teardown('', beyond('acme-prod'))).code).toBe(0);
  expect(life.google.policies.of('projects/acme-prod').bindings).toEqual([{ role: 'roles/editor', members: ['serviceAccount:x-invoice-bot-test@acme-prod.iam.gserviceaccount.com'] }]);
});

test('TeardownUnable: the agent does not join where its teardown may not change an allowed project', async () => {
  const life = await scattered();
  const { account: { email: accountEmail }, google } = life;
  const input = { version: 1, agentName: 'invoice-bot', stage: 'test', project: 'acme-agents', accountEmail, projects: [], folders: [], resources: [], ownSecrets: [], ...beyond('acme-prod') };
  expect((await preflight(google, input)).code).toBe(0);
  google.policies.denied.add('resourcemanager.projects.setIamPolicy on projects/acme-prod');
  expect(await preflight(google, input)).toMatchObject({ code: 1, err: expect.stringContaining('resourcemanager.projects.setIamPolicy on projects/acme-prod') });
});

test.each([[{ scope: 'everything' }], [{ scope: 'organizations/x' }], [{ scope: SCOPE, wipedProjects: ['../x'] }], ['organizations/42']])('TeardownInputInvalid: %j', async (wrong) => {
  expect(await (await scattered()).teardown('', { beyond: wrong })).toMatchObject({ code: 2, err: expect.stringContaining('TeardownInputInvalid') });
});
