import { PlacementState } from './placement-state';
import { agentTags } from '../../src/contract/tags';
import { iamTagValue } from '../../src/core/tag-value';

/** The reserved tags of an agent's role, as its construct sets them, besides that of the registry. */
export function tagsOfAgent(
  { placement, declared: { sponsor, stage, expiresAt, purpose } }: Pick<PlacementState, 'placement' | 'declared'>, prefix: string,
): Record<string, string | undefined> {
  const keys = agentTags(prefix);
  return {
    [keys.name]: placement.agentName,
    [keys.sponsor]: sponsor.id,
    [keys.stage]: stage,
    [keys.expires]: expiresAt,
    [keys.purpose]: iamTagValue(purpose),
    [keys.costCenter]: sponsor.costCenter,
  };
}
