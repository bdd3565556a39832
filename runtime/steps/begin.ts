import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { RetryableError } from '../../src/core/errors';
import { countLeaver, publishOutbox } from '../ledger';
import { decide } from '../lifecycle/decide';
import { decideFinish } from '../lifecycle/finish';
import { isHeld, PlacementState, PrincipalRecord } from '../lifecycle/placement-state';
import { Decision, isRefusal, Plan, refuse } from '../lifecycle/plan';
import { LifecycleRequest, StackView } from '../lifecycle/request';
import { inspectPrincipal } from '../principal';
import { WIPERS } from '../wipers';
import { Engine, eventContext, Run, StepName } from './engine';
import { loadRequest } from './load-task';
import { goneStack, isGoneStack, rolesOf, viewStack } from './stacks';

/**
 * Takes the placement's lock, decides, and writes down what is going to be done before any of it is.
 *
 * @throws RetryableError `PlacementBusy`
 */
export async function begin(engine: Engine, requestId: string, execution: string): Promise<Run> {
  const { request } = await loadRequest(engine, requestId);
  await takeLock(engine, request, execution);
  const plan = await engine.requests.plan(requestId) ?? await decideOnce(engine, request);
  if (isRefusal(plan)) {
    engine.log.info('refused', { agent: request.placement.agentName, kind: request.kind, code: plan.code, requestId });
    return { requestId, steps: ['Refuse'], next: 'Refuse', waitSeconds: 0, wipers: [], refusal: { Error: plan.code, Cause: plan.message } };
  }
  if (plan.note !== undefined) {
    await engine.ledger.commit(request.placement, plan.note, [], eventContext(engine, request));
  }
  engine.log.info('decided', { agent: request.placement.agentName, kind: request.kind, transition: plan.transition, requestId });
  const steps = stepsOf(plan);
  return { requestId, steps, next: steps[0], waitSeconds: 0, wipers: wipersOf(plan) };
}

async function takeLock(engine: Engine, request: LifecycleRequest, execution: string): Promise<void> {
  const first = await engine.lock.acquire(request.placement, execution);
  if (first.held) {
    return;
  }
  const busy = new RetryableError('PlacementBusy', `another transition of agent ${request.placement.agentName} is running: ${first.holder}`);
  if (first.holder === '' || await isRunning(engine, first.holder)) {
    throw busy;
  }
  // Its holder died without giving it back. What it had begun is written down, and the decision takes it into account.
  if (!(await engine.lock.acquire(request.placement, execution, first.holder)).held) {
    throw busy;
  }
  engine.log.warn('took over a lock', { agent: request.placement.agentName, from: first.holder });
}

async function isRunning(engine: Engine, execution: string): Promise<boolean> {
  try {
    const { status } = await engine.stateMachine.send(new DescribeExecutionCommand({ executionArn: execution }));
    return status === 'RUNNING' || status === 'PENDING_REDRIVE';
  } catch (error) {
    if (error instanceof Error && error.name === 'ExecutionDoesNotExist') {
      return false;
    }
    throw error;
  }
}

async function decideOnce(engine: Engine, request: LifecycleRequest): Promise<Decision> {
  // What an earlier transition recorded and could not send goes out before anything that follows it.
  await publishOutbox(engine.table, engine.bus, engine.config.busName, request.placement);
  const state = await engine.ledger.state(request.placement);
  const decideNow = request.operator === undefined
    ? await decideForCloudFormation(engine, state, request)
    : await decideForOperator(engine, state, request.operator);
  let decision = decideNow();
  if (!isRefusal(decision) && decision.transition === 'leave') {
    const leaversExceeded = await countLeaver(
      engine.table,
      { placement: request.placement, held: state !== undefined && isHeld(state), fleet: await engine.ledger.fleet() },
      engine.config.leaverLimit,
      engine.now(),
    );
    decision = leaversExceeded === undefined ? decision : decideNow(leaversExceeded);
  }
  return isRefusal(decision) ? decision : engine.requests.savePlan(request.requestId, decision, engine.now());
}

/** Decides on what was looked up once; again when too many leave. */
type Decide = (leaversExceeded?: string) => Decision;

async function decideForCloudFormation(engine: Engine, state: PlacementState | undefined, request: LifecycleRequest): Promise<Decide> {
  const stack = await viewStack(engine, request.stackId);
  const another = state !== undefined && state.owner.stackId !== stack.owner.stackId;
  const circumstances = { now: engine.now(), stack, ownerIsGone: another && await isGoneStack(engine, state.owner.stackId) };
  return (leaversExceeded) => decide(state, request, { ...circumstances, leaversExceeded });
}

async function decideForOperator(engine: Engine, state: PlacementState | undefined, operator: string): Promise<Decide> {
  if (state === undefined) {
    return () => refuse('AgentUnknown', 'the ledger has no such agent: see nhi list');
  }
  const stackIds = [...new Set([state.owner.stackId, state.pending?.previousOwner.stackId ?? state.owner.stackId])];
  const stacks: StackView[] = [];
  const held: string[] = [];
  for (const stackId of stackIds) {
    stacks.push(await isGoneStack(engine, stackId) ? goneStack(stackId) : await viewStack(engine, stackId));
    held.push(...await rolesOf(engine, stackId));
  }
  const undeleted = await undeletedOf(engine, state);
  return (leaversExceeded) => decideFinish(state, operator, { stacks, held, undeleted, leaversExceeded });
}

/** Of the retired principals those whose roles nobody deleted. */
async function undeletedOf(engine: Engine, state: PlacementState): Promise<PrincipalRecord[]> {
  const undeleted: PrincipalRecord[] = [];
  for (const principal of Object.values(state.principals).filter(({ status }) => status === 'retired')) {
    if ((await inspectPrincipal(engine, principal)).present) {
      undeleted.push(principal);
    }
  }
  return undeleted;
}

/** Names of the wipers that a plan needs. */
export function wipersOf(plan: Plan): string[] {
  return plan.retire.length === 0 && plan.scope !== 'agent' ? [] : WIPERS.filter(({ ofAgent }) => plan.scope === 'agent' || !ofAgent).map(({ name }) => name);
}

function stepsOf(plan: Plan): StepName[] {
  const tearsDown = wipersOf(plan).length > 0;
  const records = plan.change !== undefined || plan.events.length > 0;
  return [
    ...(plan.quarantine.length > 0 ? ['Quarantine' as const] : []),
    ...(plan.restore.length > 0 ? ['Restore' as const] : []),
    ...(tearsDown ? ['Wipe' as const] : []),
    ...(records ? ['Record' as const] : []),
    'Answer',
  ];
}
