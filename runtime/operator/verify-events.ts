import { ChainVerdict, verifyChain } from '../../src/core/hash-chain';
import { LifecycleEvent, Placement } from '../../src/core/lifecycle-event';
import { compareCopies, Comparison, contradictionsOf, Difference, EventCopy, readCopies, readEvidence, readSnapshots, snapshotDifferences } from '../evidence';
import { believed } from './believed';
import { Connection } from './connection';
import { chainHeadOf, EvidenceVerdict, verifyEvidence } from '../certificate';
import { PlacementState } from '../model/placement-state';

export interface VerifiedEvents {
  readonly events: readonly LifecycleEvent[];
  /** Verdict on chain, copies, state and certificates together. A broken chain names the first difference. */
  readonly chain: ChainVerdict;
  /** The period for which the evidence has copies of the events. */
  readonly copies: Omit<Comparison, 'differences'>;
  /** The verdict on each part of each certificate, compared with its event. */
  readonly evidence: readonly EvidenceVerdict[];
}

/** Everything that the registry has about an agent, as of one moment. */
interface Recorded {
  readonly state?: PlacementState;
  readonly events: readonly LifecycleEvent[];
  readonly copied: ReadonlyMap<number, EventCopy>;
  /** Texts of certificates and their second parts, by key. */
  readonly certificates: ReadonlyMap<string, string>;
  /** Texts of the snapshots of suspensions, by key. */
  readonly snapshots: ReadonlyMap<string, string>;
}

/** Number of attempts to read a consistent record. The engine may write the state while the rest is read. Then everything is read again. */
const LOOKS = 5;

/**
 * Computes an agent's chain again, and compares the ledger with the evidence, which no one can change: each event with its copy, the state with the
 * events, and each certificate and each snapshot of a suspension with its event. Returns undefined if there is no record of the agent.
 */
export async function verifyEvents(connection: Connection, placement: Placement, now: Date): Promise<VerifiedEvents | undefined> {
  const { state, events, copied, certificates, snapshots } = await readAll(connection, placement);
  if (state === undefined && events.length + copied.size + certificates.size === 0) {
    return undefined;
  }
  const chain = verifyChain(events, state === undefined ? undefined : String(state.lastHash));
  const { differences: ofCopies, ...copies } = compareCopies(events, copied, Array.isArray(state?.unsent) ? state.unsent : [], now);
  const hashes = new Set(events.map(({ hash }) => hash));
  const [first] = [
    ...ofCopies,
    ...chain.intact ? [] : [{ at: chain.brokenAt, reason: chain.reason }],
    ...state === undefined ? [{ at: 0, reason: 'the ledger has no state of the agent' }] : contradictionsIn(state, believed(events, copied)),
    ...snapshotDifferences(believed(events, copied), snapshots),
    ...[...certificates].flatMap(([key, text]): Difference[] => {
      const head = chainHeadOf(text);
      return head === undefined || hashes.has(head) ? []
        : [{ at: events.length, reason: `the certificate ${key} follows an event with the hash ${head}, which the ledger does not have` }];
    }),
  ].sort((one, other) => one.at - other.at);
  const evidence = verifyEvidence(events, certificates);
  return { events, chain: first === undefined ? chain : { intact: false, brokenAt: first.at, reason: first.reason }, copies, evidence };
}

/** A person with access to the table can give a state any form. That it has another one is what is found, and nothing fails by it. */
function contradictionsIn(state: PlacementState, events: readonly LifecycleEvent[]): Difference[] {
  const malformed: Difference = { at: 0, reason: 'the state of the agent in the ledger is not of the form that the engine writes' };
  try {
    return Array.isArray(state.unsent) ? contradictionsOf(state, events) : [malformed];
  } catch {
    return [malformed];
  }
}

async function readAll({ ledger, s3, bucket }: Connection, placement: Placement): Promise<Recorded> {
  for (let look = 1; ; look += 1) {
    const before = await ledger.state(placement);
    const [copied, certificates] = await Promise.all([
      readCopies(s3, bucket, placement), readEvidence(s3, bucket, placement),
    ]);
    // After tampering, an item may contain no event at all.
    const events = (await ledger.events(placement)).map((event) => event ?? {} as LifecycleEvent);
    const after = await ledger.state(placement);
    if (before?.version === after?.version || look === LOOKS) {
      const snapshots = await readSnapshots(s3, bucket, placement, believed(events, copied));
      return { events, copied, certificates, snapshots, ...(after?.declared === undefined ? {} : { state: after }) };
    }
  }
}
