import { PlacementState } from '../../model/placement-state';
import { PlannedEvent } from '../../model/plan';

/** Adds to the event of a reduction when its Deny was seen to work on the present principal, and for which actions. */
export function withEffect(event: PlannedEvent, before: PlacementState | undefined): PlannedEvent {
  const effect = event.name === 'reduced' ? before?.reduction?.effects[before.present] : undefined;
  if (effect === undefined) {
    return event;
  }
  const { sha256: policySha256, verifiedAt, simulated } = effect;
  return { ...event, details: { ...event.details, effect: { policySha256, verifiedAt, simulatedAsDenied: [...simulated] } } };
}
