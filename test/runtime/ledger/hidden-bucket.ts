import { named } from './memory-table';
import { VirtualTime } from './virtual-time';

/** A service that throttles by a token bucket, of which its callers know neither the rate nor the size. */
export class HiddenBucket {
  public readonly calls = { made: 0, throttled: 0 };
  private tokens: number;
  private filledAt: number;

  public constructor(private readonly time: VirtualTime, public perSecond: number, private readonly burst: number, private readonly latencyMs = 80) {
    this.tokens = burst;
    this.filledAt = time.ms;
  }

  public async call(): Promise<void> {
    await this.time.pause(this.latencyMs / 2);
    this.tokens = Math.min(this.burst, this.tokens + (this.time.ms - this.filledAt) / 1_000 * this.perSecond);
    this.filledAt = this.time.ms;
    this.calls.made += 1;
    const isThrottled = this.tokens < 1;
    if (isThrottled) {
      this.calls.throttled += 1;
    } else {
      this.tokens -= 1;
    }
    await this.time.pause(this.latencyMs / 2);
    if (isThrottled) {
      throw named('Throttling', 'Rate exceeded');
    }
  }

  /** What was let through in a second since these counts, and the share of calls that was throttled. */
  public since({ made, throttled }: HiddenBucket['calls'], seconds: number): { readonly perSecond: number; readonly throttledShare: number } {
    const all = this.calls.made - made;
    const refused = this.calls.throttled - throttled;
    return { perSecond: (all - refused) / seconds, throttledShare: refused / all };
  }
}
