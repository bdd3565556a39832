import { KeyObject } from 'node:crypto';
import * as z from 'zod';
import { readOrder } from './order-token';
import { FAILURE_CODE, HeardAnswer, OrderAnswer, OrderClaims, orderIssuer, workerOfAnswers } from '../../src/contract/orders';
import { PRESENCES } from '../../src/contract/revokers';

const LONGEST_ORDER = 4_096;
const answer = z.object({
  order: z.string().max(LONGEST_ORDER),
  found: z.enum(PRESENCES).optional(),
  now: z.enum(PRESENCES).optional(),
  failure: z.string().regex(FAILURE_CODE).optional(),
}) satisfies z.ZodType<OrderAnswer>;

/** A message of a queue of answers, as Lambda hands it over. */
export interface AnswerMessage {
  readonly body: string;
  /** The queue. Its policy admits one worker. */
  readonly queueArn: string;
  /** When the queue received it, in milliseconds since 1970. */
  readonly sentAtMs: number;
}

/** An answer that belongs to an order of this registry. */
export interface Heard {
  readonly claims: OrderClaims;
  readonly answer: HeardAnswer;
}

interface Hearing {
  readonly account: string;
  readonly registry: string;
  /** Beginning of the names of the registry's queues. */
  readonly prefix: string;
  /** The public half of a worker's key. Undefined if the registry has no such worker. */
  readonly keyOf: (worker: string) => Promise<KeyObject | undefined>;
}

/**
 * Reads an answer. It counts if it has an order that the registry has signed for the very worker whose queue it came by: the queue admits no other sender, and no other worker could receive the order.
 * Undefined for anything else.
 */
export async function hearAnswer(
  { account, registry, prefix, keyOf }: Hearing, { body, queueArn, sentAtMs }: AnswerMessage,
): Promise<Heard | undefined> {
  const worker = workerOfAnswers({ prefix }, queueArn);
  const key = worker === undefined ? undefined : await keyOf(worker);
  const said = answer.safeParse(jsonIn(body));
  if (worker === undefined || key === undefined || !said.success) {
    return undefined;
  }
  const { order, ...seen } = said.data;
  const claims = readOrder(order, key);
  return claims === undefined || claims.aud !== worker || claims.iss !== orderIssuer(account, registry) ? undefined
    : { claims, answer: { ...seen, worker, at: new Date(sentAtMs).toISOString() } };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
