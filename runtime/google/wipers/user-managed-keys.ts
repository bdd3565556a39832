import { accountPath } from '../account';
import { orGone } from '../api';
import { look } from './look';
import { Wiper } from './wiper';

const NAME = 'user-managed keys';

/** Keys that anyone created or uploaded. They are deleted with the account, but before that, and after an undelete, they give access to it. */
export const userManagedKeys: Wiper = {
  name: NAME,
  source: 'keys of the account that somebody created or uploaded',
  gaps: [],
  list: ({ api }, { account, state }) => look({ wiper: NAME, kind: 'user-managed key' }, state === 'present' ? [account] : [], ({ email }) => email, async () => {
    // Google returns all keys at once. There are at most ten.
    const answer = await orGone(api.call<{ keys?: { name: string }[] }>({
      service: 'iam', method: 'GET', path: `${accountPath(account)}/keys`, query: { keyTypes: 'USER_MANAGED' },
    }));
    return (answer?.keys ?? []).map(({ name }) => name.slice(name.lastIndexOf('/') + 1));
  }),
  async wipe({ api }, { account }, { id }) {
    await orGone(api.call({ service: 'iam', method: 'DELETE', path: `${accountPath(account)}/keys/${encodeURIComponent(id)}` }));
  },
};
