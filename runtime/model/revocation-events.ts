import { humanTaskOf, revocationReference } from './human-revocation';
import { PlannedEvent } from './plan';
import { confirmedKey, RevocationRecord, targetDigest } from './revocation';

/** What the events say of the agent. */
interface EventSubject {
  readonly declared: { readonly stage: string; readonly purpose: string };
  /** Id of its present principal. */
  readonly present?: string;
}

/** The event of a revocation that was confirmed. */
export function confirmedEvent({ declared, present }: EventSubject, { revoker, since, found, acted, confirmed }: RevocationRecord): PlannedEvent {
  const { at = '', by, reason, proof, worker } = confirmed ?? {};
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
      ...(by === undefined ? {} : { by, reason: reason ?? '', ...(proof === undefined ? {} : { proof }) }),
      ...(worker === undefined ? {} : { worker }),
      ...(revoker.monthlyCost === undefined ? {} : { noLongerPaid: { ...revoker.monthlyCost } }),
    },
    key: confirmedKey({ revoker, since }),
  };
}

/** The event of one that is open. People who are to revoke it are asked by it, and reminded by further ones. */
export function openEvent({ declared, present }: EventSubject, record: RevocationRecord, isReminder = false): PlannedEvent {
  const { revoker, since, attempts, note = '' } = record;
  const task = humanTaskOf(revoker);
  return {
    name: 'revocation-open',
    stage: declared.stage,
    roleId: present,
    details: {
      revoker: revoker.id,
      kind: revoker.kind,
      target: targetDigest(revoker),
      since,
      attempts,
      note,
      ...(task === undefined ? {} : { ...task, purpose: declared.purpose, confirmation: revocationReference(record) }),
      ...(isReminder ? { isReminder } : {}),
    },
    key: `revocation-open/${revoker.id}/${since}${isReminder ? `/${attempts}` : ''}`,
  };
}
