import { aws_apigatewayv2 as apigateway, aws_certificatemanager as acm, aws_secretsmanager as secrets, Duration } from 'aws-cdk-lib';
import { PageOperators } from '../../contract/review-page';

/** What an `AccessCertification` says of the page for reviewers. */
export interface ReviewPageFacts {
  readonly domain?: { readonly domainName: string; readonly certificate: acm.ICertificate };
  readonly oidc?: { readonly issuer: string; readonly clientId: string; readonly clientSecret?: secrets.ISecret };
  readonly operators?: PageOperators;
  /** Whether a function URL takes the place of the HTTP API. */
  readonly isFunctionUrl: boolean;
  readonly linkLifetime: Duration;
  readonly requestsPerSecond: number;
}

/** The page as it was created. */
export interface CreatedPage {
  /** Scheme and host, without a slash at the end. */
  readonly origin: string;
  readonly domain?: apigateway.DomainName;
}
