/**
 * An error of this library, with a stable PascalCase code. The code is the error's name, because Step Functions retries and catches errors by name.
 * The message begins with the code, because jsii passes only the message of a constructor's error to other languages.
 */
export class NhiError extends Error {
  declare public readonly code: string;
  /** The message without the code. */
  declare public readonly reason: string;

  public constructor(code: string, reason: string, options?: { cause?: unknown }) {
    super(`${code}: ${reason}`, options);
    // For an uncaught error, Node.js prints name and message, and then all enumerable properties. These are not enumerable, so that nothing is
    // printed twice.
    Object.defineProperties(this, { name: { value: code }, code: { value: code }, reason: { value: reason } });
    this.stack = this.stack?.replace(/^\w+: /, '');
  }

  /** Overridden because the message already contains the name. */
  public override toString(): string {
    return this.message;
  }
}

/** Invalid input, at synthesis, in a request or at the terminal. The same input fails again. */
export class InvalidInputError extends NhiError {}

/** The lifecycle engine refused a request and changed nothing. */
export class RefusedError extends NhiError {}

/** A teardown that could not finish. */
export class IncompleteError extends NhiError {
  public constructor(code: string, reason: string, public readonly remains: string[], options?: { cause?: unknown }) {
    super(code, reason, options);
  }
}

/** One line that describes what went wrong. */
export function reasonOf(error: unknown): string {
  return String(error).replace(/\s+/g, ' ');
}

/** An error after which a retry may succeed: throttled, busy, or not visible yet. */
export class RetryableError extends NhiError {}
