import { PlacementState } from '../../model/placement-state';
import { Decision, NOTHING_TO_DO } from '../../model/plan';
import { Attend, LifecycleRequest } from '../../model/request';
import { AttendContext, dueNow } from '../agenda';

/**
 * Does the first thing that is due. The request is only a hint: a late, early or repeated one finds nothing due, and the stored due instant is written
 * again.
 */
export function decideAttend(state: PlacementState | undefined, request: LifecycleRequest<Attend>, context: AttendContext): Decision {
  if (state?.declared === undefined) {
    return NOTHING_TO_DO;
  }
  const due = dueNow(state, context.settings, context.now).find((entry) => request.intent.mayRemove || !entry.removes);
  return due?.plan(state, request, context) ?? { ...NOTHING_TO_DO, transition: 'attend', change: {} };
}
