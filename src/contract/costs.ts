import type { CostTag } from '../core/monthly-cost';

/** What the engine asks the function that looks costs up. The function returns one response per tag, in the same order. */
export interface CostQuestion {
  readonly tags: readonly CostTag[];
}

/** Tags of one question: an agent declares so many revokers, and keeps as many former ones. */
export const MOST_COST_TAGS = 20;

/** Seconds from one question about an agent to the next one, and the least, also if its declaration changes meanwhile. AWS charges for each. */
export const COST_LOOKUP = { everySeconds: 7 * 86_400, leastSeconds: 86_400 } as const;
