import { ListRoleTagsCommand } from '@aws-sdk/client-iam';
import { Connection } from './connection';
import { inBatches } from './in-batches';
import { showPlacement } from './placements';
import { PlacementSummary } from '../ledger';

/** Which agents to select. All given conditions must match. */
export interface Selection {
  /** Id of the sponsor as the list shows it. Mail addresses are compared without regard to case. */
  readonly sponsor?: string;
  readonly stage?: string;
  /** A tag of the agent's role, as IAM has it now. */
  readonly tag?: { readonly key: string; readonly value: string };
}

/** Number of agents whose tags are read at the same time. IAM throttles each account. */
const AT_ONCE = 8;

/**
 * Selects living agents. Sponsor and stage are in the rows of the living agents, which are one partition, about 3,000 agents a read. Tags are not in
 * the ledger: they are read from IAM, one call for each agent that the other conditions have left.
 */
export async function selectAgents(connection: Connection, { sponsor, stage, tag }: Selection): Promise<PlacementSummary[]> {
  const living = await connection.ledger.fleet.living();
  const found = living.filter((agent) => (stage === undefined || agent.stage === stage)
    && (sponsor === undefined || agent.sponsorId.toLowerCase() === sponsor.toLowerCase()));
  if (tag === undefined) {
    return found;
  }
  const tagged = await inBatches(found, AT_ONCE, async (agent) => await hasTag(connection, agent, tag) ? agent : undefined);
  return tagged.filter((agent) => agent !== undefined);
}

async function hasTag(connection: Connection, { agentName }: PlacementSummary, { key, value }: NonNullable<Selection['tag']>): Promise<boolean> {
  const { principals, present } = await showPlacement(connection, agentName);
  try {
    // A role has 50 tags at most, fewer than a page.
    const { Tags: tags = [] } = await connection.iam.send(new ListRoleTagsCommand({ RoleName: principals[present].roleName, MaxItems: 100 }));
    return tags.some((tag) => tag.Key === key && tag.Value === value);
  } catch (error) {
    if (error instanceof Error && /^NoSuchEntity/.test(error.name)) {
      return false;
    }
    throw error;
  }
}
