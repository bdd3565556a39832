import { lookup as resolve } from 'node:dns';
import { request as plainRequest } from 'node:http';
import { request as tlsRequest, RequestOptions } from 'node:https';
import { isIP, LookupFunction } from 'node:net';
import { isPublicAddress } from './addresses';
import { NotDone } from './not-done';

/** What a third party answered. */
export interface Answer {
  readonly status: number;
  /** The body as JSON. Undefined if it is not valid JSON, or not declared as JSON. */
  readonly json: unknown;
}

export interface OutboundRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Further statuses that ask to come later, if their headers say when. */
  readonly laterToo?: readonly number[];
}

export type Send = (request: OutboundRequest) => Promise<Answer>;

export interface OutboundOptions {
  /** Hosts that may have private addresses. */
  readonly privateHosts: readonly string[];
  readonly now: () => Date;
  readonly timeoutMs?: number;
  readonly mostBytes?: number;
  /** Whether a private host may be asked without TLS, as on a local emulator. */
  readonly allowsPlain?: boolean;
  /** Certificates to trust instead of those of Node.js. */
  readonly ca?: string;
  /** Resolves names. @default - as the system does */
  readonly lookup?: Lookup;
}

type Resolved = readonly { readonly address: string; readonly family: number }[];
export type Lookup = (hostname: string) => Promise<Resolved>;

const TIMEOUT_MS = 10_000;
const MOST_BYTES = 262_144;
const LONGEST_RETRY_SECONDS = 86_400;
/** Codes of Node.js, such as `ECONNREFUSED` and `CERT_HAS_EXPIRED`. */
const CODE = /^[A-Z][A-Z0-9_]{2,60}$/;
/** https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Status/429 */
const LATER = [429, 503];

const system: Lookup = (hostname) => new Promise((done, failed) => {
  resolve(hostname, { all: true }, (error, addresses) => (error === null ? done(addresses) : failed(error)));
});

/**
 * Sends requests for agents. An address is checked when the connection is made, so that a name that resolves differently the second time leads nowhere else. No redirect is followed, because a
 * request may have a credential. Every connection is used once.
 *
 * @throws NotDone if there is no answer within the limits, and for an answer that asks to come later
 */
export function outbound(options: OutboundOptions): Send {
  return async (request) => {
    const { hostname, protocol } = request.url;
    const isPrivate = options.privateHosts.includes(hostname);
    if (protocol !== 'https:' && !(protocol === 'http:' && isPrivate && options.allowsPlain === true)) {
      throw new NotDone('its URL is not https');
    }
    // Node.js does not look up what is an address already.
    const literal = hostname.replace(/^\[|\]$/g, '');
    if (!isPrivate && isIP(literal) !== 0 && !isPublicAddress(literal)) {
      throw notPublic();
    }
    const answer = await sendOnce(request, options, isPrivate);
    if (answer.status >= 300 && answer.status < 400) {
      throw new NotDone(`it redirects (${answer.status}), and redirects are not followed`);
    }
    const seconds = secondsUntil(answer, options.now());
    if (LATER.includes(answer.status) || (seconds !== undefined && request.laterToo?.includes(answer.status) === true)) {
      throw new NotDone(`it responded ${answer.status}`, seconds);
    }
    return { status: answer.status, json: answer.json };
  };
}

interface RawAnswer extends Answer {
  readonly retryAfter?: string;
  /** When requests are taken again, in seconds since 1970, if none is left until then. */
  readonly resetAt?: string;
}

function sendOnce({ method, url, headers, body }: OutboundRequest, options: OutboundOptions, isPrivate: boolean): Promise<RawAnswer> {
  const { timeoutMs = TIMEOUT_MS, mostBytes = MOST_BYTES } = options;
  const sending: RequestOptions = {
    method,
    agent: false,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }), 'user-agent': 'cdk-nhi-lifecycle' },
    signal: AbortSignal.timeout(timeoutMs),
    lookup: guarded(options.lookup ?? system, isPrivate),
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  };
  return new Promise<RawAnswer>((done, failed) => {
    const fail = (error: unknown): void => failed(error instanceof NotDone ? error : new NotDone(reasonOf(error, timeoutMs)));
    const sent = (url.protocol === 'https:' ? tlsRequest : plainRequest)(url, sending, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('error', fail);
      // A body that ends before its announced length.
      response.on('aborted', () => fail(new NotDone('its response was cut off')));
      response.on('data', (chunk: Buffer) => {
        size += chunk.byteLength;
        if (size > mostBytes) {
          fail(new NotDone(`its response has more than ${mostBytes} bytes`));
          sent.destroy();
        }
        chunks.push(chunk);
      });
      response.on('end', () => {
        const { statusCode: status = 0, headers: { 'content-type': type, 'retry-after': later, 'x-ratelimit-remaining': left, 'x-ratelimit-reset': reset } } = response;
        done({
          status,
          json: isJson(type) ? parsed(Buffer.concat(chunks)) : undefined,
          ...(later === undefined ? {} : { retryAfter: later }),
          ...(left === '0' && typeof reset === 'string' ? { resetAt: reset } : {}),
        });
      });
    });
    sent.on('error', fail);
    sent.end(body);
  });
}

/** One private address among several is enough for a refusal: the caller could not choose which one is used. */
function guarded(lookup: Lookup, isPrivate: boolean): LookupFunction {
  return (hostname, { all }, callback) => {
    lookup(hostname).then((addresses) => {
      if (addresses.length === 0 || (!isPrivate && addresses.some(({ address }) => !isPublicAddress(address)))) {
        callback(notPublic(), '', 0);
      } else if (all === true) {
        callback(null, [...addresses]);
      } else {
        callback(null, addresses[0].address, addresses[0].family);
      }
    }, (error: NodeJS.ErrnoException) => callback(error, '', 0));
  };
}

function notPublic(): NotDone {
  return new NotDone('its host has a private or local address, and neither the registry names it in revokerPrivateHosts nor, on Google, this machine in NHI_REVOKER_PRIVATE_HOSTS');
}

function reasonOf(error: unknown, timeoutMs: number): string {
  const { name, code } = error as { name?: unknown; code?: unknown };
  if (name === 'TimeoutError' || name === 'AbortError') {
    return `it did not respond within ${timeoutMs} ms`;
  }
  return `the connection failed${typeof code === 'string' && CODE.test(code) ? ` (${code})` : ''}`;
}

/** What `Retry-After` says, or the reset of a rate limit. */
function secondsUntil({ retryAfter, resetAt }: RawAnswer, now: Date): number | undefined {
  return retryAfter !== undefined ? bounded(/^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) : secondsTo(Date.parse(retryAfter), now))
    : resetAt !== undefined && /^\d{1,11}$/.test(resetAt) ? bounded(secondsTo(Number(resetAt) * 1000, now)) : undefined;
}

/** Seconds until an HTTP date. https://datatracker.ietf.org/doc/html/rfc9110#section-10.2.3 */
function secondsTo(timeMs: number, now: Date): number {
  return Math.ceil((timeMs - now.getTime()) / 1000);
}

function bounded(seconds: number): number | undefined {
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, LONGEST_RETRY_SECONDS) : undefined;
}

function isJson(type: string | undefined): boolean {
  return /^application\/([a-z0-9.+-]+\+)?json\s*(;|$)/i.test(type ?? '');
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
