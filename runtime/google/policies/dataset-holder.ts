import { Binding, Policy } from './policy';
import { HolderKind } from './policy-holder';
import { RESOURCE_NAMES } from '../../../src/contract/google';

interface AccessEntry {
  readonly role?: string;
  readonly userByEmail?: string;
  readonly iamMember?: string;
}

interface Dataset {
  readonly etag?: string;
  readonly access?: readonly AccessEntry[];
}

/** With a lower version, the write would drop conditions of others. */
const query = { accessPolicyVersion: '3' };

/**
 * A BigQuery dataset has a list of access entries instead of a policy. Each entry becomes a binding of its own and keeps the whole entry beside it.
 * Views, routines and conditions of others are then written back unchanged.
 */
export const DATASET: HolderKind = {
  service: 'bigquery',
  ...RESOURCE_NAMES.dataset,
  holder: (name) => {
    const path = `/bigquery/v2/${name}`;
    return {
      name,
      read: async (api) => {
        const dataset = await api.call<Dataset>({ service: 'bigquery', method: 'GET', path, query });
        return { etag: dataset.etag, bindings: (dataset.access ?? []).map(asBinding) };
      },
      write: async (api, policy: Policy) => {
        const access = (policy.bindings as readonly EntryBinding[]).map(({ entry }) => entry);
        await api.call({ service: 'bigquery', method: 'PATCH', path, query, body: { access }, etag: policy.etag, retriesConflict: false });
      },
      writeNeeds: ['bigquery.datasets.get'],
      // BigQuery can't test permissions on datasets. A successful read proves at least access to the dataset.
      test: async (api, permissions) => {
        await api.call({ service: 'bigquery', method: 'GET', path, query });
        return permissions;
      },
    };
  },
};

interface EntryBinding extends Binding {
  readonly entry: AccessEntry;
}

function asBinding(entry: AccessEntry): EntryBinding {
  const members = [
    ...entry.userByEmail === undefined ? [] : [entry.userByEmail.includes(':') ? entry.userByEmail : `serviceAccount:${entry.userByEmail}`],
    ...entry.iamMember === undefined ? [] : [entry.iamMember],
  ];
  return { role: entry.role ?? 'none', members, entry };
}
