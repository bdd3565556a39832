import { livesAfter, reviewAfter } from './life';
import { Period, ReportDifference } from './model';
import { Chain, ToldEvent, toldEvent } from './told-event';
import { sequenceIn } from '../../../src/contract/evidence-keys';
import { verifyChain } from '../../../src/core/hash-chain';
import { FirstVersion } from '../../evidence';
import { inBatches } from '../../operator/in-batches';

/** The stored events of an agent, as the bucket lists them: which there are, and since when. */
export interface AgentCopies extends Chain {
  /** What the keys of all its events begin with. */
  readonly folder: string;
  /** In the order of their keys, which is that of the chain. */
  readonly versions: readonly FirstVersion[];
  /** Whether anything was shown to a reviewer of the agent before the period. Otherwise no review can have been open. */
  readonly wasReviewed: boolean;
  /** Whether one clock gives all events their times. Otherwise when an event was written says nothing about its period, and all of them are read. */
  readonly hasOneClock: boolean;
}

/** What the report needs of an agent. */
export interface ReadAgent {
  readonly agent: string;
  /** The event that says whether it was living just before the period. Absent if it never joined before. */
  readonly before?: ToldEvent;
  /** The event that asked for the review that was open just before the period, if one was. */
  readonly openBefore?: ToldEvent;
  /** The events of the period, in the order of the chain. */
  readonly events: readonly ToldEvent[];
  /** The event that says whether it is living now. */
  readonly now?: ToldEvent;
  readonly differences: readonly ReportDifference[];
}

const AT_ONCE = 25;
/** A copy is written after its event. The clocks of the engine and of S3 differ by less. */
const CLOCKS_DIFFER_MS = 15 * 60_000;

/**
 * Reads the events of a period, and of those before only as many as it takes to know whether the agent was living and under review. The bucket says when each copy was written, so nothing else is read where one clock gives the times.
 */
export async function readAgent(agent: AgentCopies, { from, to }: Period): Promise<ReadAgent> {
  const { versions, wasReviewed, hasOneClock } = agent;
  const copies = new Copies(agent);
  const first = hasOneClock ? firstIndex(versions, (writtenAt) => writtenAt >= from.getTime() - CLOCKS_DIFFER_MS) : 0;
  const next = hasOneClock ? firstIndex(versions.slice(first), (writtenAt) => writtenAt >= to.getTime() + CLOCKS_DIFFER_MS) + first : versions.length;
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
    agent: agent.agent,
    ...(before === undefined ? {} : { before }),
    ...(review === undefined || reviewAfter(review) !== 'open' ? {} : { openBefore: review }),
    events,
    ...(now === undefined ? {} : { now }),
    differences: [...keyDifferences(agent), ...copies.differences, ...copies.chainDifference()],
  };
}

/** All events of an agent. */
export async function readWhole(agent: AgentCopies): Promise<readonly ToldEvent[]> {
  return new Copies(agent).readAll(0, agent.versions.length);
}

/** Reads each copy at most once. */
class Copies {
  public readonly differences: ReportDifference[] = [];
  private readonly known = new Map<number, ToldEvent | undefined>();

  public constructor(private readonly agent: Chain & { readonly versions: readonly FirstVersion[] }) {}

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
      const version = this.agent.versions[index];
      const number = sequenceIn(version.key) ?? 0;
      const event = toldEvent(this.agent, number, version, await version.read());
      this.known.set(index, event);
      if (event === undefined) {
        this.differences.push({ what: version.key, reason: 'the copy is no event of its agent: nhi verify compares it with what else is known' });
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
function keyDifferences({ agent, folder, versions }: AgentCopies): ReportDifference[] {
  const wrong = versions.findIndex(({ key }, index) => key !== `${folder}${String(index + 1).padStart(12, '0')}.json`);
  return wrong < 0 ? [] : [{ what: versions[wrong].key, reason: `the evidence has no copy of event ${wrong + 1} of ${agent} in its place` }];
}
