import { JsonValue } from '../../../src/core/canonical-json';
import { PlacementState, statusOf } from '../../model/placement-state';
import { Plan, PlannedEvent, StateChange } from '../../model/plan';
import { LifecycleRequest } from '../../model/request';

/** Adds to the event of a suspension what was done, and to that of a resumption what was put back. */
export function withCuts(event: PlannedEvent, before: PlacementState | undefined): PlannedEvent {
  if (before?.suspension === undefined || (event.name !== 'suspended' && event.name !== 'resumed')) {
    return event;
  }
  const { beyondReach = [], snapshot, notRestored = [] } = before.suspension;
  const { cuts, ...rest } = cutDetails(before);
  const details: Record<string, JsonValue> = event.name === 'resumed' ? { cuts, ...(notRestored.length === 0 ? {} : { notRestored: [...notRestored] }) } : {
    cuts,
    ...rest,
    beyondReach: [...beyondReach],
    ...(snapshot === undefined ? {} : { snapshot: { ...snapshot } as { [key: string]: JsonValue } }),
  };
  return { ...event, details: { ...event.details, ...details } };
}

/** What is switched off, since when, and what is not. */
function cutDetails(state: PlacementState): Record<'status' | 'cuts' | 'confirmed' | 'rest', JsonValue> {
  const { cuts = [] } = state.suspension ?? {};
  const used = cuts.filter(({ changes }) => changes.length > 0);
  return {
    status: statusOf(state),
    cuts: Object.fromEntries(used.map(({ name, changes }) => [name, changes.map(({ id }) => id)])),
    confirmed: Object.fromEntries(cuts.flatMap(({ name, confirmedAt }) => confirmedAt === undefined ? [] : [[name, confirmedAt]])),
    rest: Object.fromEntries(cuts.flatMap(({ name, rest }) => rest === undefined ? [] : [[name, [...rest]]])),
  };
}

/** The event of what this request found lifted and denied again. */
export function reasserted({ suspension, declared, present }: PlacementState, { requestId }: LifecycleRequest): PlannedEvent[] {
  return suspension?.lifted?.requestId !== requestId ? []
    : [{ name: 'suspension-reasserted', stage: declared.stage, roleId: present, details: { lifted: [...suspension.lifted.what] }, key: `suspension-reasserted/${requestId}` }];
}

/** The event of a suspension that an earlier event called partial, and that is complete now. */
export function completed(state: PlacementState, plan: Plan, { requestId }: LifecycleRequest): PlannedEvent[] {
  const { suspension, declared, present } = state;
  return plan.cuts !== 'apply' || suspension?.toldPartly !== true || statusOf(state) !== 'suspended' ? []
    : [{ name: 'suspension-completed', stage: declared.stage, roleId: present, details: { ...cutDetails(state) }, key: `suspension-completed/${requestId}` }];
}

/** Keeps with the suspension whether its events call it partial. */
export function withToldPartly(state: PlacementState | undefined, { cuts }: Plan): StateChange {
  if (cuts !== 'apply' || state?.suspension === undefined) {
    return {};
  }
  const { toldPartly: _before, ...suspension } = state.suspension;
  return { suspension: statusOf(state) === 'suspended-partly' ? { ...suspension, toldPartly: true } : suspension };
}
