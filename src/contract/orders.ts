import { createHash } from 'node:crypto';
import { RegistryNames, RegistryPlace } from './registry-names';
import { Presence, RevokerOrder } from './revokers';
import { canonicalJson } from '../core/canonical-json';

/** Name of a worker on premises among those of its registry: 2-32 of [a-z0-9-]. */
export const WORKER_NAME = /^[a-z](?!.*--)[a-z0-9-]{0,30}[a-z0-9]$/;

/** `typ` of a signed order, so that no other token of the registry can be given to a worker as one. https://datatracker.ietf.org/doc/html/rfc8725#section-3.11 */
export const ORDER_TYPE = 'nhi-order+jwt';

/**
 * How long an order may be carried out, and how long it waits in the queue. The agenda sends it again after a day at the latest, and a sweep comes once a day at the latest: a worker that returns always
 * finds one that is valid.
 */
export const ORDER_SECONDS = 2 * 86_400;

/** What an order says, as claims of a JSON Web Token. */
export interface OrderClaims {
  /** The registry: `<account>/<name>`. */
  readonly iss: string;
  /** Name of the worker. */
  readonly aud: string;
  /** Name of the agent. */
  readonly sub: string;
  /** The same each time that the order of one leave is sent. */
  readonly jti: string;
  readonly iat: number;
  readonly exp: number;
  readonly action: 'revoke';
  /** Id of the revoker. */
  readonly revoker: string;
  /** Name of the account to remove. */
  readonly subject: string;
}

/** What a worker sends after it has looked, acted and checked again. */
export interface OrderAnswer {
  /** The order as it was received. Only its worker could receive it, and only the registry could sign it. */
  readonly order: string;
  readonly found?: Presence;
  readonly now?: Presence;
  /** Why the worker could not do it: one word in PascalCase. */
  readonly failure?: string;
}

/** An answer that was checked, as the ledger has it. */
export interface HeardAnswer extends Omit<OrderAnswer, 'order'> {
  readonly worker: string;
  /** When the queue received it: an instant. */
  readonly at: string;
}

/** Whether the worker saw, after its work, that the access no longer exists. */
export function saysRemoved({ now, failure }: Pick<OrderAnswer, 'now' | 'failure'>): boolean {
  return failure === undefined && now === 'absent';
}

/** A failure's code. Nothing else of a worker's words is recorded. */
export const FAILURE_CODE = /^[A-Z][A-Za-z0-9]{2,39}$/;

/** Issuer of the orders of a registry. */
export function orderIssuer(account: string, registry: string): string {
  return `${account}/${registry}`;
}

/** Identifies what is ordered in one leave of one agent. Sent again, the order has the same id. */
export function orderId({ registry, account, agentName, revoker, settings, since = '' }: Omit<RevokerOrder, 'action' | 'kind'>): string {
  return createHash('sha256').update(canonicalJson({ registry, account, agentName, revoker, settings: settings as never, since })).digest('hex').slice(0, 40);
}

interface WorkerQueues {
  readonly orders: string;
  readonly answers: string;
}

/** Names of what belongs to one worker. */
export function workerNames({ prefix }: RegistryNames, worker: string): WorkerQueues & { readonly keyAlias: string } {
  return { orders: `${prefix}orders-${worker}`, answers: `${prefix}answers-${worker}`, keyAlias: `alias/${prefix}orders-${worker}` };
}

/** ARNs of the queues of one worker, or of all as a pattern. */
export function workerQueueArns(names: RegistryNames, { partition, region, account }: RegistryPlace, worker = '*'): WorkerQueues {
  const { orders, answers } = workerNames(names, worker);
  const arn = (name: string): string => `arn:${partition}:sqs:${region}:${account}:${name}`;
  return { orders: arn(orders), answers: arn(answers) };
}

/** The worker whose answers a queue has. */
export function workerOfAnswers({ prefix }: Pick<RegistryNames, 'prefix'>, queueArn: string): string | undefined {
  const [name, before] = [queueArn.slice(queueArn.lastIndexOf(':') + 1), `${prefix}answers-`];
  return name.startsWith(before) && WORKER_NAME.test(name.slice(before.length)) ? name.slice(before.length) : undefined;
}

/** Setting of the functions: the ARN of each worker's key, by the worker's name. */
export type WorkerKeys = Readonly<Record<string, string>>;
