import { JsonValue } from '../../../src/core/canonical-json';
import { PlacementState, statusOf } from '../../model/placement-state';
import { PlannedEvent } from '../../model/plan';
import { LifecycleRequest } from '../../model/request';

/** Adds to the event of a suspension what was done, and to that of a resumption what was put back. */
export function withCuts(event: PlannedEvent, before: PlacementState | undefined): PlannedEvent {
  if (before?.suspension === undefined || (event.name !== 'suspended' && event.name !== 'resumed')) {
    return event;
  }
  const { cuts = [], beyondReach = [], snapshot } = before.suspension;
  const used = cuts.filter(({ changes }) => changes.length > 0);
  const changed = Object.fromEntries(used.map(({ name, changes }) => [name, changes.map(({ id }) => id)]));
  const details: Record<string, JsonValue> = event.name === 'resumed' ? { cuts: changed } : {
    status: statusOf(before),
    cuts: changed,
    confirmed: Object.fromEntries(cuts.flatMap(({ name, confirmedAt }) => confirmedAt === undefined ? [] : [[name, confirmedAt]])),
    rest: Object.fromEntries(cuts.flatMap(({ name, rest }) => rest === undefined ? [] : [[name, [...rest]]])),
    beyondReach: [...beyondReach],
    ...(snapshot === undefined ? {} : { snapshot: { ...snapshot } as { [key: string]: JsonValue } }),
  };
  return { ...event, details: { ...event.details, ...details } };
}

/** The event of what this request found lifted and denied again. */
export function reasserted({ suspension, declared, present }: PlacementState, { requestId }: LifecycleRequest): PlannedEvent[] {
  return suspension?.lifted?.requestId !== requestId ? []
    : [{ name: 'suspension-reasserted', stage: declared.stage, roleId: present, details: { lifted: [...suspension.lifted.what] }, key: `suspension-reasserted/${requestId}` }];
}
