import { seeRole } from './adopted';
import { observeDeclaredPeople } from './directory';
import { InvalidInputError } from '../../../src/core/errors';
import { confirmRequest, isGoneStack, viewStack } from '../../aws/cloudformation';
import { isAdopted, PlacementState } from '../../model/placement-state';
import { Change, Join, LifecycleRequest } from '../../model/request';
import { StackContext } from '../decision/context';
import { withdrawn } from '../decision/withdraw';
import { Engine } from '../engine';

/**
 * Describes the requesting stack, after CloudFormation confirmed the request.
 *
 * @throws RetryableError `RequestUnconfirmed`
 * @throws RefusedError `PrincipalNotOfStack`
 */
export async function observeStack(engine: Engine, state: PlacementState | undefined, request: LifecycleRequest): Promise<StackContext> {
  const { origin, intent } = request;
  if (origin.kind !== 'cloudformation') {
    throw new InvalidInputError('RequestInvalid', `${intent.kind} can be requested by CloudFormation only, not by ${origin.arn}`);
  }
  const stack = await viewStack(engine, origin.stackId);
  // A withdrawal that would change nothing needs no confirmation: a stack must be able to delete a resource whose Create was refused.
  if (intent.kind !== 'withdraw' || withdrawn(state, intent) !== undefined) {
    await confirmRequest(engine, { ...request, origin }, stack);
  }
  const another = state !== undefined && state.owner?.stackId !== stack.owner.stackId;
  const directory = intent.kind === 'withdraw' ? undefined : await observeDeclaredPeople(engine, state, request as LifecycleRequest<Join | Change>, stack);
  const seen = (intent.kind === 'join' || intent.kind === 'change') && isAdopted(intent.principal)
    ? await seeRole(engine, intent.principal, request.placement.account) : undefined;
  return {
    now: engine.now(),
    reviews: engine.config.agenda.review,
    stack,
    wipes: engine.wipes,
    ownerIsGone: another && state.owner !== undefined && await isGoneStack(engine, state.owner.stackId),
    ...(directory === undefined ? {} : { directory }),
    ...(seen === undefined ? {} : { seen }),
  };
}
