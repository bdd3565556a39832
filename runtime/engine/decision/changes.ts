import { accessChange } from './access-change';
import { JsonValue } from '../../../src/core/canonical-json';
import { LifecycleEventName } from '../../../src/core/event-table';
import { SponsorRecord } from '../../../src/core/sponsor-record';
import { Declared, PlacementState, RoleId } from '../../model/placement-state';
import { PlannedEvent } from '../../model/plan';
import { redeclaring, sponsorOf } from '../../model/sponsor-of';

type Details = NonNullable<PlannedEvent['details']>;

/**
 * Events for the changes that an auditor asks about, with the values before and after. Their keys contain the request's id, because the same change
 * can be made again after a revert.
 */
export function changesOf(state: PlacementState, to: Declared, roleId: RoleId, requestId: string): PlannedEvent[] {
  const from = state.declared;
  const changes: [LifecycleEventName, Details | undefined][] = [
    ['sponsor-changed', sponsorChange(state, to)],
    ['purpose-changed', change(from.purpose, to.purpose)],
    ['access-changed', accessChange(from, to)],
    ['expiry-changed', expiryChange(from, to)],
  ];
  return changes.flatMap(([name, details]) => details === undefined ? [] : [{ name, stage: to.stage, roleId, details, key: `${name}/${requestId}` }]);
}

/** Compares all of the sponsor's record, including the backup and the cost centre. */
function sponsorChange(state: PlacementState, declared: Declared): Details | undefined {
  const [from, to] = [state.declared.sponsor, declared.sponsor];
  const fields = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort() as (keyof SponsorRecord)[];
  const changed = fields.filter((field) => from[field] !== to[field])
    .map((field): [string, JsonValue] => [field, { from: from[field] ?? '', to: to[field] ?? '' }]);
  const endsSuccession = redeclaring(state, declared).succession === null;
  return changed.length === 0 ? undefined : {
    from: from.id, to: to.id, changed: Object.fromEntries(changed), ...(endsSuccession ? { tookOver: sponsorOf(state).accountableEmail } : {}),
  };
}

/** That reviews carry the agent on from now on, or no longer, is a change of its end too. */
function expiryChange(from: Declared, to: Declared): Details | undefined {
  const [before, after] = [from, to].map(({ untilCertified }) => untilCertified === true);
  return before === after ? change(from.expiresAt, to.expiresAt) : { from: from.expiresAt, to: to.expiresAt, untilCertified: after };
}

function change(from: string, to: string): Details | undefined {
  return from === to ? undefined : { from, to };
}
