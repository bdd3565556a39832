import { METRICS } from '../../../src/contract/metrics';
import { copyEvents } from '../../evidence';
import { publish } from '../../ledger';
import { PlacementState } from '../../model/placement-state';
import { Engine } from '../engine';

/**
 * Copies events that were not announced yet to the evidence, then sends them to the bus. If the process dies in between, the events stay marked as
 * not announced, and the next attempt or transition does both again.
 */
export async function announce(engine: Engine, state: PlacementState): Promise<void> {
  const { bucket, busName } = engine.config;
  const events = await engine.ledger.unsent(state);
  const contradicted = await copyEvents(engine.s3, bucket, state.placement, events);
  if (contradicted.length > 0) {
    // A difference in the evidence must not keep the event from being sent or the request from getting its response.
    engine.count(METRICS.evidenceDiffers);
    engine.log.warn('the evidence has other events in these places', { agent: state.placement.agentName, sequences: contradicted.map(({ sequence }) => sequence) });
  }
  await publish(engine.bus, busName, events);
}
