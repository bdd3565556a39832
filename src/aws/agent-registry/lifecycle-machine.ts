/** Step Functions' own language, as far as it is used here. */
type State = Record<string, unknown>;

/** CloudFormation waits an hour at most: by then it must have been answered. */
export const MACHINE_TIMEOUT_SECONDS = 3_500;
/** Lambda's longest. */
const STEP_TIMEOUT_SECONDS = 890;

/** What trying again can't mend. */
const FINAL = ['RequestUnknown', 'ResponseUrlInvalid', 'WiperUnknown', 'PrincipalOutsideRegistry', 'EnvironmentMissing'];

const RETRY = [
  { ErrorEquals: FINAL, MaxAttempts: 0 },
  // Another transition of the same agent: as long as CloudFormation's patience allows.
  { ErrorEquals: ['PlacementBusy'], IntervalSeconds: 3, BackoffRate: 1.5, MaxDelaySeconds: 60, MaxAttempts: 110, JitterStrategy: 'FULL' },
  // A list may still show what is gone.
  { ErrorEquals: ['TeardownIncomplete'], IntervalSeconds: 3, BackoffRate: 2, MaxAttempts: 2 },
  { ErrorEquals: ['States.ALL'], IntervalSeconds: 2, BackoffRate: 2, MaxDelaySeconds: 60, MaxAttempts: 6, JitterStrategy: 'FULL' },
];
const CATCH = [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'AnswerFailed' }];

/**
 * Every transition of every agent. Input: `{ requestId }`; nothing else of the request is in an execution.
 *
 * @param stepsFunctionArn the function that does the steps
 */
export function lifecycleMachine(stepsFunctionArn: string): State {
  const step = (operation: string, next: string, changes: State = {}): State => ({
    Type: 'Task',
    Resource: stepsFunctionArn,
    TimeoutSeconds: STEP_TIMEOUT_SECONDS,
    Parameters: { operation, 'requestId.$': '$.requestId', 'execution.$': '$$.Execution.Id', 'run.$': '$.run' },
    ResultPath: '$.run',
    Retry: RETRY,
    Catch: CATCH,
    Next: next,
    ...changes,
  });
  const parameters = (operation: string, more: State = {}): State => ({ operation, 'requestId.$': '$.requestId', 'execution.$': '$$.Execution.Id', ...more });
  const branch = (name: string): State => ({ Variable: '$.run.next', StringEquals: name, Next: name });
  // The answer is the last that can be done: there is nobody to tell that it failed.
  const answering: State = { Catch: undefined, ResultPath: '$.answer' };
  return {
    Comment: 'Joiner, mover and leaver of agents; answers CloudFormation itself',
    StartAt: 'Begin',
    TimeoutSeconds: MACHINE_TIMEOUT_SECONDS,
    States: {
      Begin: step('begin', 'Next', { Parameters: parameters('begin') }),
      Next: { Type: 'Choice', Choices: ['Quarantine', 'Restore', 'Wipe', 'Record', 'Answer', 'Refuse'].map(branch), Default: 'Answer' },
      Quarantine: step('quarantine', 'Wait'),
      Wait: { Type: 'Wait', SecondsPath: '$.run.waitSeconds', Next: 'Next' },
      Restore: step('restore', 'Next'),
      Wipe: {
        Type: 'Map',
        ItemsPath: '$.run.wipers',
        // IAM's throttles are an account's: side by side, but not all at once.
        MaxConcurrency: 4,
        ItemSelector: parameters('wipe', { 'wiper.$': '$$.Map.Item.Value' }),
        ItemProcessor: {
          ProcessorConfig: { Mode: 'INLINE' },
          StartAt: 'WipeOne',
          States: {
            // One that fails must not keep the others from wiping: Verify looks at all of them, and says what remains.
            WipeOne: { Type: 'Task', Resource: stepsFunctionArn, TimeoutSeconds: STEP_TIMEOUT_SECONDS, Retry: RETRY, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'LeftToVerify' }], End: true },
            LeftToVerify: { Type: 'Pass', Result: 'failed', End: true },
          },
        },
        ResultPath: null,
        Catch: CATCH,
        Next: 'Verify',
      },
      Verify: step('verify', 'Terminate'),
      Terminate: step('terminate', 'Next'),
      Record: step('record', 'Next'),
      Answer: step('answer', 'Done', answering),
      Done: { Type: 'Succeed' },
      Refuse: step('answerFailed', 'Done', { ...answering, Parameters: parameters('answerFailed', { 'error.$': '$.run.refusal' }) }),
      AnswerFailed: step('answerFailed', 'Failed', { ...answering, Parameters: parameters('answerFailed', { 'error.$': '$.error' }) }),
      Failed: { Type: 'Fail', ErrorPath: '$.error.Error', CausePath: '$.error.Cause' },
    },
  };
}
