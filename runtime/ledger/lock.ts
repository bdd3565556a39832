import { keys } from './keys';
import { isConditionFailed, Table } from './table';
import { Placement } from '../../src/core/lifecycle-event';

interface LockItem {
  readonly execution: string;
}

/**
 * One transition of a placement at a time. The lock names the execution that holds it, so that whoever finds it can ask whether the holder still lives;
 * it never lapses by time, as a slow holder would then act beside its successor.
 */
export class PlacementLock {
  public constructor(private readonly table: Table) {}

  /** Takes the lock, or answers who holds it. */
  public async acquire(placement: Placement, execution: string, instead?: string): Promise<{ held: true } | { held: false; holder: string }> {
    const pk = keys.placement(placement);
    try {
      await this.table.put({ pk, sk: keys.lock, execution }, {
        expression: 'attribute_not_exists(pk) OR execution = :mine OR execution = :dead',
        values: { ':mine': execution, ':dead': instead ?? execution },
      });
      return { held: true };
    } catch (error) {
      if (!isConditionFailed(error)) {
        throw error;
      }
      const item = await this.table.get<LockItem>(pk, keys.lock);
      // Given back between the two calls: take it next time.
      return { held: false, holder: item?.execution ?? '' };
    }
  }

  /** Gives it back; nothing happens to another's. */
  public async release(placement: Placement, execution: string): Promise<void> {
    try {
      await this.table.delete(keys.placement(placement), keys.lock, { expression: 'attribute_not_exists(pk) OR execution = :mine', values: { ':mine': execution } });
    } catch (error) {
      if (!isConditionFailed(error)) {
        throw error;
      }
    }
  }
}
