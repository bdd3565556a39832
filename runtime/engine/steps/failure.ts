import { close } from './close';
import { Failure, failureChange, failureEvent } from './trouble';
import { conclude } from './watch';
import { METRICS } from '../../../src/contract/metrics';
import { isUnconfirmed } from '../../../src/contract/refusals';
import { NhiError } from '../../../src/core/errors';
import { PlacementState } from '../../model/placement-state';
import { isLeave } from '../../model/plan';
import { StackContext } from '../decision/context';
import { isOwner } from '../decision/rules';
import { Engine } from '../engine';
import { Answered, messageOf, StepInput } from '../execution';
import { eventContext, loadRequest, LoadedRequest } from '../loaded-request';
import { observe } from '../observation/observe';
import { respond } from '../responders';

/**
 * Responds that the request was refused. If a stack could not withdraw its agent, the refusal is recorded as trouble as well, because the agent stays
 * live without a construct.
 */
export async function refuseRequest(engine: Engine, input: StepInput): Promise<Answered> {
  const { Error: code = 'Unknown', Cause: message = '' } = input.error ?? {};
  const loaded = await loadRequest(engine, input);
  if (loaded.answered) {
    return { answered: 'FAILED', code, message };
  }
  const state = loaded.request.intent.kind === 'withdraw' && code !== 'NotOwner'
    ? await recorded(engine, loaded, { code, message })
    : loaded.state;
  return answer(engine, input, loaded, state, { answered: 'FAILED', code, message });
}

/** Records a failed transition and responds. No error in this function may keep the response from being sent. */
export async function fail(engine: Engine, input: StepInput): Promise<Answered> {
  const failure = { code: input.error?.Error ?? 'Unknown', message: messageOf(input.error ?? {}) };
  if (failure.code === 'RequestEnded' || failure.code === 'RequestInvalid') {
    // The request was answered before, or it is not a valid request. There is no one to respond to.
    engine.log.warn('not a request', { ...failure, requestId: input.requestId });
    return { answered: 'FAILED', ...failure };
  }
  const loaded = await loadRequest(engine, input);
  const answered = loaded.answered ? { answered: 'FAILED' as const, ...failure } : await answerFailure(engine, input, loaded, failure);
  if (loaded.plan !== undefined && (loaded.plan.transition === 'release' || (isLeave(loaded.plan) && loaded.plan.transition !== 'expire'))) {
    // A failed watch gets one last check now.
    await conclude(engine, input);
  }
  return answered;
}

async function answerFailure(engine: Engine, input: StepInput, loaded: LoadedRequest, failure: Failure): Promise<Answered> {
  const { plan, state } = loaded;
  if (plan !== undefined && plan.failure === undefined && await engine.ledger.isRecorded(input.placement, plan.events)) {
    // Everything was done and recorded. Only the response is missing.
    return answer(engine, input, loaded, state, { answered: 'SUCCESS', ...failure });
  }
  const failed: Answered = { answered: 'FAILED', ...failure };
  if (failure.code === 'TransitionEnded' && plan !== undefined && await engine.lock.holder(input.placement) !== input.execution) {
    // Another execution has acquired the lock and continues from the stored plan.
    return answer(engine, input, loaded, undefined, failed);
  }
  if (isUnconfirmed(failure.code)) {
    engine.count(METRICS.requestUnconfirmed);
    return answer(engine, input, loaded, undefined, failed);
  }
  return answer(engine, input, loaded, await mayRecord(engine, loaded) ? await recorded(engine, loaded, failure) : undefined, failed);
}

/**
 * Whether a failure is recorded with the agent. Anyone who can invoke the function can write a request, and any stack can name another stack's agent.
 * Before a decision exists, only a failure of a request that CloudFormation confirms for the owner is recorded. If AWS could not be reached, the
 * request is not doubted.
 */
async function mayRecord(engine: Engine, { plan, state, request }: LoadedRequest): Promise<boolean> {
  if (plan !== undefined || state?.declared === undefined) {
    return true;
  }
  try {
    const context: Partial<StackContext> = await observe(engine, state, request);
    return context.stack === undefined || isOwner(state, context as StackContext);
  } catch (error) {
    return !(error instanceof NhiError);
  }
}

async function recorded(engine: Engine, loaded: LoadedRequest, failure: Failure): Promise<PlacementState | undefined> {
  const { request, state } = loaded;
  engine.count(METRICS.transitionFailed);
  if (failure.code === 'TeardownIncomplete') {
    engine.count(METRICS.teardownIncomplete);
  }
  if (state?.declared === undefined) {
    return undefined;
  }
  try {
    const event = failureEvent(state, request, failure);
    const change = failureChange(engine, request, failure);
    const committed = await engine.ledger.commit(request.placement, state, change, [event], eventContext(engine, request));
    return committed.state;
  } catch (error) {
    engine.log.warn('could not record that a transition failed', { reason: String(error), requestId: request.requestId });
    return undefined;
  }
}

async function answer(
  engine: Engine, input: StepInput, loaded: LoadedRequest, state: PlacementState | undefined, answered: Answered,
): Promise<Answered> {
  let isSent = false;
  const send = async (): Promise<void> => {
    await respond(engine, loaded, answered);
    isSent = true;
  };
  try {
    await close(engine, input, state, send);
  } catch (error) {
    engine.log.warn('could not close a failed transition', { reason: String(error), requestId: input.requestId });
    if (!isSent) {
      await send();
    }
    await engine.table.write([engine.requests.markingAnswered(input.requestId, engine.now())]);
    await engine.lock.release(input.placement, input.execution);
  }
  return answered;
}
