import { CallRate, FIRST_RATE, lowered, reserving } from './call-rate';
import { keys } from './keys';
import { IS_NEW, Table } from './table';

/** A call that may be made from this instant. */
interface Permit { readonly at: number; readonly reservedAt: number }

/** The row, with the version that a write must find. */
interface Stored { readonly rate: CallRate; readonly version?: string }

export interface LimiterTools {
  readonly now: () => Date;
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Called for each throttled call. */
  readonly throttled: () => void;
  /** The limiter itself failed. The call is made all the same. */
  readonly failed: (error: unknown) => void;
}

/** Calls that are reserved with one write. */
const BLOCK = 4;
/** Reserved calls that were not made by then would come on top of what others reserved since. */
const STALE_MS = 2_000;
const TRIES = 5;
const REPORT_EVERY_MS = 1_000;

/**
 * Spreads the calls of IAM that work in the background makes, over all processes of the account: each reserves a few calls at a time in one row of the
 * ledger. Deployments, operators and suspensions never wait: they only tell when IAM throttles them, and the background makes room. If the table does not
 * respond, calls are made without a reservation.
 */
export class CallLimiter {
  /** Whether calls wait for a permit. One process works on one request at a time. */
  public isBackground = false;
  private permits: Permit[] = [];
  private seen?: Stored;
  private last: Promise<unknown> = Promise.resolve();
  private reportedAt = 0;

  public constructor(private readonly table: Table, private readonly tools: LimiterTools) {}

  /** Makes one call, a retry included, as soon as it may be made. */
  public async attempt<T>(call: () => Promise<T>): Promise<T> {
    const reservedAt = this.isBackground ? await this.permit() : this.now();
    try {
      return await call();
    } catch (error) {
      if (isThrottled(error)) {
        await this.report(reservedAt);
      }
      throw error;
    }
  }

  /** The rate as it is stored. */
  public async rate(): Promise<CallRate> {
    return (await this.read()).rate;
  }

  /** Calls of one process side by side are permitted one after another. */
  private permit(): Promise<number> {
    const mine = this.last.then(() => this.take());
    this.last = mine.catch(() => undefined);
    return mine;
  }

  private async take(): Promise<number> {
    this.permits = this.permits.filter(({ at }) => at > this.now() - STALE_MS);
    if (this.permits.length === 0) {
      this.permits = await this.reserve();
    }
    const { at, reservedAt } = this.permits.shift()!;
    const wait = at - this.now();
    if (wait > 0) {
      await this.tools.pause(wait);
    }
    return reservedAt;
  }

  private async reserve(): Promise<Permit[]> {
    let begin = this.now();
    let everyMs = 0;
    await this.change((rate) => {
      const reserved = reserving(rate, BLOCK, this.now());
      ({ begin, everyMs } = reserved.permits);
      return reserved.rate;
    });
    const reservedAt = this.now();
    return Array.from({ length: BLOCK }, (_, index) => ({ at: begin + index * everyMs, reservedAt }));
  }

  /** At most once a second: the calls of one process that are throttled together say the same thing. */
  private async report(reservedAt: number): Promise<void> {
    this.tools.throttled();
    // They were reserved at a rate that was too high.
    this.permits = [];
    const now = this.now();
    if (now - this.reportedAt >= REPORT_EVERY_MS) {
      this.reportedAt = now;
      await this.change((rate) => lowered(rate, { reservedAt, isUrgent: !this.isBackground }, now));
    }
  }

  /** Writes the changed row if nobody wrote it in between, and otherwise tries again with what the other one wrote. */
  private async change(changed: (rate: CallRate) => CallRate): Promise<void> {
    try {
      this.seen ??= await this.read();
      for (let attempt = 0; attempt < TRIES; attempt++) {
        const { rate, version } = this.seen;
        const next: Stored = { rate: changed(rate), version: String(Number(version ?? 0) + 1) };
        const outcome = await this.table.put(
          { pk: keys.limiter, sk: keys.iamCalls, rate: JSON.stringify(next.rate), version: next.version },
          version === undefined ? IS_NEW : { expression: 'version = :version', values: { ':version': version } });
        if (outcome.written) {
          this.seen = next;
          return;
        }
        this.seen = storedIn({ rate: outcome.found?.rate?.S, version: outcome.found?.version?.S });
      }
    } catch (error) {
      this.seen = undefined;
      this.tools.failed(error);
    }
  }

  private async read(): Promise<Stored> {
    return storedIn(await this.table.get<{ rate: string; version: string }>(keys.limiter, keys.iamCalls));
  }

  private now(): number {
    return this.tools.now().getTime();
  }
}

function storedIn({ rate, version }: { readonly rate?: string; readonly version?: string } = {}): Stored {
  return rate === undefined ? { rate: FIRST_RATE } : { rate: JSON.parse(rate) as CallRate, version };
}

/** IAM's error is `Throttling`; other services and the SDK have these names. */
function isThrottled(error: unknown): boolean {
  return error instanceof Error && /^(Throttl|TooManyRequests|RequestLimitExceeded|RequestThrottled|SlowDown)/.test(error.name);
}
