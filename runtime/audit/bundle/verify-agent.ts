import { BundleFinding } from './finding';
import { BundleManifest } from './manifest';
import { about } from './verify-files';
import { CERTIFICATES, EVENT_COPIES, eventCopyKey, sequenceIn, SNAPSHOTS } from '../../../src/contract/evidence-keys';
import { canonicalJson } from '../../../src/core/canonical-json';
import { hashEvent, verifyChain } from '../../../src/core/hash-chain';
import { eventNameOf, eventSource, LifecycleEvent, Placement, placementKey } from '../../../src/core/lifecycle-event';
import { shown } from '../../../src/core/shown';
import { chainHeadOf, hashesTold, hashOfText, verifyEvidence } from '../../certificate';
import { shownIn } from '../../certification/campaign';
import { snapshotDifferences } from '../../evidence';

/** All that a bundle has of one agent. */
export interface BundledAgent {
  readonly placement: Placement;
  readonly registry: string;
  /** Texts of its events, certificates, snapshots and of what reviewers were shown, by key. */
  readonly texts: ReadonlyMap<string, string>;
  /** What the ledger said of it when the bundle was taken. */
  readonly head?: BundleManifest['heads'][number];
}

export interface VerifiedAgent {
  readonly events: number;
  readonly certificates: number;
  /** Numbers of events that were not copied when the bundle was taken. */
  readonly pending: readonly number[];
  readonly findings: readonly BundleFinding[];
}

/** Computes the chain of an agent from its copied events, and compares with it everything that its events name. */
export function verifyAgent({ placement, registry, texts, head }: BundledAgent): VerifiedAgent {
  const chain = chainIn(placement, registry, texts);
  const certificates = [...texts].filter(([key]) => key.startsWith(CERTIFICATES));
  const pending = head === undefined ? [] : numbersFrom(chain.copies + 1, head.events).filter((number) => head.unsent.includes(number));
  if (chain.broken !== undefined) {
    return { events: chain.events.length, certificates: certificates.length, pending, findings: [chain.broken] };
  }
  const { events } = chain;
  return {
    events: events.length,
    certificates: certificates.length,
    pending,
    findings: [
      ...headDifference(placement, events, head, pending, [...texts.keys()]),
      ...certificateDifferences(events, new Map(certificates)),
      ...namedDifferences(placement, events, texts),
    ],
  };
}

interface Chain {
  readonly events: readonly LifecycleEvent[];
  readonly copies: number;
  readonly broken?: BundleFinding;
}

function chainIn(placement: Placement, registry: string, texts: ReadonlyMap<string, string>): Chain {
  const keys = [...texts.keys()].filter((key) => key.startsWith(EVENT_COPIES)).sort();
  const events: LifecycleEvent[] = [];
  for (const [index, key] of keys.entries()) {
    const number = index + 1;
    const expected = eventCopyKey(placement, String(number).padStart(12, '0'));
    if (key !== expected) {
      const broken = sequenceIn(key) === undefined ? about(key, 'nothing: the registry writes no such name', 'a file') : about(expected, `event ${number}`, 'no file');
      return { events, copies: keys.length, broken };
    }
    const event = eventIn(texts.get(key)!);
    const broken = event === undefined ? about(key, 'an event in canonical JSON', 'something else')
      : event.subject !== placementKey(placement) || event.source !== eventSource(registry) || eventNameOf(event.type) === undefined
        ? about(key, `an event of ${placementKey(placement)} from ${eventSource(registry)}`, `${shown(event.type)} of ${shown(event.subject)} from ${shown(event.source)}`)
        : linkDifference(key, event, events.at(-1));
    if (broken !== undefined) {
      return { events, copies: keys.length, broken };
    }
    events.push(event!);
  }
  return { events, copies: keys.length };
}

