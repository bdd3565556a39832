import { AgentTags, agentTags } from '../../src/contract/tags';

type Tags = Readonly<Record<string, string>>;

/** The keys of an agent's tags on this identity, whatever prefix its registry gives them. Undefined if it has no name, stage and registry of one prefix. */
export function agentKeysIn(tags: Tags): AgentTags | undefined {
  const { registry: ending } = agentTags('');
  return Object.keys(tags).filter((key) => key.endsWith(ending)).map((key) => agentTags(key.slice(0, -ending.length)))
    .find(({ name, stage, registry }) => [name, stage, registry].every((key) => tags[key] !== undefined));
}
