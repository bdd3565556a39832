import { delegatesOf } from './delegates';
import { Engine } from './engine';
import { Holdings } from '../aws/cuts';
import { credentialsOf, OwnCredential } from '../model/own-credentials';
import { PlacementState, remaining } from '../model/placement-state';
import { RevokerRecord, revokersOf } from '../model/revocation';

/** What runs with the principals of an agent. */
export function holdingsOf(engine: Engine, state: PlacementState, credentials: readonly OwnCredential[] = credentialsOf(state)): Holdings {
  const isCut = ({ onSuspend }: RevokerRecord): boolean => onSuspend === true;
  const all = revokersOf(state);
  return new Holdings(engine, {
    ...state.placement,
    principals: remaining(state),
    // The settings with which an account was deactivated come before those that no longer say how to activate it.
    everyRevoker: [...all.filter(isCut), ...all.filter((one) => !isCut(one))],
    revokers: all.filter(isCut),
    credentials,
    delegates: () => delegatesOf(engine, state),
    stackIds: [...new Set([state.owner, state.pending?.previousOwner].flatMap((owner) => owner?.stackId ?? []))],
  });
}
