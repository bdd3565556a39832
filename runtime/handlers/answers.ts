import { createHash, createPublicKey, KeyObject } from 'node:crypto';
import { GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { SFNClient } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { client } from './clients';
import { required } from './environment';
import { ledgerTable } from './table';
import { countOf, logger } from './telemetry';
import { ENVIRONMENT } from '../../src/contract/environment';
import { METRICS } from '../../src/contract/metrics';
import { WorkerKeys } from '../../src/contract/orders';
import { RegistryNames } from '../../src/contract/registry-names';
import { requestIdOf } from '../../src/contract/request-id';
import { reasonOf } from '../../src/core/errors';
import { startTransition } from '../engine/start-transition';
import { OrderLedger, RequestLedger, Table } from '../ledger';
import { LifecycleRequest } from '../model/request';
import { hearAnswer, Heard } from '../revokers';

const input = z.object({
  Records: z.array(z.object({
    messageId: z.string().min(1),
    body: z.string(),
    eventSourceARN: z.string(),
    attributes: z.object({ SentTimestamp: z.string().regex(/^\d{1,15}$/) }),
  })).min(1),
});
type Message = z.output<typeof input>['Records'][number];

interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** Keeps what workers on premises have answered, and asks the engine to read it. An answer to no order of the registry is counted and dropped. */
export async function answers(event: unknown): Promise<BatchResponse> {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const message of input.parse(event).Records) {
    try {
      await take(message);
    } catch (error) {
      logger.warn('an answer could not be taken', { reason: reasonOf(error) });
      batchItemFailures.push({ itemIdentifier: message.messageId });
    }
  }
  return { batchItemFailures };
}

async function take({ messageId, body, eventSourceARN: queueArn, attributes: { SentTimestamp: sent } }: Message): Promise<void> {
  const registry = required(ENVIRONMENT.registryName);
  const stateMachineArn = required(ENVIRONMENT.stateMachineArn);
  const account = stateMachineArn.split(':')[4];
  const { prefix } = new RegistryNames(registry);
  const heard = await hearAnswer({ account, registry, prefix, keyOf }, { body, queueArn, sentAtMs: Number(sent) });
  const count = countOf(registry);
  if (heard === undefined) {
    count(METRICS.answerRefused);
    // Nothing of it is logged: its content may be hostile.
    logger.warn('refused an answer that belongs to no order', { messageId });
    return;
  }
  const { claims: { sub: agentName, revoker, jti }, answer: { worker, found, now, failure } } = heard;
  if (failure !== undefined) {
    count(METRICS.revocationOpen);
  }
  logger.info('a worker answered', { agent: agentName, revoker, worker, found, now, failure });
  await tell(ledgerTable(), heard, { registry, account, stateMachineArn, queueArn, unique: createHash('sha256').update(`${jti}/${messageId}`).digest('hex').slice(0, 32) });
}

interface Telling {
  readonly registry: string;
  readonly account: string;
  readonly stateMachineArn: string;
  readonly queueArn: string;
  /** The same each time that the message is delivered. */
  readonly unique: string;
}

async function tell(table: Table, { claims, answer }: Heard, { registry, account, stateMachineArn, queueArn, unique }: Telling): Promise<void> {
  const now = new Date();
  await new OrderLedger(table).keep(claims.jti, answer, now);
  const request: LifecycleRequest = {
    requestId: requestIdOf('event', 'hear-worker', unique),
    registry,
    placement: { account, agentName: claims.sub },
    origin: { kind: 'event', arn: queueArn },
    intent: { kind: 'hear-worker' },
  };
  await new RequestLedger(table).save({ request }, now);
  await startTransition(client(SFNClient), stateMachineArn, request);
}

const known = new Map<string, KeyObject>();

async function keyOf(worker: string): Promise<KeyObject | undefined> {
  const keys = JSON.parse(required(ENVIRONMENT.workers)) as WorkerKeys;
  const keyArn = Object.hasOwn(keys, worker) ? keys[worker] : undefined;
  if (keyArn === undefined || known.has(keyArn)) {
    return known.get(keyArn ?? '');
  }
  const { PublicKey: der } = await client(KMSClient).send(new GetPublicKeyCommand({ KeyId: keyArn }));
  const key = createPublicKey({ key: Buffer.from(der!), format: 'der', type: 'spki' });
  known.set(keyArn, key);
  return key;
}
