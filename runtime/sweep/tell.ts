import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { Sweeper } from './sweep';
import { JsonValue } from '../../src/core/canonical-json';
import { RetryableError } from '../../src/core/errors';
import { eventSource } from '../../src/core/lifecycle-event';
import { registryEventId } from '../model/registry-event';

interface RegistryEvent {
  readonly type: string;
  /** Identifies the occurrence. */
  readonly id: string;
  readonly time: string;
  readonly data: { readonly [key: string]: JsonValue };
}

/**
 * Sends an event about the registry, not about one agent.
 *
 * @throws RetryableError `EventsNotSent`
 */
export async function tellRegistry({ bus, busName, registry, account }: Sweeper, { type, id, time, data }: RegistryEvent): Promise<void> {
  const { Entries: entries } = await bus.send(new PutEventsCommand({
    Entries: [{
      EventBusName: busName,
      Source: 'cdk-nhi-lifecycle',
      DetailType: type,
      Time: new Date(time),
      Resources: [],
      Detail: JSON.stringify({
        specversion: '1.0',
        id: registryEventId(registry, account, type, id),
        source: eventSource(registry),
        type,
        subject: account,
        time,
        datacontenttype: 'application/json',
        data,
      }),
    }],
  }));
  if (entries?.[0]?.ErrorCode !== undefined) {
    throw new RetryableError('EventsNotSent', `the bus ${busName} did not accept the event ${type}: ${entries[0].ErrorCode}`);
  }
}
