import { DescribeExecutionCommand, GetExecutionHistoryCommand } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { ENDED_EXECUTION } from '../../../src/contract/ended-execution';
import { METRICS } from '../../../src/contract/metrics';
import { InvalidInputError, RetryableError } from '../../../src/core/errors';
import { Engine } from '../engine';
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
  const { status = '', cause } = await engine.stateMachine.send(new DescribeExecutionCommand({ executionArn }));
  if ((ENDED_EXECUTION.statuses as readonly string[]).includes(status)) {
    return { ...input, error: { Error: 'TransitionEnded', Cause: `the execution ended as ${status}${cause === undefined ? '' : `: ${cause}`}: ${executionArn}` } };
  }
  const error = await failureThatRuns(engine, executionArn);
  return error === undefined ? notConfirmed(engine, input, `it is ${status} and runs another step`) : { ...input, error };
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
