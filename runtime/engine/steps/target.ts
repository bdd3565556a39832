import { WipeTarget } from '../../aws/wipers';
import { PlacementState } from '../../model/placement-state';
import { DecidedTask } from '../task';

/** What the wipers of a task search for. */
export function targetOf({ request, plan }: DecidedTask, state: PlacementState): WipeTarget {
  const principals = plan.retire.map((roleId) => state.principals[roleId]);
  return {
    registry: request.registry,
    agentName: request.placement.agentName,
    principals,
    places: plan.scope === 'agent' ? Object.values(state.principals) : principals,
    known: [...Object.keys(state.principals), ...('principal' in request.intent && typeof request.intent.principal === 'object' ? [request.intent.principal.roleId] : [])],
    ownSecrets: plan.secrets ?? [],
    declaredSecrets: [...state.declared.ownSecrets, ...('declared' in request.intent ? request.intent.declared.ownSecrets : [])],
  };
}
