import { keys } from './keys';
import { Table, Write } from './table';
import { Placement } from '../../src/core/lifecycle-event';

type Acquired = { readonly held: true } | { readonly held: false; readonly holder: string };

/**
 * Serializes the transitions of a placement. The lock stores the execution that holds it, so that the next execution can check whether the holder
 * still runs. The lock never expires by time, because a slow holder would then act at the same time as its successor.
 */
export class PlacementLock {
  public constructor(private readonly table: Table) {}

  /** Acquires the lock, or returns its holder. */
  public async acquire(placement: Placement, execution: string, instead?: string): Promise<Acquired> {
    const outcome = await this.table.put({ pk: keys.placement(placement), sk: keys.lock, execution }, {
      expression: 'attribute_not_exists(pk) OR execution = :mine OR execution = :dead',
      values: { ':mine': execution, ':dead': instead ?? execution },
    });
    return outcome.written ? { held: true } : { held: false, holder: outcome.found?.execution.S ?? '' };
  }

  /** The execution that holds the lock. */
  public async holder(placement: Placement): Promise<string | undefined> {
    return (await this.table.get<{ execution: string }>(keys.placement(placement), keys.lock))?.execution;
  }

  /** Releases the lock if this execution holds it. */
  public async release(placement: Placement, execution: string): Promise<void> {
    await this.table.delete({ pk: keys.placement(placement), sk: keys.lock }, ownLock(execution));
  }

  /** Releases the lock as part of a transaction, which fails if another execution holds it. */
  public releasing(placement: Placement, execution: string): Write {
    return this.table.deleting({ pk: keys.placement(placement), sk: keys.lock }, ownLock(execution));
  }
}

function ownLock(execution: string): { expression: string; values: Record<string, string> } {
  return { expression: 'attribute_not_exists(pk) OR execution = :mine', values: { ':mine': execution } };
}
