import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { Sweeper } from './sweep';
import { registryEventKey } from '../../src/contract/evidence-keys';
import { canonicalJson, JsonValue } from '../../src/core/canonical-json';
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
 * Sends an event about the registry, not about one agent, and keeps a copy in the evidence. A repetition has the same id, and the first copy counts.
 *
 * @throws RetryableError `EventsNotSent`
 */
export async function tellRegistry({ bus, busName, registry, account, keep }: Sweeper, { type, id, time, data }: RegistryEvent): Promise<void> {
  const eventId = registryEventId(registry, account, type, id);
  const detail = { specversion: '1.0', id: eventId, source: eventSource(registry), type, subject: account, time, datacontenttype: 'application/json', data };
  const { Entries: entries } = await bus.send(new PutEventsCommand({
    Entries: [{
      EventBusName: busName,
      Source: 'cdk-nhi-lifecycle',
      DetailType: type,
      Time: new Date(time),
      Resources: [],
      Detail: JSON.stringify(detail),
    }],
  }));
  if (entries?.[0]?.ErrorCode !== undefined) {
    throw new RetryableError('EventsNotSent', `the bus ${busName} did not accept the event ${type}: ${entries[0].ErrorCode}`);
  }
  await keep(registryEventKey(account, eventId), canonicalJson(detail));
}
