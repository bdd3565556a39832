import { ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import { Wiper } from './wiper';
import { ownSecretPrefix } from '../../../src/contract/role-names';
import { allItems } from '../../pages';

/**
 * Secrets under the name that is reserved for the agent's own, but not declared as such. Others may need them, so they are reported and not changed.
 */
export const undeclaredSecrets: Wiper = {
  name: 'undeclared-secrets',
  ofAgent: true,
  source: 'secrets under the name that is reserved for the agent',
  gaps: ['secrets under other names'],
  // The statement of tagged-only already allows ListSecrets.
  needs: [],
  async list(context, { registry, agentName, declaredSecrets }) {
    const prefix = ownSecretPrefix(registry, agentName);
    const secrets = await allItems(
      // Secrets that are scheduled for deletion are included, because they can be restored.
      (NextToken) => context.secrets.send(new ListSecretsCommand({ Filters: [{ Key: 'name', Values: [prefix] }], IncludePlannedDeletion: true, NextToken })),
      (page) => page.SecretList, (page) => page.NextToken);
    return secrets.filter(({ Name: name = '' }) => name.startsWith(prefix) && !declaredSecrets.includes(name))
      .map(({ Name: name = '' }) => ({ wiper: 'undeclared-secrets', kind: 'secret', id: `secret/${name}`, actedOn: false, note: `under ${prefix}, and not declared in ownSecrets: look at it` }));
  },
  async wipe() {
    throw new Error('what nobody declared as the agent\'s own is never wiped');
  },
};
