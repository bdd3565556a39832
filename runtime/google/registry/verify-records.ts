import { textOf } from './certificates';
import { LifecycleEvent, Placement } from '../../../src/core/lifecycle-event';
import { EvidenceVerdict, hashOfText } from '../../certificate';
import { InSeries } from '../objects';
import { AccountCertificate, factsOf, isTeardownRecord, TeardownRecord } from '../proof';

/**
 * Compares records of teardowns with the certificates that rest on them. A record that no certificate names is unknown if it follows no event of the
 * chain, or an event of a life whose certificate doesn't name it.
 *
 * @param certificates those that an event names with their content
 */
export function verifyRecords(
  records: readonly InSeries<TeardownRecord>[],
  { account, agentName }: Placement,
  events: readonly LifecycleEvent[],
  certificates: readonly AccountCertificate[],
): EvidenceVerdict[] {
  const told = new Map(certificates.flatMap((certificate) => certificate.records.map(({ name, sha256 }) => [name, sha256] as const)));
  const there = new Map(records.map((record) => [record.name, record.object]));
  const verdictOf = (name: string): EvidenceVerdict['verdict'] | undefined => {
    const [sha256, record] = [told.get(name), there.get(name)];
    if (record === undefined) {
      return 'missing';
    }
    if (sha256 !== undefined) {
      return hashOfText(textOf(record)) === sha256 ? 'intact' : 'changed';
    }
    return isTeardownRecord(record, { project: account, agentName }) && isOpen(record, events, certificates) ? undefined : 'unknown';
  };
  return [...new Set([...told.keys(), ...there.keys()])].sort().flatMap((key) => {
    const verdict = verdictOf(key);
    return verdict === undefined ? [] : [{ key, verdict }];
  });
}

/** Whether a record belongs to no life that a certificate ends. */
function isOpen({ follows }: TeardownRecord, events: readonly LifecycleEvent[], certificates: readonly AccountCertificate[]): boolean {
  const { sequence, hash } = follows;
  if (sequence === 0) {
    return true;
  }
  if (events[sequence - 1]?.hash !== hash) {
    return false;
  }
  const after = events.slice(sequence - 1).map((event) => ({ name: factsOf(event).name, previous: event.previoushash }));
  // A record that follows `left` is of a join that failed.
  const end = after.findIndex(({ name }) => name === 'left');
  return end <= 0 || !certificates.some(({ chainHead }) => chainHead === after[end].previous);
}
