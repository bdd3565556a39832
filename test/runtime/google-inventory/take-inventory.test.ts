import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { daysAgo, outsideOf, PROJECT, shop, taken } from './taken';
import { connectGoogleInventory, googleInventoryRole, takeGoogleInventory } from '../../../runtime/google-inventory';
import { FakeGoogle } from '../../e2e/google/fake-google';
import { newFolder } from '../inventory/taken';

/** Accounts with keys, callers and roles. */
function filled(google: FakeGoogle, project: string, count: number): FakeGoogle {
  for (let index = 0; index < count; index += 1) {
    const { email, name } = google.accounts.add(project, `worker-${String(index).padStart(4, '0')}`, { displayName: `Worker ${index}` });
    google.accounts.addKey(email, { validAfterTime: daysAgo(100) });
    google.policies.grant(name, 'roles/iam.serviceAccountTokenCreator', 'user:ada@example.com');
    google.inventory.used.set(email, daysAgo(index % 200));
  }
  google.policies.grant(`projects/${project}`, 'roles/editor', `serviceAccount:worker-0000@${project}.iam.gserviceaccount.com`);
  return google;
}

const callsOf = ({ calls }: FakeGoogle): string[] => calls.map(({ what }) => what.replace(/worker-\d+@[\w.-]+|\d{21}/, '<account>'));
const countOf = (google: FakeGoogle, form: RegExp): number => callsOf(google).filter((what) => form.test(what)).length;

test('2,500 accounts with keys cost a call for a page: 8 of assets, 6 of policies, 8 of activities, 1 of insights, and none for each account', async () => {
  const google = filled(shop(), PROJECT, 2_500);
  const { rows, unread } = await taken(google);

  expect([rows.length, unread]).toEqual([2_500, []]);
  // A project, and for each account itself, its key and that of Google; a policy for each account and the project's.
  expect([countOf(google, /assets$/), countOf(google, /searchAllIamPolicies$/), countOf(google, /serviceAccountLast/), countOf(google, /serviceAccountKeyLast/), countOf(google, /insights$/)]).toEqual([8, 6, 3, 5, 1]);
  expect(google.calls).toHaveLength(8 + 6 + 3 + 5 + 1);
});

