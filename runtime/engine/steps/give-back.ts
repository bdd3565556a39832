import { giveBackRole } from '../../aws/principals';
import { Engine } from '../engine';
import { advance, ExecutionProgress, StepInput } from '../execution';
import { loadPlannedRequest, stateOf } from '../loaded-request';

/**
 * Takes from the plan's adopted roles what their adoption added. Then another agent may adopt them.
 *
 * @throws RetryableError `NotReturned`
 */
export async function giveBack(engine: Engine, input: StepInput): Promise<ExecutionProgress> {
  const loaded = await loadPlannedRequest(engine, input);
  const state = stateOf(loaded);
  for (const roleId of loaded.plan.giveBack ?? []) {
    const principal = state.principals[roleId];
    await giveBackRole(engine, principal);
    await engine.table.write([engine.ledger.adoptions.ending(state.placement, principal)]);
  }
  return advance(input.progress!);
}
