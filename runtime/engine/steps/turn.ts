import { METRICS } from '../../../src/contract/metrics';
import { StepName } from '../../../src/contract/steps';
import { RetryableError } from '../../../src/core/errors';
import { Turn, TurnLedger } from '../../ledger';
import { Engine } from '../engine';
import { ExecutionProgress, StepInput } from '../execution';
import { loadOpen, loadRequest } from '../loaded-request';

type Stored = Turn<ExecutionProgress>;
type Run = (input: StepInput) => Promise<unknown>;

/** Their results are not the progress of the execution. */
const RETURN_OTHERS: readonly StepName[] = ['Wipe', 'Refuse'];
/** They respond, which releases the lock. */
const RESPOND: readonly StepName[] = ['Settle', 'Refuse'];

/**
 * Runs a step if it is its turn according to the ledger, with the progress that the ledger has: everybody who may invoke the function of the steps could invoke them in another order, or say that
 * something else is left to do. A step whose result was lost returns that result again.
 *
 * @throws RetryableError `StepNotDue` for another step than the next one, another execution, or before the wait is over
 */
export async function inTurn(engine: Engine, input: StepInput, run: Run): Promise<unknown> {
  const turns = new TurnLedger<ExecutionProgress>(engine.table);
  const { turn, holder } = await turns.read(input.requestId, input.placement);
  if (turn === undefined && input.step === 'Begin') {
    return recorded(engine, turns, input, turn, await run(input));
  }
  if (turn === undefined || turn.execution !== input.execution) {
    return notDue(engine, input, 'the ledger does not know that its execution has begun');
  }
  const isDue = dueIn(turn).includes(input.step);
  // A local emulator shortens the waits of Step Functions.
  const isEarly = engine.config.localEndpoint === undefined && Date.parse(turn.notBefore) > engine.now().getTime();
  if (turn.done === input.step && (!isDue || isEarly)) {
    return turn.progress;
  }
  if (!isDue) {
    return notDue(engine, input, `the next one is ${turn.progress.next}`);
  }
  if (isEarly) {
    throw new RetryableError('StepNotDue', `the step ${input.step} of request ${input.requestId} is due at ${turn.notBefore}`);
  }
  if (holder !== input.execution && !await isAfterResponse(engine, input)) {
    return notDue(engine, input, 'another execution works on the agent');
  }
  const result = await run({ ...input, ...believed(turn, input) });
  return RETURN_OTHERS.includes(input.step) ? result : recorded(engine, turns, input, turn, result);
}

/** Terminate checks again what the wipers did, so the one may follow the other without a record in between. */
function dueIn({ progress: { next } }: Stored): string[] {
  return next === 'Wipe' ? ['Wipe', 'Terminate'] : [next];
}

/** Roles are watched after the response. A step that has responded, and whose result was lost, returns it again and does nothing else. */
async function isAfterResponse(engine: Engine, input: StepInput): Promise<boolean> {
  return input.step === 'Watch' || (RESPOND.includes(input.step) && (await loadRequest(engine, input)).answered);
}

/** What the ledger says of what the caller says. */
function believed({ progress }: Stored, { batch }: StepInput): Pick<StepInput, 'progress' | 'batch' | 'error'> {
  const known = progress.batches.find(({ name }) => name === batch?.name);
  return { progress, batch: known ?? { name: '', wipers: [] }, error: progress.refusal };
}

async function recorded(
  engine: Engine, turns: TurnLedger<ExecutionProgress>,
  { step, requestId, placement, execution }: StepInput, before: Stored | undefined, result: unknown,
): Promise<unknown> {
  if (await turns.advance(requestId, before, { execution, done: step, progress: result as ExecutionProgress }, engine.now())) {
    return result;
  }
  // The step was done twice at the same time, and the other one was recorded.
  const { turn } = await turns.read(requestId, placement);
  if (turn?.done === step && turn.execution === execution) {
    return turn.progress;
  }
  throw new RetryableError('StepNotDue', `the step ${step} of request ${requestId} was done meanwhile, and others after it`);
}

/** @throws InvalidInputError `RequestEnded`, `RequestUnknown` if that is why */
async function notDue(engine: Engine, input: StepInput, why: string): Promise<never> {
  await loadOpen(engine, input);
  engine.count(METRICS.requestUnconfirmed);
  throw new RetryableError('StepNotDue', `it is not the turn of the step ${input.step} of request ${input.requestId}: ${why}`);
}
