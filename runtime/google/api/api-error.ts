import { NhiError } from '../../../src/core/errors';

/** An error response of a Google API, or no response at all. */
export class ApiError extends NhiError {
  /** @param status - HTTP status; 0 if there was no response */
  public constructor(public readonly status: number, reason: string, options?: { cause?: unknown }) {
    super(status === 0 || status >= 500 || status === 429 ? 'GoogleUnavailable' : 'GoogleRefused', reason, options);
  }
}

export function isGone(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}

/** Another client wrote between our read and our write. */
export function isConflict(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 409 || error.status === 412);
}

/** Returns the response, or undefined if the resource doesn't exist. */
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
