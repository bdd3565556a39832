import { livesAfter, reviewAfter } from './life';
import { Period, ReportDifference } from './model';
import { ToldEvent, toldEvent } from './told-event';
import { eventCopyKey, sequenceIn } from '../../../src/contract/evidence-keys';
import { verifyChain } from '../../../src/core/hash-chain';
import { Placement } from '../../../src/core/lifecycle-event';
import { FirstVersion } from '../../evidence';
import { inBatches } from '../../operator/in-batches';

/** The copies of an agent's events, as S3 lists them: which there are, and since when. */
export interface AgentCopies {
  readonly registry: string;
  readonly placement: Placement;
  /** In the order of their keys, which is that of the chain. */
  readonly versions: readonly FirstVersion[];
  /** Whether anything was shown to a reviewer of the agent before the period. Otherwise no review can have been open. */
  readonly wasReviewed: boolean;
}

/** What the report needs of an agent. */
export interface ReadAgent {
  readonly placement: Placement;
  /** The event that says whether it was living just before the period. Absent if it never joined before. */
  readonly before?: ToldEvent;
  /** The event that asked for the review that was open just before the period, if one was. */
  readonly openBefore?: ToldEvent;
  /** The events of the period, in the order of the chain. */
  readonly events: readonly ToldEvent[];
  /** The event that says whether it is living now. */
  readonly now?: ToldEvent;
  readonly differences: readonly ReportDifference[];
  /** Number of copies that were read. */
  readonly reads: number;
}

const AT_ONCE = 25;
/** A copy is written after its event. The clocks of the engine and of S3 differ by less. */
const CLOCKS_DIFFER_MS = 15 * 60_000;

/**
 * Reads the events of a period, and of those before only as many as it takes to know whether the agent was living and under review. S3 says when each copy was written, so nothing else is read.
 */
export async function readAgent({ registry, placement, versions, wasReviewed }: AgentCopies, { from, to }: Period): Promise<ReadAgent> {
  const copies = new Copies(registry, placement, versions);
  const first = firstIndex(versions, (writtenAt) => writtenAt >= from.getTime() - CLOCKS_DIFFER_MS);
  const next = firstIndex(versions.slice(first), (writtenAt) => writtenAt >= to.getTime() + CLOCKS_DIFFER_MS) + first;
  const read = await copies.readAll(first, next);
  // A copy can be written long after its event.
  for (let index = next; index < versions.length && (read.at(-1)?.at ?? 0) < to.getTime(); index += 1) {
    read.push(...await copies.readAll(index, index + 1));
  }
  const events = read.filter(({ at }) => at >= from.getTime() && at < to.getTime());
  const earlier = read.filter(({ at }) => at < from.getTime());
  const before = await copies.last(earlier, first, (event) => livesAfter(event) !== undefined);
  const review = wasReviewed ? await copies.last(earlier, first, (event) => reviewAfter(event) !== undefined) : undefined;
  const now = await copies.last([], versions.length, (event) => livesAfter(event) !== undefined);
  return {
    placement,
    ...(before === undefined ? {} : { before }),
    ...(review === undefined || reviewAfter(review) !== 'open' ? {} : { openBefore: review }),
    events,
    ...(now === undefined ? {} : { now }),
    differences: [...keyDifferences(placement, versions), ...copies.differences, ...copies.chainDifference()],
    reads: copies.reads,
  };
}

/** All events of an agent. */
export async function readWhole({ registry, placement, versions }: Omit<AgentCopies, 'wasReviewed'>): Promise<readonly ToldEvent[]> {
  return new Copies(registry, placement, versions).readAll(0, versions.length);
}

/** Reads each copy at most once. */
class Copies {
  public readonly differences: ReportDifference[] = [];
  public reads = 0;
  private readonly known = new Map<number, ToldEvent | undefined>();

  public constructor(private readonly registry: string, private readonly placement: Placement, private readonly versions: readonly FirstVersion[]) {}

  public async readAll(first: number, next: number): Promise<ToldEvent[]> {
    const indexes = Array.from({ length: Math.max(0, next - first) }, (_, index) => first + index);
    return (await inBatches(indexes, AT_ONCE, (index) => this.read(index))).flatMap((event) => event ?? []);
  }

  /** The last event that passes: of those that were read, or else of those before `end`, from the last one backwards. */
  public async last(read: readonly ToldEvent[], end: number, passes: (event: ToldEvent) => boolean): Promise<ToldEvent | undefined> {
    const found = [...read].reverse().find(passes);
    for (let index = end - 1; found === undefined && index >= 0; index -= 1) {
      const event = await this.read(index);
      if (event !== undefined && passes(event)) {
        return event;
      }
    }
    return found;
  }

  /** The events that were read have their own hashes and numbers, and those beside each other follow each other. */
  public chainDifference(): ReportDifference[] {
    for (const [index, event] of [...this.known].sort(([one], [other]) => one - other)) {
      if (event !== undefined) {
        const hash = this.known.get(index - 1)?.event.hash ?? event.event.previoushash;
        const verdict = verifyChain([event.event], undefined, event.number === 1 ? undefined : { hash, sequence: event.number - 1 });
        if (!verdict.intact) {
          return [{ what: event.ref.key, reason: `event ${event.number} of ${event.agent}: ${verdict.reason}` }];
        }
      }
    }
    return [];
  }

  private async read(index: number): Promise<ToldEvent | undefined> {
    if (!this.known.has(index)) {
      const version = this.versions[index];
      const number = sequenceIn(version.key) ?? 0;
      this.reads += 1;
      const event = toldEvent(this.registry, this.placement, number, version, await version.read());
      this.known.set(index, event);
      if (event === undefined) {
        this.differences.push({ what: version.key, reason: 'the copy is no event of its agent: nhi verify compares it with the ledger' });
      }
    }
    return this.known.get(index);
  }
}

function firstIndex(versions: readonly FirstVersion[], passes: (writtenAt: number) => boolean): number {
  const index = versions.findIndex(({ writtenAt }) => passes(writtenAt?.getTime() ?? Infinity));
  return index < 0 ? versions.length : index;
}

/** Copies that are missing between others, and names that the registry doesn't write. */
function keyDifferences(placement: Placement, versions: readonly FirstVersion[]): ReportDifference[] {
  const wrong = versions.findIndex(({ key }, index) => key !== eventCopyKey(placement, String(index + 1).padStart(12, '0')));
  return wrong < 0 ? [] : [{ what: versions[wrong].key, reason: `the evidence has no copy of event ${wrong + 1} of ${placement.agentName} in its place` }];
}
