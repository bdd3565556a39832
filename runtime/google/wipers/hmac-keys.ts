import { allPages, orGone } from '../api';
import { look } from './look';
import { Wiper } from './wiper';

const NAME = 'HMAC keys';

interface HmacKey {
  readonly accessId: string;
  readonly projectId?: string;
  readonly serviceAccountEmail?: string;
  readonly state?: string;
  readonly etag?: string;
}

/** Cloud Storage's HMAC keys, which no listing of the account's keys contains. Google stores them in the project of their account. */
export const hmacKeys: Wiper = {
  name: NAME,
  source: 'HMAC keys of Cloud Storage that belong to the account',
  gaps: ['HMAC keys in other projects'],
  list: ({ api }, { account, state }) => look({ wiper: NAME, kind: 'HMAC key' }, state === 'replaced' ? [] : [account.project], hmacKeysOf, async (project) => {
    const keys = await allPages(
      api,
      { service: 'storage', method: 'GET', path: `/storage/v1/${hmacKeysOf(project)}`, query: { serviceAccountEmail: account.email } },
      (page: { items?: HmacKey[]; nextPageToken?: string }) => page.items,
    );
    // Google applies the filter. The result is checked again, because another account's key could not be restored.
    return keys
      .filter((key) => key.state !== 'DELETED' && key.serviceAccountEmail?.toLowerCase() === account.email.toLowerCase())
      .map(({ accessId }) => `${hmacKeysOf(project)}/${accessId}`);
  }),
  async wipe({ api }, _target, { id }) {
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

function hmacKeysOf(project: string): string {
  return `projects/${project}/hmacKeys`;
}
