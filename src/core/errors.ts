/**
 * What goes wrong in this library, with a stable PascalCase code. The name is the code: Step Functions retries and catches by an error's name.
 */
export class NhiError extends Error {
  public constructor(public readonly code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = code;
  }
}

/** Bad input: at synthesis, in a request or at the terminal. The same input fails again. */
export class InvalidInputError extends NhiError {}

/** The lifecycle engine says no, and has changed nothing. */
export class RefusedError extends NhiError {}

/** A teardown that could not finish. */
export class IncompleteError extends NhiError {
  public constructor(code: string, message: string, public readonly remains: string[], options?: { cause?: unknown }) {
    super(code, message, options);
  }
}

/** Worth another try: throttled, busy, or not visible yet. */
export class RetryableError extends NhiError {}
