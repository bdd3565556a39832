import { keys } from './keys';
import { IS_NEW, Item, Table } from './table';
import { Placement } from '../../src/core/lifecycle-event';

/** How far the events of an agent were signed. */
export interface SignalCursor {
  readonly sequence: number;
  /** Milliseconds of the last event. Later ones are never sorted before it, whatever the clock says. */
  readonly atMs: number;
}

/** A signed security event token that waits for its receiver. */
export interface WaitingSignal {
  readonly streamId: string;
  /** Sorts by time. */
  readonly jti: string;
  /** Key of the agent's placement, or the stream's id: within it, signals are delivered in order. */
  readonly about: string;
  /** The token as it is sent. */
  readonly set: string;
}

export const STREAM_STATUSES = ['enabled', 'paused', 'disabled'] as const;

export interface StreamStatus {
  readonly status: (typeof STREAM_STATUSES)[number];
  readonly reason?: string;
}

/** What a receiver said when it created its stream. */
export interface StreamConfiguration {
  /** URIs of the events that it wants. Absent: all. */
  readonly requested?: readonly string[];
  readonly description?: string;
}

/** A receiver's request for a token by which it sees that its stream works. */
export interface Verification {
  readonly state?: string;
  readonly requestedAt: string;
  /** Whether it was answered. */
  readonly done: boolean;
}

interface SignalPage {
  readonly signals: readonly WaitingSignal[];
  readonly next?: Item;
}

/** Signals are deleted after it, whether or not their receiver has taken them. */
export const KEPT_DAYS = 30;
const LEASE_SECONDS = 120;

/** What was signed and waits for its receivers, and the streams by which they get it. */
export class SignalLedger {
  public constructor(private readonly table: Table) {}

  public async cursor(placement: Placement): Promise<SignalCursor | undefined> {
    return (await this.table.get<{ cursor: SignalCursor }>(keys.signalCursor(placement), keys.cursorRow))?.cursor;
  }

  /**
   * Stores the signals of one event, once, and moves the cursor past it.
   *
   * @throws RetryableError `LedgerConflict` if another run did so in between
   */
  public async store(
    placement: Placement, before: SignalCursor | undefined, after: SignalCursor, signals: readonly WaitingSignal[], now: Date,
  ): Promise<void> {
    const condition = before === undefined ? IS_NEW : { expression: 'collected = :collected', values: { ':collected': before.sequence } };
    await this.table.write([
      this.table.putting({ pk: keys.signalCursor(placement), sk: keys.cursorRow, cursor: after, collected: after.sequence }, condition),
      ...signals.map((signal) => this.table.putting(rowOf(signal, now))),
    ]);
  }

  /** What waits for a receiver, the earliest first. */
  public async waiting(streamId: string, most: number, after?: Item): Promise<SignalPage> {
    const { items, last } = await this.table.pageOf<{ signal: WaitingSignal }>(keys.signalStream(streamId), keys.signalPrefix, most, after);
    return { signals: items.map(({ signal }) => signal), ...(last === undefined ? {} : { next: last }) };
  }

  /** Deletes a signal that its receiver has taken. It may be repeated. */
  public async discard(streamId: string, jti: string): Promise<void> {
    await this.table.delete({ pk: keys.signalStream(streamId), sk: keys.signal(jti) });
  }

  public async status(streamId: string): Promise<StreamStatus> {
    return (await this.table.get<{ status: StreamStatus }>(keys.signalStream(streamId), keys.streamStatus))?.status ?? { status: 'enabled' };
  }

  public async setStatus(streamId: string, status: StreamStatus): Promise<void> {
    await this.table.put({ pk: keys.signalStream(streamId), sk: keys.streamStatus, status });
  }

  public async configuration(streamId: string): Promise<StreamConfiguration> {
    return (await this.table.get<{ configuration: StreamConfiguration }>(keys.signalStream(streamId), keys.streamConfiguration))?.configuration ?? {};
  }

  public async setConfiguration(streamId: string, configuration: StreamConfiguration): Promise<void> {
    await this.table.put({ pk: keys.signalStream(streamId), sk: keys.streamConfiguration, configuration });
  }

  /** Stores the request for a verification. Returns false if the last one is not `minimumSeconds` old. */
  public async requestVerification(streamId: string, state: string | undefined, now: Date, minimumSeconds: number): Promise<boolean> {
    const verification: Verification = { ...(state === undefined ? {} : { state }), requestedAt: now.toISOString(), done: false };
    const { written } = await this.table.put({ ...verificationKey(streamId), verification, requestedAt: verification.requestedAt }, {
      expression: 'attribute_not_exists(pk) OR requestedAt <= :before', values: { ':before': new Date(now.getTime() - minimumSeconds * 1000).toISOString() },
    });
    return written;
  }

  public async verification(streamId: string): Promise<Verification | undefined> {
    const { pk, sk } = verificationKey(streamId);
    return (await this.table.get<{ verification: Verification }>(pk, sk))?.verification;
  }

  /**
   * Stores the token that answers a verification, once.
   *
   * @throws RetryableError `LedgerConflict` if there is a newer request
   */
  public async answerVerification(verification: Verification, signal: WaitingSignal, now: Date): Promise<void> {
    const { requestedAt } = verification;
    await this.table.write([
      this.table.putting({ ...verificationKey(signal.streamId), verification: { ...verification, done: true }, requestedAt }, {
        expression: 'requestedAt = :requestedAt', values: { ':requestedAt': requestedAt },
      }),
      this.table.putting(rowOf(signal, now)),
    ]);
  }

  /** Reserves a stream for one run that sends. Returns false if another run has it. */
  public async lease(streamId: string, claim: string, now: Date): Promise<boolean> {
    const seconds = Math.floor(now.getTime() / 1000);
    const { written } = await this.table.put({ pk: keys.signalStream(streamId), sk: keys.streamLease, claim, leasedUntil: seconds + LEASE_SECONDS }, {
      expression: 'attribute_not_exists(pk) OR leasedUntil < :now', values: { ':now': seconds },
    });
    return written;
  }

  public async release(streamId: string, claim: string): Promise<void> {
    await this.table.delete({ pk: keys.signalStream(streamId), sk: keys.streamLease }, { expression: 'claim = :claim', values: { ':claim': claim } });
  }
}

function verificationKey(streamId: string): { readonly pk: string; readonly sk: string } {
  return { pk: keys.signalStream(streamId), sk: keys.streamVerification };
}

function rowOf(signal: WaitingSignal, now: Date): Item {
  return {
    pk: keys.signalStream(signal.streamId), sk: keys.signal(signal.jti), signal, ttl: Math.floor(now.getTime() / 1000) + KEPT_DAYS * 86_400,
  };
}
