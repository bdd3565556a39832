import { ListSecretsCommand, SecretListEntry } from '@aws-sdk/client-secrets-manager';
import { Wiper } from './wiper';

/** Secrets that merely carry the agent's name as a tag. Anybody can tag, so they are reported and left alone. */
export const taggedOnly: Wiper = {
  name: 'tagged-only',
  ofAgent: true,
  async list(context, target) {
    const secrets: SecretListEntry[] = [];
    let NextToken: string | undefined;
    do {
      const page = await context.secrets.send(new ListSecretsCommand({ Filters: [{ Key: 'tag-key', Values: ['agent:name'] }], NextToken }));
      secrets.push(...page.SecretList ?? []);
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return secrets
      // Filters match prefixes: the exact tag is looked for here.
      .filter(({ Name: name = '', Tags: tags = [] }) => !target.ownSecrets.includes(name) && tags.some(({ Key: key, Value: value }) => key === 'agent:name' && value === target.agentName))
      .map(({ ARN: arn = '' }) => ({ wiper: 'tagged-only', kind: 'secret', id: arn, actedOn: false, note: 'only tagged: look at it' }));
  },
  async wipe() {
    throw new Error('what is only tagged is never wiped');
  },
};
