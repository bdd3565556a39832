import { AccessTokens } from './access-tokens';
import { ApiError } from './api-error';
import { backOff, Pace } from './backoff';
import { Fetch, Service } from './endpoint';
import { reasonOf } from '../../../src/core/errors';

export interface ApiCall {
  readonly service: Service;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** A list becomes a repeated parameter. */
  readonly query?: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body?: unknown;
  readonly etag?: string;
  /** `text` returns the response as it is. @default - parsed JSON */
  readonly returns?: 'text';
  /** False if only a new read resolves a conflict. @default true */
  readonly retriesConflict?: boolean;
}

export interface GoogleApi extends Pace {
  /** Throws an `ApiError` for any response but a success. */
  call<T = Record<string, unknown>>(call: ApiCall): Promise<T>;
}

interface GoogleApiParts extends Pace {
  readonly fetch: Fetch;
  readonly tokens: AccessTokens;
  readonly endpoint: (service: Service) => string;
  /** Project whose quota is used. Some APIs demand it of people's own credentials. */
  readonly quotaProject?: string;
}

const TIMEOUT_MILLISECONDS = 30_000;
const LONGEST_RETRY_AFTER_SECONDS = 60;
const LONGEST_MESSAGE = 300;
// https://cloud.google.com/storage/docs/json_api/v1/status-codes, https://cloud.google.com/bigquery/docs/error-messages
const TOO_MANY_CALLS = new Set<unknown>(['rateLimitExceeded', 'userRateLimitExceeded', 'quotaExceeded', 'RATE_LIMIT_EXCEEDED']);
const USER_AGENT = 'cdk-nhi-lifecycle-teardown';

/** Calls Google's REST APIs, with a time limit for each call and retries where they may help. Every call of a teardown can be repeated. */
export function googleApi(parts: GoogleApiParts): GoogleApi {
  return {
    ...parts,
    async call<T>(call: ApiCall): Promise<T> {
      let renewed = false;
      let token = await parts.tokens();
      for (let failed = 1; ; failed += 1) {
        const outcome = await attempt(parts, call, token);
        if (!(outcome instanceof Failure)) {
          return outcome as T;
        }
        if (outcome.error.status === 401 && !renewed) {
          renewed = true;
          token = await parts.tokens(true);
        } else if (!mayHelp(outcome.error.status, call) || !await backOff(parts, failed, outcome.retryAfterMilliseconds)) {
          throw outcome.error;
        }
      }
    },
  };
}

class Failure {
  public constructor(public readonly error: ApiError, public readonly retryAfterMilliseconds = 0) {}
}

function mayHelp(status: number, call: ApiCall): boolean {
  return status === 0 || status === 429 || status >= 500 || (status === 409 && call.retriesConflict !== false);
}

async function attempt(parts: GoogleApiParts, call: ApiCall, token: string): Promise<unknown> {
  const what = `${call.method} ${call.service} ${call.path}`;
  let response: Response;
  let text: string;
  try {
    response = await parts.fetch(urlOf(parts, call), {
      method: call.method,
      headers: {
        'authorization': `Bearer ${token}`,
        'user-agent': USER_AGENT,
        ...call.body === undefined ? {} : { 'content-type': 'application/json' },
        ...parts.quotaProject === undefined ? {} : { 'x-goog-user-project': parts.quotaProject },
        ...call.etag === undefined ? {} : { 'if-match': call.etag },
      },
      body: call.body === undefined ? undefined : JSON.stringify(call.body),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    });
    text = await response.text();
  } catch (error) {
    return new Failure(new ApiError(0, `${what}: no answer: ${reasonOf(error)}`, { cause: error }));
  }
  if (response.ok && call.returns === 'text') {
    return text;
  }
  const body = parsed(text);
  if (response.ok && body !== undefined) {
    return body;
  }
  const message = `${what}: ${response.status} ${messageIn(body)}`.replaceAll(token, '<token>').slice(0, LONGEST_MESSAGE);
  return new Failure(new ApiError(statusOf(response, body), message), retryAfter(response));
}

function urlOf(parts: GoogleApiParts, call: ApiCall): string {
  const query = new URLSearchParams();
  Object.entries(call.query ?? {}).forEach(([name, value = []]) => [value].flat().forEach((each) => query.append(name, each)));
  return `${parts.endpoint(call.service)}${call.path}${query.size === 0 ? '' : `?${query}`}`;
}

function parsed(text: string): unknown {
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Interprets the status: some services return 403 for too many calls. */
function statusOf({ ok, status }: Response, body: unknown): number {
  const { errors = [], details = [] } = (body as { error?: { errors?: unknown; details?: unknown } } | undefined)?.error ?? {};
  const reasons = [errors, details].flat().map((each) => (each as { reason?: unknown } | null)?.reason);
  if (status === 403 && reasons.some((reason) => TOO_MANY_CALLS.has(reason))) {
    return 429;
  }
  // A success that can't be read counts as no response. Otherwise an unreadable listing would count as an empty one.
  return ok ? 0 : status;
}

function messageIn(body: unknown): string {
  const error = (body as { error?: { message?: unknown } } | undefined)?.error;
  return typeof error?.message === 'string' ? error.message : 'without a readable message';
}

function retryAfter(response: Response): number {
  const seconds = Number(response.headers.get('retry-after') ?? 0);
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), LONGEST_RETRY_AFTER_SECONDS) * 1000 : 0;
}
