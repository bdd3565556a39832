import * as z from 'zod';
import { signalsOf } from './event-types';
import { deliveredOn } from './metadata';
import { signalToken } from './tokens';
import { Transmitter } from './transmitter';
import { SignalStream } from '../../src/contract/signals';
import { LifecycleEvent, Placement, placementKey } from '../../src/core/lifecycle-event';
import { SignalCursor, WaitingSignal } from '../ledger';

const SUBJECT = /^(\d{12})\/([a-z0-9-]{1,64})$/;
/** EventBridge delivers an event at the latest a day late. What an agent did before its first event here, and before that day, is not told. */
const DAY_MS = 86_400_000;

/** An event as EventBridge puts it into the queue. Only what names it is read: everything else comes from the ledger. */
export const queuedEvent = z.object({ detail: z.object({ subject: z.string().regex(SUBJECT), sequence: z.string().regex(/^\d{12}$/) }) });

/**
 * Signs the events of an agent up to the one that was delivered, in the order of its chain, and stores them for each receiver. Events may be delivered twice and in any order, and anyone who may write to
 * the bus can forge one: the chain in the ledger decides what occurred, and a cursor what was signed.
 *
 * @throws RetryableError `LedgerConflict` if another run signs the same agent's events
 */
export async function collect(transmitter: Transmitter, { subject, sequence }: z.infer<typeof queuedEvent>['detail']): Promise<void> {
  const { signals, placements, warn } = transmitter;
  const [, account, agentName] = SUBJECT.exec(subject)!;
  const placement: Placement = { account, agentName };
  const first = await signals.cursor(placement);
  const last = Number(sequence);
  if (first !== undefined && last <= first.sequence) {
    return;
  }
  const events = await placements.eventsBetween(placement, (first?.sequence ?? 0) + 1, last);
  if (events.length === 0) {
    warn('the ledger has no such event', { subject, sequence });
    return;
  }
  const recent = transmitter.now().getTime() - DAY_MS;
  const streams = await openStreams(transmitter);
  let cursor = first;
  for (const event of events) {
    const after: SignalCursor = { sequence: Number(event.sequence), atMs: Math.max(Date.parse(event.time), cursor?.atMs ?? 0) };
    const isTold = first !== undefined || Date.parse(event.time) >= recent;
    const tokens = isTold ? await tokensOf(transmitter, streams, placement, event, after) : [];
    // What tells nothing is passed over together with what follows.
    if (tokens.length > 0 || event === events.at(-1)) {
      await signals.store(placement, cursor, after, tokens, transmitter.now());
      cursor = after;
    }
  }
}

/** A stream for which signals are kept. */
interface OpenStream {
  readonly stream: SignalStream;
  /** URIs of its events. */
  readonly events: readonly string[];
}

/** Streams that are not disabled: for those nothing is kept. */
async function openStreams({ signals, streams }: Transmitter): Promise<OpenStream[]> {
  const read = await Promise.all(streams.map(async (stream) => (
    { stream, status: await signals.status(stream.id), events: deliveredOn(await signals.configuration(stream.id)) })));
  return read.filter(({ status: { status } }) => status !== 'disabled');
}

async function tokensOf(
  { issuer, signer, now }: Transmitter, streams: readonly OpenStream[], placement: Placement, event: LifecycleEvent,
  { sequence, atMs }: SignalCursor,
): Promise<WaitingSignal[]> {
  const about = placementKey(placement);
  return Promise.all(signalsOf(event).flatMap((signal, index) => streams.filter(({ events }) => events.includes(signal.uri)).map(({ stream }) => (
    signalToken({ issuer, signer, stream, now: now() }, { about, eventId: event.id, sequence, index, atMs, event: signal })))));
}
