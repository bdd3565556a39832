import { decideCreate } from './decide-create';
import { decideDelete } from './decide-delete';
import { decideUpdate } from './decide-update';
import { PlacementState } from './placement-state';
import { Decision, refuse } from './plan';
import { Circumstances, LifecycleRequest } from './request';
import { RiskProfile } from '../../src/core/risk-profile';

/**
 * What to do, given what the ledger holds, what CloudFormation asked and what its stack is doing. Pure: the same input, the same plan.
 *
 * It reconciles: the kind of event is only a hint, as CloudFormation sends events twice, late, in other orders after other failures, or not at all.
 */
export function decide(state: PlacementState | undefined, request: LifecycleRequest, circumstances: Circumstances): Decision {
  if (request.kind === 'Delete') {
    return decideDelete(state, request, circumstances);
  }
  const profile = profileOf(state, request);
  if (profile === undefined) {
    return refuse('StageUnknown', `the registry ${request.registry} has no stage ${request.declared.stage}: use ${request.knownStages?.join(', ')}, or add it to the registry's stages and deploy the registry first`);
  }
  const known = { ...request, declared: { ...request.declared, profile } };
  return request.kind === 'Create' ? decideCreate(state, known, circumstances) : decideUpdate(state, known, circumstances);
}

/** A stage that the registry has no more lets nobody in, but a roll-back to where the agent was must go through. */
function profileOf(state: PlacementState | undefined, { declared, knownStages }: LifecycleRequest): RiskProfile | undefined {
  const before = [state?.declared, state?.pending?.previous];
  return knownStages === undefined ? declared.profile : before.find((was) => was?.stage === declared.stage)?.profile;
}
