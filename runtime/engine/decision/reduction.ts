import { PlacementState, remaining } from '../../model/placement-state';
import { applyChange, Decision, isRefusal, Plan } from '../../model/plan';

/** Transitions of CloudFormation after which principals may have access. */
const GRANTING: readonly Plan['transition'][] = ['join', 'update', 'move', 'undo-move'];

/**
 * No deployment lifts what reviews denied, not a change of stage, nor a leave with a join after it: each of them denies it again on every principal that is left, before access is
 * granted.
 */
export function stillReduced(state: PlacementState | undefined, decision: Decision): Decision {
  if (state?.reduction === undefined || isRefusal(decision) || !GRANTING.includes(decision.transition)) {
    return decision;
  }
  const after = applyChange(applyChange(state, decision.note ?? {}), decision.change ?? {});
  return { ...decision, reduce: remaining(after).map(({ roleId }) => roleId) };
}
