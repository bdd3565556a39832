import { FINAL_CODES } from '../../contract/refusals';
import { DONE, StepDefinition, StepName, STEPS } from '../../contract/steps';

/** A state of the Amazon States Language, as far as it is used here. */
type State = Record<string, unknown>;

/** CloudFormation waits an hour at most and must have a response by then. The watch after a leave's response ends within the same time. */
export const MACHINE_TIMEOUT_SECONDS = 3_500;
/** Close to Lambda's maximum. */
const STEP_TIMEOUT_SECONDS = 890;

const RETRY = [
  { ErrorEquals: [...FINAL_CODES, 'ZodError'], MaxAttempts: 0 },
  // Another transition of the same agent is running. Retried for as long as CloudFormation waits.
  { ErrorEquals: ['PlacementBusy'], IntervalSeconds: 3, BackoffRate: 1.5, MaxDelaySeconds: 60, MaxAttempts: 110, JitterStrategy: 'FULL' },
  // A list may still show deleted items.
  { ErrorEquals: ['TeardownIncomplete'], IntervalSeconds: 3, BackoffRate: 2, MaxAttempts: 2 },
  // An operation that CloudFormation has begun may become visible a moment later.
  { ErrorEquals: ['RequestUnconfirmed', 'PrincipalNotOfStack'], IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 4 },
  { ErrorEquals: ['States.ALL'], IntervalSeconds: 2, BackoffRate: 2, MaxDelaySeconds: 60, MaxAttempts: 6, JitterStrategy: 'FULL' },
];
const CATCH = [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Fail' }];

/** Path of the outcome. */
const ANSWER = '$.progress.answer';

/** What a step receives from the execution. Nothing else of a request is in one. */
const INPUT = { 'requestId.$': '$.requestId', 'placement.$': '$.placement', 'execution.$': '$$.Execution.Id' };

/**
 * The state machine for every transition of every agent, derived from the contract's table of steps. Input: `{ requestId, placement }`.
 *
 * @param stepsFunctionArn the function that runs the steps
 */
export function lifecycleMachine(stepsFunctionArn: string): State {
  const definitions = Object.entries(STEPS) as [StepName, StepDefinition][];
  const chosen = definitions.filter(([name, { afterFailure }]) => name !== 'Begin' && afterFailure !== true).map(([name]) => name);
  return {
    Comment: 'Joiner, mover and leaver of agents; responds to CloudFormation itself',
    StartAt: 'Begin',
    TimeoutSeconds: MACHINE_TIMEOUT_SECONDS,
    States: {
      ...Object.assign({}, ...definitions.map(([name, definition]) => statesOf(stepsFunctionArn, name, definition))),
      Next: { Type: 'Choice', Choices: chosen.map((name) => ({ Variable: '$.progress.next', StringEquals: name, Next: name })), Default: DONE },
      Wait: { Type: 'Wait', SecondsPath: '$.progress.waitSeconds', Next: 'Next' },
      // The execution's output is the outcome.
      [DONE]: { Type: 'Succeed', OutputPath: ANSWER },
      Failed: { Type: 'Fail', ErrorPath: '$.code', CausePath: '$.message' },
    },
  };
}

function statesOf(stepsFunctionArn: string, step: StepName, definition: StepDefinition): Record<string, State> {
  const task = { Type: 'Task', Resource: stepsFunctionArn, TimeoutSeconds: STEP_TIMEOUT_SECONDS, Retry: RETRY };
  if (definition.forEach !== undefined) {
    return { [step]: eachOf(task, step, definition) };
  }
  if (definition.afterFailure) {
    // If even this step fails, EventBridge notifies the engine that the execution ended.
    return { [step]: { ...task, Parameters: { step, ...INPUT, 'error.$': '$.error' }, Next: 'Failed' } };
  }
  if (definition.last) {
    return { [step]: { ...task, Parameters: { step, ...INPUT, 'error.$': '$.progress.refusal' }, ResultPath: ANSWER, Next: DONE } };
  }
  const parameters = { step, ...INPUT, ...(step === 'Begin' ? {} : { 'progress.$': '$.progress' }) };
  return { [step]: { ...task, Parameters: parameters, ResultPath: '$.progress', Catch: CATCH, Next: definition.thenWaits ? 'Wait' : definition.then ?? 'Next' } };
}

function eachOf(task: State, step: StepName, { forEach, then }: StepDefinition): State {
  return {
    Type: 'Map',
    ItemsPath: `$.progress.${forEach}`,
    // IAM throttles each account, so only some wipers run side by side.
    MaxConcurrency: 4,
    ItemSelector: { step, ...INPUT, 'batch.$': '$$.Map.Item.Value' },
    ItemProcessor: {
      ProcessorConfig: { Mode: 'INLINE' },
      StartAt: 'One',
      States: {
        // A failed wiper must not keep the others from running. The next step checks everything and reports what remains.
        One: { ...task, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'LeftToNext' }], End: true },
        LeftToNext: { Type: 'Pass', Result: 'failed', End: true },
      },
    },
    ResultPath: null,
    Catch: CATCH,
    Next: then ?? 'Next',
  };
}
