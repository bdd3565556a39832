import { Sweeper } from './sweep';
import { tellRegistry } from './tell';
import { METRICS } from '../../src/contract/metrics';
import { SWEEP_APPROVED_TYPE, SWEEP_HELD_TYPE } from '../../src/contract/registry-events';
import { HeldSweep, SweepApproval } from '../ledger';
import { occurrenceOf } from '../model/registry-event';

/** Agents that the event names. `nhi approve-sweep` shows all. */
const SHOWN = 20;

/**
 * Records the list that a sweep held back. The metric counts each sweep, so that the alarm stays on; the event is sent once for each list.
 *
 * @throws RetryableError `EventsNotSent`
 */
export async function tellHeld(sweeper: Sweeper, lines: readonly string[], allowed: number): Promise<void> {
  const { sweeps, now, count } = sweeper;
  const digest = await sweeps.saveList(lines, now());
  count(METRICS.sweepHeld);
  const before = await sweeps.held();
  if (before?.digest === digest && before.toldAt !== undefined) {
    return;
  }
  const at = now().toISOString();
  const held: HeldSweep = before?.digest === digest ? before : { digest, agents: lines.length, allowed, since: at };
  // Recorded before it is sent, so that a repetition has the same time and with it the same id. The same list may be held again months later, which is another event.
  await sweeps.setHeld(held);
  await send(sweeper, held, lines);
  await sweeps.setHeld({ ...held, toldAt: at });
}

/**
 * Announces an operator's approval once, and keeps it in the evidence. The operator writes it into the ledger only.
 *
 * @throws RetryableError `EventsNotSent`
 */
export async function tellApproved(sweeper: Sweeper, approval: SweepApproval, agents: number): Promise<void> {
  const { sweeps, now } = sweeper;
  if (await sweeps.isTold(approval)) {
    return;
  }
  const { digest, by, at, reason } = approval;
  const data = { digest, agents, by, reason };
  await tellRegistry(sweeper, { type: SWEEP_APPROVED_TYPE, id: occurrenceOf({ digest, at }), time: at, data });
  await sweeps.setTold(approval, now());
}

function send(sweeper: Sweeper, { digest, agents, allowed, since: time }: HeldSweep, lines: readonly string[]): Promise<void> {
  const advice = `look at the list and approve it with \`nhi approve-sweep --digest ${digest} --reason <text>\`, or extend the agents that are still needed`;
  const first = [...lines].sort().slice(0, SHOWN);
  const data = { digest, agents, allowed, first, advice };
  return tellRegistry(sweeper, { type: SWEEP_HELD_TYPE, id: occurrenceOf({ digest, at: time }), time, data });
}
