import { eventNameOf, LifecycleEvent } from '../../../src/core/lifecycle-event';
import { EvidenceVerdict, verifyEvidence } from '../../certificate';
import { readEvidence } from '../../evidence';
import { PlacementState } from '../../model/placement-state';
import { Connection } from '../connection';

/** A certificate of an agent, or a further part of it. */
export interface ShownCertificate {
  readonly id: string;
  /** 1: what was torn down. 2: the roles are deleted. 3: the access outside of AWS that was open no longer exists. */
  readonly part: 1 | 2 | 3;
  readonly at: string;
  readonly key: string;
  /** Compared with the hash in the chain. */
  readonly verdict: EvidenceVerdict['verdict'];
}

const NAME = /([^/]+?)(?:\.part-([23])(?:\.[0-9a-f]{64})?)?\.json$/;
const WRITTEN: readonly (string | undefined)[] = ['left', 'deletion-confirmed', 'revocations-certified'];

/** The certificates that the chain names, and those that only the evidence has. The evidence is read only of an agent that may have left once. */
export async function certificatesShown(
  { s3, bucket }: Connection, { placement, status }: PlacementState, events: readonly LifecycleEvent[],
): Promise<ShownCertificate[]> {
  const leaves = new Map(events.flatMap((event) => {
    const { details } = (event?.data?.unmapped ?? {}) as { readonly details?: { readonly certificate?: unknown } };
    return typeof details?.certificate === 'string' && WRITTEN.includes(eventNameOf(event.type)) ? [[details.certificate, event.time] as const] : [];
  }));
  if (leaves.size === 0 && status !== 'left') {
    return [];
  }
  return verifyEvidence(events, await readEvidence(s3, bucket, placement)).flatMap(({ key, verdict }): ShownCertificate[] => {
    const [, id, part] = NAME.exec(key) ?? [];
    return id === undefined ? [] : [{ id, part: part === undefined ? 1 : Number(part) as 2 | 3, at: leaves.get(key) ?? '', key, verdict }];
  }).sort((one, other) => (one.at + one.part < other.at + other.part ? -1 : 1));
}
