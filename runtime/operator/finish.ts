import { askEngine, Asking, requestOf } from './ask-engine';
import { Connection } from './connection';
import { showPlacement } from './placements';
import { Proposal } from './proposal';
import { teardownLines } from './teardown-lines';
import { RefusedError } from '../../src/core/errors';
import { decide } from '../engine/decision/decide';
import { observeFinish } from '../engine/observation/finish';
import { PlacementState } from '../model/placement-state';
import { isRefusal, Plan } from '../model/plan';
import { Finish } from '../model/request';

const FINISH: Finish = { kind: 'finish' };

const TRANSITIONS: Partial<Record<Plan['transition'], (state: PlacementState) => string>> = {
  'leave': () => 'finish its leave: delete what belongs to it, and write its decommission certificate',
  'retire': () => 'delete principals that it has no more',
  'undo-move': ({ pending, principals }) => `undo its move to ${pending === undefined ? 'the next stage' : principals[pending.to].stage}, and let its former principal work again`,
};

/**
 * Finds what CloudFormation no longer manages of an agent, makes the engine's decision in advance, and says what the engine will do.
 *
 * @throws RefusedError with the engine's code, such as `NothingToFinish`
 */
export async function proposeFinish(connection: Connection, agentName: string, asking: Asking): Promise<Proposal<PlacementState>> {
  const state = await showPlacement(connection, agentName);
  // Any path will do, because this only reads. The engine refuses roles outside its own path.
  const found = await observeFinish({ ...connection, registryPath: '/', now: () => asking.now }, state);
  const decision = decide(state, requestOf(connection, state.placement, FINISH), found);
  if (isRefusal(decision)) {
    throw new RefusedError(decision.code, decision.message);
  }
  return { will: described(state, decision), make: () => askEngine(connection, agentName, FINISH, asking) };
}

function described(state: PlacementState, plan: Plan): string[] {
  const { placement } = state;
  return [
    `agent ${placement.agentName} in account ${placement.account}: ${TRANSITIONS[plan.transition]?.(state) ?? plan.transition}`,
    ...teardownLines(state, plan),
  ];
}
