import { PlacementState } from '../model/placement-state';
import { PlannedEvent } from '../model/plan';
import { RevocationRecord } from '../model/revocation';

/** The event of a revocation that was confirmed. */
export function confirmedEvent({ declared, present }: PlacementState, { revoker, since, found, acted, confirmed }: RevocationRecord): PlannedEvent {
  const { at = '', by, reason, worker } = confirmed ?? {};
  return {
    name: 'revocation-confirmed',
    stage: declared.stage,
    roleId: present,
    details: {
      revoker: revoker.id,
      kind: revoker.kind,
      at,
      found: found ?? 'unknown',
      acted: acted === true,
      how: by === undefined ? 'verified' : 'attested',
      ...(by === undefined ? {} : { by, reason: reason ?? '' }),
      ...(worker === undefined ? {} : { worker }),
      ...(revoker.monthlyCost === undefined ? {} : { noLongerPaid: { ...revoker.monthlyCost } }),
    },
    key: `revocation-confirmed/${revoker.id}/${since}`,
  };
}

export function openEvent({ declared, present }: PlacementState, { revoker, since, attempts, note = '' }: RevocationRecord): PlannedEvent {
  return {
    name: 'revocation-open',
    stage: declared.stage,
    roleId: present,
    details: { revoker: revoker.id, kind: revoker.kind, since, attempts, note },
    key: `revocation-open/${revoker.id}/${since}`,
  };
}
