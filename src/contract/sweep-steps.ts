/**
 * The steps of a sweep that a function does. Between `Page` and `Close`, the state machine asks the engine about each agent of the page. `Orphans` comes last,
 * so that nothing of the agenda waits for it.
 */
export const SWEEP_STEPS = ['Plan', 'Page', 'Close', 'Orphans'] as const;

export type SweepStep = (typeof SWEEP_STEPS)[number];
