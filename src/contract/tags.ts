/**
 * Tags of an agent's principal. Sessions and requests may not set them, and users' own tags may not replace them. IAM compares tag keys without regard to
 * case. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
 */
export const AGENT_TAGS = {
  name: 'agent:name',
  sponsor: 'agent:sponsor',
  stage: 'agent:stage',
  expires: 'agent:expires',
  purpose: 'agent:purpose',
  costCenter: 'agent:cost-center',
  registry: 'agent:registry',
  /** On the role of an agent to which others delegate. The engine may write inline policies, which deny their sessions, on such a role only. */
  delegate: 'agent:delegate',
} as const;

export const RESERVED_TAG_KEYS: readonly string[] = Object.values(AGENT_TAGS);

/** Whether IAM treats the key as a reserved one. */
export function isReservedTag(key: string): boolean {
  return RESERVED_TAG_KEYS.includes(key.toLowerCase());
}
