import { Policy, POLICY_VERSION } from './policy';
import { HolderKind } from './policy-holder';
import { PARTS } from '../../../src/contract/google';

/** Cloud Storage has its own form of these calls. */
export const BUCKET: HolderKind = {
  service: 'storage',
  example: 'buckets/acme-invoices',
  pattern: new RegExp(`^(?:(?:projects/_/)?buckets/|b/)?${PARTS.bucket}$`),
  holder: (given) => {
    const bucket = given.slice(given.lastIndexOf('/') + 1);
    const path = `/storage/v1/b/${bucket}/iam`;
    return {
      name: `buckets/${bucket}`,
      read: (api) => api.call<Policy>({ service: 'storage', method: 'GET', path, query: { optionsRequestedPolicyVersion: `${POLICY_VERSION}` } }),
      write: async (api, policy) => {
        await api.call({ service: 'storage', method: 'PUT', path, body: policy, retriesConflict: false });
      },
      writeNeeds: ['storage.buckets.setIamPolicy'],
      test: async (api, permissions) => {
        const { permissions: granted = [] } = await api.call<{ permissions?: string[] }>({ service: 'storage', method: 'GET', path: `${path}/testPermissions`, query: { permissions } });
        return granted;
      },
    };
  },
};
