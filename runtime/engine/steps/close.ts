import { PlacementState } from '../../model/placement-state';
import { Engine } from '../engine';
import { StepInput } from '../execution';
import { announce } from './announce';

/** Sends the recorded events, responds, and releases the placement's lock. */
export async function close(
  engine: Engine, { requestId, placement, execution }: StepInput, state: PlacementState | undefined, answer: () => Promise<void>,
): Promise<void> {
  const unsent = state === undefined || state.unsent.length === 0 ? undefined : state;
  if (unsent !== undefined) {
    await announce(engine, unsent);
  }
  await answer();
  await engine.table.write([
    ...(unsent === undefined ? [] : engine.ledger.sent(unsent).writes),
    engine.requests.markingAnswered(requestId, engine.now()),
    engine.lock.releasing(placement, execution),
  ]);
}
