/** What a server answered. */
export interface JsonAnswer {
  readonly status: number;
  /** Undefined if the body is not JSON. */
  readonly json: unknown;
}

export interface FetchLimits {
  readonly timeoutMs: number;
  readonly mostBytes: number;
}

export const FETCH_LIMITS: FetchLimits = { timeoutMs: 5_000, mostBytes: 262_144 };

/** Why there is no answer, in words of ours. */
export class NotFetched extends Error {
  public override readonly name = 'NotFetched';
}

/**
 * Sends one request and reads the response within limits. No redirect is followed, because the request has a credential.
 *
 * @throws NotFetched
 */
export async function fetchJson(url: URL, request: Pick<RequestInit, 'method' | 'headers' | 'body'>, limits = FETCH_LIMITS): Promise<JsonAnswer> {
  try {
    const response = await fetch(url, { ...request, redirect: 'manual', signal: AbortSignal.timeout(limits.timeoutMs) });
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel();
      throw new NotFetched(`it redirects (${response.status}), and redirects are not followed`);
    }
    return { status: response.status, json: parsed(await bounded(response, limits.mostBytes)) };
  } catch (error) {
    if (error instanceof NotFetched) {
      throw error;
    }
    throw new NotFetched(nameOf(error) === 'TimeoutError' ? `it did not answer within ${limits.timeoutMs} ms` : 'the connection failed');
  }
}

/** The name of an error of any kind: that of a timeout is no `Error` everywhere. */
export function nameOf(error: unknown): string {
  const { name } = (typeof error === 'object' && error !== null ? error : {}) as { name?: unknown };
  return typeof name === 'string' ? name : 'unknown error';
}

async function bounded({ body }: Response, mostBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > mostBytes) {
      // Leaving the loop closes the connection.
      throw new NotFetched(`its response has more than ${mostBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
