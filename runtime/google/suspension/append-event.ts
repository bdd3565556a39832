import { SuspensionContext } from './gather';
import { eventsFolder } from '../../../src/contract/google';
import { JsonValue } from '../../../src/core/canonical-json';
import { RetryableError } from '../../../src/core/errors';
import { createEvent, LifecycleEvent, LifecycleEventName } from '../../../src/core/lifecycle-event';
import { append } from '../objects';
import { factsOf } from '../proof/life';
import { publish } from '../publish';

/**
 * Appends an event to the agent's chain. It keeps what the last event says of the agent, because the next deployment compares itself with the last event.
 *
 * @param key identifies what happened, if it can be recorded only once; by default each event of that name is another one
 * @throws RetryableError `AgentChanged` if something else was recorded since `last` was read
 */
export async function appendEvent(
  { api, bucket, placement, by }: Pick<SuspensionContext, 'api' | 'bucket' | 'placement' | 'by'>, last: LifecycleEvent, name: LifecycleEventName,
  details: { readonly [key: string]: JsonValue }, key?: string,
): Promise<LifecycleEvent> {
  const { account: project, agentName } = placement;
  const { stage = '', sponsorId = '', expires, account, actor = '' } = factsOf(last);
  const sequence = Number(last.sequence) + 1;
  const event = createEvent({
    name,
    registry: last.source.replace(/^\/nhi\//, ''),
    placement,
    stage,
    sequence,
    time: new Date(api.now()),
    actor: by,
    sponsorId,
    ...account === undefined ? {} : { principal: { id: account.uniqueId, arn: account.name } },
    details: { stack: actor, ...expires === undefined ? {} : { expires }, ...details },
    idempotencyKey: key ?? `${name}/${sequence}`,
  }, last.hash);
  await append<LifecycleEvent>(api, { bucket, folder: eventsFolder(project, agentName) }, (now) => {
    // If the response to the write was lost, the last event is this one.
    if (now?.hash === event.hash) {
      return undefined;
    }
    if (now?.hash !== last.hash) {
      throw new RetryableError('AgentChanged', `something else was recorded of ${agentName} meanwhile: run the same command again`);
    }
    return event;
  });
  return event;
}

/** An event that is being appended. Undefined if something else was recorded before. */
export async function unlessOvertaken(appending: Promise<LifecycleEvent>): Promise<LifecycleEvent | undefined> {
  try {
    return await appending;
  } catch (error) {
    if (error instanceof RetryableError && error.code === 'AgentChanged') {
      return undefined;
    }
    throw error;
  }
}

/** Publishes an event. A suspension does not wait for its subscribers, so a failure is only shown. */
export async function publishEvent({ api, tell }: Pick<SuspensionContext, 'api' | 'tell'>, topic: string | undefined, event: LifecycleEvent): Promise<void> {
  const { type, sequence } = event;
  const what = `event ${Number(sequence)}, ${type}, is recorded and was not published`;
  if (topic === undefined) {
    return tell(`${what}: the agent's last deployment did not record the registry's topic; the next one publishes`);
  }
  await publish(api, topic, event).catch((error: unknown) => tell(`${what}: ${String(error)}; run the same command again, or deploy`));
}
