import { NOTHING_TO_DO } from '../../../model/plan';
import { AgendaEntry } from '../entry';
import { instantAt } from '../instants';

/** Longer than a transition with all its retries takes. */
const AFTER_MS = 3_600_000;

/**
 * Announces events that a transition recorded and could not announce, because the evidence or the bus failed for longer than its retries. Each transition
 * announces them before it decides anything, so nothing else is to be done. Without this, an agent that has left would wait for ever.
 */
export const unannounced: AgendaEntry = {
  reason: 'unannounced',
  removes: false,
  dueAt: ({ unsent, changedAt, joinedAt }) => unsent.length === 0 ? undefined : instantAt(Date.parse(changedAt ?? joinedAt) + AFTER_MS),
  plan: () => ({ ...NOTHING_TO_DO, transition: 'attend', change: {} }),
};
