import type { Hono } from 'hono';
import * as z from 'zod';

/** A request as API Gateway's HTTP API or a function URL sends it. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
export const httpApiEvent = z.object({
  rawPath: z.string(),
  rawQueryString: z.string().default(''),
  cookies: z.array(z.string()).optional(),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().optional(),
  isBase64Encoded: z.boolean().default(false),
  requestContext: z.object({ http: z.object({ method: z.string() }), domainName: z.string().optional() }),
});

export interface HttpApiResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: string;
  readonly isBase64Encoded: false;
}

/** The answer to what is no request of a browser. */
export const REFUSED: HttpApiResponse = { statusCode: 400, headers: { 'cache-control': 'no-store', 'content-type': 'text/plain' }, cookies: [], body: 'Bad request', isBase64Encoded: false };

const FUNCTION_URL = /^[a-z0-9]{1,63}\.lambda-url\.[a-z0-9-]{1,63}\.on\.aws$/;

/** Scheme and host of the function URL to which a request was sent. Lambda names it, whatever the headers say. */
export function functionUrlIn(event: unknown): string | undefined {
  const parsed = httpApiEvent.safeParse(event);
  const host = parsed.success ? parsed.data.requestContext.domainName ?? '' : '';
  return FUNCTION_URL.test(host) ? `https://${host}` : undefined;
}

/** Sends a request through the app. One that can't be understood is refused, and not logged: its path may be a link. */
export async function respondTo(app: Hono, origin: string, event: unknown): Promise<HttpApiResponse> {
  const request = requestIn(event, origin);
  if (request === undefined) {
    return REFUSED;
  }
  const response = await app.fetch(request);
  const cookies = response.headers.getSetCookie();
  response.headers.delete('set-cookie');
  return { statusCode: response.status, headers: Object.fromEntries(response.headers), cookies, body: await response.text(), isBase64Encoded: false };
}

function requestIn(event: unknown, origin: string): Request | undefined {
  const parsed = httpApiEvent.safeParse(event);
  if (!parsed.success) {
    return undefined;
  }
  const { rawPath, rawQueryString, cookies, headers, body, isBase64Encoded, requestContext: { http: { method } } } = parsed.data;
  try {
    // A path with two slashes at its beginning would name another host.
    const url = new URL(`${origin}${rawPath}${rawQueryString === '' ? '' : `?${rawQueryString}`}`);
    const sent = new Headers(headers);
    if (cookies !== undefined) {
      sent.set('cookie', cookies.join('; '));
    }
    return url.origin !== origin ? undefined : new Request(url, {
      method, headers: sent, ...(body === undefined || method === 'GET' || method === 'HEAD' ? {} : { body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8') }),
    });
  } catch {
    return undefined;
  }
}
