import { DescribeExecutionCommand, GetExecutionHistoryCommand } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { ENDED_EXECUTION } from '../../../src/contract/ended-execution';
import { METRICS } from '../../../src/contract/metrics';
import { InvalidInputError, RetryableError } from '../../../src/core/errors';
import { Engine, KNOWN_AFTER_MS } from '../engine';
import { StepError, StepInput } from '../execution';
import { loadRequest } from '../loaded-request';

/** More than the attempts at one step leave in a history. */
const LATEST_EVENTS = 100;

const failed = z.object({ error: z.object({ Error: z.string().optional(), Cause: z.string().optional() }) });

/**
 * Why an execution failed, as Step Functions says itself: it has ended early, or the step `Fail` is what it runs. Nobody else can have a transition fail.
 *
 * @throws RetryableError `StepNotDue` if the execution of the request neither has ended nor runs that step
 */
export async function confirmedFailure(engine: Engine, input: StepInput): Promise<StepInput> {
  const { execution: executionArn } = input;
  if (!await isOfRequest(engine, input)) {
    return notConfirmed(engine, input, 'it is the execution of another request');
  }
  const first = await failureOf(engine, executionArn);
  if ('error' in first) {
    return { ...input, error: first.error };
  }
  // EventBridge may know of an end before `DescribeExecution` does. An alarm must not go off for that.
  await engine.pause(KNOWN_AFTER_MS);
  const again = await failureOf(engine, executionArn);
  return 'error' in again ? { ...input, error: again.error } : notConfirmed(engine, input, `it is ${again.status} and runs another step`);
}

async function failureOf(engine: Engine, executionArn: string): Promise<{ readonly error: StepError } | { readonly status: string }> {
  const { status = '', cause } = await engine.stateMachine.send(new DescribeExecutionCommand({ executionArn }));
  if ((ENDED_EXECUTION.statuses as readonly string[]).includes(status)) {
    return { error: { Error: 'TransitionEnded', Cause: `the execution ended as ${status}${cause === undefined ? '' : `: ${cause}`}: ${executionArn}` } };
  }
  const error = await failureThatRuns(engine, executionArn);
  return error === undefined ? { status } : { error };
}

/** A request that the ledger does not have, or that contradicts its key, leads to nothing. */
async function isOfRequest(engine: Engine, input: StepInput): Promise<boolean> {
  try {
    return engine.executionOf((await loadRequest(engine, input)).request) === input.execution;
  } catch (error) {
    if (error instanceof InvalidInputError) {
      return true;
    }
    throw error;
  }
}

async function failureThatRuns({ stateMachine }: Engine, executionArn: string): Promise<StepError | undefined> {
  const { events = [] } = await stateMachine.send(new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: LATEST_EVENTS }));
  const { name, input = '{}' } = events.find(({ stateEnteredEventDetails: entered }) => entered !== undefined)?.stateEnteredEventDetails ?? {};
  return name === 'Fail' ? failed.parse(JSON.parse(input)).error : undefined;
}

function notConfirmed(engine: Engine, { execution, requestId }: StepInput, why: string): never {
  engine.count(METRICS.requestUnconfirmed);
  throw new RetryableError('StepNotDue', `Step Functions does not confirm that the execution ${execution} of request ${requestId} has failed: ${why}`);
}
