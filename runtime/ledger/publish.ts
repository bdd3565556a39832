import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { RetryableError } from '../../src/core/errors';
import { LifecycleEvent } from '../../src/core/lifecycle-event';

const BATCH = 10;

/**
 * Sends events to the bus, at least once. If the process dies before it records that they were sent, they are sent again with the same ids.
 *
 * @throws RetryableError `EventsNotSent`
 */
export async function publish(bus: EventBridgeClient, busName: string, events: readonly LifecycleEvent[]): Promise<void> {
  for (let start = 0; start < events.length; start += BATCH) {
    const batch = events.slice(start, start + BATCH);
    const { Entries: entries } = await bus.send(new PutEventsCommand({
      Entries: batch.map((event) => ({
        EventBusName: busName,
        Source: 'cdk-nhi-lifecycle',
        DetailType: event.type,
        Time: new Date(event.time),
        Resources: [],
        Detail: JSON.stringify(event),
      })),
    }));
    const refused = batch.filter((_, index) => entries?.[index]?.ErrorCode !== undefined);
    if (refused.length > 0) {
      throw new RetryableError('EventsNotSent', `the bus ${busName} did not accept ${refused.length} of ${batch.length} events`);
    }
  }
}
