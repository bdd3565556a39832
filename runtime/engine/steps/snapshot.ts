import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { SNAPSHOT_BOUND_MS } from '../../../src/contract/cuts';
import { snapshotKey } from '../../../src/contract/evidence-keys';
import { canonicalJson, JsonValue } from '../../../src/core/canonical-json';
import { reasonOf } from '../../../src/core/errors';
import { describePrincipal } from '../../aws/principals';
import { putOnce } from '../../evidence/write-once';
import { PlacementState, remaining, SnapshotRef } from '../../model/placement-state';
import { Engine } from '../engine';

/** A snapshot that is being written. */
export interface Snapshot {
  /** Resolves when the snapshot is in the evidence, and at the latest after the bound. The denial waits for it. */
  readonly bounded: Promise<void>;
  /** The snapshot, or why it is missing. Waits for it once more, no longer than the bound. */
  result(): Promise<SnapshotRef>;
}

/**
 * Writes the policies and tags of a suspended agent's principals to the evidence, as they are before they are denied. It never keeps the denial
 * waiting for longer than the bound, and a failure is recorded and keeps nothing from being done.
 */
export function takeSnapshot(engine: Engine, state: PlacementState, requestId: string, boundMs = SNAPSHOT_BOUND_MS): Snapshot {
  const began = engine.now().getTime();
  let isLate = false;
  const taken = write(engine, state, requestId).catch((error: unknown): SnapshotRef => ({ note: `could not be written: ${reasonOf(error)}` }));
  const within = async (): Promise<SnapshotRef | undefined> => {
    const stop = new AbortController();
    try {
      return await Promise.race([taken, pause(boundMs, undefined, { signal: stop.signal })]);
    } finally {
      stop.abort();
    }
  };
  return {
    bounded: within().then((found) => void (isLate = found === undefined)),
    async result() {
      const found = await within() ?? { note: `was not written within ${2 * boundMs} ms` };
      return isLate && found.key !== undefined
        ? { ...found, note: `took longer than ${boundMs} ms from ${new Date(began).toISOString()}: it may show the denial itself` }
        : found;
    },
  };
}

async function write(engine: Engine, state: PlacementState, requestId: string): Promise<SnapshotRef> {
  const takenAt = engine.now().toISOString();
  const described = await Promise.all(remaining(state).map((principal) => describePrincipal(engine, principal)));
  const principals = described.filter((one) => one !== undefined);
  const { account, agentName } = state.placement;
  const snapshot = { kind: 'nhi-suspension-snapshot', registry: engine.registry, account, agentName, requestId, takenAt, principals };
  const key = snapshotKey(state.placement, requestId);
  const text = await putOnce(engine.s3, engine.config.bucket, key, canonicalJson(JSON.parse(JSON.stringify(snapshot)) as JsonValue));
  return { key, sha256: createHash('sha256').update(text).digest('hex') };
}
