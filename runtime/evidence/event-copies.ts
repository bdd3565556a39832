import { S3Client } from '@aws-sdk/client-s3';
import { firstVersions, putOnce } from './write-once';
import { eventCopyKey, eventCopyPrefix, sequenceIn } from '../../src/contract/evidence-keys';
import { canonicalJson } from '../../src/core/canonical-json';
import { LifecycleEvent, Placement } from '../../src/core/lifecycle-event';

/** An event as stored in the evidence. */
export interface EventCopy {
  readonly sequence: number;
  readonly text: string;
  readonly writtenAt?: Date;
}

/** Number of copies that are read at the same time. */
const AT_ONCE = 25;

/**
 * Copies each event once, with one PUT each, unless an earlier attempt has copied it. Returns the events in whose place the evidence has a different
 * event.
 */
export async function copyEvents(s3: S3Client, bucket: string, placement: Placement, events: readonly LifecycleEvent[]): Promise<LifecycleEvent[]> {
  const contradicted = await Promise.all(events.map(async (event) => {
    const text = canonicalJson(event);
    return await putOnce(s3, bucket, eventCopyKey(placement, event.sequence), text) !== text;
  }));
  return events.filter((_, index) => contradicted[index]);
}

/** Returns all copied events of a placement, by their sequence number in the chain. */
export async function readCopies(s3: S3Client, bucket: string, placement: Placement): Promise<Map<number, EventCopy>> {
  const versions = await firstVersions(s3, bucket, eventCopyPrefix(placement));
  const copies = new Map<number, EventCopy>();
  for (let start = 0; start < versions.length; start += AT_ONCE) {
    await Promise.all(versions.slice(start, start + AT_ONCE).map(async ({ key, writtenAt, read }) => {
      const sequence = sequenceIn(key);
      if (sequence !== undefined) {
        copies.set(sequence, { sequence, text: await read(), ...(writtenAt === undefined ? {} : { writtenAt }) });
      }
    }));
  }
  return copies;
}
