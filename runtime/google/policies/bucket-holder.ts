import { Policy, POLICY_VERSION } from './policy';
import { HolderKind } from './policy-holder';

/** Cloud Storage has its own form of the two calls. */
export const BUCKET: HolderKind = {
  example: 'buckets/acme-invoices',
  pattern: /^(?:(?:projects\/_\/)?buckets\/|b\/)?[a-z0-9][a-z0-9._-]*$/,
  holder: (given) => {
    const bucket = given.slice(given.lastIndexOf('/') + 1);
    const path = `/storage/v1/b/${bucket}/iam`;
    return {
      name: `buckets/${bucket}`,
      read: (api) => api.call<Policy>({ service: 'storage', method: 'GET', path, query: { optionsRequestedPolicyVersion: `${POLICY_VERSION}` } }),
      write: async (api, policy) => {
        await api.call({ service: 'storage', method: 'PUT', path, body: policy, retriesConflict: false });
      },
    };
  },
};
