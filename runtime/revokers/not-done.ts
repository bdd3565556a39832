/** Why an attempt has not come to a clear result: one line in words of ours. It never contains what a third party sent, except a status or a code of Node.js. */
export class NotDone extends Error {
  public override readonly name = 'NotDone';

  /** @param retryAfterSeconds how long the third party wants to be left alone */
  public constructor(message: string, public readonly retryAfterSeconds?: number) {
    super(message);
  }
}

/** Somebody else was asked, and has to confirm it. */
export class Awaiting extends NotDone {}

/** The name of an error of any kind, if it is one word. Its message may contain what a third party sent. */
export function errorName(error: unknown): string {
  const { name } = (typeof error === 'object' && error !== null ? error : {}) as { name?: unknown };
  return typeof name === 'string' && /^\w{1,60}$/.test(name) ? name : 'an error';
}
