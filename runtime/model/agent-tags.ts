import { PlacementState } from './placement-state';
import { AGENT_TAGS } from '../../src/contract/tags';
import { iamTagValue } from '../../src/core/tag-value';

/** The reserved tags of an agent's role, as its construct sets them, besides that of the registry. */
export function agentTags({ placement, declared: { sponsor, stage, expiresAt, purpose } }: Pick<PlacementState, 'placement' | 'declared'>): Record<string, string | undefined> {
  return {
    [AGENT_TAGS.name]: placement.agentName,
    [AGENT_TAGS.sponsor]: sponsor.id,
    [AGENT_TAGS.stage]: stage,
    [AGENT_TAGS.expires]: expiresAt,
    [AGENT_TAGS.purpose]: iamTagValue(purpose),
    [AGENT_TAGS.costCenter]: sponsor.costCenter,
  };
}
