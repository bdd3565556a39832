import { InvalidInputError } from './errors';
import { Held } from './held';
import { requireInstance } from './instance';
import { requireLiteral } from './literal';
import { shown } from './shown';

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
// RFC 3339 with a required offset. Without an offset the instant would depend on the machine that synthesizes.
const INSTANT = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;
const DAY_SECONDS = 86_400;
const FIRST = Date.UTC(2000, 0, 1) / 1000;
const LAST = Date.UTC(3000, 0, 1) / 1000;

/** Properties of an end that reviews carry on. */
export interface UntilCertifiedProps {
  /** The end beyond which no review carries the agent on: `Expiry.on()` or `Expiry.at()`. It is the end that stands in the template and in the agent's policies. */
  readonly latest: Expiry;
}

/**
 * The end of an agent, as an absolute instant. Relative dates are not supported: they would renew on every deployment.
 *
 * An invalid date fails where it is used, so that the error names the agent.
 */
export class Expiry {
  /**
   * The end of a day, UTC: `Expiry.on('2027-03-31')` ends as 2027-04-01T00:00:00Z begins.
   *
   * Its use fails with `ExpiryInvalid`, `TextRequired` or `LiteralRequired`.
   *
   * @param date YYYY-MM-DD
   */
  public static on(date: string): Expiry {
    return new Expiry(Held.of(() => allowed(startOfDay(requireLiteral('the expiry', date)) + DAY_SECONDS)));
  }

  /**
   * An instant, such as `2027-03-31T12:00:00Z` or `2027-03-31T14:00:00+02:00`. Fractions of a second are dropped.
   *
   * Its use fails with `ExpiryInvalid`, `TextRequired` or `LiteralRequired`.
   *
   * @param instant RFC 3339, with Z or an offset
   */
  public static at(instant: string): Expiry {
    return new Expiry(Held.of(() => allowed(secondsAt(requireLiteral('the expiry', instant)))));
  }

  /**
   * An end that only a review carries on, up to `latest`: `Expiry.untilCertified({ latest: Expiry.on('2027-03-31') })`. The agent's access ends when the stage's review interval is over, unless its
   * sponsor has decided what it keeps. A deployment never carries it on. The registry needs an `AccessCertification`.
   *
   * Its use fails with `WrongClass`, `ExpiryInvalid`, or the errors of `latest`.
   */
  public static untilCertified(props: UntilCertifiedProps): Expiry {
    return new Expiry(Held.of(() => latestOf(props)), true);
  }

  private constructor(
    private readonly held: Held<number>,
    /** Whether access ends before the instant unless a review carries it on. */
    public readonly needsCertification: boolean = false,
  ) {}

  /** The instant, in seconds since 1970-01-01T00:00:00Z. */
  public get epochSeconds(): number {
    return this.held.value;
  }

  /** The instant, YYYY-MM-DDTHH:mm:ssZ, UTC. */
  public get iso(): string {
    return new Date(this.epochSeconds * 1000).toISOString().replace('.000Z', 'Z');
  }

  /** The instant, as `iso`. */
  public toString(): string {
    return this.iso;
  }

  /** @internal */
  public _check(): void {
    void this.held.value;
  }
}

/** Whether the end is past. The instant itself counts as past, because the Deny applies from then on. */
export function isPast(expiry: Expiry, now: Date): boolean {
  return now.getTime() >= expiry.epochSeconds * 1000;
}

function latestOf(props: UntilCertifiedProps): number {
  const { epochSeconds, needsCertification } = requireInstance('latest', props?.latest, Expiry, 'Expiry.on() or Expiry.at()');
  if (needsCertification) {
    throw new InvalidInputError('ExpiryInvalid', 'the latest end is one that reviews carry on: use Expiry.on() or Expiry.at(), which nothing carries on');
  }
  return epochSeconds;
}

function secondsAt(instant: string): number {
  const parts = INSTANT.exec(instant);
  if (!parts) {
    throw invalid(instant);
  }
  startOfDay(parts[1]);
  return Math.floor(Date.parse(instant) / 1000);
}

function allowed(epochSeconds: number): number {
  if (epochSeconds < FIRST || epochSeconds >= LAST) {
    throw new InvalidInputError('ExpiryInvalid', `the expiry ${shown(new Date(epochSeconds * 1000).toISOString())} is not allowed: use one in the years 2000 to 2999`);
  }
  return epochSeconds;
}

function startOfDay(date: string): number {
  const parts = DATE.exec(date);
  if (!parts) {
    throw invalid(date);
  }
  const [year, month, day] = parts.slice(1).map(Number);
  const start = new Date(Date.UTC(year, month - 1, day));
  // Date.UTC rolls over: February 30 would silently become a day in March.
  if (start.getUTCMonth() !== month - 1 || start.getUTCDate() !== day || start.getUTCFullYear() !== year) {
    throw invalid(date);
  }
  return start.getTime() / 1000;
}

function invalid(received: string): InvalidInputError {
  return new InvalidInputError('ExpiryInvalid',
    `the expiry ${shown(received)} is not a date or an instant: use Expiry.on('2027-03-31') or Expiry.at('2027-03-31T12:00:00Z'); relative dates would renew on every deployment`);
}
