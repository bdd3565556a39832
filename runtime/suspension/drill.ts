import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { DescribeExecutionCommand, DescribeExecutionCommandOutput, SFNClient } from '@aws-sdk/client-sfn';
import { executionArn } from '../../src/contract/registry-names';
import { requestIdOf } from '../../src/contract/request-id';
import { IncompleteError } from '../../src/core/errors';
import { Placement } from '../../src/core/lifecycle-event';
import { Answered } from '../engine/execution';
import { executionName, startTransition } from '../engine/start-transition';
import { PlacementLedger, RequestLedger } from '../ledger';
import { PlacementState, remaining, statusOf } from '../model/placement-state';
import { Drill, EndDrill, LifecycleRequest } from '../model/request';

export interface DrillContext {
  readonly registry: string;
  readonly ledger: PlacementLedger;
  readonly requests: RequestLedger;
  readonly stateMachine: SFNClient;
  readonly stateMachineArn: string;
  /** ARN of the schedule's rule. */
  readonly rule: string;
  readonly now: () => Date;
  readonly lookEveryMs?: number;
  /** How long an execution may take. */
  readonly patienceMs?: number;
}

const LOOK_EVERY_MS = 200;
/** A lost call to a third party may hold up a suspension and a resumption for four minutes. */
const PATIENCE_MS = 420_000;

/**
 * Suspends an agent and resumes it, and returns the time in milliseconds from the request until every principal was confirmed as denied.
 *
 * The agent is resumed also when it was not suspended as a whole. The drill fails then.
 *
 * @throws IncompleteError `DrillFailed`
 */
export async function drill(context: DrillContext, placement: Placement): Promise<number> {
  const began = context.now();
  const asked = await ask(context, placement, { kind: 'drill' });
  if (asked.answered !== 'SUCCESS') {
    // What a suspension that failed halfway has denied is given back.
    await ask(context, placement, { kind: 'end-drill', latencyMs: 0 });
    throw failed(placement, `it was not suspended: ${asked.code}: ${asked.message}`);
  }
  const state = await context.ledger.state(placement);
  const latencyMs = state === undefined ? 0 : Math.max(0, deniedAt(state) - began.getTime());
  const status = state === undefined ? 'unknown' : statusOf(state);
  const ended = await ask(context, placement, { kind: 'end-drill', latencyMs });
  if (ended.answered !== 'SUCCESS') {
    throw failed(placement, `it was suspended and could not be resumed: ${ended.code}: ${ended.message}; run nhi resume ${placement.agentName}`);
  }
  if (status !== 'suspended') {
    throw failed(placement, `after its suspension it was ${status}, and it was resumed: nhi verify ${placement.agentName} shows what was still on`);
  }
  return latencyMs;
}

function deniedAt(state: PlacementState): number {
  return Math.max(...remaining(state).map(({ denial }) => Date.parse(denial?.confirmedAt ?? '') || 0));
}

async function ask(context: DrillContext, placement: Placement, intent: Drill | EndDrill): Promise<Answered> {
  const { requests, stateMachine, stateMachineArn, registry, rule, now, lookEveryMs = LOOK_EVERY_MS, patienceMs = PATIENCE_MS } = context;
  const requestId = requestIdOf('schedule', intent.kind, randomUUID().replaceAll('-', ''));
  const request: LifecycleRequest = { requestId, registry, placement, origin: { kind: 'schedule', arn: rule }, intent };
  await requests.save({ request }, now());
  await startTransition(stateMachine, stateMachineArn, request);
  const execution = executionArn(stateMachineArn, executionName(request));
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += lookEveryMs) {
    await pause(lookEveryMs);
    const { status, output, error, cause } = await described(stateMachine, execution);
    if (status !== 'RUNNING' && status !== 'PENDING_REDRIVE') {
      return status === 'SUCCEEDED' ? JSON.parse(output ?? '{}') as Answered : { answered: 'FAILED', code: error ?? status ?? 'Unknown', message: cause ?? '' };
    }
  }
  return { answered: 'FAILED', code: 'TransitionSlow', message: `${execution} still runs after ${patienceMs} ms` };
}

/** Step Functions may not know yet of an execution that was started a moment ago. It runs then: an error here would leave the agent suspended. */
async function described(client: SFNClient, execution: string): Promise<Partial<DescribeExecutionCommandOutput>> {
  try {
    return await client.send(new DescribeExecutionCommand({ executionArn: execution }));
  } catch (error) {
    if (error instanceof Error && error.name === 'ExecutionDoesNotExist') {
      return { status: 'RUNNING' };
    }
    throw error;
  }
}

function failed({ agentName }: Placement, why: string): IncompleteError {
  return new IncompleteError('DrillFailed', `the drill with agent ${agentName} failed: ${why}`, []);
}
