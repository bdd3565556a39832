import { S3Client } from '@aws-sdk/client-s3';
import { Difference } from './compare-copies';
import { firstVersions } from './write-once';
import { snapshotPrefix } from '../../src/contract/evidence-keys';
import { LifecycleEvent, Placement } from '../../src/core/lifecycle-event';
import { hashOfText } from '../certificate';

/** A snapshot that an event names. */
interface NamedSnapshot { readonly at: number; readonly key: string; readonly sha256: string }

/** Returns the texts of a placement's snapshots, by key. Reads nothing if no event names one. */
export async function readSnapshots(
  s3: S3Client, bucket: string, placement: Placement, events: readonly LifecycleEvent[],
): Promise<Map<string, string>> {
  if (namedIn(events).length === 0) {
    return new Map();
  }
  const versions = await firstVersions(s3, bucket, snapshotPrefix(placement));
  return new Map(await Promise.all(versions.map(async ({ key, read }) => [key, await read()] as const)));
}

/**
 * Compares the snapshots of suspensions with the events that name them. A snapshot that no event names is no difference: its suspension may have died before
 * its event, and was asked for again.
 */
export function snapshotDifferences(events: readonly LifecycleEvent[], snapshots: ReadonlyMap<string, string>): Difference[] {
  return namedIn(events).flatMap(({ at, key, sha256 }) => {
    const text = snapshots.get(key);
    return text === undefined ? [{ at, reason: `the evidence does not have the snapshot ${key} that this event names` }]
      : hashOfText(text) === sha256 ? [] : [{ at, reason: `the snapshot ${key} in the evidence has another content than this event says` }];
  });
}

function namedIn(events: readonly LifecycleEvent[]): NamedSnapshot[] {
  return events.flatMap((event, at) => {
    const { details } = event.data?.unmapped as { details?: { snapshot?: { key?: unknown; sha256?: unknown } } } | undefined ?? {};
    const { key, sha256 } = details?.snapshot ?? {};
    return typeof key === 'string' && typeof sha256 === 'string' ? [{ at, key, sha256 }] : [];
  });
}
