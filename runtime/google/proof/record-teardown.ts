import { referenceTo } from './event-ref';
import { teardownRecord, TeardownRecord } from './teardown-record';
import { eventsFolder, teardownsFolder } from '../../../src/contract/google';
import { canonicalJson } from '../../../src/core/canonical-json';
import { NhiError, reasonOf } from '../../../src/core/errors';
import { LifecycleEvent } from '../../../src/core/lifecycle-event';
import { GoogleApi } from '../api';
import { append, lastIn } from '../objects';
import { TeardownReport } from '../teardown/run-teardown';

/**
 * Writes what a teardown did and saw into the agent's registry, also if something remains. Each run adds an object. Without a registry nothing is
 * written.
 *
 * @param movesTo stage to which the agent moves, if it doesn't leave
 * @throws NhiError `TeardownUnrecorded`
 */
export async function recordTeardown(api: GoogleApi, report: TeardownReport, movesTo: string | undefined): Promise<void> {
  const { agentName, stage, account: { project }, records } = report.input;
  if (records === undefined) {
    return;
  }
  const bucket = records.bucket.name.replace(/^buckets\//, '');
  const folder = teardownsFolder(project, agentName);
  try {
    const follows = referenceTo(await lastIn<LifecycleEvent>(api, { bucket, folder: eventsFolder(project, agentName) }));
    const record = teardownRecord(report, movesTo, follows, new Date(api.now()).toISOString());
    // If the response to the write was lost, the last record is this one.
    const isThisOne = (last: TeardownRecord | undefined) => last !== undefined && canonicalJson(last) === canonicalJson(record);
    await append<TeardownRecord>(api, { bucket, folder }, (last) => (isThisOne(last) ? undefined : record));
  } catch (error) {
    const unrecorded = `the teardown of ${agentName} (${stage}) ran, but its record can't be written to ${bucket}/${folder}: ${reasonOf(error)}`;
    throw new NhiError('TeardownUnrecorded', `${unrecorded}. The account is kept until it is recorded: fix what is named, then run the same destroy or apply again`, { cause: error });
  }
}

/**
 * Writes what a teardown found before it wipes any of it. If the run dies while it wipes, the next one no longer finds it. If nothing was found there
 * is nothing to write. If it can't be written, the teardown continues, because access is revoked first. `recordTeardown` then fails for the same reason.
 */
export async function recordFound(api: GoogleApi, report: TeardownReport, movesTo: string | undefined): Promise<void> {
  if (report.wipes.some(({ found }) => found.some(({ unseen }) => unseen === undefined))) {
    await recordTeardown(api, report, movesTo).catch(() => undefined);
  }
}
