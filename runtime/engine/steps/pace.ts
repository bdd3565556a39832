import { createHash } from 'node:crypto';
import { METRICS } from '../../../src/contract/metrics';
import { withDecision } from '../../certification';
import { PaceLedger } from '../../ledger';
import { PlacementState } from '../../model/placement-state';
import { Plan, PlannedEvent } from '../../model/plan';
import { Engine } from '../engine';

/**
 * Records how fast a reviewer decided, and returns the event if the decisions look like rubber-stamping now. The record names the request with which the suspicion arose, so a
 * repetition of that request returns the same event, and no other request does.
 */
export async function paceEvents(engine: Engine, { pace }: Plan, state: PlacementState | undefined): Promise<PlannedEvent[]> {
  const settings = engine.config.agenda.review?.rubberStamp;
  if (pace === undefined || settings === undefined || state === undefined) {
    return [];
  }
  const { suspicion } = await new PaceLedger(engine.table).change(pace.person, (before) => withDecision(before, pace, settings), engine.now());
  if (suspicion?.request !== pace.request) {
    return [];
  }
  const { why, at, reviews, withFindings, medianSeconds, keepRate } = suspicion;
  return [{
    name: 'rubber-stamp-suspected',
    stage: state.declared.stage,
    details: {
      by: pace.person,
      why: [...why],
      reviews,
      // Numbers in events are whole: their canonical form is the same everywhere.
      medianSeconds: Math.round(medianSeconds),
      withFindings,
      keptOfFindingsPercent: Math.round(keepRate * 100),
      suspectedAt: at,
      ...(settings.notify === undefined ? {} : { notify: settings.notify }),
    },
    key: `rubber-stamp-suspected/${createHash('sha256').update(pace.person).digest('hex').slice(0, 16)}/${at}`,
  }];
}

/** Counts the suspicion after its event was recorded. */
export function countSuspicion(engine: Engine, events: readonly PlannedEvent[]): void {
  events.filter(({ name }) => name === 'rubber-stamp-suspected').forEach(() => engine.count(METRICS.rubberStampSuspected));
}
