import { SweepStep } from '../../contract/sweep-steps';

/** A state of the Amazon States Language, as far as it is used here. */
type State = Record<string, unknown>;

/** A sweep that takes longer ends. The next one continues with what is still due. */
export const SWEEP_TIMEOUT_SECONDS = 86_400;
/** Close to Lambda's maximum. */
const STEP_TIMEOUT_SECONDS = 890;

const RETRY = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 5, BackoffRate: 2, MaxDelaySeconds: 300, MaxAttempts: 6, JitterStrategy: 'FULL' }];
// Another sweep, or this one before a retry, started the same execution. The engine does each request once.
const NOT_AGAIN = { ErrorEquals: ['StepFunctions.ExecutionAlreadyExistsException', 'States.TaskFailed'], Next: 'LeftToEngine' };

export interface SweepMachineProps {
  readonly partition: string;
  readonly agendaFunctionArn: string;
  /** The engine's state machine. */
  readonly engineArn: string;
}

/**
 * The state machine of a sweep. It plans, then takes page after page of what is due. For each agent of a page it starts the engine and waits until it is
 * done, a limited number of agents at the same time. What fails stays due, and the next sweep asks again; the engine itself records the failure.
 */
export function sweepMachine({ partition, agendaFunctionArn, engineArn }: SweepMachineProps): State {
  const step = (name: SweepStep): State => ({
    Type: 'Task',
    Resource: agendaFunctionArn,
    Parameters: { 'step': name, 'execution.$': '$$.Execution.Id', ...(name === 'Plan' ? {} : { 'sweep.$': '$.sweep' }) },
    TimeoutSeconds: STEP_TIMEOUT_SECONDS,
    Retry: RETRY,
  });
  return {
    Comment: 'Does what is due for agents, through the engine',
    StartAt: 'Plan',
    TimeoutSeconds: SWEEP_TIMEOUT_SECONDS,
    States: {
      Plan: { ...step('Plan'), ResultPath: '$.sweep', Next: 'Page' },
      Page: { ...step('Page'), ResultPath: '$', Next: 'Agents' },
      Agents: {
        Type: 'Map',
        ItemsPath: '$.items',
        // Fewer than the registry allows while IAM throttles.
        MaxConcurrencyPath: '$.concurrency',
        // One agent's failure is no reason to leave others out.
        ToleratedFailurePercentage: 100,
        Label: 'Agents',
        ItemProcessor: {
          // Express executions can't wait for another one.
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'Attend',
          States: {
            Attend: {
              Type: 'Task',
              Resource: `arn:${partition}:states:::states:startExecution.sync:2`,
              Parameters: { 'StateMachineArn': engineArn, 'Name.$': '$.name', 'Input.$': '$.input' },
              Retry: [{ ErrorEquals: ['StepFunctions.ExecutionLimitExceededException', 'StepFunctions.ThrottlingException'], IntervalSeconds: 5, BackoffRate: 2, MaxAttempts: 6, JitterStrategy: 'FULL' }],
              Catch: [NOT_AGAIN],
              ResultPath: null,
              End: true,
            },
            LeftToEngine: { Type: 'Pass', End: true },
          },
        },
        ResultPath: null,
        Next: 'More',
      },
      More: { Type: 'Choice', Choices: [{ Variable: '$.more', BooleanEquals: true, Next: 'Page' }], Default: 'Close' },
      Close: { ...step('Close'), ResultPath: '$.sweep', Next: 'Orphans' },
      Orphans: { ...step('Orphans'), End: true },
    },
  };
}
