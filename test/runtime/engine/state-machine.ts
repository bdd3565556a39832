import { lifecycleMachine } from '../../../src/aws/lifecycle-registry/lifecycle-machine';

interface Retrier { readonly ErrorEquals: string[]; readonly MaxAttempts: number }
interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Parameters?: Record<string, unknown>;
  readonly ResultPath?: string | null;
  readonly Retry?: Retrier[];
  readonly Catch?: { readonly Next: string; readonly ResultPath: string }[];
  readonly Choices?: { readonly Variable: string; readonly StringEquals: string; readonly Next: string }[];
  readonly Default?: string;
  readonly SecondsPath?: string;
  readonly OutputPath?: string;
  readonly ItemsPath?: string;
  readonly ItemSelector?: Record<string, unknown>;
  readonly ItemProcessor?: { readonly States: Record<string, State> };
}
type Data = Record<string, unknown>;

const MACHINE = JSON.parse(JSON.stringify(lifecycleMachine('arn:steps'))) as { readonly StartAt: string; readonly States: Readonly<Record<string, State>> };

/** Does the work of one task of the state machine. */
export type Step = (input: Data) => Promise<unknown>;

/** A step throws it to end the whole execution, as after a timeout or when a person stops it. */
export class Killed extends Error {}

/** Faults of the code itself. The machine would try them again, and a test would pass by a later try. */
const DEFECTS: readonly (new () => Error)[] = [TypeError, ReferenceError, RangeError, SyntaxError];

function endsAll(error: unknown): boolean {
  return !(error instanceof Error) || error instanceof Killed || DEFECTS.some((defect) => error instanceof defect);
}

export interface ExecutionResult {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT';
  readonly visited: readonly string[];
  /** Output of the last steps. */
  readonly output?: Data;
}

/** Interprets the part of the Amazon States Language that the lifecycle machine uses. Waits take no time. */
export async function execute(
  input: Data, executionId: string, step: Step, wait: (seconds: number, next: unknown) => Promise<void>,
): Promise<ExecutionResult> {
  let data: Data = { ...input };
  let name = MACHINE.StartAt;
  const visited: string[] = [];
  const fill = (template: Data, item?: unknown): Data => Object.fromEntries(Object.entries(template).map(([key, value]) => {
    if (!key.endsWith('.$')) {
      return [key, value];
    }
    const path = value as string;
    const filled = path === '$$.Execution.Id' ? executionId : path === '$$.Map.Item.Value' ? item : at(data, path);
    return [key.slice(0, -2), filled];
  }));
  try {
    for (;;) {
      visited.push(name);
      const state = MACHINE.States[name];
      switch (state.Type) {
        case 'Succeed': return { status: 'SUCCEEDED', visited, output: at(data, state.OutputPath ?? '$') as Data };
        case 'Fail': return { status: 'FAILED', visited, output: data };
        case 'Wait':
          await wait(at(data, state.SecondsPath ?? '') as number, at(data, '$.progress.next'));
          name = state.Next ?? '';
          break;
        case 'Choice':
          name = state.Choices?.find((choice) => at(data, choice.Variable) === choice.StringEquals)?.Next ?? state.Default ?? '';
          break;
        default: {
          const outcome = await attempt(async () => {
            if (state.Type === 'Task') {
              return retried(state, () => step(fill(state.Parameters ?? {})));
            }
            const one = Object.values(state.ItemProcessor?.States ?? {})[0];
            const items = at(data, state.ItemsPath ?? '') as unknown[];
            const caught = one.Catch !== undefined;
            return Promise.all(items.map(async (item) => {
              const ofItem = await attempt(() => retried(one, () => step(fill(state.ItemSelector ?? {}, item))));
              if ('error' in ofItem && !caught) {
                throw Object.assign(new Error(ofItem.error.Cause), { name: ofItem.error.Error });
              }
              return null;
            }));
          });
          if ('error' in outcome) {
            const caught = state.Catch?.[0];
            if (caught === undefined) {
              return { status: 'FAILED', visited };
            }
            data = { ...data, [caught.ResultPath.slice(2)]: outcome.error };
            name = caught.Next;
            break;
          }
          // Without a ResultPath the result replaces the input.
          data = state.ResultPath === null ? data : state.ResultPath === undefined
            ? outcome.result as Data
            : put(data, state.ResultPath, outcome.result);
          name = state.Next ?? '';
        }
      }
    }
  } catch (error) {
    if (error instanceof Killed) {
      return { status: 'TIMED_OUT', visited };
    }
    throw error;
  }
}

async function attempt(work: () => Promise<unknown>): Promise<{ result: unknown } | { error: { Error: string; Cause: string } }> {
  try {
    return { result: await work() };
  } catch (error) {
    if (endsAll(error)) {
      throw error;
    }
    const { name, message } = error as Error;
    return { error: { Error: name, Cause: JSON.stringify({ errorMessage: message, errorType: name }) } };
  }
}

// Each retrier counts separately, as on AWS.
async function retried(state: State, work: () => Promise<unknown>): Promise<unknown> {
  const used = new Map<Retrier, number>();
  for (;;) {
    try {
      return JSON.parse(JSON.stringify(await work() ?? null));
    } catch (error) {
      const { name } = error as Error;
      const retrier = endsAll(error) ? undefined : state.Retry?.find(({ ErrorEquals: names }) => names.includes(name) || names.includes('States.ALL'));
      const count = retrier === undefined ? 0 : used.get(retrier) ?? 0;
      if (retrier === undefined || count >= retrier.MaxAttempts) {
        throw error;
      }
      used.set(retrier, count + 1);
    }
  }
}

function put(data: Data, path: string, value: unknown): Data {
  const [, member, ...rest] = path.split('.');
  return { ...data, [member]: rest.length === 0 ? value : put((data[member] ?? {}) as Data, ['$', ...rest].join('.'), value) };
}

function at(data: Data, path: string): unknown {
  return path.split('.').slice(1).reduce<unknown>((value, key) => (value as Data)[key], data);
}
