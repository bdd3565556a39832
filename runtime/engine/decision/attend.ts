import { PlacementState } from '../../model/placement-state';
import { Decision, NOTHING_TO_DO, Plan } from '../../model/plan';
import { Attend, LifecycleRequest } from '../../model/request';
import { AttendContext, dueNow, waitForStack, withoutWait } from '../agenda';

/**
 * Does the first thing that is due. The request is only a hint: a late, early or repeated one finds nothing due, and the stored due instant is written
 * again.
 */
export function decideAttend(state: PlacementState | undefined, request: LifecycleRequest<Attend>, context: AttendContext): Decision {
  if (state?.declared === undefined) {
    return NOTHING_TO_DO;
  }
  const due = dueNow(state, context.settings, context.now).find((entry) => request.intent.mayRemove || !entry.removes);
  if (due === undefined) {
    return { ...NOTHING_TO_DO, transition: 'attend', change: {} };
  }
  if (context.unreadable !== undefined) {
    return waitForStack(state, request.requestId, context.now, context.unreadable);
  }
  return due.observes === 'stacks' ? afterWait(state, (known) => due.plan(known, request, context)) : due.plan(state, request, context);
}

/** The stacks were read, so an earlier wait for them is over. */
function afterWait(state: PlacementState, plan: (known: PlacementState) => Plan): Plan {
  const { state: known, over } = withoutWait(state);
  const planned = plan(known);
  const { agenda: _kept, ...others } = over;
  const missing = planned.change?.agenda === undefined && planned.note?.agenda === undefined ? over : others;
  return Object.keys(missing).length === 0 ? planned : { ...planned, change: { ...missing, ...planned.change } };
}
