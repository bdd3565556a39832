import { NhiError } from '../../../src/core/errors';

/** What a Google API answered instead of doing it, or that it didn't answer. */
export class ApiError extends NhiError {
  /** @param status - of HTTP; 0 where there was no answer */
  public constructor(public readonly status: number, message: string, options?: { cause?: unknown }) {
    super(status === 0 || status >= 500 || status === 429 ? 'GoogleUnavailable' : 'GoogleRefused', message, options);
  }
}

export function isGone(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}

/** Somebody else wrote between our read and our write. */
export function isConflict(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 409 || error.status === 412);
}

/** What it answers, or nothing where there is nothing. */
export async function orGone<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isGone(error)) {
      return undefined;
    }
    throw error;
  }
}

/** One line that says what went wrong. */
export function reasonOf(error: unknown): string {
  return (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).replace(/\s+/g, ' ');
}
