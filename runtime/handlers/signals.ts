import { randomUUID } from 'node:crypto';
import { KMSClient } from '@aws-sdk/client-kms';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { client } from './clients';
import { required } from './environment';
import { secretTexts } from './secret-texts';
import { ledgerTable } from './table';
import { countOf, logger } from './telemetry';
import { ENVIRONMENT } from '../../src/contract/environment';
import { DELIVER_SIGNALS, SignalSettings } from '../../src/contract/signals';
import { reasonOf } from '../../src/core/errors';
import { PlacementLedger, SignalLedger } from '../ledger';
import { outbound } from '../revokers/outbound';
import { collect, deliver, kmsSigner, queuedEvent, Transmitter } from '../signals';

const input = z.union([
  z.object({ task: z.literal(DELIVER_SIGNALS.task) }),
  z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })).min(1) }),
]);

interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** Signs events of the queue and sends what waits, or only sends. Messages that failed stay in the queue. */
export async function signals(event: unknown): Promise<BatchResponse> {
  const parsed = input.parse(event);
  const transmitter = makeTransmitter();
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const { messageId, body } of 'task' in parsed ? [] : parsed.Records) {
    try {
      await collect(transmitter, queuedEvent.parse(JSON.parse(body)).detail);
    } catch (error) {
      logger.warn('an event could not be signed', { reason: reasonOf(error) });
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  try {
    await deliver(transmitter);
  } catch (error) {
    if ('task' in parsed) {
      throw error;
    }
    // What is signed is stored, and the next run sends it: the messages are done.
    logger.warn('signals could not be sent', { reason: reasonOf(error) });
  }
  return { batchItemFailures };
}

function makeTransmitter(): Transmitter {
  const { issuer, keyArn, streams } = JSON.parse(required(ENVIRONMENT.signals)) as SignalSettings;
  const table = ledgerTable();
  const now = (): Date => new Date();
  // Only the local emulator sets it. A receiver in a test is on the same machine.
  const isLocal = process.env.AWS_ENDPOINT_URL !== undefined;
  return {
    issuer,
    streams,
    placements: new PlacementLedger(table),
    signals: new SignalLedger(table),
    signer: kmsSigner(client(KMSClient), keyArn),
    send: outbound({ privateHosts: isLocal ? ['127.0.0.1'] : [], allowsPlain: isLocal, now }),
    secret: secretTexts(client(SecretsManagerClient), 60, now),
    now,
    unique: randomUUID,
    count: countOf(required(ENVIRONMENT.registryName)),
    warn: (message, fields) => logger.warn(message, fields),
  };
}
