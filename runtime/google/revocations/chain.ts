import { eventsFolder } from '../../../src/contract/google';
import { JsonValue } from '../../../src/core/canonical-json';
import { RefusedError } from '../../../src/core/errors';
import { hashEvent } from '../../../src/core/hash-chain';
import { eventId, LifecycleEvent, Placement } from '../../../src/core/lifecycle-event';
import { PlannedEvent } from '../../model/plan';
import { GoogleApi } from '../api';
import { allIn } from '../objects';
import { factsOf } from '../proof/life';
import { appendEvent as append } from '../suspension/append-event';
import { asJson, isDeparted, suspensionIn } from '../suspension/state';

/** Where an agent's events are, and who adds one. */
export interface ChainPlace {
  readonly api: GoogleApi;
  readonly bucket: string;
  readonly placement: Placement;
  readonly by: string;
}

/** @throws RefusedError `ChainBroken` */
export async function eventsOf({ api, bucket, placement: { account, agentName } }: ChainPlace): Promise<LifecycleEvent[]> {
  const folder = eventsFolder(account, agentName);
  const events = (await allIn<LifecycleEvent>(api, { bucket, folder })).map(({ object }) => object);
  const last = events.at(-1);
  if (last !== undefined && hashEvent(last) !== last.hash) {
    throw new RefusedError('ChainBroken', `the last event in ${bucket}/${folder} does not match its hash: nothing is added to it; find out who wrote it`);
  }
  return events;
}

/** Whether the agent has left. What is recorded of its revocations afterwards says that too. */
export function isGone(event: LifecycleEvent | undefined): boolean {
  return event !== undefined && (factsOf(event).name === 'left' || isDeparted(event));
}

/** Details of an event of revocations in a leave that is not recorded yet. */
export const LEAVING = { leaving: true } as const;

/** Whether a leave had begun to revoke, and was not recorded yet. */
export function isLeaving(event: LifecycleEvent): boolean {
  return (event.data?.unmapped as { readonly details?: { readonly leaving?: unknown } } | undefined)?.details?.leaving === true;
}

/** The event that has a key, if the chain has it. */
export function eventWith(events: readonly LifecycleEvent[], placement: Placement, key: string): LifecycleEvent | undefined {
  const id = eventId(placement, key);
  return events.find((event) => event.id === id);
}

/**
 * Appends an event. It keeps what the last event says of the agent's suspension and departure.
 *
 * @throws RetryableError `AgentChanged` if something else was recorded since `last` was read
 */
export function appendEvent(
  place: ChainPlace, last: LifecycleEvent, { name, details, key }: Pick<PlannedEvent, 'name' | 'details' | 'key'>,
): Promise<LifecycleEvent> {
  const suspension = suspensionIn(last);
  return append(place, last, name, {
    ...suspension === undefined ? {} : { suspension: asJson(suspension) },
    ...isGone(last) ? { departed: true } : {},
    ...details as Readonly<Record<string, JsonValue>>,
  }, key);
}
