import { accountPath } from '../account';
import { orGone } from '../api';
import { look } from './look';
import { Wiper } from './wiper';

const KIND = 'user-managed key';

/** Keys made or uploaded by whomever. They die with the account, but until then, and after an undelete, they open it. */
export const userManagedKeys: Wiper = {
  name: 'user-managed keys',
  list: (api, { account, state }) => look(KIND, state === 'present' ? [account] : [], ({ email }) => email, async () => {
    // Google answers all keys at once; there are ten at most.
    const answer = await orGone(api.call<{ keys?: { name: string }[] }>({
      service: 'iam', method: 'GET', path: `${accountPath(account)}/keys`, query: { keyTypes: 'USER_MANAGED' },
    }));
    return (answer?.keys ?? []).map(({ name }) => ({ kind: KIND, id: name.slice(name.lastIndexOf('/') + 1) }));
  }),
  async wipe(api, { account }, { id }) {
    await orGone(api.call({ service: 'iam', method: 'DELETE', path: `${accountPath(account)}/keys/${encodeURIComponent(id)}` }));
  },
};
