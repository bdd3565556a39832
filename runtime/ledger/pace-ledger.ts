import { keys } from './keys';
import { IS_NEW, Table } from './table';
import { RetryableError } from '../../src/core/errors';
import { PaceRecord } from '../model/pace';

const TRIES = 8;
/** IAM's and CloudTrail's own records are no older. */
const KEPT_SECONDS = 400 * 86_400;

/** How fast people decided their last reviews: one row a person. */
export class PaceLedger {
  public constructor(private readonly table: Table) {}

  /**
   * Changes a person's record. If another process changed it in between, it is read again.
   *
   * @throws RetryableError `LedgerConflict`
   */
  public async change(person: string, changed: (before: PaceRecord | undefined) => PaceRecord, now: Date): Promise<PaceRecord> {
    const key = { pk: keys.pace(person), sk: keys.paceRow };
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const row = await this.table.get<{ pace: PaceRecord; version: number }>(key.pk, key.sk);
      const after = changed(row?.pace);
      if (after === row?.pace) {
        return after;
      }
      const item = { ...key, pace: after, version: (row?.version ?? 0) + 1, ttl: Math.floor(now.getTime() / 1000) + KEPT_SECONDS };
      const { written } = await this.table.put(item, row === undefined ? IS_NEW : { expression: 'version = :version', values: { ':version': row.version } });
      if (written) {
        return after;
      }
    }
    throw new RetryableError('LedgerConflict', 'many decisions of one reviewer are recorded at the same time');
  }
}
