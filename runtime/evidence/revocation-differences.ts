import { Difference } from './compare-copies';
import { eventId, eventNameOf, LifecycleEvent } from '../../src/core/lifecycle-event';
import { shown } from '../../src/core/shown';
import { PlacementState } from '../model/placement-state';
import { confirmedKey, openRevocations, RevocationRecord, revocationsOfLeave, targetDigest } from '../model/revocation';

type Details = Readonly<Record<string, unknown>>;
interface Told { readonly at: number; readonly name: string; readonly details: Details }

const BEGUN = ['joined', 'adopted'];

/**
 * Returns how the revocations in a state contradict the events: one that is closed, reopened, removed, added or led elsewhere by hand, and a certificate that nothing will continue. What an earlier life
 * of the agent left is in the state of a later one only as long as something waits for it.
 */
export function revocationDifferences({ placement, revocations = [] }: Pick<PlacementState, 'placement' | 'revocations'>, events: readonly LifecycleEvent[]): Difference[] {
  const all = events.map((event, at): readonly [id: string, told: Told] => [event?.id, toldIn(event, at)]);
  const byId = new Map(all);
  const told = all.map(([, one]) => one);
  const life = told.slice(told.map(({ name }) => BEGUN.includes(name)).lastIndexOf(true) + 1);
  const last = Math.max(0, events.length - 1);
  const confirming = (record: Parameters<typeof confirmedKey>[0]): Told | undefined => byId.get(eventId(placement, confirmedKey(record)));
  // A later leave forgets what was confirmed before it began.
  const isOver = ({ details: { revoker, since } }: Told): boolean => (
    confirming({ revoker: { id: String(revoker) }, since: String(since) }) !== undefined);
  return [
    ...revocations.flatMap((record) => confirmationDifferences(record, confirming(record), last)),
    ...told.filter((one) => one.name === 'revocation-open' && !isOver(one)).flatMap((open) => openDifferences(revocations, open)),
    ...told.filter(({ name }) => name === 'left').flatMap((left) => endDifferences(revocations, left, told)),
    ...life.filter(({ name }) => name === 'left').flatMap((left) => leaveDifferences(revocations, left)),
  ];
}

function confirmationDifferences({ revoker: { id }, confirmed }: RevocationRecord, told: Told | undefined, last: number): Difference[] {
  if (told === undefined) {
    return confirmed === undefined ? [] : [{ at: last, reason: `the state of the agent says that its access at ${shown(id)} is confirmed as gone, and no event does` }];
  }
  if (confirmed === undefined) {
    return [{ at: told.at, reason: `the state of the agent says that its access at ${shown(id)} is open, and this event says that it is confirmed as gone` }];
  }
  const { at, by, reason, proof, worker } = confirmed;
  const said = by === undefined ? undefined : reason ?? '';
  const members: readonly (readonly [string, string | undefined])[] = [['at', at], ['by', by], ['reason', said], ['proof', proof], ['worker', worker]];
  const differing = members.find(([name, value]) => told.details[name] !== value);
  return differing === undefined ? [] : [{
    at: told.at, reason: `the state of the agent says of its access at ${shown(id)} that it was confirmed ${differing[0]} ${shown(differing[1] ?? 'nothing')}, and this event says ${shown(String(told.details[differing[0]] ?? 'nothing'))}`,
  }];
}

/** What an event says to be open stands in the state until another one closes it, and leads where it led. */
function openDifferences(revocations: readonly RevocationRecord[], { at, details: { revoker, since, target } }: Told): Difference[] {
  const record = revocations.find((one) => one.revoker.id === revoker && one.since === since);
  if (record === undefined) {
    return [{ at, reason: `this event says that access at ${shown(String(revoker))} is open since ${shown(String(since))}, and the state of the agent has nothing of it` }];
  }
  // An event of an earlier version names no target.
  return target === undefined || target === targetDigest(record.revoker) ? []
    : [{ at, reason: `the state of the agent has other settings for the revocation at ${shown(record.revoker.id)} than this event` }];
}

/** A certificate with open access is continued by a third part, or by what the state keeps for it. */
function endDifferences(revocations: readonly RevocationRecord[], { at, details: left }: Told, told: readonly Told[]): Difference[] {
  const { certificate, certificateSha256, revocationsOpen } = left;
  const third = `${String(certificate).replace(/(\.[0-9a-f]{64})?\.json$/, '')}.part-3.`;
  const isContinued = told.some(({ name, details }) => name === 'revocations-certified' && String(details.certificate).startsWith(third));
  return isContinued ? [] : listIn(revocationsOpen)
    // An earlier version, whose events name no target, wrote no third parts.
    .filter((id) => told.slice(0, at).some(({ name, details }) => name === 'revocation-open' && details.revoker === id && details.target !== undefined))
    .filter((id) => !revocations.some(({ revoker, openIn = [] }) => revoker.id === id && openIn.some(({ sha256 }) => sha256 === certificateSha256)))
    .map((id) => ({ at, reason: `the certificate of this event lists the access at ${shown(id)} as open, and the state of the agent has nothing that will continue it` }));
}

/** The event of a leave lists all that the leave was to revoke. */
function leaveDifferences(all: readonly RevocationRecord[], { at, details }: Told): Difference[] {
  const revocations = revocationsOfLeave({ revocations: all });
  const listed = [...listIn(details.revoked), ...listIn(details.revocationsOpen)];
  const there = revocations.map(({ revoker: { id } }) => id);
  const [missing, added] = [listed.filter((id) => !there.includes(id)), there.filter((id) => !listed.includes(id))];
  return [
    ...missing.map((id) => ({ at, reason: `this event lists the access at ${shown(id)}, and the state of the agent has nothing of it` })),
    ...added.map((id) => ({ at, reason: `the state of the agent has a revocation at ${shown(id)}, and this event does not list it` })),
    ...openRevocations({ revocations }).filter(({ revoker: { id } }) => listIn(details.revoked).includes(id))
      .map(({ revoker: { id } }) => ({ at, reason: `the state of the agent says that its access at ${shown(id)} is open, and this event says that it is revoked` })),
  ];
}

function toldIn(event: LifecycleEvent | undefined, at: number): Told {
  const { details } = (event?.data?.unmapped ?? {}) as { readonly details?: Details | null };
  return { at, name: eventNameOf(String(event?.type)) ?? '', details: typeof details === 'object' && details !== null ? details : {} };
}

function listIn(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
