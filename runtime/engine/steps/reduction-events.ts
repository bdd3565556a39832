import { PlacementState } from '../../model/placement-state';
import { PlannedEvent } from '../../model/plan';

/** Adds to the event of a reduction when its Deny was seen to work on the present principal, and for which actions. */
export function withEffect(event: PlannedEvent, before: PlacementState | undefined): PlannedEvent {
  const effect = event.name === 'reduced' ? before?.reduction?.effects[before.present] : undefined;
  return effect === undefined ? event
    : { ...event, details: { ...event.details, effect: { policySha256: effect.sha256, verifiedAt: effect.verifiedAt, simulatedAsDenied: [...effect.simulated] } } };
}
