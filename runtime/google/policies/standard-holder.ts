import { Service } from '../api';
import { Policy, POLICY_VERSION } from './policy';
import { HolderKind } from './policy-holder';

interface StandardKind {
  readonly service: Service;
  readonly version: string;
  readonly pattern: RegExp;
  readonly example: string;
  /** Older APIs expect the options of a read in the body of a POST. */
  readonly readsBy: 'GET' | 'POST';
  /** Version of the policies. @default 3 */
  readonly policyVersion?: number;
  /** Permission that is required to set the policy. */
  readonly writeNeeds: string;
}

/** Most services: `<name>:getIamPolicy` and `<name>:setIamPolicy`. */
export function standardKind({ service, version, pattern, example, readsBy, writeNeeds, policyVersion = POLICY_VERSION }: StandardKind): HolderKind {
  return {
    pattern,
    example,
    holder: (name) => {
      const path = `/${version}/${encodeURI(name)}`;
      return {
        name,
        read: (api) => readsBy === 'POST'
          ? api.call<Policy>({ service, method: 'POST', path: `${path}:getIamPolicy`, body: { options: { requestedPolicyVersion: policyVersion } } })
          : api.call<Policy>({ service, method: 'GET', path: `${path}:getIamPolicy`, query: { 'options.requestedPolicyVersion': `${policyVersion}` } }),
        write: async (api, policy) => {
          // Without an update mask Google writes only bindings and etag, so audit settings of others stay.
          await api.call({ service, method: 'POST', path: `${path}:setIamPolicy`, body: { policy: { ...policy, version: policyVersion } }, retriesConflict: false });
        },
        writeNeeds: [writeNeeds],
        test: async (api, permissions) => {
          const { permissions: granted = [] } = await api.call<{ permissions?: string[] }>({ service, method: 'POST', path: `${path}:testIamPermissions`, body: { permissions } });
          return granted;
        },
      };
    },
  };
}
