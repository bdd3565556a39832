import { buildRevocationPart, CertifiedRevocation, ConfirmedRevocation } from '../../evidence';
import { CertificateRef, PlacementState } from '../../model/placement-state';
import { PlannedEvent } from '../../model/plan';
import { RevocationRecord } from '../../model/revocation';
import { Engine } from '../engine';
import { keep } from './keep';

/** Changes to record for certificates whose open revocations are all confirmed. */
interface Ended {
  readonly revocations: readonly RevocationRecord[];
  readonly events: readonly PlannedEvent[];
}

/** Notes at each revocation that a certificate lists as open that its end is to be certified. */
export function listedIn(
  certificate: CertificateRef, listed: readonly CertifiedRevocation[], records: readonly RevocationRecord[],
): RevocationRecord[] {
  const open = listed.filter(({ remaining }) => remaining !== undefined).map(({ revoker }) => revoker);
  return records.map((record) => {
    const { openIn = [] } = record;
    const isNoted = record.earlier === true || !open.includes(record.revoker.id) || openIn.some(({ id }) => id === certificate.id);
    return isNoted ? record : { ...record, openIn: [...openIn, certificate] };
  });
}

/** Writes the third part of each certificate of which all open revocations are confirmed. What it states is recorded before, so a repetition states the same. */
export async function certifyRevocations(engine: Engine, state: PlacementState, records: readonly RevocationRecord[]): Promise<Ended> {
  let revocations = records;
  const events: PlannedEvent[] = [];
  for (const certificate of new Map(records.flatMap(({ openIn = [] }) => openIn).map((ref) => [ref.id, ref])).values()) {
    const listed = records.filter((record) => isListed(record, certificate));
    if (listed.every(isConfirmed)) {
      const part = buildRevocationPart(engine.config.registry, state, certificate, listed.filter(isConfirmed), engine.now());
      const { key, sha256 } = await keep(engine, part);
      events.push(certifiedEvent(state, certificate, listed, key, sha256));
      revocations = revocations.map((record) => without(record, certificate));
    }
  }
  return { revocations, events };
}

function isListed({ openIn = [] }: RevocationRecord, { id }: CertificateRef): boolean {
  return openIn.some((ref) => ref.id === id);
}

function isConfirmed(record: RevocationRecord): record is ConfirmedRevocation {
  return record.confirmed !== undefined;
}

function without(record: RevocationRecord, certificate: CertificateRef): RevocationRecord {
  const { openIn = [], ...rest } = record;
  const others = openIn.filter(({ id }) => id !== certificate.id);
  return others.length === 0 ? rest : { ...rest, openIn: others };
}

function certifiedEvent(
  { declared: { stage }, present }: PlacementState, { id }: CertificateRef, listed: readonly RevocationRecord[],
  certificate: string, certificateSha256: string,
): PlannedEvent {
  const revokers = listed.map(({ revoker }) => revoker.id);
  return { name: 'revocations-certified', stage, roleId: present, details: { certificate, certificateSha256, revokers }, key: `revocations-certified/${id}` };
}
