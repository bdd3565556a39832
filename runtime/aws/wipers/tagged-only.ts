import { ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import { Wiper, WiperContext, WipeTarget } from './wiper';
import { agentTags, isSameTag } from '../../../src/contract/tags';
import { allItems } from '../../pages';
import { Finding } from '../../wiping';

interface Tagged {
  readonly ResourceTagMappingList?: { readonly ResourceARN?: string }[];
  readonly PaginationToken?: string;
  readonly [key: string]: unknown;
}

/** What only has the agent's name as a tag, of any service. Anyone can set a tag, so it is reported and not changed. */
export const taggedOnly: Wiper = {
  name: 'tagged-only',
  ofAgent: true,
  source: 'all resources of the region that have the agent\'s name as tag (Resource Groups Tagging API), and secrets with the tag in any case',
  gaps: ['services that the Resource Groups Tagging API does not know, such as IAM\'s roles and users', 'keys of tags in another case, but for secrets', 'other regions'],
  // Neither can be restricted to resources. What they find is only reported.
  needs: [
    { sid: 'LookForTaggedSecrets', actions: ['secretsmanager:ListSecrets'], resources: ['*'] },
    { sid: 'LookForTagged', actions: ['tag:GetResources'], resources: ['*'], of: 'every' },
  ],
  async list(context, target) {
    const { name: key } = agentTags(context.tagPrefix);
    const secrets = await allItems(
      (NextToken) => context.secrets.send(new ListSecretsCommand({ Filters: [{ Key: 'tag-value', Values: [target.agentName] }], NextToken })),
      (page) => page.SecretList, (page) => page.NextToken);
    const tagged = secrets
      // The API's filters match prefixes and are case-sensitive for keys. The exact tag is compared here.
      .filter(({ Tags: tags = [] }) => tags.some(({ Key, Value: value }) => isSameTag(Key, key) && value === target.agentName))
      .map(({ ARN: arn = '' }) => arn);
    const all = await allItems(
      (PaginationToken?: string) => context.calls.json<Tagged>('tagging', 'GetResources', { TagFilters: [{ Key: key, Values: [target.agentName] }], PaginationToken }),
      (page) => page.ResourceTagMappingList, (page) => page.PaginationToken);
    const arns = new Set([...tagged, ...all.flatMap(({ ResourceARN: arn }) => arn ?? [])]);
    return [...arns].filter((arn) => !isKnown(context, target, arn)).map((id): Finding => (
      { wiper: 'tagged-only', kind: id.split(':')[2] === 'secretsmanager' ? 'secret' : 'tagged-resource', id, actedOn: false, note: 'only tagged: look at it' }));
  },
  async wipe() {
    throw new Error('what is only tagged is never wiped');
  },
};

/** What another wiper finds: the agent's own secrets, and what is in IAM under the registry's path. */
function isKnown({ registryPath }: WiperContext, { ownSecrets }: WipeTarget, arn: string): boolean {
  // Secrets Manager adds a hyphen and six characters to the name.
  const [, secret] = /^arn:[^:]+:secretsmanager:[^:]+:\d+:secret:(.+)-[^-]{6}$/.exec(arn) ?? [];
  return (secret !== undefined && ownSecrets.includes(secret)) || /^arn:[^:]+:iam::/.test(arn) && arn.includes(registryPath);
}
