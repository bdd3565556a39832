/**
 * How fast work in the background may call IAM, as the account has shown it. IAM does not publish its limits: the rate rises slowly while it is used
 * fully, and falls when IAM throttles a call (additive increase, multiplicative decrease).
 */
export interface CallRate {
  readonly perSecond: number;
  /** The rate at which IAM last throttled a call. */
  readonly throttledAt?: number;
  /** When the rate was last lowered, in epoch milliseconds. */
  readonly loweredAt: number;
  /** From when the next call may be made, in epoch milliseconds. */
  readonly next: number;
}

/** Calls that may be made, one after another. */
export interface Permits {
  readonly begin: number;
  readonly everyMs: number;
}

/** The rate of an account that has throttled nothing yet. */
export const FIRST_RATE: CallRate = { perSecond: 15, loweredAt: 0, next: 0 };

const [SLOWEST, FASTEST] = [1, 200];
const DECREASE = 0.8;
/** Of the rate at which IAM last throttled, for each second in which the rate was used fully. */
const INCREASE = 0.005;
/** A rate that is this much higher than the one that IAM last throttled shows that the account has more to give than before: it rises faster. */
const BEYOND = 1.1;
const FAST_INCREASE = 0.05;
const LONGEST_WAIT_MS = 30_000;
/** How long work in the background makes no calls after a deployment was throttled. */
const YIELD_MS = 3_000;

/** Reserves the next calls. The rate rises only if they have to wait: a rate that nobody used fully has proved nothing. */
export function reserving(rate: CallRate, calls: number, now: number): { readonly permits: Permits; readonly rate: CallRate } {
  // The other process's clock may differ, so no wait is longer than this.
  const begin = Math.min(Math.max(now, rate.next), now + LONGEST_WAIT_MS);
  const everyMs = 1_000 / rate.perSecond;
  const perSecond = rate.next > now ? risen(rate, calls * everyMs / 1_000) : rate.perSecond;
  return { permits: { begin, everyMs }, rate: { ...rate, perSecond, next: begin + calls * everyMs } };
}

function risen({ perSecond, throttledAt }: CallRate, seconds: number): number {
  const perSecondMore = throttledAt !== undefined && perSecond < throttledAt * BEYOND ? throttledAt * INCREASE : perSecond * FAST_INCREASE;
  return Math.min(FASTEST, perSecond + perSecondMore * seconds);
}

/**
 * Lowers the rate after IAM throttled a call. Calls that were reserved before the last decrease were reserved at the rate before it, and say nothing about
 * the present one. If a deployment was throttled, work in the background also pauses.
 */
export function lowered(rate: CallRate, call: { readonly reservedAt: number; readonly isUrgent: boolean }, now: number): CallRate {
  const next = call.isUrgent ? Math.max(rate.next, now + YIELD_MS) : rate.next;
  return call.reservedAt <= rate.loweredAt
    ? { ...rate, next }
    : { perSecond: Math.max(SLOWEST, rate.perSecond * DECREASE), throttledAt: rate.perSecond, loweredAt: now, next };
}

/** Calls of IAM that the engine makes in a second for one agent. A sweep that works on more agents would only let them wait. */
const CALLS_A_SECOND_AND_AGENT = 3;

/** How many agents a sweep works on at the same time. */
export function agentsAtOnce({ perSecond }: CallRate, most: number): number {
  return Math.min(most, Math.floor(perSecond / CALLS_A_SECOND_AND_AGENT) + 1);
}
