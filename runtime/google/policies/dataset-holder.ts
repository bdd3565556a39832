import { Binding, Policy } from './policy';
import { HolderKind } from './policy-holder';

interface AccessEntry {
  readonly role?: string;
  readonly userByEmail?: string;
  readonly iamMember?: string;
}

interface Dataset {
  readonly etag?: string;
  readonly access?: readonly AccessEntry[];
}

/** With less, conditions of others would be dropped at the write. */
const query = { accessPolicyVersion: '3' };

/**
 * A BigQuery dataset has a list of access entries in the place of a policy. Each entry is carried as a binding of its own, with the whole
 * entry beside it, so that views, routines and conditions of others are written back as they were.
 */
export const DATASET: HolderKind = {
  example: 'projects/acme/datasets/ledger',
  pattern: /^projects\/[a-z0-9.:-]+\/datasets\/\w+$/,
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
