import { lifecycleMachine } from '../../../src/aws/lifecycle-registry/lifecycle-machine';
import { CODES, FINAL_CODES } from '../../../src/contract/refusals';

interface Retrier { ErrorEquals: string[]; MaxAttempts: number; IntervalSeconds?: number; BackoffRate?: number; MaxDelaySeconds?: number }
interface Task { Type: string; Retry?: Retrier[]; Catch?: { ErrorEquals: string[]; Next: string }[] }
interface Map { MaxConcurrency: number; ItemProcessor: { StartAt: string; States: Record<string, Task> } }

const { States } = lifecycleMachine('arn:steps') as unknown as { States: Record<string, Task> };
const each = States.Wipe as unknown as Map;
const tasks = [...Object.values(States), ...Object.values(each.ItemProcessor.States)].filter(({ Type }) => Type === 'Task');

/** The retrier that Step Functions uses: the first one that names the error. */
function retrierOf({ Retry: retriers = [] }: Task, error: string): Retrier | undefined {
  return retriers.find(({ ErrorEquals: errors }) => errors.includes(error) || errors.includes('States.ALL'));
}

/** The longest time that an error is retried, without the duration of the step itself. */
function patience(
  { MaxAttempts: attempts, IntervalSeconds: interval = 1, BackoffRate: rate = 2, MaxDelaySeconds: most = Infinity }: Retrier,
): number {
  return Array.from({ length: attempts }, (_, retry) => Math.min(most, interval * rate ** retry)).reduce((sum, delay) => sum + delay, 0);
}

test('there are tasks, inside the map too', () => {
  expect(tasks.length).toBeGreaterThanOrEqual(7);
});

test.each([...FINAL_CODES, 'ZodError'])('%s is never retried', (code) => {
  expect(tasks.map((task) => retrierOf(task, code)?.MaxAttempts)).toEqual(tasks.map(() => 0));
});

test('an occupied placement is waited for nearly as long as CloudFormation waits', () => {
  for (const task of tasks) {
    const seconds = patience(retrierOf(task, 'PlacementBusy')!);
    expect(seconds).toBeGreaterThan(3_500);
  }
});

test.each([
  ['TeardownIncomplete', 5, 30],
  ['RequestUnconfirmed', 15, 120],
  ['PrincipalNotOfStack', 15, 120],
  ['Lambda.TooManyRequestsException', 60, 300],
  ['NotDenied', 60, 300],
  ['LedgerConflict', 60, 300],
])('%s is retried for %d to %d seconds', (error, least, most) => {
  for (const task of tasks) {
    const seconds = patience(retrierOf(task, error)!);
    expect(seconds).toBeGreaterThanOrEqual(least);
    expect(seconds).toBeLessThanOrEqual(most);
  }
});

test('every code that is not final is retried', () => {
  const retried = Object.keys(CODES).filter((code) => !FINAL_CODES.includes(code));
  expect(retried.length).toBeGreaterThan(10);
  for (const code of retried) {
    expect(retrierOf(tasks[0], code)?.MaxAttempts).toBeGreaterThan(0);
  }
});

test('a batch that fails does not keep the others from their work, and few run side by side', () => {
  const { StartAt: start, States: inner } = each.ItemProcessor;
  expect(inner[start].Catch).toEqual([{ ErrorEquals: ['States.ALL'], Next: 'LeftToNext' }]);
  expect(inner.LeftToNext.Type).toBe('Pass');
  // 0 would mean no limit.
  expect(each.MaxConcurrency).toBeGreaterThan(0);
  expect(each.MaxConcurrency).toBeLessThanOrEqual(10);
});
