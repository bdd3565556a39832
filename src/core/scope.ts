import { InvalidInputError } from './errors';
import { requireValid } from './instance';

/** The parts of a construct that the domain uses. Constructs of every cloud match it, so nothing here imports a construct library. */
export interface Scope {
  readonly node: { readonly path: string; readonly root: object; readonly scopes: Scope[] };
}

/** Runs a check and puts the construct's path before the message of an `InvalidInputError`. */
export function withPath<T>(scope: Scope, check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw error instanceof InvalidInputError ? new InvalidInputError(error.code, `${scope.node.path}: ${error.reason}`) : error;
  }
}

/**
 * Returns a prop that must be set on the agent itself or in its defaults.
 *
 * @throws InvalidInputError with the given code, and the errors of an invalid sponsor or expiry
 */
export function required<T>(scope: Scope, what: string, value: T | undefined | null, code: string): T {
  if (value === undefined || value === null) {
    throw new InvalidInputError(code, `${scope.node.path}: ${what} is missing: give it here or in AgentDefaults; no default could be right`);
  }
  withPath(scope, () => requireValid(value));
  return value;
}
