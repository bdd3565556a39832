import { ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import { Wiper } from './wiper';
import { agentTags, isSameTag } from '../../../src/contract/tags';
import { allItems } from '../../pages';

/** Secrets that only have the agent's name as a tag. Anyone can set a tag, so they are reported and not changed. */
export const taggedOnly: Wiper = {
  name: 'tagged-only',
  ofAgent: true,
  // ListSecrets can't be restricted to resources. What it finds is only reported.
  needs: [{ sid: 'LookForTaggedSecrets', actions: ['secretsmanager:ListSecrets'], resources: ['*'] }],
  async list(context, target) {
    const secrets = await allItems(
      (NextToken) => context.secrets.send(new ListSecretsCommand({ Filters: [{ Key: 'tag-value', Values: [target.agentName] }], NextToken })),
      (page) => page.SecretList, (page) => page.NextToken);
    return secrets
      // The API's filters match prefixes and are case-sensitive for keys. The exact tag is compared here.
      .filter(({ Name: name = '', Tags: tags = [] }) => !target.ownSecrets.includes(name) && tags.some(({ Key: key, Value: value }) => isSameTag(key, agentTags(context.tagPrefix).name) && value === target.agentName))
      .map(({ ARN: arn = '' }) => ({ wiper: 'tagged-only', kind: 'secret', id: arn, actedOn: false, note: 'only tagged: look at it' }));
  },
  async wipe() {
    throw new Error('what is only tagged is never wiped');
  },
};
