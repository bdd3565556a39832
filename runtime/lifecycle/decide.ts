import { decideCreate } from './decide-create';
import { decideDelete } from './decide-delete';
import { decideUpdate } from './decide-update';
import { PlacementState } from './placement-state';
import { Decision } from './plan';
import { Circumstances, LifecycleRequest } from './request';

/**
 * What to do, given what the ledger holds, what CloudFormation asked and what its stack is doing. Pure: the same input, the same plan.
 *
 * It reconciles: the kind of event is only a hint, as CloudFormation sends events twice, late, in other orders after other failures, or not at all.
 */
export function decide(state: PlacementState | undefined, request: LifecycleRequest, circumstances: Circumstances): Decision {
  switch (request.kind) {
    case 'Create':
      return decideCreate(state, request, circumstances);
    case 'Update':
      return decideUpdate(state, request, circumstances);
    case 'Delete':
      return decideDelete(state, request, circumstances);
  }
}
