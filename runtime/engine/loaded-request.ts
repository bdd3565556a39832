import { isRequestIdOf } from '../../src/contract/request-id';
import { InvalidInputError, RetryableError } from '../../src/core/errors';
import { eventId, Placement, placementKey } from '../../src/core/lifecycle-event';
import { EventContext, StoredRequest } from '../ledger';
import { Engine } from './engine';
import { ExecutionInput } from './execution';
import { PlacementState } from '../model/placement-state';
import { Plan } from '../model/plan';
import { actorOf, LifecycleRequest } from '../model/request';

/** A request with its plan and the agent's state. */
export interface LoadedRequest {
  readonly request: LifecycleRequest;
  readonly stored: StoredRequest;
  readonly plan?: Plan;
  /** Whether the engine responded to the request. */
  readonly answered: boolean;
  readonly state?: PlacementState;
}

/** A request that has a plan. */
export interface PlannedRequest extends LoadedRequest {
  readonly plan: Plan;
}

/** Reads request, plan and state as of one moment. */
export async function loadRequest(engine: Engine, { requestId, placement }: ExecutionInput): Promise<LoadedRequest> {
  const [body, plan, state, answered] = await engine.table.getTogether([
    engine.requests.bodyKey(requestId), engine.requests.planKey(requestId), engine.ledger.stateKey(placement), engine.requests.answeredKey(requestId),
  ]) as [{ stored: StoredRequest; ttl: number }?, { plan: Plan }?, { state: PlacementState }?, object?];
  // DynamoDB deletes expired rows days later and in any order.
  if (body === undefined || body.ttl * 1000 <= engine.now().getTime()) {
    throw new InvalidInputError('RequestUnknown', `the ledger has no request ${requestId}: requests are deleted after a day`);
  }
  checkRequest(body.stored.request, requestId, placement);
  return {
    stored: body.stored,
    request: withRoleId(body.stored.request, state?.state as PlacementState | undefined),
    ...(plan === undefined ? {} : { plan: plan.plan }),
    answered: answered !== undefined,
    ...(state === undefined ? {} : { state: state.state }),
  };
}

/** The request with the id of its adopted role, if the agent has that role already. */
function withRoleId(request: LifecycleRequest, state: PlacementState | undefined): LifecycleRequest {
  const { intent } = request;
  const roleNamed = (roleName: string): string | undefined => state?.principals === undefined ? undefined
    : [state.pending?.to, state.present, ...Object.keys(state.principals)]
      .find((roleId) => roleId !== undefined && state.principals[roleId]?.roleName === roleName && !['retired', 'released'].includes(state.principals[roleId].status));
  if (intent.kind === 'withdraw' && intent.principal === '' && intent.adoptedRole !== undefined) {
    return { ...request, intent: { ...intent, principal: roleNamed(intent.adoptedRole) ?? '' } };
  }
  if ((intent.kind === 'join' || intent.kind === 'change') && intent.principal.roleId === '') {
    return { ...request, intent: { ...intent, principal: { ...intent.principal, roleId: roleNamed(intent.principal.roleName) ?? '' } } };
  }
  return request;
}

/** Checks that the request agrees with its key. IAM limits which keys a principal may write, but not the content of the item. */
function checkRequest({ requestId, origin, intent, placement }: LifecycleRequest, key: string, asked: Placement): void {
  if (requestId !== key || !isRequestIdOf(key, origin.kind, intent.kind) || placementKey(placement) !== placementKey(asked)) {
    throw new InvalidInputError('RequestInvalid', `the request ${key} for ${placementKey(asked)} says of itself that it is ${requestId}, by ${origin.kind}, to ${intent.kind} ${placementKey(placement)}: both must say the same`);
  }
}

/** The request whose plan is being carried out. That of a request which was responded to is outdated, also for one who repeats one of its steps. */
export async function loadPlannedRequest(engine: Engine, input: ExecutionInput): Promise<PlannedRequest> {
  return withPlan(await loadOpen(engine, input), input);
}

/**
 * Every principal with the right to start the state machine, or to invoke the function of its steps, can do so again for a request that was responded to. The stored decision is outdated then, so the
 * request is refused.
 *
 * @throws InvalidInputError `RequestEnded`
 */
export async function loadOpen(engine: Engine, input: ExecutionInput): Promise<LoadedRequest> {
  const loaded = await loadRequest(engine, input);
  if (loaded.answered) {
    throw new InvalidInputError('RequestEnded', `request ${input.requestId} was responded to: ask again`);
  }
  return loaded;
}

/** @throws RetryableError `PlanMissing` */
export function withPlan({ plan, ...loaded }: LoadedRequest, input: ExecutionInput): PlannedRequest {
  if (plan === undefined) {
    throw new RetryableError('PlanMissing', `nothing was decided yet about request ${input.requestId}`);
  }
  return { ...loaded, plan };
}

export function stateOf({ state, request }: LoadedRequest): PlacementState {
  if (state === undefined) {
    throw new RetryableError('StateMissing', `the ledger has no state of agent ${request.placement.agentName}`);
  }
  return state;
}

/**
 * The id under which a request's wipe reports are stored. All requests of one leave share it, because the certificate lists the reports of all of them.
 */
export function reportsId({ request, plan }: PlannedRequest): string {
  const left = plan.events.find(({ name }) => name === 'left');
  return left === undefined ? request.requestId : eventId(request.placement, left.key);
}

export function eventContext(engine: Engine, request: LifecycleRequest): EventContext {
  return { registry: engine.config.registry, actor: actorOf(request), time: engine.now() };
}
