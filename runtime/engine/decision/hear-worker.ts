import { DecisionContext } from './context';
import { PlacementState } from '../../model/placement-state';
import { Decision, NOTHING_TO_DO } from '../../model/plan';
import { HearWorker, LifecycleRequest } from '../../model/request';
import { openRevocations } from '../../model/revocation';

/** Reads what a worker has answered. A repeated or late answer finds nothing open, and changes nothing. */
export function decideHearWorker(state: PlacementState | undefined, _request: LifecycleRequest<HearWorker>, _context: DecisionContext): Decision {
  return state === undefined || openRevocations(state).length === 0 ? NOTHING_TO_DO : { ...NOTHING_TO_DO, transition: 'revoke', revoke: true, change: {} };
}
