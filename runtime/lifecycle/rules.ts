import { PlacementState } from './placement-state';
import { Refusal, refuse } from './plan';
import { Circumstances, LifecycleRequest } from './request';

const DAY_MS = 86_400_000;

/** Whether the stack that asks may speak for the placement. */
export function speaksFor(state: PlacementState, request: LifecycleRequest, circumstances: Circumstances): boolean {
  const asking = circumstances.stack.owner;
  if (state.owner.stackId === asking.stackId) {
    return true;
  }
  // Stacks get made again under the same name; while the first exists, the second is another.
  if (state.owner.stackName === asking.stackName && circumstances.ownerIsGone) {
    return true;
  }
  return request.kind !== 'Delete' && request.transferFrom === state.owner.stackName;
}

export function notOwner(state: PlacementState, circumstances: Circumstances): Refusal {
  return refuse('NotOwner', `agent ${state.placement.agentName} belongs to the stack ${state.owner.stackName}, not to ${circumstances.stack.owner.stackName}: `
    + `deploy it from there, or hand it over with a change of stage and transferFrom: '${state.owner.stackName}'`);
}

export function suspended(request: LifecycleRequest): Refusal {
  return refuse('AgentSuspended', `agent ${request.placement.agentName} is suspended and can't move: resume it first`);
}

/** Whether an end may begin now: it lies ahead, and within what the stage allows. */
export function checkEnd(request: LifecycleRequest, now: Date): Refusal | undefined {
  const { expiresAt, profile, stage } = request.declared;
  const end = Date.parse(expiresAt);
  if (end <= now.getTime()) {
    return refuse('AgentExpired', `agent ${request.placement.agentName} ended at ${expiresAt}: an expired agent can't join or move; give it a later end after its sponsor agreed`);
  }
  const latest = now.getTime() + profile.longestTenureDays * DAY_MS;
  if (end > latest) {
    return refuse('TenureExceeded', `the end ${expiresAt} of agent ${request.placement.agentName} is further ahead than stage ${stage} allows (${profile.longestTenureDays} days): `
      + `use Expiry.on('${new Date(latest - DAY_MS).toISOString().slice(0, 10)}') or earlier`);
  }
  return undefined;
}

/** Whether an agent may move with what is declared now: an expired one neither moves nor is extended by moving. */
export function checkMove(state: PlacementState, request: LifecycleRequest, now: Date): Refusal | undefined {
  return checkExtension(state, request, now) ?? checkEnd(request, now);
}

/** Whether the end may change so: sooner always; later only for an agent that hasn't ended, and within what the stage allows. */
export function checkExtension(state: PlacementState, request: LifecycleRequest, now: Date): Refusal | undefined {
  if (Date.parse(request.declared.expiresAt) <= Date.parse(state.declared.expiresAt)) {
    return undefined;
  }
  if (Date.parse(state.declared.expiresAt) <= now.getTime()) {
    return refuse('AgentExpired', `agent ${request.placement.agentName} ended at ${state.declared.expiresAt}: an expired agent can't be extended; let it leave and join anew`);
  }
  return checkEnd(request, now);
}
