import { Account, AccountKey, at, Attachment, Facts, list, merged, Project, text } from './facts';
import { Keeping, listed } from './listing';
import { grantsOf } from './policies';
import { GoogleApi } from '../google/api';

const ACCOUNT = 'iam.googleapis.com/ServiceAccount';
const KEY = 'iam.googleapis.com/ServiceAccountKey';
const PROJECT = 'cloudresourcemanager.googleapis.com/Project';

/** Where the data of each kind of resource names its account. https://cloud.google.com/asset-inventory/docs/asset-types */
const RUNS_AS: Readonly<Record<string, { readonly kind: Attachment['kind']; readonly what: string; readonly paths: readonly (readonly string[])[] }>> = {
  'run.googleapis.com/Service': { kind: 'service', what: 'Cloud Run service', paths: [['spec', 'template', 'spec', 'serviceAccountName'], ['template', 'serviceAccount']] },
  'run.googleapis.com/Job': { kind: 'service', what: 'Cloud Run job', paths: [['spec', 'template', 'spec', 'template', 'spec', 'serviceAccountName'], ['template', 'template', 'serviceAccount']] },
  'cloudfunctions.googleapis.com/CloudFunction': { kind: 'function', what: 'function', paths: [['serviceAccountEmail']] },
  'cloudfunctions.googleapis.com/Function': { kind: 'function', what: 'function', paths: [['serviceConfig', 'serviceAccountEmail']] },
  'compute.googleapis.com/Instance': { kind: 'service', what: 'VM', paths: [['serviceAccounts', '0', 'email']] },
};
const NEVER = '9999-';
const MOST_ASSETS = '1000';
const MOST_POLICIES = '500';

interface AssetPage {
  readonly assets?: unknown;
  readonly nextPageToken?: string;
}

/** Accounts, keys, projects, and what runs as the accounts: a call for 1,000 of them. https://cloud.google.com/asset-inventory/docs/reference/rest/v1/assets/list */
export async function assetsOf(api: GoogleApi, scope: string, keeping: Keeping): Promise<Facts> {
  const assetTypes = [ACCOUNT, KEY, PROJECT, ...Object.keys(RUNS_AS)];
  return listed({
    scope,
    what: 'assets',
    page: async (pageToken) => {
      const { assets, nextPageToken: next } = await api.call<AssetPage>({
        service: 'cloudasset', method: 'GET', path: `/v1/${scope}/assets`, query: { contentType: 'RESOURCE', assetTypes, pageSize: MOST_ASSETS, pageToken },
      });
      return { facts: merged(list(assets).map(factsOfAsset)), next };
    },
  }, keeping);
}

/** All allow policies within the scope: a call for 500. https://cloud.google.com/asset-inventory/docs/reference/rest/v1/TopLevel/searchAllIamPolicies */
export async function policiesOf(api: GoogleApi, scope: string, keeping: Keeping): Promise<Facts> {
  return listed({
    scope,
    what: 'policies',
    page: async (pageToken) => {
      const { results, nextPageToken: next } = await api.call<{ results?: unknown; nextPageToken?: string }>({
        service: 'cloudasset', method: 'GET', path: `/v1/${scope}:searchAllIamPolicies`, query: { pageSize: MOST_POLICIES, pageToken },
      });
      return { facts: { grants: list(results).flatMap((result) => grantsOf(text(at(result, 'resource')), at(result, 'policy'))) }, next };
    },
  }, keeping);
}

function factsOfAsset(asset: unknown): Partial<Facts> {
  const type = text(at(asset, 'assetType'));
  const data = at(asset, 'resource', 'data');
  switch (type) {
    case ACCOUNT: return { accounts: accountIn(data, text(at(asset, 'updateTime'))) };
    case KEY: return { keys: keyIn(data) };
    case PROJECT: return { projects: projectIn(data, list(at(asset, 'ancestors')).map(text)) };
    default: return { attachments: attachmentsIn(type, data, text(at(asset, 'name'))) };
  }
}

/** An account as the IAM API describes it. */
export function accountIn(data: unknown, changedAt = ''): Account[] {
  const [email, uniqueId, project] = ['email', 'uniqueId', 'projectId'].map((key) => text(at(data, key)));
  return email === '' ? [] : [{
    email,
    uniqueId,
    project,
    displayName: text(at(data, 'displayName')),
    description: text(at(data, 'description')),
    disabled: at(data, 'disabled') === true,
    ...(isInstant(changedAt) ? { changedAt } : {}),
  }];
}

/** A key as the IAM API describes it. Google's own keys, which it rotates itself, are left out. */
export function keyIn(data: unknown): AccountKey[] {
  const [, account, id] = /\/serviceAccounts\/([^/]+)\/keys\/([^/]+)$/.exec(text(at(data, 'name'))) ?? [];
  if (account === undefined || text(at(data, 'keyType')) !== 'USER_MANAGED') {
    return [];
  }
  const [createdAt, expiresAt] = ['validAfterTime', 'validBeforeTime'].map((key) => text(at(data, key)));
  const [, leaked] = /_(EXPOSED|COMPROMISE_DETECTED)$/.exec([
    text(at(data, 'disableReason')), ...list(at(data, 'extendedStatus')).map((status) => text(at(status, 'key'))),
  ].find((status) => /_(EXPOSED|COMPROMISE_DETECTED)$/.test(status)) ?? '') ?? [];
  return [{
    account,
    id,
    active: at(data, 'disabled') !== true,
    ...(isInstant(createdAt) ? { createdAt } : {}),
    ...(isInstant(expiresAt) && !expiresAt.startsWith(NEVER) ? { expiresAt } : {}),
    ...(leaked === undefined ? {} : { leaked: leaked === 'EXPOSED' ? 'exposed' : 'compromised' }),
  }];
}

function projectIn(data: unknown, ancestors: readonly string[]): Project[] {
  const id = text(at(data, 'projectId'));
  const state = text(at(data, 'lifecycleState'));
  // A number can come as a text.
  return id === '' || (state !== '' && state !== 'ACTIVE') ? [] : [{
    id, number: String(at(data, 'projectNumber') ?? ''), name: text(at(data, 'name')), labels: labelsIn(at(data, 'labels')), ancestors: ancestors.filter((one) => !one.startsWith('projects/')),
  }];
}

export function labelsIn(labels: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(labels ?? {}).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])));
}

function attachmentsIn(type: string, data: unknown, name: string): Attachment[] {
  const runs = Object.hasOwn(RUNS_AS, type) ? RUNS_AS[type] : undefined;
  const account = runs?.paths.map((path) => text(at(data, ...path))).find((found) => found !== '');
  return runs === undefined || account === undefined ? [] : [{ account: account.split('/').at(-1)!, kind: runs.kind, name: `${runs.what} ${name.split('/').at(-1)}` }];
}

function isInstant(value: string): boolean {
  return /^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(Date.parse(value));
}
