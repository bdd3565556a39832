import { Annotations, aws_iam as iam } from 'aws-cdk-lib';
import { agentTags, isReservedTag } from '../../contract/tags';
import { Expiry, Sponsor } from '../../core';
import { shown } from '../../core/shown';
import { iamTagValue } from '../../core/tag-value';
import { isRecord, list } from '../iam/statement';

interface AgentTagProps {
  /** Prefix of the keys. */
  readonly prefix: string;
  readonly registryName: string;
  readonly agentName: string;
  readonly purpose: string;
  readonly sponsor: Sponsor;
  readonly stageName: string;
  readonly expires: Expiry;
}

// Above the priority of a user's Tags.of(app), which must not overwrite who is accountable for an agent.
const PRIORITY = 10_000;

/** Tags the role with its agent's data, for people and tools that inspect it. These tags allow and deny nothing. */
export function tagRole(role: iam.CfnRole, props: AgentTagProps): Record<string, string> {
  const keys = agentTags(props.prefix);
  const all: Record<string, string | undefined> = {
    [keys.name]: props.agentName,
    [keys.sponsor]: props.sponsor.id,
    [keys.stage]: props.stageName,
    [keys.expires]: props.expires.iso,
    [keys.purpose]: iamTagValue(props.purpose),
    [keys.costCenter]: props.sponsor.costCenter,
    [keys.registry]: props.registryName,
  };
  const tags = Object.fromEntries(Object.entries(all).filter((tag): tag is [string, string] => tag[1] !== undefined));
  for (const [key, value] of Object.entries(tags)) {
    role.tags.setTag(key, value, PRIORITY);
  }
  leaveOutOtherCases(role, props.prefix);
  return tags;
}

/** IAM treats `Agent:Stage` and `agent:stage` as the same key, and rejects a role that has both. */
function leaveOutOtherCases(role: iam.CfnRole, prefix: string): void {
  const { tags } = role;
  const setTag = tags.setTag.bind(tags);
  tags.setTag = (key, value, ...others) => {
    if (isReservedTag(prefix, key)) {
      Annotations.of(role).addWarningV2('cdk-nhi-lifecycle:TagReserved',
        `tag ${shown(key)} is left out: an agent's role has it from its declaration; exclude the role or use another key`);
      return;
    }
    setTag(key, value, ...others);
  };
}

/** Faults of the rendered tags, which an escape hatch may have changed. */
export function tagFaults(rendered: unknown, wanted: Record<string, string>): string[] {
  const tags = list(rendered).filter(isRecord).map(({ Key: key, Value: value }) => ({ key: String(key), value }));
  const lost = Object.entries(wanted).filter(([key, value]) => !tags.some((tag) => tag.key === key && tag.value === value)).map(([key]) => key);
  const twice = tags.map(({ key }) => key).filter((key, index, keys) => keys.findIndex((other) => other.toLowerCase() === key.toLowerCase()) < index);
  return [
    ...lost.map((key) => `TagsChanged: tag ${shown(key)} of the role was changed or taken out after the agent was declared: remove the override`),
    ...twice.map((key) => `TagTwice: IAM reads tag keys without regard to case, and ${shown(key)} is there twice: keep one of them`),
  ];
}

/** The purpose in the characters that IAM allows in descriptions. The engine receives the original. */
export function descriptionOf(purpose: string): string {
  return purpose.replace(/[^\u0020-\u007e\u00a1-\u00ff]+/g, ' ').trim();
}
