import * as z from 'zod';
import { DONE, STEP_NAMES, StepName } from '../../src/contract/steps';
import { Placement } from '../../src/core/lifecycle-event';

/** Input of an execution. It identifies the request and contains nothing else of it. */
export interface ExecutionInput {
  readonly requestId: string;
  readonly placement: Placement;
}

/** Wipers that one step runs. */
export interface Batch {
  readonly name: string;
  readonly wipers: readonly string[];
}

/** The error of a failed step as Step Functions reports it. */
export interface StepError {
  readonly Error?: string;
  readonly Cause?: string;
}

/** What the state machine passes from step to step: the steps that are left, and the outcome. It contains no personal data, no URL and no secret. */
export interface ExecutionProgress {
  /** The steps still to run. The first one is next. */
  readonly steps: readonly StepName[];
  readonly next: StepName | typeof DONE;
  readonly waitSeconds: number;
  readonly batches: readonly Batch[];
  /** Set if the request was refused. */
  readonly refusal?: Required<StepError>;
  /** The outcome of the request, once the engine responded to it. */
  readonly answer?: Answered;
  /** Number of checks for the roles of a leave since the response. */
  readonly looks?: number;
  /** Number of attempts at third parties in this execution. */
  readonly tries?: number;
}

/** The outcome of a request, as its execution returns it. */
export interface Answered {
  readonly answered: 'SUCCESS' | 'FAILED';
  readonly code?: string;
  readonly message?: string;
}

/** Input of a step. */
export interface StepInput extends ExecutionInput {
  readonly step: StepName;
  readonly execution: string;
  readonly progress?: ExecutionProgress;
  readonly batch?: Batch;
  readonly error?: StepError;
}

const batch = z.object({ name: z.string(), wipers: z.array(z.string()) });
const step = z.enum(STEP_NAMES as [StepName, ...StepName[]]);

export const executionInput = z.object({
  requestId: z.string().min(1).max(240),
  placement: z.object({ account: z.string(), agentName: z.string() }),
}) satisfies z.ZodType<ExecutionInput>;

export const stepInput = executionInput.extend({
  step,
  execution: z.string().min(1),
  progress: z.object({
    steps: z.array(step),
    next: z.union([step, z.literal(DONE)]),
    waitSeconds: z.number(),
    batches: z.array(batch),
    refusal: z.object({ Error: z.string(), Cause: z.string() }).optional(),
    answer: z.object({ answered: z.enum(['SUCCESS', 'FAILED']), code: z.string().optional(), message: z.string().optional() }).optional(),
    looks: z.number().optional(),
    tries: z.number().optional(),
  }).optional(),
  batch: batch.optional(),
  error: z.object({ Error: z.string().optional(), Cause: z.string().optional() }).optional(),
}) satisfies z.ZodType<StepInput>;

/** Returns the progress without the first step. */
export function advance(progress: ExecutionProgress, changes: Partial<ExecutionProgress> = {}): ExecutionProgress {
  const steps = progress.steps.slice(1);
  return { ...progress, ...changes, steps, next: steps[0] };
}

/** The error's message without its code. A Lambda function's error is JSON in the cause. */
export function messageOf({ Error: code = '', Cause: cause = '' }: StepError): string {
  try {
    const parsed = JSON.parse(cause) as { errorMessage?: unknown };
    const message = typeof parsed.errorMessage === 'string' ? parsed.errorMessage : cause;
    return message.startsWith(`${code}: `) ? message.slice(code.length + 2) : message;
  } catch {
    return cause;
  }
}
