import type { Context, MiddlewareHandler } from 'hono';
import { STYLE_SOURCE } from './style';

/** Nothing is loaded, run, framed or kept. Forms go to the page itself. */
const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': `default-src 'none'; style-src ${STYLE_SOURCE}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'strict-transport-security': 'max-age=31536000',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
  'x-robots-tag': 'noindex, nofollow',
};

const LONGEST_URL = 2_048;
const LONGEST_BODY = 16_384;
const MOST_FIELDS = 300;
const FORM = /^application\/x-www-form-urlencoded(;\s*charset=utf-8)?$/i;

/** Sets the headers of every response, also of refusals and failures. */
export const securityHeaders: MiddlewareHandler = async (context, next) => {
  await next();
  Object.entries(HEADERS).forEach(([name, value]) => context.res.headers.set(name, value));
};

/** Whether a request is one that this page's own forms and links make. */
export function isAcceptable({ req }: Context, origin: string): boolean {
  if (req.url.length > LONGEST_URL || !['GET', 'HEAD', 'POST'].includes(req.method)) {
    return false;
  }
  return req.method !== 'POST' || (FORM.test(req.header('content-type') ?? '') && isOwnForm(req.header('sec-fetch-site'), req.header('origin'), origin));
}

/**
 * Without a referrer, browsers send the origin of their own forms as `null`, so Sec-Fetch-Site decides where the browser sends it.
 * https://www.w3.org/TR/fetch-metadata/
 */
function isOwnForm(site: string | undefined, sent: string | undefined, origin: string): boolean {
  return site === undefined ? sent === origin : site === 'same-origin' && (sent === undefined || sent === 'null' || sent === origin);
}

/** The fields of a form. Undefined for one that is too long or has too many fields. */
export async function formOf({ req }: Context): Promise<URLSearchParams | undefined> {
  const body = await req.arrayBuffer();
  if (body.byteLength > LONGEST_BODY) {
    return undefined;
  }
  const fields = new URLSearchParams(Buffer.from(body).toString('utf8'));
  return [...fields.keys()].length > MOST_FIELDS ? undefined : fields;
}
