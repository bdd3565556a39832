import * as z from 'zod';

/** A request as API Gateway's HTTP API sends it. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
export const apiEvent = z.object({
  rawPath: z.string(),
  queryStringParameters: z.record(z.string(), z.string()).default({}),
  // API Gateway writes their names in lower case.
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().optional(),
  isBase64Encoded: z.boolean().default(false),
  requestContext: z.object({ http: z.object({ method: z.string() }) }),
});

export type ApiEvent = z.infer<typeof apiEvent>;

export interface ApiResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What nobody may keep, because it is for one receiver. */
const PRIVATE = { 'content-type': 'application/json', 'cache-control': 'no-store' };

export function json(body: object, headers: Readonly<Record<string, string>> = PRIVATE): ApiResponse {
  return { statusCode: 200, headers: { ...PRIVATE, ...headers }, body: JSON.stringify(body) };
}

export function empty(statusCode: number): ApiResponse {
  return { statusCode, headers: { 'cache-control': 'no-store' }, body: '' };
}

/** An error in the form of RFC 8935. */
export function failed(statusCode: number, err: string, description: string, headers: Readonly<Record<string, string>> = {}): ApiResponse {
  return { statusCode, headers: { ...PRIVATE, ...headers }, body: JSON.stringify({ err, description }) };
}

const LONGEST_BODY = 131_072;

/** The body of a request. Undefined if it is too long. */
export function textOf({ body = '', isBase64Encoded }: ApiEvent): string | undefined {
  return body.length > LONGEST_BODY ? undefined : isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
}

/** The body of a request as JSON. Undefined if it is not valid, or too long. */
export function bodyOf(event: ApiEvent): unknown {
  try {
    return JSON.parse(textOf(event) ?? '');
  } catch {
    return undefined;
  }
}
