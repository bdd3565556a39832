import { delegatesOf } from './delegates';
import { Engine } from './engine';
import { Holdings } from '../aws/cuts';
import { credentialsOf, OwnCredential } from '../model/own-credentials';
import { PlacementState, remaining } from '../model/placement-state';
import { revokersOf } from '../model/revocation';

/** What runs with the principals of an agent. */
export function holdingsOf(engine: Engine, state: PlacementState, credentials: readonly OwnCredential[] = credentialsOf(state)): Holdings {
  return new Holdings(engine, {
    ...state.placement,
    principals: remaining(state),
    everyRevoker: revokersOf(state),
    revokers: revokersOf(state).filter(({ onSuspend }) => onSuspend === true),
    credentials,
    delegates: () => delegatesOf(engine, state),
    stackIds: [...new Set([state.owner, state.pending?.previousOwner].flatMap((owner) => owner?.stackId ?? []))],
  });
}
