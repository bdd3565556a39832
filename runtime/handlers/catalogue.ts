import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { plainCalls } from './clients';
import { required } from './environment';
import { ledgerTable } from './table';
import { countOf, logger } from './telemetry';
import { CatalogueSettings, catalogueTagValue } from '../../src/contract/catalogue';
import { ENVIRONMENT } from '../../src/contract/environment';
import { METRICS } from '../../src/contract/metrics';
import { reasonOf } from '../../src/core/errors';
import { PlainCalls } from '../aws/plain-calls';
import { CatalogueMessage, catalogueMessage, CatalogueRecords, DelayedMessage, reconcilePart, syncAgent } from '../catalogue';
import { PlacementLedger } from '../ledger';

/** One message at a time, so that a failure is of one agent. */
const input = z.object({ Records: z.tuple([z.object({ body: z.string(), attributes: z.object({ ApproximateReceiveCount: z.coerce.number() }) })]) });

/** Attempts after which somebody should look. The queue makes more of them. */
const TELL_AFTER = 3;

/** Messages of one request. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const MOST_TOGETHER = 10;

/** Compares one agent with its record in AWS Agent Registry, or asks for that of a part of all agents. What fails stays in the queue. */
export async function catalogue(event: unknown): Promise<void> {
  const { Records: [{ body, attributes: { ApproximateReceiveCount: attempt } }] } = input.parse(event);
  try {
    await compare(catalogueMessage.parse(JSON.parse(body)));
  } catch (error) {
    logger.warn('AWS Agent Registry could not be brought in step', { attempt, reason: reasonOf(error) });
    if (attempt >= TELL_AFTER) {
      countOf(required(ENVIRONMENT.registryName))(METRICS.catalogueFailed);
    }
    throw error;
  }
}

async function compare(message: CatalogueMessage): Promise<void> {
  const settings = JSON.parse(required(ENVIRONMENT.catalogue)) as CatalogueSettings;
  const registryName = required(ENVIRONMENT.registryName);
  const [, , , , account] = settings.queueArn.split(':');
  const calls = plainCalls(required(ENVIRONMENT.partition));
  const placements = new PlacementLedger(ledgerTable());
  const common = {
    registryName, settings, records: new CatalogueRecords(calls, settings.arn, catalogueTagValue(registryName, account)), now: () => new Date(),
  };
  if ('task' in message) {
    await send(calls, settings.queueArn, await reconcilePart({ ...common, account, fleet: placements.fleet }, message));
    return;
  }
  const [subjectAccount, agentName] = message.detail.subject.split('/');
  await syncAgent({ ...common, placements, pause: async (milliseconds) => pause(milliseconds) }, { account: subjectAccount, agentName });
  logger.info('a record in AWS Agent Registry is in step', { agent: agentName });
}

/** If it fails halfway, the part is done again: a message more is a comparison more. */
async function send(calls: PlainCalls, queueArn: string, messages: readonly DelayedMessage[]): Promise<void> {
  const entries = messages.map(({ message, delaySeconds }, index) => (
    { Id: String(index), MessageBody: JSON.stringify(message), DelaySeconds: delaySeconds }));
  for (let start = 0; start < entries.length; start += MOST_TOGETHER) {
    const { Failed: failed = [] } = await calls.json<{ Failed?: unknown[] }>('sqs', 'SendMessageBatch', {
      QueueUrl: calls.queueUrl(queueArn), Entries: entries.slice(start, start + MOST_TOGETHER),
    });
    if (failed.length > 0) {
      throw new Error(`SQS did not take ${failed.length} messages`);
    }
  }
}
