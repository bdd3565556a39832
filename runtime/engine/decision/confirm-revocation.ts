import { DecisionContext } from './context';
import { reasonOf } from '../../../src/core/errors';
import { requireReason } from '../../../src/core/reason';
import { PlacementState } from '../../model/placement-state';
import { Decision, NOTHING_TO_DO, refuse, StateChange } from '../../model/plan';
import { actorOf, ConfirmRevocation, LifecycleRequest } from '../../model/request';
import { Confirmation, openRevocations, RevocationRecord } from '../../model/revocation';
import { confirmedEvent } from '../revocation-events';

/** Closes a revocation by the word of a person: of a leave, or of what an agent no longer declares. It is recorded as attested, never as verified. */
export function decideConfirmRevocation(
  state: PlacementState | undefined, request: LifecycleRequest<ConfirmRevocation>, { now }: DecisionContext,
): Decision {
  const { placement: { agentName }, intent: { revoker: id, reason } } = request;
  if (state === undefined) {
    return refuse('AgentUnknown', `the ledger has no agent ${agentName}: see nhi list`);
  }
  try {
    requireReason(reason);
  } catch (error) {
    return refuse('ReasonInvalid', `agent ${agentName} is as it was: ${reasonOf(error)}`);
  }
  const confirmed: Confirmation = { at: now.toISOString(), by: actorOf(request), reason };
  const open = openRevocations(state).find(({ revoker }) => revoker.id === id);
  const former = state.formerRevokers?.find((one) => one.id === id);
  if (open !== undefined) {
    const closed = closedBy(open, confirmed);
    return attested(state, closed, { revocations: state.revocations!.map((one) => (one === open ? closed : one)) });
  }
  if (former !== undefined && state.status === 'active') {
    const others = state.formerRevokers!.filter((one) => one !== former);
    return attested(state, { revoker: former, since: confirmed.at, attempts: 0, confirmed }, { formerRevokers: others.length === 0 ? null : others });
  }
  const known = [...openRevocations(state).map(({ revoker }) => revoker.id), ...(state.status === 'active' ? state.formerRevokers ?? [] : []).map((one) => one.id)];
  return refuse('RevocationUnknown', `agent ${agentName} has nothing to confirm at ${id}: ${known.length === 0 ? 'nothing of it is open' : `open are ${known.join(', ')}`}; see nhi show ${agentName}`);
}

function closedBy({ tryAt: _next, waits: _waits, ...record }: RevocationRecord, confirmed: Confirmation): RevocationRecord {
  return { ...record, confirmed };
}

function attested(state: PlacementState, closed: RevocationRecord, change: StateChange): Decision {
  return { ...NOTHING_TO_DO, transition: 'confirm', change, events: [confirmedEvent(state, closed)] };
}
