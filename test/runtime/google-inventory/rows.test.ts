import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { daysAgo, PROJECT, rowOf, shop, taken } from './taken';
import { renderInventory } from '../../../cli/render-inventory';
import { inventoryCsv, inventoryOcsf, inventoryReport } from '../../../runtime/inventory';
import { accountId } from '../../../src/contract/google';
import { HOSTILE } from '../inventory/generated-account';
import { ocsfErrors } from '../inventory/ocsf-schema';
import { newFolder } from '../inventory/taken';

const EMAIL = `orders@${PROJECT}.iam.gserviceaccount.com`;
const POOL = 'projects/700000000000/locations/global/workloadIdentityPools/ci';

describe('the last use', () => {
  test('is by a token, or by the key that was used on the same day', async () => {
    const google = shop();
    google.accounts.add(PROJECT, 'orders');
    const { name } = google.accounts.addKey(EMAIL, { validAfterTime: daysAgo(30) });
    const id = name.split('/').at(-1)!;
    google.inventory.used.set(EMAIL, daysAgo(3));
    google.inventory.used.set(id, daysAgo(5));
    expect(await rowOf(google, EMAIL)).toMatchObject({ lastUsed: { at: daysAgo(3), by: 'a token' }, keys: [{ name: id, active: true, ageDays: 30, lastUsedAt: daysAgo(5) }] });
    google.inventory.used.set(id, daysAgo(3));
    expect(await rowOf(google, EMAIL)).toMatchObject({ lastUsed: { at: daysAgo(3), by: `key ${id}` } });
  });

  test('is unknown if Google could not be asked, and nowhere called never', async () => {
    const google = shop();
    google.accounts.add(PROJECT, 'orders');
    google.inventory.denied.add('policyanalyzer.serviceAccountLastAuthenticationActivities.query');
    const found = await taken(google);

    expect(found.rows[0]).toMatchObject({ isUseUnknown: true, findings: [] });
    expect(renderInventory(found, false, undefined)).toMatch(/^orders@\S+ +\? +none/m);
    expect(renderInventory(found, false, undefined)).toContain('  0 never used, ');
    expect(inventoryReport(found)).toContain('data-value="not recorded"');
  });

  test('twin: if it was asked, one that was never used is called so', async () => {
    const google = shop();
    google.accounts.add(PROJECT, 'orders');
    const found = await taken(google);

    expect(renderInventory(found, false, undefined)).toMatch(/^orders@\S+ +never +none/m);
    expect(renderInventory(found, false, undefined)).toContain('1 service accounts\n  1 never used, ');
    expect(inventoryReport(found)).not.toContain('data-value="not recorded"');
  });

  test('is the one of an insight where activities are refused', async () => {
    const google = shop();
    google.accounts.add(PROJECT, 'orders');
    google.inventory.denied.add('policyanalyzer.serviceAccountLastAuthenticationActivities.query');
    google.inventory.insights.push({ project: PROJECT, email: EMAIL, lastAuthenticatedTime: daysAgo(120) });
    expect(await rowOf(google, EMAIL)).toMatchObject({ lastUsed: { at: daysAgo(120) }, findings: [{ rule: 'unused', detail: expect.stringMatching(/^not used for 120 days by a token or key of its own; API keys/) }] });
  });
});

test('Google\'s own keys are left out', async () => {
  const google = shop();
  google.accounts.add(PROJECT, 'orders');
  expect((await rowOf(google, EMAIL)).keys).toEqual([]);
});

test('callers are named by pod, repository, resource and person', async () => {
  const google = shop();
  const { name } = google.accounts.add(PROJECT, 'orders');
  google.policies.grant(name, 'roles/iam.workloadIdentityUser', 'serviceAccount:acme-shop.svc.id.goog[shop/orders]');
  google.policies.grant(name, 'roles/iam.workloadIdentityUser', `principalSet://iam.googleapis.com/${POOL}/attribute.repository/acme/shop`);
  google.policies.grant(`projects/${PROJECT}`, 'roles/iam.serviceAccountUser', 'user:li@example.com');
  google.inventory.providers.set(POOL, [{ oidc: { issuerUri: 'https://token.actions.githubusercontent.com' }, attributeCondition: 'true' }, { oidc: { issuerUri: 'https://old.example' }, disabled: true }]);
  google.inventory.resources.push({ project: PROJECT, assetType: 'run.googleapis.com/Job', name: '//run.googleapis.com/projects/acme-shop/locations/eu/jobs/nightly', data: { spec: { template: { spec: { template: { spec: { serviceAccountName: EMAIL } } } } } } });
  const row = await rowOf(google, EMAIL);

  expect(row.assumedBy.map((caller) => caller.name)).toEqual([
    'GKE namespace shop, service account orders, project acme-shop', 'GitHub repository acme/shop', 'Cloud Run job nightly', 'li@example.com (by a role on the project)',
  ]);
  expect(row.sponsors).toEqual([{ who: 'owners of GitHub repository acme/shop', evidence: 'its policy' }]);
});

