import { KeyObject, verify } from 'node:crypto';
import * as z from 'zod';
import { ORDER_TYPE, OrderClaims, WORKER_NAME } from '../../src/contract/orders';
import { AGENT_NAME } from '../../src/core/name-forms';

const header = z.object({ alg: z.literal('RS256'), typ: z.literal(ORDER_TYPE) });
const claims = z.object({
  iss: z.string().max(100),
  aud: z.string().regex(WORKER_NAME),
  sub: z.string().regex(AGENT_NAME),
  jti: z.string().regex(/^[0-9a-f]{40}$/),
  iat: z.int(),
  exp: z.int(),
  action: z.literal('revoke'),
  revoker: z.string().min(1).max(64),
  subject: z.string().min(1).max(256),
}) satisfies z.ZodType<OrderClaims>;

/**
 * What an order says, if the key has signed it. Its time is not looked at: a worker may answer late.
 * https://datatracker.ietf.org/doc/html/rfc7515#section-5.2
 */
export function readOrder(token: string, key: KeyObject): OrderClaims | undefined {
  const parts = token.split('.');
  const [head, body, signature] = parts;
  if (parts.length !== 3 || !header.safeParse(jsonIn(head)).success || !verify('sha256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'))) {
    return undefined;
  }
  return claims.safeParse(jsonIn(body)).data;
}

function jsonIn(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
