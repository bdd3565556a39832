import { validateCampaignName } from '../../../src/core/campaign-name';
import { reasonOf } from '../../../src/core/errors';
import { broughtForward } from '../../certification/campaign';
import { PlacementState } from '../../model/placement-state';
import { Decision, NOTHING_TO_DO, refuse } from '../../model/plan';
import { BringForward, LifecycleRequest } from '../../model/request';
import { AttendContext } from '../agenda/entry';

/** The clocks of an operator's machine and of the engine differ. */
const CLOCKS_DIFFER_MS = 300_000;

/** A campaign asks for a review. A repetition changes nothing, and an open review keeps its deadline. */
export function decideBringForward(
  state: PlacementState | undefined, { placement: { agentName }, intent }: LifecycleRequest<BringForward>, { now, settings }: AttendContext,
): Decision {
  if (state === undefined || state.status !== 'active' || settings.review === undefined) {
    return refuse('AgentUnknown', `agent ${agentName} ${state === undefined ? 'is not in the ledger' : state.status === 'active' ? 'is not reviewed: its registry has no AccessCertification' : `is ${state.status}`}: see nhi list`);
  }
  const problem = problemOf(intent, now);
  if (problem !== undefined) {
    return refuse('CampaignInvalid', `the review of agent ${agentName} is not brought forward: ${problem}`);
  }
  const review = broughtForward(state, intent.openedAt, now);
  return review === undefined ? NOTHING_TO_DO : { ...NOTHING_TO_DO, transition: 'attend', change: { review } };
}

/** Anyone who may store a request can choose its content. */
function problemOf({ campaign, openedAt }: BringForward, now: Date): string | undefined {
  try {
    validateCampaignName(campaign);
  } catch (error) {
    return reasonOf(error);
  }
  const at = Date.parse(openedAt);
  return at <= now.getTime() + CLOCKS_DIFFER_MS ? undefined : `the campaign says it was opened at ${String(openedAt)}, which is no past instant: check the clock, and open another campaign`;
}
