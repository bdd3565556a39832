import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { keys } from './keys';
import { Table } from './table';
import { RetryableError } from '../../src/core/errors';
import { LifecycleEvent, Placement } from '../../src/core/lifecycle-event';

const BATCH = 10;

/**
 * Sends what was recorded and not sent yet. At least once: who dies between sending and striking off sends again, with the same event id.
 *
 * @throws RetryableError `EventsNotSent`
 */
export async function publishOutbox(table: Table, bus: EventBridgeClient, busName: string, placement: Placement): Promise<number> {
  const pk = keys.placement(placement);
  const waiting = await table.query<{ sk: string; event: LifecycleEvent }>(pk, keys.outboxPrefix);
  for (let start = 0; start < waiting.length; start += BATCH) {
    const batch = waiting.slice(start, start + BATCH);
    const answer = await bus.send(new PutEventsCommand({
      Entries: batch.map(({ event }) => ({
        EventBusName: busName,
        Source: 'cdk-nhi-lifecycle',
        DetailType: event.type,
        Time: new Date(event.time),
        Resources: [],
        Detail: JSON.stringify(event),
      })),
    }));
    const sent = batch.filter((_, index) => answer.Entries?.[index]?.ErrorCode === undefined);
    for (const { sk } of sent) {
      await table.delete(pk, sk);
    }
    if (sent.length < batch.length) {
      throw new RetryableError('EventsNotSent', `${batch.length - sent.length} of ${batch.length} events were not taken by the bus ${busName}`);
    }
  }
  return waiting.length;
}
