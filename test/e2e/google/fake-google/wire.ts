export interface FakeRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what comes over the wire may be anything
  readonly body: any;
  readonly ifMatch?: string;
  readonly now: Date;
}

/** A call in the log. */
export interface Call {
  /** Such as `POST /v1/projects/p/serviceAccounts`. */
  readonly what: string;
  /** The caller: `operator`, or an account's address. */
  readonly by: string;
  /** `terraform`, `teardown` or another user agent. */
  readonly agent: string;
  readonly status: number;
}

/** A response that isn't a success. */
export class Refusal extends Error {
  public constructor(public readonly status: number, message: string) {
    super(message);
  }
}

export const notFound = (what: string) => new Refusal(404, `${what} was not found`);

type Handler = (request: FakeRequest, ...parts: string[]) => unknown;

/** Method, path and handler. The path's groups are the handler's arguments. */
export type Route = readonly [method: string, path: RegExp, handler: Handler];
