import { RecordInput } from './input';
import { nextEvent } from './next-event';
import { RefusedError, RetryableError } from '../../../src/core/errors';
import { hashEvent } from '../../../src/core/hash-chain';
import { LifecycleEvent } from '../../../src/core/lifecycle-event';
import { allPages, GoogleApi, isConflict } from '../api';

const TRIES = 5;

/**
 * Appends what happened to the agent's chain in the registry's bucket, and tells it. Where nothing is new the last event is told again, with the id it had: the run
 * before may have ended between the two. Answers the event.
 */
export async function recordEvent(api: GoogleApi, input: RecordInput, leaving: boolean): Promise<LifecycleEvent | undefined> {
  for (let tried = 1; tried <= TRIES; tried += 1) {
    const last = await lastEvent(api, input);
    const event = nextEvent(last, input, leaving, new Date(api.now()));
    if (event === undefined || await written(api, input, event)) {
      const told = event ?? last;
      if (told !== undefined) {
        await publish(api, input.topic, told);
      }
      return told;
    }
  }
  throw new RetryableError('ChainBusy', `others write to the chain of ${input.project}/${input.agentName} at the same time: run the same apply again`);
}

async function lastEvent(api: GoogleApi, { bucket, ...input }: RecordInput): Promise<LifecycleEvent | undefined> {
  const names = await allPages(
    api,
    { service: 'storage', method: 'GET', path: `/storage/v1/b/${bucket}/o`, query: { prefix: folder(input), fields: 'items(name),nextPageToken' } },
    (page: { items?: { name: string }[]; nextPageToken?: string }) => page.items?.map(({ name }) => name),
  );
  const last = names.sort().at(-1);
  if (last === undefined) {
    return undefined;
  }
  const event = await api.call<LifecycleEvent & Record<string, unknown>>({ service: 'storage', method: 'GET', path: `/storage/v1/b/${bucket}/o/${encodeURIComponent(last)}`, query: { alt: 'media' } });
  if (hashEvent(event) !== event.hash) {
    throw new RefusedError('ChainBroken', `${bucket}/${last} does not match its hash: nothing is added to it; find out who wrote it`);
  }
  return event;
}

/** The name is the event's place, and nobody can take it twice: whoever comes second reads again. */
async function written(api: GoogleApi, { bucket, ...input }: RecordInput, event: LifecycleEvent): Promise<boolean> {
  try {
    await api.call({
      service: 'storage',
      method: 'POST',
      path: `/upload/storage/v1/b/${bucket}/o`,
      query: { uploadType: 'media', name: `${folder(input)}${event.sequence}.json`, ifGenerationMatch: '0' },
      body: event,
      retriesConflict: false,
    });
    return true;
  } catch (error) {
    if (isConflict(error)) {
      return false;
    }
    throw error;
  }
}

async function publish(api: GoogleApi, topic: string, event: LifecycleEvent): Promise<void> {
  // Binary content mode of CloudEvents would take it apart: the envelope is hashed as a whole, so it stays one.
  const message = { data: Buffer.from(JSON.stringify(event)).toString('base64'), attributes: { 'content-type': 'application/cloudevents+json', 'type': event.type, 'subject': event.subject } };
  await api.call({ service: 'pubsub', method: 'POST', path: `/v1/${topic}:publish`, body: { messages: [message] } });
}

function folder({ project, agentName }: Pick<RecordInput, 'project' | 'agentName'>): string {
  return `events/${project.replace(':', '/')}/${agentName}/`;
}
