import { runInNewContext } from 'node:vm';

type Scope = Record<string, unknown>;
type Step = Readonly<Record<string, any>>;
type Steps = readonly Readonly<Record<string, Step>>[];

/** A call of a workflow to Google. Only a status below 400 lets it continue. */
export type Http = (
  method: string, url: string, query: Readonly<Record<string, string>>, body: unknown,
) => { readonly status: number; readonly body: unknown };

/** What a workflow raises. */
export class Raised extends Error {
  public constructor(public readonly value: unknown) {
    super(JSON.stringify(value));
  }
}

/**
 * Runs a workflow of Cloud Workflows as far as the sweep uses the language: steps of `assign`, `call`, `for`, `switch`, `raise` and `try`, `next: continue`,
 * subworkflows, and the functions below. It is our reading of Google's reference, not Google's interpreter. What it doesn't know it refuses.
 * https://cloud.google.com/workflows/docs/reference/syntax
 */
export function runWorkflow(source: string, http: Http, now: Date): void {
  const workflows = JSON.parse(source) as Readonly<Record<string, { readonly params?: readonly string[]; readonly steps: Steps }>>;
  const functions = {
    sys: { now: () => now.getTime() / 1000 },
    time: { parse: (text: string) => new Date(text).getTime() / 1000 },
    json: { encode_to_string: (value: unknown) => JSON.stringify(value) },
    list: { concat: (all: unknown[], one: unknown) => [...all, one] },
    map: { get: (from: Scope | null, key: string) => (from === null ? null : from[key] ?? null) },
    text: { split: (text: string, by: string) => text.split(by) },
    len: (all: unknown[]) => all.length,
    orDefault: (value: unknown, otherwise: unknown) => value ?? otherwise,
  };

  function evaluated(value: unknown, scope: Scope): any {
    if (typeof value === 'string') {
      const [, expression] = /^\$\{([^]*)\}$/.exec(value) ?? [];
      return expression === undefined ? value : runInNewContext(expression.replaceAll('default(', 'orDefault('), { ...functions, ...scope });
    }
    if (Array.isArray(value)) {
      return value.map((one) => evaluated(one, scope));
    }
    return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, evaluated(one, scope)])) : value;
  }

  function call(name: string, args: Scope): unknown {
    if (!name.startsWith('http.')) {
      const { params = [], steps } = workflows[name];
      if (JSON.stringify(Object.keys(args)) !== JSON.stringify(params)) {
        throw new Error(`${name} takes ${params.join(', ')}`);
      }
      return void run(steps, { ...args });
    }
    const { url, query = {}, body, auth } = args as { url: string; query?: Record<string, string>; body?: unknown; auth?: { type: string } };
    if (auth?.type !== 'OAuth2') {
      throw new Error(`${url} is called without a token`);
    }
    const response = http(name.slice('http.'.length).toUpperCase(), url, query, body);
    if (response.status >= 400) {
      throw new Raised({ code: response.status, tags: ['HttpError'], body: response.body });
    }
    return { code: response.status, body: response.body };
  }

  /** Returns whether the loop around the steps continues with its next value. */
  function run(steps: Steps, scope: Scope): 'continue' | undefined {
    for (const step of steps.flatMap((one) => Object.values(one))) {
      if (runStep(step, scope) === 'continue') {
        return 'continue';
      }
    }
    return undefined;
  }

  function runStep(step: Step, scope: Scope): 'continue' | undefined {
    const [kind] = ['assign', 'call', 'for', 'switch', 'raise', 'try'].filter((one) => one in step);
    switch (kind) {
      case 'assign':
        return void (step.assign as Scope[]).flatMap((one) => Object.entries(one))
          .forEach(([name, value]) => (scope[name] = evaluated(value, scope)));
      case 'call': {
        const result = call(step.call, evaluated(step.args, scope));
        return void (step.result === undefined ? undefined : scope[step.result] = result);
      }
      case 'for':
        // Variables of a loop are its own, but what exists around it is assigned there.
        return void (evaluated(step.for.in, scope) as unknown[]).forEach((value) => {
          const inner: Scope = { ...scope, [step.for.value]: value };
          run(step.for.steps, inner);
          Object.keys(scope).forEach((name) => (scope[name] = inner[name]));
        });
      case 'switch': {
        const chosen = (step.switch as Step[]).find(({ condition }) => evaluated(condition, scope) === true);
        return chosen === undefined ? undefined : chosen.next ?? run(chosen.steps, scope);
      }
      case 'raise':
        throw new Raised(evaluated(step.raise, scope));
      case 'try':
        try {
          return runStep(step.try, scope);
        } catch (error) {
          if (!(error instanceof Raised)) {
            throw error;
          }
          scope[step.except.as] = error.value;
          return run(step.except.steps, scope);
        }
      default:
        throw new Error(`a step that this interpreter does not know: ${JSON.stringify(step)}`);
    }
  }

  run(workflows.main.steps, {});
}
