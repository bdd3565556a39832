import { orGone } from '../api';
import { look } from './look';
import { Wiper } from './wiper';

const NAME = 'own secrets';

/** The secrets that were declared as the agent's own, with all their versions. A label is no declaration, because anyone can set one. */
export const ownSecrets: Wiper = {
  name: NAME,
  source: 'the secrets that are declared as the agent\'s own',
  gaps: ['secrets that only have the agent\'s label'],
  list: ({ api }, { ownSecrets: names }) => look({ wiper: NAME, kind: 'own secret' }, names, (name) => name, async (name) => {
    const secret = await orGone(api.call({ service: 'secretmanager', method: 'GET', path: `/v1/${name}` }));
    return secret === undefined ? [] : [name];
  }),
  async wipe({ api }, _target, { id }) {
    await orGone(api.call({ service: 'secretmanager', method: 'DELETE', path: `/v1/${id}` }));
  },
};
