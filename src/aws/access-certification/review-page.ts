import { aws_certificatemanager as acm, Duration, Token } from 'aws-cdk-lib';
import { ReviewAuthentication } from './review-authentication';
import { InvalidInputError } from '../../core/errors';
import { requireInstance } from '../../core/instance';
import { shown } from '../../core/shown';
import { ReviewPageFacts } from '../lifecycle-registry/review-page-facts';

/** The page on which sponsors review and decide. */
export interface ReviewPageProps {
  /**
   * How people prove who they are.
   *
   * @default ReviewAuthentication.link()
   */
  readonly authentication?: ReviewAuthentication;

  /**
   * The name of the page's host, such as `reviews.example.com`. It needs a `certificate`, and a DNS record that points to `pageDomain`.
   *
   * @default - the name that API Gateway gives it
   */
  readonly domainName?: string;

  /**
   * The certificate for `domainName`, in the region of the registry.
   *
   * @default - none; needed with `domainName`
   */
  readonly certificate?: acm.ICertificate;

  /**
   * How long the link of a mail is valid: whole hours, from 1 hour to 31 days. Each reminder has a new link.
   *
   * @default Duration.days(8)
   */
  readonly linkLifetime?: Duration;

  /**
   * Requests a second that the page accepts from all people together, and twice as many for a moment: 1 to 1000. Others are refused by API Gateway.
   *
   * @default 10
   */
  readonly requestsPerSecond?: number;
}

const [SHORTEST_LINK, LONGEST_LINK] = [Duration.hours(1), Duration.days(31)];
const HOST = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;

/** @throws InvalidInputError `ReviewPageInvalid`, `WrongType` */
export function reviewPageFacts(props: ReviewPageProps): ReviewPageFacts {
  const { authentication, domainName, certificate, linkLifetime = Duration.days(8), requestsPerSecond = 10 } = props;
  if ((domainName === undefined) !== (certificate === undefined)) {
    throw new InvalidInputError('ReviewPageInvalid', 'the page has only one of domainName and certificate: give both, or none');
  }
  if (domainName !== undefined && (Token.isUnresolved(domainName) || !HOST.test(domainName))) {
    throw new InvalidInputError('ReviewPageInvalid', `the domain name ${shown(domainName)} of the page is not allowed: use a literal name in lower case, such as reviews.example.com`);
  }
  const seconds = linkLifetime.isUnresolved() ? NaN : linkLifetime.toSeconds({ integral: false });
  if (!(seconds >= SHORTEST_LINK.toSeconds() && seconds <= LONGEST_LINK.toSeconds() && seconds % SHORTEST_LINK.toSeconds() === 0)) {
    throw new InvalidInputError('ReviewPageInvalid', `the lifetime ${shown(linkLifetime.toString())} of links is not allowed: use whole hours from 1 hour to 31 days`);
  }
  if (!Number.isInteger(requestsPerSecond) || requestsPerSecond < 1 || requestsPerSecond > 1000) {
    throw new InvalidInputError('ReviewPageInvalid', `${shown(requestsPerSecond)} requests a second are not allowed: use a whole number from 1 to 1000`);
  }
  const { _oidc: oidc } = requireInstance('authentication', authentication ?? ReviewAuthentication.link(), ReviewAuthentication, 'ReviewAuthentication.oidc(...)');
  return {
    ...(domainName === undefined || certificate === undefined ? {} : { domain: { domainName, certificate } }),
    ...(oidc === undefined ? {} : { oidc }),
    linkLifetime,
    requestsPerSecond,
  };
}
