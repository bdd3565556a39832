import { DescribeExecutionCommand, DescribeExecutionCommandOutput } from '@aws-sdk/client-sfn';
import { announce } from './announce';
import { batchesOf } from './batches';
import { onlyDeniable } from './deniable';
import { declaresAccess, isDeactivated, noneUnderWay } from './under-way';
import { InvalidInputError, RetryableError } from '../../../src/core/errors';
import { Placement } from '../../../src/core/lifecycle-event';
import { countLeaver } from '../../ledger';
import { everJoined, isHeldBack, PlacementState } from '../../model/placement-state';
import { Decision, isLeave, isRefusal, Plan, refuse } from '../../model/plan';
import { LifecycleRequest } from '../../model/request';
import { DecisionContext } from '../decision/context';
import { decide } from '../decision/decide';
import { Engine, KNOWN_AFTER_MS } from '../engine';
import { ExecutionProgress, StepInput } from '../execution';
import { eventContext, LoadedRequest, loadOpen } from '../loaded-request';
import { identified } from '../observation/adopted';
import { observeLeftovers } from '../observation/leftovers';
import { observe } from '../observation/observe';

/**
 * Acquires the placement's lock, decides, and stores the plan before any of it is done.
 *
 * @throws RetryableError `PlacementBusy`, `RequestUnconfirmed`
 */
export async function begin(engine: Engine, input: StepInput): Promise<ExecutionProgress> {
  await takeLock(engine, input.placement, input.execution);
  const loaded = await loadOwn(engine, input).catch(async (error: unknown) => {
    // An invalid request must not keep others from the agent.
    await engine.lock.release(input.placement, input.execution);
    throw error;
  });
  const { request } = loaded;
  const decision = loaded.plan ?? await decideOnce(engine, loaded, input.execution);
  const log = { agent: request.placement.agentName, intent: request.intent.kind, requestId: request.requestId };
  if (isRefusal(decision)) {
    engine.log.info('refused', { ...log, code: decision.code });
    return { steps: ['Refuse'], next: 'Refuse', waitSeconds: 0, batches: [], refusal: { Error: decision.code, Cause: decision.message } };
  }
  engine.log.info('decided', { ...log, transition: decision.transition });
  return runOf(engine, decision);
}

/**
 * A request has one execution, whose name follows from it. Under another name somebody could hold the lock in the name of an execution that has to do with something else.
 *
 * @throws InvalidInputError `RequestInvalid`
 */
async function loadOwn(engine: Engine, input: StepInput): Promise<LoadedRequest> {
  const loaded = await loadOpen(engine, input);
  const execution = engine.executionOf(loaded.request);
  if (execution !== input.execution) {
    throw new InvalidInputError('RequestInvalid', `request ${input.requestId} is done by the execution ${execution}, not by ${input.execution}`);
  }
  return loaded;
}

/** @throws RetryableError `PlacementBusy` */
export async function takeLock(engine: Engine, placement: Placement, execution: string): Promise<void> {
  const first = await engine.lock.acquire(placement, execution);
  if (first.held) {
    return;
  }
  const busy = new RetryableError('PlacementBusy', `another transition of agent ${placement.agentName} is running: ${first.holder}`);
  if (first.holder === '' || await isRunning(engine, first.holder)) {
    throw busy;
  }
  // The holder died without releasing the lock. Its plan is stored, and the decision takes it into account.
  if (!(await engine.lock.acquire(placement, execution, first.holder)).held) {
    throw busy;
  }
  engine.log.warn('took over a lock', { agent: placement.agentName, from: first.holder });
}

/** Step Functions may not know yet of an execution that has just begun, so one that it does not know is looked for twice. */
async function isRunning(engine: Engine, execution: string): Promise<boolean> {
  const seen = await knownToRun(engine, execution);
  if (seen !== undefined) {
    return seen;
  }
  await engine.pause(KNOWN_AFTER_MS);
  return await knownToRun(engine, execution) ?? false;
}

async function knownToRun(engine: Engine, executionArn: string): Promise<boolean | undefined> {
  const { status } = await described(engine, executionArn) ?? {};
  return status === undefined ? undefined : status === 'RUNNING' || status === 'PENDING_REDRIVE';
}

/** Undefined if Step Functions does not know the execution, or not yet. */
async function described(engine: Engine, executionArn: string): Promise<DescribeExecutionCommandOutput | undefined> {
  try {
    return await engine.stateMachine.send(new DescribeExecutionCommand({ executionArn }));
  } catch (error) {
    if (error instanceof Error && error.name === 'ExecutionDoesNotExist') {
      return undefined;
    }
    throw error;
  }
}

