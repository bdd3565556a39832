/** Prefix of the keys of agents' tags, if the registry's naming sets no other. */
export const DEFAULT_TAG_PREFIX = 'agent:';

/**
 * Tags of an agent's principal. Sessions and requests may not set them, and users' own tags may not replace them. IAM compares tag keys without regard to
 * case. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
 */
const TAGS = {
  name: 'name',
  sponsor: 'sponsor',
  stage: 'stage',
  expires: 'expires',
  purpose: 'purpose',
  costCenter: 'cost-center',
  registry: 'registry',
} as const;

/** Keys of agents' tags. */
export type AgentTags = Readonly<Record<keyof typeof TAGS, string>>;

/** The keys of the tags, with the prefix of a registry. */
export function agentTags(prefix: string): AgentTags {
  return Object.fromEntries(Object.entries(TAGS).map(([what, key]) => [what, `${prefix}${key}`])) as AgentTags;
}

export function reservedTagKeys(prefix: string): string[] {
  return Object.values(agentTags(prefix));
}

/** Whether IAM treats two keys as the same. */
export function isSameTag(one: string | undefined, other: string): boolean {
  return one?.toLowerCase() === other.toLowerCase();
}

/** Whether a key begins with a prefix, for IAM. */
export function hasTagPrefix(prefix: string, key: string): boolean {
  return key.toLowerCase().startsWith(prefix.toLowerCase());
}

/** Whether IAM treats the key as a reserved one. */
export function isReservedTag(prefix: string, key: string): boolean {
  return reservedTagKeys(prefix).some((reserved) => isSameTag(key, reserved));
}
