import { rolesOf } from '../../aws/cloudformation';
import { presentOf } from '../../aws/principals';
import { isAdopted, PlacementState, remaining } from '../../model/placement-state';
import { LifecycleRequest } from '../../model/request';
import { DecisionContext, StackContext } from '../decision/context';
import { Engine } from '../engine';

/**
 * Finds what only AWS shows when all of an agent is torn down: retired principals whose role was not deleted, and the roles that stacks have. The
 * stacks are read only if there is a role besides the one that CloudFormation is about to delete.
 */
export async function observeLeftovers(
  engine: Engine, state: PlacementState, { intent }: LifecycleRequest, { stack }: Partial<StackContext>,
): Promise<Pick<DecisionContext, 'held' | 'undeleted'>> {
  const undeleted = await presentOf(engine, Object.values(state.principals).filter((principal) => principal.status === 'retired' && principal.absentAt === undefined && !isAdopted(principal)));
  const withdrawn = intent.kind === 'withdraw' ? intent.principal : undefined;
  if (undeleted.length === 0 && remaining(state).every(({ roleId }) => roleId === withdrawn)) {
    return { undeleted };
  }
  const stackIds = new Set([state.owner, state.pending?.previousOwner, stack?.owner].flatMap((owner) => owner?.stackId ?? []));
  const held = await Promise.all([...stackIds].map((stackId) => rolesOf(engine, stackId)));
  return { undeleted, held: held.flat() };
}
