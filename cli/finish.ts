import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { DescribeExecutionCommand, DescribeExecutionCommandOutput, SFNClient } from '@aws-sdk/client-sfn';
import { Connection } from './connect';
import { showPlacement } from './verbs';
import { RequestLedger } from '../runtime/ledger';
import { finishRequest } from '../runtime/lifecycle/finish';
import { PlacementState } from '../runtime/lifecycle/placement-state';
import { Answered, executionName, messageOf, startTransition } from '../runtime/steps';
import { RefusedError } from '../src/core/errors';

const LOOK_EVERY_MS = 2_000;
/** What was just started may not be seen at once. */
const LOOKS_BEFORE_SEEN = 15;

export interface Finishing {
  readonly now: Date;
  /** Told of what goes on. */
  readonly tell: (line: string) => void;
  readonly lookEveryMs?: number;
}

/**
 * Lets the engine finish a teardown that CloudFormation has given up, and waits for it.
 *
 * @throws RefusedError with the engine's code: `StillInStack`, `StackNotAtRest`, `NothingToFinish`, `TeardownIncomplete` and others
 */
export async function finishTeardown(
  connection: Connection, agentName: string, { now, tell, lookEveryMs = LOOK_EVERY_MS }: Finishing,
): Promise<PlacementState> {
  const { registry, operator, table, stateMachine, stateMachineArn } = connection;
  const state = await showPlacement(connection, agentName);
  // Each try is a request of its own: what was decided about an earlier one is written down and stays.
  const request = finishRequest(state, { requestId: randomUUID().replaceAll('-', ''), registry, operator });
  await new RequestLedger(table).save({ request }, now);
  await startTransition(stateMachine, stateMachineArn, request);
  const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${executionName(request)}`;
  tell(`the engine tears down ${request.principal.roleName}: ${executionArn}`);
  for (let looks = 1; ; looks++) {
    const { status, output, error, cause } = await lookAt(stateMachine, executionArn, looks);
    if (status === 'RUNNING' || status === 'PENDING_REDRIVE') {
      tell('still at work');
      await pause(lookEveryMs);
      continue;
    }
    const { answer } = JSON.parse(output ?? '{}') as { answer?: Answered };
    if (answer?.answered === 'SUCCESS') {
      return showPlacement(connection, agentName);
    }
    const { code = 'Unknown', message } = answer ?? { code: error ?? status, message: messageOf({ Cause: cause }) };
    throw new RefusedError(code, `${message}; when that is mended, run it again`);
  }
}

async function lookAt(stateMachine: SFNClient, executionArn: string, looks: number): Promise<Partial<DescribeExecutionCommandOutput>> {
  try {
    return await stateMachine.send(new DescribeExecutionCommand({ executionArn }));
  } catch (error) {
    if (error instanceof Error && error.name === 'ExecutionDoesNotExist' && looks < LOOKS_BEFORE_SEEN) {
      return { status: 'RUNNING' };
    }
    throw error;
  }
}
