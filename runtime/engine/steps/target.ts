import { WipeTarget } from '../../aws/wipers';
import { PlacementState } from '../../model/placement-state';
import { PlannedRequest } from '../loaded-request';

/** What the wipers of a request search for. */
export function targetOf({ request, plan }: PlannedRequest, state: PlacementState): WipeTarget {
  const principals = plan.retire.map((roleId) => state.principals[roleId]);
  return {
    registry: request.registry,
    agentName: request.placement.agentName,
    principals,
    places: plan.scope === 'agent' ? Object.values(state.principals) : principals,
    known: [...Object.keys(state.principals), ...('principal' in request.intent && typeof request.intent.principal === 'object' ? [request.intent.principal.roleId] : [])],
    ownSecrets: plan.secrets ?? [],
    ownProviders: plan.providers ?? [],
    declaredSecrets: [...state.declared.ownSecrets, ...('declared' in request.intent ? request.intent.declared.ownSecrets : [])],
    declaredProviders: [...state.declared.ownProviders ?? [], ...('declared' in request.intent ? request.intent.declared.ownProviders ?? [] : [])],
  };
}
