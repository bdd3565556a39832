import { MOST_FORMER_REVOKERS } from '../../../src/contract/revokers';
import { isLiving, PlacementState } from '../../model/placement-state';
import { Refusal, refuse } from '../../model/plan';
import { Change, Join, LifecycleRequest } from '../../model/request';
import { formerAfter } from '../../model/revocation';

/** What an agent no longer declares at third parties is kept until its leave, and the ledger's item about it has a limited size. */
export function tooManyRevokers(state: PlacementState | undefined, { intent: { declared } }: LifecycleRequest<Join | Change>): Refusal | undefined {
  const former = state === undefined || !isLiving(state) ? [] : formerAfter(state, declared);
  return former.length <= MOST_FORMER_REVOKERS ? undefined : refuse('RevokersExceeded',
    `agent ${state!.placement.agentName} no longer declares ${former.length} revokers, at most ${MOST_FORMER_REVOKERS} are kept for its leave: end that access at ${former.map(({ id }) => id).join(', ')} `
    + `and run \`nhi confirm ${state!.placement.agentName} <revoker>\` for what no longer exists, then deploy again`);
}
