/** Time and chance, as arguments. */
export interface Pace {
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly now: () => number;
  /** When to stop retrying, in epoch milliseconds. */
  readonly deadline: number;
}

export const TRIES = 7;
const FIRST_MILLISECONDS = 400;
const LONGEST_MILLISECONDS = 16_000;

/**
 * Waits before attempt number `failed + 1`. Returns false, without waiting, if no further attempt is due. Half of the wait is random: agents that are
 * torn down side by side write to the same policies, and would collide again at each attempt.
 */
export async function backOff(pace: Pace, failed: number, atLeastMilliseconds = 0): Promise<boolean> {
  const full = Math.min(LONGEST_MILLISECONDS, FIRST_MILLISECONDS * 2 ** (failed - 1));
  const wait = Math.max(atLeastMilliseconds, full / 2 + pace.random() * full / 2);
  if (failed >= TRIES || pace.now() + wait > pace.deadline) {
    return false;
  }
  await pace.sleep(wait);
  return true;
}
