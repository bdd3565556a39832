import { GoogleApi } from './api';
import { LifecycleEvent } from '../../src/core/lifecycle-event';

/** Publishes an event on a topic: `projects/<project>/topics/<id>`. */
export async function publish(api: GoogleApi, topic: string, event: LifecycleEvent): Promise<void> {
  // The binary content mode of CloudEvents would split the envelope. It is hashed as a whole, so it must stay whole.
  const message = { data: Buffer.from(JSON.stringify(event)).toString('base64'), attributes: { 'content-type': 'application/cloudevents+json', 'type': event.type, 'subject': event.subject } };
  await api.call({ service: 'pubsub', method: 'POST', path: `/v1/${topic}:publish`, body: { messages: [message] } });
}
