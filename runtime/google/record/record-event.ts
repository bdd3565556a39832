import { RecordInput } from './input';
import { nextEvent } from './next-event';
import { eventsFolder, recordsFolder } from '../../../src/contract/google';
import { canonicalJson, JsonValue } from '../../../src/core/canonical-json';
import { RefusedError } from '../../../src/core/errors';
import { hashEvent } from '../../../src/core/hash-chain';
import { LifecycleEvent } from '../../../src/core/lifecycle-event';
import { revocationDetails, RevocationRecord } from '../../model/revocation';
import { GoogleApi } from '../api';
import { append, lastIn, Series } from '../objects';
import { certify } from '../proof';
import { publish } from '../publish';

/** The last event of a chain, and whether this run added it. */
export interface Recorded {
  readonly event: LifecycleEvent;
  readonly isNew: boolean;
}

/** Records the agent's declaration, unless the last record is the same. */
export async function recordAgent(api: GoogleApi, { bucket, project, agentName, record }: RecordInput): Promise<void> {
  if (record !== undefined) {
    const said = canonicalJson(record as JsonValue);
    await append<object>(api, { bucket, folder: recordsFolder(project, agentName) }, (last) => (
      last !== undefined && canonicalJson(last as JsonValue) === said ? undefined : record));
  }
}

/**
 * Appends an event to the agent's chain in the registry's bucket, and publishes it. If there is nothing new, publishes the last event again with the
 * same id, because the previous run may have ended between the two.
 *
 * @param revocations what was done about access outside of Google Cloud, if the agent leaves and declared any
 */
export async function recordEvent(
  api: GoogleApi, input: RecordInput, leaving: boolean, revocations?: readonly RevocationRecord[],
): Promise<Recorded | undefined> {
  const { bucket, project, agentName } = input;
  const folder = eventsFolder(project, agentName);
  const { last, appended } = await append<LifecycleEvent>(api, { bucket, folder }, async (event) => {
    requireIntact(event, { bucket, folder });
    const next = nextEvent(event, input, leaving, new Date(api.now()));
    // The certificate is written before its event. If the run dies in between, the next one finds it.
    return leaving && event !== undefined && next !== undefined
      ? nextEvent(event, input, leaving, new Date(api.now()), {
        ...await certify(api, input, event, revocations), ...revocationDetails({ revocations }),
      })
      : next;
  });
  const event = appended ?? last;
  if (event === undefined) {
    return undefined;
  }
  await publish(api, input.topic, event);
  return { event, isNew: appended !== undefined };
}

/** The last event of the agent's chain. */
export async function lastEventOf(api: GoogleApi, { bucket, project, agentName }: RecordInput): Promise<LifecycleEvent | undefined> {
  const series = { bucket, folder: eventsFolder(project, agentName) };
  const event = await lastIn<LifecycleEvent>(api, series);
  requireIntact(event, series);
  return event;
}

function requireIntact(event: LifecycleEvent | undefined, { bucket, folder }: Series): void {
  if (event !== undefined && hashEvent(event) !== event.hash) {
    throw new RefusedError('ChainBroken', `the last event in ${bucket}/${folder} does not match its hash: nothing is added to it; find out who wrote it`);
  }
}
