import { RevokerProperties } from '../../../src/contract/revokers';
import { LifecycleEvent, Placement } from '../../../src/core/lifecycle-event';
import { EvidenceVerdict } from '../../certificate';
import { revocationDifferences } from '../../evidence/revocation-differences';
import { CertificateRef } from '../../model/placement-state';
import { openRevocations, RevocationRecord } from '../../model/revocation';
import { InSeries } from '../objects';
import { factsOf } from '../proof/life';
import { OutsideAccess, readOutsideAccess } from '../revocations/outside-access';

interface Difference {
  readonly at: number;
  readonly reason: string;
}

/** What the registry has of an agent's access outside of Google Cloud. */
interface Recorded {
  readonly states: readonly InSeries<object>[];
  readonly placement: Placement;
  readonly events: readonly LifecycleEvent[];
}

/** States that somebody else wrote, or that follow no event of the chain. */
export function verifyOutsideAccess({ states, placement, events }: Recorded): EvidenceVerdict[] {
  return states.flatMap(({ name, object }): EvidenceVerdict[] => {
    const { follows } = readOutsideAccess(object, placement) ?? {};
    const isOurs = follows !== undefined && (follows.sequence === 0 || events[follows.sequence - 1]?.hash === follows.hash);
    return isOurs ? [] : [{ key: name, verdict: 'unknown' }];
  });
}

/** How the last state contradicts the events, or the last declaration of an agent that has not left. */
export function revocationContradictions(
  { states, placement, events }: Recorded, declared: { readonly revokers?: unknown } | undefined, isLeft: boolean,
): Difference[] {
  const last = stateOfLife(states.map(({ object }) => readOutsideAccess(object, placement)).filter((one) => one !== undefined), events, isLeft);
  const at = Math.max(0, events.length - 1);
  const revocations = (last?.revocations ?? []).map((record) => ({ ...record, openIn: certificatesOf(record, events) }));
  return [
    ...revocationDifferences({ placement, revocations }, events),
    ...isLeft || idsIn(declared?.revokers) === idsOf(last) ? [] : [{ at, reason: `the last declaration has the revokers ${idsIn(declared?.revokers) || 'none'}, and what is recorded for the leave has ${idsOf(last) || 'none'}` }],
  ];
}

/**
 * The state that the events of the last life speak of. An agent that joins again gets a new state before its event `joined`, which may never follow: then that of its leave counts, if nothing of it is open.
 */
function stateOfLife(states: readonly OutsideAccess[], events: readonly LifecycleEvent[], isLeft: boolean): OutsideAccess | undefined {
  const last = states.at(-1);
  const names = events.map((event) => factsOf(event).name);
  const [joinedAt, leftAt] = [names.lastIndexOf('joined') + 1, names.lastIndexOf('left') + 1];
  if (!isLeft || last === undefined || last.revocations !== undefined || last.follows.sequence < leftAt) {
    return last;
  }
  const ended = states.filter(({ revocations, follows }) => revocations !== undefined && follows.sequence >= joinedAt).at(-1);
  return ended === undefined || openRevocations(ended).length > 0 ? last : ended;
}

/** The certificates that list a revocation as open. Events say it, and its end continues them. */
function certificatesOf({ revoker: { id } }: RevocationRecord, events: readonly LifecycleEvent[]): CertificateRef[] {
  return events.flatMap((event) => {
    const { details } = (event?.data?.unmapped ?? {}) as { details?: { revocationsOpen?: unknown; certificateSha256?: unknown } | null };
    const { revocationsOpen, certificateSha256 } = details ?? {};
    return Array.isArray(revocationsOpen) && revocationsOpen.includes(id) ? [{ id, sha256: String(certificateSha256) }] : [];
  });
}

function idsOf(state: OutsideAccess | undefined): string {
  return (state?.declared ?? []).map(({ id }) => id).sort().join(', ');
}

function idsIn(revokers: unknown): string {
  return (Array.isArray(revokers) ? revokers as readonly (Partial<RevokerProperties> | null)[] : []).map((one) => String(one?.Id)).sort().join(', ');
}
