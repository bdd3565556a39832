import { aws_certificatemanager as acm, Duration, Token } from 'aws-cdk-lib';
import { OidcAuthenticationProps, ReviewAuthentication } from './review-authentication';
import { PageOperators } from '../../contract/review-page';
import { validateEmail } from '../../core/email';
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
   * Mail addresses of people who may see all agents of the registry on the page, read-only. They have to sign in, so it needs `ReviewAuthentication.oidc`. A group of the identity provider is
   * another way: `operatorGroup` there.
   *
   * @default - nobody, unless `authentication` names a group
   */
  readonly operators?: string[];

  /**
   * Serves the page by a URL of its Lambda function instead of an HTTP API. Such a URL has no throttling, no access log and no domain of its own, and AWS Control Tower forbids it (CT.LAMBDA.PV.1).
   * The function's concurrency is reserved, so that a flood of requests uses no more of the account's: as many requests at a time as `requestsPerSecond` says. A new account may have too little
   * concurrency for that.
   *
   * @default false
   */
  readonly functionUrl?: boolean;

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

/** @throws InvalidInputError `ReviewPageInvalid`, `EmailInvalid`, `WrongType` */
export function reviewPageFacts(props: ReviewPageProps): ReviewPageFacts {
  const { authentication, domainName, certificate, functionUrl: isFunctionUrl = false } = props;
  const { linkLifetime = Duration.days(8), requestsPerSecond = 10 } = props;
  if ((domainName === undefined) !== (certificate === undefined)) {
    throw new InvalidInputError('ReviewPageInvalid', 'the page has only one of domainName and certificate: give both, or none');
  }
  if (domainName !== undefined && (Token.isUnresolved(domainName) || !HOST.test(domainName))) {
    throw new InvalidInputError('ReviewPageInvalid', `the domain name ${shown(domainName)} of the page is not allowed: use a literal name in lower case, such as reviews.example.com`);
  }
  if (isFunctionUrl && domainName !== undefined) {
    throw new InvalidInputError('ReviewPageInvalid', `the page has a functionUrl and the domain name ${shown(domainName)}: a function URL has no domain of its own, so leave out one of them`);
  }
  const seconds = linkLifetime.isUnresolved() ? NaN : linkLifetime.toSeconds({ integral: false });
  if (!(seconds >= SHORTEST_LINK.toSeconds() && seconds <= LONGEST_LINK.toSeconds() && seconds % SHORTEST_LINK.toSeconds() === 0)) {
    throw new InvalidInputError('ReviewPageInvalid', `the lifetime ${shown(linkLifetime.toString())} of links is not allowed: use whole hours from 1 hour to 31 days`);
  }
  if (!Number.isInteger(requestsPerSecond) || requestsPerSecond < 1 || requestsPerSecond > 1000) {
    throw new InvalidInputError('ReviewPageInvalid', `${shown(requestsPerSecond)} requests a second are not allowed: use a whole number from 1 to 1000`);
  }
  const { _oidc: oidc } = requireInstance('authentication', authentication ?? ReviewAuthentication.link(), ReviewAuthentication, 'ReviewAuthentication.oidc(...)');
  const operators = operatorsOf(props.operators, oidc);
  return {
    ...(domainName === undefined || certificate === undefined ? {} : { domain: { domainName, certificate } }),
    ...(oidc === undefined ? {} : { oidc: clientOf(oidc) }),
    ...(operators === undefined ? {} : { operators }),
    isFunctionUrl,
    linkLifetime,
    requestsPerSecond,
  };
}

function clientOf({ issuer, clientId, clientSecret }: OidcAuthenticationProps): ReviewPageFacts['oidc'] {
  return { issuer, clientId, ...(clientSecret === undefined ? {} : { clientSecret }) };
}

function operatorsOf(given: readonly string[] = [], oidc?: OidcAuthenticationProps): PageOperators | undefined {
  if (given.length > 0 && oidc === undefined) {
    throw new InvalidInputError('ReviewPageInvalid', 'the page names operators, and nobody can sign in: add authentication by ReviewAuthentication.oidc, because the link of a mail shows no fleet');
  }
  const addresses = given.map((address) => validateEmail('the address of an operator', address).toLowerCase());
  const group = oidc?.operatorGroup === undefined ? undefined : { claim: oidc.groupsClaim ?? 'groups', value: oidc.operatorGroup };
  return addresses.length === 0 && group === undefined ? undefined : { addresses, ...(group === undefined ? {} : { group }) };
}