/** Text that is not canonical could be read as two different events. */
function eventIn(text: string): LifecycleEvent | undefined {
  try {
    const event = JSON.parse(text) as LifecycleEvent | null;
    return event !== null && typeof event === 'object' && canonicalJson(event) === text ? event : undefined;
  } catch {
    return undefined;
  }
}

function linkDifference(key: string, event: LifecycleEvent, before: LifecycleEvent | undefined): BundleFinding | undefined {
  const after = before === undefined ? undefined : { hash: before.hash, sequence: Number(before.sequence) };
  const verdict = verifyChain([event], undefined, after);
  if (verdict.intact) {
    return undefined;
  }
  const hash = hashEvent(event);
  return event.hash === hash
    ? about(key, `event ${Number(before?.sequence ?? 0) + 1} after the hash ${before?.hash ?? 'of a first event'}`, `event ${shown(event.sequence)} after ${shown(event.previoushash)}`)
    : about(key, `content with the hash ${shown(event.hash)}`, `content with the hash ${hash}`);
}

function headDifference(placement: Placement, events: readonly LifecycleEvent[], head: BundledAgent['head'], pending: readonly number[], keys: readonly string[]): BundleFinding[] {
  if (head === undefined || head.events === 0) {
    return head === undefined && keys.length > 0
      ? [about(events.length > 0 ? keyOf(placement, events.length) : keys[0], 'an agent that the ledger knows', 'no state of it in the ledger')] : [];
  }
  const last = events[head.events - 1];
  const missing = numbersFrom(events.length + 1, head.events).find((number) => !pending.includes(number));
  return missing !== undefined ? [about(keyOf(placement, missing), `event ${missing} of the ${head.events} that the ledger counted`, 'no file')]
    : last !== undefined && last.hash !== head.hash ? [about(keyOf(placement, head.events), `the hash ${head.hash}, as the ledger said`, `the hash ${last.hash}`)] : [];
}

function certificateDifferences(events: readonly LifecycleEvent[], texts: ReadonlyMap<string, string>): BundleFinding[] {
  const told = hashesTold(events);
  const hashes = new Set(events.map(({ hash }) => hash));
  const named = (key: string): number => events.findIndex((event) => hashesTold([event]).has(key)) + 1;
  return [
    ...verifyEvidence(events, texts).flatMap(({ key, verdict }): BundleFinding[] => {
      switch (verdict) {
        case 'intact': return [];
        case 'unknown': return [about(key, 'nothing: no event names it', 'a file')];
        case 'missing': return [about(key, 'a file, as an event says', 'no file', named(key))];
        case 'changed': return [about(key, `SHA-256 ${shown(told.get(key))}, as an event says`, `SHA-256 ${hashOfText(texts.get(key)!)}`, named(key))];
      }
    }),
    ...[...texts].flatMap(([key, text]): BundleFinding[] => {
      const head = chainHeadOf(text);
      return head === undefined || hashes.has(head) ? [] : [about(key, 'the hash of an event of its agent as its chainHead', shown(head))];
    }),
  ];
}

/** Snapshots and what reviewers were shown. */
function namedDifferences(placement: Placement, events: readonly LifecycleEvent[], texts: ReadonlyMap<string, string>): BundleFinding[] {
  const snapshots = new Map([...texts].filter(([key]) => key.startsWith(SNAPSHOTS)));
  return [
    ...snapshotDifferences(events, snapshots).map(({ at, reason }) => about(keyOf(placement, at + 1), 'the snapshot that the event names', reason)),
    ...events.flatMap((event, index) => shownIn([event]).flatMap(({ key, sha256 }): BundleFinding[] => {
      const text = texts.get(key);
      return text !== undefined && hashOfText(text) === sha256 ? []
        : [about(key, `SHA-256 ${shown(sha256)}, as an event says`, text === undefined ? 'no file' : `SHA-256 ${hashOfText(text)}`, index + 1)];
    })),
  ];
}

function keyOf(placement: Placement, number: number): string {
  return eventCopyKey(placement, String(number).padStart(12, '0'));
}

function numbersFrom(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}
