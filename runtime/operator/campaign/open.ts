import { campaignManifestKey, CampaignPlace } from '../../../src/contract/evidence-keys';
import { InvalidInputError, reasonOf } from '../../../src/core/errors';
import { isBroughtForward, outcomeOf } from '../../certification/campaign';
import { CampaignManifest } from '../../model/campaign';
import { askEngine } from '../ask-engine';
import { Connection } from '../connection';
import { inBatches } from '../in-batches';
import { Proposal } from '../proposal';
import { Campaigning, MOST_NAMED } from './campaigning';
import { freeze } from './freeze';
import { asOpened, firstText, OpenedCampaign, placeOf, sourceOf } from './stored';
import { populationOf } from './walk';

/** What to open, and how much of it at once. */
export interface OpeningOptions {
  /** Only agents in this stage. @default - all */
  readonly stage?: string;
  /** Bring forward at most so many reviews now; the same command continues with the others later. @default - all */
  readonly atMost?: number;
}

/** What an opening has done. */
export interface Opening {
  readonly manifest: CampaignManifest;
  /** Reviews that are open, decided or about to be opened. */
  readonly delivered: number;
  /** Reviews that were left for the next run. */
  readonly later: number;
  readonly failed: number;
  /** The first of those that failed. */
  readonly failures: readonly { readonly agentName: string; readonly failure: string }[];
}

/** Executions that run at the same time: few enough to leave the account's functions to suspensions and deployments. */
const AT_ONCE = 20;
/** Of a request and of the opening by a sweep, at list prices. */
const USD_AN_AGENT = 0.001;

/**
 * Says what opening a campaign does, or continuing one that was opened.
 *
 * @throws InvalidInputError the codes of `validateCampaignName`, `CampaignDiffers`
 */
export async function proposeOpening(
  connection: Connection, campaign: string, options: OpeningOptions, campaigning: Campaigning,
): Promise<Proposal<Opening>> {
  const place = placeOf(connection, campaign);
  const text = await firstText(sourceOf(connection), campaignManifestKey(place));
  const before = text === undefined ? undefined : asOpened(place, text);
  if (before !== undefined && options.stage !== undefined && options.stage !== before.manifest.stage) {
    throw new InvalidInputError('CampaignDiffers', `campaign ${campaign} was opened for ${before.manifest.stage ?? 'all stages'} at ${before.manifest.openedAt}: leave out --stage to continue it, or open a campaign with another name`);
  }
  const agents = before?.manifest.counts.agents ?? await connection.ledger.fleet.count();
  return {
    will: [
      before === undefined
        ? `registry ${connection.registry} in account ${connection.account}: freeze the population of campaign ${campaign}, about ${agents} agents, and store each page that it is made from`
        : `registry ${connection.registry} in account ${connection.account}: continue campaign ${campaign}, which was opened at ${before.manifest.openedAt} by ${before.manifest.openedBy}`,
      `  bring the review of ${options.atMost === undefined ? 'each agent' : `at most ${options.atMost} agents`} forward, ${AT_ONCE} at a time; sweeps open them, about ${(Math.min(agents, options.atMost ?? agents) * USD_AN_AGENT).toFixed(2)} USD`,
      '  an agent whose review nobody decides is suspended at its deadline, and torn down later',
    ],
    make: async () => deliver(connection, before ?? await opened(connection, place, options, campaigning), options, campaigning),
  };
}

async function opened(connection: Connection, place: CampaignPlace, { stage }: OpeningOptions, campaigning: Campaigning): Promise<OpenedCampaign> {
  campaigning.tell('reading the population');
  return freeze(connection, place, stage, campaigning);
}

/** Brings reviews forward. One that fails keeps no other from being brought forward, and all may be done again. */
async function deliver(
  connection: Connection, { manifest }: OpenedCampaign, { atMost = Infinity }: OpeningOptions, campaigning: Campaigning,
): Promise<Opening> {
  const { campaign, openedAt, counts } = manifest;
  const tally = { asked: 0, delivered: 0, later: 0, failed: 0 };
  const failures: { readonly agentName: string; readonly failure: string }[] = [];
  const intent = { kind: 'bring-forward', campaign, openedAt } as const;
  for await (const { agents } of populationOf(sourceOf(connection), manifest)) {
    await inBatches(agents, AT_ONCE, async ({ agentName }) => {
      const state = await connection.ledger.state({ account: connection.account, agentName });
      if (state !== undefined && (isBroughtForward(state, openedAt) || ['left', 'leaving'].includes(outcomeOf(state, openedAt, campaigning.clock())))) {
        tally.delivered++;
        return;
      }
      if (tally.asked >= atMost) {
        tally.later++;
        return;
      }
      tally.asked++;
      try {
        await askEngine(connection, agentName, intent, { ...campaigning, now: campaigning.clock(), tell: () => undefined });
        tally.delivered++;
      } catch (error) {
        tally.failed++;
        if (failures.length < MOST_NAMED) {
          failures.push({ agentName, failure: reasonOf(error) });
        }
      }
    });
    campaigning.tell(`${tally.delivered} of ${counts.agents} reviews are brought forward${tally.failed === 0 ? '' : `, ${tally.failed} failed`}`);
  }
  const { delivered, later, failed } = tally;
  return { manifest, delivered, later, failed, failures };
}
