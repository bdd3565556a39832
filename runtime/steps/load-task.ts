import { InvalidInputError, RetryableError } from '../../src/core/errors';
import { StoredRequest } from '../ledger';
import { Engine, Task } from './engine';
import { PlacementState } from '../lifecycle/placement-state';

export async function loadRequest(engine: Engine, requestId: string): Promise<StoredRequest> {
  const stored = await engine.requests.load(requestId);
  if (stored === undefined) {
    throw new InvalidInputError('RequestUnknown', `the ledger has no request ${requestId}: it is forgotten a day after it came`);
  }
  return stored;
}

export async function loadTask(engine: Engine, requestId: string): Promise<Task> {
  const stored = await loadRequest(engine, requestId);
  const plan = await engine.requests.plan(requestId);
  if (plan === undefined) {
    throw new RetryableError('PlanMissing', `nothing was decided yet about request ${requestId}`);
  }
  return { stored, request: stored.request, plan };
}

export async function loadState(engine: Engine, { request }: Pick<Task, 'request'>): Promise<PlacementState> {
  const state = await engine.ledger.state(request.placement);
  if (state === undefined) {
    throw new RetryableError('StateMissing', `the ledger has no state of agent ${request.placement.agentName}`);
  }
  return state;
}
