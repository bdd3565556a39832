import { PlacementState } from '../../model/placement-state';
import { Decision, NOTHING_TO_DO, refuse } from '../../model/plan';
import { LifecycleRequest, OfferTransfer } from '../../model/request';

/** An operator allows another stack to take over the agent. The offer holds until it is used or withdrawn, or until the agent leaves. */
export function decideOfferTransfer(state: PlacementState | undefined, { placement, intent, requestId }: LifecycleRequest<OfferTransfer>): Decision {
  if (state === undefined || state.status === 'left' || state.status === 'leaving') {
    return refuse('AgentUnknown', `agent ${placement.agentName} ${state === undefined ? 'is not in the ledger' : `is ${state.status}`}: see nhi list`);
  }
  const [from, to] = [state.offeredTo ?? '', intent.toStack ?? ''];
  return {
    ...NOTHING_TO_DO,
    transition: 'offer-transfer',
    change: { offeredTo: intent.toStack ?? null },
    events: from === to ? [] : [{ name: 'transfer-offered', stage: state.declared.stage, roleId: state.present, details: { from, to }, key: `transfer-offered/${requestId}` }],
  };
}
