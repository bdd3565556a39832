import { CampaignSource, itemsOf } from './stored';
import { isCurrent } from '../../../src/core/risk-analysis';
import { FleetRow, rowsOf, sorted } from '../../certification/campaign';
import { CampaignManifest, ExcludedRecord, StageReviews } from '../../model/campaign';
import { PlacementState } from '../../model/placement-state';

/** The agents of one page of a campaign. */
interface PopulationPage {
  readonly agents: readonly FleetRow[];
  readonly excluded: readonly ExcludedRecord[];
}

/**
 * The agents of a campaign as its manifest lists them, a page at a time.
 *
 * @throws InvalidInputError `EvidenceChanged`
 */
export async function* populationOf(source: CampaignSource, manifest: CampaignManifest): AsyncGenerator<PopulationPage> {
  for (const page of manifest.sources.filter((one) => one.source === 'ledger-living').flatMap(({ pages }) => pages)) {
    yield sorted(rowsOf(await itemsOf(source, page)), manifest);
  }
}

/** How the stages of agents are reviewed, as their states say. */
export class StagesSeen {
  private readonly stages = new Map<string, StageReviews>();

  public see(state: PlacementState | undefined, now: Date): void {
    if (state?.declared === undefined) {
      return;
    }
    const { stage, profile: { reviewIntervalDays, twoReviewers, targetedRiskAnalysis: analysis } } = state.declared;
    const why = analysis === undefined ? {} : { targetedRiskAnalysis: analysis, isCurrent: isCurrent(analysis, now) };
    this.stages.set(stage, { stage, reviewIntervalDays, twoReviewers, ...why });
  }

  /** Sorted by name. */
  public get all(): StageReviews[] {
    return [...this.stages.values()].sort((one, other) => (one.stage < other.stage ? -1 : 1));
  }
}
