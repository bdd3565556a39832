import { ReviewDesk } from './desk';
import { SignIn } from './sign-in';
import { MetricName } from '../../src/contract/metrics';
import { PageOperators } from '../../src/contract/review-page';
import { ReviewPageLedger } from '../ledger';
import { Mac } from '../review-link';

/** What the page works with. */
export interface ReviewPage {
  readonly registry: string;
  /** Scheme and host of the page, without a slash at the end. */
  readonly origin: string;
  readonly ledger: ReviewPageLedger;
  readonly desk: ReviewDesk;
  readonly mac: Pick<Mac, 'verify'>;
  /** Absent if people can't sign in. */
  readonly signIn?: SignIn;
  /** Absent if nobody may see the fleet on the page. */
  readonly operators?: PageOperators;
  /** ARN of the page's function, which the engine names as who asked. */
  readonly arn: string;
  readonly now: () => Date;
  /** So many random bytes, as base64url. */
  readonly random: (bytes: number) => string;
  readonly count: (metric: MetricName) => void;
  /** Gets no token, no cookie and no mail address. */
  readonly warn: (message: string, fields: Record<string, string>) => void;
}
