import { InvalidInputError } from './errors';

/**
 * The result of a check. A failure is thrown when the value is used: a sponsor or an expiry is created before its construct, and only the construct
 * can say which of several values is wrong.
 */
export class Held<T> {
  /** Runs a check. Any error except `InvalidInputError` is thrown at once. */
  public static of<T>(check: () => T): Held<T> {
    try {
      return new Held(check());
    } catch (error) {
      if (error instanceof InvalidInputError) {
        return new Held<T>(undefined, error);
      }
      throw error;
    }
  }

  private constructor(private readonly checked: T | undefined, private readonly fault?: InvalidInputError) {}

  /** @throws InvalidInputError if the check failed */
  public get value(): T {
    if (this.fault !== undefined) {
      throw this.fault;
    }
    return this.checked as T;
  }
}
