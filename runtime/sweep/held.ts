import { Sweeper } from './sweep';
import { tellRegistry } from './tell';
import { METRICS } from '../../src/contract/metrics';
import { SWEEP_HELD_TYPE } from '../../src/contract/registry-events';
import { HeldSweep } from '../ledger';

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
  if (before?.digest === digest) {
    return;
  }
  const held: HeldSweep = { digest, agents: lines.length, allowed, since: now().toISOString() };
  // Sent before it is recorded: if the process dies in between, it is sent again with the same id.
  await send(sweeper, held, lines);
  await sweeps.setHeld(held);
}

function send(sweeper: Sweeper, { digest, agents, allowed, since: time }: HeldSweep, lines: readonly string[]): Promise<void> {
  const advice = `look at the list and approve it with \`nhi approve-sweep --digest ${digest} --reason <text>\`, or extend the agents that are still needed`;
  const first = [...lines].sort().slice(0, SHOWN);
  return tellRegistry(sweeper, { type: SWEEP_HELD_TYPE, id: digest, time, data: { digest, agents, allowed, first, advice } });
}
