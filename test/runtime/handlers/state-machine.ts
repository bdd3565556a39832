import { lifecycleMachine } from '../../../src/aws/agent-registry/lifecycle-machine';

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
  readonly ItemsPath?: string;
  readonly ItemSelector?: Record<string, unknown>;
  readonly ItemProcessor?: { readonly States: Record<string, State> };
}
type Data = Record<string, unknown>;

/** Does the work of one task of the state machine. */
export type Step = (input: Data) => Promise<unknown>;

/** Thrown by a step to end the whole execution there, as when its time is up or somebody stops it. */
export class Killed extends Error {}

export interface ExecutionResult {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT';
  readonly visited: readonly string[];
  /** What the last steps left. */
  readonly output?: Data;
}

/** Interprets as much of Step Functions' language as the lifecycle machine is written in; waits take no time. */
export async function execute(requestId: string, executionId: string, step: Step, wait: (seconds: number) => void): Promise<ExecutionResult> {
  const machine = JSON.parse(JSON.stringify(lifecycleMachine('arn:steps'))) as { StartAt: string; States: Record<string, State> };
  let data: Data = { requestId };
  let name = machine.StartAt;
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
      const state = machine.States[name];
      switch (state.Type) {
        case 'Succeed': return { status: 'SUCCEEDED', visited, output: data };
        case 'Fail': return { status: 'FAILED', visited, output: data };
        case 'Wait':
          wait(at(data, state.SecondsPath ?? '') as number);
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
          data = state.ResultPath === null || state.ResultPath === undefined ? data : { ...data, [state.ResultPath.slice(2)]: outcome.result };
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
    if (error instanceof Killed || !(error instanceof Error)) {
      throw error;
    }
    return { error: { Error: error.name, Cause: JSON.stringify({ errorMessage: error.message, errorType: error.name }) } };
  }
}

// Each retrier counts for itself, as on AWS.
async function retried(state: State, work: () => Promise<unknown>): Promise<unknown> {
  const used = new Map<Retrier, number>();
  for (;;) {
    try {
      return JSON.parse(JSON.stringify(await work() ?? null));
    } catch (error) {
      const retrier = error instanceof Error && !(error instanceof Killed)
        ? state.Retry?.find(({ ErrorEquals: names }) => names.includes(error.name) || names.includes('States.ALL'))
        : undefined;
      const count = retrier === undefined ? 0 : used.get(retrier) ?? 0;
      if (retrier === undefined || count >= retrier.MaxAttempts) {
        throw error;
      }
      used.set(retrier, count + 1);
    }
  }
}

function at(data: Data, path: string): unknown {
  return path.split('.').slice(1).reduce<unknown>((value, key) => (value as Data)[key], data);
}
