import { obstaclesToDenial } from '../../aws/principals';
import { PlacementState } from '../../model/placement-state';
import { Decision, isRefusal, refuse } from '../../model/plan';
import { LifecycleRequest } from '../../model/request';
import { Engine } from '../engine';

/** Refuses a plan that gives the agent a principal which the engine could not deny. The engine could never revoke that principal's access. */
export async function onlyDeniable(
  engine: Engine, state: PlacementState | undefined, { intent, placement }: LifecycleRequest, decision: Decision,
): Promise<Decision> {
  if (isRefusal(decision) || (intent.kind !== 'join' && intent.kind !== 'change')) {
    return decision;
  }
  const { principal } = intent;
  const isNew = decision.change?.present === principal.roleId && state?.principals[principal.roleId] === undefined;
  const obstacles = isNew ? await obstaclesToDenial(engine, principal) : undefined;
  return obstacles === undefined ? decision : refuse('QuarantineForbidden',
    `the engine could not quarantine agent ${placement.agentName}: it may make no call that denies role ${principal.roleArn} everything. ${obstacles.join('; ')}. `
    + 'Let the engine\'s role make one of these calls, such as by an exception in the organisation\'s policies, then deploy again');
}
