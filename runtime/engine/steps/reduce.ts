import { liftReduction, reducePrincipal } from '../../aws/principals';
import { digestOfReduction, probeOf, reductionPolicy } from '../../certification';
import { PrincipalRef, RoleId } from '../../model/placement-state';
import { StateChange } from '../../model/plan';
import { DeniedAction, Reduction, ReductionEffect } from '../../model/review';
import { Engine } from '../engine';
import { advance, ExecutionProgress, StepInput } from '../execution';
import { PlannedRequest, eventContext, loadPlannedRequest, stateOf } from '../loaded-request';

/**
 * Denies the plan's principals what reviews took from the agent, and records when each denial was seen to work. If nothing is denied any more, the Deny is removed.
 *
 * @throws RetryableError `NotReduced`
 */
export async function reduce(engine: Engine, input: StepInput): Promise<ExecutionProgress> {
  const loaded = await loadPlannedRequest(engine, input);
  const state = stateOf(loaded);
  const { reduction, declared } = state;
  if (reduction === undefined) {
    return advance(input.progress!);
  }
  const denied = deniedAfter(loaded.plan.change, reduction);
  const declaredActions = [...new Set(declared?.access?.stages.flatMap(({ grants }) => grants.flatMap(({ actions }) => actions)) ?? [])];
  const probes = [...new Set(denied.map((one) => probeOf(one, declaredActions)))];
  const effects: Record<RoleId, ReductionEffect> = {};
  for (const roleId of loaded.plan.reduce ?? []) {
    const principal = principalOf(loaded, roleId);
    if (principal === undefined) {
      continue;
    }
    if (denied.length === 0) {
      await liftReduction(engine, principal);
    } else {
      // A simulation would prove nothing while the principal is denied everything. The agenda makes it up.
      const simulated = state.principals[roleId]?.status === 'quarantined' ? [] : probes;
      const isThere = await reducePrincipal(engine, principal, reductionPolicy(denied), simulated);
      const seen = { sha256: digestOfReduction(denied), verifiedAt: engine.now().toISOString() };
      effects[roleId] = isThere ? { ...seen, simulated } : { ...seen, simulated: [], absent: true };
    }
  }
  const after = { ...reduction, effects: { ...reduction.effects, ...effects } };
  await engine.ledger.commit(loaded.request.placement, state, { reduction: after }, [], eventContext(engine, loaded.request));
  return advance(input.progress!);
}

/** What is denied is written down before it is done. What is given back is recorded after. */
function deniedAfter(change: StateChange | undefined, { denied }: Reduction): readonly DeniedAction[] {
  return change?.reduction === undefined ? denied : change.reduction?.denied ?? [];
}

/** A principal that joins is not in the state yet. */
function principalOf({ state, request: { intent } }: PlannedRequest, roleId: RoleId): PrincipalRef | undefined {
  const joining = 'principal' in intent && typeof intent.principal === 'object' ? intent.principal : undefined;
  return state?.principals[roleId] ?? (joining?.roleId === roleId ? joining : undefined);
}