test.each<[object, Readonly<Record<string, string>>, object[]]>([
  [{ description: 'sponsor ada@example.com, backup li@example.com: Matches invoices' }, {}, [{ who: 'ada@example.com', evidence: 'its description' }, { who: 'li@example.com', evidence: 'its description' }]],
  [{ description: 'Owner: payments team' }, {}, [{ who: 'payments', evidence: 'its description' }]],
  [{ displayName: 'for bo@example.com.' }, { team: 'shop' }, [{ who: 'bo@example.com', evidence: 'its display name' }, { who: 'shop', evidence: 'label team of project acme-labels' }]],
  [{ description: 'acts for x@acme-shop.iam.gserviceaccount.com' }, { env: 'prod' }, []],
])('sponsors of %j in a project labelled %j', async (texts, labels, sponsors) => {
  const google = shop();
  google.inventory.addProject('acme-labels', { labels });
  const { email } = google.accounts.add('acme-labels', 'orders', texts);
  expect((await rowOf(google, email, { projects: ['acme-labels'] })).sponsors).toEqual(sponsors);
});

test('owners of the file that mentions it, by CODEOWNERS', async () => {
  const checkout = newFolder();
  mkdirSync(join(checkout, 'infra'));
  writeFileSync(join(checkout, 'CODEOWNERS'), '/infra/ @acme/platform\n');
  writeFileSync(join(checkout, 'infra', 'main.tf'), 'account_id = "orders-mailer"\n');
  const google = shop();
  const { email } = google.accounts.add(PROJECT, 'orders-mailer');
  expect((await rowOf(google, email, { checkout })).sponsors).toEqual([{ who: '@acme/platform', evidence: 'owner of infra/main.tf, by CODEOWNERS' }]);
});

describe('an agent of a registry', () => {
  const id = accountId('invoice-bot', 'test');
  const email = `${id}@${PROJECT}.iam.gserviceaccount.com`;

  test.each<[string, string, object | undefined]>([
    [id, 'invoice-bot, test, until 2027-04-01T00:00:00Z', { name: 'invoice-bot', registry: 'unknown' }],
    [id, 'other-bot, test, until 2027-04-01T00:00:00Z', undefined],
    ['invoice-bot', 'invoice-bot, test, until 2027-04-01T00:00:00Z', undefined],
  ])('is known by its address and display name: %s, %s', async (account, displayName, agent) => {
    const google = shop();
    google.accounts.add(PROJECT, account, { displayName });
    expect((await taken(google)).rows[0].agent).toEqual(agent);
  });

  test('is known by the registry, whatever its display name says', async () => {
    const google = shop();
    google.accounts.add(PROJECT, id, { displayName: 'x' });
    google.accounts.add(PROJECT, 'orders');
    const registered = async () => [{ account: PROJECT, agentName: 'invoice-bot', stage: 'test', registry: 'acme-agents-registry' }];
    const { rows } = await taken(google, { registered });
    expect(rows.map((row) => [row.name, row.agent])).toEqual(expect.arrayContaining([[email, { name: 'invoice-bot', registry: 'acme-agents-registry' }], [EMAIL, undefined]]));
  });
});

describe('what owners wrote', () => {
  async function hostile(texts: readonly string[]) {
    const google = shop();
    google.inventory.addProject('acme-hostile', { name: texts[0], labels: { team: texts[0] } });
    texts.forEach((text, index) => {
      const { name } = google.accounts.add('acme-hostile', `worker-${index}`, { displayName: text, description: `owner ${text} ada@example.com` });
      google.policies.grant(name, 'roles/iam.workloadIdentityUser', `principalSet://iam.googleapis.com/${POOL}/attribute.x/${text}`);
    });
    return taken(google, { projects: ['acme-hostile'] });
  }

  test('is inert in the report, in CSV, in OCSF and in the table', async () => {
    const found = await hostile(HOSTILE);
    const page = inventoryReport(found);
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(page.match(/<img/g)).toBeNull();
    const parts = inventoryCsv(found, { registry: 'agents' }).split('\r\n').slice(1).flatMap((line) => [...line.matchAll(/"((?:[^"]|"")*)"/g)].map(([, cell]) => cell));
    expect(parts.length).toBeGreaterThan(HOSTILE.length * 10);
    expect(parts.filter((part) => /^\s*[=+\-@]/.test(part))).toEqual([]);
    expect(renderInventory(found, true, 120).replace(/\n/g, '')).not.toMatch(/\p{C}/u);
    const events = inventoryOcsf(found).split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events.flatMap(ocsfErrors)).toEqual([]);
    expect(events[0]).toMatchObject({ cloud: { provider: 'GCP', account: { uid: 'acme-hostile', type: 'GCP Account' } } });
  });

  test('never stops the inventory', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 3 }), async (texts) => {
      expect((await hostile(texts)).rows).toHaveLength(texts.length);
    }), { numRuns: 30 });
  });
});

test('answers that have another form than Google\'s are read as far as they go', async () => {
  const google = shop();
  const { handle } = google;
  for (const body of [7, [], { assets: null }, { assets: [null, 7, { assetType: 'iam.googleapis.com/ServiceAccount', resource: { data: { email: 7 } } }], results: [{ policy: { bindings: [null, { members: [7, null] }] } }] }]) {
    google.handle = (...given) => ({ ...handle.apply(google, given), status: 200, body });
    await expect(taken(google)).resolves.toMatchObject({ rows: [] });
  }
});
