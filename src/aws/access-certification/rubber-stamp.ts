import { Duration } from 'aws-cdk-lib';
import { validateEmail } from '../../core/email';
import { InvalidInputError } from '../../core/errors';
import { shown } from '../../core/shown';

/**
 * From when a person's decisions look like rubber-stamping. Compared are the person's last 100 reviews at most, without those of unchanged agents in test and staging that have no findings: these may be
 * kept at a glance.
 */
export interface RubberStampProps {
  /**
   * Fewer reviews show nothing: a whole number from 2 to 100.
   *
   * @default 20
   */
  readonly minimumReviews?: number;

  /**
   * A median time between showing and decision below this is suspicious: whole seconds, up to 1 hour.
   *
   * @default Duration.seconds(10)
   */
  readonly medianDecisionTime?: Duration;

  /**
   * It is suspicious if everything is kept in this share of the reviews that have findings, more than 0 and at most 1.
   *
   * @default 0.95
   */
  readonly keepRate?: number;

  /**
   * Mail address of a person who is notified besides the operators, such as the owner of the reviews.
   *
   * @default - operators only
   */
  readonly notify?: string;
}

/** `RubberStampSettings` of the engine. */
interface RubberStampFacts {
  readonly reviews: number;
  readonly medianSeconds: number;
  readonly keepRate: number;
  readonly notify?: string;
}

const MOST_REVIEWS = 100;

/** @throws InvalidInputError `CertificationInvalid`, and the codes of `validateEmail` */
export function rubberStampFacts(props: RubberStampProps): RubberStampFacts {
  const { minimumReviews: reviews = 20, medianDecisionTime: median = Duration.seconds(10), keepRate = 0.95, notify } = props;
  if (!Number.isInteger(reviews) || reviews < 2 || reviews > MOST_REVIEWS) {
    throw invalid(`minimumReviews ${shown(reviews)}`, `a whole number from 2 to ${MOST_REVIEWS}`);
  }
  if (typeof median?.isUnresolved !== 'function' || median.isUnresolved() || median.toMilliseconds() % 1000 !== 0 || median.toSeconds() < 1 || median.toSeconds() > 3600) {
    throw invalid(`medianDecisionTime ${shown(String(median))}`, 'whole seconds from 1 second to 1 hour');
  }
  if (typeof keepRate !== 'number' || !(keepRate > 0 && keepRate <= 1)) {
    throw invalid(`keepRate ${shown(keepRate)}`, 'a number above 0, at most 1, such as 0.95');
  }
  return { reviews, medianSeconds: median.toSeconds(), keepRate, ...(notify === undefined ? {} : { notify: validateEmail('the person to notify', notify).toLowerCase() }) };
}

function invalid(what: string, allowed: string): InvalidInputError {
  return new InvalidInputError('CertificationInvalid', `the rubber stamp's ${what} is not allowed: use ${allowed}`);
}
