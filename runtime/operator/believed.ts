import { LifecycleEvent } from '../../src/core/lifecycle-event';
import { EventCopy } from '../evidence';

/** The events as the evidence has them, and those that it doesn't have as the ledger does. */
export function believed(events: readonly LifecycleEvent[], copied: ReadonlyMap<number, EventCopy>): LifecycleEvent[] {
  const length = Math.max(events.length, ...copied.keys());
  return Array.from({ length }, (_, index) => {
    const other = events[index] ?? {} as LifecycleEvent;
    try {
      // Anybody may have written a copy, of anything.
      return JSON.parse(copied.get(index + 1)?.text ?? '') as LifecycleEvent | null ?? other;
    } catch {
      return other;
    }
  });
}
