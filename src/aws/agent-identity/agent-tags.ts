import { aws_iam as iam } from 'aws-cdk-lib';
import { Expiry, Sponsor } from '../../core';
import { iamTagValue } from '../../core/tag-value';

export interface AgentTagProps {
  readonly registryName: string;
  readonly agentName: string;
  readonly purpose: string;
  readonly sponsor: Sponsor;
  readonly stageName: string;
  readonly expires: Expiry;
}

// Above any that a user's Tags.of(app) has: who answers for an agent must not be overwritten from afar.
const PRIORITY = 10_000;

/** Whose the role is, readable for whoever looks at it. For people and tools: nothing is allowed or denied by these tags. */
export function tagRole(role: iam.CfnRole, props: AgentTagProps): void {
  const tags: Record<string, string | undefined> = {
    'agent:name': props.agentName,
    'agent:sponsor': props.sponsor.id,
    'agent:stage': props.stageName,
    'agent:expires': props.expires.iso,
    'agent:purpose': iamTagValue(props.purpose),
    'agent:cost-center': props.sponsor.costCenter,
    'agent:registry': props.registryName,
  };
  for (const [key, value] of Object.entries(tags)) {
    if (value !== undefined) {
      role.tags.setTag(key, value, PRIORITY);
    }
  }
}

/** The purpose as IAM's alphabet for descriptions allows it; the engine is told the original. */
export function descriptionOf(purpose: string): string {
  return purpose.replace(/[^\u0020-\u007e\u00a1-\u00ff]+/g, ' ').trim();
}
