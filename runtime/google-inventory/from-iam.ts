import { Account, AccountKey, at, Facts, list, merged, Project, text } from './facts';
import { accountIn, keyIn, labelsIn } from './from-assets';
import { Keeping, listed } from './listing';
import { grantsOf } from './policies';
import { FORMS } from '../../src/contract/google';
import { allPages, GoogleApi, orGone } from '../google/api';
import { inParallel } from '../google/in-parallel';

/** Limits of the IAM API: 100 accounts a page. */
const MOST_ACCOUNTS = 100;
const CALLS_AT_ONCE = 8;
const POLICY = { options: { requestedPolicyVersion: 3 } };

/** Accounts of a project with their keys, where Cloud Asset does not say them: a call for 100 accounts, and one for each of them. */
export async function accountsOf(api: GoogleApi, project: string, keeping: Keeping): Promise<Facts> {
  return listed({
    scope: `projects/${project}`,
    what: 'accounts',
    page: async (pageToken) => {
      const { accounts, nextPageToken: next } = await api.call<{ accounts?: unknown; nextPageToken?: string }>({
        service: 'iam', method: 'GET', path: `/v1/projects/${project}/serviceAccounts`, query: { pageSize: `${MOST_ACCOUNTS}`, pageToken },
      });
      const found = list(accounts).flatMap((account) => accountIn(account));
      const keys = await inParallel(found, CALLS_AT_ONCE, (account) => keysOf(api, account));
      return { facts: { accounts: found, keys: keys.flat() }, next };
    },
  }, keeping);
}

/** An account that was deleted since it was listed has no keys. */
async function keysOf(api: GoogleApi, account: Account): Promise<AccountKey[]> {
  const answer = await orGone(api.call({ service: 'iam', method: 'GET', path: `${pathOf(account)}/keys`, query: { keyTypes: 'USER_MANAGED' } }));
  return list(at(answer, 'keys')).flatMap(keyIn);
}

/** Who may impersonate each account, where Cloud Asset does not say it: a call for each. */
export async function accountPoliciesOf(api: GoogleApi, project: string, accounts: readonly Account[], keeping: Keeping): Promise<Facts> {
  return listed({
    scope: `projects/${project}`,
    what: 'account-policies',
    page: async (token = '0') => {
      const begin = Number(token);
      const grants = await inParallel(accounts.slice(begin, begin + MOST_ACCOUNTS), CALLS_AT_ONCE, async (account) => {
        const policy = await orGone(api.call({ service: 'iam', method: 'POST', path: `${pathOf(account)}:getIamPolicy`, query: { 'options.requestedPolicyVersion': '3' } }));
        return grantsOf(`projects/${account.project}/serviceAccounts/${account.email}`, policy);
      });
      return { facts: { grants: grants.flat() }, ...(begin + MOST_ACCOUNTS < accounts.length ? { next: `${begin + MOST_ACCOUNTS}` } : {}) };
    },
  }, keeping);
}

/** @param name `projects/<id>`, `folders/<number>` or `organizations/<number>` */
export async function containerPolicyOf(api: GoogleApi, name: string): Promise<Facts> {
  const policy = await api.call({ service: 'cloudresourcemanager', method: 'POST', path: `/v3/${name}:getIamPolicy`, body: POLICY });
  return merged([{ grants: grantsOf(name, policy) }]);
}

export async function projectOf(api: GoogleApi, id: string): Promise<Project[]> {
  return projectIn(await api.call({ service: 'cloudresourcemanager', method: 'GET', path: `/v3/projects/${id}` }), []);
}

/** All projects below an organization or a folder, where Cloud Asset does not say them: two calls for each folder. */
export async function projectsBelow(api: GoogleApi, parent: string, ancestors: readonly string[] = []): Promise<Project[]> {
  const path = [parent, ...ancestors];
  const [projects, folders] = await Promise.all([
    allPages(api, { service: 'cloudresourcemanager', method: 'GET', path: '/v3/projects', query: { parent, pageSize: '300' } }, ({ projects: its }: { projects?: unknown[]; nextPageToken?: string }) => its),
    allPages(api, { service: 'cloudresourcemanager', method: 'GET', path: '/v3/folders', query: { parent, pageSize: '300' } }, ({ folders: its }: { folders?: unknown[]; nextPageToken?: string }) => its),
  ]);
  const inner = await inParallel(folders.map((folder) => text(at(folder, 'name'))).filter((name) => /^folders\/\d+$/.test(name)), CALLS_AT_ONCE,
    (folder) => projectsBelow(api, folder, path));
  return [...projects.flatMap((project) => projectIn(project, path)), ...inner.flat()];
}

function projectIn(data: unknown, ancestors: readonly string[]): Project[] {
  const id = text(at(data, 'projectId'));
  const parent = text(at(data, 'parent'));
  return !FORMS.project.test(id) || !['', 'ACTIVE'].includes(text(at(data, 'state'))) ? [] : [{
    id,
    number: text(at(data, 'name')).replace(/^projects\//, ''),
    name: text(at(data, 'displayName')),
    labels: labelsIn(at(data, 'labels')),
    ancestors: ancestors.length > 0 || parent === '' ? [...ancestors] : [parent],
  }];
}

/** The unique id stays the account's own, also if another account gets its address. */
function pathOf({ project, email, uniqueId }: Account): string {
  return `/v1/projects/${encodeURIComponent(project)}/serviceAccounts/${encodeURIComponent(uniqueId === '' ? email : uniqueId)}`;
}
