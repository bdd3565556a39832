import { delegatesOf } from './delegates';
import { Engine } from './engine';
import { Holdings } from '../aws/cuts';
import { PlacementState, remaining } from '../model/placement-state';

/** What runs with the principals of an agent. */
export function holdingsOf(engine: Engine, state: PlacementState): Holdings {
  return new Holdings(engine, {
    agentName: state.placement.agentName,
    principals: remaining(state),
    delegates: () => delegatesOf(engine, state),
    stackIds: [...new Set([state.owner, state.pending?.previousOwner].flatMap((owner) => owner?.stackId ?? []))],
  });
}
