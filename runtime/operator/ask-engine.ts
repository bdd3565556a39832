import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { DescribeExecutionCommand, DescribeExecutionCommandOutput, SFNClient } from '@aws-sdk/client-sfn';
import { Connection } from './connection';
import { showPlacement } from './placements';
import { executionArn } from '../../src/contract/registry-names';
import { requestIdOf, vouchedRequestId } from '../../src/contract/request-id';
import { RefusedError } from '../../src/core/errors';
import { Placement } from '../../src/core/lifecycle-event';
import { Answered, messageOf } from '../engine/execution';
import { executionName, startTransition } from '../engine/start-transition';
import { RequestLedger } from '../ledger';
import { PlacementState } from '../model/placement-state';
import { Intent, LifecycleRequest } from '../model/request';

const LOOK_EVERY_MS = 2_000;
/** A new execution may not be visible at once. */
const LOOKS_BEFORE_SEEN = 15;

/** Requests of which the engine must know who makes them. */
const VOUCHED: readonly Intent['kind'][] = ['review', 'request-approval', 'approve', 'confirm-revocation'];

export interface Asking {
  readonly now: Date;
  /** Receives a line of progress. */
  readonly tell: (line: string) => void;
  readonly lookEveryMs?: number;
}

/**
 * Sends a request to the engine in the operator's name, waits until it is done, and returns the agent's new state.
 *
 * @throws RefusedError with the engine's code
 */
export async function askEngine(connection: Connection, agentName: string, intent: Intent, asking: Asking): Promise<PlacementState> {
  const { placement } = await showPlacement(connection, agentName);
  await runRequest(connection, placement, intent, asking);
  return showPlacement(connection, agentName);
}

/**
 * The same about an agent that may not have joined yet.
 *
 * @throws RefusedError with the engine's code
 */
export async function runRequest(
  connection: Connection, placement: Placement, intent: Intent, { now, tell, lookEveryMs = LOOK_EVERY_MS }: Asking,
): Promise<void> {
  const { table, stateMachine, stateMachineArn } = connection;
  const request = requestOf(connection, placement, intent);
  await new RequestLedger(table).save({ request }, now);
  await startTransition(stateMachine, stateMachineArn, request);
  const execution = executionArn(stateMachineArn, executionName(request));
  tell(`the engine is at work: ${execution}`);
  for (let looks = 1; ; looks++) {
    const { status, output, error, cause } = await lookAt(stateMachine, execution, looks);
    if (status === 'RUNNING' || status === 'PENDING_REDRIVE') {
      tell('still at work');
      await pause(lookEveryMs);
      continue;
    }
    const answered = JSON.parse(output ?? '{}') as Partial<Answered>;
    if (answered.answered === 'SUCCESS') {
      return;
    }
    const { code = error ?? status ?? 'Unknown', message = messageOf({ Error: error, Cause: cause }) } = answered;
    throw new RefusedError(code, `${message}; fix that, then run the command again`);
  }
}

/** Creates a request. Each attempt has an id of its own, because the decision about an earlier one is stored and doesn't change. */
export function requestOf<I extends Intent>({ registry, operator, userId }: Connection, placement: Placement, intent: I): LifecycleRequest<I> {
  const unique = randomUUID().replaceAll('-', '');
  // The caller's own id, because IAM lets people store no other request of these kinds.
  const requestId = VOUCHED.includes(intent.kind) ? vouchedRequestId(intent.kind, userId, unique) : requestIdOf('operator', intent.kind, unique);
  return { requestId, registry, placement, origin: { kind: 'operator', arn: operator }, intent };
}

async function lookAt(stateMachine: SFNClient, execution: string, looks: number): Promise<Partial<DescribeExecutionCommandOutput>> {
  try {
    return await stateMachine.send(new DescribeExecutionCommand({ executionArn: execution }));
  } catch (error) {
    if (error instanceof Error && error.name === 'ExecutionDoesNotExist' && looks < LOOKS_BEFORE_SEEN) {
      return { status: 'RUNNING' };
    }
    throw error;
  }
}