async function decideOnce(engine: Engine, { request: asked, stored, state }: LoadedRequest, execution: string): Promise<Decision> {
  const current = await sendUnsent(engine, state);
  let request = asked;
  const look = async () => {
    if (declaresAccess(asked, current)) {
      await noneUnderWay(engine, asked, 'revoke', 'suspend');
    }
    return observe(engine, current, request = await identified(engine, asked, stored.request));
  };
  // A request that CloudFormation doesn't confirm must not keep others from the agent while it is retried.
  const released = async (error: unknown): Promise<never> => {
    await engine.lock.release(request.placement, execution);
    throw error;
  };
  const context = await look().catch(released);
  let decision = decide(current, request, context);
  if (!isRefusal(decision) && isLeave(decision)) {
    const leaver = { placement: request.placement, heldBack: current !== undefined && isHeldBack(current) };
    const verdict = await countLeaver(engine.table, leaver, engine.config.leaverLimit, engine.now());
    decision = decide(current, request, { ...await leftovers(engine, everJoined(current), request, context), ...context, ...verdict });
  }
  decision = await onlyDeniable(engine, everJoined(current), request, decision);
  decision = await unlessSuspendedSince(engine, current, request, execution, decision).catch(released);
  if (!isRefusal(decision)) {
    if (decision.cuts === 'restore' && isDeactivated(current)) {
      await noneUnderWay(engine, request, 'suspend').catch(released);
    }
    await writeDown(engine, request, current, decision);
  } else if (decision.records !== undefined) {
    // The refusal sends these events. A repetition decides again, and finds what was recorded.
    const { change, events } = decision.records;
    await engine.ledger.commit(request.placement, current, change, events, eventContext(engine, request));
  }
  return decision;
}

/** The clock of Step Functions and the engine's are two. */
const CLOCK_MS = 1_000;

/** A resumption may have waited for another transition, and the agent been suspended meanwhile for another reason. Then the suspension counts. */
async function unlessSuspendedSince(
  engine: Engine, state: PlacementState | undefined, { intent, placement: { agentName } }: LifecycleRequest, executionArn: string, decision: Decision,
): Promise<Decision> {
  if (intent.kind !== 'resume' || isRefusal(decision) || state?.suspension === undefined) {
    return decision;
  }
  const { since, askedAgainAt = since } = state.suspension;
  const { startDate } = await described(engine, executionArn) ?? {};
  return startDate !== undefined && startDate.getTime() + CLOCK_MS <= Date.parse(askedAgainAt)
    ? refuse('SuspendedSince', `agent ${agentName} was suspended again at ${askedAgainAt}, after this resumption was asked for: see nhi show ${agentName}, and ask again if it is to work`)
    : decision;
}

/** The observation of an operator's request already contains the leftovers. */
async function leftovers(
  engine: Engine, state: PlacementState | undefined, request: LifecycleRequest, context: DecisionContext,
): Promise<Partial<DecisionContext>> {
  return state === undefined || context.undeleted !== undefined ? {} : observeLeftovers(engine, state, request, context);
}

/** Sends events that an earlier transition recorded but could not send. They must precede new events. */
async function sendUnsent(engine: Engine, state: PlacementState | undefined): Promise<PlacementState | undefined> {
  if (state === undefined || state.unsent.length === 0) {
    return state;
  }
  await announce(engine, state);
  const { state: after, writes } = engine.ledger.sent(state);
  await engine.table.write(writes);
  return after;
}

async function writeDown(engine: Engine, request: LifecycleRequest, state: PlacementState | undefined, plan: Plan): Promise<void> {
  const puttingPlan = engine.requests.puttingPlan(request.requestId, plan, engine.now());
  const { intent, placement } = request;
  const also = [puttingPlan, ...(plan.adopt !== undefined && 'declared' in intent ? [engine.ledger.adoptions.beginning(placement, intent.principal)] : [])];
  if (plan.note === undefined) {
    await engine.table.write(also);
  } else {
    await engine.ledger.commit(request.placement, state, plan.note, plan.noted ?? [], eventContext(engine, request), also);
  }
}

function runOf(engine: Engine, plan: Plan): ExecutionProgress {
  const batches = batchesOf(engine, plan);
  const steps = [
    ...(plan.adopt === undefined ? [] : ['Adopt' as const]),
    ...(plan.quarantine.length > 0 ? ['Quarantine' as const] : []),
    ...(plan.cuts === 'apply' ? ['Cut' as const] : []),
    // Before a suspended agent works again.
    ...(plan.reduce === undefined || plan.reduce.length === 0 ? [] : ['Reduce' as const]),
    ...(plan.restore.length > 0 || plan.cuts === 'restore' ? ['Restore' as const] : []),
    ...(plan.clean === undefined ? [] : ['Clean' as const]),
    ...(plan.giveBack === undefined ? [] : ['Return' as const]),
    ...(batches.length > 0 ? ['Wipe' as const] : []),
    ...(plan.revoke === true ? ['Revoke' as const] : []),
    'Settle' as const,
  ];
  return { steps, next: steps[0], waitSeconds: 0, batches };
}
