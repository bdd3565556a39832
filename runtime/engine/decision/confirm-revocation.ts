import { confirmedBy } from './confirmed-by';
import { DecisionContext } from './context';
import { reasonOf } from '../../../src/core/errors';
import { requireReason } from '../../../src/core/reason';
import { PlacementState } from '../../model/placement-state';
import { Decision, NOTHING_TO_DO, refuse, StateChange } from '../../model/plan';
import { ConfirmRevocation, LifecycleRequest } from '../../model/request';
import { closedBy, openRevocations, RevocationRecord } from '../../model/revocation';
import { confirmedEvent } from '../../model/revocation-events';

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
  const open = openRevocations(state).find(({ revoker }) => revoker.id === id);
  const former = state.status === 'active' ? state.formerRevokers?.find((one) => one.id === id) : undefined;
  if (open === undefined && former === undefined) {
    const known = [...openRevocations(state).map(({ revoker }) => revoker.id), ...(state.status === 'active' ? state.formerRevokers ?? [] : []).map((one) => one.id)];
    return refuse('RevocationUnknown', `agent ${agentName} has nothing to confirm at ${id}: ${known.length === 0 ? 'nothing of it is open' : `open are ${known.join(', ')}`}; see nhi show ${agentName}`);
  }
  const record: RevocationRecord = open ?? { revoker: former!, since: now.toISOString(), attempts: 0 };
  const who = confirmedBy(state, request, record);
  if ('refused' in who) {
    return who;
  }
  const closed = closedBy(record, { at: now.toISOString(), ...who, reason });
  if (open !== undefined) {
    return attested(state, closed, { revocations: state.revocations!.map((one) => (one === open ? closed : one)) });
  }
  const others = state.formerRevokers!.filter((one) => one !== former);
  return attested(state, closed, { formerRevokers: others.length === 0 ? null : others });
}

function attested(state: PlacementState, closed: RevocationRecord, change: StateChange): Decision {
  const events = [confirmedEvent(state, closed)];
  // Noted with the plan: no part of a certificate may state what the ledger does not have.
  return { ...NOTHING_TO_DO, transition: 'confirm', note: change, noted: events, change, events };
}
