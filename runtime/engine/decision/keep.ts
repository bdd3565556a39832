import { DecisionContext } from './context';
import { reasonOf } from '../../../src/core/errors';
import { requireReason } from '../../../src/core/reason';
import { PlacementState } from '../../model/placement-state';
import { Decision, NOTHING_TO_DO, refuse } from '../../model/plan';
import { Keep, LifecycleRequest } from '../../model/request';
import { idleDaysOf, withoutUnused } from '../agenda/idle';

const DAY_MS = 86_400_000;

/** Somebody is accountable for an agent that seems unused. It is judged again after its longest idle time. */
export function decideKeep(state: PlacementState | undefined, request: LifecycleRequest<Keep>, { now }: DecisionContext): Decision {
  const { placement: { agentName }, intent, requestId } = request;
  if (state === undefined || state.status !== 'active') {
    return refuse('AgentUnknown', `agent ${agentName} ${state === undefined ? 'is not in the ledger' : `is ${state.status}`}: see nhi list`);
  }
  if (state.suspension !== undefined) {
    return refuse('AgentSuspended', `agent ${agentName} has been suspended since ${state.suspension.since}: if it is still needed, resume it with \`nhi resume ${agentName}\``);
  }
  try {
    requireReason(intent.reason);
  } catch (error) {
    return refuse('ReasonInvalid', `agent ${agentName} is as it was: ${reasonOf(error)}`);
  }
  return {
    ...NOTHING_TO_DO,
    transition: 'keep',
    change: { agenda: answered(state, now) },
    events: [{ name: 'kept', stage: state.declared.stage, roleId: state.present, details: { reason: intent.reason, foundAt: state.agenda?.unused?.since ?? '' }, key: `kept/${requestId}` }],
  };
}

/** The record after somebody answered for the agent, by keeping or resuming it. */
export function answered(state: PlacementState, now: Date): PlacementState['agenda'] {
  return { ...withoutUnused(state.agenda), usageCheckAt: new Date(now.getTime() + (idleDaysOf(state) ?? 0) * DAY_MS).toISOString() };
}