test('without Cloud Asset, the IAM API says the same in more calls, and what it does not say is named', async () => {
  const google = filled(shop(), PROJECT, 230);
  const whole = await taken(google);
  google.calls.length = 0;
  google.inventory.disabledApis.set(/\/assets$|:searchAllIamPolicies$/, 'Cloud Asset API');
  const { rows, unread, accounts } = await taken(google);

  expect(rows).toEqual(whole.rows);
  expect(accounts).toEqual(whole.accounts);
  expect([countOf(google, /serviceAccounts$/), countOf(google, /keys$/), countOf(google, /serviceAccounts\/<account>:getIamPolicy$/)]).toEqual([3, 230, 230]);
  expect(unread).toEqual([
    { account: PROJECT, service: 'Cloud Asset: what runs as an account', reason: expect.stringMatching(/^ApiDisabled: cloudasset\.googleapis\.com is not enabled: enable it with gcloud services enable cloudasset\.googleapis\.com \(.*Cloud Asset API has not been used/) },
    { account: PROJECT, service: 'Cloud Asset: roles on single resources', reason: expect.stringMatching(/^ApiDisabled: /) },
  ]);
});

test.each(googleInventoryRole(true).includedPermissions)('without %s the rest is read, and it is named', async (permission) => {
  const google = filled(shop(), PROJECT, 3);
  google.inventory.roles.set(`projects/${PROJECT}/roles/deploy`, ['run.services.update']);
  google.policies.grant(`projects/${PROJECT}`, `projects/${PROJECT}/roles/deploy`, 'user:ada@example.com');
  google.policies.grant('organizations/42', 'roles/viewer', 'user:ada@example.com');
  google.policies.grant(`projects/${PROJECT}/serviceAccounts/worker-0001@${PROJECT}.iam.gserviceaccount.com`, 'roles/iam.workloadIdentityUser',
    'principalSet://iam.googleapis.com/projects/700000000000/locations/global/workloadIdentityPools/ci/*');
  const fallback = !permission.startsWith('cloudasset.') && !/policyanalyzer|recommender|iam\.roles|Providers/.test(permission);
  if (fallback) {
    ['cloudasset.assets.listResource', 'cloudasset.assets.searchAllIamPolicies'].forEach((one) => google.inventory.denied.add(one));
  }
  // Labels of a project are asked for where only the project is given.
  const scope = permission === 'resourcemanager.projects.get' ? {} : { organization: '42' };
  const before = await taken(google, scope);
  google.inventory.denied.add(permission);
  const { unread, rows } = await taken(google, scope);

  expect(before.unread.map(({ reason }) => reason).join()).not.toContain(`need ${permission}`);
  expect(unread.map(({ reason }) => reason).filter((reason) => reason.startsWith('AccessDenied: ') && reason.includes(permission) && reason.includes(`'${permission}' denied`))).toHaveLength(1);
  expect(rows).toHaveLength(/serviceAccounts\.list|serviceAccountKeys\.list|projects\.list|folders\.list/.test(permission) ? 0 : 3);
});

test('the role has nothing that changes anything', () => {
  const { includedPermissions } = googleInventoryRole(true);
  expect(includedPermissions.filter((permission) => !/\.(get|getIamPolicy|list|listResource|query|searchAllIamPolicies)$/.test(permission))).toEqual([]);
  expect(includedPermissions).toContain('resourcemanager.folders.list');
  expect(googleInventoryRole(false).includedPermissions).not.toContain('resourcemanager.folders.list');
});

test('nothing but reads is called', async () => {
  const google = filled(shop(), PROJECT, 3);
  google.inventory.disabledApis.set(/\/assets$|:searchAllIamPolicies$/, 'Cloud Asset API');
  await taken(google);
  expect(callsOf(google).filter((what) => !what.startsWith('GET ') && !what.endsWith(':getIamPolicy'))).toEqual([]);
});

test('throttling is waited out', async () => {
  const google = filled(shop(), PROJECT, 3);
  google.fail({ matching: /assets$/, status: 429, times: 3 });
  const waits: number[] = [];
  expect((await taken(google, { waits })).unread).toEqual([]);
  expect(waits).toHaveLength(3);
});

test('a user whose own credentials need a quota project learns which variable names one; with it, each call has it', async () => {
  const google = filled(shop(), PROJECT, 1);
  const headers: (string | null)[] = [];
  const outside = outsideOf(google, [], { GOOGLE_CLOUD_QUOTA_PROJECT: 'acme-quota' });
  const { api } = connectGoogleInventory({ projects: [PROJECT] }, {
    ...outside,
    fetch: (url, init) => {
      headers.push(new Headers(init.headers).get('x-goog-user-project'));
      return outside.fetch(url, init);
    },
  });
  await api.call({ service: 'iam', method: 'GET', path: `/v1/projects/${PROJECT}/serviceAccounts` });
  expect(headers).toEqual(['acme-quota']);
});

test('refused credentials end it; no token is named', async () => {
  const source = connectGoogleInventory({ projects: [PROJECT] }, outsideOf(shop(), [], { GOOGLE_OAUTH_ACCESS_TOKEN: 'wrong-token' }));
  const run = { state: newFolder(), clock: () => new Date(0), tell: () => undefined };
  const failed = await takeGoogleInventory(source, run).catch((error) => error as Error);
  expect(failed).toMatchObject({ code: 'CredentialsRefused' });
  expect(String(failed)).not.toContain('wrong-token');
});

test.each<[object, string]>([
  [{ projects: [] }, 'GoogleScopeMissing'], [{ projects: ['acme-shop'], organization: '42' }, 'GoogleScopeMissing'],
  [{ projects: [], organization: 'acme' }, 'OrganizationIdInvalid'], [{ projects: ['../x'] }, 'ProjectIdInvalid'],
])('%j fails with %s before Google is asked', (scope, code) => {
  expect(() => connectGoogleInventory(scope as { projects: string[] }, outsideOf(shop()))).toThrow(expect.objectContaining({ code }));
});

describe('an organization', () => {
  function organization(): FakeGoogle {
    const google = shop();
    google.inventory.folders.push({ name: 'folders/7', parent: 'organizations/42' }, { name: 'folders/8', parent: 'folders/7' });
    google.inventory.addProject('acme-deep', { parent: 'folders/8', labels: { team: 'data' } });
    google.inventory.addProject('acme-gone', { state: 'DELETE_REQUESTED' });
    google.inventory.addProject('other-org', { parent: 'organizations/43' });
    filled(google, PROJECT, 2);
    filled(google, 'acme-deep', 1);
    google.accounts.add('other-org', 'stranger');
    google.policies.grant('organizations/42', 'roles/owner', `serviceAccount:worker-0001@${PROJECT}.iam.gserviceaccount.com`);
    return google;
  }

  test('is read in one listing, with what its own policy grants', async () => {
    const google = organization();
    const { rows, accounts, unread } = await taken(google, { organization: '42' });

    expect(unread).toEqual([]);
    expect(rows.map(({ name }) => name).sort()).toEqual(['worker-0000@acme-deep.iam.gserviceaccount.com', 'worker-0000@acme-shop.iam.gserviceaccount.com', 'worker-0001@acme-shop.iam.gserviceaccount.com']);
    expect(accounts.map(({ account }) => account)).toEqual(['acme-deep', PROJECT]);
    expect(rows.find(({ name }) => name.startsWith('worker-0001'))).toMatchObject({ power: { level: 'full', statements: [{ allows: 'roles/owner on organizations/42' }] }, accountName: 'The project acme-shop' });
    expect([countOf(google, /assets$/), countOf(google, /searchAllIamPolicies$/), countOf(google, /activities/)]).toEqual([1, 1, 4]);
  });

  test('is walked through its folders where Cloud Asset is refused, with the same rows', async () => {
    const google = organization();
    const whole = await taken(google, { organization: '42' });
    ['cloudasset.assets.listResource', 'cloudasset.assets.searchAllIamPolicies'].forEach((one) => google.inventory.denied.add(one));
    const { rows, accounts } = await taken(google, { organization: '42' });

    expect(rows).toEqual(whole.rows);
    expect(accounts).toEqual(whole.accounts);
  });

  test('of two projects, one that cannot be read does not stop the other', async () => {
    const google = organization();
    const { rows, unread, accounts } = await taken(google, { projects: [PROJECT, 'acme-none'] });
    expect([rows.length, accounts.map(({ account }) => account)]).toEqual([2, [PROJECT, 'acme-none']]);
    google.fail({ matching: /acme-none/, status: 403 });
    const second = await taken(google, { projects: [PROJECT, 'acme-none'] });
    expect([second.rows.length, second.accounts.map(({ account }) => account)]).toEqual([2, [PROJECT]]);
    expect(second.unread).toContainEqual({ account: 'acme-none', reason: expect.stringContaining('need iam.serviceAccounts.list') });
    expect(unread).not.toContainEqual(expect.objectContaining({ account: PROJECT }));
  });
});

describe('interrupted', () => {
  /** Ends after a number of pages, as a lost network does. */
  async function interrupted(google: FakeGoogle, state: string, form: RegExp): Promise<void> {
    google.fail({ matching: form, status: 401 });
    await expect(taken(google, { state })).rejects.toMatchObject({ code: 'CredentialsRefused' });
    google.heal();
    google.calls.length = 0;
  }

  test('the next run continues after the last whole page, and nothing is left behind', async () => {
    const google = filled(shop(), PROJECT, 20);
    google.inventory.most = 10;
    const whole = await taken(google);
    const state = join(newFolder(), 'pages');
    await interrupted(google, state, /searchAllIamPolicies$/);
    expect(readdirSync(state).sort()).toEqual(['google-projects_acme-shop-assets', 'google-projects_acme-shop-policies']);
    const { rows } = await taken(google, { state });

    expect(rows).toEqual(whole.rows);
    expect(countOf(google, /assets$/)).toBe(0);
    expect(readdirSync(state)).toEqual([]);
  });

  test('pages of accounts have their keys', async () => {
    const google = filled(shop(), PROJECT, 20);
    google.inventory.most = 10;
    google.inventory.disabledApis.set(/\/assets$|:searchAllIamPolicies$/, 'Cloud Asset API');
    const whole = await taken(google);
    const state = newFolder();
    await interrupted(google, state, /:getIamPolicy$/);

    expect((await taken(google, { state })).rows).toEqual(whole.rows);
    expect(countOf(google, /keys$/)).toBe(0);
  });

  test('a token that Google does not accept any more begins the listing again', async () => {
    const google = filled(shop(), PROJECT, 20);
    google.inventory.most = 10;
    const state = newFolder();
    let pages = 0;
    // The third page never comes.
    const whole = await taken(google);
    await expect(taken(google, {
      state,
      tell: (line) => {
        pages += /assets/.test(line) ? 1 : 0;
        if (pages === 3) {
          throw new Error('ended');
        }
      },
    })).rejects.toThrow('ended');
    google.calls.length = 0;
    google.fail({ matching: /assets$/, status: 400, times: 1 });

    expect((await taken(google, { state })).rows).toEqual(whole.rows);
    expect(countOf(google, /assets$/)).toBe(1 + 7);
  });

  test('a folder that cannot be used is named', async () => {
    await expect(taken(filled(shop(), PROJECT, 1), { state: '/dev/null/x' })).rejects.toMatchObject({ code: 'StateFolderUnusable' });
  });
});
