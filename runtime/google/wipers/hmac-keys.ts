import { allPages, orGone } from '../api';
import { look } from './look';
import { Wiper } from './wiper';

const KIND = 'HMAC key';

interface HmacKey {
  readonly accessId: string;
  readonly projectId?: string;
  readonly serviceAccountEmail?: string;
  readonly state?: string;
  readonly etag?: string;
}

/** Cloud Storage's own keys: no listing of the account's keys shows them. Google keeps them in the project of their account. */
export const hmacKeys: Wiper = {
  name: 'HMAC keys',
  list: (api, { account, state, hmac }) => look(KIND, !hmac || state === 'replaced' ? [] : [account.project], (project) => `projects/${project}/hmacKeys`, async (project) => {
    const keys = await allPages(
      api,
      { service: 'storage', method: 'GET', path: `/storage/v1/projects/${project}/hmacKeys`, query: { serviceAccountEmail: account.email } },
      (page: { items?: HmacKey[]; nextPageToken?: string }) => page.items,
    );
    // The filter is Google's; a key of somebody else would be lost for good.
    return keys
      .filter((key) => key.state !== 'DELETED' && key.serviceAccountEmail?.toLowerCase() === account.email.toLowerCase())
      .map(({ accessId }) => ({ kind: KIND, id: `projects/${project}/hmacKeys/${accessId}` }));
  }),
  async wipe(api, _target, { id }) {
    const call = { service: 'storage', path: `/storage/v1/${id}` } as const;
    const key = await orGone(api.call<HmacKey>({ ...call, method: 'GET' }));
    if (key === undefined || key.state === 'DELETED') {
      return;
    }
    // An active key can't be deleted.
    if (key.state !== 'INACTIVE') {
      await api.call({ ...call, method: 'PUT', body: { state: 'INACTIVE', etag: key.etag } });
    }
    await orGone(api.call({ ...call, method: 'DELETE' }));
  },
};
