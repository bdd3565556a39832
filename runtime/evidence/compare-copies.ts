import { EventCopy } from './event-copies';
import { shown } from '../../src/core/shown';

/** A difference between the ledger and the evidence. */
export interface Difference {
  /** Index of the event. */
  readonly at: number;
  readonly reason: string;
}

/** Events whose copies form a range without a gap and agree with the ledger. */
interface CopiedRange {
  readonly first: number;
  readonly last: number;
  /** Times of these two events. */
  readonly from: string;
  readonly to: string;
}

interface LateCopy {
  readonly sequence: number;
  readonly eventAt: string;
  readonly copiedAt: string;
}

/** Result of comparing a placement's events with their copies. */
export interface Comparison {
  readonly copied: readonly CopiedRange[];
  /** Sequence numbers of recent events that are not copied yet. */
  readonly pending: readonly number[];
  /** Events that were copied long after their own time: because of a crash, or because someone added them to the ledger later. */
  readonly late: readonly LateCopy[];
  readonly differences: readonly Difference[];
}

/** A transition ends within this time, and its events are copied by then. */
const SOON_MS = 3_600_000;

/**
 * Compares the ledger's events with their copies, one by one.
 *
 * @param unsent sequence numbers of events that are not announced yet according to the ledger
 */
export function compareCopies(
  events: readonly unknown[], copies: ReadonlyMap<number, EventCopy>, unsent: readonly number[], now: Date,
): Comparison {
  const copied: CopiedRange[] = [];
  const pending: number[] = [];
  const late: LateCopy[] = [];
  const differences: Difference[] = [];
  const length = Math.max(events.length, ...copies.keys());
  for (let sequence = 1; sequence <= length; sequence += 1) {
    const event = events[sequence - 1];
    const copy = copies.get(sequence);
    const time = timeOf(event);
    if (copy === undefined) {
      if (unsent.includes(sequence) && isSoon(time, now)) {
        pending.push(sequence);
      } else {
        differences.push({ at: sequence - 1, reason: 'the evidence has no copy of it' });
      }
      continue;
    }
    const reason = sequence > events.length ? 'the evidence has a copy of it, and the ledger does not have it' : differenceOf(event, copy.text);
    if (reason !== undefined) {
      differences.push({ at: sequence - 1, reason });
      continue;
    }
    extend(copied, sequence, time);
    if (copy.writtenAt !== undefined && !isSoon(time, copy.writtenAt)) {
      late.push({ sequence, eventAt: time, copiedAt: copy.writtenAt.toISOString() });
    }
  }
  return { copied, pending, late, differences };
}

function extend(ranges: CopiedRange[], sequence: number, time: string): void {
  const range = ranges.at(-1);
  if (range?.last === sequence - 1) {
    ranges[ranges.length - 1] = { ...range, last: sequence, to: time };
  } else {
    ranges.push({ first: sequence, last: sequence, from: time, to: time });
  }
}

function timeOf(event: unknown): string {
  return String((event as { time?: unknown } | null | undefined)?.time);
}

/** Whether the engine may still be about to copy an event of that time. */
export function isSoon(time: string, later: Date): boolean {
  return Math.abs(later.getTime() - Date.parse(time)) <= SOON_MS;
}

function differenceOf(event: unknown, text: string): string | undefined {
  let copy: unknown;
  try {
    copy = JSON.parse(text);
  } catch {
    return 'its copy in the evidence is no event';
  }
  const found = firstDifference(copy, event, []);
  return found && `${found.path === '' ? 'it' : found.path} is ${shown(found.there)} in the ledger and ${shown(found.here)} in its copy in the evidence`;
}

interface Member {
  readonly path: string;
  readonly here: unknown;
  readonly there: unknown;
}

function firstDifference(here: unknown, there: unknown, path: readonly string[]): Member | undefined {
  if (!isObject(here) || !isObject(there)) {
    return Object.is(here, there) ? undefined : { path: path.join('.'), here, there };
  }
  for (const key of [...new Set([...Object.keys(here), ...Object.keys(there)])].sort()) {
    const found = firstDifference(memberOf(here, key), memberOf(there, key), [...path, key]);
    if (found !== undefined) {
      return found;
    }
  }
  return Array.isArray(here) === Array.isArray(there) ? undefined : { path: path.join('.'), here, there };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function memberOf(of: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(of, key) ? of[key] : undefined;
}
