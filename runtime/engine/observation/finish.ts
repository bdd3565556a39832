import { goneStack, isGoneStack, rolesOf, StackReader, viewStack } from '../../aws/cloudformation';
import { findNamesake, IdentityContext, inspectPrincipal } from '../../aws/principals';
import { isAdopted, PlacementState, PrincipalRecord } from '../../model/placement-state';
import { StackView } from '../../model/stack-view';
import { FinishContext } from '../decision/context';

/** Clients that only read, so that an operator can use them before asking the engine. */
interface FinishObserver extends StackReader, IdentityContext {
  now(): Date;
}

/** The stacks that have or had resources of the agent, the roles that these stacks have, and the roles that were not deleted. */
export async function observeFinish(observer: FinishObserver, state: PlacementState | undefined): Promise<FinishContext> {
  const base = { now: observer.now() };
  if (state === undefined) {
    return { ...base, stacks: [], held: [], undeleted: [] };
  }
  const stackIds = [...new Set([state.owner.stackId, state.pending?.previousOwner.stackId ?? state.owner.stackId])];
  const stacks: StackView[] = [];
  const held: string[] = [];
  for (const stackId of stackIds) {
    stacks.push(await isGoneStack(observer, stackId) ? goneStack(stackId) : await viewStack(observer, stackId));
    held.push(...await rolesOf(observer, stackId));
  }
  return { ...base, stacks, held, undeleted: await undeletedOf(observer, state) };
}

/** Retired principals whose role was not deleted, or whose name another role has now. */
async function undeletedOf(observer: FinishObserver, { principals }: PlacementState): Promise<PrincipalRecord[]> {
  const known = Object.keys(principals);
  const undeleted: PrincipalRecord[] = [];
  for (const principal of Object.values(principals).filter((one) => one.status === 'retired' && !isAdopted(one))) {
    if ((await inspectPrincipal(observer, principal)).present || await findNamesake(observer, principal, known) !== undefined) {
      undeleted.push(principal);
    }
  }
  return undeleted;
}
