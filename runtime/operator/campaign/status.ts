import { Acknowledgements, acknowledgements } from './acknowledgement';
import { Campaigning, MOST_NAMED } from './campaigning';
import { firstText, openedCampaign, sourceOf } from './stored';
import { populationOf, StagesSeen } from './walk';
import { campaignPackageKey } from '../../../src/contract/evidence-keys';
import { isDecided, noOutcomes, outcomeOf } from '../../certification/campaign';
import { CampaignManifest, Outcome, StageReviews } from '../../model/campaign';
import { PlacementState } from '../../model/placement-state';
import { sponsorOf } from '../../model/sponsor-of';
import { Connection } from '../connection';
import { inBatches } from '../in-batches';

/** An agent about which not everything is decided. */
export interface UndecidedAgent {
  readonly agentName: string;
  readonly stage: string;
  readonly outcome: Outcome;
  readonly deadline?: string;
  /** Mail address of the accountable person. */
  readonly sponsor?: string;
}

/** How far a campaign is. */
export interface CampaignProgress {
  readonly manifest: CampaignManifest;
  /** Whether its package was written. */
  readonly closed: boolean;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly undecided: number;
  /** The first of them. */
  readonly named: readonly UndecidedAgent[];
  readonly stages: readonly StageReviews[];
  /** When management last acknowledged a campaign of the registry. */
  readonly management: Acknowledgements;
}

const AT_ONCE = 50;

/**
 * Reads what became of each agent of a campaign: one state an agent.
 *
 * @throws InvalidInputError `CampaignUnknown`, `EvidenceChanged`
 */
export async function campaignProgress(connection: Connection, campaign: string, { clock }: Pick<Campaigning, 'clock'>): Promise<CampaignProgress> {
  const { manifest, place } = await openedCampaign(sourceOf(connection), campaign);
  const [outcomes, stages, named] = [noOutcomes(), new StagesSeen(), [] as UndecidedAgent[]];
  for await (const { agents } of populationOf(sourceOf(connection), manifest)) {
    const states = await inBatches(agents, AT_ONCE, ({ agentName }) => connection.ledger.state({ account: connection.account, agentName }));
    agents.forEach(({ agentName, stage }, index) => {
      const state = states[index];
      const outcome = outcomeOf(state, manifest.openedAt, clock());
      outcomes[outcome]++;
      stages.see(state, clock());
      if (!isDecided(outcome) && named.length < MOST_NAMED) {
        named.push({ agentName, stage, outcome, ...askedOf(state) });
      }
    });
  }
  const undecided = Object.entries(outcomes).reduce((sum, [outcome, many]) => sum + (isDecided(outcome as Outcome) ? 0 : many), 0);
  const closed = await firstText(sourceOf(connection), campaignPackageKey(place)) !== undefined;
  return { manifest, closed, outcomes, undecided, named, stages: stages.all, management: await acknowledgements(sourceOf(connection), clock()) };
}

function askedOf(state: PlacementState | undefined): Pick<UndecidedAgent, 'deadline' | 'sponsor'> {
  return {
    ...(state?.review?.open === undefined ? {} : { deadline: state.review.open.deadline }),
    ...(state?.declared === undefined ? {} : { sponsor: sponsorOf(state).accountableEmail }),
  };
}
